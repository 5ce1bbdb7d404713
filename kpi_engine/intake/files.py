"""Which files are meant: folders walked in order, documentation beside the data passed over aloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.intake.mapping import FILE_NAME


@dataclass(frozen=True, slots=True)
class Given:
    """A file to read. ``name`` is what messages call it: its file name, or its place in the folder where two
    files bear the same name. ``in_folder`` files were found, not named.
    """

    path: Path
    name: str
    in_folder: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that is left alone, and why: documentation beside the data, the same file a second time."""

    file: str
    reason: str


_TABLES = frozenset(
    (".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet", ".zip", ".gz", ".7z", ".rar")
)


def find_files(paths: Sequence[Path]) -> tuple[list[Given], list[Passed]]:
    """The files that are named, and those of the folders that are named, each once and sorted within its
    folder.

    In a folder, hidden files, lock files (``~$...``) and ``mapping.toml`` are silently left; anything that
    cannot be a table (README, PDF, pictures, text) is left with a reason. A file that is named itself is
    always read.
    """
    found: dict[Path, tuple[str, bool]] = {}
    left: list[Passed] = []
    for path in paths:
        if not path.is_dir():
            found.setdefault(_place(path), (path.name, False))
            continue
        inside = sorted(path.rglob("*"), key=lambda each: each.relative_to(path).as_posix())
        files = [each for each in inside if each.is_file() and not _hidden(each.relative_to(path))]
        if not files:
            left.append(Passed(path.name or str(path), "the folder is empty"))
        for each in files:
            name = each.relative_to(path).as_posix()
            if each.name == FILE_NAME:
                continue
            if each.suffix.lower() not in _TABLES:
                left.append(Passed(name, "documentation or another kind of file, not a table"))
            else:
                found.setdefault(_place(each), (name, True))
    twice = Counter(Path(name).name for name, _ in found.values())
    return [
        Given(path, name if twice[Path(name).name] > 1 else Path(name).name, in_folder)
        for path, (name, in_folder) in found.items()
    ], left


def _hidden(relative: Path) -> bool:
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in relative.parts)


def _place(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()
