"""Inspections of the trust's academies: record rows of many vintages, put together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kpi_engine.derive.grades import GRADED, OUTCOME
from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.model import Academy

_TABLE = "inspections"


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection. ``urn`` is the school's at the time; ``grades`` are by area, empty for an ungraded
    visit.

    A ``graded`` inspection without grades is one whose grades stand in no loaded vintage.
    """

    number: str
    urn: str
    kind: str
    framework: str
    graded: bool
    start: dt.date
    published: dt.date | None
    grades: Mapping[str, str]
    outcome: str
    source_id: str
    source_row: int

    @property
    def known(self) -> dt.date:
        """The day from which it counts: published, or begun where publication is not known."""
        return self.published or self.start


def gather(records: Mapping[str, pd.DataFrame], academies: Sequence[Academy]) -> dict[str, tuple[Inspection, ...]]:
    """Each academy's inspections by date, those under predecessor URNs included.

    The same inspection number in several vintages is one inspection: each area takes the newest vintage's
    grade, and an older one's where the newer has dropped it. Rows without any date are left out.
    """
    found: dict[str, list[Inspection]] = {academy.urn: [] for academy in academies}
    table = records.get(_TABLE)
    if table is None or table.empty:
        return dict.fromkeys(found, ())
    owner = {urn: academy.urn for academy in academies for urn in academy.predecessors}
    owner |= {academy.urn: academy.urn for academy in academies}
    frame = table.reindex(columns=list(RECORD_COLUMNS[_TABLE])).astype(object).fillna("")
    ours = frame[frame["urn"].isin(list(owner)) | frame["school_urn"].isin(list(owner))]
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in ours.to_dict("records"):
        key = (row["inspection"],) if row["inspection"] else (row["urn"], row["start_date"])
        groups[key].append({str(name): value for name, value in row.items()})
    for rows in groups.values():
        inspection = _merge(rows)
        if inspection is None:
            continue
        names = [inspection.urn]
        for column in ("urn", "school_urn"):
            names += sorted({str(row[column]) for row in rows}, reverse=True)
        academy = next(owner[name] for name in names if name in owner)
        found[academy].append(inspection)
    return {
        urn: tuple(sorted(inspections, key=lambda one: (one.start, one.known, one.number)))
        for urn, inspections in found.items()
    }


def _merge(rows: Sequence[dict[str, Any]]) -> Inspection | None:
    newest = sorted(rows, key=lambda row: (row["vintage"], row["source_id"], int(row["source_row"] or 0)), reverse=True)
    start = _first(newest, "start_date") or _first(newest, "published_date")
    if not start:
        return None
    graded_rows = [row for row in newest if row["grade"] and row["area"] != OUTCOME]
    framework = graded_rows[0]["framework"] if graded_rows else newest[0]["framework"]
    grades: dict[str, str] = {}
    for row in graded_rows:
        if row["framework"] == framework:
            grades.setdefault(row["area"], row["grade"])
    # Some vintages print a later inspection's publication date beside the previous inspection.
    published = sorted(row["published_date"] for row in newest if row["published_date"] >= start)
    source = graded_rows[0] if graded_rows else newest[0]
    return Inspection(
        number=newest[0]["inspection"],
        urn=_first(newest, "urn"),
        kind=_first(newest, "inspection_type"),
        framework=framework or GRADED,
        graded=bool(grades) or any(row["graded"] == "Y" for row in newest),
        start=dt.date.fromisoformat(start),
        published=dt.date.fromisoformat(published[0]) if published else None,
        grades=dict(sorted(grades.items())),
        outcome=_first(newest, "outcome"),
        source_id=source["source_id"],
        source_row=int(source["source_row"] or 0),
    )


def _first(rows: Sequence[dict[str, Any]], column: str) -> str:
    return next((str(row[column]) for row in rows if row[column]), "")
