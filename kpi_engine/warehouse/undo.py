"""Taking things back: unload a file, roll back to an earlier version, purge an academy's or all data."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from kpi_engine import years
from kpi_engine.errors import Damaged, UsageError, WarehouseError
from kpi_engine.intake.layout import Accepted
from kpi_engine.intake.layouts.common import urn_text
from kpi_engine.intake.table import RawTable, normal
from kpi_engine.warehouse import backup, extracts, files, folder, housekeeping, inputs, pseudonyms, state, traces
from kpi_engine.warehouse import manifest as papers
from kpi_engine.warehouse.build import Progress, silent
from kpi_engine.warehouse.folder import WAIT, LoadReport
from kpi_engine.warehouse.lock import locked
from kpi_engine.warehouse.manifest import Kept, Manifest, Pointer
from kpi_engine.warehouse.resolve import Message
from kpi_engine.warehouse.store import Store
from kpi_engine.warehouse.traces import URN_COLUMN, Searched, Words


@dataclass(frozen=True, slots=True)
class Version:
    """A line of the folder's history. ``pinned`` names what holds the version."""

    manifest: Manifest
    current: bool
    pinned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge removed: ``rows`` of kept inputs, ``versions``, ``backups`` (by path), and what of ``state/``.

    ``out_of_reach`` are recorded backups that are not where they were written; they must be removed by hand. ``report``
    is the new version's, if any. ``searched`` is the proof: with any trace in it the purge is not complete, and the
    caller must say so.
    """

    rows: int
    versions: tuple[str, ...]
    backups: tuple[str, ...]
    out_of_reach: tuple[str, ...]
    state: tuple[str, ...]
    report: LoadReport | None
    searched: Searched


def history(root: Path) -> list[Version]:
    """Every version that is kept, newest first."""
    pointer = papers.read_pointer(root) if root.is_dir() else None
    held = housekeeping.pins(root)
    return [
        Version(each, pointer is not None and each.version == pointer.version, tuple(held.get(each.version, ())))
        for each in papers.all_manifests(root)
    ]


def unload(
    root: Path,
    *,
    file: str | None = None,
    sha256: str | None = None,
    dataset: str | None = None,
    year: str | None = None,
    progress: Progress = silent,
    wait: float = WAIT,
) -> LoadReport:
    """Take loaded files out again: by file name, by the start of a checksum, or by dataset and academic year.

    The other files then give a new version. Raises UsageError when nothing fits, or when nothing would be left.
    """
    if (file is None) + (sha256 is None) + (dataset is None) != 2 or (year is not None and dataset is None):
        raise UsageError("say which file to unload: by its name, by its checksum, or by dataset and year")
    asked = None if year is None else years.parse_year(year)
    with locked(root, "an unload", wait):
        pointer, current = _current(root)
        gone = [kept for kept in current.inputs if _fits(kept, file, sha256, dataset, asked)]
        if not gone:
            have = ", ".join(sorted({kept.file for kept in current.inputs}))
            wanted = file or sha256 or " ".join(part for part in (dataset, asked) if part)
            raise UsageError(f"no loaded file is {wanted!r}; there are {have}")
        housekeeping.clean(root, pointer)
        left = [kept for kept in current.inputs if kept not in gone]
        extracts.refuse_unlinked(root, left, folder.layouts_by_id())
        as_at = dt.date.fromisoformat(current.as_at) if current.as_at_given else None
        report = folder.make_current(
            root, pointer, current, left, current.trust, as_at, progress, folder.layouts_by_id()
        )
        return replace(report, removed=tuple(kept.file for kept in gone))


def _fits(kept: Kept, file: str | None, sha256: str | None, dataset: str | None, year: str | None) -> bool:
    if file is not None:
        return file in (kept.file, Path(kept.file).name, f"{kept.file} ({kept.sheet})")
    if sha256 is not None:
        return len(sha256) >= 6 and kept.sha256.startswith(sha256.lower())
    return dataset in (kept.dataset, kept.layout) and year in (None, kept.year)


def _current(root: Path) -> tuple[Pointer, Manifest]:
    pointer = papers.read_pointer(root)
    if pointer is None:
        raise WarehouseError(f"nothing has been loaded into {root} yet")
    return pointer, papers.read_manifest(root, pointer.version)


def rollback(root: Path, version: str | None = None, *, wait: float = WAIT) -> LoadReport:
    """Make an earlier version current again: the one named, or the one that was current before.

    What was loaded since is not lost: its version stays in the history and can be rolled back to in turn. Raises
    UsageError when there is no such version, Damaged when it is not whole any more.
    """
    with locked(root, "a rollback", wait):
        try:
            pointer = papers.read_pointer(root)
        except Damaged:
            if version is None:
                raise
            pointer = None
        if version is None:
            if pointer is None or not pointer.previous:
                raise UsageError(f"there is no version before the current one in {root}")
            version = pointer.previous[0]
            target = Pointer(version, (*pointer.previous[1:], pointer.version))
        else:
            found = [each.version for each in papers.all_manifests(root) if each.version.startswith(version)]
            if len(found) != 1:
                raise UsageError(f"there is no version {version} in {root}; status lists them")
            version = found[0]
            others = [each.version for each in papers.all_manifests(root) if each.version != version]
            target = pointer.then(version) if pointer else Pointer(version, tuple(others))
        manifest = papers.read_manifest(root, version)
        folder.check(root, manifest)
        papers.write_pointer(root, target)
        with Store(root / manifest.warehouse) as store:
            messages = store.messages()
    return LoadReport(
        version,
        pointer is None or version != pointer.version,
        dt.date.fromisoformat(manifest.as_at),
        manifest.trust_name,
        manifest.rows["roster"],
        manifest.rows,
        messages=tuple(Message(kind, text) for kind, text in messages),
    )


def purge(
    root: Path,
    urn: str | None = None,
    *,
    private: Path | None = None,
    progress: Progress = silent,
    wait: float = WAIT,
) -> Purged:
    """Remove an academy's data (its predecessors' too), or with ``urn`` None everything, for good.

    From the kept inputs, from every version (older ones, pinned or not, are removed), from what people wrote in
    ``state/`` where it mentions the academy, and the recorded backups, since they hold the same data. With everything
    goes the key of pupils' ids in the ``private`` folder. Then all that is left is searched. Raises UsageError for an
    academy that is not in the data, WarehouseError when what people write cannot be purged.
    """
    with locked(root, "a purge", wait):
        if urn is None:
            return _purge_everything(root, private)
        layouts = folder.layouts_by_id()
        pointer, current = _current(root)
        urns, names = _academy(root, current, urn)
        removed, left = 0, []
        for kept in current.inputs:
            item = inputs.read_accepted(root, kept)
            count, table = _without(item.table, urns)
            if count == 0:
                left.append(kept)
                continue
            removed += count
            if table.rows:
                left.append(_kept_again(root, replace(item, table=table), kept))
        if removed == 0 and not traces.search(root, urns, names, layouts).traces:
            raise UsageError(f"no loaded file has a row about {urn}")
        as_at = dt.date.fromisoformat(current.as_at) if current.as_at_given else None
        report = folder.make_current(root, pointer, current, left, current.trust, as_at, progress, layouts)
        gone = [each.version for each in papers.all_manifests(root) if each.version != report.version]
        papers.write_pointer(root, Pointer(report.version))
        for version in gone:
            files.remove(papers.manifest_path(root, version))
        held = {version: who for version, who in housekeeping.pins(root).items() if version == report.version}
        files.put_text(root / "pins.json", files.pretty(held))
        housekeeping.clean(root, Pointer(report.version))
        written = state.remove_mentions(root, traces.Words((*urns, *names)))
        housekeeping.let_go_of_missing(root)
        done, out_of_reach = backup.forget(root)
        progress("searching for what is left", 0, 1)
        searched = traces.search(root, urns, names, layouts)
        return Purged(removed, tuple(gone), done, out_of_reach, written, report, searched)


def _academy(root: Path, current: Manifest, urn: str) -> tuple[frozenset[str], frozenset[str]]:
    """The academy's URN and its predecessors', and its name."""
    try:
        with Store(root / current.warehouse) as store:
            roster = store.roster()
    except Damaged:
        roster = ()
    for academy in roster:
        if urn == academy.urn or urn in academy.predecessors:
            return frozenset((academy.urn, *academy.predecessors)), frozenset((academy.name,))
    if not re.fullmatch(r"\d{6}", urn):
        raise UsageError(f"{urn!r} is not a URN, which has six digits")
    return frozenset((urn,)), frozenset()


def _without(table: RawTable, urns: frozenset[str]) -> tuple[int, RawTable]:
    """How many rows are about the academies, and the table without them."""
    if table.registers is not None:
        theirs = np.array([urn in urns for urn in table.registers.urns], dtype=bool)
        gone = table.registers.where(theirs).marks
        return gone, replace(table, registers=table.registers.where(~theirs))
    rows = pd.Series(False, index=table.frame.index)
    for name in table.columns:
        if URN_COLUMN.fullmatch(normal(name)):
            rows |= urn_text(table.text(name)).isin(list(urns))
    words = Words(urns)
    preamble = tuple("" if words.in_text(line) else line for line in table.preamble)
    return int(rows.sum()), replace(table.where(~rows), preamble=preamble)


def _kept_again(root: Path, item: Accepted, kept: Kept) -> Kept:
    """The durable copy without the purged rows, under another name; when it was loaded stays, and what was noted about
    rows that may be gone does not.
    """
    content = inputs.content_of(item.table)
    name = f"{kept.sha256}-{content[:12]}.parquet"
    inputs.write_table(root / "inputs" / name, item.table)
    return replace(
        kept,
        rows=item.table.rows,
        content=content,
        kept=name,
        kept_sha256=files.sha256(root / "inputs" / name),
        notes=(),
    )


def _purge_everything(root: Path, private: Path | None) -> Purged:
    manifests = papers.all_manifests(root)
    rows = sum(kept.rows for kept in manifests[0].inputs) if manifests else 0
    pseudonyms.forget(root, private)
    done, out_of_reach = backup.forget(root)
    files.remove(root / "current")
    for folder_name in ("manifests", "inputs", "state"):
        shutil.rmtree(root / folder_name, ignore_errors=True)
    for pattern in ("warehouse-*.duckdb*", "pins.json", "made-from.txt", f"{files.UNFINISHED}*"):
        for path in root.glob(pattern):
            files.remove(path)
    if not out_of_reach:
        files.remove(root / "backups.json")
    versions = tuple(each.version for each in manifests)
    return Purged(rows, versions, done, out_of_reach, (), None, traces.search_emptied(root))
