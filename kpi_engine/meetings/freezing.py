"""Freezing: an agenda and the data of a moment become one document, as somebody sees them before whom others sit.

Whatever is in the document was given by the view of a presenting viewer; small numbers are in none of its texts.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import msgspec

from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import View
from kpi_engine.engine.explaining import Basis
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import anonymous, items, scoring
from kpi_engine.meetings import room as rooms
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.document import FORMAT, Asked, Document, Item, ItemKind, Part
from kpi_engine.meetings.items import Answered
from kpi_engine.meetings.room import Room
from kpi_engine.warehouse.schema import ENGINE_VERSION


def freeze(
    view: View,
    agenda: Agenda,
    version: int,
    *,
    trust: str,
    sample: bool,
    asked: Sequence[Asked] = (),
    last_meeting: str = "",
    actions: Mapping[str, tuple[str, str]] | None = None,
    secret: str = "",
    told: Callable[[int], None] | None = None,
) -> Document:
    """The meeting as one document; the same view, agenda and arguments give the same one.

    ``asked`` is what is still open from earlier meetings, the last of which is ``last_meeting``. ``actions`` are the
    action and the owner of a concern by the item's key, or by its KPI. ``secret`` goes into the letters of an
    anonymous meeting, so that nobody who knows the meeting's name can work them out. ``told`` is called with how many
    items are done. Raises UsageError for a viewer who is not presenting, for an agenda that is not whole, and for an
    academy that the trust has not.
    """
    room = rooms.enter(view, agenda, secret)
    if agenda.anonymous:
        anonymous.check(room)
    found: list[Answered | None] = []
    made_items: list[Item] = []
    for done, item in enumerate(agenda.items):
        if told is not None:
            told(done)
        one = _answered(room, item)
        found.append(one)
        made_items.append(items.other_item(item, asked) if one is None else items.kpi_item(room, one))
    if told is not None:
        told(len(agenda.items))
    listed = items.numbered(made_items)
    answers = {item.key: one for item, one in zip(listed, found, strict=True) if one is not None}
    basis = room.basis
    made = Document(
        format=FORMAT,
        meeting=agenda.meeting,
        body=agenda.body,
        date=agenda.date,
        version=version,
        trust=trust,
        sample=sample,
        as_at=basis.as_at.isoformat(),
        data_version=basis.version,
        engine_version=ENGINE_VERSION,
        definitions_hash=definitions_hash(basis),
        members=basis.members,
        year=agenda.year,
        anonymous=agenda.anonymous,
        academies=tuple(academy for _, academy in room.listed),
        items=listed,
        scorecard=scoring.scorecard(room, listed, answers),
        exceptions=scoring.concerns(room, listed, answers, actions or {}),
        definitions=scoring.definitions(room, listed),
        missing=scoring.missing(answers.values(), Part.OPEN),
        last_meeting=last_meeting,
        others=tuple(academy for _, academy in room.others),
    )
    return anonymous.anonymous(room, made) if agenda.anonymous else made


def preview(view: View, item: AgendaItem, agenda: Agenda | None = None) -> Item:
    """One item as it would be frozen in this agenda's meeting, by name, or else in one about all academies."""
    meeting = agenda or agendas.new("Preview", view.basis().as_at.isoformat())
    room = rooms.enter(view, replace(meeting, items=(item if item.id else replace(item, id="i1"),), anonymous=False))
    one = _answered(room, room.agenda.items[0])
    found = items.other_item(item, ()) if one is None else items.kpi_item(room, one)
    return items.numbered([found])[0]


def missing(view: View, agenda: Agenda) -> tuple[str, ...]:
    """What has no figure, a sentence for each KPI and reason, so that the chair can decide before freezing."""
    room = rooms.enter(view, agenda)
    found = (_answered(room, item) for item in agenda.items)
    return scoring.missing((one for one in found if one is not None), None)


def definitions_hash(basis: Basis) -> str:
    """SHA-256 over every KPI's declaration and the trust's own targets, as canonical JSON."""
    plain = {"kpis": [_plain(kpi) for kpi in CATALOGUE.values()], "targets": [_plain(t) for t in basis.targets]}
    return hashlib.sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()


def _answered(room: Room, item: AgendaItem) -> Answered | None:
    return items.answered(room, item) if item.kind is ItemKind.KPI else None


def _plain(value: Any) -> Any:
    """A declaration as JSON has it; a rule is told by its name beside what it asks."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__, **{f.name: _plain(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(each) for each in (sorted(value) if isinstance(value, frozenset | set) else value)]
    return value
