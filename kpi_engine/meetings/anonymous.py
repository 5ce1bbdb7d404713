"""A document in which academies have letters for names, and nothing tells which is which."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from kpi_engine.meetings import naming
from kpi_engine.meetings.document import Academy, Document
from kpi_engine.meetings.naming import Known
from kpi_engine.meetings.room import Room


def anonymous(room: Room, document: Document) -> Document:
    """The document with "Academy B" in the place of every name, short form and URN, in every text of it.

    Its academies stand in the order of their letters already. A phase is told where two academies share it.
    """
    known = [
        Known(academy.key, member.name, (member.urn, *member.predecessors))
        for member, academy in (*room.listed, *room.others)
    ]
    hidden = naming.replaced(document, naming.hider(known, document.trust))
    names = {academy.key: f"Academy {academy.letter}" for _, academy in (*room.listed, *room.others)}
    shared = Counter(academy.phase for _, academy in room.listed)
    made = naming.filled(hidden, names)

    def plain(academy: Academy) -> Academy:
        phase = academy.phase if shared[academy.phase] > 1 else ""
        return replace(academy, name=names[academy.key], phase=phase, urn="")

    return replace(
        made,
        trust=document.trust,
        academies=tuple(plain(academy) for academy in document.academies),
        others=(),
    )
