"""The grid of KPIs and academies: a shape and a word in each cell, each cell a link to the KPI for that academy."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from kpi_engine.answers import Cell
from kpi_engine.catalogue import CATALOGUE, Group, of_group
from kpi_engine.model import TRUST, Academy, Phase
from ui import words
from ui.choice import href
from ui.context import Context

_MANY = 12
"""With more academies than this, the grid offers to show those of one phase."""


def table(context: Context, cells: Sequence[Cell], groups: Sequence[Group]) -> str:
    """KPIs down in the plan's groups, the trust and its academies by phase across; the academy chosen stands out."""
    by = {(c.kpi, c.academy): c for c in cells}
    phases = list(Phase)
    listed = sorted(context.listed(), key=lambda a: (phases.index(a.phase), a.name))
    scopes = [TRUST, *(a.urn for a in listed)]
    first = {next(each).urn for _, each in groupby(listed, key=lambda a: a.phase)}
    bodies = []
    for group in groups:
        link = f'<a class="go plain" href="{escape(href(group.id, context.choice))}">{escape(group.title)}</a>'
        rest = f'<td colspan="{len(scopes)}" aria-hidden="true"></td>'
        rows = [f'<tr class="head"><th scope="rowgroup">{link}</th>{rest}</tr>']
        for kpi in of_group(group.id):
            row = "".join(_cell(context, by.get((kpi.id, urn)), _classes(context, urn, first)) for urn in scopes)
            rows.append(f'<tr><th scope="row">{escape(kpi.short)}</th>{row}</tr>')
        bodies.append(f"<tbody>{''.join(rows)}</tbody>")
    return (
        f'<div class="grid-head"><h2 class="section">Academies and KPIs</h2>{_one_phase(context, listed)}</div>'
        '<div class="scroll card-grid" tabindex="0" role="region" aria-label="Academies and KPIs">'
        f'<table class="grid" style="--across:{len(scopes)}">{_columns(listed)}{_head(context, listed, first)}'
        f"{''.join(bodies)}</table></div>"
        + "".join(f'<p class="quiet">{escape(note)}</p>' for note in words.restricted(cells))
    )


def _columns(listed: Sequence[Academy]) -> str:
    """Which columns belong together, so that a heading over several is read with each of them."""
    spans = [len(list(each)) for _, each in groupby(listed, key=lambda a: a.phase)]
    return "".join(f'<colgroup span="{span}"></colgroup>' for span in (1, 1, *spans))


def _head(context: Context, listed: Sequence[Academy], first: set[str]) -> str:
    """Two rows: the phases, and under them the academies, each name a link to its own overview."""
    whole = "Trust" if not context.choice.phase else context.scope_name
    phases = "".join(
        f'<th scope="colgroup" class="phase" colspan="{len(list(each))}">{escape(str(phase).capitalize())}</th>'
        for phase, each in groupby(listed, key=lambda a: a.phase)
    )
    academies = "".join(
        f'<th scope="col"{_classes(context, a.urn, first)}>{_own(context, a.urn, a.name)}</th>' for a in listed
    )
    return (
        '<thead><tr><th scope="col" rowspan="2">KPI</th>'
        f'<th scope="col" rowspan="2">{_own(context, TRUST, whole)}</th>{phases}</tr><tr>{academies}</tr></thead>'
    )


def _own(context: Context, urn: str, name: str) -> str:
    """A column's name: where one stands, as text; elsewhere, a link to the overview there.

    A headteacher is offered the overview of the own academies only.
    """
    own = context.offered.own
    if urn == context.choice.academy or (own and urn != TRUST and urn not in own):
        return escape(name)
    return f'<a class="go" href="{escape(href("", context.choice.at(urn)))}">{escape(name)}</a>'


def _one_phase(context: Context, listed: Sequence[Academy]) -> str:
    """With many academies: links that show those of one phase, or all again."""
    chosen = context.choice
    if not chosen.phase and len(listed) <= _MANY:
        return ""
    parts = []
    for phase in ("", *context.offered.phases):
        name = phase.capitalize() or "All phases"
        if phase == chosen.phase:
            parts.append(f'<b aria-current="true">{escape(name)}</b>')
        else:
            parts.append(f'<a class="go" href="{escape(href("", context.choice.in_phase(phase)))}">{escape(name)}</a>')
    return f'<nav class="chips" aria-label="Academies of one phase">{"".join(parts)}</nav>'


def _cell(context: Context, cell: Cell | None, classes: str) -> str:
    if cell is None:
        return f"<td{classes}></td>"
    name, word = words.status(cell)
    link = escape(href(CATALOGUE[cell.kpi].group, context.choice.at(cell.academy), kpi=cell.kpi))
    scope = "the trust" if cell.academy == TRUST else context.academy(cell.academy).name
    mark = ' <span class="restricted" aria-hidden="true">◆</span>' if cell.restricted else ""
    told = ", small number, do not pass on" if cell.restricted else ""
    spoken = escape(f"{CATALOGUE[cell.kpi].short}, {scope}: {word}{told}")
    label = f'<a aria-label="{spoken}" class="go mark {name}" href="{link}">{escape(word)}{mark}</a>'
    return f"<td{classes}>{label}</td>"


def _classes(context: Context, urn: str, first: set[str]) -> str:
    """The column of the academy chosen, and the first column of a phase."""
    chosen = urn == context.choice.academy and urn != TRUST
    said = " ".join(name for name, holds in (("focus", chosen), ("begins", urn in first)) if holds)
    return f' class="{said}"' if said else ""
