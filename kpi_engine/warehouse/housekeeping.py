"""What stays in the data folder: the current version, the newest before it, pinned ones, and their inputs."""

from __future__ import annotations

import shutil
from pathlib import Path

from kpi_engine.errors import UsageError
from kpi_engine.warehouse import files
from kpi_engine.warehouse import manifest as papers
from kpi_engine.warehouse.lock import locked
from kpi_engine.warehouse.manifest import Pointer

KEPT_VERSIONS = 12


def fresh_name(root: Path, version: str) -> Path:
    """A version file's name that is not in use: DuckDB would go on reading a replaced file's old data."""
    path, number = root / f"warehouse-{version}.duckdb", 2
    while path.exists():
        path, number = root / f"warehouse-{version}-{number}.duckdb", number + 1
    return path


def clean(root: Path, pointer: Pointer | None) -> None:
    """Remove what work that was cut short has left: unfinished files, and versions and inputs that nothing names.

    The caller holds the lock.
    """
    for folder in (root, root / "inputs", root / "manifests", root / "state"):
        for path in folder.glob(f"{files.UNFINISHED}*"):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else files.remove(path)
    known = set(pointer.versions if pointer else ()) | set(pins(root))
    for path in (root / "manifests").glob("[!.]*.json"):
        if path.stem not in known:
            files.remove(path)
    _remove_unnamed(root)


def prune(root: Path) -> None:
    """Remove all but the twelve newest versions, the current one and the pinned ones. The caller holds the lock."""
    pointer = papers.read_pointer(root)
    if pointer is None:
        return
    made = [manifest.version for manifest in papers.all_manifests(root)]
    stay = {pointer.version, *pins(root), *made[:KEPT_VERSIONS]}
    if any(version not in stay for version in made):
        papers.write_pointer(root, Pointer(pointer.version, tuple(v for v in pointer.previous if v in stay)))
    for version in made:
        if version not in stay:
            files.remove(papers.manifest_path(root, version))
    _remove_unnamed(root)


def _remove_unnamed(root: Path) -> None:
    """Version files and inputs that no manifest names. Left alone while any manifest cannot be read."""
    manifests = papers.all_manifests(root)
    if len(manifests) != len(list((root / "manifests").glob("[!.]*.json"))):
        return
    warehouses = {manifest.warehouse for manifest in manifests}
    for path in root.glob("warehouse-*.duckdb*"):
        if path.name not in warehouses:
            files.remove(path)
    copies = {kept.kept for manifest in manifests for kept in manifest.inputs}
    for path in (root / "inputs").glob("[!.]*.parquet"):
        if path.name not in copies:
            files.remove(path)


def pins(root: Path) -> dict[str, list[str]]:
    """The pinned versions, each with what holds it."""
    found = files.read_json(root / "pins.json")
    return {str(k): [str(each) for each in v] for k, v in found.items()} if isinstance(found, dict) else {}


def pin(root: Path, version: str, holder: str, *, wait: float = 10.0) -> None:
    """Keep a version as long as ``holder`` (a frozen meeting, say) points at it. UsageError for an unknown one."""
    with locked(root, "pinning a version", wait):
        hold(root, version, holder)


def unpin(root: Path, version: str, holder: str, *, wait: float = 10.0) -> None:
    """Let ``holder`` go of a version."""
    with locked(root, "unpinning a version", wait):
        let_go(root, holder, version)


def hold(root: Path, version: str, holder: str) -> None:
    """As ``pin``, while the caller holds the lock. In a folder without versions nothing needs to be kept."""
    made = {manifest.version for manifest in papers.all_manifests(root)}
    if not made and not (root / "current").exists():
        return
    if version not in made:
        raise UsageError(f"there is no version {version} in {root}")
    held = pins(root)
    held[version] = sorted({*held.get(version, []), holder})
    files.put_text(root / "pins.json", files.pretty(held))


def let_go_of_missing(root: Path) -> None:
    """Let go of every version that a file of ``state/`` held which is not there any more. The caller holds the lock."""
    for holder in {each for holders in pins(root).values() for each in holders}:
        if holder.startswith("state/") and not (root / holder).is_file():
            let_go(root, holder)


def let_go(root: Path, holder: str, version: str | None = None) -> None:
    """As ``unpin``, while the caller holds the lock; of every version where none is named."""
    held = pins(root)
    left = {
        each: [one for one in holders if one != holder or version not in (None, each)] for each, holders in held.items()
    }
    if left != held:
        files.put_text(root / "pins.json", files.pretty({each: holders for each, holders in left.items() if holders}))
