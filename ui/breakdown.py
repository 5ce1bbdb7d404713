"""Going down: the KPI by one dimension, each row a link to that part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from kpi_engine.answers import BenchmarkStatus, Result, TargetStatus
from kpi_engine.engine.offers import Offered
from kpi_engine.engine.scope import PERIOD_KINDS
from kpi_engine.kpi import Axis
from kpi_engine.model import WithheldKind
from kpi_engine.telling import beyond_axis, drawn, interval
from kpi_engine.wording import inside, number
from ui import words
from ui.place import Place

_EMPTY = (WithheldKind.NOT_APPLICABLE, WithheldKind.NO_DATA)
_VERSUS = {
    BenchmarkStatus.ABOVE: "Above",
    BenchmarkStatus.BELOW: "Below",
    BenchmarkStatus.NO_DIFFERENCE: "No clear difference",
}


def panel(here: Place) -> None:
    """The dimensions to choose from, those without data greyed with the reason, and the rows of the chosen one."""
    offers = _offers(here)
    by, found = _chosen(here, offers)
    chips = "".join(_chip(here, o, by) for o in offers)
    reasons = "".join(
        f"<li><b>{escape(words.dimension(o.dimension))}:</b> {words.text(o.reason)}</li>"
        for o in offers
        if not o.available
    )
    closed = (
        f'<details class="closed"><summary>Why some are not there</summary><ul class="notes">{reasons}</ul></details>'
    )
    if not found and not reasons:
        return
    title = "No breakdown has a figure here"
    if found:
        title = f"By {escape(words.dimension(by).lower())} <span>choose a row to go down</span>"
    with st.container(border=True, key="breakdown"):
        st.html(
            f'<h2 class="panel-title">{title}</h2><div class="chips">{chips}</div>'
            f"{_table(here, by, found) if found else ''}{closed if reasons else ''}"
        )


def shown(here: Place) -> tuple[str, list[Result]]:
    """The dimension that the panel shows, with its rows: the one asked for, or the first that is no part of the year.

    "" and no rows where no dimension has a figure.
    """
    return _chosen(here, _offers(here))


def _offers(here: Place) -> Sequence[Offered]:
    choice = here.choice
    return here.context.ask.offers(here.kpi.id, choice.academy, here.year, here.within, choice.among)


def _chosen(here: Place, offers: Sequence[Offered]) -> tuple[str, list[Result]]:
    offered = [o.dimension for o in offers if o.available]
    by = here.by if here.by in offered else next((d for d in offered if d not in PERIOD_KINDS), next(iter(offered), ""))
    found = _rows(here, by) if by else []
    if all(r.withheld is not None and r.withheld.kind in _EMPTY for r in found):
        return "", []
    return by, found


def _rows(here: Place, by: str) -> list[Result]:
    choice = here.choice
    found = here.context.ask.breakdown(here.kpi.id, by, choice.academy, here.year, here.within, choice.among)
    if by == "academy":
        listed = {a.urn for a in here.context.listed()}
        found = [r for r in found if r.academy in listed]
    if by == "inspection":
        found = sorted(found, key=_inspected, reverse=True)
    return found


def _chip(here: Place, offer: Offered, by: str) -> str:
    """A breakdown to choose: the chosen one, a link, or one that is there by name alone, with the reason."""
    name = escape(words.dimension(offer.dimension))
    if offer.dimension == by:
        return f"<b aria-current='true'>{name}</b>"
    if not offer.available:
        return (
            f'<span class="shut" role="link" aria-disabled="true" title="{escape(offer.reason)}">{name}'
            f'<span class="sr">: not here. {words.text(offer.reason)}</span></span>'
        )
    return f'<a class="go" href="{escape(here.link(by=offer.dimension, picture=here.picture))}">{name}</a>'


def _table(here: Place, by: str, found: list[Result]) -> str:
    # A column of ones says nothing: each academy is one academy.
    has_people = any(words.cohort(here.kpi, r) not in ("", "1") for r in found)
    has_england = any(r.benchmark is not None for r in found)
    # A part of a whole may lie far off the whole's axis; arrows at its end would say nothing.
    axis = words.axis_of(here.kpi, (by, *dict(here.within)))
    known = [r for r in found if r.value is not None]
    has_bar = bool(known) and 2 * sum(1 for r in known if beyond_axis(axis, r.value)) <= len(known)
    has_target = any(r.withheld is None and words.status(r)[0] != "none" for r in found)
    people, value, england = _people_name(here, found), _value_name(here, by, found), _england_name(here)
    heads = [words.dimension(by)]
    heads += [people] if has_people else []
    heads += [value, _bar_name(here)] if has_bar else [value]
    heads += [england, "Against England"] if has_england else []
    heads += ["Target"] if has_target else []
    right = {people, value, england}
    head = "".join(f'<th scope="col"{_n(h in right)}>{escape(h)}</th>' for h in heads)
    asked = [r for r in found if not _inapplicable(r)]
    # What every row would say is said once, below them.
    details = {r.detail or "" for r in asked}
    shared = next(iter(details)) if len(asked) > 1 and len(details) == 1 else ""
    if shared:
        asked = [replace(r, detail=None) for r in asked]
    rows = "".join(_row(here, by, r, has_people, has_bar, has_england, has_target) for r in asked)
    table = f'<table class="rows"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    shared = f'<p class="quiet asked">{escape(shared[:1].upper() + shared[1:].rstrip("."))}.</p>' if shared else ""
    held = shared + "".join(f'<p class="quiet asked">{escape(note)}</p>' for note in words.restricted(asked))
    return f'<div class="scroll">{table}</div>{held}{_not_asked(here, by, [r for r in found if _inapplicable(r)])}'


def _inapplicable(result: Result) -> bool:
    return result.withheld is not None and result.withheld.kind is WithheldKind.NOT_APPLICABLE


def _not_asked(here: Place, by: str, found: list[Result]) -> str:
    """Those that the KPI does not apply to, in one line below the table."""
    if not found:
        return ""
    names = [
        f'<a class="go plain" href="{escape(here.link(academy=r.academy))}">{escape(r.academy_name)}</a>'
        if by == "academy"
        else escape(words.value(by, dict(r.breakdown)[by]))
        for r in found
    ]
    return f'<p class="quiet asked">Not applicable: {" · ".join(names)}</p>'


def _row(here: Place, by: str, result: Result, people: bool, has_bar: bool, england: bool, target: bool) -> str:
    name = result.academy_name if by == "academy" else words.value(by, dict(result.breakdown)[by])
    if by == "academy":
        link = here.link(academy=result.academy)
    else:
        link = here.link(within=(*here.within, (by, dict(result.breakdown)[by])))
    detail = f'<div class="quiet">{escape(result.detail)}</div>' if result.detail else ""
    cells = [f'<td><a class="go plain" href="{escape(link)}">{escape(name)}</a>{detail}{_lacking(result)}</td>']
    if result.withheld is not None:
        span = 1 + has_bar + people + 2 * england + target
        cells.append(
            f'<td colspan="{span}"><span class="mark none">{escape(words.special(result.withheld))}</span>'
            f'<span class="quiet">{_because(result)}</span></td>'
        )
        return f"<tr>{''.join(cells)}</tr>"
    if people:
        cells.append(f'<td class="n">{escape(words.cohort(here.kpi, result))}</td>')
    said = f'<span class="sr"> 95 % interval {escape(interval(result))}</span>' if interval(result) else ""
    cells.append(f'<td class="n"><b>{escape(words.figure(result))}</b>{words.badge(result)}{said}</td>')
    if has_bar:
        cells.append(f"<td>{bar(words.axis_of(here.kpi, (by, *dict(here.within))), result)}</td>")
    if england:
        shown = words.in_unit(result, result.benchmark) if result.benchmark is not None else ""
        cells.append(f'<td class="n">{escape(shown)}</td>')
        versus = words.answers(here.kpi, result)[1]
        status = BenchmarkStatus(result.versus_benchmark.status)
        word = _VERSUS.get(status, "") if result.benchmark is not None else ""
        cells.append(f'<td><span class="mark {versus[1]}">{escape(word)}</span></td>' if word else "<td></td>")
    if target:
        cells.append(f"<td>{words.mark(result)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _lacking(result: Result) -> str:
    """What a target that asks for more than the value misses, such as a skill; a plain target is told by its word."""
    if result.withheld is not None or result.target.status not in (TargetStatus.MISSED, TargetStatus.NEAR):
        return ""
    reason = result.target.reason
    return "" if " against " in reason else f'<div class="quiet">{words.text(reason)}</div>'


def bar(axis: Axis, result: Result) -> str:
    """A dot with its interval on the KPI's own axis, and England's mark; the numbers stand in the row as text."""

    def place(value: float | None) -> float | None:
        at = drawn(axis, value)
        if at is None:
            return None
        return min(max((at - axis.low) / (axis.high - axis.low) * 100, 0.0), 100.0)

    dot, england = place(result.value), place(result.benchmark)
    ends = sorted(p for p in (place(result.lower), place(result.upper)) if p is not None)
    parts = []
    if len(ends) == 2:
        parts.append(f'<i style="left:{ends[0]:.1f}%;width:{ends[1] - ends[0]:.1f}%"></i>')
    if england is not None:
        parts.append(f'<u style="left:{england:.1f}%"></u>')
    beyond = beyond_axis(axis, result.value)
    if beyond:
        parts.append(f'<s style="{"right" if beyond > 0 else "left"}:0">{"▶" if beyond > 0 else "◀"}</s>')
    elif dot is not None:
        parts.append(f'<b style="left:{dot:.1f}%"></b>')
    return f'<span class="bar" aria-hidden="true">{"".join(parts)}</span>'


def _inspected(result: Result) -> dt.date:
    """The day of an inspection, which stands at the head of its row."""
    said = words.value("inspection", dict(result.breakdown)["inspection"]).split(",")[0]
    try:
        return dt.datetime.strptime(said, "%d %B %Y").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return dt.date.min


def _because(result: Result) -> str:
    """The reason after a special answer, but where the word says it all."""
    if result.withheld is None or result.withheld.kind in _EMPTY:
        return ""
    word, reason = words.special(result.withheld), result.withheld.reason
    if reason.startswith(f"{word} for ") and ": " in reason:
        # "Hidden for this academy in this year: why": the row and the page say where and when.
        reason = reason.partition(": ")[2]
        return f": {words.text(reason)}"
    return f" · {words.text(reason)}"


def _sides(found: list[Result]) -> tuple[str, str] | None:
    """The names of a gap's two sides, where all rows have the same ones."""
    named = {(r.sides[0].name, r.sides[1].name) for r in found if r.sides}
    return next(iter(named)) if len(named) == 1 else None


def _people_name(here: Place, found: list[Result]) -> str:
    sides = _sides(found)
    if sides is None or not any(r.sides and r.sides[1].people for r in found):
        return words.people(here.kpi)
    return f"{sides[0]} / {inside(sides[1])}"


def _value_name(here: Place, by: str, found: list[Result]) -> str:
    """The head over the values; a gap names whom the group is held against."""
    if words.is_gap(here.kpi):
        against = {r.sides[1].name for r in found if r.sides}
        return f"Gap to {inside(against.pop())}, points" if len(against) == 1 else "Gap, points"
    return "Attendance" if words.axis_of(here.kpi, (by, *dict(here.within))).complement else "Value"


def _england_name(here: Place) -> str:
    return "England’s gap" if words.is_gap(here.kpi) else "England"


def _bar_name(here: Place) -> str:
    axis = here.kpi.axis
    unit = {"%": " %", "per 100": " per 100"}.get(here.result.unit, "")
    pounds = "£" if here.result.unit == "£" else ""
    low, high = f"{pounds}{number(axis.low, 0)}", f"{pounds}{number(axis.high, 1 if axis.high % 1 else 0)}"
    what = f"{words.axis_words(here.kpi)}, " if axis.complement else ""
    return f"{what}{low} to {high}{unit}"


def _n(yes: bool) -> str:
    return ' class="n"' if yes else ""
