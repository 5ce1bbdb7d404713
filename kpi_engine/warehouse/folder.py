"""The data folder: loading files into a new version, and opening the current one.

::

    current                      which version is current, and which were before it
    manifests/<version>.json     what a version was made from
    warehouse-<version>.duckdb   the version itself
    inputs/<sha256>-….parquet    the durable copy of every accepted table
    pins.json                    versions that must be kept
    backups.json                 where backups were written to
    state/                       what people write, and the folder's own id; not touched by loading
    lock, lock-holder.json       one writer at a time

A load writes a new version beside the old one, reads it back, and only then makes it current, in one step. Whatever
moment it is cut short at, the folder is as it was before or as it should be after; leftovers go with the next load.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from kpi_engine.errors import Damaged, UsageError, WarehouseError
from kpi_engine.intake.layout import Accepted, Layout
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.warehouse import extracts, files, housekeeping, inputs, pseudonyms
from kpi_engine.warehouse import manifest as papers
from kpi_engine.warehouse.build import Built, Progress, build, silent
from kpi_engine.warehouse.lock import locked
from kpi_engine.warehouse.manifest import Kept, Manifest, Pointer
from kpi_engine.warehouse.resolve import Message
from kpi_engine.warehouse.schema import ENGINE_VERSION, SCHEMA_VERSION
from kpi_engine.warehouse.store import Store, write_version

WAIT = 10.0
"""Seconds to wait for another load before saying that the folder is busy."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load (or an undoing) did. ``changed`` is False when the version is the one that was current.

    ``added`` and ``unchanged`` name files, ``replaced`` those whose earlier reading (another year, stage or mapping)
    was given up, ``removed`` those that were unloaded. ``messages`` are the build's: figures that a later release
    changed, predecessors, assumptions, and what was left out.
    """

    version: str
    changed: bool
    as_at: dt.date
    trust_name: str
    academies: int
    rows: Mapping[str, int]
    added: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()


def layouts_by_id() -> dict[str, Layout]:
    """Every known layout by its id."""
    return {layout.id: layout for layout in all_layouts()}


def load(
    accepted: Sequence[Accepted],
    root: Path,
    trust: str | None = None,
    as_at: dt.date | None = None,
    progress: Progress = silent,
    *,
    private: Path | None = None,
    wait: float = WAIT,
    layouts: Mapping[str, Layout] | None = None,
) -> LoadReport:
    """Add accepted files to the folder's inputs and make the version that they give current: all or nothing.

    ``trust`` None is the one that the folder remembers. ``as_at`` None is the newest date in the data. A file that
    is loaded already is not loaded again; read differently this time (its year, stage or mapping), it replaces its
    earlier reading. ``private`` is the private folder, which only pupil-level extracts need. Raises Busy when another
    load keeps the folder for ``wait`` seconds, and whatever ``build`` raises; then nothing has changed.
    """
    known = layouts_by_id() if layouts is None else layouts
    with locked(root, "a load", wait):
        pointer = papers.read_pointer(root)
        housekeeping.clean(root, pointer)
        current = None if pointer is None else papers.read_manifest(root, pointer.version)
        before = list(current.inputs) if current else []
        added: list[str] = []
        unchanged: list[str] = []
        replaced: list[str] = []
        after = list(before)
        key, said = _key(root, private, accepted, before, known)
        for item in sorted(accepted, key=lambda each: (each.vintage, each.table.file, each.source_id)):
            progress("keeping files", len(added) + len(unchanged), len(accepted))
            kept = inputs.keep(root, item, known[item.layout], key)
            if any(kept.identity == each.identity for each in after):
                unchanged.append(kept.file)
                continue
            same = [each for each in after if each.source_id == kept.source_id and each.layout == kept.layout]
            replaced += [each.file for each in same]
            after = [each for each in after if each not in same] + [kept]
            added.append(kept.file)
        extracts.refuse_unlinked(root, after, known)
        chosen = trust if trust is not None else (current.trust if current else None)
        report = make_current(root, pointer, current, after, chosen, as_at, progress, known)
        return LoadReport(
            report.version, report.changed, report.as_at, report.trust_name, report.academies, report.rows,
            tuple(added), tuple(unchanged), tuple(replaced), (), (*said, *report.messages),
        )  # fmt: skip


def _key(
    root: Path,
    private: Path | None,
    accepted: Sequence[Accepted],
    before: Sequence[Kept],
    layouts: Mapping[str, Layout],
) -> tuple[bytes | None, tuple[Message, ...]]:
    """The key for pupils' ids, made at first use, and what is to be said of it; None when nothing with ids is given."""
    moved = pseudonyms.moved_out(root, private)
    if all(layouts[item.layout].masked is None for item in accepted):
        return None, moved
    key, made = pseudonyms.key_of(root, private)
    if not made or not extracts.with_ids(before, layouts):
        return key, moved
    text = (
        "the key of pupils' ids was not found, so a new one was made: no pupil of the files that are loaded now can be "
        "told to be one of those loaded before. The figures stay as they are"
    )
    return key, (*moved, Message("assumed", text))


def make_current(
    root: Path,
    pointer: Pointer | None,
    current: Manifest | None,
    wanted: Sequence[Kept],
    trust: str | None,
    as_at: dt.date | None,
    progress: Progress,
    layouts: Mapping[str, Layout],
) -> LoadReport:
    """Build the version that ``wanted`` inputs give and make it current. The caller holds the lock."""
    if current is not None and _nothing_new(current, wanted, trust, as_at) and _is_whole(root, current):
        return _report(root, current, False)
    if not wanted:
        raise UsageError("no files are left to make a version of; purge removes everything")
    accepted = [inputs.read_accepted(root, kept) for kept in wanted]
    held = frozenset(kept.source_id for kept in current.inputs) if current else frozenset()
    fresh = frozenset(kept.source_id for kept in wanted) - held
    before = _guarded(root, current)
    built = build(accepted, layouts, trust=trust, as_at=as_at, progress=progress, fresh=fresh, before=before)
    version = papers.version_id(wanted, trust, built.as_at.isoformat(), ENGINE_VERSION, SCHEMA_VERSION, built.memory)
    if current is not None and current.version == version and _is_whole(root, current):
        return _report(root, current, False)
    earlier = current.version if current is not None and before is not None else ""
    manifest = _existing(root, version) or _write(root, version, built, wanted, trust, as_at is not None, earlier)
    progress("switching to the new version", 0, 1)
    papers.write_pointer(root, Pointer(version) if pointer is None else pointer.then(version))
    housekeeping.prune(root)
    progress("switching to the new version", 1, 1)
    return _report(root, manifest, True, built)


def _guarded(root: Path, current: Manifest | None) -> pd.DataFrame | None:
    """What the current version does not show everybody; None where there is none, or it cannot be read."""
    if current is None:
        return None
    try:
        with Store(root / current.warehouse) as store:
            return store.guarded()
    except Damaged:
        return None


def _nothing_new(current: Manifest, wanted: Sequence[Kept], trust: str | None, as_at: dt.date | None) -> bool:
    same_files = [kept.identity for kept in wanted] == [kept.identity for kept in current.inputs]
    same_date = (as_at is None and not current.as_at_given) or (
        as_at is not None and as_at.isoformat() == current.as_at
    )
    same_engine = (current.engine, current.schema) == (ENGINE_VERSION, SCHEMA_VERSION)
    return same_files and same_date and same_engine and trust == current.trust


def _report(root: Path, manifest: Manifest, changed: bool, built: Built | None = None) -> LoadReport:
    if built is not None:
        messages = built.messages
    else:
        with Store(root / manifest.warehouse) as store:
            messages = tuple(Message(kind, text) for kind, text in store.messages())
    return LoadReport(
        manifest.version,
        changed,
        dt.date.fromisoformat(manifest.as_at),
        manifest.trust_name,
        manifest.rows["roster"],
        manifest.rows,
        messages=messages,
    )


def _is_whole(root: Path, manifest: Manifest) -> bool:
    try:
        check(root, manifest)
    except Damaged:
        return False
    return True


def _existing(root: Path, version: str) -> Manifest | None:
    try:
        manifest = papers.read_manifest(root, version)
        check(root, manifest)
    except Damaged:
        return None
    return manifest


def _write(
    root: Path, version: str, built: Built, wanted: Sequence[Kept], trust: str | None, given: bool, before: str
) -> Manifest:
    """Write the version file, read it back, put it in place, and its manifest after it."""
    meta = {
        "as_at": built.as_at.isoformat(),
        "trust_name": built.trust_name,
        "trust_uid": built.trust_uid,
        "version": version,
        "engine": ENGINE_VERSION,
        "schema": str(SCHEMA_VERSION),
        "built_from": str(len(wanted)),
    }
    beside = files.unfinished(root, ".duckdb")
    try:
        rows = write_version(beside, built.frames, meta)
        with Store(beside) as store:
            counted = store.counts()
            if counted != rows:
                wrong = next(name for name in rows if rows[name] != counted.get(name))
                raise WarehouseError(
                    f"the new version was not written whole: {counted.get(wrong)} of {rows[wrong]} rows in {wrong}; "
                    "is the disk full? Nothing has changed"
                )
        files.sync(beside)
        place = housekeeping.fresh_name(root, version)
        checksum = files.sha256(beside)
        files.replace(beside, place)
    finally:
        files.remove(beside)
        files.remove(beside.with_name(beside.name + ".wal"))
    sequences = [manifest.sequence for manifest in papers.all_manifests(root)]
    manifest = Manifest(
        version=version,
        sequence=max(sequences, default=0) + 1,
        engine=ENGINE_VERSION,
        schema=SCHEMA_VERSION,
        trust=trust,
        trust_name=built.trust_name,
        trust_uid=built.trust_uid,
        as_at=built.as_at.isoformat(),
        as_at_given=given,
        made_at=dt.datetime.now(ZoneInfo("Europe/London")).isoformat(timespec="seconds"),
        warehouse=place.name,
        warehouse_sha256=checksum,
        rows=rows,
        inputs=tuple(wanted),
        before=before,
    )
    papers.write_manifest(root, manifest)
    return manifest


def check(root: Path, manifest: Manifest) -> None:
    """Damaged when a version's file is missing or does not match the checksum in its manifest."""
    path = root / manifest.warehouse
    remedy = "roll back to another version, restore a backup, or load again to rebuild it from the kept inputs"
    if not path.is_file():
        raise Damaged(f"{path.name} is missing from {root}; {remedy}")
    if files.sha256(path) != manifest.warehouse_sha256:
        raise Damaged(f"{path.name} does not match its checksum; {remedy}")


def current_manifest(root: Path) -> Manifest | None:
    """The current version's manifest; None for a folder without versions."""
    pointer = papers.read_pointer(root) if root.is_dir() else None
    return None if pointer is None else papers.read_manifest(root, pointer.version)


def open_store(root: Path, version: str | None = None, *, wait: float = WAIT) -> Store:
    """The current version, or the one named, read-only and checked; the reader keeps it whatever is loaded later.

    A current version of an older engine or schema is first rebuilt from the kept inputs. Raises UsageError for an
    unknown version, WarehouseError for a folder without data, Damaged when the version's file was tampered with.
    """
    if version is not None and version not in {manifest.version for manifest in papers.all_manifests(root)}:
        raise UsageError(f"there is no version {version} in {root}; status lists them")
    for last in (False, True):
        manifest = papers.read_manifest(root, version) if version else current_manifest(root)
        if manifest is None:
            raise WarehouseError(f"nothing has been loaded into {root} yet")
        if version is None and (manifest.engine, manifest.schema) != (ENGINE_VERSION, SCHEMA_VERSION):
            rebuild(root, wait=wait)
            manifest = current_manifest(root) or manifest
        try:
            check(root, manifest)
            return Store(root / manifest.warehouse)
        except Damaged:
            # A load may have taken the version away between the two readings; the second one is then another.
            newer = None if version else current_manifest(root)
            if last or newer is None or newer.version == manifest.version:
                raise
    raise WarehouseError(f"{root} is being changed; try again")


class FileDates(NamedTuple):
    """When a file was made and loaded, as ISO dates; "" where that is not known."""

    dated: str
    loaded: str


def file_dates(root: Path, version: str) -> dict[str, FileDates]:
    """The dates of a version's files by source id, as its manifest has them.

    Empty when the manifest cannot be read: another load may have taken the version away while it is still being read.
    """
    try:
        manifest = papers.read_manifest(root, version)
    except Damaged:
        return {}
    return {kept.source_id: FileDates(kept.vintage, kept.loaded_at[:10]) for kept in manifest.inputs}


def rebuild(root: Path, progress: Progress = silent, *, wait: float = WAIT) -> LoadReport:
    """Build the current inputs again with this engine. A date that was asked for stays."""
    with locked(root, "a rebuild", wait):
        pointer = papers.read_pointer(root)
        if pointer is None:
            raise WarehouseError(f"nothing has been loaded into {root} yet")
        housekeeping.clean(root, pointer)
        current = papers.read_manifest(root, pointer.version)
        as_at = dt.date.fromisoformat(current.as_at) if current.as_at_given else None
        return make_current(root, pointer, current, current.inputs, current.trust, as_at, progress, layouts_by_id())
