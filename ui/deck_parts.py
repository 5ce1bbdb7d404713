"""The pieces of a slide as HTML: figures, chips, tables, definitions. Every text is escaped here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from html import escape

from kpi_engine.meetings.document import Asked, Definition, EntryKind, Item, Shown, Table
from ui import words

_LONG = 12
"""From so many characters on a value is written smaller."""
_KINDS = {EntryKind.NOTE: "Note", EntryKind.DECISION: "Decision", EntryKind.ACTION: "Action"}


def figure(shown: Shown | None) -> str:
    """A figure: its value in words, the four answers, and what it rests on."""
    if shown is None:
        return ""
    long = " long" if len(shown.shown) > _LONG else ""
    chips = "".join(
        f'<li class="chip tone-{chip.tone}" title="{escape(chip.reason)}">'
        f'<span aria-hidden="true">{escape(chip.sign)} </span>{words.text(chip.words)}</li>'
        for chip in shown.chips
    )
    below = [each for each in (shown.counted, f"was {shown.before}" if shown.before else "", shown.coverage) if each]
    said = f'<p class="counted">{words.text(" · ".join(below))}</p>' if below else ""
    reason = f'<p class="counted">{words.text(shown.reason)}</p>' if shown.reason else ""
    noted = f'<p class="counted">{words.text(" ".join(shown.notes))}</p>' if shown.notes else ""
    return (
        f'<div class="head"><p class="value{long}">{words.text(shown.shown)}</p><div class="beside">'
        f'{f"""<ul class="chips">{chips}</ul>""" if chips else ""}{said}{reason}{noted}</div></div>'
    )


def table(found: Table | None) -> str:
    """A table with its title; the first cell of each row names it."""
    if found is None:
        return ""
    head = "".join(f'<th scope="col" dir="auto">{words.text(each)}</th>' for each in found.head)
    return (
        f"<table><caption>{words.text(found.title)}</caption><thead><tr>{head}</tr></thead><tbody>"
        + "".join(_row(row) for row in found.rows)
        + "</tbody></table>"
    )


def _row(row: tuple[str, ...]) -> str:
    first, *rest = row or ("",)
    cells = "".join(f'<td dir="auto">{words.text(each)}</td>' for each in rest)
    return f'<tr><th scope="row" dir="auto">{words.text(first)}</th>{cells}</tr>'


def comment(said: str) -> str:
    """What the preparer added to a measure."""
    return f'<div class="comment" data-fit dir="auto">{lines(said)}</div>' if said else ""


def questions(asked: tuple[str, ...]) -> str:
    """What is asked of the meeting."""
    if not asked:
        return ""
    said = " ".join(words.text(each) for each in asked)
    return f'<p class="ask" data-fit dir="auto"><b>Ask:</b> {said}</p>'


def body(item: Item) -> str:
    """What an item that is not about a measure says: its text, and what was asked at an earlier meeting."""
    said = paragraphs(item.text) + paragraphs(item.comment)
    listed = "".join(_asked(each) for each in item.asked)
    if not said and not listed:
        return '<div class="body"></div>'
    return f'<div class="body" data-fit>{said}{f"""<ul class="asked">{listed}</ul>""" if listed else ""}</div>'


def _asked(asked: Asked) -> str:
    due = f"by {words.day(asked.due)}" if _is_day(asked.due) else asked.due
    told = " · ".join(each for each in (asked.owner, due, asked.status, asked.followed_up, asked.meeting) if each)
    below = f'<small dir="auto">{words.text(told)}</small>'
    return f'<li dir="auto"><b>{_KINDS[asked.kind]}:</b> {lines(asked.text)}{below}</li>'


def definition(found: Definition | None, year: str) -> str:
    """What a measure is, as a list of terms."""
    if found is None:
        return ""
    told: Iterable[tuple[str, str]] = (
        ("Measure", found.title),
        ("Year", year),
        ("The plan’s promise", found.promise),
        ("Definition", found.definition),
        ("Numerator", found.numerator),
        ("Denominator", found.denominator),
        ("Target", found.target),
        ("Source", found.source),
        ("Comes", found.lag),
        ("Changes", "; ".join(found.changes)),
    )
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{words.text(said)}</dd>" for name, said in told if said) + "</dl>"


def notes(said: tuple[str, ...]) -> str:
    """What is to be known about a picture, before where it comes from."""
    return "".join(f"{words.text(each)} " for each in said)


def paragraphs(said: str) -> str:
    """A typed text: an empty line begins a paragraph."""
    return "".join(f'<p dir="auto">{lines(each)}</p>' for each in said.split("\n\n") if each.strip())


def lines(said: str) -> str:
    """A typed text letter by letter, with its lines."""
    return words.text(said).replace("\n", "<br>")


def _is_day(said: str) -> bool:
    try:
        dt.date.fromisoformat(said)
    except ValueError:
        return False
    return True
