"""The funnel: each academy's rate over its size, and the limits within which chance alone would put it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi_engine.answers import Result
from kpi_engine.engine import funnels
from kpi_engine.kpi import Axis
from kpi_engine.measures import MEASURES
from kpi_engine.model import Phase
from kpi_engine.telling import beyond_axis, interval, suffix
from kpi_engine.wording import number
from ui import words
from ui.figure import Figure, Point, layout, note, scale
from ui.picture import Kind, Picture, hover
from ui.place import Place
from ui.row_charts import scattered
from ui.theme import FOCUS, GREY_TEXT, INK, OTHER, QUIET

_HEIGHT = 400
_BEYOND = {0: "within", 1: "beyond 95 %", 2: "beyond 99.8 %"}
HEADER = ("Academy", "Size", "Value", "n", "95 % interval", "Limits of chance", "Note")


def picture(place: Place, chosen: Sequence[str] | None = None) -> Picture | None:
    """The funnel of the academies, or of those chosen, around the figure of the trust or of the phase.

    Where the trust is judged phase by phase, it is drawn of one: the phase chosen, else that of the academy, else the
    one with the most academies.
    """
    place, one_phase = _of_one_phase(place)
    found = place.context.ask.funnel(place.kpi.id, place.year, place.within, place.choice.among, chosen)
    if found is None:
        return None
    off = [d.result for d in found.dots if beyond_axis(place.axis, d.result.value)]
    notes = list(found.notes)
    if axis_of(place.axis, found) != place.axis:
        notes.append("The axis is the lower part of the KPI’s own, the same for every academy drawn.")
    if off:
        said = ", ".join(f"{r.academy_name} {words.figure(r)}" for r in off)
        notes.append(f"Beyond this axis, which is the same for every academy: {said}.")
    if found.without:
        said = ", ".join(f"{r.academy_name} ({words.special(r.withheld).lower()})" for r in found.without if r.withheld)
        notes.append(f"Without a figure: {said}.")
    shown = [d.result for d in found.dots]
    return Picture(
        title=words.axis_words(place.kpi),
        subtitle=f"over {found.sizes}, with the limits of chance, {place.year}",
        alt=found.sentence,
        figure=figure(place, found),
        header=HEADER,
        rows=rows(place, found),
        notes=(found.sentence, *one_phase, *notes, *words.restricted(shown)),
    )


def _of_one_phase(place: Place) -> tuple[Place, tuple[str, ...]]:
    """The place with a phase, where its KPI is judged by phase and none is chosen; and the sentence that says so."""
    context, choice = place.context, place.choice
    apart = any(MEASURES[m].phases_apart for m in place.kpi.measures[:1])
    if choice.phase or not apart or len(context.offered.phases) < 2:
        return place, ()
    own = "" if place.whole else str(context.academy(choice.academy).phase)
    by_phase = {p: tuple(a.urn for a in context.ask.view.academies(Phase(p))) for p in context.offered.phases}
    listed = {a.urn for a in context.listed()}
    phase = own if own in by_phase else max(by_phase, key=lambda p: len(listed & {*by_phase[p]}))
    chosen = replace(context, choice=replace(choice, phase=phase, among=by_phase[phase]))
    said = f"Judged phase by phase: these are the {phase} academies. Choose another phase to see its academies."
    return replace(place, context=chosen), (said,)


def rows(place: Place, found: funnels.Funnel) -> tuple[tuple[str, ...], ...]:
    """The funnel's numbers, by name; those without a figure with its reason."""
    listed = [
        (
            d.result.academy_name,
            number(d.size, 0),
            words.figure(d.result),
            words.counted(place.kpi, d.result),
            interval(d.result),
            _BEYOND[abs(d.beyond)] + (", above" if d.beyond > 0 else ", below" if d.beyond < 0 else ""),
            "Do not pass on" if d.result.restricted else "",
        )
        for d in found.dots
    ]
    listed += [
        (r.academy_name, "", words.figure(r), "", "", "", r.withheld.reason if r.withheld is not None else "")
        for r in found.without
    ]
    return tuple(sorted(listed))


def axis_of(axis: Axis, found: funnels.Funnel) -> Axis:
    """The KPI's axis, or the half, quarter or eighth of it that still holds every point and the 95 % limits around it.

    Where one phase's rates are a small part of another's, a funnel over the whole axis would be a line at its foot.
    """
    if axis.low != 0:
        return axis
    least = min(d.size for d in found.dots)
    limit = next((each.upper95 for each in found.limits if each.size >= least), 0.0)
    top = max(limit, *(d.result.value or 0.0 for d in found.dots))
    high = axis.high
    while high > axis.high / 8 and top <= 0.475 * high:
        high /= 2
    return Axis(axis.low, high)


def figure(place: Place, found: funnels.Funnel) -> Figure:
    """The picture: 95 % and 99.8 % limits as lines, points named where they are the chosen one or lie outside."""
    axis, unit = axis_of(place.axis, found), suffix(found.dots[0].result.unit)
    widest = max(limit.size for limit in found.limits)
    data = [_line(axis, found, name) for name in ("upper998", "upper95", "lower95", "lower998")]
    drawn = [d for d in found.dots if not beyond_axis(axis, d.result.value)]
    for focused in (False, True):
        some = [d for d in drawn if _focus(place, d.result) is focused]
        if some:
            data.append(_points(place, some, FOCUS if focused else OTHER))
    made = layout(_HEIGHT)
    made["xaxis"] = {
        **scale(Axis(0, widest), "", False),
        "title": {"text": found.sizes.capitalize(), "font": {"size": 13, "color": QUIET}},
    }
    made["yaxis"] = scale(axis, unit, False)
    made["shapes"] = [_centre(found.centre)]
    last = found.limits[-1]
    labels = [(last.upper998, "99.8 %"), (last.upper95, "95 %"), (found.centre, _centre_words(place, found))]
    made["annotations"] = [
        *_names(place, drawn, widest),
        *(
            {**note(widest, at, text, QUIET), "xanchor": "right", "yanchor": "bottom"}
            for at, text in _apart(labels, axis)
        ),
    ]
    made["margin"] = {"l": 8, "r": 14, "t": 18, "b": 44}
    return {"data": data, "layout": made}


def _line(axis: Axis, found: funnels.Funnel, name: str) -> Figure:
    """One limit; where it leaves the axis it stops."""
    ys = [getattr(limit, name) for limit in found.limits]
    outer = name.endswith("998")
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [limit.size for limit in found.limits],
        "y": [y if axis.low <= y <= axis.high else None for y in ys],
        "line": {"color": GREY_TEXT, "width": 1.4, "dash": "dot" if outer else "solid"},
        "hoverinfo": "skip",
    }


def _points(place: Place, some: Sequence[funnels.Dot], colour: str) -> Figure:
    return scattered([_point(place, d) for d in some], colour)


def _point(place: Place, dot: funnels.Dot) -> Point:
    r = dot.result
    return Point(dot.size, r.value, None, None, hover(r.academy_name, place, r), f"academy={r.academy}")


def _names(place: Place, drawn: Sequence[funnels.Dot], widest: float) -> list[Figure]:
    """The names of the chosen academy and of those outside the limits, beside their points."""
    out = []
    for d in drawn:
        chosen = not place.whole and _focus(place, d.result)
        if not (chosen or d.beyond):
            continue
        label = note(d.size, d.result.value or 0.0, d.result.academy_name, INK, strong=chosen)
        side = "left" if d.size < 0.2 * widest else "right" if d.size > 0.8 * widest else "center"
        out.append({**label, "xanchor": side, "yshift": 17})
    return out


def _focus(place: Place, result: Result) -> bool:
    return place.whole or result.academy == place.choice.academy


def _centre(at: float) -> Figure:
    return {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": at,
        "y1": at,
        "line": {"color": INK, "width": 1.4},
        "layer": "below",
    }


def _centre_words(place: Place, found: funnels.Funnel) -> str:
    like = found.dots[0].result
    said = "Together" if found.label.startswith("what these") else "The trust"
    if place.choice.phase and said == "The trust":
        said = f"{place.choice.phase.capitalize()} academies"
    return f"{said} {words.in_unit(like, found.centre)}"


def _apart(labels: Sequence[tuple[float, str]], axis: Axis) -> list[tuple[float, str]]:
    """Labels at the right edge, moved apart where they would touch; none beyond the axis."""
    least = 17 * (axis.high - axis.low) / (_HEIGHT - 60)
    out: list[tuple[float, str]] = []
    floor = axis.low
    for at, text in sorted(each for each in labels if axis.low <= each[0] <= axis.high):
        at = max(at, floor)
        out.append((at, text))
        floor = at + least
    return out


def _fits(place: Place) -> bool:
    """Whether there is a funnel to draw here: of a rate or a share, with academies enough."""
    if not funnels.suits(place.kpi):
        return False
    place, _ = _of_one_phase(place)
    ask = place.context.ask
    return ask.funnel(place.kpi.id, place.year, place.within, place.choice.among) is not None


KINDS = (Kind("funnel", "Funnel", _fits, picture),)
"""What can be drawn over size."""
