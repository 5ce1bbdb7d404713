"""The sample trust: built once from the files in ``sample_data`` into a folder of its own, never into a trust's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from kpi_engine.errors import UsageError
from kpi_engine.intake.pipeline import examine
from kpi_engine.warehouse.folder import current_manifest, load
from kpi_engine.warehouse.schema import ENGINE_VERSION, SCHEMA_VERSION

FILES = Path(__file__).resolve().parent.parent / "sample_data" / "files"
FOLDER = Path(__file__).resolve().parent.parent / ".sample"
_STAMP = "made-from.txt"


def sample_folder(progress: Callable[[str, int, int], None] | None = None, folder: Path = FOLDER) -> Path:
    """The data folder of the sample trust, made on first use and again when its files have changed.

    Raises UsageError when the project came without its sample files.
    """
    if not FILES.is_dir():
        raise UsageError("there are no data and no sample trust here; load files: python -m kpi_engine load FILE...")
    stamp = _fingerprint()
    made = folder / _STAMP
    if made.is_file() and made.read_text(encoding="ascii") == stamp and current_manifest(folder) is not None:
        return folder
    examined = examine([FILES], progress=progress)
    if examined.rejected:
        raise examined.rejected[0].error
    load(examined.accepted, folder, progress=progress or _silent, wait=60.0)
    made.write_text(stamp, encoding="ascii")
    return folder


def has_data(folder: Path) -> bool:
    """Whether a data folder holds a version."""
    return folder.is_dir() and current_manifest(folder) is not None


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{ENGINE_VERSION} {SCHEMA_VERSION}".encode())
    for path in sorted(FILES.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(FILES).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _silent(what: str, done: int, of: int) -> None:
    del what, done, of
