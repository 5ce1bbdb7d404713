"""Managing people: directory, account, sessions and trail change together, or not at all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kpi_engine.access import Role
from kpi_engine.errors import DirectoryError, PeopleError
from kpi_engine.people import directory
from kpi_engine.people.accounts import Accounts
from kpi_engine.people.directory import Person
from kpi_engine.people.registrar import Registrar
from kpi_engine.people.sessions import Sessions
from kpi_engine.people.trail import Trail

GOOD, OTHER = "kettle orchard pigeon", "violet anchor teaspoon"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
ADA = Person("ada@trust.example", "Ada Okafor", Role.ADMIN)
BEN = Person("ben@trust.example", "Ben Hale", Role.HEADTEACHER, frozenset({"900202", "900201"}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "private"


@pytest.fixture
def registrar(folder: Path) -> Registrar:
    made = Registrar(folder, "ada@trust.example", cost=4)
    assert made.first(ADA, GOOD, now=NOON) is None
    return made


def _state(folder: Path) -> tuple[object, ...]:
    return (
        directory.read(folder / "directory.csv"),
        Accounts(folder / "people.sqlite", 4).everyone(NOON),
        _recorded(folder),
    )


def _recorded(folder: Path) -> list[tuple[str, str, str]]:
    with Trail(folder / "trail.sqlite") as trail:
        return [(entry.who, entry.what, entry.detail) for entry in reversed(trail.read())]


def _outcome(folder: Path, user: str, password: str) -> tuple[str, bool]:
    verdict = Accounts(folder / "people.sqlite", 4).verify(user, password, NOON)
    return str(verdict.outcome), verdict.must_change


def test_the_first_admin_keeps_their_own_password_and_there_is_one_first(registrar, folder):
    assert _outcome(folder, ADA.user, GOOD) == ("ok", False)
    before = _state(folder)
    with pytest.raises(PeopleError, match="an admin already"):
        registrar.first(Person("eve", "", Role.ADMIN), OTHER, now=NOON)
    assert _state(folder) == before


def test_the_first_must_be_an_admin(folder):
    with pytest.raises(PeopleError, match="must be an admin"):
        Registrar(folder, "x", 4).first(BEN, GOOD, now=NOON)


def test_a_person_is_added_everywhere_and_recorded_without_secrets(registrar, folder):
    assert registrar.add(BEN, OTHER, now=NOON) is None
    code = registrar.add(Person("cat", "Cat Moss", Role.GOVERNOR), now=NOON)
    assert registrar.add(Person("108204268033311374519", "", Role.EXECUTIVE), account=False, now=NOON) is None
    assert code is not None
    assert _outcome(folder, BEN.user, OTHER) == ("ok", True)
    assert Accounts(folder / "people.sqlite", 4).redeem(code, GOOD, NOON) == "cat"
    listed = {one.user: one for one in registrar.everyone(NOON)}
    assert list(listed) == [ADA.user, BEN.user, "cat", "108204268033311374519"]
    assert listed[BEN.user].person == BEN
    assert listed["108204268033311374519"].account is None
    recorded = _recorded(folder)
    assert recorded == [
        (ADA.user, "directory changed", f"added {ADA.user}, admin"),
        (ADA.user, "account added", f"{ADA.user}, with their own password"),
        (ADA.user, "directory changed", f"added {BEN.user}, headteacher of 900201 900202"),
        (ADA.user, "account added", f"{BEN.user}, with a password to be changed"),
        (ADA.user, "directory changed", "added cat, governor"),
        (ADA.user, "account added", "cat, with a one-time link"),
        (ADA.user, "directory changed", "added 108204268033311374519, executive"),
    ]
    for file in folder.iterdir():
        assert code.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("person", "password"),
    [
        (BEN, "short"),
        (Person("ben@trust.example", "", Role.HEADTEACHER), OTHER),
        (Person("ben hale", "", Role.EXECUTIVE), OTHER),
        (ADA, OTHER),
        (Person("ben@trust.example", "line\nbreak", Role.EXECUTIVE), None),
    ],
)
def test_a_person_who_cannot_be_added_is_added_nowhere(registrar, folder, person, password):
    before = _state(folder)
    with pytest.raises(PeopleError):
        registrar.add(person, password, now=NOON)
    assert _state(folder) == before


def test_nothing_changes_while_the_trail_cannot_be_written(registrar, folder):
    registrar.add(BEN, OTHER, now=NOON)
    before = _state(folder)[:2]
    (folder / "trail.sqlite").unlink()
    (folder / "trail.sqlite").mkdir()
    for change in (
        lambda: registrar.add(Person("cat", "", Role.GOVERNOR), now=NOON),
        lambda: registrar.change(Person(BEN.user, "", Role.EXECUTIVE), NOON),
        lambda: registrar.remove(BEN.user, NOON),
        lambda: registrar.disable(BEN.user, NOON),
        lambda: registrar.enable(BEN.user, NOON),
        lambda: registrar.reset(BEN.user, now=NOON),
        lambda: registrar.link(BEN.user, NOON),
    ):
        with pytest.raises(PeopleError, match="trail"):
            change()
    (folder / "trail.sqlite").rmdir()
    assert _state(folder)[:2] == before


def test_a_leaver_is_out_at_once(registrar, folder):
    registrar.add(BEN, OTHER, now=NOON)
    sessions = Sessions(folder / "people.sqlite")
    sessions.begin(BEN.user, "tab", NOON + dt.timedelta(hours=9), NOON)
    registrar.remove("BEN@trust.example", NOON)
    assert not sessions.alive("tab", NOON)
    assert directory.find(folder / "directory.csv", BEN.user) is None
    assert _outcome(folder, BEN.user, OTHER) == ("wrong", False)
    assert _recorded(folder)[-1] == (ADA.user, "directory changed", f"removed {BEN.user}")
    with pytest.raises(PeopleError, match="neither in the directory nor among the accounts"):
        registrar.remove(BEN.user, NOON)


def test_sessions_of_somebody_without_an_account_end_too(registrar, folder):
    registrar.add(BEN, account=False, now=NOON)
    sessions = Sessions(folder / "people.sqlite")
    sessions.begin(BEN.user, "tab", NOON + dt.timedelta(hours=9), NOON)
    registrar.remove(BEN.user, NOON)
    assert not sessions.alive("tab", NOON)


def test_an_account_of_somebody_whom_the_directory_does_not_know_is_listed_and_removed(registrar, folder):
    Accounts(folder / "people.sqlite", 4).add("old@trust.example", OTHER, NOON)
    assert [(one.user, one.person) for one in registrar.everyone(NOON)] == [
        (ADA.user, ADA),
        ("old@trust.example", None),
    ]
    registrar.remove("old@trust.example", NOON)
    assert [one.user for one in registrar.everyone(NOON)] == [ADA.user]


def test_a_person_of_a_directory_written_by_hand_gets_an_account_by_link(registrar, folder):
    directory.add(folder / "directory.csv", BEN)
    for refused in (registrar.disable, registrar.enable, registrar.reset):
        with pytest.raises(PeopleError, match="in the directory but has no account"):
            refused(BEN.user, now=NOON)
    code = registrar.link(BEN.user, NOON)
    assert Accounts(folder / "people.sqlite", 4).redeem(code, OTHER, NOON) == BEN.user
    assert _recorded(folder)[-1][1] == "account added"
    with pytest.raises(PeopleError, match="not in the directory"):
        registrar.link("nobody@trust.example", NOON)
    assert Accounts(folder / "people.sqlite", 4).find("nobody@trust.example") is None


def test_a_link_leaves_the_password_until_it_is_used_and_a_reset_does_not(registrar, folder):
    registrar.link(ADA.user, NOON)
    assert _outcome(folder, ADA.user, GOOD) == ("ok", False)
    assert _recorded(folder)[-1][1:] == ("account reset", f"{ADA.user}, a one-time link beside the password")
    code = registrar.reset(ADA.user, now=NOON)
    assert code is not None
    assert _outcome(folder, ADA.user, GOOD) == ("wrong", False)
    assert registrar.reset(ADA.user, OTHER, NOON) is None
    assert _outcome(folder, ADA.user, OTHER) == ("ok", True)
    assert _recorded(folder)[-1][1:] == ("account reset", f"{ADA.user}, with a password to be changed")


def test_a_disabled_account_is_neither_reset_nor_linked(registrar, folder):
    registrar.add(BEN, OTHER, now=NOON)
    registrar.disable(BEN.user, NOON)
    before = _state(folder)
    for refused in (registrar.reset, registrar.link):
        with pytest.raises(PeopleError, match="enable it first"):
            refused(BEN.user, now=NOON)
    assert _state(folder) == before
    registrar.enable(BEN.user, NOON)
    assert _outcome(folder, BEN.user, OTHER)[0] == "ok"
    assert [entry[1] for entry in _recorded(folder)[-2:]] == ["account disabled", "account enabled"]


def test_the_last_admin_who_can_sign_in_stays(registrar, folder):
    for refused in (registrar.disable, registrar.remove):
        with pytest.raises(PeopleError, match="nobody else is an admin"):
            refused(ADA.user, NOON)
    with pytest.raises(PeopleError, match="nobody else is an admin"):
        registrar.change(Person(ADA.user, "", Role.EXECUTIVE), NOON)
    registrar.add(Person("eve", "Eve Lund", Role.ADMIN), OTHER, now=NOON)
    registrar.disable("eve", NOON)
    for refused in (registrar.disable, registrar.remove):
        with pytest.raises(PeopleError, match="nobody else is an admin who can sign in"):
            refused(ADA.user, NOON)
    with pytest.raises(PeopleError, match="nobody else is an admin who can sign in"):
        registrar.change(Person(ADA.user, "", Role.EXECUTIVE), NOON)
    registrar.enable("eve", NOON)
    registrar.disable(ADA.user, NOON)
    assert _outcome(folder, ADA.user, GOOD)[0] == "wrong"


def test_another_role_is_recorded(registrar, folder):
    registrar.add(BEN, account=False, now=NOON)
    registrar.change(Person("BEN@trust.example", "Ben Hale", Role.HEADTEACHER, frozenset({"900203"})), NOON)
    assert _recorded(folder)[-1][1:] == ("directory changed", f"now {BEN.user}, headteacher of 900203")
    with pytest.raises(DirectoryError, match="at least one academy"):
        registrar.change(Person(BEN.user, "", Role.HEADTEACHER), NOON)
