"""Actions: what, who, until when; followed up until done, with every step kept."""

from __future__ import annotations

import datetime as dt

import pytest

from kpi_engine.errors import ChangedSince, NotYours, Unfit
from kpi_engine.people.trail import Trail
from kpi_engine.written import actions
from kpi_engine.written.actions import Action, Status
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import WHOLE_TRUST, Reader, Subject
from tests.written.conftest import ADMIN, EXECUTIVE, FIGURE, GOVERNOR, HEAD, OTHER, TRUST_FIGURE, at, entries

DUE = dt.date(2026, 12, 1)
KNOWN = {"bo@trust.example": "Bo Farrow", "ed@trust.example": "Ed Rook", "eve@trust.example": "Ed Rook"}


def added(
    book: Notebook, text: str = "Visit.", due: object = DUE, minutes: float = 0, who: Reader = EXECUTIVE
) -> Action:
    return actions.add(book, who, FIGURE, text, "Bo Farrow", due, KNOWN, at(minutes))


def test_an_action_says_what_who_and_until_when(book: Notebook) -> None:
    action = added(book)
    assert actions.on(book, HEAD, FIGURE) == (action,)
    now = action.now
    assert (now.text, now.owner, now.owner_user, now.due, now.status) == (
        "Visit.", "Bo Farrow", "bo@trust.example", DUE, "open",
    )  # fmt: skip
    assert (now.name, now.at, action.edition, action.is_open) == ("Di Penn", at(0), 1, True)


@pytest.mark.parametrize(
    ("typed", "owner", "user"),
    [
        (" bo  farrow ", "Bo Farrow", "bo@trust.example"),
        ("BO@trust.example", "Bo Farrow", "bo@trust.example"),
        ("The SENCO", "The SENCO", ""),
        ("Ed Rook", "Ed Rook", ""),
    ],
)
def test_an_owner_is_recognised_where_one_person_alone_is_meant(
    book: Notebook, typed: str, owner: str, user: str
) -> None:
    now = actions.add(book, EXECUTIVE, FIGURE, "Visit.", typed, DUE, KNOWN).now
    assert (now.owner, now.owner_user) == (owner, user)


def test_it_is_followed_up_until_it_is_done_and_may_be_opened_again(book: Notebook) -> None:
    number = added(book).number
    actions.follow_up(book, HEAD, number, 1, "A day has been agreed.", now=at(10))
    actions.follow_up(book, HEAD, number, 2, "", Status.DONE, at(20))
    actions.follow_up(book, EXECUTIVE, number, 3, "Once more in spring.", Status.OPEN, at(30))
    action = actions.follow_up(book, EXECUTIVE, number, 4, "Not needed.", Status.DROPPED, at(40))
    assert [(s.edition, str(s.what), str(s.status), s.said, s.name) for s in action.steps] == [
        (1, "added", "open", "", "Di Penn"),
        (2, "followed up", "open", "A day has been agreed.", "Bo Farrow"),
        (3, "done", "done", "", "Bo Farrow"),
        (4, "opened again", "open", "Once more in spring.", "Di Penn"),
        (5, "dropped", "dropped", "Not needed.", "Di Penn"),
    ]
    assert {(s.text, s.owner, s.due) for s in action.steps} == {("Visit.", "Bo Farrow", DUE)}


def test_a_change_keeps_what_was_before(book: Notebook) -> None:
    number = added(book).number
    later = DUE + dt.timedelta(days=7)
    action = actions.change(book, HEAD, number, 1, "Visit twice.", "The SENCO", later, KNOWN, at(5))
    before, now = action.steps
    assert (before.text, before.owner, before.owner_user, before.due) == (
        "Visit.", "Bo Farrow", "bo@trust.example", DUE,
    )  # fmt: skip
    assert (str(now.what), now.text, now.owner, now.owner_user, now.due) == (
        "changed", "Visit twice.", "The SENCO", "", later,
    )  # fmt: skip
    assert actions.change(book, HEAD, number, 2, "Visit twice.", "The SENCO", later, KNOWN, at(6)).edition == 2


def test_nobody_changes_what_they_have_not_read_but_two_may_say_something(book: Notebook) -> None:
    number = added(book).number
    actions.follow_up(book, HEAD, number, 1, "First.", now=at(1))
    actions.follow_up(book, ADMIN, number, 1, "Second.", now=at(2))
    for late in (
        lambda: actions.follow_up(book, EXECUTIVE, number, 1, "All done.", Status.DONE, at(3)),
        lambda: actions.change(book, EXECUTIVE, number, 2, "Other.", "Bo", DUE, KNOWN, at(3)),
    ):
        with pytest.raises(ChangedSince, match="Ada Quill has changed this action since you opened it"):
            late()
    (action,) = actions.on(book, EXECUTIVE, FIGURE)
    assert [s.said for s in action.steps] == ["", "First.", "Second."]
    assert action.is_open


@pytest.mark.parametrize(
    ("text", "owner", "due", "said"),
    [
        ("", "Bo", DUE, "what shall be done is empty"),
        ("x" * 601, "Bo", DUE, "601 characters"),
        ("Ring 1@home.example", "Bo", DUE, "e-mail address"),
        ("Visit.", " ", DUE, "nobody who does it"),
        ("Visit.", "x" * 121, DUE, "121 characters, and 120"),
        ("Visit.", "Bo", None, "no due date"),
        ("Visit.", "Bo", "2026-12-01", "no due date"),
        ("Visit.", "Bo", at(0), "no due date"),
        ("Visit.", "Bo", dt.date(1999, 12, 31), "no due date"),
        ("Visit.", "Bo", dt.date(2101, 1, 1), "no due date"),
    ],
)
def test_an_action_without_its_parts_is_refused(book: Notebook, text: str, owner: str, due: object, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        actions.add(book, EXECUTIVE, FIGURE, text, owner, due)
    number = added(book).number
    with pytest.raises(Unfit, match=said):
        actions.change(book, EXECUTIVE, number, 1, text, owner, due)
    assert len(actions.everything(book)) == 1


def test_a_follow_up_says_something_or_changes_something(book: Notebook) -> None:
    number = added(book).number
    for status in (None, Status.OPEN):
        with pytest.raises(Unfit, match="write how it is going"):
            actions.follow_up(book, EXECUTIVE, number, 1, " \n", status)
    with pytest.raises(Unfit, match="601 characters"):
        actions.follow_up(book, EXECUTIVE, number, 1, "x" * 601)


def test_open_ones_come_by_due_date_and_the_others_after_them_newest_first(book: Notebook) -> None:
    days = {"c": dt.date(2026, 12, 20), "a": dt.date(2026, 11, 1), "b": dt.date(2026, 12, 1), "x": DUE, "y": DUE}
    numbers = {text: added(book, text, due).number for text, due in days.items()}
    actions.follow_up(book, EXECUTIVE, numbers["x"], 1, "", Status.DONE, at(10))
    actions.follow_up(book, EXECUTIVE, numbers["y"], 1, "", Status.DROPPED, at(20))
    assert [action.now.text for action in actions.on(book, EXECUTIVE, FIGURE)] == ["a", "b", "c", "y", "x"]


def test_overdue_begins_the_day_after_and_ends_when_it_is_done(book: Notebook) -> None:
    action = added(book)
    assert [action.overdue(DUE + dt.timedelta(days=d)) for d in (-3, 0, 1, 40)] == [0, 0, 1, 40]
    done = actions.follow_up(book, EXECUTIVE, action.number, 1, "", Status.DONE)
    assert done.overdue(DUE + dt.timedelta(days=40)) == 0


def test_everybody_is_given_the_actions_they_may_read(book: Notebook) -> None:
    elsewhere = Subject("suspensions", OTHER, "2025/26")
    for text, subject in (("own", FIGURE), ("other", elsewhere), ("trust", TRUST_FIGURE), ("whole", WHOLE_TRUST)):
        actions.add(book, EXECUTIVE, subject, text, "Bo", DUE)
    given = {
        who.name: {action.now.text for action in actions.seen(book, who)} for who in (EXECUTIVE, ADMIN, HEAD, GOVERNOR)
    }
    every = {"own", "other", "trust", "whole"}
    assert given == {"Di Penn": every, "Ada Quill": every, "Bo Farrow": every - {"other"}, "Cy Marl": every}
    closed = Reader(EXECUTIVE.viewer, EXECUTIVE.name, lambda subject: subject == FIGURE)
    assert {action.now.text for action in actions.seen(book, closed)} == every - {"own"}


def test_an_action_that_is_not_there_is_nobody_s(book: Notebook) -> None:
    with pytest.raises(NotYours, match="no such action"):
        actions.follow_up(book, EXECUTIVE, 5, 1, "Text.")


def test_pressing_twice_adds_one(book: Notebook) -> None:
    assert added(book, minutes=0) == added(book, minutes=0.5)
    added(book, "Another.", minutes=0.6)
    added(book, minutes=3)
    assert len(actions.everything(book)) == 3


def test_each_change_is_in_the_trail_without_its_text(book: Notebook, trail: Trail) -> None:
    number = added(book).number
    actions.follow_up(book, HEAD, number, 1, "Well.", Status.DONE, at(1))
    actions.add(book, EXECUTIVE, WHOLE_TRUST, "Meet.", "Bo", DUE, now=at(2))
    assert entries(trail) == [
        ("di@trust.example", "action changed", "action 1 added: suspensions, 900006, 2025/26"),
        ("bo@trust.example", "action changed", "action 1 done: suspensions, 900006, 2025/26"),
        ("di@trust.example", "action changed", "action 2 added: the trust"),
    ]
