"""The items of a meeting as parts of a web page. Every text is escaped by ``line``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from kpi_engine.meetings.document import TRUST_KEY, Chart, ChartKind, Chip, Detail, Item, Shown, Table
from kpi_engine.packs.common import around, as_table, asked_table, of_numbers, paragraphs, told
from kpi_engine.packs.drawing import svg

_WIDTH = 860.0
_LONG = 14
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def line(text: str) -> str:
    """A text as a page holds it: nothing in it is read as an element or an attribute's end."""
    return html.escape(_UNFIT.sub("", text))


def element(name: str, content: str, kind: str = "") -> str:
    """An element around what is written already."""
    return f'<{name} class="{kind}">{content}</{name}>' if kind else f"<{name}>{content}</{name}>"


def section(place: str, title: str, content: str, above: str = "") -> str:
    """A part of the page under its heading, with a way back to the agenda."""
    small = f'<p class="small">{line(above)}</p>' if above else ""
    back = '<p class="back"><a href="#agenda">Back to the agenda</a></p>'
    heading = f'<h2 dir="auto">{line(title)}</h2>'
    return f'<section id="{place}">\n{small}{heading}\n{content}\n{back}\n</section>\n'


def terms(lines: Iterable[tuple[str, str]]) -> str:
    """Names, each with what it tells."""
    return element("dl", "".join(f'<dt>{line(name)}</dt><dd dir="auto">{line(text)}</dd>' for name, text in lines))


def said(text: str) -> str:
    """A text in its paragraphs and lines."""
    return "".join(f'<p dir="auto">{"<br>".join(line(each) for each in lines)}</p>' for lines in paragraphs(text))


def table(found: Table, titled: bool = True) -> str:
    """A table with its title; the first cell of a row is its head."""
    wide = max([len(found.head), *(len(row) for row in found.rows)])
    rows = [(*row, *("",) * (wide - len(row))) for row in found.rows]
    kinds = [' class="figures"' if i and of_numbers([row[i] for row in rows]) else "" for i in range(wide)]
    head = "".join(
        f'<th scope="col"{kind}>{line(name)}</th>'
        for name, kind in zip((*found.head, *("",) * (wide - len(found.head))), kinds, strict=True)
    )
    caption = f"<caption>{line(found.title)}</caption>" if titled and found.title else ""
    body = "".join(_row(row, kinds) for row in rows)
    name = line(found.title) or "Table"
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{name}"><table>{caption}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[str], kinds: Sequence[str]) -> str:
    first = f'<th scope="row" dir="auto">{line(row[0])}</th>' if row else ""
    rest = "".join(f'<td{kind} dir="auto">{line(cell)}</td>' for cell, kind in zip(row[1:], kinds[1:], strict=True))
    return f"<tr>{first}{rest}</tr>"


def item_section(item: Item, i: int, drawn: bool) -> str:
    """An item with its academies to unfold; their pictures where ``drawn``."""
    above = " · ".join(t for t in (str(item.number), item.group, item.year, str(item.part)) if t)
    name = f"c{i + 1}"
    parts = [] if item.figure is None else [_figure(item.figure)]
    if item.chart is not None:
        parts.append(_picture(item.chart, name))
    parts.append(said(item.text))
    if item.questions:
        asked = "".join(f'<li dir="auto">{line(each)}</li>' for each in item.questions)
        parts.append(f'<div class="ask"><h3>Questions to ask</h3><ul>{asked}</ul></div>')
    if item.comment:
        parts.append(f"<h3>Comment</h3>{said(item.comment)}")
    shown = as_table(item.chart) if item.table is None and item.chart is not None else item.table
    if shown is not None:
        beside = item.chart is not None and item.chart.title == shown.title
        parts.append(table(shown, titled=not beside))
    if item.asked:
        parts.append(table(asked_table(item)))
    if item.details:
        parts.append("<h3>One by one</h3>")
        parts += [_detail(each, f"{name}-{j + 1}", drawn) for j, each in enumerate(item.details)]
    if item.source:
        parts.append(f'<p class="small">Source: {line(item.source)}</p>')
    return section(f"item-{i + 1}", item.title, "\n".join(part for part in parts if part), above)


def _figure(figure: Shown) -> str:
    chips = "".join(f'<li class="{chip.tone}">{line(f"{chip.sign} {chip.words}")}</li>' for chip in figure.chips)
    long = "number long" if len(figure.shown) > _LONG else "number"
    value = f'<p class="{long}">{line(figure.shown)}</p>'
    listed = f'<ul class="chips">{chips}</ul>' if chips else ""
    small = f'<p class="small">{line(" · ".join(around(figure)))}</p>'
    sentences = "".join(f'<p dir="auto">{line(each)}</p>' for each in told(figure))
    return f'<div class="value">{value}{listed}</div>{small}{sentences}{_answers(figure.chips)}'


def _answers(chips: Sequence[Chip]) -> str:
    if not chips:
        return ""
    each = (
        f'<li><span class="sign {chip.tone}">{line(chip.sign)}</span>'
        f"<b>{line(chip.words)}.</b> {line(chip.reason)}</li>"
        for chip in chips
    )
    return f'<ul class="answers">{"".join(each)}</ul>'


def _picture(chart: Chart, name: str) -> str:
    notes = "".join(f'<p class="small" dir="auto">{line(note)}</p>' for note in chart.notes)
    drawn = svg(chart, _WIDTH, text=15, name=name)
    return (
        f'<h3 dir="auto">{line(chart.title)}</h3>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="{line(chart.title)}">{drawn}</div>{notes}'
    )


def _detail(detail: Detail, name: str, drawn: bool) -> str:
    figure, chart = detail.figure, detail.chart
    parts = [_figure(figure)]
    if chart is not None:
        if drawn or detail.key == TRUST_KEY:
            parts.append(_picture(chart, name))
        if chart.kind is ChartKind.YEARS or not detail.tables:
            parts.append(table(as_table(chart), titled=not drawn))
    parts += [table(each) for each in detail.tables]
    return f'<details><summary dir="auto">{line(figure.name)}: {line(figure.shown)}</summary>{"".join(parts)}</details>'
