"""Register marks to ``Registers``, a few million rows at a time, with every cell checked on the way.

A column of marks has few different words, so each word is understood once and rows are numbers from then on.
Findings never show an id: they name rows, and cells of more than three characters are shown by their shape
(``A9999``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kpi_engine.errors import Finding, UnreadableFile, WrongContent
from kpi_engine.intake.dates import dates
from kpi_engine.intake.mapping import Section
from kpi_engine.intake.mark_columns import COLUMNS, Batch, Progress, Word, of_frame, of_parquet
from kpi_engine.intake.register_codes import CODES, NO_MARK
from kpi_engine.intake.registers import HALF_DAYS, LEGEND, Array, Registers, half_day
from kpi_engine.intake.table import RawTable

_SHOWN = 20
_BAD = -1
_SESSIONS = {"AM": 0, "PM": 1}
_EXPECTED = {
    "pupil": "the pupil's id in every row",
    "urn": "a six-digit URN",
    "date": "a date as 2025-11-03",
    "session": "AM or PM",
    "code": f"a code of the attendance register: {' '.join(each.code for each in CODES)}",
}
_MESSAGE = {
    "pupil": "the cell must not be empty",
    "urn": "this is not a URN",
    "date": "this is not a date of the calendar",
    "session": "this is not a session",
    "code": "this is not a code of the attendance register",
}


def shape_of(cell: str) -> str:
    """A cell that may be shown: as it is up to three characters, else letters as A and digits as 9."""
    if len(cell) <= 3:
        return cell
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", cell))[:20]


def read_marks(table: RawTable, section: Section | None, progress: Progress | None = None) -> RawTable:
    """The table with its marks as ``registers`` and without any rows of text.

    ``section`` is what mapping.toml says of the file, for a Parquet file whose rows have not been read; a table with
    rows is mapped already. Raises WrongContent for cells that are wrong and for half-days that are marked twice,
    with how often and the first row; UnreadableFile for a damaged or empty file.
    """

    def batches() -> Iterator[Batch]:
        return of_frame(table) if table.source is None else of_parquet(table, table.source, section, progress)

    reading = _Reading()
    for columns, rows in batches():
        reading.take(columns, rows)
    if reading.faults:
        raise WrongContent(_findings(table.file, reading))
    registers = reading.registers()
    if not reading.rows:
        raise UnreadableFile(f"{table.file}: the table has a header but no rows below it")
    if registers.marks != reading.rows:
        raise WrongContent([_repeated(table.file, batches)])
    notes = table.notes
    if reading.unmarked:
        message = (
            f"{reading.unmarked:,} half-days have no mark ({NO_MARK} or an empty cell) and are not counted as possible"
        )
        notes = (*notes, Finding(table.file, message, reading.first_unmarked, "code", blocking=False))
    return RawTable(
        table.file, table.sha256, table.frame.iloc[:0], table.sheet, (), notes, table.columns, registers=registers
    )


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    ids: dict[str, int] = field(default_factory=dict)
    urns: dict[str, int] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    first_rows: list[int] = field(default_factory=list)
    grid: Array = field(default_factory=lambda: np.zeros((1024, HALF_DAYS), dtype=np.uint8))
    rows: int = 0
    unmarked: int = 0
    first_unmarked: int | None = None
    faults: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def take(self, columns: Mapping[str, Word], rows: Array) -> None:
        """Put the marks of a batch in their places, unless a cell of it is wrong."""
        read = understood(columns, self)
        if any((numbers == _BAD).any() for numbers in read.values()):
            self._blame(columns, read, rows)
            return
        flat = self._flat(read, rows)
        marks = read["code"]
        self.grid.reshape(-1)[flat] = marks
        self.rows += len(rows)
        unmarked = marks == LEGEND.index(NO_MARK)
        if unmarked.any():
            self.unmarked += int(unmarked.sum())
            first = int(rows[unmarked].min())
            self.first_unmarked = first if self.first_unmarked is None else min(first, self.first_unmarked)

    def _flat(self, read: Mapping[str, Array], rows: Array) -> Array:
        key = (read["pupil"].astype(np.int64) << 24) | (read["urn"].astype(np.int64) << 8) | read["year"]
        at, unique = pd.factorize(key)
        first = np.full(len(unique), len(key), dtype=np.int64)
        first[at[::-1]] = np.arange(len(key) - 1, -1, -1)
        place = np.empty(len(unique), dtype=np.int64)
        for number, one in enumerate(unique.tolist()):
            known = self.places.get(one)
            if known is None:
                known = self.places[one] = len(self.places)
                self.first_rows.append(int(rows[first[number]]))
            place[number] = known
        self._grow(len(self.places))
        return np.asarray(place[at] * HALF_DAYS + read["slot"])

    def _grow(self, needed: int) -> None:
        have = len(self.grid)
        if needed > have:
            wider = np.zeros((max(needed, have + have // 2), HALF_DAYS), dtype=np.uint8)
            wider[:have] = self.grid
            self.grid = wider

    def _blame(self, columns: Mapping[str, Word], read: Mapping[str, Array], rows: Array) -> None:
        for name in COLUMNS:
            wrong = np.flatnonzero(read["slot" if name == "date" else name] == _BAD)
            if name == "date":
                wrong = wrong[read["year"][wrong] == _BAD]
            place = columns[name].at[wrong]
            for word in np.unique(place):
                mine = wrong[place == word]
                key = (name, shape_of(columns[name].words[word]))
                count, first = self.faults.get(key, (0, int(rows[mine].min())))
                self.faults[key] = (count + len(mine), min(first, int(rows[mine].min())))

    def registers(self) -> Registers:
        """Everything read, by enrolment in the order of their first rows."""
        keys = np.fromiter(self.places, dtype=np.int64, count=len(self.places))
        names = [np.array(list(each), dtype=object) for each in (self.ids, self.urns, self.years)]
        pupils, urns, spans = (
            own[at] if len(keys) else own[:0]
            for own, at in zip(names, (keys >> 24, (keys >> 8) & 0xFFFF, keys & 0xFF), strict=True)
        )
        first_rows = np.array(self.first_rows, dtype=np.int64)
        return Registers(pupils, urns, spans, first_rows, self.grid[: len(keys)])


def understood(columns: Mapping[str, Word], reading: _Reading) -> dict[str, Array]:
    """Each row as numbers: pupil, urn and year as they are counted, slot (column of the grid), session and code."""
    pupil = [_BAD if word == "" else reading.ids.setdefault(word, len(reading.ids)) for word in columns["pupil"].words]
    urn = [
        reading.urns.setdefault(word, len(reading.urns)) if re.fullmatch(r"\d{6}", word, re.ASCII) else _BAD
        for word in (each.removesuffix(".0") for each in columns["urn"].words)
    ]
    year, slot = [], []
    for iso in dates(pd.Series(columns["date"].words, dtype=object)).iso:
        known = iso[:2] == "20"
        label, column = half_day(dt.date.fromisoformat(iso), False) if known else ("", _BAD)
        year.append(reading.years.setdefault(label, len(reading.years)) if known else _BAD)
        slot.append(column)
    session = [_SESSIONS.get(word.upper(), _BAD) for word in columns["session"].words]
    codes = {code: number for number, code in enumerate(LEGEND) if code} | {"": LEGEND.index(NO_MARK)}
    code = [codes.get(word.upper(), _BAD) for word in columns["code"].words]

    def rows(name: str, numbers: list[int]) -> Array:
        return np.array(numbers, dtype=np.int32)[columns[name].at]

    at_session, at_slot = rows("session", session), rows("date", slot)
    bad = (at_session == _BAD) | (at_slot == _BAD)
    return {
        "pupil": rows("pupil", pupil),
        "urn": rows("urn", urn),
        "year": rows("date", year),
        "slot": np.where(bad, _BAD, at_slot + at_session),
        "session": at_session,
        "code": rows("code", code),
    }


def _findings(file: str, reading: _Reading) -> list[Finding]:
    found = []
    for (name, shown), (count, first) in sorted(reading.faults.items(), key=lambda pair: pair[1][1])[:_SHOWN]:
        rows = "" if count == 1 else f", in {count:,} rows, of which this is the first"
        value = shown if shown else None
        found.append(Finding(file, _MESSAGE[name] + rows, first, name, value, _EXPECTED[name]))
    if len(reading.faults) > _SHOWN:
        found.append(Finding(file, f"{len(reading.faults) - _SHOWN:,} more kinds of wrong cells"))
    return found


def _repeated(file: str, batches: Callable[[], Iterator[Batch]]) -> Finding:
    """Where the first half-day is marked a second time, where the first time, and how many marks are too many."""
    reading, seen = _Reading(), np.zeros(0, dtype=bool)
    count, again, cell = 0, -1, -1
    for columns, rows in batches():
        flat = reading._flat(understood(columns, reading), rows)
        if len(seen) < reading.grid.size:
            seen = np.concatenate([seen, np.zeros(reading.grid.size - len(seen), dtype=bool)])
        twice = seen[flat] | pd.Series(flat).duplicated().to_numpy()
        if twice.any():
            count += int(twice.sum())
            if again < 0:
                place = np.flatnonzero(twice)[0]
                again, cell = int(rows[place]), int(flat[place])
        seen[flat] = True
    reading = _Reading()
    first = next(
        int(rows[np.flatnonzero(flat == cell)[0]])
        for columns, rows in batches()
        if cell in (flat := reading._flat(understood(columns, reading), rows))
    )
    many = "1 mark is" if count == 1 else f"{count:,} marks are"
    return Finding(
        file,
        f"{many} for a half-day of a pupil that is marked already; the first is here and repeats row {first:,}. Only "
        "one of them can count",
        row=again,
        expected="one mark for each pupil, academy, date and session",
    )
