"""Results as rows: the same figures as on the screen, rounded as they are shown there, each with all that supports it.

A figure that may not be seen is a word in its row, and the row holds no number at all: whatever stands beside it could
say how many people it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kpi_engine.answers import Result
from kpi_engine.kpi import Kpi, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST, Coverage, Membership, Spread, Unit
from kpi_engine.wording import series_words

WORKED_BACK = "The count is worked back from a published percentage."
"""What is said of a numerator that nobody published."""
NOT_ON = "Do not pass on"
_WHOLE = 0.05


class Number(NamedTuple):
    """A figure with the decimals that it is shown with. It is rounded already."""

    value: float
    decimals: int


Cell = str | Number | None


class Told(NamedTuple):
    """A result and its place in a table: the words at the head of its row."""

    kpi: Kpi
    label: str
    result: Result


class Part(NamedTuple):
    """Some results that belong together, for instance ``By sex``."""

    title: str
    rows: Sequence[Told]


class Table(NamedTuple):
    """Rows under a header, each with a cell for every column."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


VALUE = "Value"
INSTEAD = "In place of a figure"
HEADER = (
    *("Table", "KPI", "Scope", "URN", "Academic year", "Part"),
    *(VALUE, "Unit", INSTEAD, "Handling"),
    *("n", "Counted", "Out of", "Lower 95 % limit", "Upper 95 % limit"),
    *("England", "England is", "Target value", "Target", "Against England", "Direction", "Certainty"),
    *("Group", "Group’s value", "Group’s n", "Compared with", "Its value", "Its n"),
    *("Figures from", "Stage", "Coverage", "Note"),
)


def table(parts: Iterable[Part], trust: str) -> Table:
    """The rows of all parts under one header; ``trust`` is what the trust's own rows are called."""
    return Table(HEADER, tuple(_row(part.title, told, trust) for part in parts for told in part.rows))


def rounded(value: float | None, decimals: int) -> Number | None:
    """A figure as it is shown, never minus zero."""
    return None if value is None else Number(float(f"{value:.{decimals}f}") + 0.0, decimals)


def _row(title: str, told: Told, trust: str) -> tuple[Cell, ...]:
    result = told.result
    whole = result.academy == TRUST
    head: tuple[Cell, ...] = (
        title,
        told.kpi.title,
        trust if whole else result.academy_name,
        "" if whole else result.academy,
        result.academic_year,
        told.label,
    )
    if result.withheld is not None:
        kind = str(result.withheld.kind)
        empty: tuple[Cell, ...] = (None,) * (len(HEADER) - len(head) - 5)
        return (*head, None, str(result.unit), kind[:1].upper() + kind[1:], None, *empty, result.withheld.reason)
    return (*head, *_figures(told.kpi, result), *_judged(result), *_sides(result), *_known(result), _note(told))


def _figures(kpi: Kpi, result: Result) -> tuple[Cell, ...]:
    d = result.decimals
    spread = _spread(kpi, result)
    counted = _count(result.numerator)
    if spread is Spread.PEOPLE:
        counted = rounded(result.numerator, 0)
    return (
        rounded(result.value, d),
        str(result.unit),
        None,
        NOT_ON if result.restricted else None,
        _count(result.people),
        counted,
        _count(result.denominator),
        rounded(result.lower, d),
        rounded(result.upper, d),
        rounded(result.benchmark, d),
        result.benchmark_label if result.benchmark is not None else None,
        rounded(result.target_value, max(d, _needed(result.target_value))),
    )


def _judged(result: Result) -> tuple[Cell, ...]:
    return tuple(
        str(each.status) for each in (result.target, result.versus_benchmark, result.direction, result.certainty)
    )


def _sides(result: Result) -> tuple[Cell, ...]:
    found: list[Cell] = []
    decimals = MEASURES[result.outcome].decimals if result.outcome else result.decimals
    for side in (result.sides or ())[:2]:
        found += [side.name, rounded(side.value, decimals), _count(side.people)]
    return (*found, *(None,) * (6 - len(found)))


def _known(result: Result) -> tuple[Cell, ...]:
    """Two rows from different series are no course over time: each says where it is from."""
    return series_words(result.series), result.stage, covered(result.academy == TRUST, result.coverage)


def covered(whole: bool, coverage: Coverage) -> str:
    """How many academies have a figure, where the whole trust is spoken of."""
    return str(coverage) if whole and coverage.of > 0 else ""


def _note(told: Told) -> str:
    result = told.result
    said = [result.detail.rstrip(".") + "."] if result.detail else []
    if result.period == "YTD":
        said.append("The year so far.")
    if result.membership is not Membership.MEMBER:
        said.append(f"{str(result.membership).capitalize()}.")
    if _spread(told.kpi, result) is Spread.PEOPLE and result.numerator is not None and not _even(result.numerator):
        said.append(WORKED_BACK)
    return " ".join(said)


def _spread(kpi: Kpi, result: Result) -> Spread | None:
    if not isinstance(kpi.answer, Single):
        return None
    measure = MEASURES[kpi.measure_by(result.breakdown)]
    return Spread.NONE if measure.unit is Unit.POUNDS else measure.spread


def _count(value: float | None) -> Number | None:
    """A count, whole where it is one."""
    return None if value is None else rounded(value, 0 if _even(value) else 1)


def _even(value: float) -> bool:
    return abs(value - round(value)) < _WHOLE


def _needed(value: float | None) -> int:
    """The decimals that a target was set with."""
    return 0 if value is None else next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
