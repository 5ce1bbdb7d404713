"""Ofsted's management information on state-funded schools, in every layout since 2015.

"Latest inspections" files have a row for each school, with its latest graded inspection (or report card),
the one before it and the latest ungraded one side by side; "all inspections" files have a row for each
inspection. Newer files drop old grades, so every vintage is kept. Grades 8 and 9, ``NULL``, ``Not judged``
and ``Not applicable`` stand for no grade. Old and new grades are never translated into one another: areas
of frameworks before 2019 keep their names, except leadership and management, which every framework of
graded inspections has judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.facts import RECORD_COLUMNS, stack
from kpi_engine.intake.check import cells
from kpi_engine.intake.layout import Accepted, Column, Layout, Produced
from kpi_engine.intake.layouts.common import urn_text
from kpi_engine.intake.layouts.ofsted_blocks import (
    BLOCKS,
    GRADED,
    NO_GRADE,
    OUTCOME,
    REPORT_CARD,
    Block,
    grade_cells,
)
from kpi_engine.intake.layouts.published_dates import published_dates
from kpi_engine.intake.table import RawTable, normal


def _present(table: RawTable) -> list[Block]:
    """The blocks that a header has: their number and their date."""
    return [block for block in BLOCKS if any(map(table.has, block.number)) and any(map(table.has, block.start))]


def _grade(table: RawTable, names: Sequence[str], area: str, framework: str) -> pd.Series[str]:
    """The grades of one area in Ofsted's own form; "" where there is none."""
    known = grade_cells(area, framework)
    return urn_text(table.text(*names)).str.lower().map(known).fillna("").astype(object)


def _said(text: pd.Series[str]) -> pd.Series[str]:
    return text.where(~text.str.lower().isin(["null", "9"]), "")


def _produce(item: Accepted) -> Produced:
    frames = [frame for block in _present(item.table) for frame in _block(item, block)]
    inspections = stack(frames, RECORD_COLUMNS["inspections"])
    return {"inspections": inspections}


def _block(item: Accepted, block: Block) -> list[pd.DataFrame]:
    """One row for each graded area of each inspection; one ``Outcome`` row where no area has a grade."""
    table = item.table
    school = urn_text(table.text("URN"))
    then = _said(urn_text(table.text(*block.urn)))
    number = _said(urn_text(table.text(*block.number)))
    start = published_dates(table.text(*block.start)).iso
    there = (number != "") | (start != "")
    common = pd.DataFrame(
        {
            "urn": then.where(then != "", school),
            "school_urn": school,
            "inspection": number,
            "inspection_type": _said(table.text(*block.kind)),
            "start_date": start,
            "published_date": published_dates(table.text(*block.published)).iso,
            "outcome": _said(table.text(*block.outcome)),
            "vintage": item.vintage,
            "source_id": item.source_id,
            "source_row": table.frame.index,
        },
        index=table.frame.index,
    )
    frames, judged = [], pd.Series(False, index=table.frame.index)
    for framework, areas in ((GRADED, block.graded), (REPORT_CARD, block.report_card)):
        for area, names in areas.items():
            if not any(map(table.has, names)):
                continue
            grade = _grade(table, names, area, framework)
            rows = there & (grade != "")
            judged |= rows
            frames.append(common[rows].assign(framework=framework, area=area, grade=grade[rows], graded="Y"))
    framework = REPORT_CARD if block.report_card and table.has("Safeguarding standards") else GRADED
    graded = "Y" if block.is_graded else "N"
    frames.append(common[there & ~judged].assign(framework=framework, area=OUTCOME, grade="", graded=graded))
    return frames


def _column(table: RawTable, names: Sequence[str]) -> str | None:
    return next((table.columns[normal(name)] for name in names if table.has(name)), None)


def _check_grades(table: RawTable) -> Sequence[Finding]:
    """Every judgement is a known grade or a known way of saying that there is none."""
    findings: list[Finding] = []
    for block in _present(table):
        for framework, areas in ((GRADED, block.graded), (REPORT_CARD, block.report_card)):
            for area, names in areas.items():
                column = _column(table, names)
                if column is None:
                    continue
                known = grade_cells(area, framework)
                text = table.text(column)
                wrong = ~urn_text(text).str.lower().isin([*known, *NO_GRADE])
                expected = ", ".join(dict.fromkeys(known.values())) + ", or NULL where there is none"
                findings += cells(table, column, text, wrong, "this is not a grade of Ofsted's", expected)
    return findings


def _check_dates(table: RawTable) -> Sequence[Finding]:
    """Every date is a date; an inspection without one is reported, for it cannot be placed in time."""
    findings: list[Finding] = []
    for block in _present(table):
        for names in (block.start, block.published):
            column = _column(table, names)
            if column is not None:
                bad = published_dates(table.text(column)).bad
                findings += cells(table, column, table.text(column), bad, "this is not a date", "a date as 12/06/2024")
        column = _column(table, block.number)
        number = _said(table.text(*block.number))
        undated = (number != "") & (published_dates(table.text(*block.start)).iso == "")
        undated &= published_dates(table.text(*block.published)).iso == ""
        message = "this inspection has no date, so it is left out"
        findings += [
            replace(finding, blocking=False)
            for finding in cells(table, column, table.text(*block.number), undated, message, None)
        ]
    return findings


def _newest_publication(table: RawTable) -> str:
    """The vintage of a file of all inspections: its newest report, whatever date its name begins with."""
    return str(max(published_dates(table.text("Publication date")).iso, default=""))


def _by_name(table: RawTable) -> str:  # noqa: ARG001 (the file's name says it)
    return ""


def _layout(
    id: str,
    title: str,
    needs: tuple[str, ...],
    lacks: tuple[str, ...] = (),
    vintage_of: Callable[[RawTable], str] = _by_name,
) -> Layout:
    return Layout(
        id=id,
        title=f"Ofsted management information: {title}",
        publisher="Ofsted",
        dataset="ofsted",
        needs=("URN", "Inspection start date", *needs),
        lacks=lacks,
        columns=tuple(Column(name) for name in ("URN", "Inspection start date", *needs)),
        produce=_produce,
        checks=(_check_grades, _check_dates),
        one_year=False,
        keeps_vintages=True,
        vintage_of=vintage_of,
        urn_column="URN",
    )


_LEADERSHIP = "Effectiveness of leadership and management"
_CARDS = "Safeguarding standards"
_FULL = "Inspection number of latest full inspection"
LAYOUTS = (
    _layout("ofsted_latest_report_cards", "latest inspections with report cards (from November 2025)",
            (_FULL, _CARDS, "Leadership and governance")),
    _layout("ofsted_latest_graded", "latest inspections (2024 and 2025)",
            ("Inspection number of latest graded inspection", _LEADERSHIP), (_CARDS,)),
    _layout("ofsted_latest_full", "latest inspections (to 2023)",
            (_FULL, "Overall effectiveness", _LEADERSHIP), (_CARDS,)),
    _layout("ofsted_all_report_cards", "all inspections with report cards (from November 2025)",
            ("Inspection number", _CARDS, "Leadership and governance"), vintage_of=_newest_publication),
    _layout("ofsted_all", "all inspections (to 2025)", ("Inspection number", _LEADERSHIP), (_CARDS,),
            _newest_publication),
)  # fmt: skip
