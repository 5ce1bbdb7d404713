"""Ofsted's judgements: a table and cards by academy and area, and what was judged before and since joining.

Grades and report cards are two scales and never share a table. An inspection always stands with its date and its age.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from kpi_engine.answers import Result
from ui import inspected, words
from ui.picture import Kind, Picture
from ui.place import Place

_TITLES = {"graded": "Graded inspections", "report_card": "Report cards (from November 2025)"}
_TWO_SCALES = "Grades and report cards are two scales; Ofsted says that they cannot be compared."
_LAST = "Safeguarding"


class Judged(NamedTuple):
    """An academy's answer with the answers for each area in the same series."""

    whole: Result
    areas: Mapping[str, Result]


def matrix(place: Place) -> Picture | None:
    """Academy by judgement area, with the words of the judgement."""
    return _picture(place, _table, "by academy and area")


def cards(place: Place) -> Picture | None:
    """A card for each academy: when it was inspected, how long ago, and each judgement in its words."""
    return _picture(place, _cards, "a card for each academy")


def journey(place: Place) -> Picture | None:
    """The judgement that each academy brought along beside the first one since it joined."""
    return _picture(place, _journey, "before joining and since")


def _picture(place: Place, draw: Callable[[Place, Sequence[Judged]], str], subtitle: str) -> Picture | None:
    by_series, unsaid = _gathered(place)
    if not by_series:
        return None
    body = "".join(
        f'<h3 class="panel-title">{escape(_TITLES.get(series, series))}</h3>{draw(place, found)}'
        for series, found in sorted(by_series.items())
    )
    at = inspected.seen_from(place.context.as_at, place.year)
    since = f"Ages are counted to {inspected.written(at)}."
    dash = ("A dash: the inspection gave no judgement of that area.",) if '">–<' in body else ()
    return Picture(
        title="Ofsted’s judgements",
        subtitle=f"{subtitle}, {place.year}",
        alt=place.result.sentence,
        body=body,
        notes=(_TWO_SCALES, since, *dash, *unsaid),
    )


def _gathered(place: Place) -> tuple[dict[str, list[Judged]], list[str]]:
    """The academies with a judgement by series, and a sentence for each that has none."""
    ask, year = place.context.ask, place.year
    by_series: dict[str, list[Judged]] = {}
    unsaid: list[str] = []
    for academy in place.context.listed():
        whole = ask.result(place.kpi.id, academy.urn, year)
        if whole.withheld is not None:
            unsaid.append(f"{academy.name}: {whole.withheld.reason}")
            continue
        areas = ask.breakdown(place.kpi.id, "area", academy.urn, year) if "area" in place.kpi.drill else []
        found = {dict(r.breakdown)["area"]: r for r in areas if r.withheld is None and r.series == whole.series}
        by_series.setdefault(whole.series, []).append(Judged(whole, found))
    return by_series, unsaid


def _table(place: Place, found: Sequence[Judged]) -> str:
    areas = sorted({a for one in found for a in one.areas}, key=_order)
    heads = ("Academy and inspection", *areas) if areas else ("Academy", "Inspected", "Judgement")
    head = "".join(f'<th scope="col">{escape(a)}</th>' for a in heads)
    body = ""
    for one in found:
        when = _when(place, one.whole)
        cells = "".join(f"<td>{_tag(one.areas.get(a))}</td>" for a in areas)
        body += (
            f'<tr{_here(place, one)}><th scope="row">{_link(place, one)} {words.mark(one.whole)}'
            f"{when if areas else ''}</th>{cells or f'<td>{when}</td><td>{_tag(one.whole)}</td>'}</tr>"
        )
    return _scrolled(
        f'<table class="matrix"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>', found[0].whole.series
    )


def _cards(place: Place, found: Sequence[Judged]) -> str:
    made = []
    for one in found:
        tags = "".join(
            f"<li><span>{escape(area)}</span> {_tag(one.areas[area])}</li>" for area in sorted(one.areas, key=_order)
        )
        listed = f"<ul>{tags}</ul>" if tags else _tag(one.whole)
        made.append(
            f'<section class="judged{" here" if one.whole.academy == place.choice.academy else ""}">'
            f"<h4>{_link(place, one)}</h4>{words.mark(one.whole)}{_when(place, one.whole)}{listed}</section>"
        )
    return f'<div class="judgements">{"".join(made)}</div>'


def _journey(place: Place, found: Sequence[Judged]) -> str:
    heads = ("Academy", "Before joining", "First graded since joining")
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    body = ""
    for one in found:
        dates = inspected.days(one.whole.detail or "")
        parts = [(area, *(r.detail or "").partition(", then ")[::2], r) for area, r in sorted(one.areas.items())]
        before = _side(place, dates[:1], [(a, was, None) for a, was, _, _ in parts])
        since = _side(place, dates[1:2], [(a, now or was, r) for a, was, now, r in parts])
        joined = place.context.academy(one.whole.academy).joined
        joined_on = f'<div class="quiet">joined {_iso(joined)}</div>' if joined else ""
        body += (
            f'<tr{_here(place, one)}><th scope="row">{_link(place, one)} {words.mark(one.whole)}{joined_on}</th>'
            f"<td>{before}</td><td>{since}</td></tr>"
        )
    return _scrolled(
        f'<table class="matrix journey"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>',
        found[0].whole.series,
    )


def _side(place: Place, dates: Sequence[dt.date], judged: Sequence[tuple[str, str, Result | None]]) -> str:
    """One side of the journey: its day and age, and the judgements of each area."""
    day = "".join(f'<div class="quiet">{_aged(place, d)}</div>' for d in dates)
    tags = "".join(
        f"<li><span>{escape(area)}</span> {_words_tag(text, result)}</li>" if len(judged) > 1 else
        f"<li>{_words_tag(text, result)}</li>"
        for area, text, result in judged
    )  # fmt: skip
    return f'{day}<ul class="areas">{tags}</ul>'


def _tag(result: Result | None) -> str:
    if result is None:
        return '<span class="quiet">–<span class="sr"> not judged</span></span>'
    return _words_tag((result.detail or words.figure(result)).split(" on ")[0], result)


def _words_tag(text: str, result: Result | None) -> str:
    kind = "" if result is None else " yes" if result.value is not None and result.value >= 100 else " no"
    return f'<span class="tag{kind}">{escape(text[:1].upper() + text[1:])}</span>'


def _when(place: Place, result: Result) -> str:
    """The inspection's day and age; an inspection from before the academy joined is named as such."""
    dates = inspected.days((result.detail or "").split(":")[0])
    if not dates:
        return ""
    joined = place.context.academy(result.academy).joined
    before = bool(joined) and dates[-1] < dt.date.fromisoformat(str(joined))
    tag = '<div><span class="tag brought">Before joining</span></div>' if before else ""
    return f'<div class="quiet">{_aged(place, dates[-1])}</div>{tag}'


def _aged(place: Place, day: dt.date) -> str:
    at = inspected.seen_from(place.context.as_at, place.year)
    return f"{inspected.written(day)}<br>{inspected.age(day, at)}"


def _iso(day: str) -> str:
    return inspected.written(dt.date.fromisoformat(day))


def _link(place: Place, one: Judged) -> str:
    link = escape(place.link(academy=one.whole.academy, within=()))
    return f'<a class="go plain" href="{link}">{escape(one.whole.academy_name)}</a>'


def _here(place: Place, one: Judged) -> str:
    return ' class="here"' if one.whole.academy == place.choice.academy else ""


def _order(area: str) -> tuple[bool, bool, str]:
    return (not area.startswith("Overall"), area.startswith(_LAST), area)


def _scrolled(table: str, series: str) -> str:
    label = escape(_TITLES.get(series, series))
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'


def _by_area(place: Place) -> bool:
    return place.kpi.id.startswith("ofsted-") and place.kpi.id != "ofsted-journey"


KINDS = (
    Kind("journey", "Before joining and since", lambda place: place.kpi.id == "ofsted-journey", journey),
    Kind("areas", "Academy by judgement", _by_area, matrix),
    Kind("cards", "Judgement cards", lambda place: place.kpi.id == "ofsted-good", cards),
)
"""What can be drawn of Ofsted's judgements."""
