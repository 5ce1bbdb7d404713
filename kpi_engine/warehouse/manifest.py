"""What a version was made from, and which version is current: the small files beside the large one."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi_engine.errors import Damaged
from kpi_engine.warehouse import files


@dataclass(frozen=True, slots=True)
class Kept:
    """One loaded table: the file it came from, what it is about, and its durable copy in ``inputs/``.

    ``content`` is the checksum of the cells as they were checked (after any mapping), ``kept_sha256`` that of the
    copy. ``loaded_at`` is a moment in London time and no part of the version's name. ``key`` tells which key has hashed
    the pupils' ids of an extract.
    """

    file: str
    sha256: str
    sheet: str | None
    rows: int
    layout: str
    dataset: str
    year: str | None
    stage: str
    vintage: str
    source_id: str
    content: str
    kept: str
    kept_sha256: str
    loaded_at: str
    notes: tuple[str, ...] = ()
    key: str = ""

    @property
    def identity(self) -> tuple[str | None, ...]:
        """What makes it the same input as another."""
        return (self.source_id, self.layout, self.year, self.stage, self.vintage, self.content)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One version: ``trust`` as it was asked for, ``inputs`` in the order of loading, ``rows`` of each table.

    ``as_at_given`` says whether the date was asked for or is the newest in the data. ``sequence`` rises with every
    version made in the folder. ``warehouse`` is the version file's name. ``before`` is the version that was current
    when this one was made and whose hidden figures it took into account; "" where there was none.
    """

    version: str
    sequence: int
    engine: str
    schema: int
    trust: str | None
    trust_name: str
    trust_uid: str
    as_at: str
    as_at_given: bool
    made_at: str
    warehouse: str
    warehouse_sha256: str
    rows: Mapping[str, int]
    inputs: tuple[Kept, ...]
    before: str = ""


@dataclass(frozen=True, slots=True)
class Pointer:
    """The current version, and the ones that were current before it, newest first."""

    version: str
    previous: tuple[str, ...] = ()

    def then(self, version: str) -> Pointer:
        """The pointer after ``version`` becomes current."""
        if version == self.version:
            return self
        before = (self.version, *(each for each in self.previous if each not in (self.version, version)))
        return Pointer(version, before)

    @property
    def versions(self) -> tuple[str, ...]:
        return (self.version, *self.previous)


def version_id(
    inputs: Sequence[Kept], trust: str | None, as_at: str, engine: str, schema: int, memory: str = ""
) -> str:
    """A short name for a version: the same inputs in the same order, trust, date, engine and schema give the same.

    ``memory`` names what is hidden only because the version before hid it.
    """
    said = [[kept.identity for kept in inputs], trust, as_at, engine, schema, *([memory] if memory else [])]
    return hashlib.sha256(files.canonical(said).encode()).hexdigest()[:12]


def manifest_path(root: Path, version: str) -> Path:
    return root / "manifests" / f"{version}.json"


def write_manifest(root: Path, manifest: Manifest) -> None:
    """Write a manifest with its own checksum."""
    body = dataclasses.asdict(manifest)
    files.put_text(manifest_path(root, manifest.version), files.pretty({**body, "check": _check(body)}))


def read_manifest(root: Path, version: str) -> Manifest:
    """A version's manifest; Damaged when it is missing, unreadable or does not match its checksum."""
    path = manifest_path(root, version)
    body = files.read_json(path)
    remedy = "roll back to another version or restore a backup"
    if not isinstance(body, dict):
        raise Damaged(f"the manifest of version {version} is missing or unreadable; {remedy}")
    check = body.pop("check", None)
    if check != _check(body):
        raise Damaged(f"the manifest of version {version} does not match its checksum; {remedy}")
    try:
        inputs = tuple(Kept(**{**kept, "notes": tuple(kept["notes"])}) for kept in body.pop("inputs"))
        return Manifest(**body, inputs=inputs)
    except (KeyError, TypeError) as error:
        raise Damaged(f"the manifest of version {version} was written by another engine; {remedy}") from error


def _check(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(files.canonical(body).encode()).hexdigest()


def read_pointer(root: Path) -> Pointer | None:
    """Which version is current; None for a folder without versions.

    Without a pointer the newest version is current: a first load was cut short after its version was whole.
    Raises Damaged for a pointer that cannot be read.
    """
    path = root / "current"
    if not path.exists():
        made = sorted(
            (read_manifest(root, each.stem) for each in (root / "manifests").glob("[!.]*.json")),
            key=lambda manifest: -manifest.sequence,
        )
        versions = [manifest.version for manifest in made]
        return Pointer(versions[0], tuple(versions[1:])) if versions else None
    body = files.read_json(path)
    try:
        return Pointer(str(body["version"]), tuple(str(each) for each in body["previous"]))
    except (KeyError, TypeError) as error:
        raise Damaged(
            f"{path} cannot be read, so the current version is not known; name one of manifests/ with rollback, or "
            "restore a backup"
        ) from error


def write_pointer(root: Path, pointer: Pointer) -> None:
    """Make a version current, in one step."""
    body = {"version": pointer.version, "previous": list(pointer.previous)}
    files.put_text(root / "current", files.pretty(body))


def all_manifests(root: Path) -> list[Manifest]:
    """The manifests that can be read, newest first."""
    found = []
    for path in sorted((root / "manifests").glob("[!.]*.json")):
        try:
            found.append(read_manifest(root, path.stem))
        except Damaged:
            continue
    return sorted(found, key=lambda manifest: (-manifest.sequence, manifest.version))
