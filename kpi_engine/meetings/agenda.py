"""The agenda of a meeting while it is prepared: its items in order, whose figures are shown, and reusable agendas."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import msgspec

from kpi_engine import years
from kpi_engine.catalogue import CATALOGUE, GROUPS
from kpi_engine.catalogue import kpi as find_kpi
from kpi_engine.errors import UsageError
from kpi_engine.kpi import Kpi
from kpi_engine.meetings.document import ItemKind, Part
from kpi_engine.model import TRUST, Phase

LATEST = "latest"
_LONGEST_BODY = 60
_LABEL = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item as it is prepared.

    ``academy`` is the scope of a KPI: "trust", a phase ("secondary"), or a URN. ``year`` is an academic year, or
    "latest" for the agenda's. ``title`` "" and ``questions`` None stand for what is proposed by rule. ``text`` is what
    a text slide says, ``comment`` what the preparer adds to a figure. An item without an ``id`` is given one when it
    is added.
    """

    id: str
    kind: ItemKind
    part: Part = Part.OPEN
    kpi: str = ""
    academy: str = TRUST
    year: str = LATEST
    title: str = ""
    questions: tuple[str, ...] | None = None
    text: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Agenda:
    """A meeting as it is prepared. ``meeting`` names it in links; ``academies`` are URNs, none for all.

    ``anonymous`` gives academies letters for names; ``year`` is an academic year, or "latest" for each KPI's newest.
    """

    meeting: str
    body: str
    date: str
    items: tuple[AgendaItem, ...] = field(default=())
    academies: tuple[str, ...] = ()
    anonymous: bool = False
    year: str = LATEST

    def item(self, id: str) -> AgendaItem:
        """The item of that id. Raises UsageError, naming those there are, when there is none."""
        found = next((item for item in self.items if item.id == id), None)
        if found is None:
            known = ", ".join(item.id for item in self.items) or "none"
            raise UsageError(f"{id!r} is no item of this agenda; its items are: {known}")
        return found


def new(body: str, date: str) -> Agenda:
    """An empty agenda of a meeting of ``body`` on ``date`` (ISO). UsageError for an empty body or a wrong date."""
    said = " ".join(body.split())
    agenda = Agenda(meeting_of(said, date), said, date)
    check(agenda)
    return agenda


def meeting_of(body: str, date: str) -> str:
    """How a meeting is named in links and files: ``board-2026-11-26``."""
    plain = unicodedata.normalize("NFKD", body).encode("ascii", "ignore").decode("ascii").lower()
    return "-".join(part for part in (_LABEL.sub("-", plain).strip("-")[:40].strip("-") or "meeting", date) if part)


# Edits


def added(agenda: Agenda, item: AgendaItem, to: int | None = None) -> Agenda:
    """The agenda with one more item, at place ``to`` counted from 0, else at its end.

    An item without an id, or with one that is taken, is given the next that is free.
    """
    taken = {each.id for each in agenda.items}
    named = item if item.id and item.id not in taken else replace(item, id=_free(taken))
    place = len(agenda.items) if to is None else min(max(to, 0), len(agenda.items))
    return replace(agenda, items=(*agenda.items[:place], named, *agenda.items[place:]))


def added_all(agenda: Agenda, items: Iterable[AgendaItem]) -> Agenda:
    """The agenda with all of these at its end; a KPI that is there already for the same scope and year is left out."""
    for item in items:
        if not any(_subject(each) == _subject(item) for each in agenda.items if each.kind is not ItemKind.TEXT):
            agenda = added(agenda, item)
    return agenda


def removed(agenda: Agenda, id: str) -> Agenda:
    """The agenda without that item. UsageError when there is none."""
    gone = agenda.item(id)
    return replace(agenda, items=tuple(item for item in agenda.items if item is not gone))


def moved(agenda: Agenda, id: str, to: int) -> Agenda:
    """The agenda with that item at place ``to``, counted from 0; a place beyond an end is that end."""
    item = agenda.item(id)
    rest = [each for each in agenda.items if each is not item]
    rest.insert(min(max(to, 0), len(rest)), item)
    return replace(agenda, items=tuple(rest))


def changed(agenda: Agenda, item: AgendaItem) -> Agenda:
    """The agenda with this item in place of the one of its id. UsageError when there is none."""
    old = agenda.item(item.id)
    return replace(agenda, items=tuple(item if each is old else each for each in agenda.items))


# Reusable agendas

_BOARD = (
    *("ofsted-good", "within-budget", "cash-flow", "gap-disadvantage", "teaching-good", "key-stage-attainment"),
    *("progress-8", "staff-turnover", "pupil-attendance", "suspensions", "neet-post16"),
)
_COMMITTEES: Mapping[str, tuple[str, ...]] = {
    "Finance and resources committee": (
        *("within-budget", "staffing-share", "fair-funding", "timely-accounts", "top10-efficiency", "cash-flow"),
    ),
    "Education and standards committee": (
        *("ofsted-good", "teaching-good", "critical-friends", "key-stage-attainment", "ks2-reading", "ks2-writing"),
        *("ks2-maths", "progress-8", "post16-value-added", "gap-sex", "gap-disadvantage", "gap-send"),
    ),
    "People committee": ("staff-turnover", "staff-attendance", "staff-wellbeing", "staffing-share"),
    "Safeguarding and inclusion committee": (
        *("pupils-safe", "parents-safe", "pupil-attendance", "suspensions", "permanent-exclusions", "gap-send"),
        *("looked-after-destinations", "neet-post16"),
    ),
    "Governance committee": (
        "board-skills",
        "lgb-complement",
        "ofsted-journey",
        "ofsted-leadership",
        "critical-friends",
    ),
}
TEMPLATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Full board": _BOARD,
        **_COMMITTEES,
        **{group.title: tuple(k.id for k in CATALOGUE.values() if k.group == group.id) for group in GROUPS},
        "The whole plan": tuple(CATALOGUE),
    }
)
"""Reusable agendas by name, each with its KPIs in order."""


def template(name: str, catalogue: Mapping[str, Kpi] = CATALOGUE) -> tuple[AgendaItem, ...]:
    """The items of a reusable agenda: what was asked last time, then its KPIs across the trust.

    Raises UsageError, naming the agendas there are, for another name.
    """
    if name not in TEMPLATES:
        raise UsageError(f"there is no agenda {name!r} to begin from; there are: {', '.join(TEMPLATES)}")
    listed = [AgendaItem("i1", ItemKind.LAST)]
    listed += [
        AgendaItem(f"i{place}", ItemKind.KPI, kpi=id)
        for place, id in enumerate((k for k in TEMPLATES[name] if k in catalogue), start=2)
    ]
    return tuple(listed)


# Keeping


def to_json(agenda: Agenda) -> str:
    """The agenda as JSON."""
    return msgspec.json.encode(agenda, order="deterministic").decode("utf-8")


def from_json(text: str | bytes) -> Agenda:
    """The agenda in that JSON, checked. Raises UsageError, which says what is wrong, where it is none."""
    try:
        agenda = msgspec.json.decode(text, type=Agenda)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"this is no agenda: {error}") from error
    check(agenda)
    return agenda


def check(agenda: Agenda) -> None:
    """Raises UsageError, which names what is wrong, for an agenda that could not be frozen with any data.

    Whether its academies are the trust's is seen when it is frozen.
    """
    if not agenda.body.strip():
        raise UsageError("the meeting has no name; write who meets, for instance Board")
    if len(agenda.body) > _LONGEST_BODY:
        raise UsageError(f"who meets is told in {len(agenda.body)} characters; {_LONGEST_BODY} are the most")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", agenda.meeting):
        raise UsageError(f"{agenda.meeting!r} cannot name a meeting in a link; use small letters, digits and dashes")
    try:
        day = dt.date.fromisoformat(agenda.date)
    except ValueError:
        raise UsageError(f"{agenda.date!r} is no date; write it as 2026-11-26") from None
    if day.isoformat() != agenda.date:
        raise UsageError(f"{agenda.date!r} is no date as it is kept; write it as {day.isoformat()}")
    _year(agenda.year)
    seen: set[str] = set()
    for place, item in enumerate(agenda.items, start=1):
        if not item.id or item.id in seen:
            raise UsageError(f"item {place} has {'no id' if not item.id else f'the id of another, {item.id!r}'}")
        seen.add(item.id)
        try:
            _check_item(item)
        except UsageError as error:
            raise UsageError(f"item {place}: {error}") from error


def _check_item(item: AgendaItem) -> None:
    _year(item.year)
    for text in (item.title, item.text, item.comment, *(item.questions or ())):
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise UsageError("half of a character stands in its text, which cannot be kept; type that word again")
    match item.kind:
        case ItemKind.KPI:
            kpi = find_kpi(item.kpi)
            if not item.academy:
                raise UsageError("the scope is empty; give trust, a phase or an academy’s URN")
            if kpi.trust_only and item.academy != TRUST:
                raise UsageError(f"{kpi.short} is about the trust as a whole; it has no figure for {item.academy}")
        case _ if item.kpi:
            raise UsageError(f"an item of kind {item.kind} shows no KPI, but {item.kpi!r} is given")


def _year(year: str) -> None:
    if year != LATEST and years.parse_year(year) != year:
        raise UsageError(f"{year!r} is written otherwise; write it as {years.parse_year(year)}")


def phase_of(item: AgendaItem) -> Phase | None:
    """The phase that an item's scope names, None for the trust and for one academy."""
    return next((phase for phase in Phase if item.academy == phase), None)


def _subject(item: AgendaItem) -> tuple[object, ...]:
    return item.kind, item.kpi, item.academy, item.year


def _free(taken: set[str]) -> str:
    number = 1
    while f"i{number}" in taken:
        number += 1
    return f"i{number}"
