"""A document in which academies have letters for names, and nothing tells which is which.

Names, short forms and URNs go from every text; so do the days on which an academy joined or was inspected, which
anybody can look up, and who came and went between two years. A phase is told where two of the meeting's academies share
it. What stays are the figures and the breaks in their lines: whoever knows an academy's own can find its row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from kpi_engine.errors import UsageError
from kpi_engine.meetings import naming
from kpi_engine.meetings.agenda import phase_of
from kpi_engine.meetings.document import TRUST_KEY, Academy, Detail, Document, Item
from kpi_engine.meetings.naming import Known
from kpi_engine.meetings.room import Room

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(rf" on \d{{1,2}} (?:{_MONTHS}) \d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}}")
_PHASES = re.compile(r"England's (?:primary|secondary|special|16-19) schools|England, its phases weighted as here")
_FOR = re.compile(r"\bfor (?:primary|secondary|special|16-19|all-through) schools\b")
_IN = re.compile(r"\bin a (?:primary|secondary|special|16-19|all-through) school such as\b")
_CAME = re.compile(r"(Not the same academies as in \d{4}/\d\d): [^.]*\.")
_MARKED = re.compile(r"England, (?:primary|secondary|special|16-19)\b")


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
    undated = replace(document, items=tuple(_undated(item, alone) for item in document.items))
    hidden = naming.replaced(undated, _hider(room, document.trust))
    names = {academy.key: f"Academy {academy.letter}" for _, academy in (*room.listed, *room.others)}
    made = naming.filled(hidden, names)

    def plain(academy: Academy) -> Academy:
        return replace(academy, name=names[academy.key], phase="" if academy.key in alone else academy.phase, urn="")

    return replace(
        made,
        trust=document.trust,
        academies=tuple(plain(academy) for academy in document.academies),
        others=(),
    )


def _hider(room: Room, trust: str) -> Callable[[str], str]:
    known = [
        Known(academy.key, member.name, (member.urn, *member.predecessors))
        for member, academy in (*room.listed, *room.others)
    ]
    return naming.hider(known, trust)


def _undated(item: Item, alone: set[str]) -> Item:
    """The item without the days that an academy could be found by, and without the phase of one that is alone in it."""
    item = naming.replaced(item, lambda text: _CAME.sub(r"\1.", text))
    details = tuple(detail if detail.key == TRUST_KEY else _plain(detail, alone) for detail in item.details)
    table = None if item.table is None else naming.replaced(item.table, _without_day)
    if item.figure is None or item.figure.key == TRUST_KEY:
        return replace(item, table=table, details=details)
    one = _plain(Detail(item.figure.key, item.figure, item.chart), alone)
    return replace(item, figure=one.figure, chart=one.chart, table=table, details=details)


def _plain(detail: Detail, alone: set[str]) -> Detail:
    found = naming.replaced(detail, _without_day)
    return naming.replaced(found, _without_phase) if detail.key in alone else found


def _without_day(text: str) -> str:
    return _DAY.sub(lambda found: "" if found[0].startswith(" ") else "a day not told here", text)


def _without_phase(text: str) -> str:
    text = _MARKED.sub("England, same phase", _PHASES.sub("England's schools of its phase", text))
    return _IN.sub("in a school such as", _FOR.sub("for schools of its phase", text))
