"""The sheets of figures: one for each measure, and the years and groups of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi_engine.meetings.document import TRUST_KEY, Detail, Document, Item, Shown
from kpi_engine.packs.office import affixes, number_format, one_line
from kpi_engine.packs.xlsx_charts import chart_format
from kpi_engine.packs.xlsx_sheets import Cell, Figure, Word

_ANSWERS = ("Target", "Against England", "Direction", "Certainty")
_SENTENCES = ("What it says", "Why there is none", "Notes")
_ALWAYS = 3
"""Columns that stand on every sheet: name, year, value."""
YEARS_HEAD = ("Measure", "Name", "Year", "Value", "Lower", "Upper", "England", "As shown", "Compared with year before")
GROUPS_HEAD = ("Measure", "Name", "Table", "Row", "Column", "As shown")


def measure_table(item: Item) -> tuple[list[str], list[list[Cell]]]:
    """Head and rows of a measure's sheet: the trust's row and one for each academy. Columns that stay empty go."""
    head = _head(item)
    rows = [_row(figure, len(_answers(item))) for figure in _figures(item)]
    kept = [i for i in range(len(head)) if i < _ALWAYS or any(row[i] for row in rows)]
    return [head[i] for i in kept], [[row[i] for i in kept] for row in rows]


def measure_room(head: Sequence[str]) -> dict[int, float]:
    """How wide the columns of a measure's sheet may become."""
    return {-1: 20, 0: 26, 6: 26, **{i: 30 for i, said in enumerate(head) if said in _SENTENCES}}


def _head(item: Item) -> tuple[str, ...]:
    return (
        *("Name", "Year", "Value", "Lower", "Upper", "England", "England is", "Target value", "Target set"),
        *("Based on", "Year before", "Coverage"),
        *_answers(item),
        *_SENTENCES,
    )


def _figures(item: Item) -> tuple[Shown, ...]:
    """The item's own figure first, then each detail's that is another."""
    own = (item.figure,) if item.figure is not None else ()
    return (*own, *(each.figure for each in item.details if each.figure not in own))


def _answers(item: Item) -> tuple[str, ...]:
    most = max((len(each.chips) for each in _figures(item)), default=0)
    return tuple(_ANSWERS[i] if i < len(_ANSWERS) else f"Answer {i + 1}" for i in range(most))


def _row(figure: Shown, answers: int) -> list[Cell]:
    form = _format(figure)
    value: Cell = Word(figure.shown) if figure.value is None else Figure(figure.value, form)
    limits, counts = (
        ((None, None), (None, None))
        if figure.value is None
        else (
            (figure.lower, figure.upper),
            (figure.counted, figure.before),
        )
    )
    said = [" ".join(one_line(each) for each in (chip.sign, chip.words) if each) for chip in figure.chips]
    return [
        one_line(figure.name),
        figure.year,
        value,
        *(_number(each, form) for each in limits),
        _number(figure.benchmark, form),
        figure.benchmark_words,
        _number(figure.target_value, form),
        figure.target_words,
        *counts,
        figure.coverage,
        *said,
        *[None] * (answers - len(said)),
        figure.sentence,
        figure.reason,
        "\n".join(figure.notes),
    ]


def year_rows(document: Document, shorts: dict[str, str]) -> list[list[Cell]]:
    """Each year of each series that an item's details draw."""
    made: list[list[Cell]] = []
    for item, detail in _details(document):
        if detail.chart is None:
            continue
        form = chart_format(detail.chart)
        for point in detail.chart.points:
            held = point.value is None
            made.append(
                [
                    shorts.get(item.kpi, item.title),
                    one_line(detail.figure.name),
                    one_line(point.label),
                    Word(point.shown) if point.value is None else Figure(point.value, form),
                    None if held else _number(point.lower, form),
                    None if held else _number(point.upper, form),
                    _number(point.england, form),
                    point.shown,
                    "No" if point.apart else "Yes",
                ]
            )
    return made


def group_rows(document: Document, shorts: dict[str, str]) -> list[list[Cell]]:
    """Each cell of the tables behind the details, as it is shown."""
    made: list[list[Cell]] = []
    for item, detail in _details(document):
        for table in detail.tables:
            for row in table.rows:
                for head, said in zip(table.head[1:], row[1:], strict=False):
                    if said:
                        name = one_line(detail.figure.name)
                        made.append([shorts.get(item.kpi, item.title), name, table.title, row[0], head, said])
    return made


def score_head(document: Document) -> tuple[str, ...]:
    """The scorecard's head: a value and a judgement for the trust and each academy."""
    names = ("Trust", *(one_line(each.name) for each in document.academies))
    return ("Measure", "Group", "Year", *(said for name in names for said in (name, f"{name}: target")))


def score_rows(document: Document) -> list[list[Cell]]:
    """The scorecard. A cell that says what a figure of this meeting says is that figure, as a number."""
    figures = {
        (item.kpi, figure.year, figure.key): figure for item in document.items for figure in _figures(item) if item.kpi
    }
    keys = (TRUST_KEY, *(each.key for each in document.academies))
    made: list[list[Cell]] = []
    for held in document.scorecard:
        row: list[Cell] = [one_line(held.short), held.group, held.year]
        cells = {each.key: each for each in held.cells}
        for key in keys:
            cell, figure = cells.get(key), figures.get((held.kpi, held.year, key))
            if cell is None:
                row += [None, None]
                continue
            if figure is not None and figure.value is not None and figure.shown == cell.shown:
                row.append(Figure(figure.value, _format(figure)))
            else:
                row.append(Word(cell.shown))
            row.append(" ".join(one_line(each) for each in (cell.sign, cell.status) if each))
        made.append(row)
    return made


def _details(document: Document) -> Iterator[tuple[Item, Detail]]:
    return ((item, detail) for item in document.items for detail in item.details)


def _format(figure: Shown) -> str:
    """How the figure's numbers are shown: with its unit where the meeting shows it with one."""
    before, after = affixes(figure.unit)
    if figure.value is None:
        return number_format(before, after, figure.decimals)
    said = one_line(figure.shown)
    own = (before if before in said else "", after if said.endswith(after) else "")
    return number_format(*own, figure.decimals)


def _number(value: float | None, form: str) -> Figure | None:
    return None if value is None else Figure(value, form)


def shorts_of(document: Document) -> dict[str, str]:
    """What each measure is called in short."""
    return {each.kpi: one_line(each.short) for each in document.definitions}


def titles(items: Sequence[Item], shorts: dict[str, str]) -> list[str]:
    """What the sheet of each item is called: its number and the measure's short name."""
    return [f"{item.number} {shorts.get(item.kpi) or one_line(item.title)}" for item in items]
