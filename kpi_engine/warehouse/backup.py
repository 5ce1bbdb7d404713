"""A data folder as one archive, with the checksum of every file in it, and back.

The private folder is no part of it: an archive holds neither who may sign in nor the key of pupils' ids, and bringing
it back needs neither.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO
from zoneinfo import ZoneInfo

from kpi_engine.errors import Damaged, UsageError, WarehouseError
from kpi_engine.warehouse import files, folder, housekeeping, pseudonyms
from kpi_engine.warehouse import manifest as papers
from kpi_engine.warehouse.lock import locked
from kpi_engine.warehouse.manifest import Pointer
from kpi_engine.warehouse.resolve import Message
from kpi_engine.warehouse.traces import DATABASES, JOURNALS

_FORMAT = 1
_LIST = "backup.json"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """An archive: where it is, how many files it holds, the version that was current, and what else was done."""

    path: Path
    files: int
    version: str
    messages: tuple[Message, ...] = ()


def backup(root: Path, to: Path, *, private: Path | None = None, wait: float = folder.WAIT) -> BackedUp:
    """Write everything in the folder to one archive: ``.zip``, ``.tar``, ``.tar.gz`` or ``.tgz``.

    ``to`` may be a folder, which then gets a file named by date and version. The folder remembers where its backups
    are, so that a purge reaches them. A key that an earlier engine left in the data folder first moves to ``private``.
    Raises UsageError for another kind of file, Damaged when the current version is not whole.
    """
    with locked(root, "a backup", wait):
        messages = pseudonyms.moved_out(root, private)
        manifest = folder.current_manifest(root)
        if manifest is None:
            raise WarehouseError(f"nothing has been loaded into {root} yet")
        folder.check(root, manifest)
        now = dt.datetime.now(ZoneInfo("Europe/London"))
        if to.is_dir():
            to = to / f"kpi-backup-{now:%Y%m%d-%H%M%S}-{manifest.version}.zip"
        if not to.name.lower().endswith((".zip", ".tar", ".tar.gz", ".tgz")):
            raise UsageError(f"{to.name}: a backup is a .zip, .tar, .tar.gz or .tgz file")
        staging = files.unfinished(root, "")
        try:
            members = _members(root, staging)
            listing = {
                "format": _FORMAT,
                "made_at": now.isoformat(timespec="seconds"),
                "version": manifest.version,
                "files": {name: files.sha256(path) for name, path in members.items()},
            }
            staging.mkdir(exist_ok=True)
            (staging / _LIST).write_text(files.pretty(listing), encoding="utf-8")
            members = {_LIST: staging / _LIST, **members}
            files.put(to, lambda beside: _pack(beside, to.name.lower(), members))
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        known = [each for each in _recorded(root) if each != str(to.resolve())]
        files.put_text(root / "backups.json", files.pretty([*known, str(to.resolve())]))
        return BackedUp(to, len(members) - 1, manifest.version, messages)


def _members(root: Path, staging: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name in ("current", "pins.json"):
        if (root / name).is_file():
            found[name] = root / name
    for manifest in papers.all_manifests(root):
        found[f"manifests/{manifest.version}.json"] = papers.manifest_path(root, manifest.version)
        if (root / manifest.warehouse).is_file():
            found[manifest.warehouse] = root / manifest.warehouse
        for kept in manifest.inputs:
            found[f"inputs/{kept.kept}"] = root / "inputs" / kept.kept
    for path in sorted((root / "state").rglob("*")):
        if not path.is_file() or path.name.endswith(JOURNALS) or path.name == pseudonyms.FORMER_KEY:
            continue
        name = path.relative_to(root).as_posix()
        found[name] = _snapshot(path, staging / name) if path.suffix in DATABASES else path
    return found


def _snapshot(path: Path, copy: Path) -> Path:
    """A copy of a SQLite file as of one moment, even while somebody writes in it."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _pack(path: Path, name: str, members: dict[str, Path]) -> None:
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, source in members.items():
                archive.write(source, member)
        return
    mode = "w" if name.endswith(".tar") else "w:gz"
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for member, source in members.items():
            tar.add(source, member, recursive=False)


@dataclass(frozen=True, slots=True)
class Restored:
    """The version that a restore made current, and what else was done."""

    version: str
    messages: tuple[Message, ...] = ()


def restore(root: Path, source: Path, *, private: Path | None = None, wait: float = folder.WAIT) -> Restored:
    """Bring a folder back to what an archive holds.

    Everything is unpacked beside and checked against the archive's list before anything is put in place; the
    pointer is switched last. Versions that are in the folder already stay in its history. A key in the archive of an
    earlier engine moves to ``private``. Raises Damaged for an archive that is not whole or not ours, and then changes
    nothing.
    """
    if not source.is_file():
        raise UsageError(f"there is no backup {source}")
    with locked(root, "a restore", wait):
        staging = files.unfinished(root, "")
        staging.mkdir()
        try:
            try:
                _unpack(source, staging)
            except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, RuntimeError, ValueError) as error:
                raise Damaged(f"{source.name} cannot be unpacked; use another backup ({error})") from error
            names = _verified(staging, source)
            return Restored(_put_back(root, staging, names), pseudonyms.moved_out(root, private))
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _unpack(source: Path, staging: Path) -> None:
    for name, read in _open(source):
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or "\\" in name or ":" in name:
            raise Damaged(f"{source.name} holds a file that would land elsewhere ({name}); it is not one of ours")
        target = staging.joinpath(*place.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            shutil.copyfileobj(read, out)


def _open(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    with archive.open(info) as read:
                        yield info.filename, read
        return
    with tarfile.open(source) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            if content is not None:
                yield member.name, content


def _verified(staging: Path, source: Path) -> list[str]:
    listing = files.read_json(staging / _LIST)
    if not isinstance(listing, dict) or listing.get("format") != _FORMAT:
        raise Damaged(f"{source.name} is not a backup that this engine can read: it has no {_LIST}")
    for name, checksum in listing["files"].items():
        path = staging / name
        if not path.is_file() or files.sha256(path) != checksum:
            raise Damaged(f"{source.name} is damaged: {name} does not match its checksum; use another backup")
    there = {path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()}
    strange = sorted(there - set(listing["files"]) - {_LIST})
    if strange:
        raise Damaged(f"{source.name} holds {strange[0]}, which its list does not name; it was changed")
    return sorted(listing["files"])


def _put_back(root: Path, staging: Path, names: list[str]) -> str:
    """Inputs, version files and manifests first, then state, the pointer last."""
    pointer = papers.read_pointer(staging)
    if pointer is None:
        raise Damaged("the backup holds no version")
    manifests = [papers.read_manifest(staging, version) for version in _versions(names)]
    for name in names:
        if name.startswith("inputs/"):
            (root / "inputs").mkdir(parents=True, exist_ok=True)
            files.replace(staging / name, root / name)
    for manifest in sorted(manifests, key=lambda each: each.sequence):
        if manifest.warehouse not in names:
            continue
        place = housekeeping.fresh_name(root, manifest.version)
        files.replace(staging / manifest.warehouse, place)
        papers.write_manifest(root, replace(manifest, warehouse=place.name))
    for name in names:
        if name.startswith("state/"):
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            for journal in JOURNALS:
                files.remove(target.with_name(target.name + journal))
            files.replace(staging / name, target)
    held = {**housekeeping.pins(root), **housekeeping.pins(staging)}
    files.put_text(root / "pins.json", files.pretty(held))
    try:
        existing = papers.read_pointer(root)
    except Damaged:
        existing = None
    before = [*pointer.previous, *(existing.versions if existing else ())]
    kept = tuple(dict.fromkeys(each for each in before if each != pointer.version))
    papers.write_pointer(root, Pointer(pointer.version, kept))
    housekeeping.prune(root)
    return pointer.version


def _versions(names: list[str]) -> list[str]:
    return [PurePosixPath(name).stem for name in names if name.startswith("manifests/")]


def _recorded(root: Path) -> list[str]:
    found = files.read_json(root / "backups.json")
    return [str(each) for each in found] if isinstance(found, list) else []


def forget(root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove the recorded backups: those removed, and those that are not (or no longer) where they were written."""
    done: list[str] = []
    out_of_reach: list[str] = []
    for name in _recorded(root):
        path = Path(name)
        (done if path.is_file() and files.remove(path) else out_of_reach).append(name)
    files.put_text(root / "backups.json", files.pretty(out_of_reach))
    return tuple(done), tuple(out_of_reach)
