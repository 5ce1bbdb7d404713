"""The pictures of the Compare page: academies side by side, and over the years as lines."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_engine import years
from kpi_engine.answers import DirectionStatus, Result
from kpi_engine.engine.compared import Comparison
from kpi_engine.engine.comparing import Stand, Verdict, by_value
from kpi_engine.kpi import Axis, Kpi
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST, WithheldKind
from kpi_engine.targets import Around, plain
from kpi_engine.telling import beyond_axis, drawn, suffix
from ui import words
from ui.comparison import Asked
from ui.figure import Figure, Point, bold, layout, limits, note, scale
from ui.picture import hover
from ui.place import Place
from ui.row_charts import Dot, Mark, Row, dots
from ui.theme import FOCUS, GREY_TEXT, INK, OTHER, QUIET

_HEIGHT = 440
_CLEAR = {Verdict.ABOVE: "▲", Verdict.BELOW: "▼"}


def ordered(asked: Asked, found: Comparison) -> tuple[Stand, ...]:
    """The academies as they are listed: by name, or by value with those without a figure last."""
    return by_value(found.stands) if asked.ranked else found.stands


def sign(found: Comparison, stand: Stand) -> str:
    """The shape of a clear verdict as the picture draws it; "" for every other."""
    verdict = stand.verdict
    if found.turned:
        verdict = {Verdict.ABOVE: Verdict.BELOW, Verdict.BELOW: Verdict.ABOVE}.get(verdict, verdict)
    return _CLEAR.get(verdict, "")


def applicable(result: Result) -> bool:
    """Whether the KPI is about the academy; one that it is not about has no row in a picture."""
    return result.withheld is None or result.withheld.kind is not WithheldKind.NOT_APPLICABLE


def side_by_side(asked: Asked, place: Place, found: Comparison) -> Figure | None:
    """A dot with its interval for each academy, with the mark of what they are held against and of England."""
    stands = [s for s in ordered(asked, found) if applicable(s.result)]
    if not any(s.result.value is not None for s in stands):
        return None
    axis, kpi = place.axis, asked.kpi
    results = [s.result for s in stands]
    england = _shared_england(results)
    rule = plain(kpi.target)
    band = (rule.low, rule.high) if isinstance(rule, Around) and not axis.complement else None
    rows = []
    for stand in stands:
        r = stand.result
        off = beyond_axis(axis, r.value)
        point = Point(
            0.0,
            drawn(axis, r.value) if not off else None,
            drawn(axis, r.lower),
            drawn(axis, r.upper),
            hover(r.academy_name, place, r),
            f"academy={r.academy}",
        )
        name = " ".join(part for part in (r.academy_name, sign(found, stand)) if part)
        told = f"{words.on_axis(kpi, r, r.value or 0.0)}: beyond this axis" if off else ""
        rows.append(
            Dot(
                Row(name, focus=not asked.focus or r.academy == asked.focus),
                point,
                drawn(axis, r.benchmark) if england is None else None,
                band,
                words.special(r.withheld) if r.withheld is not None else told,
            )
        )
    marks = _marks(asked, place, found, england)
    figure = dots(
        rows,
        axis,
        suffix(results[0].unit),
        # Their words are set below, one over the other, so that they never meet.
        marks=[m._replace(words="") for m in marks],
    )
    return _labelled(figure, marks, axis)


def several_englands(found: Comparison) -> bool:
    """Whether England's figure is marked in each row, since it is not the same for all."""
    shown = [s.result for s in found.stands if s.result.value is not None]
    return any(r.benchmark is not None for r in shown) and _shared_england(shown) is None


def _shared_england(results: Sequence[Result]) -> Result | None:
    """A result with England's figure, where one figure is right for all that have a value."""
    known = [r for r in results if r.value is not None]
    if len({r.benchmark for r in known}) != 1:
        return None
    return known[0] if known[0].benchmark is not None else None


def _marks(asked: Asked, place: Place, found: Comparison, england: Result | None) -> list[Mark]:
    """England, where one figure is right for all rows, and the figure that they are held against."""
    out = []
    if england is not None and england.benchmark is not None and not beyond_axis(place.axis, england.benchmark):
        said = f"{england.benchmark_label} {words.on_axis(asked.kpi, england, england.benchmark)}"
        out.append(Mark(drawn(place.axis, england.benchmark) or 0.0, said, england=True))
    held = found.reference
    if held is not None and held.value is not None and not beyond_axis(place.axis, held.value):
        missed = " missed" if place.axis.complement else ""
        said = f"{_name(asked, held)} {words.on_axis(asked.kpi, held, held.value)}{missed}"
        out.append(Mark(drawn(place.axis, held.value) or 0.0, said))
    return out


def _labelled(figure: Figure, marks: Sequence[Mark], axis: Axis) -> Figure:
    made = figure["layout"]
    made["annotations"] = [a for a in made["annotations"] if a["text"]]
    for row, mark in enumerate(marks):
        share = (mark.x - axis.low) / (axis.high - axis.low)
        label = note(mark.x, 0.68 + 0.5 * row, mark.words, INK if mark.england else QUIET)
        made["annotations"].append(
            {**label, "xanchor": "left" if share < 0.25 else "right" if share > 0.75 else "center"}
        )
    if len(marks) > 1:
        made["yaxis"]["range"] = [made["yaxis"]["range"][0], 1.5]
        made["height"] += 14
        for shape in made["shapes"]:
            if shape["type"] == "line" and shape.get("y1") == 0.55:
                shape["y1"] = 0.46
    return figure


def _name(asked: Asked, result: Result) -> str:
    if result.academy != TRUST:
        return result.academy_name
    phase = asked.context.choice.phase
    return f"{phase.capitalize()} academies" if phase else "The trust"


def over_years(asked: Asked, place: Place, trends: Sequence[tuple[str, str, Sequence[Result]]]) -> Figure | None:
    """A line for each academy, the focused one in colour and in front; none crosses a break or a year without a figure.

    ``trends`` are URN, name and the answers of all years.
    """
    axis = place.axis
    known = [r for _, _, found in trends for r in found if r.value is not None]
    if not known:
        return None
    span = sorted({r.academic_year for r in known})
    front = asked.focus or TRUST
    data: list[Figure] = []
    ends: list[tuple[float, float, str, bool]] = []
    for urn, name, found in sorted(trends, key=lambda t: t[0] == front):
        strong = urn == front
        for run in runs(asked.kpi, found):
            data += _line(place, name, urn, run, axis, strong)
        last = next((r for r in reversed(found) if r.value is not None and not beyond_axis(axis, r.value)), None)
        if last is not None:
            y = drawn(axis, last.value)
            ends.append((float(years.start_of(last.academic_year)), y or 0.0, name, strong))
    england = _england(place, front, trends, axis)
    if england:
        ends.append((england[-1]["x"][-1], england[-1]["y"][-1], "England", False))
    data = [*england, *data]
    made = layout(_HEIGHT)
    first, final = float(years.start_of(span[0])), float(years.start_of(span[-1]))
    made["xaxis"] = {
        "range": [first - 0.35, final + 0.35],
        "tickvals": [float(years.start_of(y)) for y in span],
        "ticktext": [y if len(span) <= 8 else f"{y[2:4]}/{y[-2:]}" for y in span],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13, "color": QUIET},
    }
    made["yaxis"] = scale(axis, suffix(known[0].unit), axis.low < 0 < axis.high)
    made["annotations"] = _labels(ends, final, axis)
    made["margin"] = {"l": 8, "r": 168, "t": 12, "b": 28}
    return {"data": data, "layout": made}


def runs(kpi: Kpi, found: Sequence[Result]) -> list[list[Result]]:
    """The stretches of years that one line may join: one series, nothing missing between, and no declared break.

    A year that is not over stands by itself.
    """
    out: list[list[Result]] = [[]]
    before: Result | None = None
    for now in found:
        if now.value is None:
            out.append([])
        else:
            if before is not None and _parted(kpi, before, now):
                out.append([])
            out[-1].append(now)
        before = now if now.value is not None else None
    return [run for run in out if run]


def _parted(kpi: Kpi, before: Result, now: Result) -> bool:
    if now.series != before.series or now.outcome != before.outcome or "YTD" in (now.period, before.period):
        return True
    if now.direction.status is not DirectionStatus.NONE:
        return False
    declared = MEASURES[now.outcome or kpi.measures[0]].breaks
    return any(b.year == now.academic_year for b in declared)


def _line(place: Place, name: str, urn: str, run: Sequence[Result], axis: Axis, strong: bool) -> list[Figure]:
    shown = [r for r in run if not beyond_axis(axis, r.value)]
    if not shown:
        return []
    points = [
        Point(
            float(years.start_of(r.academic_year)),
            drawn(axis, r.value),
            drawn(axis, r.lower),
            drawn(axis, r.upper),
            hover(f"{name}, {r.academic_year}{' so far' if r.period == 'YTD' else ''}", place, r),
            f"academy={urn}&year={r.academic_year}",
        )
        for r in shown
    ]
    colour = FOCUS if strong else OTHER
    hollow = shown[0].period == "YTD"
    trace: Figure = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [p.x for p in points],
        "y": [p.y for p in points],
        "line": {"color": colour, "width": 3 if strong else 1.4},
        "marker": {
            "size": 9 if strong else 6,
            "color": "#FFFFFF" if hollow else colour,
            "line": {"color": colour if strong else GREY_TEXT, "width": 2 if hollow else 0},
        },
        "customdata": [[p.words, p.go] for p in points],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
    }
    ranges = limits(points, lambda p: p.y or 0.0) if strong else None
    return [trace | {"error_y": ranges} if ranges else trace]


def _england(place: Place, front: str, trends: Sequence[tuple[str, str, Sequence[Result]]], axis: Axis) -> list[Figure]:
    """England's dashed line, as it stands beside the one in colour."""
    found = next((f for urn, _, f in trends if urn == front), ())
    out = []
    for run in runs(place.kpi, found):
        points = [(float(years.start_of(r.academic_year)), drawn(axis, r.benchmark)) for r in run]
        known = [(x, y) for x, y in points if y is not None]
        if known:
            out.append(
                {
                    "type": "scatter",
                    "mode": "lines+markers" if len(known) == 1 else "lines",
                    "x": [x for x, _ in known],
                    "y": [y for _, y in known],
                    "line": {"color": "#000000", "width": 1.8, "dash": "dash"},
                    "marker": {"size": 5, "color": "#000000"},
                    "hoverinfo": "skip",
                }
            )
    return out


def _labels(ends: Sequence[tuple[float, float, str, bool]], final: float, axis: Axis) -> list[Figure]:
    """Each line's name at its right end, moved apart where they would touch; the one in colour is set bold."""
    least = 16.5 * (axis.high - axis.low) / (_HEIGHT - 60)
    placed = sorted(ends, key=lambda e: e[1])
    at = [max(e[1], axis.low + least * 0.7) for e in placed]
    for i in range(1, len(at)):
        at[i] = max(at[i], at[i - 1] + least)
    # Too many at the top: push the column down again.
    over = (at[-1] - axis.high) if at else 0.0
    if over > 0:
        at[-1] -= over
        for i in range(len(at) - 2, -1, -1):
            at[i] = min(at[i], at[i + 1] - least)
    out = []
    for y, (x, _, name, strong) in zip(at, placed, strict=True):
        said = name if x == final else f"{name} (to {years.label(int(x))})"
        label = note(final, y, bold(said) if strong else said, FOCUS if strong else QUIET, shift=12)
        out.append({**label, "font": {"size": 13 if strong else 12, "color": FOCUS if strong else INK}})
    return out
