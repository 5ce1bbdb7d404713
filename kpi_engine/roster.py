"""Who the trust's academies are, since when, and under which earlier URNs their figures stand.

GIAS group links say which schools are in a trust and when each joined; the newest vintage is today's
membership. The trust's own ``academies.csv`` comes first: it overrides single fields and adds academies
that have left. Only multi-academy and single-academy trusts are trusts here: a school sponsor may bear the
same name and is not meant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import NoAcademies, UsageError
from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.model import CENTRAL, TRUST, Academy, Measure, Membership, Phase
from kpi_engine.predecessors import predecessors
from kpi_engine.trusts import Trust, find_trust, members_of, shared_trust

UNNAMED = "The trust"
_UNKNOWN_JOINED = "1900-01-01"
_GIAS_PHASES: Mapping[str, Phase] = {
    "nursery": Phase.PRIMARY,
    "primary": Phase.PRIMARY,
    "middle deemed primary": Phase.PRIMARY,
    "secondary": Phase.SECONDARY,
    "middle deemed secondary": Phase.SECONDARY,
    "all-through": Phase.ALL_THROUGH,
    "16 plus": Phase.POST16,
    "special": Phase.SPECIAL,
    "16-19": Phase.POST16,
}


@dataclass(frozen=True, slots=True)
class Roster:
    """A trust and its academies by name, today's and those that left. ``notes`` say what was assumed."""

    trust: str
    uid: str | None
    academies: tuple[Academy, ...]
    notes: tuple[str, ...] = ()

    def academy(self, urn: str) -> Academy:
        """The academy of a URN, its own or a predecessor's; UsageError when none has it."""
        for one in self.academies:
            if urn == one.urn or urn in one.predecessors:
                return one
        raise UsageError(f"{urn} is no academy of {self.trust}")


def build_roster(records: Mapping[str, pd.DataFrame], trust: str | None) -> Roster:
    """The academies of the trust that ``trust`` names: its name in any case, its Group UID or its TR number.

    Reads the record tables ``own_academies``, ``memberships``, ``establishments`` and ``links``. With a
    trust named and group links loaded, GIAS lists the academies and the own list overrides and adds; with
    the own list alone, it is the list, and GIAS fills what it leaves open. An academy in an older vintage
    of the group links but not in the newest has left; its last known day is the older vintage's.

    Raises UsageError for a name that fits no trust (naming near ones) or several, NoAcademies when neither
    an own list nor group links say who belongs.
    """
    own = {row["urn"]: row for row in _rows(records, "own_academies") if row["urn"]}
    memberships = _table(records, "memberships")
    listed = memberships[memberships["urn"] != ""]
    chosen: Trust | None = None
    if trust is not None and len(memberships):
        chosen = find_trust(memberships, trust)
    elif trust is None and own:
        chosen = shared_trust(listed, [urn for urn, row in own.items() if not row["left"]])
    members = {} if chosen is None else members_of(listed, chosen)
    if not own and not members:
        raise NoAcademies(_nobody(trust, chosen))
    urns = sorted({*own, *(members if trust is not None else ())})
    register = _register(_table(records, "establishments"), urns)
    notes: list[str] = []
    academies = [_academy(urn, own.get(urn, {}), members.get(urn, {}), register.get(urn, {}), notes) for urn in urns]
    earlier = predecessors(
        _table(records, "links"), {urn: own.get(urn, {}).get("predecessor_urn", "") for urn in urns}, notes
    )
    named = chosen.name if chosen else (trust or UNNAMED)
    return Roster(
        named,
        chosen.uid if chosen else None,
        tuple(
            sorted(
                (replace(one, predecessors=earlier[one.urn]) for one in academies),
                key=lambda one: (one.name.casefold(), one.urn),
            )
        ),
        tuple(notes),
    )


def _nobody(trust: str | None, chosen: Trust | None) -> str:
    if chosen is not None:
        return (
            f"{chosen.name} (UID {chosen.uid}) is known, but no loaded file lists its academies; load GIAS "
            "group links (with a Joined date column) or your own academies.csv"
        )
    remedy = "load GIAS group links or your own academies.csv"
    if trust is not None:
        return f"Nothing loaded says which academies {trust} has; {remedy}"
    return f"Nothing says which academies belong to the trust; name it with --trust and {remedy}"


def _academy(
    urn: str, own: Mapping[str, str], member: Mapping[str, str], register: Mapping[str, str], notes: list[str]
) -> Academy:
    """One academy, each field from the own list, else the group links, else the register."""
    name = own.get("name") or register.get("name") or f"URN {urn}"
    phase = _phase(own.get("phase", ""), register)
    joined = _date(own.get("joined")) or _date(member.get("joined"))
    if joined is None:
        notes.append(
            f"The date on which {name} joined is not known; it counts as a member since it opened. Give the "
            "date in academies.csv to change that"
        )
    sixth_form = own.get("sixth_form") or register.get("sixth_form") or ""
    if not sixth_form and phase in (Phase.SECONDARY, Phase.ALL_THROUGH) and not register.get("high_age"):
        notes.append(f"Whether {name} has a sixth form is not known; none is assumed")
    return Academy(
        urn=urn,
        name=name,
        phase=phase,
        joined=joined,
        left=_date(own.get("left") if own else member.get("left")),
        opened=_date(own.get("opened")) or _date(register.get("opened")),
        closed=_date(own.get("closed")) or _date(register.get("closed")),
        sixth_form=_has_sixth_form(sixth_form, phase, register),
        local_authority=own.get("local_authority") or register.get("local_authority") or None,
    )


def _has_sixth_form(said: str, phase: Phase, register: Mapping[str, str]) -> bool:
    if said:
        return said == "Y"
    if phase is Phase.POST16:
        return True
    return phase in (Phase.SECONDARY, Phase.ALL_THROUGH) and (_age(register, "high_age") or 0) >= 18


def _phase(own: str, register: Mapping[str, str]) -> Phase:
    """The phase that targets and benchmarks use; GIAS's phase, or the ages where GIAS gives none.

    Special schools and alternative provision have ``Not applicable`` in GIAS and are told by their type.
    """
    if own:
        return _GIAS_PHASES[own.strip().lower()]
    if register.get("special") == "Y":
        return Phase.SPECIAL
    said = _GIAS_PHASES.get(register.get("phase", "").strip().lower())
    if said is not None:
        return said
    low, high = _age(register, "low_age"), _age(register, "high_age")
    if low is not None and low >= 16:
        return Phase.POST16
    if high is not None and high > 13:
        return Phase.ALL_THROUGH if low is not None and low < 9 else Phase.SECONDARY
    return Phase.PRIMARY


def _age(register: Mapping[str, str], column: str) -> int | None:
    said = register.get(column, "")
    return int(said) if said.isdigit() else None


def _date(text: str | None) -> str | None:
    return None if not text or text == _UNKNOWN_JOINED else text


def _register(establishments: pd.DataFrame, urns: list[str]) -> dict[str, dict[str, str]]:
    """Each school's fields; the newest vintage that fills a field gives it."""
    ours = establishments[establishments["urn"].isin(urns)]
    ours = ours.sort_values(["vintage", "source_id"], ascending=False, kind="stable")
    found: dict[str, dict[str, str]] = {}
    for row in ours.to_dict("records"):
        fields = found.setdefault(row["urn"], {})
        for name, value in row.items():
            if value and not fields.get(str(name)):
                fields[str(name)] = value
    return found


def _table(records: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    columns = list(RECORD_COLUMNS[name])
    table = records.get(name)
    if table is None:
        return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})
    return table.reindex(columns=columns).astype(object).fillna("").astype(str)


def _rows(records: Mapping[str, pd.DataFrame], name: str) -> list[dict[str, Any]]:
    rows = _table(records, name).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def membership(academy: Academy, first_day: dt.date, last_day: dt.date) -> Membership:
    """Whether an academy was in the trust for the whole of a period.

    ``left`` (and ``closed``) is the last day in the trust, so an academy that left on 31 August was a
    member of that whole year. Where the joined date is not known, it counts as a member since it opened, or
    always where that is not known either; the roster's notes say so.
    """
    first, last = first_day.isoformat(), last_day.isoformat()
    joined = academy.joined or academy.opened or ""
    end = min((day for day in (academy.left, academy.closed) if day), default=None)
    if joined > last:
        return Membership.BEFORE
    if end is not None and end <= first:
        return Membership.AFTER
    if joined > first:
        return Membership.DURING
    if end is not None and end < last:
        return Membership.LEFT_DURING
    return Membership.MEMBER


def membership_until(academy: Academy, year: str, period: str, as_at: dt.date) -> Membership:
    """Whether an academy was in the trust for the whole of a period, as far as that is over on a date."""
    first, last = years.period_days(year, period)
    return membership(academy, first, max(first, min(last, as_at)))


def counts_for_trust(measure: Measure, academy: Academy, membership_then: Membership) -> bool:
    """Whether an academy's figure is part of the trust's: a member throughout, and no special school where DfE's
    own trust tables leave those out."""
    if academy.urn in (CENTRAL, TRUST) or membership_then is not Membership.MEMBER:
        return False
    return measure.special_counts_for_trust or academy.phase is not Phase.SPECIAL


def applies(measure: Measure, academy: Academy) -> bool:
    """Whether the measure can exist for the academy: its phase, and a sixth form where it is about one."""
    if academy.urn == CENTRAL:
        return True
    if measure.sixth_form_only and not (academy.sixth_form or academy.phase is Phase.POST16):
        return False
    return academy.phase in measure.phases


def members(
    roster: Roster, year: str, period: str = "Year", mode: str = "then", as_at: dt.date | None = None
) -> tuple[Academy, ...]:
    """The academies that count for the trust's figure of a period.

    ``then``: those in the trust for the whole period. ``current``: today's academies (those of ``as_at``,
    where given) in every period. Raises UsageError for another mode or an unknown period.
    """
    if mode == "then":
        first, last = years.period_days(year, period)
        return tuple(one for one in roster.academies if membership(one, first, last) is Membership.MEMBER)
    if mode == "current":
        is_current = _current(as_at)
        return tuple(one for one in roster.academies if is_current(one))
    raise UsageError(f"members are counted as 'then' or 'current', not as {mode!r}")


def _current(as_at: dt.date | None) -> Callable[[Academy], bool]:
    if as_at is None:
        return lambda one: one.left is None and one.closed is None
    day = as_at.isoformat()
    return lambda one: (one.joined or "") <= day and all(end is None or end >= day for end in (one.left, one.closed))
