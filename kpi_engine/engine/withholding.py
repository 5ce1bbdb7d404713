"""Why there is no number: a special answer with its reason, never a blank and never 0."""

from __future__ import annotations

import datetime as dt

from kpi_engine import years
from kpi_engine.engine.holdings import Holdings, applies
from kpi_engine.engine.lens import HIDDEN, NOT_YOURS
from kpi_engine.intake.codes import NOT_APPLICABLE, ROUNDS_TO_ZERO, SUPPRESSED
from kpi_engine.model import Academy, Measure, Membership, Withheld, WithheldKind
from kpi_engine.wording import inside

_OWN_CODES = {
    "NOT_DUE": WithheldKind.NOT_DUE,
    "NOT_INSPECTED": WithheldKind.NOT_INSPECTED,
    "NOT_APPLICABLE": WithheldKind.NOT_APPLICABLE,
}


def why(
    holdings: Holdings,
    measure: Measure,
    academy: Academy | None,
    year: str,
    code: str | None = None,
    detail: str | None = None,
) -> Withheld:
    """The special answer for a missing figure of an academy (None for the trust) in a year."""
    name = academy.name if academy is not None else "the trust"
    if academy is not None and not applies(measure, academy):
        return Withheld(WithheldKind.NOT_APPLICABLE, _not_its_phase(measure, academy))
    if code in _OWN_CODES:
        said = detail or f"{measure.title} of {name}, {year}: {_OWN_CODES[code or '']}"
        return Withheld(_OWN_CODES[code or ""], said.rstrip(".") + ".")
    if year in measure.not_published:
        return Withheld(WithheldKind.NOT_PUBLISHED, f"{measure.title}, {year}: {measure.not_published[year]}.")
    if code == HIDDEN:
        return hidden(name, year)
    if code == NOT_YOURS:
        return not_yours("Figures from another academy's own returns are")
    if code is not None:
        return _of_code(name if academy is not None else "every academy of the trust that has one", year, code)
    if academy is not None:
        away = _not_open(academy, year) or _not_in_trust(holdings, academy, year)
        if away:
            return Withheld(WithheldKind.NOT_APPLICABLE, away)
    if holdings.as_at < years.first_day(year):
        return Withheld(WithheldKind.NO_DATA, f"The academic year {year} has not begun on {_day(holdings.as_at)}.")
    due = published_on(measure, year)
    if due is not None and holdings.as_at < due and not holdings.facts(measure.id, year):
        return Withheld(
            WithheldKind.NOT_YET_PUBLISHED,
            f"Figures by school for {year} are usually published about {due:%B %Y}; "
            f"the data reach {_day(holdings.as_at)}.",
        )
    if due is not None and not holdings.years_of(measure.id):
        return Withheld(WithheldKind.NO_DATA, f"No file with {inside(measure.title)} has been loaded.")
    return Withheld(
        WithheldKind.NO_DATA, f"Nothing has been loaded about {inside(measure.title)} for {name} in {year}."
    )


def hidden(name: str, year: str) -> Withheld:
    """A figure about too few people, or one from which such a figure could be worked out; which of them is not said."""
    return Withheld(
        WithheldKind.HIDDEN,
        f"Hidden for {name} in {year}: it speaks of so few people that somebody could be recognised, or such a figure "
        "could be worked out from it.",
    )


def not_yours(what: str) -> Withheld:
    """A figure that this viewer's role does not see; ``what`` begins the sentence."""
    return Withheld(WithheldKind.HIDDEN, f"{what} for the executive to see.")


def nobody(measure: Measure, name: str, year: str) -> Withheld:
    """A return that counts nobody: the denominator is 0, so there is nothing to divide."""
    return Withheld(
        WithheldKind.NOT_APPLICABLE,
        f"The figures loaded for {name} in {year} count no {measure.people} for {inside(measure.title)}.",
    )


def no_trust_figure(measure: Measure, year: str) -> Withheld:
    """Academies have figures that were published without the numbers behind them, so nothing can be added up."""
    return Withheld(
        WithheldKind.NOT_PUBLISHED,
        f"{measure.title}, {year}: the loaded files give each academy's figure without the numbers behind it, "
        "so a figure for the trust cannot be worked out.",
    )


def _of_code(name: str, year: str, code: str) -> Withheld:
    if code in SUPPRESSED:
        hint = "too few pupils have a score" if code == "LOWCOV" else "it speaks of too few people"
        return Withheld(WithheldKind.SUPPRESSED, f"The publisher hid the figure of {name} for {year} ({code}): {hint}.")
    if code in ROUNDS_TO_ZERO:
        return Withheld(
            WithheldKind.SUPPRESSED,
            f"The publisher printed {code} for {name} in {year}: too small to be shown.",
        )
    if code in NOT_APPLICABLE:
        return Withheld(
            WithheldKind.NOT_APPLICABLE,
            f"The publisher says {code} for {name} in {year}: the measure does not apply.",
        )
    return Withheld(
        WithheldKind.NOT_PUBLISHED,
        f"The publisher gives no figure for {name} in {year} ({code}: not available).",
    )


def _not_its_phase(measure: Measure, academy: Academy) -> str:
    if measure.sixth_form_only and not academy.sixth_form:
        return f"{academy.name} has no sixth form."
    return f"{measure.title} is not measured in a {academy.phase} school such as {academy.name}."


def _not_open(academy: Academy, year: str) -> str:
    if academy.closed and academy.closed <= years.first_day(year).isoformat():
        return f"{academy.name} had closed before {year}."
    if academy.opened and academy.opened > years.last_day(year).isoformat() and not academy.predecessors:
        return f"{academy.name} had not opened in {year}."
    return ""


def _not_in_trust(holdings: Holdings, academy: Academy, year: str) -> str:
    if academy.left and holdings.membership(academy, year) is Membership.AFTER:
        return f"{academy.name} left the trust on {_day(dt.date.fromisoformat(academy.left))}."
    return ""


def published_on(measure: Measure, year: str) -> dt.date | None:
    """About when figures by school for a year are published; None for a measure that is never published by school."""
    if not measure.published_after_months:
        return None
    month = 8 + measure.published_after_months
    return dt.date(years.start_of(year) + 1 + (month - 1) // 12, (month - 1) % 12 + 1, 28)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
