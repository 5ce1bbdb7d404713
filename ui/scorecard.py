"""The grid of KPIs and academies: a shape and a word in each cell, each cell a link to the KPI for that academy."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kpi_engine.answers import Cell
from kpi_engine.catalogue import CATALOGUE, Group, of_group
from kpi_engine.model import TRUST
from ui import words
from ui.choice import href
from ui.context import Context


def table(context: Context, cells: Sequence[Cell], groups: Sequence[Group]) -> str:
    """KPIs down in the plan's groups, the trust and its academies across; the academy chosen stands out."""
    by = {(c.kpi, c.academy): c for c in cells}
    scopes = [(TRUST, "Trust" if not context.choice.phase else context.scope_name)]
    scopes += [(a.urn, a.name) for a in context.listed()]
    chosen = context.choice.academy
    heads = "".join(f'<th scope="col"{_focus(urn, chosen)}>{escape(name)}</th>' for urn, name in scopes)
    bodies = []
    for group in groups:
        link = f'<a class="go plain" href="{escape(href(group.id, context.choice))}">{escape(group.title)}</a>'
        rows = [f'<tr class="head"><th scope="colgroup" colspan="{len(scopes) + 1}">{link}</th></tr>']
        for kpi in of_group(group.id):
            row = "".join(_cell(context, by.get((kpi.id, urn)), urn, chosen) for urn, _ in scopes)
            rows.append(f'<tr><th scope="row">{escape(kpi.short)}</th>{row}</tr>')
        bodies.append(f"<tbody>{''.join(rows)}</tbody>")
    return (
        '<h2 class="section">Academies and KPIs</h2><div class="scroll" tabindex="0" role="region" '
        'aria-label="Academies and KPIs"><table class="grid" style="--across:'
        + str(len(scopes))
        + '"><thead><tr><th scope="col">KPI</th>'
        f"{heads}</tr></thead>{''.join(bodies)}</table></div>"
        + "".join(f'<p class="quiet">{escape(note)}</p>' for note in words.restricted(cells))
    )


def _cell(context: Context, cell: Cell | None, urn: str, chosen: str) -> str:
    if cell is None:
        return f"<td{_focus(urn, chosen)}></td>"
    name, word = words.status(cell)
    link = escape(href(CATALOGUE[cell.kpi].group, context.choice.at(urn), kpi=cell.kpi))
    scope = "the trust" if urn == TRUST else context.academy(urn).name
    mark = ' <span class="restricted" aria-hidden="true">◆</span>' if cell.restricted else ""
    told = ", small number, do not pass on" if cell.restricted else ""
    spoken = escape(f"{CATALOGUE[cell.kpi].short}, {scope}: {word}{told}")
    label = f'<a aria-label="{spoken}" class="go mark {name}" href="{link}">{escape(word)}{mark}</a>'
    return f"<td{_focus(urn, chosen)}>{label}</td>"


def _focus(urn: str, chosen: str) -> str:
    return ' class="focus"' if urn == chosen and urn != TRUST else ""
