"""The names of academies in a document: letters for them, and texts in which no name is left.

A name is found however it is typed: in small letters, with another apostrophe, or by its short form ("Netherquill" for
Netherquill Academy). Where names follow one another in a text they are put into the order of their new names, since
their order would tell which is which.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from kpi_engine.catalogue import CATALOGUE
from kpi_engine.meetings.document import Academy, Document, Item

OPENING, CLOSING = "⟦", "⟧"
"""What stands around an academy's key where its name was."""
SOMEWHERE = "one of the academies"
"""What stands for a short form that several academies share."""

_KINDS = frozenset(
    (
        *("academy", "academies", "school", "schools", "primary", "secondary", "junior", "juniors", "infant"),
        *("infants", "nursery", "high", "upper", "lower", "middle", "first", "college", "sixth", "form"),
        *("special", "all-through", "through", "grammar", "free", "community", "church", "ce", "cofe", "c"),
        *("e", "rc", "of", "england", "catholic", "roman", "methodist", "voluntary", "aided", "controlled"),
        *("the", "and", "for", "with"),
    )
)
"""Words of a name that tell the kind of school."""
_COMMON = frozenset(
    (
        *("abbey", "park", "hill", "green", "north", "south", "east", "west", "oak", "oaks", "field"),
        *("fields", "bridge", "river", "brook", "wood", "woods", "lane", "castle", "manor", "grange"),
        *("meadow", "meadows", "heath", "forest", "spring", "springs", "court", "cross", "mill", "moor"),
        *("valley", "garden", "gardens", "hope", "trinity", "unity", "phoenix", "horizon", "discovery"),
        *("beacon", "central", "city", "town", "village", "new", "old"),
    )
)
"""Words that stand in sentences without meaning a school: as a short form they are found with a capital alone."""
_OWN_WORDS = frozenset(
    _word.strip(string.punctuation).casefold()
    for _kpi in CATALOGUE.values()
    for _word in (*_kpi.title.split(), *_kpi.short.split(), "central", "trust", "ofsted", "board")
)
"""Words that the explorer's own texts are made of: no short form is one of them, or they would be taken for it."""
_TOKEN = re.compile(f"{OPENING}([a-z]+[0-9]+){CLOSING}")
_JOINT = r"(?:, | and |, and | & | · )"
_RUN = re.compile(rf"{OPENING}[a-z]+[0-9]+{CLOSING}(?:{_JOINT}{OPENING}[a-z]+[0-9]+{CLOSING})+")
_APOSTROPHES = "'’‘`´"
_DASHES = "-‐‑–"

T = TypeVar("T")


class Known(NamedTuple):
    """An academy as texts may name it: its key in the document, its name and its URNs."""

    key: str
    name: str
    urns: tuple[str, ...] = ()


def letters(urns: Iterable[str], seed: str) -> dict[str, str]:
    """A letter for each academy, the same for the same academies and seed; nothing of their order is left in it.

    After Z come AA, AB and so on.
    """
    shuffled = sorted(set(urns), key=lambda urn: hashlib.sha256(f"{seed}\n{urn}".encode()).digest())
    return {urn: _letter(place) for place, urn in enumerate(shuffled)}


def tokens(document: Document) -> Document:
    """The document with ``⟦a1⟧`` wherever the academy of the key a1 was named, and without any URN.

    Whoever shows it puts a name or a letter in each place; no name is left in it. Names that follow one another stand
    in the order of their keys.
    """
    every = (*document.academies, *document.others)
    known = [Known(a.key, a.name, (a.urn,) if a.urn else ()) for a in every]
    hidden = replaced(document, hider(known, document.trust))
    return replace(
        hidden,
        meeting=document.meeting,
        trust=document.trust,
        academies=tuple(_token(a) for a in document.academies),
        others=tuple(_token(a) for a in document.others),
    )


def renamed(document: Document, names: Mapping[str, str]) -> Document:
    """The document with these names, by key, in the place of the academies' own, in every text and without any URN.

    Academies whose key is not among them keep their names.
    """
    own = {a.key: a.name for a in (*document.academies, *document.others)}
    made = filled(tokens(document), {**own, **names})
    return replace(made, meeting=document.meeting, trust=document.trust)


def filled(document: Document, names: Mapping[str, str]) -> Document:
    """A document of tokens with a name in the place of each."""

    def put(text: str) -> str:
        return _TOKEN.sub(lambda found: names.get(found[1], found[0]), text)

    return replaced(document, put)


def by_letter(document: Document) -> Document:
    """A document of tokens whose academies stand in the order of their letters: that of their names would tell who
    stands first. What is not an academy's row keeps its place."""
    every = (*document.academies, *document.others)
    order = {academy.key: (len(academy.letter), academy.letter) for academy in every}

    def key_of(text: str) -> str:
        found = _TOKEN.fullmatch(text)
        return found[1] if found is not None and found[1] in order else ""

    def rows(found: tuple[T, ...], key: Callable[[T], str]) -> tuple[T, ...]:
        ranked = iter(sorted((each for each in found if key(each) in order), key=lambda each: order[key(each)]))
        return tuple(next(ranked) if key(each) in order else each for each in found)

    def sorted_item(item: Item) -> Item:
        chart, table = item.chart, item.table
        return replace(
            item,
            chart=None if chart is None else replace(chart, points=rows(chart.points, lambda point: point.key)),
            table=None if table is None else replace(table, rows=rows(table.rows, lambda row: key_of(row[0]))),
            details=rows(item.details, lambda detail: detail.key),
        )

    return replace(document, items=tuple(sorted_item(item) for item in document.items))


def hider(known: Sequence[Known], trust: str = "") -> Callable[[str], str]:
    """What puts tokens in the place of names, short forms and URNs in a text.

    The trust's own name stays, though an academy's may be part of it. What two academies share names neither.
    """
    keys: dict[str, str] = {}
    patterns: list[tuple[str, str]] = []
    for each in known:
        for name in dict.fromkeys((each.name, *_without_kind(each.name))):
            key = _folded(name)
            first = keys.get(key)
            keys[key] = each.key if first in (None, each.key) else ""
            if first is None:
                patterns.append((name, _pattern(name)))
        for urn in each.urns:
            if urn:
                keys[_folded(urn)] = each.key
                patterns.append((urn, rf"(?<![0-9]){re.escape(urn)}(?![0-9])"))
    if not patterns:
        return lambda text: text
    patterns.sort(key=lambda each: -len(each[0]))
    every = re.compile("|".join(pattern for _, pattern in patterns))
    own = re.compile(_pattern(trust)) if trust else None

    def put(found: re.Match[str]) -> str:
        key = keys[_folded(found[0])]
        return f"{OPENING}{key}{CLOSING}" if key else SOMEWHERE

    def hide(text: str) -> str:
        if not text:
            return text
        if own is None:
            return in_order(every.sub(put, text))
        ends = [0, *(end for found in own.finditer(text) for end in found.span()), len(text)]
        parts = [text[a:b] if i % 2 else every.sub(put, text[a:b]) for i, (a, b) in enumerate(pairwise(ends))]
        return in_order("".join(parts))

    return hide


def in_order(text: str) -> str:
    """The text with tokens that follow one another in the order of their keys."""

    def sort(found: re.Match[str]) -> str:
        parts = iter(sorted(_TOKEN.findall(found[0]), key=_place))
        return _TOKEN.sub(lambda _: f"{OPENING}{next(parts)}{CLOSING}", found[0])

    return _RUN.sub(sort, text)


def replaced(value: T, change: Callable[[str], str]) -> T:
    """The same document, or part of one, with every text changed but enumerations and keys."""
    made: Any = _replaced(value, change)
    return made  # type: ignore[no-any-return]


def _replaced(value: Any, change: Callable[[str], str]) -> Any:
    if type(value) is str:
        return change(value)
    if isinstance(value, tuple):
        return tuple(_replaced(each, change) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        found = {
            field.name: _replaced(getattr(value, field.name), change)
            for field in fields(value)
            if field.name not in _KEYS
        }
        return replace(value, **found)
    return value


_KEYS = frozenset(("key", "item", "kpi", "letter", "definitions_hash", "data_version", "engine_version"))
"""Fields that name things and say nothing."""


def _token(academy: Academy) -> Academy:
    return replace(academy, name=f"{OPENING}{academy.key}{CLOSING}", urn="")


def _without_kind(name: str) -> list[str]:
    """The short forms of a name: without the words for the kind of school at its end, and at its start."""
    words = name.replace(",", " ").split()
    short = list(words)
    while short and _plain(short[-1]) in _KINDS:
        short.pop()
    found = [" ".join(short)] if short else []
    while short and _plain(short[0]) in _KINDS:
        short.pop(0)
    found += [" ".join(short)] if short else []
    return [each for each in dict.fromkeys(found) if each != name and len(each) > 1 and _plain(each) not in _OWN_WORDS]


def _pattern(name: str) -> str:
    """A pattern for a name as people type it."""
    parts = []
    for c in name:
        if c in _APOSTROPHES:
            parts.append(f"[{_APOSTROPHES}]?")
        elif c in _DASHES or c.isspace():
            parts.append(rf"\.?[\s{re.escape(_DASHES)}]+")
        elif c == ".":
            parts.append(r"\.?")
        else:
            parts.append(re.escape(c))
    exact = _plain(name) in _COMMON or len(name) < 4
    body = "".join(parts)
    body = f"{body}|{re.escape(name.upper())}" if exact else f"(?i:{body})"
    return rf"(?<!\w)(?:{body})(?!\w)"


def _folded(name: str) -> str:
    """A name as it is looked up, whichever way it is typed."""
    kept = "".join(" " if c in _DASHES or c.isspace() else c for c in name if c not in _APOSTROPHES and c != ".")
    return " ".join(kept.split()).casefold()


def _plain(word: str) -> str:
    return word.strip(string.punctuation).casefold()


def _place(key: str) -> tuple[str, int]:
    return key.rstrip(string.digits), int(key.lstrip(string.ascii_lowercase))


def _letter(place: int) -> str:
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = string.ascii_uppercase[rest] + found
    return found
