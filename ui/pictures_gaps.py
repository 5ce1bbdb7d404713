"""The picture of a gap: each academy's group and comparator as two joined dots."""

from __future__ import annotations

from html import escape

from kpi_engine.answers import Result
from kpi_engine.engine import moved
from kpi_engine.kpi import Gap
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST
from kpi_engine.telling import interval, suffix
from kpi_engine.wording import number
from ui import words
from ui.figure import outcome_axis
from ui.picture import Kind, Picture
from ui.place import Place
from ui.row_charts import Pair, Row, dumbbells
from ui.side_by_side import compared, inapplicable, the_trust, trust_name, without


def gaps(place: Place) -> Picture | None:
    """Each academy's group and comparator as two joined dots, with the gap, its interval and both cohorts."""
    answer = place.kpi.answer
    if not isinstance(answer, Gap):
        return None
    found = [the_trust(place), *compared(place)]
    outcomes = [r.outcome for r in found if r.sides]
    if not outcomes:
        return None
    wanted = place.result.outcome or max(dict.fromkeys(outcomes), key=outcomes.count)
    shown = [r for r in found if r.outcome == wanted or (r.withheld is not None and not inapplicable(r))]
    measure = MEASURES[wanted]
    rows = []
    for r in shown:
        if r.sides is None:
            continue
        name = _name(place, r)
        focus = place.whole or r.academy == place.choice.academy
        says = f"{escape(name)}<br><b>{escape(_gap_words(r))}</b><br>{escape(words.counted(place.kpi, r))}"
        go = f"academy={r.academy}"
        left, right = (s.value or 0.0 for s in r.sides)
        rows.append(Pair(Row(name, "", focus), left, right, f"<b>{words.figure(r)}</b>{_reach(r)}", says, go))
    names = next((r.sides[0].name, r.sides[1].name) for r in shown if r.sides)
    other = sorted({words.outcome(o) for o in outcomes if o != wanted})
    said = moved.sentence(place.result)
    notes = ["Over each line: the gap in points, and its 95 % interval where there is one."]
    notes += [f"Judged on another outcome and not drawn here: {', '.join(other)}."] if other else []
    notes.append(without([(_name(place, r), r) for r in shown]))
    return Picture(
        title=words.outcome(wanted),
        subtitle=f"both sides in each academy, {place.year}",
        alt=f"{place.result.sentence} {said}".strip(),
        figure=dumbbells(rows, names, outcome_axis(wanted), suffix(measure.unit)),
        header=("Academy", *names, "Gap, points", "95 % interval", "n", "Note"),
        rows=tuple(
            (
                _name(place, r), words.side(r, 0), words.side(r, 1), words.figure(r) if r.withheld is None else "",
                interval(r), words.counted(place.kpi, r), r.withheld.reason if r.withheld is not None else "",
            )
            for r in shown
        ),
        notes=(*(n for n in notes if n), *words.restricted(shown)),
    )  # fmt: skip


def _gap_words(result: Result) -> str:
    points = f"{words.figure(result)} points"
    return f"{points} (95 % interval {interval(result)})" if interval(result) else points


def _reach(result: Result) -> str:
    cohorts = " and ".join(number(s.people, 0) if s.people else "England" for s in result.sides or ())
    reach = f" ({interval(result)})" if interval(result) else ""
    return f"{reach} · {cohorts} pupils" if not cohorts.endswith("England") else f"{reach} · {cohorts}"


def _name(place: Place, result: Result) -> str:
    return trust_name(place) if result.academy == TRUST else result.academy_name


KINDS = (Kind("gaps", "Academies: both sides", lambda place: words.is_gap(place.kpi), gaps),)
"""What can be drawn of both sides."""
