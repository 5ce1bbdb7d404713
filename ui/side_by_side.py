"""Pictures with a row for each academy or measure: dots with intervals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kpi_engine.answers import Result
from kpi_engine.catalogue import of_group
from kpi_engine.kpi import Gap, Kpi, Single
from kpi_engine.model import WithheldKind
from kpi_engine.targets import Around, NearBenchmark, plain
from kpi_engine.telling import beyond_axis, drawn, suffix
from ui import words
from ui.figure import Point
from ui.picture import Kind, Picture, heads, hover, row
from ui.place import Place
from ui.row_charts import Dot, Mark, Row, dots

_OWN = "Target: "
_TO = re.compile(r"([\d.]+) to ([\d.]+)")
_BANDS = (
    "Under each name: DfE’s description of Progress 8 (Secondary accountability measures: guide). It is average where "
    "the interval includes 0; where it does not, above or below average, well above from 0.5 and well below under −0.5."
)


def academies(place: Place) -> Picture | None:
    """The academies side by side, in alphabetical order, each with its interval; the chosen one in colour."""
    return _side_by_side(place, compared(place), "")


def ranked(place: Place) -> Picture | None:
    """The same by value, with the caution that an order of values is not an order of academies."""
    found = sorted(compared(place), key=lambda r: (r.value is None, -(r.value or 0.0), r.academy_name))
    return _side_by_side(place, found, "Differences smaller than the bars are not reliable: read no league table here.")


def _side_by_side(place: Place, found: Sequence[Result], caution: str) -> Picture | None:
    if not any(r.value is not None for r in found):
        return None
    axis = place.axis
    not_asked = [r for r in found if inapplicable(r)]
    found = [r for r in found if not inapplicable(r)]
    england = {r.benchmark for r in found if r.benchmark is not None}
    each = len(england) > 1
    target = plain(place.kpi.target)
    room = target.room if isinstance(target, NearBenchmark) else 0.0
    rows = [
        _dot(place, r, Row(r.academy_name, _band_word(r), place.whole or r.academy == place.choice.academy))._replace(
            england=drawn(axis, r.benchmark) if each else None,
            band=_bands(place, r, room),
        )
        for r in found
    ]
    trust = the_trust(place)
    marks = []
    if len(england) == 1 and (value := drawn(axis, next(iter(england)))) is not None:
        first = next(r for r in found if r.benchmark is not None)
        shown = words.on_axis(place.kpi, first, first.benchmark or 0.0)
        marks.append(Mark(value, f"{first.benchmark_label} {shown}", england=True))
    if (at := drawn(axis, trust.value)) is not None and not beyond_axis(axis, trust.value):
        name = "The trust" if not place.choice.phase else place.context.scope_name
        missed = " missed" if axis.complement else ""
        marks.append(Mark(at, f"{name} {words.on_axis(place.kpi, trust, trust.value or 0.0)}{missed}"))
    banded = isinstance(target, Around) and any(r.band is not None for r in rows)
    marks += [] if banded else _target(place, found)
    notes = [caution, _apart(place, found), _not_asked(not_asked)]
    if each:
        notes.append("The dashed mark in a row is England’s figure for schools of that phase.")
    if room:
        notes.append(f"The shaded band in a row is the target: within {room:g} points of that figure.")
    if any(r.row.under for r in rows):
        notes.append(_BANDS)
    if banded:
        notes += [f"The shaded band is the target: {target.words} %.", _own_bands(found)]
    return Picture(
        title=words.axis_words(place.kpi),
        subtitle=f"academies {'by value' if caution else 'compared'}, {place.year}",
        alt=_apart(place, found) or place.result.sentence,
        figure=dots(rows, axis, suffix(found[0].unit), marks=marks),
        header=heads("Academy", place),
        rows=tuple(row(r.academy_name, place, r) for r in found),
        notes=(*(n for n in notes if n), *words.restricted(found)),
    )


def measures(place: Place) -> Picture | None:
    """The KPIs of the group that share this one's axis, for the same academy or trust, each with England's mark."""
    choice = place.choice
    found = [
        (kpi, place.context.ask.result(kpi.id, choice.academy, place.year, place.within, choice.among))
        for kpi in _family(place)
    ]
    found = [(kpi, r) for kpi, r in found if not inapplicable(r)]
    if sum(r.value is not None for _, r in found) < 2:
        return None
    rows = [
        _dot(
            replace(place, kpi=kpi, result=r), r, Row(kpi.short, "", kpi.id == place.kpi.id), f"kpi={kpi.id}"
        )._replace(england=drawn(place.axis, r.benchmark))
        for kpi, r in found
    ]
    notes = ["The dashed mark in a row is England’s figure."] if any(r.benchmark is not None for _, r in found) else []
    return Picture(
        title=f"{place.context.scope_name}: measures side by side",
        subtitle=place.year,
        alt=" ".join(r.sentence for _, r in found),
        figure=dots(rows, place.axis, suffix(found[0][1].unit)),
        header=heads("Measure", place),
        rows=tuple(row(kpi.short, replace(place, kpi=kpi), r) for kpi, r in found),
        notes=(*notes, *words.restricted([r for _, r in found])),
    )


def _dot(place: Place, result: Result, named: Row, go: str = "") -> Dot:
    axis = place.axis
    off = beyond_axis(axis, result.value)
    told = ""
    if result.withheld is not None:
        told = words.special(result.withheld)
    elif off:
        told = f"{words.on_axis(place.kpi, result, result.value or 0.0)}: beyond this axis"
    point = Point(
        0.0,
        None if off else drawn(axis, result.value),
        drawn(axis, result.lower),
        drawn(axis, result.upper),
        hover(named.name, place, result),
        go or f"academy={result.academy}",
    )
    return Dot(named, point, told=told)


def _bands(place: Place, result: Result, each: float) -> tuple[float, float] | None:
    """The band of the target that holds for a row; ``each`` is how far it reaches from a benchmark."""
    if result.value is None or place.axis.complement:
        return None
    own = next((note for note in result.notes if note.startswith(_OWN)), "")
    if own:
        said = _TO.match(own.removeprefix(_OWN))
        return (float(said[1]), float(said[2])) if said is not None else None
    target = plain(place.kpi.target)
    if isinstance(target, Around):
        return target.low, target.high
    if each and result.benchmark is not None:
        return result.benchmark - each, result.benchmark + each
    return None


def _own_bands(found: Sequence[Result]) -> str:
    """Whose target is another than the plan's, in one sentence."""
    named = [
        f"{r.academy_name} {note.removeprefix(_OWN).split(' (')[0]}"
        for r in found
        for note in r.notes
        if note.startswith(_OWN)
    ]
    return f"With a target of their own: {', '.join(named)}." if named else ""


def _target(place: Place, found: Sequence[Result]) -> list[Mark]:
    """The target's mark, where it is one line for all."""
    lines = {r.target_value for r in found if r.value is not None}
    line = next(iter(lines)) if len(lines) == 1 else None
    if line is None or isinstance(place.kpi.answer, Gap) or beyond_axis(place.axis, line):
        return []
    at = drawn(place.axis, line)
    shown = words.on_axis(place.kpi, next(r for r in found if r.value is not None), line)
    return [Mark(at, f"Target {shown}", target=True)] if at is not None else []


def _band_word(result: Result) -> str:
    """DfE’s description of a school’s Progress 8, which stands among the notes to it."""
    begins = "DfE's description: "
    said = next((note for note in result.notes if note.startswith(begins)), "")
    return said.removeprefix(begins).rstrip(".")


def _family(place: Place) -> list[Kpi]:
    kpi = place.kpi
    return [
        k
        for k in of_group(kpi.group)
        if isinstance(k.answer, Single) and (k.axis, k.unit, k.phases) == (kpi.axis, kpi.unit, kpi.phases)
    ]


def _has_family(place: Place) -> bool:
    return place.kpi.group == "outcomes" and isinstance(place.kpi.answer, Single) and len(_family(place)) > 1


def compared(place: Place) -> list[Result]:
    """The KPI for each academy that is listed, in alphabetical order."""
    listed = {a.urn for a in place.context.listed()}
    found = place.context.ask.compare(place.kpi.id, place.year, place.within, place.choice.among)
    return [r for r in found if r.academy in listed]


def without(found: Sequence[tuple[str, Result]]) -> str:
    """Who has no figure, by the reason, in one sentence; "" where everybody has one."""
    names: dict[str, list[str]] = {}
    for name, r in found:
        if r.withheld is not None:
            names.setdefault(words.special(r.withheld).lower(), []).append(name)
    said = "; ".join(f"{', '.join(who)} ({why})" for why, who in names.items())
    return f"Without a figure: {said}." if said else ""


def the_trust(place: Place) -> Result:
    """The KPI for the trust, or for the phase chosen."""
    return place.context.ask.result(place.kpi.id, year=place.year, within=place.within, among=place.choice.among)


def trust_name(place: Place) -> str:
    """What that is called in a row."""
    return place.choice.phase.capitalize() + " academies" if place.choice.phase else "The trust"


def inapplicable(result: Result) -> bool:
    """Whether the KPI does not apply there at all."""
    return result.withheld is not None and result.withheld.kind is WithheldKind.NOT_APPLICABLE


def _not_asked(found: Sequence[Result]) -> str:
    return f"Not applicable to {', '.join(r.academy_name for r in found)}." if found else ""


def _apart(place: Place, found: Sequence[Result]) -> str:
    """How many academies are clearly above and below the trust's figure, as the Compare page says it too."""
    asked = tuple(r.academy for r in found)
    compared = place.context.ask.compared(place.kpi.id, place.year, place.within, place.choice.among, asked)
    return compared.sentence


KINDS = (
    Kind("academies", "Academies compared", lambda place: "academy" in place.kpi.drill, academies),
    Kind("measures", "Measures side by side", _has_family, measures),
    Kind("ranked", "Sorted by value", lambda place: "academy" in place.kpi.drill, ranked),
)
"""What can be drawn side by side."""
