"""Exporting all that is written, forgetting a person, erasing a text: also from the file's bytes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kpi_engine.errors import CannotBeKept, Unfit
from kpi_engine.people.trail import Trail
from kpi_engine.written import actions, keeping, notes
from kpi_engine.written.actions import Status
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import WHOLE_TRUST, Subject
from tests.written.conftest import ADMIN, EXECUTIVE, FIGURE, HEAD, OTHER, at, entries
from tests.written.test_actions import DUE, KNOWN

BO, DI = "bo@trust.example", "di@trust.example"


@pytest.fixture
def filled(book: Notebook) -> Notebook:
    """A note that was edited, one that was removed, two actions."""
    notes.write(book, HEAD, FIGURE, "One year group, as Quill said.", at(0))
    notes.edit(book, EXECUTIVE, 1, 1, "Two year groups.", at(1))
    notes.write(book, EXECUTIVE, FIGURE, "Bo Farrow will look into it.", at(2))
    notes.remove(book, ADMIN, 2, 1, at(3))
    actions.add(book, EXECUTIVE, FIGURE, "Visit.", "Bo Farrow", DUE, KNOWN, at(4))
    actions.follow_up(book, HEAD, 1, 1, "Done in the morning.", Status.DONE, at(5))
    actions.add(book, EXECUTIVE, WHOLE_TRUST, "Meet.", "Bo F.", DUE, KNOWN, at(6))
    return book


def everything_in(path: Path) -> bytes:
    return b"".join(each.read_bytes() for each in path.parent.glob("written*"))


def test_every_step_is_exported_with_all_that_is_kept_of_it(filled: Notebook) -> None:
    rows = keeping.rows(filled)
    assert [(r.kind, r.number, r.edition, r.what, r.name) for r in rows] == [
        ("note", 1, 1, "written", "Bo Farrow"),
        ("note", 1, 2, "edited", "Di Penn"),
        ("note", 2, 1, "written", "Di Penn"),
        ("note", 2, 2, "removed", "Ada Quill"),
        ("action", 1, 1, "added", "Di Penn"),
        ("action", 1, 2, "done", "Bo Farrow"),
        ("action", 2, 1, "added", "Di Penn"),
    ]
    assert tuple(rows[5]) == (
        "action", 1, 2, "suspensions", "900006", "2025/26", "2026-11-23T12:05:00+00:00", BO, "Bo Farrow", "done",
        "Visit.", "Bo Farrow", BO, "2026-12-01", "done", "Done in the morning.",
    )  # fmt: skip
    assert (rows[0].text, rows[0].status, rows[2].status) == ("One year group, as Quill said.", "shown", "removed")
    # Counted beside the code, in plain SQL.
    connection = sqlite3.connect(filled.path)
    (steps,) = connection.execute(
        "SELECT (SELECT count(*) FROM note_edit) + (SELECT count(*) FROM action_event)"
    ).fetchone()
    connection.close()
    assert len(rows) == steps


def test_a_person_is_given_what_they_wrote_did_or_own(filled: Notebook) -> None:
    found = [(r.kind, r.number, r.edition) for r in keeping.rows(filled, BO)]
    assert found == [("note", 1, 1), ("action", 1, 1), ("action", 1, 2)]
    assert keeping.rows(filled, "nobody@trust.example") == []


def test_a_forgotten_person_stands_nowhere_but_within_texts_which_are_named(
    filled: Notebook, path: Path, trail: Trail
) -> None:
    done = keeping.forget(filled, "command line (ada)", BO, "Bo F.")
    assert done.still_named == ("note 2",)
    rows = keeping.rows(filled)
    assert [(r.user, r.name) for r in rows if r.number == 1 and r.edition == 1] == [
        ("", "(name removed)"), (DI, "Di Penn"),
    ]  # fmt: skip
    assert {r.owner for r in rows if r.kind == "action"} == {"(name removed)"}
    assert {r.owner_user for r in rows} == {""}
    assert [r.text for r in rows][:2] == ["One year group, as Quill said.", "Two year groups."]
    assert BO.encode() not in everything_in(path)
    assert entries(trail)[-1][1] == "purged"
    assert "bo@" not in entries(trail)[-1][2].lower()
    keeping.erase(filled, "command line (ada)", "note", 2)
    assert b"Bo F" not in everything_in(path)
    assert keeping.forget(filled, "command line (ada)", BO) == keeping.Forgotten(0, ())


def test_what_is_erased_is_in_no_byte_of_the_file_and_all_else_stays(
    filled: Notebook, path: Path, trail: Trail
) -> None:
    keeping.erase(filled, "command line (ada)", "note", 1)
    assert entries(trail)[-1] == ("command line (ada)", "purged", "note 1 with its history")
    assert [(r.kind, r.number) for r in keeping.rows(filled)] == [
        ("note", 2), ("note", 2), ("action", 1), ("action", 1), ("action", 2),
    ]  # fmt: skip
    for secret in (b"One year group", b"Two year groups"):
        assert secret not in everything_in(path)
    keeping.erase(filled, "command line (ada)", "action", 1)
    assert b"Done in the morning" not in everything_in(path)
    again = notes.write(filled, HEAD, FIGURE, "New.", at(9))
    assert again.number == 3, "a number that was given is never given again"
    with pytest.raises(CannotBeKept, match="only ever added to"), filled.writing() as connection:
        connection.execute("DELETE FROM note_edit")


def test_an_academy_s_are_erased_together(filled: Notebook, trail: Trail) -> None:
    notes.write(filled, EXECUTIVE, Subject("suspensions", OTHER, "2025/26"), "Stays.", at(7))
    assert keeping.erase_academy(filled, "command line (ada)", "900006") == 3
    assert [(r.kind, r.number, r.academy) for r in keeping.rows(filled)] == [
        ("note", 3, OTHER), ("action", 2, "trust"),
    ]  # fmt: skip
    assert entries(trail)[-1][2] == "3 notes and actions beside figures of 900006"


@pytest.mark.parametrize(("kind", "number"), [("note", 9), ("action", 9), ("meeting", 1), ("note_edit", 1)])
def test_what_is_not_there_is_said(filled: Notebook, kind: str, number: int) -> None:
    before = (keeping.rows(filled), filled.counter())
    with pytest.raises(Unfit):
        keeping.erase(filled, "somebody", kind, number)
    with pytest.raises(Unfit, match="nothing is written beside"):
        keeping.erase_academy(filled, "somebody", "900099")
    assert (keeping.rows(filled), filled.counter()) == before
