"""Pictures of shares as 100 % bars: by academy, by department and term, what people said, where leavers went."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

from kpi_engine import years
from kpi_engine.answers import Beside, Result
from kpi_engine.kpi import Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST, Spread, Unit, WithheldKind
from kpi_engine.wording import number, shown
from ui import words
from ui.bars import Bar, Part, bars, rest
from ui.picture import Kind, Picture, heads, row
from ui.place import Place
from ui.side_by_side import compared, the_trust, trust_name, without
from ui.theme import FOCUS, MISSED, OTHER

_RESPONSE = "_response"
_BOTH = "_neet_or_unknown"
_PROXY = "sustained"


def parts_of_all(place: Place) -> Picture | None:
    """A 100 % bar for each academy: those who count, and the others."""
    found = _applicable([the_trust(place), *compared(place)])
    made = [_plain(place, r, _scope(place, r), *_look(place, r)) for r in found]
    return _picture(place, made, found, f"of all {_things(place)}, {place.year}", _two(place))


def by(dimension: str, place: Place) -> Picture | None:
    """A 100 % bar for each part of the chosen academy or trust: for each department, for each term of two years."""
    if dimension in dict(place.within):
        return None
    found: list[tuple[str, str, Result]] = []
    for year in (years.shift(place.year, -1), place.year) if dimension == "term" else (place.year,):
        go = dimension if year == place.year else ""
        found += [(_part_name(dimension, r, year), go, r) for r in _parts(dimension, place, year)]
    made = [
        _plain(place, r, name, True, f"in={go}:{dict(r.breakdown)[dimension]}" if go else "") for name, go, r in found
    ]
    when = f"in {place.year}" if dimension != "term" else f"to {place.year}"
    picture = f"{place.context.scope_name}, by {words.dimension(dimension).lower()} {when}"
    return _picture(place, made, [r for *_, r in found], picture, _two(place), words.dimension(dimension))


def surveys(place: Place) -> Picture | None:
    """What people answered, to both sides of a middle, with how many answered of those who were asked."""
    found = _applicable([the_trust(place), *compared(place)])
    made = []
    for r in found:
        focus, go = _look(place, r)
        asked = _beside(r, _RESPONSE)
        answered = _response(asked)
        made.append(_plain(place, r, _scope(place, r), focus, go, answered))
    categories = (Part("Agree or strongly agree"), rest("Neither agree nor disagree, or disagree"))
    subtitle = f"of all who answered, {place.year}"
    return _picture(place, made, found, subtitle, categories, both_ways=True)


def leavers(place: Place) -> Picture | None:
    """Where leavers were: known to be NEET, not known, in study or work; the year that they left is named."""
    found = _applicable([the_trust(place), *compared(place)])
    neet = isinstance(place.kpi.answer, Single) and place.kpi.answer.measure.endswith("_neet")
    made, split = [], True
    for r in found:
        both = _beside(r, _BOTH)
        if neet and r.value is not None and both is None:
            split = False
    for r in found:
        focus, go = _look(place, r)
        if neet and split and r.value is not None and (both := _beside(r, _BOTH)) is not None:
            made.append(_leavers_bar(place, r, both, focus, go))
        else:
            made.append(_plain(place, r, _scope(place, r), focus, go))
    categories = _categories(place.result) if neet and split else _two(place)
    pooled = next((n.rstrip(".") for r in found for n in r.notes if n.startswith(("Leavers of", "So far"))), "")
    return _picture(
        place, made, found, pooled or f"leavers of {place.year}", categories, shown_part=len(categories) - 1
    )


def _picture(
    place: Place,
    made: Sequence[Bar],
    found: Sequence[Result],
    subtitle: str,
    categories: Sequence[Part],
    first: str = "Academy",
    *,
    both_ways: bool = False,
    shown_part: int = 0,
) -> Picture | None:
    if not any(bar.parts for bar in made):
        return None
    lines = {r.target_value for r in found if r.value is not None}
    line = next(iter(lines)) if len(lines) == 1 else None
    target = (line, f"Target {shown(line, place.result.unit, 0)}") if line is not None and 0 <= line <= 100 else None
    missing = without([(bar.name, r) for bar, r in zip(made, found, strict=True)])
    names = [c.name for c in categories]
    table = [
        (*row(bar.name, place, r), *(f"{number(p, 1)} %" for p in bar.parts), *("",) * (len(names) - len(bar.parts)))
        for bar, r in zip(made, found, strict=True)
    ]
    return Picture(
        title=place.kpi.title,
        subtitle=subtitle,
        alt=place.result.sentence,
        figure=bars(
            [bar for bar in made if bar.parts], categories, target=target, both_ways=both_ways, shown=shown_part
        ),
        header=(*heads(first, place), *names),
        rows=tuple(table),
        notes=(*((missing,) if missing else ()), *words.restricted(found)),
        thin=sum(1 for bar in made if bar.parts) < 2,
    )


def _plain(place: Place, result: Result, name: str, focus: bool, go: str, under: str = "") -> Bar:
    """A bar of two parts: what the KPI counts, and the rest."""
    if result.value is None or result.withheld is not None:
        return Bar(name, "", (), "", focus, go)
    counted = words.counted(place.kpi, result)
    said = "<br>".join(escape(t) for t in (name, words.figure(result), counted, under) if t)
    return Bar(name, under or counted, (result.value, 100 - result.value), said, focus, go)


def _leavers_bar(place: Place, result: Result, both: Beside, focus: bool, go: str) -> Bar:
    value = result.value or 0.0
    parts = (value, max(both.value - value, 0.0), 100 - max(both.value, value))
    name = _scope(place, result)
    said = [name, words.counted(place.kpi, result)]
    said += [f"{c.name}: {number(p, 1)} %" for c, p in zip(_categories(result), parts, strict=True)]
    under = f"{number(parts[0], 1)} % NEET, {number(parts[1], 1)} % not known"
    if result.series == _PROXY:
        under = f"{number(parts[0], 1)} % not sustained, {number(parts[1], 1)} % not known"
    return Bar(name, under, parts, "<br>".join(escape(t) for t in said), focus, go)


def _categories(result: Result) -> tuple[Part, ...]:
    if result.series == _PROXY:
        names = ("Not in a sustained destination", "Not known", "In a sustained destination")
    else:
        names = ("Known to be not in education, employment or training (NEET)", "Not known", "In study or work")
    dark, middle = MISSED, OTHER
    return (Part(names[0], dark, dark), Part(names[1], middle, middle), Part(names[2], FOCUS, FOCUS))


def _two(place: Place) -> tuple[Part, ...]:
    answer = place.kpi.answer
    assert isinstance(answer, Single)
    numerator = MEASURES[answer.measure].numerator
    return (Part(numerator[:1].upper() + numerator[1:]), rest("The others"))


def _response(asked: Beside | None) -> str:
    if asked is None:
        return ""
    if asked.numerator is None or asked.denominator is None:
        return f"{number(asked.value, 0)} % answered"
    return f"{number(asked.numerator, 0)} of {number(asked.denominator, 0)} answered ({number(asked.value, 0)} %)"


def _beside(result: Result, ending: str) -> Beside | None:
    return next((b for b in result.beside if b.measure.endswith(ending)), None)


def _parts(dimension: str, place: Place, year: str) -> list[Result]:
    choice = place.choice
    found = place.context.ask.breakdown(place.kpi.id, dimension, choice.academy, year, place.within, choice.among)
    return _applicable(found)


def _part_name(dimension: str, result: Result, year: str) -> str:
    name = words.value(dimension, dict(result.breakdown)[dimension])
    return f"{name} {year}" if dimension == "term" else name


def _applicable(found: Sequence[Result]) -> list[Result]:
    return [r for r in found if r.withheld is None or r.withheld.kind is not WithheldKind.NOT_APPLICABLE]


def _scope(place: Place, result: Result) -> str:
    return trust_name(place) if result.academy == TRUST else result.academy_name


def _look(place: Place, result: Result) -> tuple[bool, str]:
    """Whether the row stands out, and where a click on it leads."""
    return place.whole or result.academy == place.choice.academy, f"academy={result.academy}"


def _things(place: Place) -> str:
    answer = place.kpi.answer
    return MEASURES[answer.measure].denominator if isinstance(answer, Single) else ""


def _counts_people(place: Place) -> bool:
    answer = place.kpi.answer
    if not isinstance(answer, Single) or "academy" not in place.kpi.drill or place.kpi.benchmark:
        return False
    measure = MEASURES[answer.measure]
    return measure.unit is Unit.PERCENT and measure.spread is Spread.PEOPLE


def _is_survey(place: Place) -> bool:
    answer = place.kpi.answer
    return isinstance(answer, Single) and any(b.endswith(_RESPONSE) for b in answer.beside)


def _is_of_leavers(place: Place) -> bool:
    return place.kpi.group == "employment"


def _shares_by(dimension: str, place: Place) -> bool:
    return _counts_people(place) and not _is_survey(place) and dimension in place.kpi.drill


KINDS = (
    Kind("surveys", "What was answered", _is_survey, surveys),
    Kind("leavers", "Where leavers went", _is_of_leavers, leavers),
    Kind("departments", "By department", partial(_shares_by, "department"), partial(by, "department")),
    Kind("term-shares", "Term by term", partial(_shares_by, "term"), partial(by, "term")),
    Kind("shares", "Shares", lambda p: _counts_people(p) and not _is_survey(p) and not _is_of_leavers(p), parts_of_all),
)
"""What can be drawn as shares."""
