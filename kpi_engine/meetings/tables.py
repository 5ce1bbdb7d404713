"""The tables of a meeting: academies, years, and what a figure is made of."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_engine import telling
from kpi_engine.answers import Result
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.meetings.document import Table
from kpi_engine.meetings.figures import Named, figure, first_large, inapplicable
from kpi_engine.model import TRUST
from kpi_engine.wording import inside


def academies(kpi: Kpi, title: str, whole: Named, each: Sequence[Named]) -> Table:
    """The whole and each academy. Those that the KPI does not apply to are left out: the chart's note names them."""
    asked = [one for one in each if not inapplicable(one.result)]
    return _table(kpi, title, "Academy", [whole, *(asked or each)])


def by_year(kpi: Kpi, title: str, found: Sequence[Named]) -> Table:
    """A row for each year."""
    return _table(kpi, title, "Year", [each._replace(name=_year(each.result)) for each in found])


def _year(result: Result) -> str:
    return f"{result.academic_year} so far" if result.period == "YTD" else result.academic_year


def _table(kpi: Kpi, title: str, first: str, found: Sequence[Named]) -> Table:
    """A row for each of these, with the columns that have anything in them. ``first`` heads the names."""
    head = (first, _value_head(kpi), _people_head(kpi), "95 % interval", "England", "Target", "Note")
    details = {each.result.detail or "" for each in found if each.result.academy != TRUST}
    rows = [
        (
            each.name,
            figure(kpi, each.result),
            telling.counted(kpi, each.result) if each.result.value is not None else "",
            telling.interval(each.result),
            "" if each.result.benchmark is None else telling.in_unit(each.result, each.result.benchmark),
            telling.status(each.result)[1] if each.result.value is not None else "",
            _note(each.result, len(details) > 1),
        )
        for each in found
    ]
    return _without_empty(title, head, rows)


def _note(result: Result, details: bool) -> str:
    """Why there is no figure, without what the row says already; else what stands behind one academy's."""
    if result.withheld is not None:
        word, reason = telling.special(result.withheld), result.withheld.reason
        return first_large(reason.partition(": ")[2]) if reason.startswith(f"{word} for ") else reason
    if not details or result.academy == TRUST or not result.detail:
        return ""
    return first_large(result.detail.rstrip(".")) + "."


def breakdown(kpi: Kpi, by: str, found: Sequence[Result]) -> Table | None:
    """The parts of a figure by one dimension; None where no part has one."""
    asked = [r for r in found if not inapplicable(r)]
    if not any(r.value is not None for r in asked):
        return None
    head = (telling.dimension(by), _value_head(kpi), _cohort_head(kpi, asked), "England", "Target")
    rows = [
        (
            telling.value(by, dict(r.breakdown)[by]),
            figure(kpi, r),
            telling.cohort(kpi, r) if r.value is not None else "",
            "" if r.benchmark is None else telling.in_unit(r, r.benchmark),
            telling.status(r)[1] if r.withheld is None and telling.status(r)[0] != "none" else "",
        )
        for r in asked
    ]
    name = telling.dimension(by)
    return _without_empty(f"By {name if name.isupper() else name.lower()}", head, rows)


def _without_empty(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    kept = [i for i in range(len(head)) if i < 2 or any(row[i] for row in rows)]
    return Table(title, tuple(head[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in rows))


def _value_head(kpi: Kpi) -> str:
    return "Gap" if isinstance(kpi.answer, Gap) else "Value"


def _people_head(kpi: Kpi) -> str:
    return "Counted" if telling.people(kpi) in ("", "Academies") else "n"


def _cohort_head(kpi: Kpi, found: Sequence[Result]) -> str:
    sides = {(r.sides[0].name, r.sides[1].name) for r in found if r.sides}
    if len(sides) == 1 and any(r.sides and r.sides[1].people for r in found):
        group, other = next(iter(sides))
        return f"{group} / {inside(other)}"
    return telling.people(kpi) or "n"
