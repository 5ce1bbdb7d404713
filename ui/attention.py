"""The overview's cards, as HTML: what needs discussion, what to watch, and, folded, what is on track."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kpi_engine.answers import Cell, TargetStatus
from kpi_engine.engine.attention import FALSE_SHARE, Attention, Item, Place, Significance
from kpi_engine.model import TRUST
from ui import words
from ui.choice import href
from ui.context import Context

SIGNIFICANT = "significant"
"""What stands in the address (``only=significant``) where only what is significant is kept."""
_OPEN = {Place.DISCUSS: 5, Place.WATCH: 4}
"""How many rows stand open: as many as leave the whole overview on one screen of 1440 by 900."""
_OPEN_IN_TWO = {True: 16, False: 10}
"""The same for an academy, and for the trust, where there is little to watch and discussion takes two columns."""
_NAMES = 4
_KINDS = {Place.DISCUSS: "discuss", Place.WATCH: "watch"}


def counts(cells: Sequence[Cell]) -> str:
    """How many of a scope's KPIs are met, near, missed and without a judgement."""
    by = {s: sum(1 for c in cells if c.withheld is None and c.target.status is s) for s in TargetStatus}
    met, near, missed = by[TargetStatus.MET], by[TargetStatus.NEAR], by[TargetStatus.MISSED]
    return (
        f"{len(cells)} KPIs · {met} met · {near} near · {missed} missed · "
        f"{len(cells) - met - near - missed} with no judgement"
    )


def switch(context: Context, on: bool, kept: dict[str, str]) -> str:
    """The switch "only what is significant", a link to the same page with it the other way."""
    link = href("", context.choice, **kept, **({} if on else {"only": SIGNIFICANT}))
    return (
        f'<a class="go switch" role="switch" aria-checked="{str(on).lower()}" href="{escape(link)}">'
        '<span class="box" aria-hidden="true"></span>Only what is significant</a>'
    )


def explained(found: Significance | None) -> str:
    """What the switch does, or has done, in one sentence."""
    if found is None:
        return "The switch keeps what is worse by more than chance explains."
    differences = "difference" if found.considered == 1 else "differences"
    rows = "row is" if found.left_out == 1 else "rows are"
    share = f"{100 * FALSE_SHARE:g} %"
    return (
        f"{found.considered} {differences} (from England, the year before, the target) were considered together and "
        f"{found.hold} hold (Benjamini–Hochberg, {share} false at most). {found.left_out} {rows} left out; what is "
        "counted in full stays."
    )


def cards(context: Context, found: Attention, below: str) -> str:
    """All cards; what needs discussion in two columns where there is much of it and little to watch."""
    discuss, watch = found.placed(Place.DISCUSS), found.placed(Place.WATCH)
    quiet = _quiet_card(context, found, below)
    wide = len(discuss) > _OPEN[Place.DISCUSS] and len(watch) < _OPEN[Place.WATCH]
    open = _OPEN_IN_TWO[context.choice.academy != TRUST] if wide else _OPEN[Place.DISCUSS]
    first = _card(context, Place.DISCUSS, discuss, open)
    second = _card(context, Place.WATCH, watch, _OPEN[Place.WATCH])
    if wide:
        return f'<div class="cards wide">{first}<div class="stack">{second}{quiet}</div></div>'
    return f'<div class="cards">{first}{second}{quiet}</div>'


def _card(context: Context, place: Place, items: Sequence[Item], open: int) -> str:
    """A card of rows; the first stand open, the rest unfold."""
    rows = [_row(context, item) for item in items]
    first, rest = rows[:open], rows[open:]
    body = f"<ul>{''.join(first)}</ul>" if rows else '<p class="quiet">Nothing.</p>'
    if rest:
        body += f"<details><summary>Show {len(rest)} more</summary><ul>{''.join(rest)}</ul></details>"
    return f'<section class="card {_KINDS[place]}"><h2>{place} · {len(rows)}</h2>{body}</section>'


def _quiet_card(context: Context, found: Attention, below: str) -> str:
    """The folded lists of what is on track and of what has no judgement, and what else belongs beside them."""
    met, unjudged = found.placed(Place.ON_TRACK), found.placed(Place.UNJUDGED)
    names = "".join(f"<li>{_name(context, item)}</li>" for item in met)
    why = "".join(
        f'<li>{_name(context, item)} <span class="quiet">{escape(words.status(item.result)[1].lower())}</span></li>'
        for item in unjudged
    )
    return (
        '<section class="card track">'
        f"{_folded('', f'On track · {len(met)}', names)}{_folded('second', f'No judgement · {len(unjudged)}', why)}"
        f"{below}</section>"
    )


def _folded(kind: str, title: str, items: str) -> str:
    if not items:
        return f'<h2 class="{kind}">{escape(title)}</h2>'
    head = f'<summary><h2 class="{kind}">{escape(title)}</h2></summary>'
    return f'<details>{head}<ul class="tight">{items}</ul></details>'


def _name(context: Context, item: Item) -> str:
    link = href(item.kpi.group, context.choice, kpi=item.kpi.id)
    return f'<a class="go plain" href="{escape(link)}">{escape(item.kpi.short)}</a>'


def _row(context: Context, item: Item) -> str:
    """A KPI: its shape, its sentence, where or why it is missed; academy, cohort, what speaks for it, and owner."""
    kpi, result = item.kpi, item.result
    name, word = words.status(result)
    # Not judged, or met, for the trust as a whole, and missed by some of its academies.
    shape, spoken = (name, word) if name in ("missed", "near") else ("missed", "Missed at academies")
    link = escape(href(kpi.group, context.choice, kpi=kpi.id))
    counted = words.counted(kpi, result)
    # "8 of 10 checks" is told once, whatever is counted in words after it.
    told = "" if " ".join(counted.split(" ")[:3]) in result.sentence else counted
    why = "" if item.why == word.lower() else item.why.removeprefix(f"{word.lower()}, ")
    holds = f"holds against {' and '.join(item.holds)}" if item.holds else ""
    owner = f"Owner: {item.owner}" if item.owner else ""
    small = [told, why, holds, owner]
    if context.choice.academy == TRUST:
        # The sentence of an academy's figure names the academy; that of the trust says "across the trust".
        small = ["Trust" if not context.choice.phase else context.scope_name, *small]
        below = f'<div class="why">{_missed_at(context, item) or words.text(result.target.reason)}</div>'
    else:
        small = [result.target.reason.rstrip("."), *small]
        below = ""
    return (
        f'<li><a class="go row" href="{link}"><span class="mark {shape}"><span class="sr">{escape(spoken)}: </span>'
        f'</span><span class="said">{words.text(result.sentence)} {words.badge(result)}</span></a>{below}'
        f'<div class="quiet">{" · ".join(words.text(part) for part in small if part)}</div></li>'
    )


def _missed_at(context: Context, item: Item) -> str:
    """The academies that miss it, the first few as links to the KPI there."""
    if not item.missed_at:
        return ""
    kpi = item.kpi
    names = {academy.urn: academy.name for academy in context.offered.academies}
    urns = sorted(item.missed_at, key=lambda urn: names.get(urn, urn))
    # One name more takes no more room than "and 1 more" does.
    first = urns if len(urns) <= _NAMES + 1 else urns[:_NAMES]
    parts = [
        f'<a class="go plain" href="{escape(href(kpi.group, context.choice.at(urn), kpi=kpi.id))}">'
        f"{escape(names.get(urn, urn))}</a>"
        for urn in first
    ]
    said = ", ".join(parts)
    if len(first) < len(urns):
        every = href(kpi.group, context.choice, kpi=kpi.id, by="academy")
        said += f' and <a class="go plain" href="{escape(every)}">{len(urns) - len(first)} more</a>'
    which = "academy" if item.judged == 1 else "academies"
    missed = "Missed, and worse by more than chance, at" if item.beyond_chance else "Missed at"
    return f"{missed} {len(urns)} of {item.judged} {which}: {said}"
