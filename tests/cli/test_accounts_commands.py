"""``accounts``: people are added, changed and taken out, and no password is given but on a terminal."""

from __future__ import annotations

import getpass
import io
import json
import sys
from pathlib import Path

import pytest

from kpi_engine.people import directory
from kpi_engine.people.accounts import Accounts, Outcome

ADA, BEN = "ada@trust.example", "ben@trust.example"
GOOD, OTHER = "kettle orchard pigeon", "violet anchor teaspoon"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def nobody_here(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n{GOOD}\n"))


@pytest.fixture
def typed(monkeypatch):
    """Have somebody at a terminal who types these lines and these passwords; the prompts that they saw."""

    def at_the_terminal(*passwords: str, lines: str = "") -> list[str]:
        prompts: list[str] = []
        left = list(passwords)

        def ask(prompt: str) -> str:
            prompts.append(prompt)
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr(sys, "stdin", _Terminal(lines))
        monkeypatch.setattr(getpass, "getpass", ask)
        return prompts

    return at_the_terminal


@pytest.fixture
def private(workplace: Path) -> Path:
    return workplace / "private"


@pytest.fixture
def admin(run, private):
    ran = run("accounts", "first", "--user", ADA, "--name", "Ada Okafor", "--link")
    assert ran.code == 0, ran.err
    return _redeemed(private, ran.out, GOOD)


def _redeemed(private: Path, printed: str, password: str) -> str:
    assert printed.startswith("/?invite=")
    return Accounts(private / "people.sqlite", 4).redeem(printed.removeprefix("/?invite="), password)


def _outcome(private: Path, user: str, password: str) -> tuple[Outcome, bool]:
    verdict = Accounts(private / "people.sqlite", 4).verify(user, password)
    return verdict.outcome, verdict.must_change


def _listed(run):
    return {one["user"]: one for one in json.loads(run("accounts", "list", "--format", "json").out)}


def _recorded(run):
    return [(entry["what"], entry["detail"]) for entry in reversed(json.loads(run("trail", "--format", "json").out))]


def test_the_first_admin_is_asked_for_everything(run, private, typed):
    prompts = typed(GOOD, GOOD, lines=" Ada@Trust.example\nAda Okafor\n")
    ran = run("accounts", "first")
    assert ran.code == 0, ran.err
    assert ran.out == ""
    assert "User name" in ran.err
    assert ADA in prompts[0]
    assert _outcome(private, ADA, GOOD) == (Outcome.OK, False)
    person = directory.find(private / "directory.csv", ADA)
    assert person is not None
    assert (person.name, str(person.role)) == ("Ada Okafor", "admin")


def test_there_is_a_first_admin_once(run, private, admin, typed):
    typed(GOOD, GOOD, lines="eve\nEve\n")
    ran = run("accounts", "first")
    assert ran.code == 1
    assert "an admin already" in ran.err
    assert "User name" not in ran.err
    assert set(_listed(run)) == {ADA}


def test_a_link_is_the_only_thing_on_standard_output_and_works_once(run, private, admin):
    ran = run("accounts", "add", BEN, "--role", "headteacher", "--academy", "900201", "900202", "--link")
    assert ran.code == 0, ran.err
    assert ran.out.count("\n") == 1
    assert "works once" in ran.err
    assert ran.out.strip().removeprefix("/?invite=") not in ran.err
    assert _redeemed(private, ran.out, OTHER) == BEN
    assert _outcome(private, BEN, OTHER) == (Outcome.OK, False)
    assert _listed(run)[BEN]["academies"] == ["900201", "900202"]


def test_a_password_typed_by_an_admin_must_be_changed(run, private, admin, typed):
    typed(OTHER, OTHER)
    ran = run("accounts", "add", BEN, "--role", "headteacher", "--name", "Ben Hale", "--academy", "900201")
    assert ran.code == 0, ran.err
    assert _outcome(private, BEN, OTHER) == (Outcome.OK, True)


def test_a_password_is_asked_for_again_until_it_is_good_and_typed_twice_alike(run, private, admin, typed):
    typed("short", OTHER, OTHER + "!", OTHER, OTHER)
    ran = run("accounts", "add", "cat", "--role", "governor")
    assert ran.code == 0, ran.err
    assert "12 at least" in ran.err
    assert "not the same" in ran.err
    assert OTHER not in ran.err + ran.out
    assert _outcome(private, "cat", OTHER) == (Outcome.OK, True)


@pytest.mark.parametrize("passwords", [("short",) * 3, (OTHER, GOOD) * 3, (OTHER,), ()])
def test_without_a_good_password_nothing_changes(run, private, admin, typed, passwords):
    before = _recorded(run)
    typed(*passwords)
    ran = run("accounts", "add", "cat", "--role", "governor")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert set(_listed(run)) == {ADA}
    assert _recorded(run) == before


def test_without_a_terminal_only_a_link_is_given(run, private, admin, monkeypatch):
    monkeypatch.setenv("PASSWORD", GOOD)
    for words in (("add", "cat", "--role", "governor"), ("reset", ADA), ("add", "cat", "--role", "admin")):
        ran = run("accounts", *words)
        assert ran.code == 2
        assert "--link" in ran.err
    assert set(_listed(run)) == {ADA}
    assert _outcome(private, ADA, GOOD)[0] is Outcome.OK
    ran = run("accounts", "reset", ADA, "--link")
    assert ran.code == 0
    assert _redeemed(private, ran.out, OTHER) == ADA


@pytest.mark.parametrize("option", ["--password", "--pass", "-p", "--new-password"])
def test_a_password_is_no_argument(run, private, admin, option):
    for words in (("add", "cat", "--role", "governor"), ("reset", ADA)):
        assert run("accounts", *words, option, GOOD).code == 2
    assert run("accounts", "reset", ADA, GOOD).code == 2
    assert set(_listed(run)) == {ADA}


def test_people_who_sign_in_elsewhere_stand_in_the_directory_only(run, private, admin):
    ran = run("accounts", "add", "108204268033311374519", "--role", "executive", "--no-password")
    assert ran.code == 0, ran.err
    assert ran.out == ""
    assert _listed(run)["108204268033311374519"]["account"] is None


def test_with_openid_nobody_gets_a_password(run, private, monkeypatch):
    monkeypatch.setenv("TRUST_KPI_SIGN_IN", "oidc")
    assert run("accounts", "first", "--user", ADA, "--name", "Ada").code == 0
    assert run("accounts", "add", "cat", "--role", "governor").code == 0
    assert [one["account"] for one in _listed(run).values()] == [None, None]
    for words in (("add", "dee", "--role", "governor", "--link"), ("link", "cat")):
        ran = run("accounts", *words)
        assert ran.code == 2
        assert "Microsoft or Google" in ran.err


def test_academies_must_be_the_trusts_own_once_data_are_loaded(run, loaded, admin):
    ran = run("accounts", "add", BEN, "--role", "headteacher", "--academy", "900201", "900299", "--link")
    assert ran.code == 2
    assert "no academy 900299" in ran.err
    assert "900202 Fernbank Primary" in ran.err
    assert run("accounts", "add", BEN, "--role", "headteacher", "--academy", "900201", "--link").code == 0
    assert run("accounts", "change", BEN, "--academy", "900299").code == 2
    assert run("accounts", "change", BEN, "--academy", "900201", "--academy", "900202").code == 0
    assert _listed(run)[BEN]["academies"] == ["900201", "900202"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "cat", "--role", "headteacher", "--link"), 2, "at least one academy"),
        (("add", "cat", "--role", "governor", "--academy", "900201", "--link"), 2, "leave --academy out"),
        (("add", "cat", "--role", "headteacher", "--academy", "9002", "--link"), 1, "six digits"),
        (("add", "cat moss", "--role", "governor", "--link"), 1, "'cat moss'"),
        (("add", "cat", "--role", "boss", "--link"), 2, "boss"),
        (("add", "cat", "--link"), 2, "--role"),
        (("add", "cat", "--role", "admin", "--link", "--no-password"), 2, "not allowed with"),
        (("add", ADA.upper(), "--role", "admin", "--link"), 1, "in the directory already"),
        (("change", ADA), 2, "say what to change"),
        (("change", "nobody", "--name", "N"), 1, "not in the directory"),
        (("change", ADA, "--role", "governor"), 1, "nobody else is an admin"),
        (("disable", ADA), 1, "nobody else is an admin"),
        (("remove", ADA), 1, "nobody else is an admin"),
        (("disable", "nobody"), 1, "has no account"),
        (("enable", "nobody"), 1, "has no account"),
        (("remove", "nobody"), 1, "neither in the directory"),
        (("link", "nobody"), 1, "not in the directory"),
        (("reset", "nobody", "--link"), 1, "has no account"),
        ((), 2, "usage"),
        (("sack", ADA), 2, "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(run, private, admin, words, code, said):
    files = (private / "directory.csv").read_bytes()
    before = _recorded(run)
    ran = run("accounts", *words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert (private / "directory.csv").read_bytes() == files
    assert _recorded(run) == before


def test_a_leaver_is_disabled_and_removed(run, private, admin):
    added = run("accounts", "add", BEN, "--role", "executive", "--link")
    _redeemed(private, added.out, OTHER)
    assert run("accounts", "disable", BEN.upper()).code == 0
    assert _outcome(private, BEN, OTHER)[0] is Outcome.WRONG
    assert run("accounts", "enable", BEN).code == 0
    assert _outcome(private, BEN, OTHER)[0] is Outcome.OK
    assert run("accounts", "remove", BEN).code == 0
    assert set(_listed(run)) == {ADA}
    assert _outcome(private, BEN, OTHER)[0] is Outcome.WRONG


def test_a_reset_at_a_terminal_gives_a_password_to_be_changed(run, private, admin, typed):
    typed(OTHER, OTHER)
    assert run("accounts", "reset", ADA).code == 0
    assert _outcome(private, ADA, GOOD)[0] is Outcome.WRONG
    assert _outcome(private, ADA, OTHER) == (Outcome.OK, True)


def test_a_link_is_for_whoever_is_in_the_directory(run, private, admin):
    assert run("accounts", "add", "cat", "--role", "governor", "--no-password").code == 0
    ran = run("accounts", "link", "cat")
    assert ran.code == 0, ran.err
    assert _redeemed(private, ran.out, OTHER) == "cat"


def test_the_list_says_how_each_account_stands(run, private, admin, typed):
    assert "Nobody yet" not in run("accounts", "list").err
    run(
        "accounts", "add", BEN, "--role", "headteacher", "--name", "Ben Hale", "--academy", "900202", "900201", "--link"
    )
    run("accounts", "add", "cat", "--role", "governor", "--no-password")
    run("accounts", "add", "dee", "--role", "executive", "--link")
    run("accounts", "disable", "dee")
    Accounts(private / "people.sqlite", 4).add("old@trust.example")
    typed(OTHER, OTHER)
    run("accounts", "add", "eve", "--role", "executive")
    for _ in range(5):
        Accounts(private / "people.sqlite", 4).verify(ADA, "wrong")
    lines = run("accounts", "list").out.splitlines()
    assert lines[0].split() == ["user", "name", "role", "account", "academies"]
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in lines[2:]}
    assert rows.pop(ADA).startswith("Ada Okafor admin locked until ")
    assert rows == {
        BEN: "Ben Hale headteacher waits for its link 900201 900202",
        "cat": "governor none",
        "dee": "executive disabled",
        "eve": "executive must change password",
        "old@trust.example": "not in the directory no password, no link",
    }
    assert "$2b$" not in run("accounts", "list", "--format", "json").out


def test_an_empty_list_says_how_to_begin(run, workplace):
    ran = run("accounts", "list")
    assert (ran.code, ran.out) == (0, "")
    assert "accounts first" in ran.err
    assert json.loads(run("accounts", "list", "--format", "json").out) == []


def test_every_change_stands_in_the_trail(run, private, admin):
    run("accounts", "add", BEN, "--role", "headteacher", "--academy", "900201", "--link")
    run("accounts", "change", BEN, "--role", "executive")
    run("accounts", "link", BEN)
    run("accounts", "reset", BEN, "--link")
    run("accounts", "disable", BEN)
    run("accounts", "enable", BEN)
    run("accounts", "remove", BEN)
    assert _recorded(run) == [
        ("directory changed", f"added {ADA}, admin"),
        ("account added", f"{ADA}, with a one-time link"),
        ("directory changed", f"added {BEN}, headteacher of 900201"),
        ("account added", f"{BEN}, with a one-time link"),
        ("directory changed", f"now {BEN}, executive"),
        ("account reset", f"{BEN}, a one-time link beside the password"),
        ("account reset", f"{BEN}, with a one-time link"),
        ("account disabled", BEN),
        ("account enabled", BEN),
        ("directory changed", f"removed {BEN}"),
    ]
    whose = {entry["who"] for entry in json.loads(run("trail", "--format", "json").out)}
    assert all(who.startswith("command line") for who in whose)


def test_a_broken_directory_stops_every_change_and_is_named(run, private, admin):
    path = private / "directory.csv"
    path.write_text(path.read_text(encoding="utf-8") + "ben,Ben,boss,\n", encoding="utf-8")
    for words in (("list",), ("add", "cat", "--role", "governor", "--link"), ("remove", ADA), ("disable", ADA)):
        ran = run("accounts", *words)
        assert ran.code == 1
        assert "row 3, column 'role': 'boss'" in ran.err


def test_the_private_folder_is_the_one_of_the_settings(run, workplace, monkeypatch):
    monkeypatch.setenv("TRUST_KPI_PRIVATE", "elsewhere")
    assert run("accounts", "first", "--user", ADA, "--name", "", "--link").code == 0
    assert (workplace / "elsewhere" / "directory.csv").is_file()
    assert not (workplace / "private").exists()


def test_no_password_stands_in_a_file_or_a_line(run, private, admin, typed):
    typed("short", OTHER, GOOD, OTHER, OTHER)
    ran = run("accounts", "add", "cat", "--role", "governor")
    assert ran.code == 0
    for secret in (GOOD, OTHER):
        assert secret not in ran.out + ran.err
        for file in private.iterdir():
            assert secret.encode() not in file.read_bytes()
