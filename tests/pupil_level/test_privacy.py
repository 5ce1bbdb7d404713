"""No id, name, number or birth date of a pupil gets past the door: not into a file, a log, an error or an export."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpi_engine.__main__ import main
from kpi_engine.errors import WarehouseError
from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.intake.pipeline import examine
from kpi_engine.intake.read import read_bytes
from kpi_engine.warehouse import undo
from kpi_engine.warehouse.backup import backup, restore
from kpi_engine.warehouse.folder import LoadReport, current_manifest, load, open_store, rebuild

from .conftest import ACADEMIES, Files, errors, stored

Load = Callable[..., LoadReport]
IDS = ("QX7713ZA", "QX7714ZB")
SECRETS = (*IDS, "Featherstonehaugh", "H801200001234", "2014-02-29", "Marmaduke")
PUPILS_HEADER = "surname,pupil,upn,urn,academic_year,year_group,sex,disadvantage,send,looked_after,from,to,dob,forename"
PUPILS = tuple(
    f"Featherstonehaugh,{id},H801200001234,900001,2025/26,5,F,Y,N,N,2025-09-01,,2014-02-29,Marmaduke" for id in IDS
)
MARKS_HEADER = "upn,pupil,urn,date,session,code,forename"
MARKS = tuple(
    f"H801200001234,{id},900001,{day},{session},{code},Marmaduke"
    for id in IDS
    for day in ("2025-11-03", "2025-11-04")
    for session, code in (("AM", "/"), ("PM", "I"))
)


@pytest.fixture(params=["csv", "parquet"])
def given(request: pytest.FixtureRequest, files: Files) -> Path:
    """The extracts with every column that they should not have, as CSV or Parquet."""
    files.pupils(PUPILS, header=PUPILS_HEADER)
    files.marks(MARKS, header=MARKS_HEADER)
    if request.param == "parquet":
        for name in ("pupils", "marks"):
            lines = [line.split(",") for line in (files.folder / f"{name}.csv").read_text().splitlines()]
            columns = {column: list(cells) for column, *cells in zip(*lines, strict=True)}
            pq.write_table(pa.table(columns), files.folder / f"{name}.parquet")
            (files.folder / f"{name}.csv").unlink()
    return files.folder


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a folder as it is, and what is compressed in it: Parquet cells, archives, tables of versions."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes()
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            yield f"{path.name} metadata", repr(table.schema.metadata).encode()
            for name in table.column_names:
                yield f"{path.name} {name}", repr(table.column(name).to_pylist()).encode()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield f"{path.name} {member}", archive.read(member)


def assert_nothing_of(secrets: tuple[str, ...], where: Iterator[tuple[str, bytes]]) -> None:
    looked = 0
    for name, content in where:
        looked += 1
        for secret in secrets:
            assert secret.encode() not in content, f"{secret} stands in {name}"
            assert secret.encode("utf-16-le") not in content, f"{secret} stands in {name}"
    assert looked


def test_nothing_personal_is_in_any_file_of_the_data_folder(
    given: Path, root: Path, loaded: Load, tmp_path: Path
) -> None:
    loaded(given)
    backup(root, tmp_path / "safe.zip")
    rebuild(root)
    assert_nothing_of(SECRETS, everything_in(root))
    restored = tmp_path / "restored"
    (tmp_path / "backups").mkdir()
    (tmp_path / "safe.zip").rename(tmp_path / "backups" / "safe.zip")
    assert_nothing_of(SECRETS, everything_in(tmp_path / "backups"))
    restore(restored, tmp_path / "backups" / "safe.zip")
    assert_nothing_of(SECRETS, everything_in(restored))


def test_nothing_personal_is_in_any_table_of_a_version(given: Path, root: Path, loaded: Load) -> None:
    loaded(given)
    with open_store(root) as store:
        tables = ("facts", "national", "roster", "sources", "messages", "meta", *RECORD_COLUMNS)
        cells = [(name, store.export(name).to_csv().encode()) for name in tables]
        hashes = {each for name in ("pupil",) for each in kept_pupils(root, name)}
        assert stored(store, "attendance")[()] == (4, 8, 2)
    assert len(hashes) == 2
    assert_nothing_of((*SECRETS, *hashes), iter(cells))


def kept_pupils(root: Path, column: str) -> list[str]:
    tables = [pq.read_table(path) for path in (root / "inputs").glob("*.parquet")]
    names = [(table, name) for table in tables for name in table.column_names if name.split("\u0001")[-1] == column]
    assert len(names) == 2, "pupils and marks both keep the hash"
    return [str(each) for table, name in names for each in table.column(name).to_pylist()]


def test_only_the_hash_and_the_needed_columns_are_kept(given: Path, root: Path, loaded: Load) -> None:
    loaded(given)
    columns = {
        name.split("\u0001")[-1]
        for path in (root / "inputs").glob("*.parquet")
        for name in pq.read_table(path).column_names
    }
    academies = set(ACADEMIES.splitlines()[0].split(","))
    assert columns - academies - {"row"} == {
        "pupil", "urn", "academic_year", "year_group", "sex", "disadvantage", "send", "looked_after", "from", "to",
        "marks", "first_row",
    } - academies  # fmt: skip
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in kept_pupils(root, "pupil"))


def test_what_has_been_examined_shows_no_id_when_printed(given: Path) -> None:
    examined = examine([given])
    assert len(examined.accepted) == 3
    shown = repr(examined) + str(examined) + "".join(item.table.frame.to_csv() for item in examined.accepted)
    assert not [secret for secret in SECRETS if secret in shown]


def test_the_command_line_and_its_log_say_nothing_personal(
    given: Path, root: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert main(["check", str(given)]) == 0
    assert main(["load", str(given), "--into", str(root)]) == 0
    assert main(["results", "--from", str(root), "--kpi", "pupil-attendance", "--format", "json"]) == 0
    assert main(["status", "--from", str(root), "--format", "json"]) == 0
    said = "".join(capsys.readouterr()) + caplog.text
    assert "8 rows" in said
    assert not [secret for secret in SECRETS if secret in said]


@pytest.mark.parametrize(
    ("which", "old", "new"),
    [
        ("marks", "AM,/", "AM,?"),
        ("marks", "AM,/", "Featherstonehaugh,/"),
        ("marks", "2025-11-04", "2014-02-29"),
        ("marks", "900001", "QX7713ZA"),
        ("marks", "H801200001234,QX7713ZA", "H801200001234,x,QX7713ZA"),
        ("marks", "2025-11-04", "2025-11-03"),
        ("marks", "Marmaduke", "Marmaduke,Featherstonehaugh"),
        ("pupils", "Featherstonehaugh,", "Featherstonehaugh, Marmaduke,"),
        ("pupils", "2025/26", "QX7713ZA"),
        ("pupils", ",5,F,", ",5,Marmaduke,"),
        ("pupils", "2025-09-01", "2014-02-29"),
        ("pupils", "QX7714ZB", "QX7713ZA"),
        ("pupils", ",900001,", ",H801200001234,"),
    ],
)
@pytest.mark.parametrize("how", ["csv", "parquet"])
def test_no_error_shows_a_cell_that_may_be_personal(files: Files, which: str, old: str, new: str, how: str) -> None:
    header, rows = (MARKS_HEADER, MARKS) if which == "marks" else (PUPILS_HEADER, PUPILS)
    path = files.write("extract.csv", "\n".join([header, *rows]).replace(old, new) + "\n")
    if how == "parquet":
        lines = [line.split(",") for line in path.read_text().splitlines()]
        width = len(lines[0])
        cells = zip(*(line[:width] for line in lines[1:]), strict=True)
        path = files.folder / "extract.parquet"
        pq.write_table(pa.table(dict(zip(lines[0], map(list, cells), strict=True))), path)
    said = errors(path)
    if said == "":
        assert how == "parquet", "without the field that was cut off the Parquet file is right"
    assert not [secret for secret in SECRETS if secret in said], said
    assert not [note for note in examine([path]).notes for secret in SECRETS if secret in str(note)]


def test_columns_that_are_not_listed_are_not_even_read(files: Files, loaded: Load, root: Path) -> None:
    """A list cannot be read as a cell, so a file with one would be refused if its column were looked at."""
    pupils = {name: [line.split(",")[place] for line in PUPILS] for place, name in enumerate(PUPILS_HEADER.split(","))}
    marks = {name: [line.split(",")[place] for line in MARKS] for place, name in enumerate(MARKS_HEADER.split(","))}
    for name, columns in (("pupils", pupils), ("marks", marks)):
        path = files.folder / f"{name}.parquet"
        pq.write_table(pa.table({**columns, "siblings": [["Marmaduke"]] * len(columns["pupil"])}), path)
        (table,) = read_bytes(path.read_bytes(), display_name=path.name)
        assert "siblings" not in table.columns
        assert "surname" not in table.columns
    loaded(files.folder)
    with open_store(root) as store:
        assert stored(store, "attendance")[()] == (4, 8, 2)


def key_in(private: Path) -> Path:
    (path,) = private.glob("pupil-*.key")
    return path


def test_the_key_is_made_once_for_its_owner_only_and_makes_the_same_hashes_again(
    given: Path, root: Path, private: Path, loaded: Load
) -> None:
    loaded(given)
    key = key_in(private)
    text = key.read_text()
    assert re.fullmatch("[0-9a-f]{64}\n", text)
    assert key.name == f"pupil-{(root / 'state' / 'folder-id').read_text().strip()}.key"
    if os.name != "nt":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    first = sorted(kept_pupils(root, "pupil"))
    version, again = current_manifest(root), loaded(given)
    assert version is not None
    assert not again.changed
    assert again.version == version.version
    undo.unload(root, dataset="attendance_marks")
    back = loaded(given)
    assert key.read_text() == text
    assert sorted(kept_pupils(root, "pupil")) == first
    assert back.rows["facts"] == version.rows["facts"]


def test_the_hash_is_blake2b_with_the_key(given: Path, root: Path, private: Path, loaded: Load) -> None:
    loaded(given)
    key = bytes.fromhex(key_in(private).read_text())
    expected = {hashlib.blake2b(id.encode(), digest_size=16, key=key).hexdigest() for id in IDS}
    assert set(kept_pupils(root, "pupil")) == expected


def test_the_key_is_in_no_file_of_the_data_folder_nor_of_its_backups(
    given: Path, root: Path, private: Path, loaded: Load, tmp_path: Path
) -> None:
    loaded(given)
    key = key_in(private).read_text().strip()
    (tmp_path / "backups").mkdir()
    for kind in ("zip", "tar"):
        backup(root, tmp_path / "backups" / f"safe.{kind}", private=private)
    for folder in (root, tmp_path / "backups"):
        assert_nothing_of((key, key.upper()), everything_in(folder))
        for name, content in everything_in(folder):
            assert bytes.fromhex(key) not in content, name


def test_a_backup_brings_everything_back_without_the_key(
    given: Path, root: Path, private: Path, loaded: Load, tmp_path: Path
) -> None:
    loaded(given)
    made = backup(root, tmp_path / "safe.zip", private=private)
    key_in(private).unlink()
    other = tmp_path / "other"
    assert restore(other, made.path, private=private).version == made.version
    rebuild(other)
    with open_store(root) as one, open_store(other) as two:
        assert one.export("facts").equals(two.export("facts"))
    assert not list(private.glob("pupil-*.key"))


def test_a_moved_data_folder_keeps_its_key_and_so_does_a_restored_one(
    given: Path, root: Path, private: Path, loaded: Load, tmp_path: Path
) -> None:
    loaded(given)
    before = set(kept_pupils(root, "pupil"))
    made = backup(root, tmp_path / "safe.zip", private=private)
    for place in (Path(shutil.copytree(root, tmp_path / "moved")), tmp_path / "restored"):
        if not place.exists():
            restore(place, made.path, private=private)
        undo.unload(place, dataset="attendance_marks")
        load(examine([given]).accepted, place, private=private)
        assert set(kept_pupils(place, "pupil")) == before
    assert len(list(private.glob("pupil-*.key"))) == 1


def test_extracts_are_refused_without_a_private_folder_or_with_one_inside_the_data(given: Path, root: Path) -> None:
    accepted = examine([given]).accepted
    with pytest.raises(WarehouseError, match="need a private folder"):
        load(accepted, root)
    with pytest.raises(WarehouseError, match="inside the data folder"):
        load(accepted, root, private=root / "state" / "private")
    assert current_manifest(root) is None
    assert not list(root.rglob("*.key"))


def test_another_folder_has_another_key_and_the_same_figures(
    given: Path, root: Path, private: Path, loaded: Load, tmp_path: Path
) -> None:
    loaded(given)
    other = tmp_path / "other"
    load(examine([given]).accepted, other, private=private)
    assert len(list(private.glob("pupil-*.key"))) == 2
    assert not set(kept_pupils(root, "pupil")) & set(kept_pupils(other, "pupil"))
    with open_store(root) as one, open_store(other) as two:
        assert one.export("facts").equals(two.export("facts"))


def test_a_rebuild_from_the_kept_copies_gives_the_same_facts(given: Path, root: Path, loaded: Load) -> None:
    loaded(given, as_at=dt.date(2025, 11, 30))
    with open_store(root) as store:
        before = store.export("facts")
    manifest = current_manifest(root)
    assert manifest is not None
    (root / manifest.warehouse).unlink()
    rebuild(root)
    with open_store(root) as store:
        assert store.export("facts").equals(before)
    assert len(before) > 100


def rewritten(given: Path, *names: str) -> None:
    """Later exports: the same pupils and marks in files of another content."""
    for name in names:
        path = given / f"{name}.csv"
        if path.exists():
            header, *rows = path.read_text().splitlines()
            path.write_text("\n".join([header, *reversed(rows)]) + "\n")
        else:
            table = pq.read_table(given / f"{name}.parquet")
            pq.write_table(table.take(list(reversed(range(table.num_rows)))), given / f"{name}.parquet")


def figures(root: Path) -> list[tuple[object, ...]]:
    with open_store(root) as store:
        return [(*o[:6], o.numerator, o.denominator) for o in store.facts(["attendance"], by=("sex",))]


def test_after_the_key_is_lost_both_extracts_loaded_again_go_on_under_a_new_one(
    given: Path, root: Path, private: Path, loaded: Load
) -> None:
    loaded(given)
    before, shown = hashes_in(root), figures(root)
    key_in(private).unlink()
    rewritten(given, "pupils", "marks")
    report = loaded(given)
    assert [each.text.split(",")[0] for each in report.messages if "key" in each.text] == [
        "the key of pupils' ids was not found"
    ]
    assert figures(root) == shown
    manifest = current_manifest(root)
    assert manifest is not None
    assert len({kept.key for kept in manifest.inputs if kept.key}) == 2
    assert len(before) == 2
    assert len(hashes_in(root)) == 4, "nothing links the new rows to the old ones"


def hashes_in(root: Path) -> set[object]:
    tables = [pq.read_table(path) for path in (root / "inputs").glob("*.parquet")]
    return {
        id
        for table in tables
        for name in table.column_names
        if name.split("\u0001")[-1] == "pupil"
        for id in table.column(name).to_pylist()
    }


def test_after_the_key_is_lost_the_same_files_given_again_take_the_place_of_what_was_loaded(
    given: Path, root: Path, private: Path, loaded: Load
) -> None:
    first = loaded(given)
    before, shown = hashes_in(root), figures(root)
    key_in(private).unlink()
    again = loaded(given)
    assert (again.changed, len(again.replaced)) == (True, 2)
    assert again.version != first.version
    assert figures(root) == shown
    manifest = current_manifest(root)
    assert manifest is not None
    assert len({kept.key for kept in manifest.inputs if kept.key}) == 1
    assert len(hashes_in(root) - before) == 2


@pytest.mark.parametrize("alone", ["pupils", "marks"])
def test_after_the_key_is_lost_one_extract_alone_is_refused_with_the_way_on(
    given: Path, root: Path, private: Path, loaded: Load, alone: str
) -> None:
    first = loaded(given)
    (path,) = given.glob(f"{alone}.*")
    lost = key_in(private).read_bytes()
    name = key_in(private)
    name.unlink()
    rewritten(given, alone)
    with pytest.raises(WarehouseError) as caught:
        load(examine([path]).accepted, root, private=private)
    said = str(caught.value)
    assert "pupils and marks of 900001 in 2025/26" in said
    assert "Load the whole extracts of both again, together" in said
    assert not [secret for secret in SECRETS if secret in said]
    with open_store(root) as store:
        assert store.meta.version == first.version
    name.write_bytes(lost)
    assert loaded(path).changed, "with the key put back it fits"


def test_after_the_key_is_lost_unloading_both_is_a_way_on_too(
    given: Path, root: Path, private: Path, loaded: Load
) -> None:
    loaded(given)
    shown = figures(root)
    key_in(private).unlink()
    undo.unload(root, dataset="attendance_marks")
    undo.unload(root, dataset="pupils")
    loaded(given)
    assert figures(root) == shown


def test_another_years_extracts_may_have_another_key(files: Files, root: Path, private: Path, loaded: Load) -> None:
    files.pupils(["QX7713ZA,900001,2024/25,4,F,Y,N,N,,"], "pupils24.csv")
    files.marks(["QX7713ZA,900001,2024-11-04,AM,/"], "marks24.csv")
    loaded(files.folder)
    key_in(private).unlink()
    files.pupils(["QX7713ZA,900001,2025/26,5,F,Y,N,N,,"], "pupils25.csv")
    files.marks(["QX7713ZA,900001,2025-11-03,AM,I"], "marks25.csv")
    loaded(files.folder / "pupils25.csv", files.folder / "marks25.csv")
    with open_store(root) as store:
        assert stored(store, "attendance", year="2024/25")[()] == (1, 1, 1)
        assert stored(store, "attendance")[()] == (0, 1, 1)


def test_a_key_of_an_earlier_engine_is_moved_out_once_and_that_is_said(
    given: Path, root: Path, private: Path, loaded: Load, tmp_path: Path
) -> None:
    loaded(given)
    hashes = hashes_in(root)
    text = key_in(private).read_text()
    key_in(private).unlink()
    former = root / "state" / "pupil.key"
    former.write_text(text.strip())
    (root / "state" / "folder-id").unlink()
    made = backup(root, tmp_path / "before.zip", private=None)
    with zipfile.ZipFile(made.path) as archive:
        assert "state/pupil.key" not in archive.namelist()
    rewritten(given, "marks")
    report = loaded(given)
    assert [each.kind for each in report.messages][:1] == ["moved"]
    assert str(key_in(private)) in report.messages[0].text
    assert key_in(private).read_text().strip() == text.strip()
    assert not former.exists()
    assert hashes_in(root) == hashes, "the same key makes the same hashes"
    assert not [each for each in loaded(given).messages if each.kind == "moved"]


def test_a_key_in_a_backup_of_an_earlier_engine_is_moved_out_as_it_is_restored(
    given: Path, root: Path, private: Path, loaded: Load, tmp_path: Path
) -> None:
    loaded(given)
    text = key_in(private).read_text().strip()
    made = backup(root, tmp_path / "new.zip", private=private)
    old = tmp_path / "old.zip"
    with zipfile.ZipFile(made.path) as source, zipfile.ZipFile(old, "w") as target:
        listing = json.loads(source.read("backup.json"))
        del listing["files"]["state/folder-id"]
        listing["files"]["state/pupil.key"] = hashlib.sha256(text.encode()).hexdigest()
        for name in source.namelist():
            if name not in ("backup.json", "state/folder-id"):
                target.writestr(name, source.read(name))
        target.writestr("state/pupil.key", text)
        target.writestr("backup.json", json.dumps(listing))
    other, elsewhere = tmp_path / "other", tmp_path / "elsewhere"
    restored = restore(other, old, private=elsewhere)
    assert [each.kind for each in restored.messages] == ["moved"]
    assert key_in(elsewhere).read_text().strip() == text
    assert_nothing_of((text,), everything_in(other))


def test_purging_everything_takes_the_key_along(given: Path, root: Path, private: Path, loaded: Load) -> None:
    loaded(given)
    other = root.parent / "other"
    load(examine([given]).accepted, other, private=private)
    kept = private / f"pupil-{(other / 'state' / 'folder-id').read_text().strip()}.key"
    purged = undo.purge(root, private=private)
    assert purged.searched.traces == ()
    assert key_in(private) == kept, "the other folder's key stays"
    assert_nothing_of(SECRETS, iter([("listing", repr(list(root.rglob("*"))).encode())]))
