"""What an item would be if it were frozen now, and how its slide looks."""

from __future__ import annotations

import base64
from dataclasses import replace
from html import escape

import msgspec
import streamlit as st

from kpi_engine.engine import View
from kpi_engine.errors import KpiError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import captured, freezing
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.document import Asked, Chart, Item, ItemKind, Part
from kpi_engine.packs.drawing import svg
from kpi_engine.people import private
from ui import cabinet as cabinets
from ui import words, written
from ui.context import Context

_KEY = "letters.key"
_WIDTH, _TEXT = 620, 14


def proposed(context: Context, agenda: Agenda, item: AgendaItem) -> Item | KpiError:
    """The item with the title and the questions that are proposed for it; what is wrong where it cannot be made."""
    return previewed(context, agenda, replace(item, title="", questions=None, comment="", text="", part=Part.OPEN))


def previewed(context: Context, agenda: Agenda, item: AgendaItem) -> Item | KpiError:
    """The item as it would be frozen now, as everybody in the room would see it; what is wrong where it cannot be."""
    alone = replace(agenda, items=(replace(item, id="i1"),))
    try:
        view = context.presented()
        return _item(view, context.ask.version, view.viewer.scope, msgspec.json.encode(alone), secret(context))
    except KpiError as error:
        return error


def secret(context: Context) -> str:
    """What goes into the letters of anonymous meetings; nobody who lacks it can work them out. Raises PeopleError."""
    folder = cabinets.of(context).folder if context.sample else context.settings.private_folder
    return private.secret(folder, _KEY).hex()


def slide(context: Context, agenda: Agenda, item: AgendaItem, shown: Item) -> str:
    """The slide as HTML, small: title, figure, answers, chart, sentence and questions."""
    number = next((place for place, each in enumerate(agenda.items, start=1) if each.id == item.id), 1)
    part = f'<span class="confidential">{shown.part}</span>' if shown.part is Part.CONFIDENTIAL else ""
    head = f'<p class="slide-no">{number} of {len(agenda.items)} {part}</p>'
    title = f'<h3 class="slide-title">{words.text(shown.title or "Slide without a title")}</h3>'
    body = _figure(shown) if shown.kind is ItemKind.KPI else _words(context, agenda, shown)
    questions = "".join(f"<li>{words.text(each)}</li>" for each in shown.questions)
    asked = f'<p class="slide-ask">To ask</p><ul class="slide-questions">{questions}</ul>' if questions else ""
    comment = f'<p class="slide-comment">{written.lines(shown.comment)}</p>' if shown.comment else ""
    source = f'<p class="slide-source">{words.text(shown.source)}</p>' if shown.source else ""
    inside = f"{head}{title}{body}{comment}{asked}{source}"
    return f'<article class="slide" aria-label="Preview of the slide">{inside}</article>'


def _figure(shown: Item) -> str:
    figure = shown.figure
    if figure is None:
        return ""
    chips = "".join(
        f'<li class="{escape(str(chip.tone))}"><span aria-hidden="true">{escape(chip.sign)}</span> '
        f"{words.text(chip.words)}</li>"
        for chip in figure.chips
    )
    reason = f'<p class="quiet">{words.text(figure.reason)}</p>' if figure.reason else ""
    about = " · ".join(part for part in (figure.year, figure.counted, figure.coverage) if part)
    # The chart's own colours are for light paper, as it is projected.
    chart = "" if shown.chart is None else f'<div class="slide-chart">{_picture(shown.chart)}</div>'
    return (
        f'<p class="slide-value"><b>{words.text(figure.shown)}</b> <span class="quiet">{words.text(about)}</span></p>'
        f'<ul class="slide-chips">{chips}</ul>{reason}{chart}<p class="slide-said">{words.text(figure.sentence)}</p>'
    )


def _picture(chart: Chart) -> str:
    """The chart as a picture within the page: Streamlit leaves drawings out of the HTML that it is given."""
    packed = base64.b64encode(svg(chart, _WIDTH, text=_TEXT, name="preview").encode("utf-8")).decode("ascii")
    return f'<img alt="{escape(chart.alt or chart.title)}" src="data:image/svg+xml;base64,{packed}">'


def _words(context: Context, agenda: Agenda, shown: Item) -> str:
    if shown.kind is ItemKind.TEXT:
        return f'<p class="slide-text">{written.lines(shown.text)}</p>' if shown.text else ""
    found = asked_before(context, agenda)[0]
    mine = [each for each in found if each.part is shown.part]
    if not mine:
        return (
            '<p class="quiet">Nothing was written down in this part of the last meeting of this body, or none was held '
            "with the explorer.</p>"
        )
    rows = "".join(
        f"<li><b>{escape(str(each.kind).capitalize())}</b>{' · ' + escape(each.status) if each.status else ''}: "
        f"{written.lines(each.text)}</li>"
        for each in mine
    )
    return f'<ul class="slide-asked">{rows}</ul>'


def asked_before(context: Context, agenda: Agenda) -> tuple[tuple[Asked, ...], str]:
    """What the last meeting of this body wrote down, in both parts, and what that meeting is called."""
    return captured.asked_before(cabinets.of(context), agenda.body, agenda.date, None)


@st.cache_resource(max_entries=3000, show_spinner=False)
def _item(_view: View, version: str, scope: tuple[object, ...], agenda: bytes, secret: str) -> Item:
    """Remembered like an answer: by the data, by all that decides what may be seen, and by what is asked."""
    del version, scope
    alone = agendas.from_json(agenda)
    (item,) = alone.items
    if not alone.anonymous:
        return freezing.preview(_view, item, alone)
    made = freezing.freeze(_view, alone, 1, trust="", sample=False, secret=secret)
    return made.items[0]
