"""A version before: other figures are hidden in it, and some were others."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

from kpi_engine.access import Viewer
from kpi_engine.engine import Engine, View
from kpi_engine.model import DIMENSIONS, Observation
from tests.disclosure import view_more as more
from tests.disclosure.attacker import Key
from tests.disclosure.view_asking import Answer
from tests.disclosure.view_sample import Sample, worlds
from tests.disclosure.view_store import Kept
from tests.disclosure.view_worlds import WHOLE, Leave

YEARS = ("2024/25", "2025/26")
SEED = 11


@dataclass(slots=True)
class Earlier(Kept):
    """A store some of whose guards were others."""

    guards: dict[Key, int] = field(default_factory=dict)

    def _changed(self, fact: Observation) -> Observation:
        dims = tuple((name, fact.breakdown[name]) for name in DIMENSIONS if name in fact.breakdown)
        key = (fact.measure, fact.series, fact.academic_year, fact.urn, fact.period, dims)
        change = self.changes.get(key, 0.0)
        guard = self.guards.get(key, fact.guard)
        if fact.numerator is None or (not change and guard == fact.guard):
            return fact
        return fact._replace(numerator=fact.numerator + change, guard=guard)


@dataclass(frozen=True, slots=True)
class Before:
    """Two versions in two worlds. In the other world what is hidden now is another now, and what was hidden before was
    another before; what either shows is the same in both."""

    now: tuple[View, View]
    then: tuple[View, View]
    unseen: tuple[View, View]
    """The versions before with nothing hidden."""

    @classmethod
    def of(cls, sample: Sample, leave: Leave, viewer: Viewer) -> Before:
        chance = random.Random(SEED)
        guards: dict[Key, int] = {}
        changes: dict[Key, float] = {}
        groups: dict[tuple[object, ...], list[Key]] = defaultdict(list)
        for key, raw in sample.truth.facts.items():
            if key[4] in WHOLE and not key[5]:
                if leave.single(key[3], raw):
                    groups[(*key[:3], key[4], sample.truth.phase(key[3]))].append(key)
                elif not leave.is_head and chance.random() < 0.5:
                    guards[key] = 1
        for keys in groups.values():
            able = [k for k in keys if sample.truth.facts[k].n >= 1 and _room(sample, k)]
            if len(able) < 2 and not leave.is_head:
                continue
            chosen = chance.sample(able, min(2, len(able)))
            if chance.random() < 0.5:
                guards.update(dict.fromkeys(chosen, 3))
                if len(chosen) == 2:
                    changes.update(zip(chosen, (1.0, -1.0), strict=True))
                elif chosen and not leave.whole(*chosen[0][:3], chosen[0][4], ()):
                    changes[chosen[0]] = -1.0
        both = worlds(sample, viewer)
        # Of what is hidden now and was shown before, the one before is the same in both worlds.
        then = [
            Engine(Earlier(sample.kept.store, moved, sample.kept, guards=guards), dates=sample.dates)
            for moved in ({}, changes)
        ]
        seen = [engine.as_seen_by(viewer) for engine in then]
        return cls(
            (both.here, both.there),
            (seen[0], seen[1]),
            tuple(View(v._holdings.whole, v._book, viewer) for v in seen),  # type: ignore[arg-type]
        )

    def told(self, unseeing: bool = False) -> tuple[list[Answer], list[Answer]]:
        """What has changed, in the one world and in the other."""
        before = self.unseen if unseeing else self.then
        one, other = (list(more.since(now, then, YEARS)) for now, then in zip(self.now, before, strict=True))
        return one, other


def _room(sample: Sample, key: Key) -> bool:
    raw = sample.truth.facts[key]
    return raw.d is None or raw.d - raw.n >= 1
