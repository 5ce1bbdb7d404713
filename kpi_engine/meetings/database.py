"""The file of the meetings: drafts, the index of frozen versions, and what was written down, with its history.

``state/meetings.sqlite`` lies in the data folder, so that a backup of the data takes it along and a purge reaches it.
The frozen documents lie beside it as files that are never written again: ``state/meetings/<meeting>/v<number>.json``.

What stands now is one row (``draft``, ``entry``); what stood before is added to a history. So a purge that takes a
row away takes its history along, and nothing else becomes current in its place.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.errors import UsageError
from kpi_engine.people.trail import Event, Trail
from kpi_engine.written.database import Notebook, Shape, history_open

_MEETING = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # ``highest`` outlasts the versions: a number that was once on a pack is never given to another document.
        """CREATE TABLE meeting (
            meeting TEXT PRIMARY KEY, body TEXT NOT NULL, date TEXT NOT NULL, highest INTEGER NOT NULL DEFAULT 0
        )""",
        """CREATE TABLE draft (
            meeting TEXT PRIMARY KEY REFERENCES meeting (meeting) ON DELETE CASCADE,
            edition INTEGER NOT NULL, what TEXT NOT NULL, removed INTEGER NOT NULL DEFAULT 0, content TEXT NOT NULL,
            at TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL
        )""",
        """CREATE TABLE draft_edition (
            meeting TEXT NOT NULL REFERENCES draft (meeting) ON DELETE CASCADE, edition INTEGER NOT NULL,
            what TEXT NOT NULL, content TEXT NOT NULL, at TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (meeting, edition)
        )""",
        # ``file`` is the document's place in the data folder: a purge that removes the file removes rows that name it.
        """CREATE TABLE frozen (
            meeting TEXT NOT NULL REFERENCES meeting (meeting) ON DELETE CASCADE, version INTEGER NOT NULL,
            label TEXT NOT NULL, checksum TEXT NOT NULL, file TEXT NOT NULL, data_version TEXT NOT NULL,
            engine_version TEXT NOT NULL, at TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (meeting, version)
        )""",
        """CREATE TABLE withdrawn (
            meeting TEXT NOT NULL, version INTEGER NOT NULL, at TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (meeting, version),
            FOREIGN KEY (meeting, version) REFERENCES frozen (meeting, version) ON DELETE CASCADE
        )""",
        """CREATE TABLE frozen_item (
            meeting TEXT NOT NULL, version INTEGER NOT NULL, item TEXT NOT NULL, part TEXT NOT NULL,
            PRIMARY KEY (meeting, version, item),
            FOREIGN KEY (meeting, version) REFERENCES frozen (meeting, version) ON DELETE CASCADE
        )""",
        """CREATE TABLE entry (
            id TEXT PRIMARY KEY, meeting TEXT NOT NULL REFERENCES meeting (meeting) ON DELETE CASCADE,
            item TEXT NOT NULL, part TEXT NOT NULL, beside TEXT NOT NULL, first TEXT NOT NULL, began TEXT NOT NULL,
            removed INTEGER NOT NULL DEFAULT 0, edition INTEGER NOT NULL, what TEXT NOT NULL, kind TEXT NOT NULL,
            text TEXT NOT NULL, owner TEXT NOT NULL, due TEXT NOT NULL, status TEXT NOT NULL, said TEXT NOT NULL,
            version INTEGER NOT NULL, at TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL
        )""",
        "CREATE INDEX entry_meeting ON entry (meeting)",
        """CREATE TABLE entry_edit (
            entry TEXT NOT NULL REFERENCES entry (id) ON DELETE CASCADE, edition INTEGER NOT NULL, what TEXT NOT NULL,
            kind TEXT NOT NULL, text TEXT NOT NULL, owner TEXT NOT NULL, due TEXT NOT NULL, status TEXT NOT NULL,
            said TEXT NOT NULL, version INTEGER NOT NULL, at TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (entry, edition)
        )""",
        "CREATE TABLE change (one INTEGER PRIMARY KEY CHECK (one = 1), counter INTEGER NOT NULL)",
        "INSERT INTO change VALUES (1, 0)",
    ),
)

MEETINGS = Shape(
    _MIGRATIONS,
    ("frozen", "frozen_item", "withdrawn", "entry_edit"),
    "meetings",
    "a backup of the data folder",
    closed=False,
)
"""The meetings' file. Drafts are no record, so that their oldest editions may go."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the meetings of a data folder lie; ``trail`` takes an entry of every change, and is None for the invented
    trust alone. Methods raise CannotBeKept when the file cannot be used."""

    folder: Path
    trail: Trail | None = None

    @property
    def path(self) -> Path:
        """The file of drafts, index and entries."""
        return self.folder / "state" / "meetings.sqlite"

    @property
    def documents(self) -> Path:
        """The folder of the frozen documents."""
        return self.folder / "state" / "meetings"

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection for the block; None where nothing has been kept yet, since reading makes no file."""
        if not self.path.is_file():
            yield None
            return
        with self._book().reading() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that nobody else writes beside; undone when the block raises."""
        with self._book().writing() as connection:
            yield connection

    @contextlib.contextmanager
    def erasing(self) -> Iterator[sqlite3.Connection]:
        """As ``writing``, with histories open to be changed; what was erased is then in no byte of the file."""
        book = self._book()
        with book.writing() as connection, history_open(connection, MEETINGS):
            yield connection
        book.emptied()

    def record(self, user: str, event: Event, detail: str, now: dt.datetime) -> None:
        """Add a change to the trail, within its transaction: a change that cannot be recorded is not made."""
        Notebook(self.path, self.trail, MEETINGS).record(user, event, detail, now)

    def counter(self) -> int:
        """A number that rises with every change; 0 where nothing has been kept yet."""
        with self.reading() as connection:
            return 0 if connection is None else int(connection.execute("SELECT counter FROM change").fetchone()[0])

    def _book(self) -> Notebook:
        return Notebook.opened(self.path, self.trail, MEETINGS)


def named(meeting: str) -> str:
    """The meeting's name, which is a folder's name too. Raises UsageError for anything else."""
    if not _MEETING.fullmatch(meeting):
        raise UsageError(f"{meeting[:60]!r} is no meeting; one is called, for instance, board-2026-11-26")
    return meeting


def known(connection: sqlite3.Connection, meeting: str, body: str, date: str) -> None:
    """Have a row for the meeting, in the caller's transaction; who meets and when may have been corrected since."""
    connection.execute(
        "INSERT INTO meeting (meeting, body, date) VALUES (?, ?, ?) "
        "ON CONFLICT (meeting) DO UPDATE SET body = excluded.body, date = excluded.date",
        (meeting, body, date),
    )
