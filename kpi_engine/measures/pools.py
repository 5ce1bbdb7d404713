"""Years taken together where a single year's figure would nearly always speak of too few people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kpi_engine import years


@dataclass(frozen=True, slots=True)
class Pool:
    """A measure, within one group, over fixed spans of ``count`` academic years counted from ``first``.

    Two spans never overlap, so that no difference of two pools gives a year away.
    """

    measure: str
    within: Mapping[str, str]
    count: int
    first: int

    def window(self, year: str) -> tuple[str, ...]:
        """The academic years that are taken together with ``year``, oldest first."""
        begin = self.first + (years.start_of(year) - self.first) // self.count * self.count
        return tuple(years.label(begin + i) for i in range(self.count))


POOLS = (Pool("y11_engaged", MappingProxyType({"looked_after": "Y"}), 3, 2017),)
"""Counted from 2017/18, the plan's first year."""
