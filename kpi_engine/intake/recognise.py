"""Which layout a table is, by its columns alone; and, when none fits, which is nearest and what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from kpi_engine.errors import UnknownLayout
from kpi_engine.intake.layout import Layout
from kpi_engine.intake.table import RawTable, normal


@dataclass(frozen=True, slots=True)
class Shape:
    """A layout's needed and forbidden columns, normalised once for many comparisons."""

    layout: Layout
    needs: frozenset[str]
    lacks: frozenset[str]

    def fits(self, header: Collection[str]) -> bool:
        return all(name in header for name in self.needs) and not any(name in header for name in self.lacks)


def shapes(layouts: Sequence[Layout]) -> tuple[Shape, ...]:
    """The shapes of the layouts, those with the most needs first (in their own order where equal)."""
    every = [
        Shape(layout, frozenset(map(normal, layout.needs)), frozenset(map(normal, layout.lacks))) for layout in layouts
    ]
    return tuple(sorted(every, key=lambda shape: -len(shape.needs)))


def fitting(header: Collection[str], every: Sequence[Shape]) -> Layout | None:
    """The layout that a header (normalised names) fits; where several do, the one that needs most columns."""
    return next((shape.layout for shape in every if shape.fits(header)), None)


def is_header(cells: Sequence[str], every: Sequence[Shape]) -> bool:
    """Whether the cells of a row are the header of a known table."""
    return fitting({normal(cell) for cell in cells}, every) is not None


def known_headers(layouts: Sequence[Layout]) -> Callable[[Sequence[str]], bool]:
    """A test for a row's cells: whether they are the header of one of the layouts."""
    every = shapes(layouts)
    return lambda cells: is_header(cells, every)


@dataclass(frozen=True, slots=True)
class Projection:
    """What to read of a file: the named columns, and of a ``bulk`` one no rows yet."""

    columns: tuple[str, ...]
    bulk: bool


Project = Callable[[Sequence[str]], Projection | None]
"""What to read of a file with that header; None for everything."""


def projection(header: Sequence[str], mapped: RawTable, every: Sequence[Shape]) -> Projection | None:
    """The columns to read where a layout wants no others so much as read; ``mapped`` is the header as it was mapped."""
    layout = fitting(mapped.columns, every)
    if layout is None or not layout.declared_only:
        return None
    wanted = {normal(name) for column in layout.columns for name in (column.name, *column.aliases)}
    ours = [str(name) for name in mapped.frame.columns]
    return Projection(
        tuple(theirs for theirs, own in zip(header, ours, strict=False) if normal(own) in wanted), layout.bulk
    )


def recognise(table: RawTable, every: Sequence[Shape]) -> Layout:
    """The table's layout. Raises UnknownLayout, naming the nearest one and the columns that it lacks."""
    found = fitting(table.columns, every)
    if found is not None:
        return found
    if is_dictionary(table.columns):
        raise UnknownLayout(f"{table.file}: this is a dictionary that describes columns; it holds no figures to load")
    raise UnknownLayout(f"{table.file}: {_nearest(table, every)}")


def _nearest(table: RawTable, every: Sequence[Shape]) -> str:
    own = _listed([repr(name) for name in list(table.columns.values())[:6]])
    more = "" if len(table.columns) <= 6 else f" and {len(table.columns) - 6:,} more"
    unknown = f"its columns fit no table that can be loaded; they begin with {own}{more}"
    scored = [(len(shape.needs & set(table.columns)) / max(1, len(shape.needs)), shape) for shape in every]
    score, nearest = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if nearest is None or score == 0:
        return f"{unknown}. None of them belongs to a known table"
    layout = nearest.layout
    missing = layout.missing(table.columns)
    if not missing:
        extra = [name for name in layout.lacks if normal(name) in table.columns]
        return f"{unknown}. Nearest is {layout.title!r}, which does not have {_listed([repr(n) for n in extra])}"
    shown = _listed([repr(name) for name in missing[:8]])
    more = "" if len(missing) <= 8 else f" and {len(missing) - 8:,} more"
    word = "column" if len(missing) == 1 else "columns"
    return (
        f"{unknown}. Nearest is {layout.title!r}, which also needs the {word} {shown}{more}. If these are there under "
        f"other names, say so in a mapping.toml beside the file, under [{layout.id.removeprefix('return_')}.columns]"
    )


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else "none"


_NAMES = frozenset(
    (
        "field name",
        "metafile heading",
        "col name",
        "column name",
        "variable",
        "variable name",
        "field",
        "field reference",
    )
)
_MEANINGS = ("description", "label", "definition", "meaning")


def is_dictionary(header: Collection[str]) -> bool:
    """Whether a header is that of a data dictionary: a column of column names beside one that explains
    them.
    """
    return any(name in _NAMES for name in header) and any(word in name for name in header for word in _MEANINGS)
