"""The KPIs of the trust's plan: 39 declarations in seven groups, one module each."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from kpi_engine.catalogue import culture, employment, equality, governance, outcomes, people, teaching
from kpi_engine.errors import UsageError
from kpi_engine.kpi import Kpi

__all__ = ["CATALOGUE", "GROUPS", "Group", "kpi", "of_group"]


class Group(NamedTuple):
    """A group of KPIs, as the plan and the pages have it."""

    id: str
    title: str


GROUPS: tuple[Group, ...] = (
    Group("governance", "Governance and financial sustainability"),
    Group("equality", "Equality and diversity"),
    Group("teaching", "Teaching standards"),
    Group("outcomes", "Attainment and progress outcomes"),
    Group("people", "Our people"),
    Group("culture", "Culture"),
    Group("employment", "Employment"),
)
"""The seven groups in the plan's order."""

CATALOGUE: Mapping[str, Kpi] = MappingProxyType(
    {
        found.id: found
        for module in (governance, equality, teaching, outcomes, people, culture, employment)
        for found in module.KPIS
    }
)
"""Every KPI by id, in the plan's order."""


def kpi(id: str) -> Kpi:
    """The KPI of that id. Raises UsageError, naming ids that come near, when there is none."""
    found = CATALOGUE.get(id)
    if found is not None:
        return found
    wanted = id.strip().lower().replace("_", "-").replace(" ", "-")
    near = [wanted] if wanted in CATALOGUE else difflib.get_close_matches(wanted, CATALOGUE, n=3, cutoff=0.5)
    near += [known for known in CATALOGUE if wanted and wanted in known and known not in near][: 3 - len(near)]
    hint = f"did you mean {' or '.join(near)}?" if near else "the catalogue command lists them all"
    raise UsageError(f"{id!r} is not a KPI; {hint}")


def of_group(group: str) -> tuple[Kpi, ...]:
    """The KPIs of one group, in the plan's order. Raises UsageError for a group that is not there."""
    if group not in {known.id for known in GROUPS}:
        raise UsageError(f"{group!r} is not a group of KPIs; expected one of {', '.join(g.id for g in GROUPS)}")
    return tuple(found for found in CATALOGUE.values() if found.group == group)
