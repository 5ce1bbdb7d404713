"""Who may read and write what: every role against every scope, beside a table written down here by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_engine.access import Role, Viewer
from kpi_engine.errors import NotYours
from kpi_engine.written import actions, notes
from kpi_engine.written.actions import Status
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import WHOLE_TRUST, Reader, Subject, may_correct, may_read, may_write
from tests.written.conftest import ADMIN, EXECUTIVE, FIGURE, HEAD, OTHER, OWN, entries, reader

ROWS = """
executive   own    read write
executive   other  read write
executive   trust  read write
executive   whole  read write
admin       own    read write
admin       other  read write
admin       trust  read write
admin       whole  read write
headteacher own    read write
headteacher other  -    -
headteacher trust  read -
headteacher whole  read -
governor    own    read -
governor    other  read -
governor    trust  read -
governor    whole  read -
"""
TABLE = {
    (role, scope): (read == "read", write == "write")
    for role, scope, read, write in map(str.split, ROWS.split("\n")[1:-1])
}
SUBJECTS = {
    "own": FIGURE,
    "other": Subject("suspensions", OTHER, "2025/26"),
    "trust": Subject("suspensions", "trust", "2025/26"),
    "whole": WHOLE_TRUST,
}


def who(role: str, hidden: bool = False, presenting: bool = False, small: bool = False) -> Reader:
    return reader(
        f"{role}@trust.example", role, Role(role), lambda _: hidden, presenting=presenting, small_numbers=small
    )


@given(
    st.sampled_from(sorted(TABLE)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_what_the_table_says_is_what_can_be_done(
    case: tuple[str, str], hidden: bool, presenting: bool, small: bool
) -> None:
    role, scope = case
    subject = SUBJECTS[scope]
    reads, writes = TABLE[case]
    shut = presenting or (hidden and scope != "whole")
    asking = who(role, hidden, presenting, small)
    assert may_read(asking, subject) is (reads and not shut)
    assert may_write(asking, subject) is (writes and not shut)
    assert may_correct(asking, subject, asking.viewer.user) is (writes and not shut)
    assert may_correct(asking, subject, "else@trust.example") is (
        writes and not shut and role in ("executive", "admin")
    )


def test_the_table_is_whole() -> None:
    assert {role for role, _ in TABLE} == {str(role) for role in Role}
    assert len(TABLE) == 16


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("case", sorted(TABLE), ids=lambda case: " ".join(case))
def test_every_change_is_refused_to_whoever_may_not_make_it_and_leaves_no_trace(
    book: Notebook, case: tuple[str, str], hidden: bool
) -> None:
    role, scope = case
    subject = SUBJECTS[scope]
    asking = who(role, hidden)
    action = actions.add(book, EXECUTIVE, subject, "Visit.", "Bo", dt.date(2026, 12, 1))
    calls: list[Callable[[], object]] = [
        lambda: actions.add(book, asking, subject, "Mine.", "Bo", dt.date(2026, 12, 1)),
        lambda: actions.change(book, asking, action.number, 1, "Mine.", "Bo", dt.date(2026, 12, 1)),
        lambda: actions.follow_up(book, asking, action.number, 2, "Mine.", Status.DONE),
    ]
    if scope != "whole":
        note = notes.write(book, EXECUTIVE, subject, "Theirs.")
        calls += [lambda: notes.write(book, asking, subject, "Mine.")]
        if role != "headteacher":
            calls += [
                lambda: notes.edit(book, asking, note.number, 1, "Mine."),
                lambda: notes.remove(book, asking, note.number, 2),
                lambda: notes.put_back(book, asking, note.number, 3),
            ]
    assert book.trail is not None
    before = (entries(book.trail), book.counter(), notes.everything(book), actions.everything(book))
    writes = TABLE[case][1] and not (hidden and scope != "whole")
    for call in calls:
        if writes:
            call()
            continue
        with pytest.raises(NotYours, match="headteachers beside those of the academies they lead"):
            call()
    after = (entries(book.trail), book.counter(), notes.everything(book), actions.everything(book))
    assert (after == before) is not writes


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("case", sorted(TABLE), ids=lambda case: " ".join(case))
def test_what_is_written_is_given_to_whoever_may_read_it(book: Notebook, case: tuple[str, str], hidden: bool) -> None:
    role, scope = case
    subject = SUBJECTS[scope]
    actions.add(book, EXECUTIVE, subject, "Visit.", "Bo", dt.date(2026, 12, 1))
    if scope != "whole":
        notes.write(book, EXECUTIVE, subject, "Theirs.")
    asking = who(role, hidden)
    reads = TABLE[case][0] and not (hidden and scope != "whole")
    assert len(actions.on(book, asking, subject)) == reads
    assert len(actions.seen(book, asking)) == reads
    assert len(notes.on(book, asking, subject)) == (reads and scope != "whole")


def test_a_headteacher_changes_the_own_words_and_not_those_of_others(book: Notebook) -> None:
    theirs = notes.write(book, EXECUTIVE, FIGURE, "Of the executive.").number
    own = notes.write(book, HEAD, FIGURE, "Of the head.").number
    for call in (
        lambda: notes.edit(book, HEAD, theirs, 1, "Nothing to see."),
        lambda: notes.remove(book, HEAD, theirs, 1),
    ):
        with pytest.raises(NotYours, match="changed by its author"):
            call()
    assert notes.edit(book, HEAD, own, 1, "Of the head, better.").edition == 2
    assert notes.edit(book, ADMIN, own, 2, "Of the head, mended.").edition == 3


def test_who_lost_the_academy_loses_the_own_note_with_it(book: Notebook) -> None:
    own = notes.write(book, HEAD, FIGURE, "Of the head.").number
    moved = Reader(Viewer(HEAD.viewer.user, Role.HEADTEACHER, frozenset({OTHER})), HEAD.name, lambda _: False)
    assert notes.on(book, moved, FIGURE) == ()
    with pytest.raises(NotYours):
        notes.edit(book, moved, own, 1, "Still mine?")
    assert OWN not in moved.viewer.academies


def test_a_note_stands_beside_a_figure_and_not_beside_the_whole_trust(book: Notebook) -> None:
    with pytest.raises(NotYours):
        notes.write(book, EXECUTIVE, WHOLE_TRUST, "About everything.")
