"""A frozen meeting made by hand, of any size: an invented trust whose every text and number is known beforehand."""

from __future__ import annotations

import string
from dataclasses import replace

from kpi_engine.meetings.document import (
    FORMAT,
    TRUST_KEY,
    Academy,
    Asked,
    Chart,
    ChartKind,
    Chip,
    Concern,
    Definition,
    Detail,
    Document,
    EntryKind,
    Item,
    ItemKind,
    Mark,
    MarkKind,
    Part,
    Point,
    ScoreCell,
    ScoreRow,
    Shown,
    Table,
    Tone,
)

NAMES = ("Corvane High", "Netherquill Academy", "Pellmere High", "Skerrow Primary", "Tamsel Junior", "Ullark Infant")
YEARS = ("2020/21", "2021/22", "2022/23", "2023/24", "2024/25")
HIDDEN = 2
"""The academy whose figure is hidden in every third item."""


def example(kpis: int = 6, academies: int = 4) -> Document:
    """A meeting of a title slide, so many KPIs, and a last item that asks what became of the last time's."""
    listed = tuple(_academy(i) for i in range(academies))
    items = [_text()]
    items += [_item(n, listed) for n in range(kpis)]
    items.append(_last(len(items) + 1))
    items = [replace(item, number=i + 1) for i, item in enumerate(items)]
    shown = [item for item in items if item.kind is ItemKind.KPI]
    return Document(
        format=FORMAT,
        meeting="board-2026-11-26",
        body="Board",
        date="2026-11-26",
        version=2,
        trust="Wychbourne Learning Trust",
        sample=True,
        as_at="2026-07-21",
        data_version="20261120-7f3a",
        engine_version="1.1",
        definitions_hash="0f" * 32,
        members="then",
        year="2024/25",
        anonymous=False,
        academies=listed,
        items=tuple(items),
        scorecard=tuple(_row(item, listed) for item in shown),
        exceptions=tuple(_exception(item) for item in shown if item.number % 2 == 0),
        definitions=tuple(_definition(item) for item in shown),
        missing=("Kept places, 2024/25: no return has been loaded for Corvane High",),
        last_meeting="Board 2026-07-09 v1",
    )


def _academy(i: int) -> Academy:
    name = NAMES[i] if i < len(NAMES) else f"Wending {string.ascii_uppercase[i % 26]}{i} Primary"
    letter = string.ascii_uppercase[i] if i < 26 else f"A{string.ascii_uppercase[i % 26]}{i // 26}"
    return Academy(f"a{i + 1}", name, letter, "secondary" if i < 3 else "primary", f"90{i:04d}")


def _text() -> Item:
    return Item(
        key="text-1",
        number=1,
        part=Part.OPEN,
        kind=ItemKind.TEXT,
        title="What the board asked for in July",
        text="Attendance first.\n\nThen staffing, with <the> figures & their “reasons”.",
    )


def _value(n: int, i: int, year: int = 4) -> float:
    return round(60 + (n * 7.3 + i * 3.1 + year * 1.7) % 35, 1)


def _figure(n: int, key: str, name: str, i: int, year: int = 4) -> Shown:
    hidden = n % 3 == 2 and i == HIDDEN
    value = None if hidden else _value(n, i, year)
    chips = (
        Chip("✕", "Target missed", Tone.BAD, "The target is at least 80.0 %."),
        Chip("▼", "Below England", Tone.BAD, "England’s figure lies above the interval."),
        Chip("↗", "Improving", Tone.GOOD, "Up on the year before by more than chance explains."),
        Chip("●", "Large cohort", Tone.PLAIN, "More than ten people."),
    )
    return Shown(
        key=key,
        name=name,
        year=YEARS[year],
        shown="Hidden" if value is None else f"{value:.1f} %",
        value=value,
        unit="%",
        decimals=1,
        lower=None if value is None else round(value - 2.5, 1),
        upper=None if value is None else round(value + 2.5, 1),
        benchmark=81.5,
        benchmark_words="England, secondary 81.5 %",
        target_value=80.0,
        target_words="At least 80.0 %",
        counted="" if value is None else f"{200 + 10 * i} pupils",
        before="" if value is None else f"{_value(n, i, year - 1):.1f} % in {YEARS[year - 1]}",
        coverage="" if key != TRUST_KEY else "7 of 8 academies",
        sentence="This figure is hidden." if value is None else f"{name} has {value:.1f} %.",
        reason="Hidden: it would point at single people." if value is None else "",
        chips=() if value is None else chips,
    )


def _point(figure: Shown, label: str, key: str = "") -> Point:
    tone = Tone.BAD if figure.value is not None and figure.value < 80 else Tone.GOOD
    return Point(label, figure.value, figure.lower, figure.upper, None, figure.shown, tone, key)


def _over_years(n: int, key: str, name: str, i: int) -> Chart:
    found = [_figure(n, key, name, i, year) for year in range(1, 5)]
    points = tuple(replace(_point(f, f.year), england=80.0 + k, apart=k == 2) for k, f in enumerate(found))
    return Chart(ChartKind.YEARS, f"{name} over the years", f"{name}, four years.", 50, 100, 1, "", " %", points)


def _item(n: int, listed: tuple[Academy, ...]) -> Item:
    whole = _figure(n, TRUST_KEY, "All academies", 7)
    each = [_figure(n, a.key, a.name, i) for i, a in enumerate(listed)]
    by_sex = Table("By sex", ("Sex", "Value", "n"), (("Female", "81.0 %", "90"), ("Male", "Hidden", "")))
    details = [
        Detail(f.key, f, _over_years(n, f.key, f.name, i), () if f.value is None else (by_sex,))
        for i, f in enumerate(each)
    ]
    chart = Chart(
        ChartKind.ROWS,
        "Academies compared",
        "A dot for each academy with its interval.",
        50,
        100,
        1,
        "",
        " %",
        tuple(_point(f, f.name, f.key) for f in each),
        (Mark(MarkKind.ENGLAND, 81.5, "England 81.5 %"), Mark(MarkKind.TARGET, 80.0, "Target 80.0 %")),
        ("Bars are 95 % intervals.",),
    )
    rows = tuple((f.name, f.shown, f.counted, f.chips[0].words if f.chips else f.reason) for f in (whole, *each))
    return Item(
        key=f"kpi-{n}",
        number=n + 2,
        part=Part.CONFIDENTIAL if n % 5 == 4 else Part.OPEN,
        kind=ItemKind.KPI,
        title=f"Measure {n} is below England’s average at {HIDDEN} academies",
        group="Culture" if n % 2 else "Teaching",
        kpi=f"measure-{n}",
        year="2024/25",
        questions=("Which year groups explain it?", "What changed after half-term?"),
        comment="Registers were late at one academy." if n % 2 else "",
        figure=whole,
        chart=chart,
        table=Table("Academies", ("Academy", "Value", "n", "Target"), rows),
        details=(Detail(TRUST_KEY, whole, _over_years(n, TRUST_KEY, "All academies", 7)), *details),
        source="Registers to 21 Jul 2026 · 7 of 8 academies · England: DfE",
    )


def _last(number: int) -> Item:
    asked = (
        Asked(EntryKind.DECISION, "Keep the target for attendance.", "Board 2026-07-09"),
        Asked(
            EntryKind.ACTION,
            "Visit Netherquill Academy.",
            "Board 2026-07-09",
            "Rosalind Achterberg",
            "2026-10-01",
            "Open",
            "A date is being found.",
        ),
    )
    return Item("last", number, Part.OPEN, ItemKind.LAST, "Last time you asked", asked=asked)


def _row(item: Item, listed: tuple[Academy, ...]) -> ScoreRow:
    assert item.figure is not None
    found = (item.figure, *(d.figure for d in item.details[1:]))
    cells = tuple(
        ScoreCell(f.key, f.shown, "✕" if f.chips else "", "Missed" if f.chips else "Hidden", Tone.BAD) for f in found
    )
    assert len(cells) == len(listed) + 1
    return ScoreRow(item.kpi, f"Measure {item.key[4:]}", item.group, item.year, item.part, cells)


def _exception(item: Item) -> Concern:
    assert item.figure is not None
    return Concern(
        item.key, item.kpi, item.part, item.title, item.figure.sentence, item.comment, "", "Rosalind Achterberg"
    )


def _definition(item: Item) -> Definition:
    return Definition(
        kpi=item.kpi,
        title=f"Measure number {item.key[4:]}",
        short=f"Measure {item.key[4:]}",
        group=item.group,
        promise="The trust is above average.",
        definition="The share of those who were there.",
        numerator="Those who were there",
        denominator="Those who could have been there",
        target="At least 80.0 %",
        source="DfE, a table",
        lag="A term",
        changes=("2023/24: counted anew",),
    )
