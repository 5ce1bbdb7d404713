"""A document in which academies have letters for names, and nothing tells which is which.

Names, short forms and URNs go from every text; so do the days on which an academy joined or was inspected, which
anybody can look up, and who came and went between two years. A phase is told where two of the meeting's academies share
it. What stays are the figures and the breaks in their lines: whoever knows an academy's own can find its row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace

from kpi_engine.errors import UsageError
from kpi_engine.meetings import naming
from kpi_engine.meetings.agenda import phase_of
from kpi_engine.meetings.document import TRUST_KEY, Detail, Document, Item
from kpi_engine.meetings.naming import Known
from kpi_engine.meetings.room import Room

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(rf" on \d{{1,2}} (?:{_MONTHS}) \d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}}")
_CAME = re.compile(r"(Not the same academies as in \d{4}/\d\d): [^.]*\.")
_WEIGHTED = "England, its phases weighted as here"


def check(room: Room) -> None:
    """Raises UsageError where the agenda itself would tell who an academy of an anonymous meeting is."""
    hide = _hider(room, "")
    for text in (room.agenda.meeting.replace("-", " "), room.agenda.body):
        if hide(text) != text:
            raise UsageError(
                "the meeting’s own name names an academy, so that its academies cannot be anonymous; rename the meeting"
            )
    phases = Counter(academy.phase for _, academy in room.listed)
    for item in room.agenda.items:
        phase = phase_of(item)
        if phase is not None and phases[str(phase)] == 1:
            raise UsageError(
                f"an item about the {phase} academies would tell which of them is the one {phase} academy here; "
                "take it out, or show the academies by name"
            )


def anonymous(room: Room, document: Document) -> Document:
    """The document with "Academy B" in the place of every name. Its academies stand in the order of their letters."""
    phases = Counter(academy.phase for _, academy in room.listed)
    alone = {academy.key for _, academy in room.listed if phases[academy.phase] == 1}
    unphased = _unphased({phase for phase, count in phases.items() if count == 1})
    plain = replace(
        document,
        items=tuple(naming.replaced(_undated(item, alone), unphased) for item in document.items),
        exceptions=tuple(
            replace(each, issue=unphased(each.issue), evidence=unphased(_without_day(each.evidence)))
            for each in document.exceptions
        ),
    )
    hidden = naming.replaced(plain, _hider(room, document.trust))
    names = {academy.key: f"Academy {academy.letter}" for _, academy in (*room.listed, *room.others)}
    return replace(
        naming.filled(hidden, names),
        trust=document.trust,
        academies=tuple(
            replace(a, name=names[a.key], phase="" if a.key in alone else a.phase, urn="") for a in document.academies
        ),
        others=(),
    )


def _hider(room: Room, trust: str) -> Callable[[str], str]:
    known = [
        Known(academy.key, member.name, (member.urn, *member.predecessors))
        for member, academy in (*room.listed, *room.others)
    ]
    return naming.hider(known, trust)


def _undated(item: Item, alone: set[str]) -> Item:
    """The item without the days that an academy could be found by, and without who came and went.

    Of an academy that is ``alone`` in its phase it is not said either that England's phases are weighted.
    """
    item = naming.replaced(item, lambda text: _CAME.sub(r"\1.", text))
    details = tuple(detail if detail.key == TRUST_KEY else _plain(detail, alone) for detail in item.details)
    table = None if item.table is None else naming.replaced(item.table, _without_day)
    if item.figure is None or item.figure.key == TRUST_KEY:
        return replace(item, table=table, details=details)
    one = _plain(Detail(item.figure.key, item.figure, item.chart), alone)
    return replace(item, figure=one.figure, chart=one.chart, table=table, details=details)


def _plain(detail: Detail, alone: set[str]) -> Detail:
    found = naming.replaced(detail, _without_day)
    if detail.key not in alone:
        return found
    return naming.replaced(found, lambda text: text.replace(_WEIGHTED, "England, same phase"))


def _without_day(text: str) -> str:
    return _DAY.sub(lambda found: "" if found[0].startswith(" ") else "a day not told here", text)


def _unphased(phases: Collection[str]) -> Callable[[str], str]:
    """What takes the phases that one academy alone is of out of the words for England and for schools."""
    if not phases:
        return lambda text: text
    one = "|".join(re.escape(phase) for phase in sorted(phases))
    changes = (
        (re.compile(rf"England(['’])s (?:{one}) schools"), r"England\1s schools of its phase"),
        (re.compile(rf"England(['’])s (?:{one}) average"), r"England\1s average for its phase"),
        (re.compile(rf"England, (?:{one})\b"), "England, same phase"),
        (re.compile(rf"\bfor (?:{one}) schools\b"), "for schools of its phase"),
        (re.compile(rf"\bin a (?:{one}) school such as\b"), "in a school such as"),
    )

    def change(text: str) -> str:
        for pattern, plain in changes:
            text = pattern.sub(plain, text)
        return text

    return change
