"""Why a figure is not there, told further: what would help, when it comes, and where there is one instead.

Made of the viewer's own answers: it names years and places that have a figure for this viewer, and no others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kpi_engine import years
from kpi_engine.answers import Result
from kpi_engine.engine import judging, withholding
from kpi_engine.engine.holdings import Holdings
from kpi_engine.kpi import Kpi
from kpi_engine.model import NO_BREAKDOWN, TRUST, Academy, WithheldKind

Ask = Callable[[str, str, Mapping[str, str]], Result]
"""The viewer's result for an academy, year and breakdown."""

_JOURNEY_YEARS = 2
_HELP: Mapping[WithheldKind, str] = {
    WithheldKind.NOT_APPLICABLE: "Nothing is missing here, and no judgement hangs on it.",
    WithheldKind.SUPPRESSED: (
        "Publishers print a code in place of results of very few pupils. The trust's sum leaves such an academy out "
        "and says so; loading the file again changes nothing."
    ),
    WithheldKind.HIDDEN: "It is hidden on every page, in every link and in every export alike.",
    WithheldKind.NOT_INSPECTED: (
        "An inspection brings it: once Ofsted has published one, load its newest management information."
    ),
}


@dataclass(frozen=True, slots=True)
class Absence:
    """What there is to say about a missing figure.

    ``due`` is about when it comes, "" where nothing is awaited. ``year`` is the nearest academic year that has a figure
    in the same place, ``whole`` says that the undivided figure is there in this year, ``trust`` that the trust's is;
    ``load`` that a file has to be loaded.
    """

    kind: WithheldKind
    reason: str
    helps: tuple[str, ...]
    due: str
    year: str
    whole: bool
    trust: bool
    load: bool


def of(holdings: Holdings, kpi: Kpi, result: Result, ask: Ask, found_years: list[str]) -> Absence | None:
    """The absence behind a result that has no figure; None where it has one. ``found_years`` are the KPI's."""
    why = result.withheld
    if why is None:
        return None
    year, place = result.academic_year, result.academy
    helps = [_HELP[why.kind]] if why.kind in _HELP else []
    if why.kind is WithheldKind.HIDDEN and (result.breakdown or place != TRUST):
        helps.append("A figure about more people can be shown: the whole year, all pupils, the whole trust.")
    if why.kind is WithheldKind.HIDDEN and _others(holdings, place):
        helps = ["What was published about this academy is shown; its own returns are its head's and the executive's."]
    due = ""
    match why.kind:
        case WithheldKind.NOT_YET_PUBLISHED:
            due = _published(kpi, year)
            helps = [kpi.passport.lag]
            if _has_return(kpi):
                helps.append("Until then the trust's own return can stand in for it, marked as such.")
        case WithheldKind.NOT_PUBLISHED:
            helps = _not_published(kpi, year)
        case WithheldKind.NOT_DUE:
            due = _two_years(holdings, place)
            helps = ["It is judged at the first graded inspection after joining, or two years after joining."]
        case WithheldKind.NO_DATA:
            due = _published(kpi, year) if _awaited(holdings, kpi, year) else ""
            helps = [f"It comes from: {kpi.passport.source}", kpi.passport.lag]
    return Absence(
        why.kind,
        why.reason,
        tuple(dict.fromkeys(h for h in helps if h)),
        due,
        _nearest(ask, result, found_years),
        bool(result.breakdown) and ask(place, year, NO_BREAKDOWN).withheld is None,
        place != TRUST and ask(TRUST, year, NO_BREAKDOWN).withheld is None,
        why.kind is WithheldKind.NO_DATA and years.first_day(year) <= holdings.as_at,
    )


def _nearest(ask: Ask, result: Result, found: list[str]) -> str:
    """The nearest year with a figure in the same place, an earlier one before a later one as near."""
    at = years.start_of(result.academic_year)
    near = sorted(
        (y for y in found if y != result.academic_year),
        key=lambda y: (abs(years.start_of(y) - at), years.start_of(y) > at),
    )
    return next((y for y in near if ask(result.academy, y, result.breakdown).withheld is None), "")


def _not_published(kpi: Kpi, year: str) -> list[str]:
    measure = judging.measure_of(kpi)
    said = []
    if year in measure.not_published:
        said.append("Nobody published it for that year, so that no file can bring it, and no line is drawn across it.")
    if kpi.passport.missing_years:
        said.append(kpi.passport.missing_years)
    return said


def _has_return(kpi: Kpi) -> bool:
    return "return" in judging.measure_of(kpi).series


def _awaited(holdings: Holdings, kpi: Kpi, year: str) -> bool:
    due = withholding.published_on(judging.measure_of(kpi), year)
    return due is not None and due > holdings.as_at


def _published(kpi: Kpi, year: str) -> str:
    due = withholding.published_on(judging.measure_of(kpi), year)
    return f"about {due:%B %Y}" if due is not None else ""


def _two_years(holdings: Holdings, urn: str) -> str:
    academy: Academy | None = holdings.academies.get(urn)
    if academy is None or academy.joined is None:
        return ""
    joined = dt.date.fromisoformat(academy.joined)
    day = joined.replace(year=joined.year + _JOURNEY_YEARS, day=min(joined.day, 28))
    return f"by {day:%B %Y}"


def _others(holdings: Holdings, urn: str) -> bool:
    """Whether an academy's own returns are not this viewer's to see."""
    own = holdings.sight.own if holdings.sight is not None else None
    return own is not None and urn != TRUST and urn not in own
