"""``notes``: everything that is written, exported; a person's name and a text taken out, and recorded."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.cli.main import main
from kpi_engine.people import private
from kpi_engine.people.trail import Trail
from kpi_engine.written import actions, notes
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import Reader, Subject

FIGURE = Subject("suspensions", "900006", "2025/26")
BO = Reader(Viewer("bo@trust.example", Role.HEADTEACHER, frozenset({"900006"})), "Bo Farrow", lambda _: False)
DI = Reader(Viewer("di@trust.example", Role.EXECUTIVE), "Di Penn", lambda _: False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUST_KPI_PRIVATE", str(tmp_path / "private"))
    return tmp_path / "private"


@pytest.fixture
def book(folder: Path) -> Notebook:
    made = Notebook.opened(folder / private.WRITTEN)
    notes.write(made, BO, FIGURE, "=1+1 is no formula,\nbut a “note”.")
    notes.edit(made, DI, 1, 1, "-2 neither.")
    actions.add(
        made, DI, FIGURE, "Visit Bo Farrow.", "Bo Farrow", dt.date(2026, 12, 1), {"bo@trust.example": "Bo Farrow"}
    )
    return made


def events(folder: Path) -> list[tuple[str, str]]:
    with Trail(folder / private.TRAIL) as trail:
        return [(entry.what, entry.detail) for entry in reversed(trail.read())]


def test_everything_is_exported_as_json(book: Notebook, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notes", "export", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(row["kind"], row["number"], row["edition"], row["user"], row["text"]) for row in found] == [
        ("note", 1, 1, "bo@trust.example", "=1+1 is no formula,\nbut a “note”."),
        ("note", 1, 2, "di@trust.example", "-2 neither."),
        ("action", 1, 1, "di@trust.example", "Visit Bo Farrow."),
    ]
    assert (found[2]["owner"], found[2]["due"], found[2]["status"]) == ("Bo Farrow", "2026-12-01", "open")


def test_everything_is_exported_as_csv_that_no_spreadsheet_calculates(
    book: Notebook, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["notes", "export"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["text"] for row in rows] == ["'=1+1 is no formula,\nbut a “note”.", "'-2 neither.", "Visit Bo Farrow."]
    assert rows[0]["academic_year"] == "2025/26"


def test_a_person_is_given_their_own_part(book: Notebook, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notes", "export", "--user", "BO@trust.example", "--format", "json"]) == 0
    assert [(r["kind"], r["edition"]) for r in json.loads(capsys.readouterr().out)] == [("note", 1), ("action", 1)]


def test_where_nothing_is_written_nothing_is_made(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notes", "export", "--format", "json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == []
    assert "Nothing of that kind has been written." in told.err
    assert main(["notes", "erase", "note", "1", "--yes"]) == 1
    assert not (folder / private.WRITTEN).exists()


def test_a_person_is_forgotten_and_what_names_them_still_is_told(
    book: Notebook, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["notes", "forget", "bo@trust.example", "--yes"]) == 1
    assert "Still named within the text of: action 1." in capsys.readouterr().err
    assert main(["notes", "erase", "action", "1", "--yes"]) == 0
    assert main(["notes", "forget", "bo@trust.example", "--yes"]) == 0
    main(["notes", "export"])
    assert "Bo Farrow" not in capsys.readouterr().out
    assert [what for what, _ in events(folder)] == ["purged"] * 3


def test_an_academy_s_are_erased_together(book: Notebook, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notes", "erase", "academy", "900006", "--yes"]) == 0
    assert "Backups of the private folder may still hold it." in capsys.readouterr().out
    assert notes.everything(book) == actions.everything(book) == ()
    assert events(folder) == [("purged", "2 notes and actions beside figures of 900006")]


@pytest.mark.parametrize(
    "command", [("forget", "bo@trust.example"), ("erase", "note", "1"), ("erase", "academy", "900006")]
)
def test_nothing_is_taken_out_before_somebody_agrees(
    book: Notebook, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (notes.everything(book), actions.everything(book))
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["notes", *command]) == 2
    assert "add --yes to go ahead" in capsys.readouterr().err

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("no\n"))
    assert main(["notes", *command]) == 1
    assert (notes.everything(book), actions.everything(book)) == before


def test_what_is_not_there_is_an_error(book: Notebook, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("erase", "note", "7"), ("erase", "action", "7"), ("erase", "academy", "900099")):
        assert main(["notes", *command, "--yes"]) == 1
    assert "“notes export” lists the numbers" in capsys.readouterr().err
