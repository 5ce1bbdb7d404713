"""What differs between two frozen documents: each figure with what it was, what it is, and why.

Items are matched by their keys, academies by URN or name, in anonymous versions of one meeting by letter. Where that
would tell who an academy is, or cannot be done (one document is anonymous and the other is not), the trust's figures
alone are compared, and no texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from kpi_engine.meetings.document import TRUST_KEY, Academy, Definition, Document, Item, Part, Shown

NOTHING = "–"
"""What stands where there was, or is, nothing."""
_SO_FAR = " so far"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``figure`` says what it is about; ``old`` and ``new`` are as they were shown.

    ``item`` is the item's key and ``key`` the newer document's key of the academy, or "trust", or empty for what is
    not about one; ``part`` is the less open of the two that the item stands in.
    """

    item: str
    key: str
    part: Part
    figure: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two documents, and the identity that an academy of either has in both; None where it has none."""

    old: Document
    new: Document
    known: Callable[[Academy], str] | None

    def identities(self, document: Document) -> Mapping[str, str]:
        """The identity of each key in a document."""
        found = {TRUST_KEY: TRUST_KEY}
        if self.known is not None:
            found.update({a.key: self.known(a) for a in document.academies})
        return found


def changes(old: Document, new: Document) -> tuple[Change, ...]:
    """Everything in which ``new`` differs from ``old``, in the order of the newer agenda, what is gone last."""
    pair = _Pair(old, new, _identity(old, new))
    before = {item.key: item for item in old.items}
    found: list[Change] = list(_academies(pair))
    for item in new.items:
        was, name = before.pop(item.key, None), _name(new, item)
        if was is None:
            found.append(Change(item.key, "", item.part, name, NOTHING, _headline(item), "added to the agenda"))
        else:
            found += _of_item(pair, was, item)
    for gone in before.values():
        name = _name(old, gone)
        found.append(Change(gone.key, "", gone.part, name, _headline(gone), NOTHING, "taken off the agenda"))
    return tuple(found)


def _identity(old: Document, new: Document) -> Callable[[Academy], str] | None:
    if old.anonymous != new.anonymous:
        return None
    if new.anonymous:
        return (lambda academy: academy.letter) if old.meeting == new.meeting else None
    known = all(a.urn for document in (old, new) for a in document.academies)
    return (lambda academy: academy.urn) if known else (lambda academy: academy.name)


def _academies(pair: _Pair) -> Iterator[Change]:
    """Academies that came into the meeting, or left it."""
    if pair.known is None:
        return
    was = {pair.known(a): a.name for a in pair.old.academies}
    now = {pair.known(a): a.name for a in pair.new.academies}
    if set(was) == set(now):
        return
    said = [", ".join(name for id, name in one.items() if id not in other) for one, other in ((was, now), (now, was))]
    yield Change("", "", Part.OPEN, "Academies", said[0] or NOTHING, said[1] or NOTHING, "other academies were chosen")


def _of_item(pair: _Pair, was: Item, now: Item) -> Iterator[Change]:
    part = Part.CONFIDENTIAL if Part.CONFIDENTIAL in (was.part, now.part) else Part.OPEN
    for change in _differences(pair, was, now):
        yield replace(change, part=part)


def _differences(pair: _Pair, was: Item, now: Item) -> Iterator[Change]:
    if was.part is not now.part:
        yield Change(now.key, "", now.part, f"{_name(pair.new, now)}: part", was.part, now.part, "moved")
    if now.kpi:
        yield from _defined(pair, was, now)
        yield from _figures(pair, was, now)
    if pair.known is not None:
        yield from _texts(_name(pair.new, now), was, now)


def _defined(pair: _Pair, was: Item, now: Item) -> Iterator[Change]:
    """A definition or a target that was changed, once for an item."""
    older, newer = _definition(pair.old, was.kpi), _definition(pair.new, now.kpi)
    if older is None or newer is None:
        return
    if _counted(older) != _counted(newer):
        yield Change(
            now.key, "", now.part, f"{newer.short}: definition", older.definition, newer.definition,
            "the definition changed",
        )  # fmt: skip
    if older.target != newer.target:
        yield Change(
            now.key, TRUST_KEY, now.part, f"{newer.short}: target", older.target, newer.target, "the target changed"
        )


def _figures(pair: _Pair, was: Item, now: Item) -> Iterator[Change]:
    """Each figure, its target's judgement and England's figure beside it; then earlier years that were revised."""
    older, newer = _shown(was), _shown(now)
    ids, new_ids = pair.identities(pair.old), pair.identities(pair.new)
    by_id = {ids[key]: figure for key, figure in older.items() if key in ids}
    for key, figure in newer.items():
        earlier = by_id.get(new_ids.get(key, ""))
        if earlier is not None:
            yield from _figure(pair, now, earlier, figure)
    old_years = {(ids[key], year): said for (key, year), said in _years(was).items() if key in ids}
    for (key, year), (name, shown) in _years(now).items():
        before = old_years.get((new_ids.get(key, ""), year))
        headline = newer.get(key)
        if before is None or before[1] == shown or (headline is not None and headline.year == year):
            continue
        about = f"{_short(pair.new, now)}, {name}, {year}"
        yield Change(now.key, key, now.part, about, before[1], shown, _why(pair, now))


def _figure(pair: _Pair, item: Item, was: Shown, now: Shown) -> Iterator[Change]:
    about = f"{_short(pair.new, item)}, {now.name}"
    other_year = was.year != now.year
    if was.shown != now.shown or other_year:
        old, new = (f"{each.shown} in {each.year}" if other_year else each.shown for each in (was, now))
        named = about if other_year else f"{about}, {now.year}"
        reason = f"another academic year; {_why(pair, item)}" if other_year else _why(pair, item)
        yield Change(item.key, now.key, item.part, named, old, new, reason.removesuffix("; "))
    if was.benchmark_words != now.benchmark_words and not other_year:
        yield Change(
            item.key, now.key, item.part, f"{about}, {now.year}: England",
            was.benchmark_words or NOTHING, now.benchmark_words or NOTHING, _why(pair, item),
        )  # fmt: skip
    judged = [next((chip.words for chip in each.chips), NOTHING) for each in (was, now)]
    if judged[0] != judged[1]:
        reason = "the target changed" if was.target_words != now.target_words else "the figure changed"
        if was.target_words == now.target_words and was.shown == now.shown and not other_year:
            reason = _why(pair, item)
        yield Change(item.key, now.key, item.part, f"{about}, {now.year}: judgement", judged[0], judged[1], reason)


def _texts(name: str, was: Item, now: Item) -> Iterator[Change]:
    """What people wrote or was proposed to them. ``asked`` is the last meeting's and no part of this."""
    pairs = (
        ("title", was.title, now.title),
        ("questions", " ".join(was.questions), " ".join(now.questions)),
        ("text", was.text, now.text),
        ("comment", was.comment, now.comment),
    )
    for field, old, new in pairs:
        if old != new:
            yield Change(now.key, "", now.part, f"{name}: {field}", old or NOTHING, new or NOTHING, "the text changed")


def _why(pair: _Pair, item: Item) -> str:
    """Why a figure differs, as far as the two documents tell."""
    older, newer = _definition(pair.old, item.kpi), _definition(pair.new, item.kpi)
    said = []
    if older is not None and newer is not None and _counted(older) != _counted(newer):
        said.append("the definition changed")
    if pair.old.data_version != pair.new.data_version:
        said.append(f"new data: version {pair.new.data_version}, before {pair.old.data_version}")
    if pair.old.members != pair.new.members:
        said.append("other academies count for the trust in earlier years")
    if pair.old.engine_version != pair.new.engine_version:
        said.append(f"worked out by engine {pair.new.engine_version}, before {pair.old.engine_version}")
    if not said and pair.old.definitions_hash != pair.new.definitions_hash:
        said.append("definitions or targets changed")
    return "; ".join(said) or "the two documents do not tell"


def _shown(item: Item) -> dict[str, Shown]:
    """The item's figures by key, the whole first."""
    found = {} if item.figure is None else {item.figure.key: item.figure}
    for detail in item.details:
        found.setdefault(detail.key, detail.figure)
    return found


def _years(item: Item) -> dict[tuple[str, str], tuple[str, str]]:
    """What is shown of each academic year, with the name, by key and year; a year that is not over is left out."""
    return {
        (detail.key, point.label): (detail.figure.name, point.shown)
        for detail in item.details
        if detail.chart is not None
        for point in detail.chart.points
        if not point.label.endswith(_SO_FAR)
    }


def _definition(document: Document, kpi: str) -> Definition | None:
    return next((each for each in document.definitions if each.kpi == kpi), None)


def _counted(definition: Definition) -> tuple[str, ...]:
    return (definition.definition, definition.numerator, definition.denominator, *definition.changes)


def _short(document: Document, item: Item) -> str:
    found = _definition(document, item.kpi)
    return found.short if found is not None else item.kpi


def _name(document: Document, item: Item) -> str:
    """What an item is called in a list of changes."""
    if item.figure is not None:
        return f"{_short(document, item)}, {item.figure.name}"
    return item.title or "Slide without a title"


def _headline(item: Item) -> str:
    return f"{item.figure.shown} in {item.figure.year}" if item.figure is not None else item.title or NOTHING
