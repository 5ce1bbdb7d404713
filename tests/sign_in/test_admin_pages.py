"""The pages for administrators: people, their accounts, and the trail."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.access import Role
from kpi_engine.people import directory, private
from kpi_engine.people.accounts import Accounts
from kpi_engine.people.directory import Person
from kpi_engine.people.sessions import Sessions
from kpi_engine.people.trail import Event, Trail
from tests.app.conftest import ADMIN, EXECUTIVE, GOVERNOR, HEAD, Open, heading, session_of, text_of
from tests.sign_in.conftest import PASSWORD
from tests.sign_in.test_password import sign_in

First = Callable[..., AppTest]
Told = Callable[[], list[tuple[str, str, str]]]


def chosen(app: AppTest, user: str) -> AppTest:
    return app.selectbox(key="person-chosen").select(user).run()


def pressed(app: AppTest, what: str, user: str) -> AppTest:
    """Press a button, and yes where it asks."""
    app.button(key=f"do-{what}-{user}").click().run()
    if any(button.key == f"yes-{what}-{user}" for button in app.button):
        app.button(key=f"yes-{what}-{user}").click().run()
    return app


def people(folder: Path) -> dict[str, Person]:
    return dict(directory.read(folder / private.DIRECTORY))


def test_everybody_is_listed_with_role_account_and_last_sign_in(
    open_app: Open, open_first: First, accounts: Accounts, folder: Path
) -> None:
    accounts.disable(GOVERNOR)
    accounts.add("ed@trust.example")
    open_app(user=HEAD)
    said = text_of(open_first("accounts"))
    rows = [row for row in said.split("<tr>") if "<td>" in row]
    assert len(rows) == 5
    assert "Headteacher of Netherquill Academy" in rows[0]
    assert "Can sign in" in rows[0]
    assert "–" not in rows[0]
    assert "Executive" in rows[1]
    assert "<td>–</td>" in rows[1]
    assert "Disabled" in rows[2]
    assert "Administrator" in rows[3]
    assert "Not in the directory" in rows[4]
    assert "Link has run out" in rows[4]


def test_somebody_new_gets_a_link_that_is_shown_once(
    open_first: First, open_app: Open, accounts: Accounts, folder: Path, trail: Told
) -> None:
    app = open_first("accounts")
    app.text_input[0].input("Flo@Trust.example")
    app.text_input(key="name-of-new").input("Flo Ember")
    app.multiselect(key="academies-of-new").select("900001")
    app.button(key="FormSubmitter:person-new-Add").click().run()
    assert not app.exception
    assert people(folder)["flo@trust.example"] == Person(
        "flo@trust.example", "Flo Ember", Role.HEADTEACHER, frozenset({"900001"})
    )
    address = app.code[0].value
    code = address.rpartition("invite=")[2]
    assert accounts.invited(code) == "flo@trust.example"
    assert "Headteacher of Quillbrook Primary" in text_of(app)
    assert [what for who, what, _ in trail() if who == ADMIN] == ["signed in", "directory changed", "account added"]
    assert code not in str(trail())
    app.run()
    assert len(app.code) == 0
    assert heading(open_app(user="", invite=code)) == "Choose a password"


@pytest.mark.parametrize(
    ("user", "role", "said"),
    [
        ("", Role.EXECUTIVE, "The user name is empty;"),
        ("flo ember", Role.EXECUTIVE, "The user name &#x27;flo ember&#x27; holds"),
        (EXECUTIVE, Role.EXECUTIVE, "is in the directory already"),
        ("flo@trust.example", Role.HEADTEACHER, "A headteacher leads at least one academy; choose which."),
    ],
)
def test_what_cannot_be_added_is_said_and_changes_nothing(
    open_first: First, accounts: Accounts, folder: Path, user: str, role: Role, said: str
) -> None:
    before = people(folder)
    app = open_first("accounts")
    app.text_input[0].input(user)
    app.selectbox(key="role-of-new").select(role)
    app.button(key="FormSubmitter:person-new-Add").click().run()
    assert not app.exception
    assert said in text_of(app)
    assert people(folder) == before
    assert accounts.find("flo@trust.example") is None


def test_a_changed_role_holds_from_the_next_click_of_whoever_it_is_about(
    open_first: First, open_app: Open, accounts: Accounts, trail: Told
) -> None:
    other = open_app(user=EXECUTIVE)
    app = chosen(open_first("accounts"), EXECUTIVE)
    app.selectbox(key=f"role-of-{EXECUTIVE}").select(Role.HEADTEACHER)
    app.multiselect(key=f"academies-of-{EXECUTIVE}").select("900001")
    app.button(key=f"FormSubmitter:person-{EXECUTIVE}-Save").click().run()
    assert "Saved: Di Penn, Headteacher of Quillbrook Primary." in text_of(app)
    other.run()
    assert heading(other) == "What needs Quillbrook Primary’s attention"
    assert (ADMIN, "directory changed", f"now {EXECUTIVE}, headteacher of 900001") in trail()


def test_what_hurts_is_asked_first(open_first: First, accounts: Accounts, folder: Path) -> None:
    app = chosen(open_first("accounts"), HEAD)
    for what in ("disable", "reset", "remove"):
        app.button(key=f"do-{what}-{HEAD}").click().run()
        app.button(key=f"no-{what}-{HEAD}").click().run()
        assert not any(str(button.key).startswith("yes-") for button in app.button)
    assert HEAD in people(folder)
    assert accounts.verify(HEAD, PASSWORD).outcome == "ok"


def test_a_question_is_not_answered_for_somebody_else(open_first: First, accounts: Accounts, folder: Path) -> None:
    app = chosen(open_first("accounts"), HEAD)
    app.button(key=f"do-remove-{HEAD}").click().run()
    chosen(app, EXECUTIVE)
    assert not any(str(button.key).startswith("yes-") for button in app.button)
    assert {HEAD, EXECUTIVE} <= set(people(folder))


def test_disable_enable_reset_and_remove_end_sessions_at_once(
    open_first: First, open_app: Open, accounts: Accounts, folder: Path, trail: Told
) -> None:
    app = chosen(open_first("accounts"), HEAD)
    other = open_app(user=HEAD)
    pressed(app, "disable", HEAD)
    other.run()
    assert heading(other) == "Sign in"
    assert "Disabled" in text_of(app)
    app.run()
    pressed(app, "enable", HEAD)
    assert accounts.verify(HEAD, PASSWORD).outcome == "ok"
    app.run()
    other = open_app(user=HEAD)
    pressed(app, "reset", HEAD)
    code = app.code[0].value.rpartition("invite=")[2]
    other.run()
    assert heading(other) == "Sign in"
    assert accounts.invited(code) == HEAD
    assert accounts.verify(HEAD, PASSWORD).outcome == "wrong"
    other = open_app(user=HEAD)
    pressed(app, "remove", HEAD)
    other.run()
    assert heading(other) == "Sign in"
    assert HEAD not in people(folder)
    assert accounts.find(HEAD) is None
    done = [what for who, what, _ in trail() if who == ADMIN][1:]
    assert done == ["account disabled", "account enabled", "account reset", "directory changed"]


def test_an_administrator_cannot_take_their_own_rights_away(
    open_first: First, accounts: Accounts, folder: Path
) -> None:
    app = chosen(open_first("accounts"), ADMIN)
    assert not any(str(button.key).startswith("do-") for button in app.button)
    assert app.selectbox(key=f"role-of-{ADMIN}").disabled
    # A disabled field can still be sent another value.
    app.session_state[f"role-of-{ADMIN}"] = Role.GOVERNOR
    app.button(key=f"FormSubmitter:person-{ADMIN}-Save").click().run()
    assert people(folder)[ADMIN].role is Role.ADMIN


def test_of_two_administrators_one_stays_whatever_both_do_at_once(
    open_first: First, accounts: Accounts, folder: Path
) -> None:
    second = "eve@trust.example"
    directory.add(folder / private.DIRECTORY, Person(second, "Eve Holm", Role.ADMIN))
    accounts.add(second, PASSWORD, must_change=False)
    one, other = chosen(open_first("accounts"), second), chosen(open_first("accounts", user=second), ADMIN)
    pressed(one, "remove", second)
    pressed(other, "remove", ADMIN)
    assert [p.user for p in people(folder).values() if p.role is Role.ADMIN] == [ADMIN]


def test_nothing_is_changed_while_the_trail_cannot_be_written(
    open_first: First, accounts: Accounts, folder: Path
) -> None:
    app = chosen(open_first("accounts"), HEAD)
    app.button(key=f"do-remove-{HEAD}").click().run()
    for file in folder.glob("trail.sqlite*"):
        file.unlink()
    (folder / private.TRAIL).mkdir()
    app.button(key=f"yes-remove-{HEAD}").click().run()
    assert not app.exception
    assert HEAD in people(folder)
    assert accounts.find(HEAD) is not None


def test_the_trail_is_shown_newest_first_and_filtered(open_first: First, open_app: Open, folder: Path) -> None:
    open_app(user=HEAD)
    open_app("trail", user=GOVERNOR)
    app = open_first("trail")
    rows = [row for row in text_of(app).split("<tr>") if "<td" in row]
    assert len(rows) == 4
    assert ADMIN in rows[0]
    assert "the page trail" in rows[1]
    app.selectbox(key="trail-person").select(HEAD).run()
    assert [HEAD in row for row in text_of(app).split("<tr>") if "<td" in row] == [True]
    app.selectbox(key="trail-event").select(Event.REFUSED).run()
    assert "Nothing of that kind has been recorded." in text_of(app)
    app.selectbox(key="trail-person").select("").run()
    assert "the page trail" in text_of(app)


def test_an_export_is_what_is_shown_and_is_itself_recorded(
    open_first: First, folder: Path, trail: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    Trail(folder / private.TRAIL).add("=cmd()", Event.REFUSED, "@x")
    files: list[bytes] = []
    monkeypatch.setattr("streamlit.download_button", lambda *given, **_: files.append(given[1]))
    app = open_first("trail")
    assert files == []
    app.button(key="trail-export").click().run()
    assert not app.exception
    (content,) = files
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["number", "at", "who", "what", "detail"]
    assert [row[2:] for row in rows[1:]] == [[ADMIN, "signed in", "admin"], ["'=cmd()", "refused", "'@x"]]
    assert trail()[-1] == (ADMIN, "exported", "the trail as CSV, 2 entries")


def test_a_trail_that_was_tampered_with_is_found_out(open_first: First, folder: Path) -> None:
    app = open_first("trail")
    app.button(key="trail-check").click().run()
    assert "are as they were written" in text_of(app)
    import sqlite3

    with sqlite3.connect(folder / private.TRAIL) as connection:
        for name in [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE entries SET who = 'somebody else'")
    connection.close()
    app.button(key="trail-check").click().run()
    assert "The trail is broken." in text_of(app)


def test_a_session_of_an_administrator_who_was_removed_shows_nothing(
    open_first: First, accounts: Accounts, folder: Path
) -> None:
    app = open_first("trail")
    directory.add(folder / private.DIRECTORY, Person("eve@trust.example", "Eve Holm", Role.ADMIN))
    Sessions(folder / private.PEOPLE).forget_all_of(ADMIN)
    app.button(key="trail-export").click().run()
    assert heading(app) == "Sign in"
    assert session_of(folder, ADMIN)


def test_the_form_still_works_after_it(open_app: Open, accounts: Accounts) -> None:
    assert heading(sign_in(open_app(user=""), ADMIN, PASSWORD)) == "What needs the trust’s attention"
