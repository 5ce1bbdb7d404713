"""The group pages' rows, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kpi_engine.answers import Result
from kpi_engine.catalogue import GROUPS
from kpi_engine.kpi import Kpi
from ui import marks, words, written
from ui.choice import href
from ui.context import Context

_GROUP_TITLES = {group.id: group.title for group in GROUPS}


def kpi_rows(context: Context, chosen: str, found: Sequence[tuple[Kpi, Result, Sequence[Result]]]) -> str:
    """The group's KPIs as rows to choose from: name, value, the four answers, and the KPI over the years."""
    noted = written.noted(context, [result for _, result, _ in found])
    rows = []
    for kpi, result, trend in found:
        current = ' aria-current="true"' if kpi.id == chosen else ""
        value = words.text(words.figure(result)) if result.value is not None else ""
        line = marks.spark(kpi, trend, result.academic_year) if result.value is not None else ""
        rows.append(
            f'<li><a class="go kpi" href="{escape(href(kpi.group, context.choice, kpi=kpi.id))}"{current}>'
            f'<span class="name">{escape(kpi.short)}</span>'
            f'<span class="value">{value}{words.badge(result)}</span>{marks.four(kpi, result)}{line}'
            f"{_notes(noted.get((kpi.id, result.academy, result.academic_year), 0))}</a></li>"
        )
    title = _GROUP_TITLES[found[0][0].group]
    return (
        f'<nav aria-label="{escape(title)}"><h2 class="group">{escape(title)}</h2>'
        f'<ul class="kpis">{"".join(rows)}</ul>{marks.legend([result for _, result, _ in found])}</nav>'
    )


def _notes(count: int) -> str:
    return f'<span class="noted">{count} {"note" if count == 1 else "notes"}</span>' if count else ""
