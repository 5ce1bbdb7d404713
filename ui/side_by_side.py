"""Pictures with a row for each academy: dots with intervals, dumbbells, 100 % bars."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_engine.answers import Result
from kpi_engine.kpi import Gap, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Spread, Unit, WithheldKind
from kpi_engine.targets import Around
from ui import words
from ui.figure import Point, beyond_axis, drawn, outcome_axis
from ui.picture import Kind, Picture, heads, hover, row, suffix
from ui.place import Place
from ui.row_charts import Mark, Pair, Share, dots, dumbbells, shares


def academies(place: Place) -> Picture | None:
    """The academies side by side, in alphabetical order, each with its interval; the chosen one in colour."""
    return _side_by_side(place, _compared(place), "")


def ranked(place: Place) -> Picture | None:
    """The same by value, with the caution that an order of values is not an order of academies."""
    found = sorted(_compared(place), key=lambda r: (r.value is None, -(r.value or 0.0), r.academy_name))
    return _side_by_side(place, found, "Differences smaller than the bars are not reliable: read no league table here.")


def _side_by_side(place: Place, found: Sequence[Result], caution: str) -> Picture | None:
    if not any(r.value is not None for r in found):
        return None
    axis = place.axis
    inapplicable = [r for r in found if _inapplicable(r)]
    found = [r for r in found if not _inapplicable(r)]
    rows = []
    for r in found:
        point = Point(
            0.0,
            drawn(axis, r.value) if not beyond_axis(axis, r.value) else None,
            drawn(axis, r.lower),
            drawn(axis, r.upper),
            hover(r.academy_name, place, r),
            f"academy={r.academy}",
        )
        rows.append((r.academy_name, point, place.whole or r.academy == place.choice.academy))
    unsaid = [(i, words.special(r.withheld)) for i, r in enumerate(found) if r.withheld is not None]
    unsaid += [
        (i, f"{words.on_axis(place.kpi, r, r.value or 0.0)}: beyond this axis")
        for i, r in enumerate(found)
        if beyond_axis(axis, r.value)
    ]
    trust = _trust(place)
    marks = []
    england = {r.benchmark for r in found if r.benchmark is not None}
    if len(england) == 1:
        value = drawn(axis, england.pop())
        if value is not None:
            label = next(r.benchmark_label for r in found if r.benchmark is not None)
            marks.append(Mark(value, label, england=True))
    at = drawn(axis, trust.value)
    if at is not None:
        name = "The trust" if not place.choice.phase else place.context.scope_name
        missed = " missed" if axis.complement else ""
        marks.append(Mark(at, f"{name} {words.on_axis(place.kpi, trust, trust.value or 0.0)}{missed}"))
    rule = place.kpi.target
    band = (rule.low, rule.high) if isinstance(rule, Around) and not axis.complement else None
    each = [drawn(axis, r.benchmark) for r in found] if len({r.benchmark for r in found} - {None}) > 1 else []
    figure = dots(
        rows,
        axis,
        suffix(found[0].unit),
        marks=marks,
        band=band,
        unsaid=unsaid,
        each=each,
    )
    notes = [caution, _apart(place, found, trust), _not_asked(inapplicable)]
    if each:
        notes.append("The dashed mark in a row is England’s figure for schools of that phase.")
    if band is not None:
        notes.append(f"The shaded band is the target: {rule.words} %.")
    return Picture(
        title=words.axis_words(place.kpi),
        subtitle=f"academies {'by value' if caution else 'compared'}, {place.year}",
        alt=_apart(place, found, trust) or place.result.sentence,
        figure=figure,
        header=heads("Academy", place),
        rows=tuple(row(r.academy_name, place, r) for r in found),
        notes=(*(n for n in notes if n), *words.restricted(found)),
    )


def gaps(place: Place) -> Picture | None:
    """Each academy's group and comparator as two joined dots."""
    answer = place.kpi.answer
    if not isinstance(answer, Gap):
        return None
    found = _compared(place)
    outcomes = [r.outcome for r in found if r.sides]
    if not outcomes:
        return None
    wanted = place.result.outcome or max(dict.fromkeys(outcomes), key=outcomes.count)
    shown = [r for r in found if r.outcome == wanted or r.withheld is not None]
    rows, unsaid = [], []
    for i, r in enumerate(shown):
        sides = r.sides or ()
        values = [s.value for s in sides] if len(sides) == 2 else [None, None]
        says = f"{r.academy_name}<br><b>{words.figure(r)} points</b><br>{words.counted(place.kpi, r)}"
        rows.append(Pair(r.academy_name, values[0], values[1], says, place.whole or r.academy == place.choice.academy))
        if r.withheld is not None:
            unsaid.append((i, words.special(r.withheld)))
    measure = MEASURES[wanted]
    axis = outcome_axis(wanted)
    names = next(((r.sides[0].name, r.sides[1].name) for r in shown if r.sides), ("", ""))
    other = sorted({words.outcome(o) for o in outcomes if o != wanted})
    notes = [f"Judged on another outcome and not drawn here: {', '.join(other)}."] if other else []
    return Picture(
        title=words.outcome(wanted),
        subtitle=f"both sides in each academy, {place.year}",
        alt=place.result.sentence,
        figure=dumbbells(rows, names, axis, suffix(measure.unit), unsaid),
        header=("Academy", *names, "Gap, points", "n"),
        rows=tuple(
            (r.academy_name, words.side(r, 0), words.side(r, 1), words.figure(r), words.counted(place.kpi, r))
            for r in shown
        ),
        notes=(*notes, *words.restricted(shown)),
    )


def parts_of_all(place: Place) -> Picture | None:
    """A 100 % bar for each academy: those who count, and the others."""
    answer = place.kpi.answer
    if not isinstance(answer, Single):
        return None
    measure = MEASURES[answer.measure]
    found = [_trust(place), *_compared(place)]
    known = [r for r in found if r.value is not None]
    if not known:
        return None
    rows = []
    for r in known:
        name = _trust_name(place) if r.academy == "trust" else r.academy_name
        figure = words.figure(r)
        label = f"{figure}  ({words.counted(place.kpi, r)})"
        rows.append(Share(name, r.value or 0.0, label, place.whole or r.academy == place.choice.academy))
    target = known[0].target_value
    missing = [f"{r.academy_name}: {words.special(r.withheld).lower()}" for r in found if r.withheld is not None]
    return Picture(
        title=place.kpi.title,
        subtitle=f"of all who answered, {place.year}" if place.kpi.group == "culture" else f"of all, {place.year}",
        alt=place.result.sentence,
        figure=shares(rows, (measure.numerator.capitalize(), "the others"), target),
        header=heads("Academy", place),
        rows=tuple(row(_trust_name(place) if r.academy == "trust" else r.academy_name, place, r) for r in found),
        notes=(*((f"Without a figure: {'; '.join(missing)}.",) if missing else ()), *words.restricted(found)),
    )


def _compared(place: Place) -> list[Result]:
    listed = {a.urn for a in place.context.listed()}
    found = place.context.ask.compare(place.kpi.id, place.year, place.within, place.choice.among)
    return [r for r in found if r.academy in listed]


def _trust(place: Place) -> Result:
    return place.context.ask.result(place.kpi.id, year=place.year, within=place.within, among=place.choice.among)


def _trust_name(place: Place) -> str:
    return place.choice.phase.capitalize() + " academies" if place.choice.phase else "The trust"


def _inapplicable(result: Result) -> bool:
    return result.withheld is not None and result.withheld.kind is WithheldKind.NOT_APPLICABLE


def _not_asked(found: Sequence[Result]) -> str:
    return f"Not applicable to {', '.join(r.academy_name for r in found)}." if found else ""


def _apart(place: Place, found: Sequence[Result], trust: Result) -> str:
    """How many academies are clearly above and below the trust's figure: those whose interval leaves it out."""
    if trust.value is None:
        return ""
    known = [r for r in found if r.value is not None and r.lower is not None and r.upper is not None]
    if len(known) < 2:
        return ""
    above = sum(1 for r in known if (r.lower or 0.0) > trust.value)
    below = sum(1 for r in known if (r.upper or 0.0) < trust.value)
    rest = len(known) - above - below
    shown = words.on_axis(place.kpi, trust, trust.value)
    if place.axis.complement:
        # What is missed is drawn: said of attendance, the sentence would point the other way than the dots do.
        above, below = below, above
        shown = f"{shown} missed"
    if not above and not below:
        return f"None of {len(known)} academies can be told apart from the trust’s figure ({shown})."
    return (
        f"Of {len(known)} academies, {above or 'none'} {'are' if above > 1 else 'is'} clearly above the trust’s figure "
        f"({shown}), {below or 'none'} clearly below; {rest or 'none'} cannot be told apart from it."
    )


def _counts_people(place: Place) -> bool:
    answer = place.kpi.answer
    if not isinstance(answer, Single) or "academy" not in place.kpi.drill or place.kpi.benchmark:
        return False
    measure = MEASURES[answer.measure]
    return measure.unit is Unit.PERCENT and measure.spread is Spread.PEOPLE


KINDS = (
    Kind("academies", "Academies compared", lambda place: "academy" in place.kpi.drill, academies),
    Kind("ranked", "Sorted by value", lambda place: "academy" in place.kpi.drill, ranked),
    Kind("gaps", "Academies: both sides", lambda place: words.is_gap(place.kpi), gaps),
    Kind("shares", "Shares", _counts_people, parts_of_all),
)
"""What can be drawn side by side."""
