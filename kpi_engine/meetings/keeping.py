"""The cabinet: where agendas are kept while they are prepared, and frozen meetings for good.

A frozen document is a file that is never written again, and a row of the index with its checksum. The row decides:
until it is in the index there is no such version, and from then on it is whole, whatever moment the computer stops at.
The document is on the disk under a name of its own before that, read back and checked, and is renamed after it; a
reader that comes in between, or after a crash, reads it under the former name.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.errors import CannotBeKept, Damaged, KpiError, UsageError
from kpi_engine.meetings import canonical, drafts, index
from kpi_engine.meetings.agenda import Agenda
from kpi_engine.meetings.database import Shelf, named
from kpi_engine.meetings.document import Document
from kpi_engine.meetings.drafts import Draft
from kpi_engine.meetings.index import Kept
from kpi_engine.meetings.who import Who, may_prepare, refuse_unless
from kpi_engine.people.trail import Event, Trail
from kpi_engine.warehouse import files, housekeeping
from kpi_engine.warehouse.lock import locked
from kpi_engine.written.database import moment, stored

__all__ = ["Cabinet", "Draft", "Kept"]

_PENDING = ".pending-"
_TRIES = 20
_WAIT = 10.0


@dataclass(frozen=True, slots=True)
class Cabinet:
    """The meetings of a data folder, or of another folder for the invented trust, which has none.

    ``trail`` takes an entry of every change, and is None for the invented trust alone. Any number of threads and
    processes may use it at once. Methods that change something raise NotYours for whoever may not, and CannotBeKept
    where the folder or the trail cannot be used; nothing has then been changed.
    """

    folder: Path
    trail: Trail | None = None

    @property
    def shelf(self) -> Shelf:
        """The file and folder that everything lies in."""
        return Shelf(self.folder, self.trail)

    def counter(self) -> int:
        """A number that rises with every change: what is remembered with it holds while it stays the same."""
        return self.shelf.counter()

    # Drafts

    def drafts(self) -> tuple[Draft, ...]:
        """The agendas in preparation, the latest meeting first."""
        return drafts.every(self.shelf)

    def draft(self, meeting: str) -> Draft | None:
        """The agenda of a meeting as it stands, removed or not; None when there is none."""
        return drafts.one(self.shelf, meeting)

    def editions(self, meeting: str) -> tuple[Draft, ...]:
        """An agenda as it stands and as it stood, newest first."""
        return drafts.editions(self.shelf, meeting)

    def save_draft(self, agenda: Agenda, who: Who, edition: int, now: dt.datetime | None = None) -> Draft:
        """Keep an agenda; ``edition`` is the newest one seen, 0 for none. ChangedSince when there is a newer one."""
        return drafts.save(self.shelf, agenda, who, edition, now)

    def remove_draft(self, meeting: str, who: Who, edition: int, now: dt.datetime | None = None) -> Draft:
        """Take an agenda off the list; ``restore_draft`` undoes it."""
        return drafts.remove(self.shelf, meeting, who, edition, now)

    def restore_draft(
        self, meeting: str, who: Who, edition: int | None = None, now: dt.datetime | None = None
    ) -> Draft:
        """Put a removed agenda back, or bring back the edition before this one, or the one named."""
        return drafts.restore(self.shelf, meeting, who, edition, now)

    # Frozen versions

    def frozen(self) -> tuple[Kept, ...]:
        """Every frozen version, the latest meeting first, of each its newest version first."""
        with self.shelf.reading() as connection:
            return () if connection is None else index.every(connection)

    def versions(self, meeting: str) -> tuple[Kept, ...]:
        """The frozen versions of a meeting, newest first."""
        return tuple(kept for kept in self.frozen() if kept.meeting == meeting)

    def latest(self, meeting: str) -> Kept | None:
        """The newest frozen version of a meeting; None before the first."""
        return next(iter(self.versions(meeting)), None)

    def read(self, meeting: str, version: int) -> tuple[Document, str]:
        """A frozen document and its checksum.

        Raises UsageError when there is no such version, and Damaged, which names the file and says what to do, when
        it is not as it was frozen. Other versions stay readable.
        """
        kept = next((each for each in self.versions(meeting) if each.version == version), None)
        if kept is None:
            have = ", ".join(f"v{each.version}" for each in self.versions(meeting)) or "none"
            raise UsageError(f"there is no frozen version {version} of {meeting}; there are: {have}")
        return self.document(kept), kept.check

    def document(self, kept: Kept) -> Document:
        """The document of a version. Raises Damaged, which names the file and says what to do."""
        path, pending = self.folder / kept.file, self._pending(kept.meeting, kept.check)
        remedy = f"restore {kept.file} from a backup of the data folder; every other version can be used meanwhile"
        if not path.is_file() and not pending.is_file():
            raise Damaged(f"{kept.label}: its file {kept.file} is missing; {remedy}")
        try:
            content = (path if path.is_file() else pending).read_bytes()
        except OSError as error:
            raise Damaged(f"{kept.label}: {kept.file} cannot be read ({error.strerror}); {remedy}") from error
        if canonical.checksum(content) != kept.check:
            raise Damaged(
                f"{kept.label}: {kept.file} is not what was frozen (checksum {canonical.short(kept.check)}, "
                f"and now {canonical.short(canonical.checksum(content))}); it was changed or damaged; {remedy}"
            )
        document = canonical.from_bytes(content, kept.file)
        if (document.meeting, document.version) != (kept.meeting, kept.version):
            raise Damaged(f"{kept.label}: {kept.file} holds {document.label}; files were mixed up; {remedy}")
        return document

    def freeze(
        self,
        agenda: Agenda,
        make: Callable[[int], Document],
        who: Who,
        now: dt.datetime | None = None,
        *,
        wait: float = _WAIT,
    ) -> Kept:
        """Freeze a meeting: ``make`` is given the version's number and gives the document.

        The number is the next that no version of this meeting has had. Where somebody else freezes the same meeting at
        the same time, ``make`` is asked again with the next number. Raises what ``make`` raises, Busy while a load or
        a backup is at work, and UsageError when the data version that it was made from is not there any more.
        """
        refuse_unless(may_prepare(who.viewer), "a frozen meeting")
        at = moment(now)
        named(agenda.meeting)
        for _ in range(_TRIES):
            version = self._next(agenda.meeting)
            document = make(version)
            if (document.meeting, document.version) != (agenda.meeting, version):
                raise UsageError(f"{document.label} was made where version {version} of {agenda.meeting} was asked for")
            content = canonical.to_bytes(document)
            canonical.from_bytes(content, document.label)
            with _told(self.shelf.documents), locked(self.folder, "freezing a meeting", wait):
                if self._next(agenda.meeting) == version:
                    return self._freeze(document, content, who, at)
        raise CannotBeKept(f"others are freezing {agenda.meeting} at the same time; try again in a minute")

    def _freeze(self, document: Document, content: bytes, who: Who, at: dt.datetime) -> Kept:
        """The caller holds the folder's lock, and the version's number is free."""
        check = canonical.checksum(content)
        place = self._place(document.meeting, document.version)
        kept = Kept(
            document.meeting, document.body, document.date, document.version, document.label, check,
            place.relative_to(self.folder).as_posix(), document.data_version, document.engine_version, at,
            who.user, who.name,
        )  # fmt: skip
        pending = self._pending(document.meeting, check)
        self._sweep(document.meeting)
        try:
            _write(pending, content, check)
            housekeeping.hold(self.folder, document.data_version, kept.file)
            with self.shelf.writing() as connection:
                index.enter(connection, kept, document)
                index.record(self.shelf, kept, who.user, at)
        except BaseException:
            self._taken_back(kept, pending)
            raise
        # Where this fails, the document is read under its former name, and the next freezing tries again.
        with contextlib.suppress(OSError):
            files.replace(pending, place)
        return kept

    def _taken_back(self, kept: Kept, pending: Path) -> None:
        """Leave nothing of a freezing that failed; unless it was stopped after all was done."""
        with contextlib.suppress(KpiError, OSError):
            if kept.file not in {each.file for each in self.versions(kept.meeting)}:
                pending.unlink(missing_ok=True)
                housekeeping.let_go(self.folder, kept.file)
                pending.parent.rmdir()

    def remove(
        self, meeting: str, version: int, who: Who, now: dt.datetime | None = None, *, wait: float = _WAIT
    ) -> Kept:
        """Remove a frozen version for good, and let go of its data version. Its number is not given again.

        Raises UsageError when there is no such version, and Busy.
        """
        refuse_unless(may_prepare(who.viewer), "a frozen meeting")
        at = moment(now)
        with _told(self.shelf.documents), locked(self.folder, "removing a meeting", wait):
            kept = next((each for each in self.versions(meeting) if each.version == version), None)
            if kept is None:
                raise UsageError(f"there is no frozen version {version} of {meeting}")
            with self.shelf.writing() as connection:
                connection.execute(
                    "INSERT INTO withdrawn VALUES (?, ?, ?, ?, ?)", (meeting, version, stored(at), who.user, who.name)
                )
                self.shelf.record(who.user, Event.MEETING_REMOVED, f"{kept.label} ({meeting} v{version})", at)
            self._sweep(meeting)
            housekeeping.let_go(self.folder, kept.file)
            return kept

    def unlisted(self) -> tuple[Path, ...]:
        """Documents that lie there and are in no index: an older index was restored, or it was lost."""
        with self.shelf.reading() as connection:
            rows = [] if connection is None else connection.execute("SELECT file FROM frozen").fetchall()
        listed = {str(file) for (file,) in rows}
        found = sorted(self.shelf.documents.glob("*/v*.json"))
        return tuple(path for path in found if path.relative_to(self.folder).as_posix() not in listed)

    def _next(self, meeting: str) -> int:
        with self.shelf.reading() as connection:
            asked = "SELECT max(highest) FROM meeting WHERE meeting = ?"
            (highest,) = (0,) if connection is None else connection.execute(asked, (meeting,)).fetchone()
        there = [_number(path) for path in (self.shelf.documents / meeting).glob("v*.json")]
        return max([highest or 0, *there]) + 1

    def _place(self, meeting: str, version: int) -> Path:
        return self.shelf.documents / meeting / f"v{version}.json"

    def _pending(self, meeting: str, check: str) -> Path:
        return self.shelf.documents / meeting / f"{_PENDING}{check}.json"

    def _sweep(self, meeting: str) -> None:
        """Finish what was cut short: what is frozen gets its name, and what is not frozen or was removed goes.

        The caller holds the folder's lock, so that nobody else is in the middle of it.
        """
        folder = self.shelf.documents / meeting
        listed = {kept.check: kept for kept in self.versions(meeting)}
        for path in [*folder.glob(f"{_PENDING}*"), *folder.glob(f"{files.UNFINISHED}*")]:
            kept = listed.get(path.name.removeprefix(_PENDING).removesuffix(".json"))
            if kept is not None and not (self.folder / kept.file).exists():
                files.replace(path, self.folder / kept.file)
            else:
                files.remove(path)
        with self.shelf.reading() as connection:
            asked = "SELECT version FROM withdrawn WHERE meeting = ?"
            gone = [] if connection is None else connection.execute(asked, (meeting,)).fetchall()
        for (version,) in gone:
            files.remove(self._place(meeting, version))


def _write(path: Path, content: bytes, check: str) -> None:
    """Have the document on the disk, and read it back. Raises CannotBeKept where it is not what was written."""

    def write(beside: Path) -> None:
        beside.write_bytes(content)

    files.put(path, write)
    back = path.read_bytes()
    if canonical.checksum(back) != check:
        raise CannotBeKept(
            f"the meeting was not written whole in {path.parent}; is the disk sound? Nothing has been changed"
        )


@contextlib.contextmanager
def _told(place: Path) -> Iterator[None]:
    """Say in words why the disk did not take something."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        why = "the disk is full; free some space on it" if full else f"{error.strerror}; see that it may be written in"
        raise CannotBeKept(f"nothing can be kept in {place}: {why}. Nothing has been changed") from error


def _number(path: Path) -> int:
    digits = path.stem.removeprefix("v")
    return int(digits) if digits.isdecimal() else 0
