"""How a KPI is judged, in words: the target and whose it is, England, the interval, the direction, with sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi_engine.engine import judging
from kpi_engine.kpi import Gap, Kpi, Stages
from kpi_engine.model import Polarity, Spread, Unit
from kpi_engine.targets import Around, AtLeast, AtMost, BetterThanBenchmark, plain
from kpi_engine.targets.book import Standing

_INTERVALS: Mapping[Spread, str] = {
    Spread.PEOPLE: "Wilson’s 95 % interval for a proportion of people (Wilson 1927; APHO Technical Briefing 3, 2008).",
    Spread.OVER_PEOPLE: (
        "A 95 % interval over the people to whom the units belong, not over the units, where the return tells how "
        "people differ (linearised ratio; Cochran 1977)."
    ),
    Spread.COUNTED: (
        "Byar’s 95 % limits for a count, widened where one person can be counted several times (Breslow and Day 1987; "
        "Spiegelhalter 2005)."
    ),
    Spread.KNOWN_DEVIATION: (
        "The limits published for each school; for a sum a normal 95 % interval from one national deviation between "
        "pupils for the year (DfE, accountability measures)."
    ),
    Spread.WITH_SQUARES: (
        "No deviation between pupils is published, so there is an interval where the trust’s own results bring sums of "
        "squares, and none otherwise."
    ),
    Spread.NONE: "None: it is counted in full, and chance plays no part in it.",
}
_GAP = (
    "For shares of people Newcombe’s 95 % interval of a difference (Newcombe 1998); for scores, from both sides’ "
    "intervals. England’s side, of all pupils, is taken as exact."
)


@dataclass(frozen=True, slots=True)
class JudgedBy:
    """Each in one or two sentences; "" where it is not judged that way. ``band`` are the ends of a target that has two,
    in the KPI's unit. ``asked`` is the target alone: ``at least 90 %``."""

    target: str
    england: str
    direction: str
    interval: str
    band: tuple[float, float] | None = None
    asked: str = ""


def judged_by(kpi: Kpi, standing: Standing) -> JudgedBy:
    """How the KPI is judged under the target that holds."""
    rule = plain(standing.rule)
    gap = isinstance(kpi.answer, Gap)
    spread = Spread.NONE if isinstance(kpi.answer, Stages) else judging.measure_of(kpi).spread
    return JudgedBy(
        _target(kpi, standing),
        _england(kpi),
        _direction(kpi, gap, spread),
        _GAP if gap else _INTERVALS[spread],
        (rule.low, rule.high) if isinstance(rule, Around) else None,
        _asked(kpi, standing),
    )


def _asked(kpi: Kpi, standing: Standing) -> str:
    rule = plain(standing.rule)
    return standing.rule.words.replace(rule.words, f"{rule.words}{_unit(kpi, standing)}", 1)


def _unit(kpi: Kpi, standing: Standing) -> str:
    rule = plain(standing.rule)
    return " %" if kpi.unit is Unit.PERCENT and isinstance(rule, (AtLeast, AtMost, Around)) else ""


def _target(kpi: Kpi, standing: Standing) -> str:
    rule, unit, words = plain(standing.rule), _unit(kpi, standing), _asked(kpi, standing)
    near = ""
    match rule:
        case Around(near_low=low, near_high=high):
            near = f"Near from {low:g} to {high:g}{unit}."
        case BetterThanBenchmark(tolerance_share=float(share)):
            near = f"Near within {share * 100:g} % of England’s figure."
        case _ if standing.tolerance and rule.line is not None:
            near = f"Near within {standing.tolerance:g} point{'' if standing.tolerance == 1 else 's'}."
        case _:
            pass
    whose = "The plan’s" if standing.source == "the plan" else f"The trust’s own ({standing.source})"
    if words.endswith("."):
        return words
    return f"{whose}: {words}. {near}".strip()


def _england(kpi: Kpi) -> str:
    if kpi.context_only:
        return "England’s figures stand beside it as context and judge nothing, since they are about other people."
    if not kpi.benchmark:
        return "England is no yardstick for this KPI."
    return (
        "Above or below is said when the whole interval lies on one side of England’s figure for the same phase, year, "
        "part of the year and series; else there is no clear difference."
    )


def _direction(kpi: Kpi, gap: bool, spread: Spread) -> str:
    if kpi.polarity is Polarity.NEITHER:
        return "Neither way is better by itself, so no change is called one for the better or worse."
    if kpi.pool_years > 1:
        return "Pooled years are not compared with one another."
    better = "a lower" if kpi.polarity is Polarity.LOWER else "a higher"
    what = "a smaller gap" if gap else f"{better} figure"
    chance = "" if spread is Spread.NONE else " when the interval of the change leaves out no change at all"
    return f"Improving is {what} than the year before{chance}; never across a break, and never from another series."
