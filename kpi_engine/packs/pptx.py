"""A meeting as slides for PowerPoint: text that can be edited, native charts, notes for who speaks.

Title, agenda, scorecard, exceptions, and the items in the agenda's order; an item takes further slides where one
cannot hold it. Everything is read from the document.
"""

from __future__ import annotations

import io

from kpi_engine.meetings.document import Document, Part
from kpi_engine.packs.office import of_part, part_words, same_bytes
from kpi_engine.packs.pptx_deck import Deck
from kpi_engine.packs.pptx_front import agenda, cover, exceptions, scorecard
from kpi_engine.packs.pptx_items import slides_of
from kpi_engine.packs.pptx_template import empty


def pptx(document: Document, check: str, part: Part | None = None) -> bytes:
    """The slides of one part of the meeting, or of both for None. The same document and part give the same bytes."""
    document = of_part(document, part)
    deck = Deck(empty(document), document, check)
    words = part_words(document, part)
    for page in (cover, agenda, scorecard, exceptions):
        page(deck, words)
    defined = {each.kpi: each for each in document.definitions}
    for item in document.items:
        slides_of(deck, item, defined.get(item.kpi))
    out = io.BytesIO()
    deck.slides.save(out)
    return same_bytes(out.getvalue())
