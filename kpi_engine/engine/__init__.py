"""The engine: opens one version of a trust's data and answers questions as a viewer.

>>> engine = Engine.open(folder)                       # doctest: +SKIP
>>> engine.as_seen_by(viewer).result("progress-8")     # doctest: +SKIP
"""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kpi_engine.access import Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine.derived import AsOf
from kpi_engine.engine.holdings import FactStore, Holdings, Members
from kpi_engine.engine.lens import Sight, sight_of
from kpi_engine.engine.view import LATEST, View
from kpi_engine.targets.book import Book, OwnTarget
from kpi_engine.warehouse.folder import FileDates, file_dates, open_store
from kpi_engine.warehouse.store import Store

__all__ = ["LATEST", "Engine", "View"]

_SIGHTS_KEPT = 64


class Engine:
    """One version of a trust's data, as of a date. ``as_seen_by`` is the only way to ask it anything."""

    def __init__(
        self,
        store: Store,
        as_at: dt.date | None = None,
        members: Members = "then",
        dates: Mapping[str, FileDates] = MappingProxyType({}),
    ) -> None:
        self.store = store
        self.meta = store.meta
        self.as_at = as_at or store.meta.as_at
        facts: FactStore = store if self.as_at == store.meta.as_at else AsOf(store, self.as_at)
        decided = self.as_at == store.meta.as_at and members == "then"
        self._holdings = Holdings(facts, self.as_at, members, decided)
        self._holdings.version = store.meta.version
        self._holdings.sources = {
            id: replace(source, dated=dates[id].dated, loaded=dates[id].loaded) if id in dates else source
            for id, source in self._holdings.sources.items()
        }
        self._seen: dict[Sight, Holdings] = {}
        self._lock = threading.Lock()
        self._book = Book(_own_targets(store))

    @classmethod
    def open(
        cls, folder: Path, as_at: dt.date | None = None, members: Members = "then", version: str | None = None
    ) -> Engine:
        """The engine over a data folder's current version, or over ``version``.

        ``as_at`` other than the version's own works out anew what depends on the date. ``members`` counts for the
        trust's figure the academies of the time (``then``) or today's in every year (``current``). Raises
        WarehouseError when the folder holds no data.
        """
        store = open_store(folder, version)
        return cls(store, as_at, members, file_dates(folder, store.meta.version))

    def warm(self) -> None:
        """Read every KPI's headline facts now rather than at the first question."""
        self._holdings.warm({measure for kpi in CATALOGUE.values() for measure in kpi.measures})

    def close(self) -> None:
        """Close the version's file; the engine answers no more."""
        self.store.close()

    def as_seen_by(self, viewer: Viewer) -> View:
        """The answers that a viewer may have. Whatever a page, a link or an export asks for, it asks here."""
        sight = sight_of(viewer)
        with self._lock:
            seen = self._seen.pop(sight, None) or self._holdings.through(sight)
            self._seen[sight] = seen
            while len(self._seen) > _SIGHTS_KEPT:
                del self._seen[next(iter(self._seen))]
        return View(seen, self._book, viewer)


def _own_targets(store: Store) -> list[OwnTarget]:
    return [
        OwnTarget(
            str(row["kpi"]),
            str(row["scope"]),
            str(row["academic_year"] or ""),
            str(row["operator"]),
            _number(row["target"]),
            _number(row["tolerance"]),
            str(row["owner"] or ""),
            str(row["source"] or ""),
        )
        for row in store.records("own_targets").to_dict("records")
    ]


def _number(value: Any) -> float | None:
    if value in (None, "") or (isinstance(value, float) and math.isnan(value)):
        return None
    return float(value)
