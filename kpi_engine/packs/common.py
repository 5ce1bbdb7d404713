"""What every pack shares: which of a meeting is in it, what is printed on each page, and texts that can be printed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from kpi_engine.export.strip import SAMPLE, day
from kpi_engine.meetings.canonical import short
from kpi_engine.meetings.document import (
    Chart,
    ChartKind,
    Concern,
    Definition,
    Document,
    Item,
    Part,
    ScoreRow,
    Shown,
    Table,
    parts,
)
from kpi_engine.packs.drawing_parts import figure
from kpi_engine.wording import span

BOTH = "Parts 1 and 2 (confidential)"
"""What a pack of both parts is called."""
BY_RULE = "Issue and evidence follow from the figures by rule. Cause, action and owner are as people wrote them."
LETTERS = "Academies have letters in place of their names."
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Pack:
    """What of a meeting goes out together: one part of it, or both.

    ``missing`` is empty where another part is left out, since its lines do not say which part they belong to.
    """

    document: Document
    check: str
    part: Part | None
    items: tuple[Item, ...]
    scorecard: tuple[ScoreRow, ...]
    exceptions: tuple[Concern, ...]
    definitions: tuple[Definition, ...]
    missing: tuple[str, ...]

    @property
    def part_words(self) -> str:
        """The part in words: "Part 1 (open)", or both."""
        if self.part is not None:
            return str(self.part)
        confidential = any(item.part is Part.CONFIDENTIAL for item in self.items)
        return BOTH if confidential else str(Part.OPEN)

    @property
    def stamp(self) -> str:
        """What stands on every page: trust, meeting and version, part, the data's date, and the check."""
        return " · ".join((self.document.trust, self.document.label, self.part_words, *self.origin))

    @property
    def origin(self) -> tuple[str, ...]:
        """The data's date, the check, and whether the trust is invented."""
        sample = (SAMPLE,) if self.document.sample else ()
        return (f"Data to {spoken(self.document.as_at)}", f"check {self.check}", *sample)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be known before reading."""
        return (LETTERS,) if self.document.anonymous else ()


def packed(document: Document, check: str, part: Part | None) -> Pack:
    """What of the document belongs to a part, or all of it for None; ``check`` is the document's checksum.

    A KPI's row on the scorecard and its exceptions go with the part they carry. Its definition is there where one of
    its items or its row is.
    """
    items = parts(document, part)
    rows = tuple(row for row in document.scorecard if part is None or row.part is part)
    concerns = tuple(each for each in document.exceptions if part is None or each.part is part)
    named = {item.kpi for item in items} | {row.kpi for row in rows}
    definitions = tuple(each for each in document.definitions if part is None or each.kpi in named)
    whole = len(items) == len(document.items) and len(rows) == len(document.scorecard)
    missing = document.missing if whole else ()
    return Pack(document, short(check), part, items, rows, concerns, definitions, missing)


def spoken(date: str) -> str:
    """A date in ISO form as readers write it; any other text as it is."""
    try:
        return day(dt.date.fromisoformat(date))
    except ValueError:
        return date


def each_text(value: _T, change: Callable[[str], str]) -> _T:
    """The same thing with every text in it changed; enumerations stay."""
    return _changed(value, change)  # type: ignore[no-any-return]


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if type(value) is str:
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(each, change) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        found = {f.name: getattr(value, f.name) for f in fields(value)}
        changed = {name: _changed(each, change) for name, each in found.items()}
        return replace(value, **{name: each for name, each in changed.items() if each is not found[name]})
    return value


def paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    """A text as paragraphs of lines: an empty line begins a new paragraph."""
    lines = [line.strip() for line in _LINES.split(text)]
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return tuple(tuple(each) for each in found if each)


def as_table(chart: Chart) -> Table:
    """A chart's points as a table: each value in words, its interval, and England's where points have one."""
    head = ["Year" if chart.kind is ChartKind.YEARS else "Name", "Value"]
    limits = any(p.lower is not None and p.upper is not None for p in chart.points)
    england = any(p.england is not None for p in chart.points)
    rows = []
    for p in chart.points:
        row = [p.label, p.shown]
        if limits:
            both = p.lower is not None and p.upper is not None
            row.append(f"{figure(chart, p.lower or 0)} to {figure(chart, p.upper or 0)}" if both else "")
        if england:
            row.append("" if p.england is None else figure(chart, p.england))
        rows.append(tuple(row))
    head += ["Interval"] * limits + ["England"] * england
    return Table(chart.title, tuple(head), tuple(rows))


def of_numbers(cells: Sequence[str]) -> bool:
    """Whether a column of a table holds figures, which then stand at its right."""
    said = [cell for cell in cells if cell]
    return bool(said) and 2 * sum(bool(_FIGURE.match(cell)) for cell in said) >= len(said)


def around(shown: Shown) -> tuple[str, ...]:
    """What stands small beside a value: its year, cohort, interval, target, England, the year before, coverage."""
    interval = ""
    if shown.lower is not None and shown.upper is not None:
        interval = f"interval {span(shown.lower, shown.upper, shown.unit, shown.decimals)}"
    told = (
        shown.year,
        shown.counted,
        interval,
        f"target: {shown.target_words}" if shown.target_words else "",
        shown.benchmark_words,
        f"before: {shown.before}" if shown.before else "",
        shown.coverage,
    )
    return tuple(each for each in told if each)


def told(shown: Shown) -> tuple[str, ...]:
    """What is said of a value in sentences: what it says, why there is none, what is to be known of it."""
    return tuple(each for each in (shown.sentence, shown.reason, *shown.notes) if each)


def defined(definition: Definition) -> tuple[tuple[str, str], ...]:
    """The lines of a definition, each with what it tells."""
    lines = (
        ("The plan’s promise", definition.promise),
        ("Definition", definition.definition),
        ("Counted", definition.numerator),
        ("Out of", definition.denominator),
        ("Target", definition.target),
        ("Source", definition.source),
        ("How late it is", definition.lag),
        *(("Change of method", change) for change in definition.changes),
    )
    return tuple(line for line in lines if line[1])


def asked_table(item: Item) -> Table:
    """What an earlier meeting asked for, as a table."""
    head = ("What", "Kind", "Meeting", "Owner", "Due", "Status", "What became of it")
    rows = tuple(
        (a.text, str(a.kind).capitalize(), a.meeting, a.owner, spoken(a.due), a.status, a.followed_up)
        for a in item.asked
    )
    return Table("", head, rows)


def exceptions_table(pack: Pack) -> Table:
    """The exceptions as a table; what nobody wrote is a dash."""
    head = ("Issue", "Evidence", "Cause", "Action", "Owner")
    rows = tuple((c.issue, c.evidence, c.cause or "—", c.action or "—", c.owner or "—") for c in pack.exceptions)
    return Table("Exceptions", head, rows)


def facts(pack: Pack) -> tuple[tuple[str, str], ...]:
    """What is to be known of the whole pack, line by line."""
    document = pack.document
    lines = (
        ("Meeting", f"{document.body}, {spoken(document.date)}"),
        ("Frozen as", document.label),
        ("Part", pack.part_words),
        ("Year", "The latest of each KPI" if document.year == "latest" else document.year),
        ("Data to", spoken(document.as_at)),
        ("Data version", document.data_version),
        ("Check", pack.check),
        ("Definitions", f"version {document.engine_version}, check {document.definitions_hash[:8]}"),
        ("Sample", SAMPLE if document.sample else ""),
    )
    return tuple(line for line in lines if line[1])


def signs(rows: Sequence[ScoreRow]) -> str:
    """What the scorecard's signs say, each once, in the order in which they come."""
    said: dict[str, dict[str, None]] = {}
    for row in rows:
        for cell in row.cells:
            if cell.sign and cell.status:
                said.setdefault(cell.sign, {})[cell.status] = None
    return " · ".join(f"{sign} {', '.join(words)}" for sign, words in said.items())


def grouped(rows: Sequence[ScoreRow]) -> dict[str, list[ScoreRow]]:
    """The scorecard's rows by the plan's group, in the order in which groups come first."""
    found: dict[str, list[ScoreRow]] = {}
    for row in rows:
        found.setdefault(row.group, []).append(row)
    return found


def slug(text: str, most: int = 60) -> str:
    """A part of a file's name that every computer takes: small letters, digits and hyphens; empty if none are left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:most].strip("-")


_LINES = re.compile("\r\n|[\n\r\u2028\u2029\v\f]")
_FIGURE = re.compile(r"[−+\-]?£?\d")
