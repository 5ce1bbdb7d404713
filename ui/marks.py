"""Small pictures inside rows of text: a line over the years, the four answers as shapes.

They are spans that the style sheet colours: Streamlit takes SVG out of the HTML that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kpi_engine import years
from kpi_engine.answers import Result
from kpi_engine.kpi import Axis, Kpi
from kpi_engine.measures import MEASURES
from ui import words

_LEGEND = (
    (("above", "below"), "above or below England"),
    (("up", "down"), "improving or worsening"),
    (("level",), "no clear difference or change"),
    (("large", "small"), "large or small cohort"),
    (("none",), "not judged"),
)
_WIDE, _HIGH, _EDGE, _HALF = 84.0, 22.0, 3.5, 0.9


def runs(kpi: Kpi, trend: Sequence[Result]) -> list[list[Result]]:
    """The years that may be joined by a line, apart where a figure is lacking, a series changes or a break lies."""
    found: list[list[Result]] = []
    before: Result | None = None
    for result in trend:
        if result.value is not None:
            if before is not None and before.value is not None and not _apart(kpi, before, result):
                found[-1].append(result)
            else:
                found.append([result])
        before = result
    return found


def spark(kpi: Kpi, trend: Sequence[Result], chosen: str) -> str:
    """The KPI over the years on its own axis, as a small line with a dot at the ``chosen`` year.

    It shows values: a KPI whose axis elsewhere draws what is missed has it turned round, so that up is more.
    """
    joined = runs(kpi, trend)
    known = [result for run in joined for result in run]
    if len(known) < 2:
        return ""
    low, high = _limits(words.axis_of(kpi, ()))
    first, last = (years.start_of(r.academic_year) for r in (known[0], known[-1]))

    def at(result: Result) -> tuple[float, float]:
        x = _EDGE + (years.start_of(result.academic_year) - first) / (last - first) * (_WIDE - 2 * _EDGE)
        share = min(max(((result.value or 0.0) - low) / (high - low), 0.0), 1.0)
        return x, _HIGH - _EDGE - share * (_HIGH - 2 * _EDGE)

    parts = []
    for run in joined:
        points = [at(r) for r in run]
        if len(run) == 1:
            parts.append(_dot("lone", *points[0]))
        else:
            parts.append(f'<i style="clip-path:polygon({_outline(points)})"></i>')
    dot = next((r for r in known if r.academic_year == chosen), None)
    if dot is not None:
        parts.append(_dot("so-far" if dot.period == "YTD" else "now", *at(dot)))
    said = _said(known, len(joined) - 1)
    return f'<span class="spark" role="img" aria-label="{escape(said)}">{"".join(parts)}</span>'


def four(kpi: Kpi, result: Result) -> str:
    """The four answers: the target's in its word, the others as shapes with their words and reasons when pointed at."""
    if result.withheld is not None:
        return words.mark(result)
    shapes = "".join(
        f'<span class="mini mark {name}" title="{escape(f"{asked}: {word}. {reason}".strip())}">'
        f'<span class="sr">{escape(asked)}: {escape(word)}.</span></span>'
        for asked, name, word, reason in words.answers(kpi, result)[1:]
    )
    return f'<span class="four">{words.mark(result)}{shapes}</span>'


def legend(found: Sequence[Result]) -> str:
    """What the shapes in such rows mean, in a few lines; nothing where no row has any."""
    if all(result.withheld is not None for result in found):
        return ""
    told = []
    for shapes, said in _LEGEND:
        drawn = "".join(f'<span class="mini mark {name}"></span>' for name in shapes)
        told.append(f"<span>{drawn} {escape(said)}</span>")
    # Each shape has its words for screen readers where it stands.
    return (
        '<p class="legend" aria-hidden="true"><span>After the target: England, direction, cohort.</span>'
        f"{''.join(told)}</p>"
    )


def _apart(kpi: Kpi, before: Result, now: Result) -> bool:
    if before.series != now.series or before.outcome != now.outcome or before.period != now.period:
        return True
    measure = now.outcome or kpi.measures[0]
    return any(b.year == now.academic_year for b in MEASURES[measure].breaks)


def _dot(kind: str, x: float, y: float) -> str:
    return f'<b class="{kind}" style="left:{x:.1f}px;top:{y:.1f}px"></b>'


def _outline(points: Sequence[tuple[float, float]]) -> str:
    """A line as the outline of what it covers: out along its upper edge, back along its lower one."""
    there = [(x, y - _HALF) for x, y in points]
    back = [(x, y + _HALF) for x, y in reversed(points)]
    return ",".join(f"{x:.1f}px {y:.1f}px" for x, y in (*there, *back))


def _limits(axis: Axis) -> tuple[float, float]:
    return (100 - axis.high, 100 - axis.low) if axis.complement else (axis.low, axis.high)


def _said(known: Sequence[Result], breaks: int) -> str:
    first, last = known[0], known[-1]
    text = f"From {words.figure(first)} in {first.academic_year} to {words.figure(last)} in {last.academic_year}"
    if breaks:
        text += f", {breaks} {'break' if breaks == 1 else 'breaks'} between"
    return f"{text}."
