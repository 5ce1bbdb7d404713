"""Tables over as many slides as they need: a row stays whole, unless it is higher than a slide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kpi_engine.packs.lettering import LEADING, wrapped
from kpi_engine.packs.pptx_shapes import PAD, Cell, Run

_AIR = 6.0
"""Above and below a row's text together."""


class Row(NamedTuple):
    """A row with its height."""

    height: float
    cells: tuple[Cell, ...]


def row(cells: Sequence[Cell], widths: Sequence[float]) -> Row:
    """The row in columns of these widths."""
    return Row(max(_height(each, room) for each, room in zip(cells, widths, strict=True)) + _AIR, tuple(cells))


def slides(head: Row, rows: Sequence[Row], widths: Sequence[float], room: float) -> Iterator[list[Row]]:
    """What each slide holds of the table, its head first, in so much height."""
    left = room - head.height
    page: list[Row] = [head]
    used = 0.0
    for each in rows:
        for piece in _parted(each, widths, left):
            if used and used + piece.height > left:
                yield page
                page, used = [head], 0.0
            page.append(piece)
            used += piece.height
    yield page


def lines(held: Cell, room: float) -> list[tuple[Run, ...]]:
    """A cell's lines as they break; a line of several runs stays whole."""
    broken: list[tuple[Run, ...]] = []
    for line in held.lines:
        if len(line) != 1:
            broken.append(line)
            continue
        run = line[0]
        broken += [
            (Run(said, run.size, run.bold, run.colour),)
            for said in wrapped(run.said, run.size, room - 2 * PAD, run.bold)
        ]
    return broken


def _height(held: Cell, room: float) -> float:
    return sum(max((run.size for run in line), default=12.0) * LEADING for line in lines(held, room))


def _parted(whole: Row, widths: Sequence[float], room: float) -> Iterator[Row]:
    if whole.height <= room:
        yield whole
        return
    broken = [lines(each, wide) for each, wide in zip(whole.cells, widths, strict=True)]
    size = max(run.size for cell in broken for line in cell for run in line)
    share = max(1, int((room - _AIR) // (size * LEADING)))
    for first in range(0, max(len(each) for each in broken), share):
        cells = [
            Cell(_joined(each[first : first + share]), cell.align)
            for each, cell in zip(broken, whole.cells, strict=True)
        ]
        yield row(cells, widths)


def _joined(held: Sequence[tuple[Run, ...]]) -> tuple[tuple[Run, ...], ...]:
    return tuple(held) or ((Run("", 12),),)
