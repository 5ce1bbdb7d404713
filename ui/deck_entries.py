"""What is written down on a slide: taken from the browser, kept, and listed for whoever may write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from kpi_engine import log
from kpi_engine.errors import CannotBeKept, KpiError
from kpi_engine.meetings import captured, naming
from kpi_engine.meetings.captured import Entry
from kpi_engine.meetings.document import Document, EntryKind, Item
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.naming import Known
from kpi_engine.meetings.who import Who
from ui import choice, deck_slides

_LOG = log.of("present")
_LONDON = ZoneInfo("Europe/London")
_FAILED = "This cannot be saved just now; it stays here, and what is wrong stands in the log of the server."


def take(
    cabinet: Cabinet, who: Who, document: Document, items: Sequence[Item], sent: Sequence[Mapping[str, object]]
) -> dict[str, Any]:
    """Keep what was sent, each entry for itself: which were saved, and which were not and why.

    An entry that cannot be kept just now is in neither, and so is sent again.
    """
    saved: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    keys = {item.key for item in items}
    for each in sent:
        id, typed = _text(each.get("id")), each.get("typed")
        mark = {"id": id, "typed": typed if isinstance(typed, int) else 0}
        kind = EntryKind(_text(each.get("kind"))) if each.get("kind") in set(EntryKind) else None
        if kind is None or _text(each.get("item")) not in keys:
            refused.append({**mark, "why": "This slide is not in the meeting that is presented."})
            continue
        edition = each.get("edition")
        try:
            entry = captured.save(
                cabinet,
                who,
                id,
                document.meeting,
                _text(each.get("item")),
                kind,
                _text(each.get("text")),
                owner=_text(each.get("owner")),
                due=_text(each.get("due")) or None,
                edition=edition if isinstance(edition, int) else 0,
                version=document.version,
            )
        except CannotBeKept as error:
            _LOG.error("%s", error)
            refused.append({**mark, "why": _FAILED, "again": True})
        except KpiError as error:
            refused.append({**mark, "why": choice.said(error)})
        else:
            saved.append({**mark, "kept_as": entry.id, "edition": entry.edition, "at": _clock(entry)})
    return {"saved": saved, "refused": refused}


def listed(cabinet: Cabinet, document: Document, items: Sequence[Item]) -> list[dict[str, Any]]:
    """What stands written down on these items, with and without the names of academies."""
    keys = {item.key for item in items}
    veil = veiled(document)
    return [_row(each, veil) for each in captured.entries(cabinet, document.meeting) if each.item in keys]


def veiled(document: Document) -> Callable[[str], str]:
    """What puts letters in the place of names of academies, as the deck does where names are hidden."""
    every = (*document.academies, *document.others)
    hide = naming.hider([Known(a.key, a.name, (a.urn,) if a.urn else ()) for a in every], document.trust)
    names = {a.key: deck_slides.alias(a.letter) for a in every}

    def veil(text: str) -> str:
        hidden = hide(text)
        for key, name in names.items():
            hidden = hidden.replace(f"{naming.OPENING}{key}{naming.CLOSING}", name)
        return hidden

    return veil


def _row(entry: Entry, veil: Callable[[str], str]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "item": entry.item,
        "kind": str(entry.kind),
        "text": entry.text,
        "veiled": veil(entry.text),
        "owner": entry.owner,
        "due": entry.due.isoformat() if entry.due is not None else "",
        "by": entry.by,
        "at": _clock(entry),
        "edition": entry.edition,
    }


def _clock(entry: Entry) -> str:
    return f"{entry.at.astimezone(_LONDON):%H:%M}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
