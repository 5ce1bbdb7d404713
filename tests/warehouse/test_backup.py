"""A folder as one archive, and back: whole or not at all."""

from __future__ import annotations

import contextlib
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi_engine.errors import Damaged, UsageError
from kpi_engine.intake.layout import Accepted
from kpi_engine.warehouse import undo
from kpi_engine.warehouse.backup import backup, restore
from kpi_engine.warehouse.folder import load, open_store

Make = Callable[..., Accepted]
LATER = ("1,900001,20,9,9,50%" + "," * 9,)


def years_in(root: Path) -> list[str]:
    with open_store(root) as store:
        return sorted({o.academic_year for o in store.facts(["ks2_rwm"])})


@pytest.fixture
def filled(root: Path, academies: Accepted, ks2: Make) -> Path:
    load([academies, ks2()], root)
    (root / "state").mkdir()
    with contextlib.closing(sqlite3.connect(root / "state" / "notes.sqlite")) as notes, notes:
        notes.execute("PRAGMA journal_mode = WAL")
        notes.execute("CREATE TABLE commentary (text)")
        notes.execute("INSERT INTO commentary VALUES ('Attendance was discussed.')")
    return root


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tgz"])
def test_a_backup_brings_everything_back_elsewhere(filled: Path, tmp_path: Path, kind: str) -> None:
    made = backup(filled, tmp_path / f"backup.{kind}")
    other = tmp_path / "other"
    assert restore(other, made.path).version == made.version
    assert years_in(other) == ["2018/19"]
    with contextlib.closing(sqlite3.connect(other / "state" / "notes.sqlite")) as notes:
        assert notes.execute("SELECT text FROM commentary").fetchall() == [("Attendance was discussed.",)]
    with open_store(filled) as one, open_store(other) as two:
        assert one.export("facts").equals(two.export("facts"))


def test_a_backup_into_a_folder_is_named_by_date_and_version(filled: Path, tmp_path: Path) -> None:
    made = backup(filled, tmp_path)
    assert made.path.parent == tmp_path
    assert made.path.name.endswith(f"-{made.version}.zip")


def test_restoring_takes_a_folder_back_and_can_be_rolled_back(filled: Path, tmp_path: Path, ks2: Make) -> None:
    made = backup(filled, tmp_path / "backup.zip")
    load([ks2(LATER, year="2017/18", file="before.csv")], filled)
    assert years_in(filled) == ["2017/18", "2018/19"]
    restore(filled, made.path)
    assert years_in(filled) == ["2018/19"]
    undo.rollback(filled)
    assert years_in(filled) == ["2017/18", "2018/19"]


def test_restoring_heals_a_damaged_folder(filled: Path, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "backup.zip")
    next(filled.glob("warehouse-*.duckdb")).write_bytes(b"gone")
    next((filled / "manifests").glob("*.json")).write_text("{}", encoding="utf-8")
    (filled / "current").write_text("?", encoding="utf-8")
    restore(filled, made.path)
    assert years_in(filled) == ["2018/19"]


def repacked(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed is not None:
                new.writestr(*changed)
    return target


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda name, data: (name, data[:-1] + b"x" if name.endswith(".parquet") else data), "does not match"),
        (lambda name, data: None if name == "current" else (name, data), "current does not match"),
        (lambda name, data: None if name == "backup.json" else (name, data), "it has no backup.json"),
        (lambda name, data: ("../" + name if name == "current" else name, data), "land elsewhere"),
    ],
    ids=["changed", "missing", "without its list", "escaping"],
)
def test_a_damaged_backup_is_refused_and_changes_nothing(
    filled: Path, tmp_path: Path, change: Callable[[str, bytes], tuple[str, bytes] | None], message: str
) -> None:
    made = backup(filled, tmp_path / "backup.zip")
    bad = repacked(made.path, tmp_path / "bad.zip", change)
    before = {path: path.read_bytes() for path in filled.rglob("*") if path.is_file()}
    with pytest.raises(Damaged, match=message):
        restore(filled, bad)
    assert {path: path.read_bytes() for path in filled.rglob("*") if path.is_file()} == before


def test_a_cut_off_archive_is_refused(filled: Path, tmp_path: Path) -> None:
    for kind in ("zip", "tar.gz"):
        made = backup(filled, tmp_path / f"backup.{kind}")
        made.path.write_bytes(made.path.read_bytes()[: made.path.stat().st_size // 2])
        with pytest.raises(Damaged):
            restore(tmp_path / "other", made.path)


def test_only_archives_are_backups(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a backup is a \.zip"):
        backup(filled, tmp_path / "backup.docx")
    with pytest.raises(UsageError, match="there is no backup"):
        restore(filled, tmp_path / "none.zip")
