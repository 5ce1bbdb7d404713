"""The overview's cards and the group pages' rows, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kpi_engine.answers import Cell, Result
from kpi_engine.catalogue import CATALOGUE, GROUPS
from kpi_engine.kpi import Kpi
from ui import words
from ui.choice import href
from ui.context import Context

_OPEN = 3
_GROUP_TITLES = {group.id: group.title for group in GROUPS}


def attention_row(context: Context, kpi: Kpi, result: Result) -> str:
    """One KPI that is missed or near: its shape, its sentence, its reason."""
    name, word = words.status(result)
    link = escape(href(kpi.group, context.choice, kpi=kpi.id))
    counted = words.counted(kpi, result)
    told = "" if counted in result.sentence else counted
    small = " · ".join(escape(part) for part in (kpi.group.capitalize(), told, kpi.owner) if part)
    return (
        f'<li><a class="go row" href="{link}"><span class="mark {name}"><span class="sr">{escape(word)}: </span></span>'
        f'<span class="said">{words.text(result.sentence)} {words.badge(result)}</span></a>'
        f'<div class="why">{words.text(result.target.reason)}</div><div class="quiet">{small}</div></li>'
    )


def attention_card(title: str, kind: str, rows: Sequence[str]) -> str:
    """A card of rows; the first stand open, the rest unfold."""
    body = f"<ul>{''.join(rows[:_OPEN])}</ul>" if rows else '<p class="quiet">Nothing.</p>'
    if len(rows) > _OPEN:
        body += f"<details><summary>Show all {len(rows)}</summary><ul>{''.join(rows[_OPEN:])}</ul></details>"
    return f'<section class="card {kind}"><h2>{escape(title)} · {len(rows)}</h2>{body}</section>'


def on_track_card(context: Context, met: Sequence[Kpi], unjudged: Sequence[Cell]) -> str:
    """The names of what is met, folded; below, what has no judgement and why in a word."""
    names = [
        f'<a class="go plain" href="{escape(href(k.group, context.choice, kpi=k.id))}">{escape(k.short)}</a>'
        for k in met
    ]
    body = " · ".join(names[:8])
    if len(names) > 8:
        body += f"<details><summary>Show all {len(names)}</summary>{' · '.join(names[8:])}</details>"
    other = "".join(
        f'<li><a class="go plain" href="{escape(href(CATALOGUE[c.kpi].group, context.choice, kpi=c.kpi))}">'
        f'{escape(CATALOGUE[c.kpi].short)}</a> <span class="quiet">{escape(words.status(c)[1].lower())}</span></li>'
        for c in unjudged
    )
    folded = (
        f'<h2 class="second">No judgement · {len(unjudged)}</h2><details><summary>Show which and why</summary>'
        f'<ul class="tight">{other}</ul></details>'
        if unjudged
        else ""
    )
    return (
        f'<section class="card track"><h2>On track · {len(met)}</h2><div class="names">{body or "None."}</div>'
        f"{folded}</section>"
    )


def kpi_rows(context: Context, chosen: str, found: Sequence[tuple[Kpi, Result]]) -> str:
    """The group's KPIs as rows to choose from: title, status, value."""
    rows = []
    for kpi, result in found:
        current = ' aria-current="true"' if kpi.id == chosen else ""
        value = words.text(words.figure(result)) if result.value is not None else ""
        rows.append(
            f'<li><a class="go kpi" href="{escape(href(kpi.group, context.choice, kpi=kpi.id))}"{current}>'
            f'<span class="name">{escape(kpi.short)}</span>{words.mark(result)}'
            f'<span class="value">{value}{words.badge(result)}</span></a></li>'
        )
    title = _GROUP_TITLES[found[0][0].group]
    return (
        f'<nav aria-label="{escape(title)}"><h2 class="group">{escape(title)}</h2>'
        f'<ul class="kpis">{"".join(rows)}</ul></nav>'
    )
