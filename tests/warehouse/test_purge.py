"""A purged academy is in no file that is left, and the search that says so can find it wherever it may be."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from kpi_engine.errors import Finding, UsageError, WarehouseError
from kpi_engine.intake.layout import Accepted
from kpi_engine.warehouse import files, folder, housekeeping, traces, undo
from kpi_engine.warehouse.backup import backup
from kpi_engine.warehouse.folder import load

Make = Callable[..., Accepted]
GONE, FORMER = "900002", "900102"
REVIEWS = "urn,review_date,reviewer_organisation,external,scope,outcome\n"
CASH = "month,closing_cash,policy_floor,forecast_3m_low,annual_expenditure\n"


@pytest.fixture
def filled(root: Path, academies: Accepted, ks2: Make, read: Make) -> Path:
    """Three academies, one of which has a predecessor, with published figures and returns."""
    rows = [*ks2().table.frame.agg(",".join, axis=1), f"1,{FORMER},33,14,13,51%,71%,85%,81%,85%,85%,1.7,-0.6,4,96%"]
    lessons = read(
        "return_lesson_quality",
        "lessons.csv",
        "urn,academic_year,term,department,reviews,good_or_better\n"
        f"900001,2024/25,Autumn,Science,10,8\n{GONE},2024/25,Autumn,Science,3,3\n900005,2024/25,Autumn,Science,9,5\n",
    )
    noted = replace(
        lessons.table, notes=(Finding("lessons.csv", f"3 of {GONE} are few", 3, "reviews", "3", blocking=False),)
    )
    load([academies, ks2(rows=rows), replace(lessons, table=noted)], root)
    return root


def text_of(root: Path) -> Iterator[tuple[str, str]]:
    """Everything in a folder as text, read without the engine."""
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        place = path.relative_to(root).as_posix()
        yield place, place
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            yield place, f"{table.schema.metadata}{table.to_pydict()}"
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as database:
                for (name,) in database.execute("SELECT table_name FROM information_schema.tables").fetchall():
                    yield f"{place} {name}", str(database.execute(f"SELECT * FROM {name}").fetchall())
        else:
            yield place, path.read_bytes().decode("latin-1")


def left(root: Path, *texts: str) -> list[str]:
    return sorted({place for place, text in text_of(root) if any(each in text for each in texts)})


def search(root: Path, *urns: str, names: tuple[str, ...] = ()) -> traces.Searched:
    return traces.search(root, urns, names, folder.layouts_by_id())


def test_before_a_purge_the_search_finds_the_academy_wherever_it_is(filled: Path) -> None:
    found = search(filled, GONE, FORMER)
    assert any("(ks2.csv), column 'URN', row 3 and 1 more cells" in trace for trace in found.traces)
    assert any("(lessons.csv), column 'urn', row 3" in trace for trace in found.traces)
    assert any("(academies.csv), column 'urn', row 3" in trace for trace in found.traces)
    assert any("(academies.csv), column 'predecessor_urn', row 3" in trace for trace in found.traces)
    assert any("table facts, column 'urn'" in trace for trace in found.traces)
    assert any("table roster, column 'predecessors'" in trace for trace in found.traces)
    assert any(trace.startswith("manifests/") for trace in found.traces), "a note of the load"
    assert found.strange == ()
    places = {trace.split(" ")[0].rstrip(",") for trace in found.traces}
    assert places == {place.split(" ")[0] for place in left(filled, GONE, FORMER)}


def test_a_purge_leaves_nothing_and_proves_it(filled: Path, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "kept.zip")
    housekeeping.pin(filled, made.version, "Board meeting, 6 July 2026")
    purged = undo.purge(filled, GONE)
    assert purged.rows == 4
    assert purged.backups == (str(made.path.resolve()),)
    assert purged.searched.traces == ()
    assert left(filled, GONE, FORMER, "Tansymere") == []
    inside = [each for each in filled.rglob("*") if each.is_file() and not each.name.startswith("lock-holder")]
    assert purged.searched.files == len(inside) + 1
    with duckdb.connect(str(next(filled.glob("warehouse-*.duckdb"))), read_only=True) as database:
        (tables,) = database.execute("SELECT count(*) FROM information_schema.tables").fetchone()  # type: ignore[misc]
    assert purged.searched.tables == tables + 3
    assert purged.searched.cells > 500


def test_what_is_hidden_because_of_the_version_before_does_not_bring_the_academy_back(filled: Path) -> None:
    undo.purge(filled, GONE)
    load([], filled, as_at=None)
    assert left(filled, GONE, FORMER) == []


def test_a_figure_that_looks_like_the_urn_is_no_trace(filled: Path, read: Make) -> None:
    load([read("return_cash", "cash.csv", f"{CASH}2025-09,{GONE},300000,310000,6000000\n")], filled)
    purged = undo.purge(filled, GONE)
    assert purged.searched.traces == ()
    assert [place for place in left(filled, GONE) if not place.startswith("warehouse")] == [
        each.relative_to(filled).as_posix()
        for each in (filled / "inputs").glob("*")
        if GONE in str(pq.read_table(each))
    ]


@pytest.mark.parametrize("text", [f"joint review with {GONE}", f"URN:{GONE}.", f"({FORMER})"])
def test_a_mention_in_another_academys_row_makes_the_purge_incomplete(filled: Path, read: Make, text: str) -> None:
    load([read("return_qa_reviews", "reviews.csv", f"{REVIEWS}900001,2025-11-03,Ashgrove,Y,{text},\n")], filled)
    purged = undo.purge(filled, GONE)
    assert any("(reviews.csv), column 'scope', row 2" in trace for trace in purged.searched.traces)
    assert any("table reviews, column 'scope'" in trace for trace in purged.searched.traces)
    undo.unload(filled, file="reviews.csv")
    again = undo.purge(filled, FORMER if FORMER in text else GONE)
    assert (again.rows, again.searched.traces) == (0, ())
    assert left(filled, GONE, FORMER) == []


def test_an_academy_that_is_nowhere_is_not_purged(filled: Path) -> None:
    before = {path: path.read_bytes() for path in filled.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="no loaded file has a row about 999999"):
        undo.purge(filled, "999999")
    with pytest.raises(UsageError, match="has six digits"):
        undo.purge(filled, "Tansymere")
    assert {path: path.read_bytes() for path in filled.rglob("*") if path.is_file()} == before


@pytest.fixture
def written(filled: Path) -> Path:
    """What people may have written: a database in use, a frozen meeting, a note about another academy."""
    state = filled / "state"
    (state / "meetings").mkdir(parents=True)
    with contextlib.closing(sqlite3.connect(state / "notes.sqlite")) as notes, notes:
        notes.execute("PRAGMA journal_mode = WAL")
        notes.execute("CREATE TABLE commentary (academy, text)")
        notes.execute("CREATE TABLE seen (urn INTEGER, kpi TEXT, PRIMARY KEY (urn, kpi)) WITHOUT ROWID")
        rows = [("900001", "Quiet."), (GONE, "Attendance fell."), ("900005", "Lent staff to Tansymere Primary.")]
        notes.executemany("INSERT INTO commentary VALUES (?, ?)", rows)
        notes.executemany("INSERT INTO seen VALUES (?, 'attendance')", [(900001,), (int(GONE),)])
    (state / "meetings" / "july.json").write_text(json.dumps({"urn": GONE, "value": 91.2}), encoding="utf-8")
    (state / "meetings" / "june.json").write_text(json.dumps({"urn": "900001", "value": 90}), encoding="utf-8")
    (state / "meetings" / "may.txt").write_text("Tansymere Primary", encoding="utf-16-le")
    return filled


def test_what_people_wrote_about_the_academy_goes_and_is_named(written: Path) -> None:
    before = search(written, GONE, FORMER, names=("Tansymere Primary",)).traces
    for place in ("state/meetings/july.json", "state/meetings/may.txt", "state/notes.sqlite, table seen"):
        assert any(trace.startswith(place) for trace in before), place
    purged = undo.purge(written, GONE)
    assert purged.state == ("state/meetings/july.json", "state/meetings/may.txt", "3 rows of state/notes.sqlite")
    assert purged.searched.traces == ()
    assert left(written, GONE, FORMER, "Tansymere", "Attendance fell") == []
    assert (written / "state" / "meetings" / "june.json").exists()
    with contextlib.closing(sqlite3.connect(written / "state" / "notes.sqlite")) as notes:
        assert notes.execute("SELECT * FROM commentary").fetchall() == [("900001", "Quiet.")]
        assert notes.execute("SELECT * FROM seen").fetchall() == [(900001, "attendance")]


def test_a_database_that_somebody_writes_in_stops_the_purge_aloud(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpi_engine.warehouse.state._WAIT", 0.1)
    with contextlib.closing(sqlite3.connect(written / "state" / "notes.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WarehouseError, match=r"state/notes\.sqlite could not be searched and purged"):
            undo.purge(written, GONE)
        other.rollback()
    assert undo.purge(written, GONE).searched.traces == ()


def test_a_file_that_cannot_be_removed_is_named(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = next(filled.glob("warehouse-*.duckdb")).name
    remove = files.remove

    def held(path: Path) -> bool:
        return False if path.name == old else remove(path)

    monkeypatch.setattr(files, "remove", held)
    purged = undo.purge(filled, GONE)
    assert purged.searched.traces == (f"{old} is still there, because another program holds it open",)
    assert undo.purge(filled).searched.traces == purged.searched.traces
    monkeypatch.undo()
    assert undo.purge(filled).searched.traces == ()


def test_files_of_others_are_named_and_searched_as_they_are(filled: Path) -> None:
    (filled / "plan.txt").write_text(f"what to do about {GONE}", encoding="utf-8")
    (filled / "copy.zip").write_bytes(b"PK")
    found = undo.purge(filled, GONE).searched
    assert found.strange == ("copy.zip", "plan.txt")
    assert found.traces == ("plan.txt mentions it",)
    (filled / "plan.txt").unlink()
    again = undo.purge(filled).searched
    assert (again.traces, again.strange) == ((), ("copy.zip",))


def test_everything_purged_leaves_the_lock_and_what_is_out_of_reach(filled: Path, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "kept.zip")
    made.path.rename(tmp_path / "moved.zip")
    purged = undo.purge(filled)
    assert purged.out_of_reach == (str((tmp_path / "kept.zip").resolve()),)
    assert purged.searched.traces == ()
    assert sorted(each.name for each in filled.rglob("*") if each.is_file()) == ["backups.json", "lock"]


def test_title_rows_that_mention_the_academy_lose_it(root: Path, academies: Accepted, ks2: Make) -> None:
    table = replace(ks2().table, preamble=(f"Schools 900001, {GONE}", "Key stage 2"))
    load([academies, replace(ks2(), table=table)], root)
    assert undo.purge(root, GONE).searched.traces == ()
    assert left(root, GONE) == []
