"""The sample trust as two worlds, and how an answer of the one is held against that of the other."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from kpi_engine.access import Role, Viewer
from kpi_engine.answers import Cell, Judgement, Result, TargetStatus
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine, View
from kpi_engine.engine.attention import Item, Place
from kpi_engine.engine.compared import Comparison
from kpi_engine.engine.evidence import Evidence
from kpi_engine.kpi import Kpi, Stages
from kpi_engine.model import TRUST
from kpi_engine.targets import EveryAcademy
from kpi_engine.warehouse.folder import FileDates, file_dates, open_store
from kpi_engine.warehouse.schema import FACT_TYPES
from tests.disclosure.attacker import Key
from tests.disclosure.auditing import Audit
from tests.disclosure.view_asking import Answer, own_kpis
from tests.disclosure.view_store import Kept
from tests.disclosure.view_worlds import Leave, Truth, otherwise

GOVERNOR = Viewer("governor", Role.GOVERNOR)
VIEWERS = (
    GOVERNOR,
    Viewer("executive", Role.EXECUTIVE),
    Viewer("head", Role.HEADTEACHER, frozenset({"900005"})),
    Viewer("head of two", Role.HEADTEACHER, frozenset({"900001", "900003"})),
)
PRESENTING = Viewer("presenting", Role.EXECUTIVE, presenting=True)
FAMILIES = (
    ("suspensions", "pupils_suspended", "permanent_exclusions"),
    ("y11_engaged", "y11_neet", "y11_neet_or_unknown"),
    ("ks2_rwm", "ks2_reading", "ks2_writing", "ks2_maths"),
    ("parents_happy", "pupils_happy", "pupils_happy_response"),
    ("staff_turnover", "staff_moves"),
)


@dataclass(slots=True)
class Sample:
    """The sample trust: its raw figures, its facts as a table, and an engine that keeps what it has read."""

    truth: Truth
    kept: Kept
    engine: Engine
    facts: pd.DataFrame
    sums: pd.DataFrame
    kpis: list[Kpi]
    dates: Mapping[str, FileDates]
    seen: dict[str, Seen] = field(default_factory=dict)
    worlds: dict[str, Worlds] = field(default_factory=dict)

    def other(self, changes: Mapping[Key, float]) -> Engine:
        """An engine over another world, of files that were loaded on the same days."""
        return Engine(self.kept.other(changes), dates=self.dates)


@dataclass(slots=True)
class Worlds:
    """What one viewer is given by decision, and his views of the two worlds."""

    leave: Leave
    changed: int
    hidden: int
    here: View
    there: View


@dataclass(slots=True)
class Seen:
    """All that one viewer was answered: each number looked at, and each answer that hangs on something hidden."""

    audit: Audit
    changed: int
    hidden: int
    differing: list[str] = field(default_factory=list)


@contextmanager
def sample_of(folder: Path) -> Iterator[Sample]:
    with open_store(folder) as store:
        truth = Truth.of(store)
        names = list(FACT_TYPES)
        wanted = tuple(itertools.chain(*FAMILIES))
        asked = ", ".join(f'"{name}"' for name in names)
        rows = store._rows(f"SELECT {asked} FROM facts WHERE measure IN ({', '.join('?' * len(wanted))})", wanted)
        facts = pd.DataFrame(rows, columns=names)
        for name in ("numerator", "denominator", "people", "published_value"):
            facts[name] = pd.to_numeric(facts[name]).astype(float)
        kept = Kept(store)
        dates = file_dates(folder, store.meta.version)
        yield Sample(truth, kept, Engine(kept, dates=dates), facts, store.guarded(), own_kpis(truth.facts), dates)


def worlds(sample: Sample, viewer: Viewer) -> Worlds:
    """The two worlds of a viewer, made once."""
    if viewer.user not in sample.worlds:
        leave = Leave(sample.truth, viewer)
        changes = otherwise(leave)
        hidden = sum(not leave.single(key[3], raw) for key, raw in sample.truth.facts.items())
        other = sample.other(changes)
        here, there = (engine.as_seen_by(viewer) for engine in (sample.engine, other))
        sample.worlds[viewer.user] = Worlds(leave, len(changes), hidden, here, there)
    return sample.worlds[viewer.user]


def asked(sample: Sample, viewer: Viewer, questions: Callable[[View], Iterator[Answer]]) -> Seen:
    """All these questions asked in both worlds."""
    both = worlds(sample, viewer)
    found = Seen(Audit(both.leave), both.changed, both.hidden)
    for here, there in itertools.zip_longest(questions(both.here), questions(both.there)):
        compared(found, here, there)
    return found


def compared(found: Seen, here: Answer | None, there: Answer | None) -> None:
    """Look at an answer of this world, and whether the other one's is the same."""
    if here is not None and isinstance(here.said, Result):
        found.audit.take(here.said, here.among)
    if here is None or there is None or here.asked != there.asked:
        found.differing.append(f"{here and here.asked} is asked here, {there and there.asked} there")
        return
    if isinstance(here.said, Evidence) and isinstance(there.said, Evidence):
        here, there = (each._replace(said=_without_rows(each.said)) for each in (here, there))
    if found.audit.leave.is_head and (here.among is None or not isinstance(here.said, Result)):
        here, there = without_counts(here), without_counts(there)
    if here.said != there.said and flat(here.said) != flat(there.said):
        found.differing.append(f"{here.asked}: {flat(here.said)} here and {flat(there.said)} there")


def _without_rows(found: Evidence) -> Evidence:
    """Evidence less the rows one by one. These are listed where parts add up to the whole, as everybody knows they do
    and the other world does not keep to; which of them are listed is looked at row by row."""
    traces = tuple(
        replace(t, places=tuple(replace(p, rows=()) for p in t.places), lines=(), whole=False) for t in found.traces
    )
    return replace(found, traces=traces)


def without_counts(answer: Answer) -> Answer:
    """An answer less what a headteacher is told of all academies together without their figures: how many of them meet
    a target, and how many key stages are above England."""
    said = answer.said
    if isinstance(said, Comparison) and said.reference is not None and said.reference.academy == TRUST:
        return answer._replace(said=replace(said, reference=_uncounted(said.reference)))
    if isinstance(said, Item) and said.result.academy == TRUST and isinstance(said.kpi.target, EveryAcademy):
        return answer._replace(said=replace(said, result=_uncounted(said.result), place=Place.UNJUDGED, why=""))
    if not isinstance(said, Result | Cell) or said.academy != TRUST:
        return answer
    kpi = CATALOGUE[said.kpi]
    if isinstance(kpi.answer, Stages) and not (isinstance(said, Result) and said.breakdown):
        return answer._replace(said=None)
    return answer._replace(said=_uncounted(said))


def _uncounted(said: Any) -> Any:
    if isinstance(CATALOGUE[said.kpi].target, EveryAcademy):
        return replace(said, target=Judgement(TargetStatus.NONE, ""))
    return said


def flat(said: Any) -> Any:
    """An answer as plain values, every field of it, numbers to nine digits: sums of fractions may differ in their
    last."""
    if isinstance(said, float):
        return float(f"{said:.9g}")
    if isinstance(said, Judgement):
        return [str(said.status), said.reason]
    if is_dataclass(said) and not isinstance(said, type):
        return {each.name: flat(getattr(said, each.name)) for each in fields(said)}
    if isinstance(said, Mapping):
        return {key: flat(value) for key, value in said.items()}
    if isinstance(said, (list, tuple)):
        return [flat(value) for value in said]
    return said
