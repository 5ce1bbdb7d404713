"""What a load has changed: one version's scorecard beside that of the version it was made after, for one viewer.

The small numbers of a version are decided with the version before in mind, and with no other. So a version is compared
with that one alone, and a figure that is hidden in either has no number in both.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.answers import Cell, TargetStatus
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import judging
from kpi_engine.engine.view import LATEST, View
from kpi_engine.errors import Damaged
from kpi_engine.kpi import Kpi
from kpi_engine.model import TRUST, WithheldKind
from kpi_engine.warehouse import manifest as papers
from kpi_engine.warehouse.manifest import Manifest
from kpi_engine.warehouse.schema import ENGINE_VERSION, SCHEMA_VERSION
from kpi_engine.wording import shown


class Standing(enum.Enum):
    """How a version stands to the one that it was made after."""

    FIRST = "there was none before"
    BEFORE = "the one before is kept, and can be compared"
    AGAIN = "it was made before the one that was shown last, and is shown again"
    GONE = "the one before is no longer kept"
    OTHER_ENGINE = "the one before was made by another version of the program"


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that came with a load, or went: its name, dataset and academic year ("" where it has none)."""

    file: str
    dataset: str
    year: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version by its id: the date of its data, and the day on which it was made (London time)."""

    id: str
    as_at: dt.date
    made: dt.date


@dataclass(frozen=True, slots=True)
class History:
    """A version and what came before it. ``before`` is set where the two can be compared."""

    version: Version
    standing: Standing
    before: Version | None = None
    came: tuple[Brought, ...] = ()
    went: tuple[Brought, ...] = ()


class Kind(enum.StrEnum):
    """What became of one figure."""

    JUDGED = "judgement changed"
    VALUE = "figure changed"
    GONE = "figure gone"
    HIDDEN = "no longer shown"
    SHOWN = "shown again"
    FIRST = "first figure"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one figure of the scorecard.

    ``old`` and ``new`` are the figures as they are printed, "" where there is none or where either is hidden; with
    ``old_status`` and ``new_status`` their judgements, None likewise.
    """

    kpi: Kpi
    academy: str
    year: str
    kind: Kind
    old: str
    new: str
    old_status: TargetStatus | None
    new_status: TargetStatus | None
    restricted: tuple[Cell, ...] = ()
    """Those of the two that are shown by a headteacher's right to small numbers."""


def history(root: Path, version: str) -> History:
    """How a version of a data folder came about. Raises Damaged for a manifest that cannot be read."""
    manifest = papers.read_manifest(root, version)
    own = _version(manifest)
    if not manifest.before:
        pointer = papers.read_pointer(root)
        again = pointer is not None and any(each != version for each in pointer.versions)
        return History(own, Standing.AGAIN if again else Standing.FIRST, None, _files(manifest.inputs))
    try:
        earlier = papers.read_manifest(root, manifest.before)
    except Damaged:
        return History(own, Standing.GONE)
    was, now = {kept.identity for kept in earlier.inputs}, {kept.identity for kept in manifest.inputs}
    came = _files([kept for kept in manifest.inputs if kept.identity not in was])
    went = _files([kept for kept in earlier.inputs if kept.identity not in now])
    if (earlier.engine, earlier.schema) != (ENGINE_VERSION, SCHEMA_VERSION):
        return History(own, Standing.OTHER_ENGINE, None, came, went)
    return History(own, Standing.BEFORE, _version(earlier), came, went)


def known(root: Path, version: str) -> Version | None:
    """A version of the folder by its id; None for one that is not kept, or never was."""
    return next((_version(each) for each in papers.all_manifests(root) if each.version == version), None)


def changes(
    now: View, then: View, academy: str = TRUST, year: str = LATEST, among: Sequence[str] | None = None
) -> tuple[Change, ...]:
    """What differs between two versions' scorecards, both as the same viewer sees them.

    ``year`` LATEST compares all years. ``academy`` narrows it to one academy; for the trust all academies are
    compared too. Judgements that changed come first, then newest years. Differences that the printed decimals do not
    show are left out.
    """
    held = {a.urn for a in then.academies()}
    before = None if among is None else tuple(urn for urn in among if urn in held)
    every = sorted({*now.years(), *then.years()}, reverse=True) if year == LATEST else [year]
    found: list[Change] = []
    for each in every:
        old = {(c.kpi, c.academy): c for c in then.scorecard(each, before)}
        new = {(c.kpi, c.academy): c for c in now.scorecard(each, among)}
        for place in dict.fromkeys([*new, *old]):
            if academy in (TRUST, place[1]):
                found += _compared(place[0], place[1], each, old.get(place), new.get(place))
    names = {a.urn: a.name for a in (*then.academies(), *now.academies())}
    kinds, order = list(Kind), list(CATALOGUE)
    found.sort(key=lambda change: (order.index(change.kpi.id), change.academy != TRUST, names.get(change.academy, "")))
    found.sort(key=lambda change: change.year, reverse=True)
    found.sort(key=lambda change: kinds.index(change.kind))
    return tuple(found)


def printed(cell: Cell) -> str:
    """A cell's figure with its unit, as the KPI prints it; "" where there is none."""
    kpi = CATALOGUE[cell.kpi]
    unit, decimals = judging.unit_of(kpi, judging.measure_of(kpi))
    return "" if cell.value is None or cell.withheld is not None else shown(cell.value, unit, decimals)


def secret(cell: Cell | None) -> bool:
    """Whether there is a figure that this viewer is not shown."""
    return _is(cell, WithheldKind.HIDDEN)


def _compared(kpi: str, academy: str, year: str, old: Cell | None, new: Cell | None) -> Iterator[Change]:
    has_old, has_new = (c is not None and c.withheld is None and c.value is not None for c in (old, new))
    if not (has_old or has_new):
        return
    about = (CATALOGUE[kpi], academy, year)
    if secret(old) or secret(new) or _is(new, WithheldKind.SUPPRESSED):
        yield Change(*about, Kind.HIDDEN if has_old else Kind.SHOWN, "", "", None, None)
        return
    was, now = (printed(c) if c is not None else "" for c in (old, new))
    was_judged, now_judged = (_status(c) for c in (old, new))
    by_right = tuple(c for c in (old, new) if c is not None and c.restricted)
    if not has_old:
        kind = Kind.FIRST
    elif not has_new:
        kind = Kind.GONE
    elif was_judged is not now_judged:
        kind = Kind.JUDGED
    elif was != now:
        kind = Kind.VALUE
    else:
        return
    yield Change(*about, kind, was, now, was_judged, now_judged, by_right)


def _is(cell: Cell | None, kind: WithheldKind) -> bool:
    return cell is not None and cell.withheld is not None and cell.withheld.kind is kind


def _status(cell: Cell | None) -> TargetStatus | None:
    return TargetStatus(cell.target.status) if cell is not None and cell.withheld is None else None


def _version(manifest: Manifest) -> Version:
    made = dt.datetime.fromisoformat(manifest.made_at).date()
    return Version(manifest.version, dt.date.fromisoformat(manifest.as_at), made)


def _files(inputs: Sequence[papers.Kept]) -> tuple[Brought, ...]:
    named = (f"{kept.file} ({kept.sheet})" if kept.sheet else kept.file for kept in inputs)
    return tuple(Brought(name, kept.dataset, kept.year or "") for name, kept in zip(named, inputs, strict=True))
