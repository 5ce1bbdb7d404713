"""Whose half-days the marks are: registers joined to the pupils on roll, and refused where the two do not fit.

For each academy and academic year the extract that was loaded last stands, whole: both are exports of the year to
date. What the checks say names rows of the files and counts, never a pupil.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kpi_engine import years
from kpi_engine.errors import Finding, WrongContent
from kpi_engine.intake.layout import Accepted
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.register_codes import BY_CODE
from kpi_engine.intake.registers import HALF_DAYS, LEGEND, Array, words_of
from kpi_engine.model import PUPIL_DIMENSIONS
from kpi_engine.warehouse.resolve import Message

BLOCK = 8_192
"""Enrolments that are worked on at a time."""

POSSIBLE = np.array([code != "" and BY_CODE[code].possible for code in LEGEND])
ATTENDED = np.array([code != "" and BY_CODE[code].attended for code in LEGEND])
_PLACE = ["urn", "year"]
_KEY = ["pupil", "urn", "year"]


@dataclass(frozen=True, slots=True, eq=False)
class Enrolments:
    """The enrolments of one academic year: ``roll`` has a row for each (pupil, urn, the pupil dimensions and
    source_id), ``grid`` the marks of each.
    """

    year: str
    roll: pd.DataFrame
    grid: Array


def matched(
    pupils: Sequence[Accepted], marks: Sequence[Accepted], as_at: dt.date
) -> tuple[list[Enrolments], list[Message]]:
    """The enrolments of each academic year that have marks, in the order of the years; and what was replaced.

    Raises WrongContent, with counts and the first row, when marks have no pupils file, no pupil, lie outside the
    pupil's time on roll or after ``as_at``, or begin later than the marks that they would replace.
    """
    rows, messages = _standing(_rows_of_marks(marks), "attendance marks")
    roll, said = _standing(_rows_of_pupils(pupils), "pupils on roll")
    _refuse([*_later_beginnings(marks), *_without_pupils_file(rows, roll, marks)])
    found, findings = [], []
    for year, own in rows.groupby("year", sort=True):
        grid = np.concatenate([_grid(marks, order)[part["at"]] for order, part in own.groupby("order", sort=True)])
        own = own.sort_values("order", kind="stable").reset_index(drop=True)
        spells = roll[roll["year"] == year]
        newest = spells.sort_values(["from", "row"]).drop_duplicates(_KEY, keep="last")
        joined = own.merge(newest.drop(columns=["row", "file"]), on=_KEY, how="left", suffixes=("", "_roll"))
        known = joined["order_roll"].notna().to_numpy()
        findings += _strangers(joined, grid, known)
        findings += _after(joined, grid, str(year), as_at)
        joined, grid = joined[known].reset_index(drop=True), grid[known]
        findings += _outside(joined, grid, str(year), spells)
        joined["source_id"] = joined["source_id"] + ";" + joined["source_id_roll"]
        found.append(Enrolments(str(year), joined[["pupil", "urn", *PUPIL_DIMENSIONS, "source_id"]], grid))
    _refuse(findings)
    return found, [*messages, *said, *_at_two_academies(found)]


def _grid(marks: Sequence[Accepted], order: object) -> Array:
    registers = marks[int(str(order))].table.registers
    assert registers is not None
    return registers.grid


def _refuse(findings: Sequence[Finding]) -> None:
    if findings:
        raise WrongContent(findings)


def _rows_of_marks(marks: Sequence[Accepted]) -> pd.DataFrame:
    """A row for each enrolment of each file: where its marks are."""
    frames = [
        pd.DataFrame(
            {
                "pupil": registers.pupils,
                "urn": registers.urns,
                "year": registers.years,
                "first_row": registers.first_rows,
                "at": np.arange(len(registers.urns)),
                "order": order,
                "file": item.table.file,
                "source_id": item.source_id,
            }
        )
        for order, item in enumerate(marks)
        if (registers := item.table.registers) is not None
    ]
    return pd.concat(frames, ignore_index=True)


def _rows_of_pupils(pupils: Sequence[Accepted]) -> pd.DataFrame:
    """A row for each time on roll that a file states."""
    frames = [
        pd.DataFrame(
            {
                "pupil": item.table.text("pupil").astype(object),
                "urn": common.urn(item.table),
                "year": common.year(item.table),
                **common.dimensions(item.table, *PUPIL_DIMENSIONS),
                "from": common.day(item.table, "from"),
                "to": common.day(item.table, "to"),
                "row": item.table.frame.index,
                "order": order,
                "file": item.table.file,
                "source_id": item.source_id,
            }
        )
        for order, item in enumerate(pupils)
    ]
    columns = [*_KEY, *PUPIL_DIMENSIONS, "from", "to", "row", "order", "file", "source_id"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns, dtype=object)


def _standing(rows: pd.DataFrame, what: str) -> tuple[pd.DataFrame, list[Message]]:
    """The rows of the file that was loaded last, for each academy and year."""
    if rows.empty:
        return rows, []
    last = rows.groupby(_PLACE, sort=False)["order"].transform("max")
    messages = []
    for year, gone in rows[rows["order"] != last].groupby("year", sort=True):
        academies = gone["urn"].nunique()
        noun = "academy" if academies == 1 else "academies"
        messages.append(
            Message("replaced", f"{year} {what}: a later file replaces an earlier one for {academies} {noun}")
        )
    return rows[rows["order"] == last], messages


def _later_beginnings(marks: Sequence[Accepted]) -> list[Finding]:
    """A file of the last weeks alone would make the year forget its first ones."""
    begins: dict[tuple[str, str], tuple[str, int]] = {}
    found = []
    for item in marks:
        registers = item.table.registers
        if registers is None:
            continue
        places = pd.DataFrame({"urn": registers.urns, "year": registers.years})
        for (urn, year), own in places.groupby(_PLACE, sort=True):
            filled = np.flatnonzero(registers.grid[own.index].any(axis=0))
            file, first = begins.get((str(urn), str(year)), ("", HALF_DAYS))
            if file and filled[0] > first:
                message = (
                    f"the marks of {urn} begin on {words_of(str(year), int(filled[0]))}, but those of {file}, which "
                    f"they would replace, on {words_of(str(year), first)}; give the whole year to date, or unload "
                    f"{file} first"
                )
                found.append(Finding(item.table.file, message))
            begins[str(urn), str(year)] = (item.table.file, int(filled[0]))
    return found


def _without_pupils_file(rows: pd.DataFrame, roll: pd.DataFrame, marks: Sequence[Accepted]) -> list[Finding]:
    have = set(zip(roll["urn"], roll["year"], strict=True))
    found = []
    for (urn, year), own in rows.groupby(_PLACE, sort=True):
        if (urn, year) in have or not _counted(own, marks):
            continue
        message = f"there are marks of {urn} in {year}, but no pupils file says who its pupils are in that year"
        expected = f"a pupils file with rows of {urn} and {year}, loaded before the marks or together with them"
        found.append(Finding(str(own["file"].iloc[0]), message, int(own["first_row"].min()), "urn", None, expected))
    return found


def _counted(rows: pd.DataFrame, marks: Sequence[Accepted]) -> bool:
    return any(POSSIBLE[_grid(marks, order)[part["at"]]].any() for order, part in rows.groupby("order"))


def _strangers(joined: pd.DataFrame, grid: Array, known: Array) -> list[Finding]:
    """Pupils with half-days that count but without a row in the pupils file; a Z or X alone needs none."""
    lost = ~known
    lost[lost] = POSSIBLE[grid[lost]].any(axis=1)
    if not lost.any():
        return []
    first = joined.loc[lost].sort_values("first_row").iloc[0]
    some = joined.loc[lost, "pupil"].nunique()
    message = (
        f"{int(POSSIBLE[grid[lost]].sum()):,} marks are of {_pupils(some)} without a row in the pupils file for the "
        "same academy and academic year; this is the first of them"
    )
    expected = "a pupils file with every pupil who was on roll in the year, leavers too"
    return [Finding(str(first["file"]), message, int(first["first_row"]), "pupil", None, expected)]


def _pupils(count: int) -> str:
    return "1 pupil" if count == 1 else f"{count:,} pupils"


def _after(joined: pd.DataFrame, grid: Array, year: str, as_at: dt.date) -> list[Finding]:
    if as_at >= years.last_day(year):
        return []
    late = grid[:, max(0, 2 * ((as_at - years.first_day(year)).days + 1)) :]
    if not late.any():
        return []
    enrolment, column = (int(each[0]) for each in np.nonzero(late))
    message = (
        f"{int(np.count_nonzero(late)):,} marks are of days after {as_at.isoformat()}, the date of the figures, for "
        f"instance {words_of(year, column + HALF_DAYS - late.shape[1])} of the pupil whose marks begin in this row"
    )
    expected = "marks up to the date; give a later --as-at, or correct the dates"
    row = joined.iloc[enrolment]
    return [Finding(str(row["file"]), message, int(row["first_row"]), "date", None, expected)]


def _outside(joined: pd.DataFrame, grid: Array, year: str, spells: pd.DataFrame) -> list[Finding]:
    """Half-days that count although the pupil was not on roll."""
    at = pd.Series(np.arange(len(joined)), index=pd.MultiIndex.from_frame(joined[_KEY]))
    whose = at.reindex(pd.MultiIndex.from_frame(spells[_KEY])).to_numpy(dtype=float, na_value=np.nan)
    starts = _columns(spells["from"], year, 0)
    ends = _columns(spells["to"], year, HALF_DAYS - 2) + 2
    count = enrolment = column = 0
    for start in range(0, len(joined), BLOCK):
        part = grid[start : start + BLOCK]
        mine = (whose >= start) & (whose < start + len(part))
        edges = np.zeros((len(part), HALF_DAYS + 1), dtype=np.int16)
        here = whose[mine].astype(np.int64) - start
        np.add.at(edges, (here, starts[mine]), 1)
        np.add.at(edges, (here, ends[mine]), -1)
        off = POSSIBLE[part] & (np.cumsum(edges, axis=1)[:, :HALF_DAYS] <= 0)
        if off.any():
            if count == 0:
                enrolment, column = (int(each[0]) for each in np.nonzero(off))
                enrolment += start
            count += int(off.sum())
    if count == 0:
        return []
    row = joined.iloc[enrolment]
    marks = "1 mark is" if count == 1 else f"{count:,} marks are"
    message = (
        f"{marks} outside the pupil's time on roll (from and to in the pupils file), for instance "
        f"{words_of(year, column)} of the pupil whose marks begin in this row"
    )
    expected = "marks of pupils on roll, or a code that does not count (Z); correct the marks or the pupils file"
    return [Finding(str(row["file"]), message, int(row["first_row"]), "date", None, expected)]


def _columns(days: pd.Series[Any], year: str, empty: int) -> Array:
    """The morning column of each day, kept within the year; ``empty`` where there is none."""
    first = years.first_day(year)
    known = {
        day: empty if day == "" else min(max(2 * (dt.date.fromisoformat(day) - first).days, 0), HALF_DAYS - 2)
        for day in days.unique()
    }
    return np.array([known[day] for day in days], dtype=np.int64)


def _at_two_academies(found: Sequence[Enrolments]) -> list[Message]:
    """Half-days that two academies count for the same pupil: right by the rules only with D at one of them."""
    messages = []
    for each in found:
        several = np.flatnonzero(each.roll["pupil"].duplicated(keep=False))
        both = 0
        for _, own in each.roll.iloc[several].groupby("pupil", sort=False):
            both += int((POSSIBLE[each.grid[own.index]].sum(axis=0) > 1).sum())
        if both:
            text = (
                f"{each.year}: {both:,} half-days of pupils who are on roll at two academies count at both; with code "
                "D at one of them they would count once"
            )
            messages.append(Message("assumed", text))
    return messages
