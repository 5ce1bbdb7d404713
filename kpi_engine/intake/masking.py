"""Pupils' ids out of sight: numbers stand in for them until the data folder's key has replaced them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.intake.layout import Column, Layout, own_name
from kpi_engine.intake.marks import shape_of
from kpi_engine.intake.table import RawTable


def masked(table: RawTable, layout: Layout) -> RawTable:
    """The table with 1, 2, 3 … in place of the pupils' ids, which move to ``ids``; title rows are dropped.

    A layout without ids, and marks (whose registers hide the ids themselves), are left as they are but for that.
    """
    if layout.masked is None:
        return table
    table = replace(table, preamble=(), notes=tuple(hidden(note) for note in table.notes))
    name = own_name(table, Column(layout.masked))
    if name is None or layout.bulk:
        return table
    cells = table.frame[name]
    place, unique = pd.factorize(cells.where(cells != ""))
    numbers = [str(at + 1) if at >= 0 else "" for at in place]
    frame = table.frame.assign(**{name: pd.Series(numbers, index=table.frame.index, dtype="str")})
    return replace(table, frame=frame, ids=tuple(str(id) for id in unique))


def hidden(finding: Finding) -> Finding:
    """A finding about a pupil-level file, whose cells show their shape only: one may be an id in a wrong place."""
    return finding if finding.value is None else replace(finding, value=shape_of(finding.value))
