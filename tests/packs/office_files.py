"""Office files taken apart by other means than they were made with, and documents that are hard to put into them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from lxml import etree

from kpi_engine.meetings.document import Document, Part, Point, Shown
from tests.meetings.example import example

CHECK = "7f3a91c2" + "ab" * 28
BEHIND = (98761.25, 98762.5)
"""Numbers that stand behind each hidden figure of ``secretive``."""
BEHIND_WORDS = ("98763 pupils", "98764.5 % in 2023/24")
MARK = "Quagga"
"""A word that nothing but Part 2 has in ``confidential``."""
TITLE = ("Attendance is below England’s secondary average at two of three academies, and nobody knows why. " * 4)[:300]
EMOJI = "Attendance 😀👩‍👩‍👧 is <up> & “down”"
ARABIC = "نسبة الحضور أقل من المتوسط"
CONTROL = "Bell\x07 escape\x1b nought\x00 lone\ud800 last\uffff feed\x0cend"
COMMENT = " ".join(f"word{i}" for i in range(10_000))
FORMULAS = ("=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", "=HYPERLINK(1)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def members(package: bytes, before: str = "") -> dict[str, bytes]:
    """Every member of a package; a package within it with its own members."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        for name in opened.namelist():
            content = opened.read(name)
            found[before + name] = content
            if content.startswith(b"PK"):
                found.update(members(content, f"{before}{name}/"))
    return found


def all_text(package: bytes) -> str:
    """Names and contents of all members, with XML's entities resolved, in one text."""
    parts = []
    for name, content in members(package).items():
        parts.append(name)
        if name.endswith((".xml", ".rels")):
            root = etree.fromstring(content)
            for element in root.iter():
                parts += [element.text or "", element.tail or "", *element.attrib.values()]
        else:
            parts.append(content.decode("latin-1"))
    return "\n".join(str(part) for part in parts)


def numbers(thing: Any) -> set[float]:
    """Every number that stands in a document as a number."""
    if isinstance(thing, bool):
        return set()
    if isinstance(thing, int | float):
        return {float(thing)}
    return set().union(*(numbers(each) for each in _inside(thing)))


def words(thing: Any) -> list[str]:
    """Every text of a document."""
    if isinstance(thing, str):
        return [str(thing)]
    return [said for each in _inside(thing) for said in words(each)]


def figures(said: str) -> set[str]:
    """The numbers in a text, as they are written."""
    return {each.rstrip(",") for each in _NUMBER.findall(said)}


def _inside(thing: Any) -> Iterator[Any]:
    if is_dataclass(thing):
        return (getattr(thing, field.name) for field in fields(thing))
    return iter(thing) if isinstance(thing, tuple | list) else iter(())


def changed(thing: Any, change: Callable[[Any], Any]) -> Any:
    """The same thing with everything in it passed through ``change``, the innermost first."""
    if is_dataclass(thing) and not isinstance(thing, type):
        thing = replace(thing, **{f.name: changed(getattr(thing, f.name), change) for f in fields(thing)})
    elif isinstance(thing, tuple):
        thing = tuple(changed(each, change) for each in thing)
    return change(thing)


def secretive(document: Document) -> Document:
    """The document with numbers left behind its hidden figures, as no frozen one should have them."""

    def kept(thing: Any) -> Any:
        if isinstance(thing, Shown) and thing.value is None:
            counted, before = BEHIND_WORDS
            return replace(thing, lower=BEHIND[0], upper=BEHIND[1], counted=counted, before=before)
        if isinstance(thing, Point) and thing.value is None:
            return replace(thing, lower=BEHIND[0], upper=BEHIND[1])
        return thing

    return changed(document, kept)


def confidential(document: Document) -> Document:
    """The document with a word in every text of Part 2."""

    def marked(thing: Any) -> Any:
        return changed(thing, lambda each: f"{MARK} {each}" if type(each) is str and each else each)

    hidden = {item.key: item for item in document.items if item.part is Part.CONFIDENTIAL}
    kpis = {item.kpi for item in hidden.values()}
    items = tuple(
        replace(marked(item), key=item.key, kpi=item.kpi) if item.key in hidden else item for item in document.items
    )
    return replace(
        document,
        items=items,
        scorecard=tuple(replace(marked(r), kpi=r.kpi) if r.kpi in kpis else r for r in document.scorecard),
        exceptions=tuple(replace(marked(e), kpi=e.kpi) if e.kpi in kpis else e for e in document.exceptions),
        definitions=tuple(replace(marked(d), kpi=d.kpi) if d.kpi in kpis else d for d in document.definitions),
        missing=(f"{MARK}, 2024/25: no return has been loaded",),
    )


def hostile() -> Document:
    """A meeting with everything that people paste: long titles, emoji, right-to-left, control characters, formulas."""
    document = example(9, 4)
    items = list(document.items)
    items[0] = replace(items[0], text=COMMENT, title=FORMULAS[0])
    items[1] = replace(items[1], title=TITLE, comment=COMMENT, chart=items[1].details[1].chart)
    items[2] = replace(items[2], title=EMOJI, comment=ARABIC, questions=(ARABIC, "Why " * 60, "What " * 60))
    items[3] = replace(items[3], title=ARABIC, comment=CONTROL, source="Registers " * 60)
    items[4] = replace(items[4], title=CONTROL, questions=FORMULAS[1:4], comment=FORMULAS[4])
    items[5] = replace(items[5], title="W" * 300, questions=("Why " * 70, "What " * 70, "Where " * 60))
    items[6] = replace(items[6], chart=None, table=items[6].table)
    no_figure = replace(
        items[7].figure, value=None, shown="Not yet published", chips=(), reason="It comes in March 2027."
    )
    items[7] = replace(items[7], figure=no_figure, title="")
    long = tuple(replace(each, name=f"{each.name} {'and its partner schools ' * 8}") for each in document.academies)
    exceptions = tuple(replace(each, cause=COMMENT, action=FORMULAS[0]) for each in document.exceptions[:2])
    return replace(document, items=tuple(items), academies=long, exceptions=exceptions, trust=f"{EMOJI} {ARABIC}")


def plain(said: str) -> str:
    """A text as XML can hold it and as readers compare it: one space wherever there is any."""
    allowed = "".join(c if c in "\t\n\r" or (ord(c) >= 0x20 and not 0xD800 <= ord(c) < 0xE000) else " " for c in said)
    return " ".join(allowed.replace("\uffff", " ").split())
