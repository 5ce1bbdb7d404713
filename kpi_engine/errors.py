"""Every error that the engine raises on purpose, as one tree.

::

    KpiError
    ├── UsageError            the question itself is wrong (unknown KPI, year, academy, option): exit 2
    ├── SettingsError         a setting is missing or wrong; names the setting, its value and the remedy
    ├── PeopleError           an account, a session or the private folder cannot be used as asked
    │   └── DirectoryError    the directory of who may see what is wrong; names row, column, value and remedy
    ├── WrittenError          what people write, or a meeting, cannot be kept as asked; nothing has been changed
    │   ├── NotYours          the viewer may not read or change it
    │   ├── Unfit             a text, an owner or a date that cannot be kept; says what to mend
    │   ├── ChangedSince      somebody changed it after it was read
    │   └── CannotBeKept      the file of what is written, or the trail, cannot be used
    ├── IntakeError           a file cannot be accepted: exit 1, nothing is changed
    │   ├── UnreadableFile    not a table at all (zip, image, empty, a line without end, broken encoding)
    │   ├── TruncatedFile     breaks off inside its last row
    │   ├── UnknownLayout     columns fit no layout; says which is nearest and what it lacks
    │   ├── UnknownYear       neither the file nor its name says which academic year it is about
    │   ├── WrongContent      one or more cells or rows break the layout's rules (carries the findings)
    │   └── NoAcademies       nothing says which academies belong to the trust
    ├── ExportError           a file to take away cannot be made from what is shown
    └── WarehouseError        the data folder cannot be used
        ├── Busy              another load holds the lock
        └── Damaged           a version, a manifest or a frozen meeting does not match its checksum
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class KpiError(Exception):
    """Base of every deliberate error; its text is meant for the person who can mend it."""


class UsageError(KpiError):
    """The question is wrong: an unknown KPI, academy, year, dimension or option."""


class SettingsError(KpiError):
    """A setting is missing or wrong."""


class PeopleError(KpiError):
    """An account, a session or the private folder cannot be used as asked; nothing has been changed."""


class DirectoryError(PeopleError):
    """The directory of who may see what cannot be read as one."""


class WrittenError(KpiError):
    """What people write, or a meeting, cannot be kept as asked; nothing has been changed."""


class NotYours(WrittenError):
    """The viewer may not read or change what stands there."""


class Unfit(WrittenError):
    """A text, an owner or a date cannot be kept as it is."""


class ChangedSince(WrittenError):
    """Somebody changed it after it was read, so that saving would overwrite what nobody has seen."""


class CannotBeKept(WrittenError):
    """The file of what is written, or the trail that a change must be recorded in, cannot be used."""


class IntakeError(KpiError):
    """A file cannot be accepted; nothing has been changed."""


class UnreadableFile(IntakeError):
    """The file is not a table that can be read."""


class TruncatedFile(IntakeError):
    """The file breaks off inside its last row."""


class UnknownLayout(IntakeError):
    """The columns fit no known layout."""


class UnknownYear(IntakeError):
    """The academic year stands neither in the file nor in its name."""


class NoAcademies(IntakeError):
    """Nothing says which academies belong to the trust."""


class WarehouseError(KpiError):
    """The data folder cannot be used as it is."""


class Busy(WarehouseError):
    """Another load is at work in the same folder."""


class Damaged(WarehouseError):
    """A file of the data folder does not match its recorded checksum."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found, said so that a person can mend it.

    ``row`` is the line of the table as a spreadsheet shows it (header rows counted, first line is 1), or None
    when the finding is about the whole file. ``blocking`` findings refuse the file; others are reported only.
    """

    file: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    expected: str | None = None
    blocking: bool = True

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column is not None:
            where += f", column {self.column!r}"
        text = f"{where}: {self.message}"
        if self.value is not None:
            shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
            text += f" (found {shown!r}"
            text += f", expected {self.expected})" if self.expected else ")"
        elif self.expected is not None:
            text += f" (expected {self.expected})"
        return text


class WrongContent(IntakeError):
    """One or more cells or rows break the layout's rules; ``findings`` lists them all."""

    def __init__(self, findings: Sequence[Finding], shown: int = 20) -> None:
        self.findings = tuple(findings)
        lines = [str(finding) for finding in self.findings[:shown]]
        if len(self.findings) > shown:
            lines.append(f"... and {len(self.findings) - shown:,} more like these")
        super().__init__("\n".join(lines))


class ExportError(KpiError):
    """A file cannot be made from what is shown, for instance from a picture with a part that is not drawn yet."""
