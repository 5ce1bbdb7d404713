"""Whether the pupil-level extracts that stand together were hashed with one key, without which they do not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kpi_engine.errors import WarehouseError
from kpi_engine.intake.layout import Layout
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.table import RawTable
from kpi_engine.warehouse import inputs
from kpi_engine.warehouse.manifest import Kept


def with_ids(kept: Sequence[Kept], layouts: Mapping[str, Layout]) -> list[Kept]:
    """The extracts among the kept inputs, in the order of their loading."""
    return [each for each in kept if each.layout in layouts and layouts[each.layout].masked is not None]


def refuse_unlinked(root: Path, kept: Sequence[Kept], layouts: Mapping[str, Layout]) -> None:
    """Raise WarehouseError, with the remedy, when pupils and marks of an academy and year were hashed with two keys.

    Of several extracts of one kind the one that was loaded last stands for its academies and years. Extracts of other
    academies or years may have another key: nothing is looked up between them.
    """
    extracts = with_ids(kept, layouts)
    if len({each.key for each in extracts if each.key}) < 2:
        return
    standing: dict[tuple[str, str], dict[str, Kept]] = {}
    for each in extracts:
        for place in _places(inputs.read_accepted(root, each).table):
            standing.setdefault(place, {})[each.layout] = each
    for (urn, year), both in sorted(standing.items()):
        if len({each.key for each in both.values() if each.key}) > 1:
            names = " and ".join(sorted(each.file for each in both.values()))
            raise WarehouseError(
                f"{names} hold pupils and marks of {urn} in {year}, but their ids were hashed with two different keys, "
                "because the key in the private folder was lost or replaced in between. Load the whole extracts of "
                "both again, together; or put the former key back and load the newer file again"
            )


def _places(table: RawTable) -> set[tuple[str, str]]:
    if table.registers is not None:
        return set(zip(map(str, table.registers.urns), map(str, table.registers.years), strict=True))
    return set(zip(common.urn(table), common.year(table), strict=True))
