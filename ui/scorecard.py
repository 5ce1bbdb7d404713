"""The grid of KPIs and academies: a shape and a word in each cell, each cell a link to the KPI for that academy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from kpi_engine.answers import Cell, TargetStatus
from kpi_engine.catalogue import CATALOGUE, Group, of_group
from kpi_engine.kpi import Kpi
from kpi_engine.model import TRUST, Academy, Phase
from ui import words
from ui.choice import href
from ui.context import Context
from ui.spread import MANY

_MANY = 12
"""With more academies than this, the grid offers to show those of one phase."""
_FIRST = 10
"""Of more academies than anybody takes in at once, how many of those that miss the most targets are shown."""
ALL = "all"
"""What stands in the address (``grid=all``) where all of them are shown all the same."""


def table(
    context: Context, cells: Sequence[Cell], groups: Sequence[Group], every: bool, kept: Mapping[str, str]
) -> str:
    """KPIs down in the plan's groups, the trust and its academies by phase across; the academy chosen stands out.

    Of many academies some are shown, unless ``every`` one is asked for, and beside the trust stands at how many each
    target is missed. ``kept`` are the page's other switches.
    """
    by = {(c.kpi, c.academy): c for c in cells}
    phases = list(Phase)
    of_all = sorted(context.listed(), key=lambda a: (phases.index(a.phase), a.name))
    many = len(of_all) > MANY
    listed = _some(context, of_all, cells) if many and not every else of_all
    missed = _missed(of_all, cells) if many else {}
    scopes = [TRUST, *(a.urn for a in listed)]
    first = {next(each).urn for _, each in groupby(listed, key=lambda a: a.phase)}
    names = {a.urn: a.name for a in listed}
    bodies = []
    for group in groups:
        link = f'<a class="go plain" href="{escape(href(group.id, context.choice))}">{escape(group.title)}</a>'
        rest = f'<td colspan="{len(scopes) + many}" aria-hidden="true"></td>'
        rows = [f'<tr class="head"><th scope="rowgroup">{link}</th>{rest}</tr>']
        for kpi in of_group(group.id):
            row = [_cell(context, by.get((kpi.id, urn)), _classes(context, urn, first), names) for urn in scopes]
            row[1:1] = [_missed_at(context, kpi, *missed.get(kpi.id, (0, 0)))] if many else []
            rows.append(f'<tr><th scope="row">{escape(kpi.short)}</th>{"".join(row)}</tr>')
        bodies.append(f"<tbody>{''.join(rows)}</tbody>")
    return (
        f'<div class="grid-head"><h2 class="section">Academies and KPIs</h2>{_one_phase(context, of_all)}</div>'
        f"{_said(context, len(listed), len(of_all), every, kept) if many else ''}"
        '<div class="scroll card-grid" tabindex="0" role="region" aria-label="Academies and KPIs">'
        f'<table class="grid" style="--across:{len(scopes) + many}">{_columns(listed, many)}'
        f"{_head(context, listed, first, many)}"
        f"{''.join(bodies)}</table></div>"
        + "".join(f'<p class="quiet">{escape(note)}</p>' for note in words.restricted(cells))
    )


def _some(context: Context, listed: Sequence[Academy], cells: Sequence[Cell]) -> list[Academy]:
    """The academies that miss the most targets, with the one chosen and a headteacher's own, in the order given."""
    count = Counter(c.academy for c in cells if c.withheld is None and c.target.status is TargetStatus.MISSED)
    most = sorted(listed, key=lambda a: (-count[a.urn], a.name))[:_FIRST]
    wanted = {a.urn for a in most} | {context.choice.academy} | context.offered.own
    return [a for a in listed if a.urn in wanted]


def _missed(listed: Sequence[Academy], cells: Sequence[Cell]) -> dict[str, tuple[int, int]]:
    """By KPI, how many of the academies miss its target, of how many that are judged on it."""
    urns = {a.urn for a in listed}
    found: dict[str, tuple[int, int]] = {}
    for cell in cells:
        if cell.academy in urns and cell.withheld is None and cell.target.status is not TargetStatus.NONE:
            missed, judged = found.get(cell.kpi, (0, 0))
            found[cell.kpi] = (missed + (cell.target.status is TargetStatus.MISSED), judged + 1)
    return found


def _missed_at(context: Context, kpi: Kpi, missed: int, judged: int) -> str:
    """A cell that says at how many academies the target is missed, and leads to them."""
    if not judged:
        return "<td></td>"
    if not missed:
        return f'<td class="quiet">None of {judged}</td>'
    link = escape(href(kpi.group, context.choice.at(TRUST), kpi=kpi.id, by="academy"))
    spoken = escape(f"{kpi.short}: missed at {missed} of {judged} academies")
    return f'<td><a aria-label="{spoken}" class="go plain" href="{link}">{missed} of {judged}</a></td>'


def _said(context: Context, shown: int, of: int, every: bool, kept: Mapping[str, str]) -> str:
    """Which academies the grid shows, and the way to the others."""
    if every:
        link = escape(href("", context.choice, **kept))
        return f'<p class="quiet">All {of} academies. <a class="go plain" href="{link}">Show fewer</a></p>'
    link = escape(href("", context.choice, **kept, grid=ALL))
    chosen = "" if context.choice.academy == TRUST else ", with the one chosen"
    return (
        f'<p class="quiet">{shown} of {of} academies: those that miss the most targets{chosen}. '
        f'<a class="go plain" href="{link}">Show all {of}</a>, or take them away below.</p>'
    )


def _columns(listed: Sequence[Academy], many: bool) -> str:
    """Which columns belong together, so that a heading over several is read with each of them."""
    spans = [len(list(each)) for _, each in groupby(listed, key=lambda a: a.phase)]
    return "".join(f'<colgroup span="{span}"></colgroup>' for span in (1, 1, *(1,) * many, *spans))


def _head(context: Context, listed: Sequence[Academy], first: set[str], many: bool) -> str:
    """Two rows: the phases, and under them the academies, each name a link to its own overview."""
    whole = "Trust" if not context.choice.phase else context.scope_name
    missed = '<th scope="col" rowspan="2">Missed at</th>' if many else ""
    phases = "".join(
        f'<th scope="colgroup" class="phase" colspan="{len(list(each))}">{escape(str(phase).capitalize())}</th>'
        for phase, each in groupby(listed, key=lambda a: a.phase)
    )
    academies = "".join(
        f'<th scope="col"{_classes(context, a.urn, first)}>{_own(context, a.urn, a.name)}</th>' for a in listed
    )
    return (
        '<thead><tr><th scope="col" rowspan="2">KPI</th>'
        f'<th scope="col" rowspan="2">{_own(context, TRUST, whole)}</th>'
        f"{missed}{phases}</tr><tr>{academies}</tr></thead>"
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


def _cell(context: Context, cell: Cell | None, classes: str, names: Mapping[str, str]) -> str:
    if cell is None:
        return f"<td{classes}></td>"
    name, word = words.status(cell)
    link = escape(href(CATALOGUE[cell.kpi].group, context.choice.at(cell.academy), kpi=cell.kpi))
    scope = "the trust" if cell.academy == TRUST else names[cell.academy]
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
