"""Where a figure comes from: what each academy's facts put into it, the rows they stand in, and the files.

It is looked up when somebody opens it: following an added-up figure down to its rows takes longer than the page's
other answers together.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

import streamlit as st

from kpi_engine.engine.evidence import England, Evidence, Line, Place, Trace
from kpi_engine.engine.scope import PERIOD_KINDS
from kpi_engine.model import Unit, WithheldKind
from kpi_engine.wording import number, shown
from ui import place, words
from ui.picture import series_words
from ui.words import day

_RANGES = 4
_NOTHING = "No loaded file stands behind this answer."


def panel(here: place.Place) -> None:
    """The fold that tells where the figure comes from; open or not stands in the link as ``where``."""
    fold = st.expander("Where this figure comes from", key="where", bind="query-params", on_change="rerun")
    with fold:
        if fold.open:
            choice = here.choice
            found = here.context.ask.evidence(here.kpi.id, choice.academy, here.year, here.within, choice.among)
            st.html(body(here, found))


def body(here: place.Place, found: Evidence) -> str:
    """The evidence as HTML: a table for each part of the figure, England's figures, the files."""
    said = "".join(f'<p class="quiet">{escape(each)}</p>' for each in (*found.said, *words.restricted([found])))
    if not found.traces and not found.england:
        why = here.result.withheld
        missing = why is not None and why.kind is WithheldKind.NO_DATA
        bring = f" It comes from: {here.kpi.passport.source}" if missing else ""
        return f'<div class="evidence"><p class="quiet">{escape(_NOTHING + bring)}</p>{said}</div>'
    parts = "".join(_part(here, name, tuple(traces)) for name, traces in groupby(found.traces, lambda t: t.part))
    england = _england(found.england, here.result.benchmark_source if here.result.benchmark is not None else "")
    return f'<div class="evidence">{parts}{england}{_files(found)}{said}</div>'


def _part(here: place.Place, name: str, traces: Sequence[Trace]) -> str:
    """The facts of one part of the figure, with their sum where there are several academies."""
    heads = ["Academy", *(["Year"] if len({t.academic_year for t in traces}) > 1 else [])]
    printed = any(t.published_value is not None for t in traces)
    heads += [*(["Printed"] if printed else []), "Counts as", "Series", "Where in the file"]
    rows = "".join(_row(each, heads) for each in traces)
    total = ""
    result = here.result
    if not name and len(traces) > 1 and result.numerator is not None and not result.sides:
        money = _money(traces[0])
        before = heads.index("Counts as")
        total = (
            f'<tr class="here"><td colspan="{before}">Together</td>'
            f'<td class="n">{_count(result.numerator, result.denominator, money)}</td><td></td><td></td></tr>'
        )
    head = "".join(f'<th scope="col"{_right(h)}>{h}</th>' for h in heads)
    title = escape(name or traces[0].measure)
    if name and name != traces[0].measure:
        title += f" <span>· {escape(traces[0].measure)}</span>"
    return (
        f'<h3 class="panel-title">{title}</h3><div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}{total}</tbody></table></div>"
    )


def _row(trace: Trace, heads: Sequence[str]) -> str:
    detail = f'<div class="quiet">{escape(trace.detail)}</div>' if trace.detail and not trace.hidden else ""
    cells = [f"<td>{escape(trace.academy_name)}{detail}</td>"]
    if "Year" in heads:
        cells.append(f"<td>{escape(trace.academic_year)}</td>")
    if trace.hidden:
        told = sum(1 for h in heads if h in ("Printed", "Counts as"))
        cells.append(f'<td colspan="{told}"><span class="mark none">Hidden</span></td>')
    else:
        if "Printed" in heads:
            value = trace.published_value
            cells.append(f'<td class="n">{"" if value is None else escape(_printed(trace, value))}</td>')
        counts = _count(trace.numerator, trace.denominator, _money(trace))
        cells.append(f'<td class="n">{counts or _code(trace.code)}</td>')
    when = "" if trace.period == "Year" else f", {period(trace.period)}"
    cells.append(f"<td>{escape(series_words(trace.series) + when)}</td>")
    where = "<br>".join(_where(each, trace.hidden) for each in trace.places)
    if not trace.whole and not trace.hidden and any(p.rows for p in trace.places):
        where += '<div class="quiet">and further rows, hidden or not told apart</div>'
    cells.append(f"<td>{where}{_lines(trace)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _lines(trace: Trace) -> str:
    """The rows one by one, folded, with what they come to."""
    if not trace.lines:
        return ""
    rows = "".join(_line(each, trace) for each in trace.lines)
    total = ""
    if trace.whole and trace.numerator is not None:
        total = (
            f'<tr class="here"><td colspan="2">Together</td>'
            f'<td class="n">{_count(trace.numerator, trace.denominator, _money(trace))}</td></tr>'
        )
    return (
        f"<details><summary>{len(trace.lines)} rows one by one</summary><table><thead><tr>"
        '<th scope="col" class="n">Row</th><th scope="col">About</th><th scope="col" class="n">Counts as</th>'
        f"</tr></thead><tbody>{rows}{total}</tbody></table></details>"
    )


def _line(line: Line, trace: Trace) -> str:
    about = [period(line.period)] if line.period not in ("Year", "YTD", trace.period) else []
    about += [words.value(k, v) for k, v in line.breakdown.items() if trace.breakdown.get(k) != v]
    counts = _count(line.numerator, line.denominator, _money(trace)) or _code(line.code)
    return (
        f'<tr><td class="n">{line.row}</td><td>{escape(", ".join(about) or "the whole")}</td>'
        f'<td class="n">{counts}</td></tr>'
    )


def _england(found: Sequence[England], source: str) -> str:
    """England's figures with their sources; where England's is fixed, the words for it."""
    if not found:
        return f'<h3 class="panel-title">England</h3><p>{escape(source)}</p>' if source else ""
    rows = "".join(
        f"<tr><td>{escape(each.label)}</td><td>{escape(_phase(each.phase))}</td><td>{escape(each.academic_year)}</td>"
        f'<td class="n">{escape(shown(each.value, each.unit, each.decimals))}</td>'
        f"<td>{'<br>'.join(_where(p, False) for p in each.places) or escape(each.source)}</td></tr>"
        for each in found
    )
    return (
        '<h3 class="panel-title">England</h3><div class="scroll"><table><thead><tr><th scope="col">Figure</th>'
        '<th scope="col">Schools</th><th scope="col">Year</th><th scope="col" class="n">Value</th>'
        f'<th scope="col">Where from</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _files(found: Evidence) -> str:
    if not found.files:
        return ""
    rows = "".join(
        f'<tr><td>{escape(f.title or f.file)}<div class="quiet name">{escape(f.file)}</div></td>'
        f"<td>{escape(day(f.dated)) or '–'}</td><td>{escape(day(f.loaded)) or '–'}</td><td>{escape(f.stage)}</td>"
        f'<td><code class="sha">{escape(f.sha256[:12])}</code></td></tr>'
        for f in found.files
    )
    return (
        '<h3 class="panel-title">Files</h3><div class="scroll"><table><thead><tr><th scope="col">File</th>'
        '<th scope="col">Dated</th><th scope="col">Loaded</th><th scope="col">Stage</th>'
        f'<th scope="col">Checksum</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _where(found: Place, hidden: bool) -> str:
    """The file's name and the rows in it."""
    name = f'<span class="name">{escape(found.file.file)}</span>'
    if hidden:
        return f'{name} <span class="quiet">hidden</span>'
    return f"{name} {ranges(found.rows)}" if found.rows else name


def ranges(rows: Sequence[int]) -> str:
    """Row numbers in words: ``row 7``, ``rows 1993–2001``, with the rest counted where they are scattered."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in runs[:_RANGES])
    rest = sum(b - a + 1 for a, b in runs[_RANGES:])
    return f"row{'s' if len(rows) > 1 else ''} {told}" + (f" and {rest} more" if rest else "")


def period(found: str) -> str:
    """A part of the year in words: ``week 36 of 2026``, ``March 2025``, ``the year so far``."""
    if found in ("Year", "YTD"):
        return "the year so far" if found == "YTD" else "whole year"
    kind = "week" if "-W" in found else "month" if found[:1].isdigit() else "term"
    assert kind in PERIOD_KINDS
    return words.value(kind, found)


def _printed(trace: Trace, value: float) -> str:
    return shown(value, trace.unit, trace.decimals)


def _money(trace: Trace) -> tuple[bool, bool]:
    """Whether pounds are counted, and whether they are counted out of pounds."""
    return trace.people == "pounds" or trace.unit is Unit.POUNDS, trace.people == "pounds"


def _count(numerator: float | None, denominator: float | None, money: tuple[bool, bool]) -> str:
    """What is added up, as it is given: ``49.77 of 63``, ``£4,320``."""
    if numerator is None:
        return ""
    top, bottom = ("£" if pounds else "" for pounds in money)
    if denominator is None:
        return f"{top}{_plain(numerator)}"
    return f"{top}{_plain(numerator)} of {bottom}{_plain(denominator)}"


def _plain(value: float) -> str:
    decimals = 0 if abs(value - round(value)) < 0.005 else 2
    return number(value, decimals)


def _code(code: str | None) -> str:
    return f'<code>{escape(code)}</code> <span class="quiet">in place of a figure</span>' if code else "–"


def _phase(phase: str) -> str:
    return "all" if phase == "all" else phase


def _right(head: str) -> str:
    return ' class="n"' if head in ("Printed", "Counts as") else ""
