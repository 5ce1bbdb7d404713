"""Going down: the KPI by one dimension, each row a link to that part."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from kpi_engine.answers import BenchmarkStatus, Result
from kpi_engine.engine.scope import PERIOD_KINDS
from kpi_engine.kpi import Axis
from kpi_engine.model import WithheldKind
from kpi_engine.wording import number
from ui import words
from ui.figure import beyond_axis, drawn
from ui.picture import interval
from ui.place import Place

_EMPTY = (WithheldKind.NOT_APPLICABLE, WithheldKind.NO_DATA)
_VERSUS = {
    BenchmarkStatus.ABOVE: "Above",
    BenchmarkStatus.BELOW: "Below",
    BenchmarkStatus.NO_DIFFERENCE: "No clear difference",
}


def panel(here: Place) -> None:
    """The dimensions to choose from, and the rows of the chosen one."""
    choice, ask = here.choice, here.context.ask
    offered = ask.drills(here.kpi.id, choice.academy, here.year, here.within)
    if not offered:
        return
    by = here.by if here.by in offered else next((d for d in offered if d not in PERIOD_KINDS), offered[0])
    found = ask.breakdown(here.kpi.id, by, choice.academy, here.year, here.within, choice.among)
    if by == "academy":
        listed = {a.urn for a in here.context.listed()}
        found = [r for r in found if r.academy in listed]
    if by == "inspection":
        found = sorted(found, key=_inspected, reverse=True)
    if not found or all(r.withheld is not None and r.withheld.kind in _EMPTY for r in found):
        return
    chips = "".join(
        f"<b aria-current='true'>{escape(words.dimension(d))}</b>"
        if d == by
        else f'<a class="go" href="{escape(here.link(by=d, picture=here.picture))}">{escape(words.dimension(d))}</a>'
        for d in offered
    )
    with st.container(border=True, key="breakdown"):
        st.html(
            f'<h2 class="panel-title">By {escape(words.dimension(by).lower())} '
            f"<span>choose a row to go down</span></h2>"
            f'<div class="chips">{chips}</div>{_table(here, by, found)}'
        )


def _table(here: Place, by: str, found: list[Result]) -> str:
    # A column of ones says nothing: each academy is one academy.
    has_people = any(words.cohort(here.kpi, r) not in ("", "1") for r in found)
    has_england = any(r.benchmark is not None for r in found)
    has_target = any(r.withheld is None and words.status(r)[0] != "none" for r in found)
    heads = [words.dimension(by)]
    heads += [words.people(here.kpi)] if has_people else []
    heads += [_value_name(here, by), _bar_name(here)]
    heads += ["England", "Against England"] if has_england else []
    heads += ["Target"] if has_target else []
    right = {words.people(here.kpi), _value_name(here, by), "England"}
    head = "".join(f'<th scope="col"{_n(h in right)}>{escape(h)}</th>' for h in heads)
    asked = [r for r in found if r.withheld is None or r.withheld.kind is not WithheldKind.NOT_APPLICABLE]
    rows = "".join(_row(here, by, r, has_people, has_england, has_target) for r in asked)
    table = f'<table class="rows"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    held = "".join(f'<p class="quiet asked">{escape(note)}</p>' for note in words.restricted(asked))
    return f'<div class="scroll">{table}</div>{held}{_not_asked(here, by, [r for r in found if r not in asked])}'


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


def _row(here: Place, by: str, result: Result, people: bool, england: bool, target: bool) -> str:
    name = result.academy_name if by == "academy" else words.value(by, dict(result.breakdown)[by])
    if by == "academy":
        link = here.link(academy=result.academy)
    else:
        link = here.link(within=(*here.within, (by, dict(result.breakdown)[by])))
    detail = f'<div class="quiet">{escape(result.detail)}</div>' if result.detail else ""
    cells = [f'<td><a class="go plain" href="{escape(link)}">{escape(name)}</a>{detail}</td>']
    if result.withheld is not None:
        span = 2 + people + 2 * england + target
        cells.append(
            f'<td colspan="{span}"><span class="mark none">{escape(words.special(result.withheld))}</span>'
            f'<span class="quiet">{_because(result)}</span></td>'
        )
        return f"<tr>{''.join(cells)}</tr>"
    if people:
        cells.append(f'<td class="n">{escape(words.cohort(here.kpi, result))}</td>')
    said = f'<span class="sr"> 95 % interval {escape(interval(result))}</span>' if interval(result) else ""
    cells.append(f'<td class="n"><b>{escape(words.figure(result))}</b>{words.badge(result)}{said}</td>')
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
    return f" · {words.text(result.withheld.reason)}"


def _value_name(here: Place, by: str) -> str:
    if words.is_gap(here.kpi):
        return "Gap, points"
    return "Attendance" if words.axis_of(here.kpi, (by, *dict(here.within))).complement else "Value"


def _bar_name(here: Place) -> str:
    axis = here.kpi.axis
    unit = {"%": " %", "per 100": " per 100"}.get(here.result.unit, "")
    pounds = "£" if here.result.unit == "£" else ""
    low, high = f"{pounds}{number(axis.low, 0)}", f"{pounds}{number(axis.high, 1 if axis.high % 1 else 0)}"
    what = f"{words.axis_words(here.kpi)}, " if axis.complement else ""
    return f"{what}{low} to {high}{unit}"


def _n(yes: bool) -> str:
    return ' class="n"' if yes else ""
