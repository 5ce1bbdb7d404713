"""No id, name, number or birth date of a pupil gets past the door: not into a file, a log, an error or an export."""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpi_engine.__main__ import main
from kpi_engine.errors import Damaged
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
    if os.name != "nt":
        assert stat.S_IMODE((restored / "state" / "pupil.key").stat().st_mode) == 0o600


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


def test_the_key_is_made_once_for_its_owner_only_and_makes_the_same_hashes_again(
    given: Path, root: Path, loaded: Load
) -> None:
    loaded(given)
    key = root / "state" / "pupil.key"
    text = key.read_text()
    assert re.fullmatch("[0-9a-f]{64}", text)
    if os.name != "nt":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
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


def test_another_folder_has_another_key_and_the_same_figures(
    given: Path, root: Path, loaded: Load, tmp_path: Path
) -> None:
    loaded(given)
    other = tmp_path / "other"
    load(examine([given]).accepted, other)
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


def test_a_lost_key_is_said_before_anything_is_kept_under_another(given: Path, root: Path, loaded: Load) -> None:
    loaded(given)
    (root / "state" / "pupil.key").unlink()
    (given / "pupils.csv").write_text("\n".join([PUPILS_HEADER, PUPILS[0]]) + "\n")
    with pytest.raises(Damaged, match=r"state/pupil.key is missing.*unload pupils and attendance_marks"):
        load(examine([given / "pupils.csv"]).accepted, root)
    assert not (root / "state" / "pupil.key").exists()


def test_purging_everything_takes_the_key_along(given: Path, root: Path, loaded: Load) -> None:
    loaded(given)
    undo.purge(root)
    assert not (root / "state" / "pupil.key").exists()
    assert_nothing_of(SECRETS, iter([("listing", repr(list(root.rglob("*"))).encode())]))
