"""The frozen meeting: one document with everything that is shown, printed and exported, and nothing that is computed.

Every text is there as readers see it, every number as it was on the day of freezing. Screens, packs and minutes read
it; none of them asks the engine. What its bytes are depends on its content alone, so that their checksum names it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

FORMAT = 1
"""Raised when the shape below changes in a way that older documents do not have."""
TRUST_KEY = "trust"


class Part(enum.StrEnum):
    """Which part of the meeting an item belongs to."""

    OPEN = "Part 1 (open)"
    CONFIDENTIAL = "Part 2 (confidential)"


class ItemKind(enum.StrEnum):
    """What an item of the agenda shows."""

    KPI = "kpi"
    TEXT = "text"
    LAST = "last"


class Tone(enum.StrEnum):
    """How a judgement or a point is coloured; never without its word."""

    GOOD = "good"
    NEAR = "near"
    BAD = "bad"
    PLAIN = "plain"


class ChartKind(enum.StrEnum):
    """``rows``: a dot for each name with its interval. ``years``: a line over academic years."""

    ROWS = "rows"
    YEARS = "years"


class MarkKind(enum.StrEnum):
    """A line through all rows or years."""

    ENGLAND = "england"
    TARGET = "target"
    TRUST = "trust"


class EntryKind(enum.StrEnum):
    """What is written down at a meeting."""

    NOTE = "note"
    DECISION = "decision"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Chip:
    """One of the four answers: its sign, its words ("Target missed"), and the reason in a sentence."""

    sign: str
    words: str
    tone: Tone
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure as it is shown: of an academy or the trust, in a year.

    ``key`` is "trust" or the academy's key in the document, ``name`` as readers see it. ``shown`` is the value in words
    ("90.9 %", or the special answer such as "Hidden"); ``value``, ``lower``, ``upper``, ``benchmark`` and
    ``target_value`` are numbers in ``unit`` with ``decimals`` to be shown, or None. ``reason`` says why there is no
    value. ``counted`` is the cohort in words ("3,466 pupils"), ``before`` the year before's in words, and ``coverage``
    whose data are in it ("7 of 8 academies").
    """

    key: str
    name: str
    year: str
    shown: str
    value: float | None
    unit: str
    decimals: int
    lower: float | None
    upper: float | None
    benchmark: float | None
    benchmark_words: str
    target_value: float | None
    target_words: str
    counted: str
    before: str
    coverage: str
    sentence: str
    reason: str
    chips: tuple[Chip, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One row or one year of a chart. ``shown`` is the value in words, or the special answer where there is none.

    ``england`` is the benchmark of this point. ``apart`` says that no line joins it to the point before: a break, or
    another source. ``key`` is the academy's key, empty where the point is not about one. ``focus`` stands out.
    """

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    england: float | None
    shown: str
    tone: Tone = Tone.PLAIN
    key: str = ""
    apart: bool = False
    focus: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the chart with its label: "England, secondary 91.5 %"."""

    kind: MarkKind
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows, for everybody who draws it: the deck, HTML, PDF, pictures, and native charts in Office files.

    ``low`` and ``high`` are the axis, the same for every academy; ``suffix`` and ``prefix`` stand at its numbers.
    ``alt`` tells what it shows to somebody who does not see it. Points without a value keep their place; limits that
    reach beyond the axis are drawn to its edge.
    """

    kind: ChartKind
    title: str
    alt: str
    low: float
    high: float
    decimals: int
    prefix: str
    suffix: str
    points: tuple[Point, ...]
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as text under their heads; the first column names the row."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """What a drill into one academy (or the trust over the years) shows at once."""

    key: str
    figure: Shown
    chart: Chart | None
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A note, decision or action of an earlier meeting, with where it stands now and the part it was written in."""

    kind: EntryKind
    text: str
    meeting: str
    owner: str = ""
    due: str = ""
    status: str = ""
    followed_up: str = ""
    part: Part = Part.OPEN


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda, which is one slide and one page.

    ``key`` stays the same for the same subject from version to version and meeting to meeting: changes and earlier
    decisions are found by it. ``group`` is the plan's group of KPIs in words. ``comment`` is what the preparer added.
    """

    key: str
    number: int
    part: Part
    kind: ItemKind
    title: str
    group: str = ""
    kpi: str = ""
    year: str = ""
    questions: tuple[str, ...] = ()
    text: str = ""
    comment: str = ""
    figure: Shown | None = None
    chart: Chart | None = None
    table: Table | None = None
    details: tuple[Detail, ...] = ()
    asked: tuple[Asked, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a KPI is, as its passport and the plan say."""

    kpi: str
    title: str
    short: str
    group: str
    promise: str
    definition: str
    numerator: str
    denominator: str
    target: str
    source: str
    lag: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """One cell of the one-page scorecard: the value and the judgement of the target, both in words, and its sign."""

    key: str
    shown: str
    sign: str
    status: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One KPI of the scorecard, with a cell for the trust and for each academy, in the document's order.

    ``part`` is the least open part that an item about this KPI stands in.
    """

    kpi: str
    short: str
    group: str
    year: str
    part: Part
    cells: tuple[ScoreCell, ...]


@dataclass(frozen=True, slots=True)
class Concern:
    """One exception of the pack: issue and evidence by rule; cause, action and owner as people wrote them, or empty."""

    item: str
    kpi: str
    part: Part
    issue: str
    evidence: str
    cause: str
    action: str
    owner: str


@dataclass(frozen=True, slots=True)
class Academy:
    """An academy of the document. An anonymous document has a letter for a name, and neither URN nor phase's order."""

    key: str
    name: str
    letter: str
    phase: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A frozen meeting, whole.

    ``body`` is who meets ("Board"), ``date`` the meeting's date in ISO form, ``version`` counts freezings from 1.
    ``as_at`` is the data's date, ``data_version`` their version, ``definitions`` the KPIs used here, and
    ``definitions_hash`` names all of the plan's as they stood. ``missing`` says what had no figure when it was frozen.
    ``last_meeting`` names the earlier meeting that its questions come from, ``others`` are academies of the trust that
    are not among ``academies`` and may be named in a text. Neither the moment of freezing nor who
    froze it is in the document: the same content has the same checksum.
    """

    format: int
    meeting: str
    body: str
    date: str
    version: int
    trust: str
    sample: bool
    as_at: str
    data_version: str
    engine_version: str
    definitions_hash: str
    members: str
    year: str
    anonymous: bool
    academies: tuple[Academy, ...]
    items: tuple[Item, ...]
    scorecard: tuple[ScoreRow, ...]
    exceptions: tuple[Concern, ...]
    definitions: tuple[Definition, ...]
    missing: tuple[str, ...] = ()
    last_meeting: str = ""
    others: tuple[Academy, ...] = ()

    @property
    def label(self) -> str:
        """What the meeting's version is called: Board 2026-11-26 v2."""
        return f"{self.body} {self.date} v{self.version}"

    def item(self, key: str) -> Item | None:
        """The item with that key, or None."""
        return next((item for item in self.items if item.key == key), None)


def parts(document: Document, part: Part | None) -> tuple[Item, ...]:
    """The items of one part of the meeting, or of both for None, in the agenda's order."""
    return tuple(item for item in document.items if part is None or item.part is part)
