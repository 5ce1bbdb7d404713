"""A file as text: what the readers hand to the layouts. Nothing here knows what the columns mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.intake.registers import Registers

_SPACES = re.compile(r"[\s_\-]+")


def normal(name: str) -> str:
    """A column name as layouts compare it: no case, no outer blanks, runs of blanks, _ and - as one space.

    ``'Latest OEIF  safeguarding is effective?'`` and ``'latest oeif safeguarding is effective'`` are equal.
    """
    return _SPACES.sub(" ", name.replace("\ufeff", "").strip().lower()).rstrip(" ?").strip()


@dataclass(frozen=True)
class RawTable:
    """One table of a file, every cell as stripped text (``""`` for empty), columns as the header spells them.

    ``frame.index`` is the row number that a spreadsheet shows (the header's row is smaller). ``sha256`` is
    the whole file's. ``notes`` are findings that do not block, for instance rows that were padded.
    """

    file: str
    sha256: str
    frame: pd.DataFrame
    sheet: str | None = None
    preamble: tuple[str, ...] = ()
    notes: tuple[Finding, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    """Normalised name -> the header's own spelling (first one wins where two are equal)."""
    repeated: tuple[str, ...] = ()
    """Names that stand more than once in the header; later ones are kept as ``name (column 7)``."""
    surplus: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Row number -> the filled fields that a row has beyond the header; they stand in no column."""
    ids: tuple[str, ...] | None = field(default=None, repr=False)
    """Pupil-level extracts: what the numbers in the frame's pupil column stand for. Replaced by keyed hashes, and then
    None, before anything is kept."""
    registers: Registers | None = None
    """Marks of the attendance registers; the frame then has columns and no rows."""
    source: Path | bytes | None = field(default=None, repr=False)
    """A Parquet file too large to be text, of which only the header has been read."""

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return len(self.frame) if self.registers is None else self.registers.marks

    @staticmethod
    def of(
        file: str,
        sha256: str,
        frame: pd.DataFrame,
        sheet: str | None = None,
        preamble: tuple[str, ...] = (),
        notes: tuple[Finding, ...] = (),
        repeated: tuple[str, ...] = (),
        surplus: Mapping[int, tuple[str, ...]] | None = None,
    ) -> RawTable:
        """A table whose ``columns`` index is made from the frame's header."""
        columns: dict[str, str] = {}
        for name in frame.columns:
            columns.setdefault(normal(str(name)), str(name))
        return RawTable(file, sha256, frame, sheet, preamble, notes, columns, repeated, surplus or {})

    def has(self, name: str) -> bool:
        """Whether a column of that name (case, blanks and underscores aside) is there."""
        return normal(name) in self.columns

    def text(self, *names: str) -> pd.Series[str]:
        """The first of the named columns that is there, as text; a column of ``""`` when none is."""
        for name in names:
            own = self.columns.get(normal(name))
            if own is not None:
                return self.frame[own]
        return pd.Series("", index=self.frame.index, dtype=object)

    def where(self, mask: pd.Series[bool]) -> RawTable:
        """The same table with only the rows of ``mask``."""
        return replace(self, frame=self.frame[mask])
