"""Accounts: passwords, the lock-out, one-time codes; and that no password ever stands in a file."""

from __future__ import annotations

import datetime as dt
import io
import os
import sqlite3
import stat
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import bcrypt
import pytest

from kpi_engine import log
from kpi_engine.errors import PeopleError
from kpi_engine.people import passwords, private
from kpi_engine.people.accounts import Accounts, Outcome
from kpi_engine.people.sessions import Sessions

ADA = "ada@trust.example"
GOOD = "kettle orchard pigeon"
OTHER = "violet anchor teaspoon"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
QUICK = 4  # bcrypt's least work; what is tested does not depend on it


def _at(minutes: float) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "people.sqlite"


@pytest.fixture
def accounts(path: Path) -> Accounts:
    made = Accounts(path, QUICK)
    made.add(ADA, GOOD, NOON, must_change=False)
    return made


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The work factor of each comparison that bcrypt makes from now on."""
    costs: list[int] = []
    compare = bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        costs.append(int(hashed[4:6]))
        return compare(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    return costs


def _outcome(accounts: Accounts, user: str, password: str, minutes: float = 0) -> str:
    return str(accounts.verify(user, password, _at(minutes)).outcome)


# Signing in


def test_the_right_password_is_right_and_another_wrong(accounts):
    assert accounts.verify(" ADA@Trust.example", GOOD, NOON).user == ADA
    assert _outcome(accounts, ADA, GOOD) == "ok"
    for wrong in (GOOD + " ", GOOD.upper(), "", GOOD[:-1]):
        assert _outcome(accounts, ADA, wrong) == "wrong"


def test_a_password_may_be_typed_composed_or_not(accounts):
    accounts.add("zoë@trust.example", "crème brûlée spoon", NOON)
    assert _outcome(accounts, "zoë@trust.example", "crème brûlée spoon") == "ok"
    assert _outcome(accounts, "zoe\u0308@trust.example", "cre\u0300me bru\u0302le\u0301e spoon") == "ok"


def test_the_hash_is_plain_bcrypt_as_other_tools_compare_it(accounts, path):
    with sqlite3.connect(path) as connection:
        ((kept,),) = connection.execute("SELECT hash FROM account").fetchall()
    connection.close()
    assert kept.startswith("$2b$04$")
    assert bcrypt.checkpw(GOOD.encode(), kept.encode())


def test_a_real_hash_has_bcrypts_work_factor_twelve(path):
    accounts = Accounts(path)
    accounts.add(ADA, GOOD, NOON)
    with sqlite3.connect(path) as connection:
        ((kept,),) = connection.execute("SELECT hash FROM account").fetchall()
    connection.close()
    assert kept.startswith("$2b$12$")
    assert _outcome(accounts, ADA, GOOD) == "ok"


def test_whoever_asks_for_whom_one_comparison_of_the_same_work_is_made(accounts, compared):
    accounts.add("off@trust.example", GOOD, NOON)
    accounts.disable("off@trust.example", NOON)
    accounts.add("new@trust.example", None, NOON)
    asked = [
        (ADA, GOOD, "ok"),
        (ADA, "wrong", "wrong"),
        (ADA, "", "wrong"),
        (ADA, "x" * 5000, "wrong"),
        (ADA, "a\0b", "wrong"),
        (ADA, "\ud800", "wrong"),
        ("nobody@trust.example", GOOD, "wrong"),
        ("off@trust.example", GOOD, "wrong"),
        ("new@trust.example", "", "wrong"),
        ("not a name", GOOD, "wrong"),
        ("", "", "wrong"),
        ("\ud800", GOOD, "wrong"),
        ("n" * 10_000, GOOD, "wrong"),
    ]
    for number, (user, password, outcome) in enumerate(asked, start=1):
        assert _outcome(accounts, user, password, number * 20) == outcome
        assert compared == [QUICK] * number


def test_nobodys_comparison_has_the_work_factor_of_real_ones(path, compared):
    assert not passwords.matches("", None)
    assert not passwords.matches(GOOD, None)
    assert compared == [12, 12]


def test_a_disabled_account_and_an_unknown_name_get_the_answer_of_a_wrong_password(accounts):
    accounts.add("off@trust.example", GOOD, NOON)
    accounts.disable("off@trust.example", NOON)
    verdicts = [accounts.verify(user, GOOD + "!", NOON) for user in (ADA, "off@trust.example", "no@trust.example")]
    assert {(v.outcome, v.until, v.began, v.must_change) for v in verdicts} == {(Outcome.WRONG, None, False, False)}
    assert _outcome(accounts, "off@trust.example", GOOD) == "wrong"
    accounts.enable("off@trust.example", NOON)
    assert _outcome(accounts, "off@trust.example", GOOD) == "ok"


@pytest.mark.parametrize("how", ["disable", "reset", "remove"])
def test_an_account_that_is_taken_away_while_its_password_is_compared_signs_nobody_in(accounts, monkeypatch, how):
    compare = bcrypt.checkpw

    def slow(password: bytes, hashed: bytes) -> bool:
        getattr(accounts, how)(ADA, NOON)
        return compare(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", slow)
    assert _outcome(accounts, ADA, GOOD) == "wrong"


# Passwords


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "12 at least"),
        ("elevenchars", "has 11 characters"),
        ("x" * 73, "takes 73 bytes and 72 are the most"),
        ("é" * 12 + "abcdefgh" * 7, "takes 80 bytes"),
        ("Password1234", "guessed first"),
        ("PASSWORDPASSWORD!", "guessed first"),
        ("qwertyuiop123", "guessed first"),
        ("1q2w3e4r5t6y", "guessed first"),
        ("123456789012", "guessed first"),
        ("987654321098", "guessed first"),
        ("Headteacher2026!", "guessed first"),
        ("Three Random Words", "guessed first"),
        ("aaaaaaaaaaaaaaaa", "guessed first"),
        ("abcabcabcabcabc", "guessed first"),
        (ADA, "user name"),
        ("ADA@trust.example1", "user name"),
        ("ada000000000", "user name"),
        ("kettle\torchard pigeon", "cannot be typed"),
        ("kettle\0orchard pigeon", "cannot be typed"),
        ("kettle orchard \udcff", "cannot be typed"),
    ],
)
def test_a_password_that_is_not_good_enough_is_refused_without_repeating_it(accounts, password, said):
    calls = (
        lambda: accounts.set_password(ADA, password, NOON),
        lambda: accounts.change(ADA, GOOD, password, NOON),
        lambda: accounts.redeem(accounts.invite(ADA, NOON), password, NOON),
    )

    for call in calls:
        with pytest.raises(PeopleError) as wrong:
            call()
        assert said in str(wrong.value)
        assert password not in str(wrong.value)
    assert _outcome(accounts, ADA, GOOD) == "ok"


def test_no_account_is_added_with_a_password_that_is_not_good_enough(accounts):
    with pytest.raises(PeopleError, match="guessed first"):
        accounts.add("new@trust.example", "Password1234", NOON)
    assert accounts.find("new@trust.example") is None


@pytest.mark.parametrize("password", ["x1" + "abcdefghij" * 7, "kettleorchard", "830194756213", "ééééabcdefgh"])
def test_length_is_all_that_a_password_needs(accounts, password):
    accounts.set_password(ADA, password, NOON)
    assert _outcome(accounts, ADA, password) == "ok"


def test_a_password_that_somebody_else_chose_must_be_changed_once(accounts):
    accounts.set_password(ADA, OTHER, NOON)
    assert accounts.verify(ADA, OTHER, NOON).must_change
    with pytest.raises(PeopleError, match="is the old one"):
        accounts.change(ADA, OTHER, OTHER, NOON)
    assert accounts.change(ADA, OTHER, GOOD, NOON).outcome is Outcome.OK
    verdict = accounts.verify(ADA, GOOD, NOON)
    assert (verdict.outcome, verdict.must_change) == (Outcome.OK, False)
    assert _outcome(accounts, ADA, OTHER) == "wrong"


def test_a_wrong_old_password_changes_nothing_and_counts(accounts):
    for _ in range(4):
        assert accounts.change(ADA, "wrong", OTHER, NOON).outcome is Outcome.WRONG
    verdict = accounts.change(ADA, "wrong", OTHER, NOON)
    assert (verdict.outcome, verdict.began) == (Outcome.LOCKED, True)
    assert accounts.change(ADA, GOOD, OTHER, _at(1)).outcome is Outcome.LOCKED
    assert _outcome(accounts, ADA, GOOD, 16) == "ok"


# Lock-out


@pytest.mark.parametrize("user", [ADA, "nobody@trust.example", "not a name"])
def test_the_fifth_failure_locks_a_name_for_fifteen_minutes_known_or_not(accounts, user, compared):
    assert [_outcome(accounts, user, "wrong", m) for m in (0, 3, 6, 9)] == ["wrong"] * 4
    fifth = accounts.verify(user, "wrong", _at(14))
    assert (fifth.outcome, fifth.until, fifth.began) == (Outcome.LOCKED, _at(29), True)
    made = len(compared)
    later = accounts.verify(user, GOOD, _at(28.9))
    assert (later.outcome, later.until, later.began) == (Outcome.LOCKED, _at(29), False)
    assert len(compared) == made == 5
    assert _outcome(accounts, user, GOOD, 29) == ("ok" if user == ADA else "wrong")


def test_attempts_during_a_lock_do_not_lengthen_it_and_it_starts_from_nought_again(accounts):
    for _ in range(5):
        accounts.verify(ADA, "wrong", NOON)
    for minute in range(1, 15):
        assert accounts.verify(ADA, "wrong", _at(minute)).until == _at(15)
    assert [_outcome(accounts, ADA, "wrong", 15) for _ in range(4)] == ["wrong"] * 4
    assert _outcome(accounts, ADA, GOOD, 15) == "ok"


def test_failures_older_than_fifteen_minutes_do_not_count(accounts):
    assert [_outcome(accounts, ADA, "wrong", m) for m in (0, 4, 8, 12, 16, 20, 24, 28)] == ["wrong"] * 8


def test_a_success_starts_the_count_anew(accounts):
    for _ in range(3):
        assert [_outcome(accounts, ADA, "wrong") for _ in range(4)] == ["wrong"] * 4
        assert _outcome(accounts, ADA, GOOD) == "ok"


def test_a_name_in_other_capitals_is_the_same_name(accounts):
    for user in (ADA, ADA.upper(), f" {ADA}", "Ada@Trust.Example", "ａda@trust.example"):
        accounts.verify(user, "wrong", NOON)
    assert _outcome(accounts, ADA, GOOD) == "locked"


def test_another_name_is_not_locked_with_it(accounts):
    accounts.add("ben@trust.example", OTHER, NOON)
    for _ in range(6):
        accounts.verify(ADA, "wrong", NOON)
    assert _outcome(accounts, "ben@trust.example", OTHER) == "ok"


def test_a_new_start_does_not_undo_a_lock(accounts, path):
    for _ in range(5):
        accounts.verify(ADA, "wrong", NOON)
    assert _outcome(Accounts(path, QUICK), ADA, GOOD, 14) == "locked"
    found = Accounts(path, QUICK).find(ADA, _at(14))
    assert found is not None
    assert found.locked_until == _at(15)


@pytest.mark.parametrize("how", ["reset", "set_password", "enable", "redeem"])
def test_an_admin_or_a_one_time_code_ends_a_lock(accounts, how):
    code = accounts.invite(ADA, NOON)
    for _ in range(5):
        accounts.verify(ADA, "wrong", NOON)
    if how == "reset":
        accounts.redeem(accounts.reset(ADA, NOON), OTHER, NOON)
    elif how == "set_password":
        accounts.set_password(ADA, OTHER, NOON)
    elif how == "enable":
        accounts.enable(ADA, NOON)
    else:
        accounts.redeem(code, OTHER, NOON)
    assert _outcome(accounts, ADA, GOOD if how == "enable" else OTHER, 1) == "ok"


def test_a_clock_that_was_in_the_future_locks_nobody_for_good(accounts):
    for _ in range(5):
        accounts.verify(ADA, "wrong", _at(60 * 24 * 365))
    assert _outcome(accounts, ADA, GOOD) == "ok"


def test_a_clock_a_little_apart_does_not_undo_a_lock(accounts):
    for _ in range(5):
        accounts.verify(ADA, "wrong", NOON)
    assert _outcome(accounts, ADA, GOOD, -0.1) == "locked"
    assert _outcome(accounts, ADA, GOOD) == "locked"


def test_failures_by_a_clock_a_little_ahead_count(accounts):
    for minutes in (0.1, 0, 0.1, 0, 0.1):
        accounts.verify(ADA, "wrong", _at(minutes))
    assert _outcome(accounts, ADA, GOOD, 1) == "locked"


def test_old_rows_are_deleted(accounts, path):
    for number in range(30):
        accounts.verify(f"guess{number}", "wrong", NOON)
    accounts.verify("guess", "wrong", _at(20))
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM failure").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM lockout").fetchone() == (0,)
    connection.close()


def test_a_hundred_guesses_at_once_are_five(accounts, compared):
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda n: _outcome(accounts, ADA, f"guess {n}"), range(100)))
    assert len(compared) == 5
    assert "ok" not in outcomes
    assert outcomes.count("locked") >= 95


def _meet(folder: Path, name: str) -> None:
    """Wait until another process is here too: starting takes longer than what is tested."""
    folder.mkdir(exist_ok=True)
    (folder / name).touch()
    deadline = time.monotonic() + 60
    while len(list(folder.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.001)


def _guess(path: Path, first: int) -> list[str]:
    _meet(path.parents[1] / "guessing", str(first))
    accounts = Accounts(path, QUICK)
    return [str(accounts.verify(ADA, f"guess {n}", NOON).outcome) for n in range(first, first + 20)]


def _add(path: Path, first: int) -> list[str]:
    _meet(path.parents[1] / "adding", str(first))
    accounts = Accounts(path, QUICK)
    for number in range(first, first + 10):
        accounts.add(f"u{number}", None, NOON)
    return []


def test_two_processes_that_begin_guess_and_add_at_once_agree(path):
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(_add, [path, path], [100, 200]))
        Accounts(path, QUICK).add(ADA, GOOD, NOON)
        outcomes = [outcome for found in pool.map(_guess, [path, path], [0, 100]) for outcome in found]
    assert outcomes.count("wrong") <= 4
    assert outcomes.count("wrong") + outcomes.count("locked") == 40
    assert _outcome(Accounts(path, QUICK), ADA, GOOD, 1) == "locked"
    users = {account.user for account in Accounts(path, QUICK).everyone()}
    assert users == {ADA, *(f"u{n}" for n in (*range(100, 110), *range(200, 210)))}


# One-time codes


def test_a_code_gives_a_password_once(accounts):
    accounts.add("new@trust.example", None, NOON)
    assert _outcome(accounts, "new@trust.example", "") == "wrong"
    code = accounts.invite("new@trust.example", NOON)
    assert len(code) == 43
    assert accounts.invited(code, NOON) == "new@trust.example"
    assert accounts.redeem(f" {code}\n", OTHER, _at(10)) == "new@trust.example"
    verdict = accounts.verify("new@trust.example", OTHER, _at(11))
    assert (verdict.outcome, verdict.must_change) == (Outcome.OK, False)
    with pytest.raises(PeopleError, match="not valid"):
        accounts.redeem(code, GOOD, _at(12))
    assert _outcome(accounts, "new@trust.example", OTHER, 13) == "ok"


def test_a_code_runs_out(accounts):
    code = accounts.invite(ADA, NOON, hours=48)
    assert accounts.invited(code, _at(48 * 60 - 1)) == ADA
    assert accounts.invited(code, _at(48 * 60)) is None
    with pytest.raises(PeopleError, match="not valid"):
        accounts.redeem(code, OTHER, _at(48 * 60))
    for hours in (0, -1, 169):
        with pytest.raises(PeopleError, match="1 to 168 hours"):
            accounts.invite(ADA, NOON, hours)


def test_a_newer_code_ends_the_older(accounts):
    old, new = accounts.invite(ADA, NOON), accounts.invite(ADA, NOON)
    assert old != new
    assert (accounts.invited(old, NOON), accounts.invited(new, NOON)) == (None, ADA)


@pytest.mark.parametrize("end", ["disable", "remove", "set_password", "change"])
def test_a_code_ends_with_what_it_was_for(accounts, end):
    code = accounts.invite(ADA, NOON)
    if end == "disable":
        accounts.disable(ADA, NOON)
        with pytest.raises(PeopleError, match="enable it first"):
            accounts.invite(ADA, NOON)
        accounts.enable(ADA, NOON)
    elif end == "remove":
        accounts.remove(ADA, NOON)
        accounts.add(ADA, GOOD, NOON)
    elif end == "set_password":
        accounts.set_password(ADA, OTHER, NOON)
    else:
        accounts.change(ADA, GOOD, OTHER, NOON)
    assert accounts.invited(code, NOON) is None
    with pytest.raises(PeopleError, match="not valid"):
        accounts.redeem(code, "lantern pepper bicycle", NOON)


def test_a_code_that_is_refused_a_password_can_be_used_again(accounts):
    code = accounts.invite(ADA, NOON)
    with pytest.raises(PeopleError, match="12 at least"):
        accounts.redeem(code, "short", NOON)
    assert accounts.redeem(code, OTHER, NOON) == ADA


@pytest.mark.parametrize("code", ["", "x", "A" * 43, "' OR 1=1 --", "\ud800"])
def test_an_invented_code_is_nobodys(accounts, code):
    accounts.invite(ADA, NOON)
    assert accounts.invited(code, NOON) is None
    with pytest.raises(PeopleError, match="not valid"):
        accounts.redeem(code, OTHER, NOON)


def test_a_code_that_two_use_at_once_serves_one(accounts):
    code = accounts.invite(ADA, NOON)
    chosen = [f"{word} orchard pigeon" for word in ("candle", "window", "garden", "mirror", "saddle", "ribbon")]

    def use(password: str) -> bool:
        try:
            accounts.redeem(code, password, NOON)
        except PeopleError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        used = list(pool.map(use, chosen))
    assert used.count(True) == 1
    assert _outcome(accounts, ADA, chosen[used.index(True)], 1) == "ok"


# Accounts and sessions


def test_no_session_begins_while_an_account_is_disabled(accounts, path):
    sessions = Sessions(path)
    accounts.disable(ADA, NOON)
    assert not sessions.begin(ADA, "one", _at(60), NOON)
    accounts.enable(ADA, NOON)
    assert sessions.begin(ADA, "one", _at(60), NOON)


@pytest.mark.parametrize("how", ["disable", "remove", "reset", "set_password", "change", "redeem"])
def test_whatever_takes_an_account_or_its_password_away_ends_its_sessions(accounts, path, how):
    sessions = Sessions(path)
    accounts.add("ben@trust.example", OTHER, NOON)
    for user, id in ((ADA, "one"), (ADA, "two"), ("ben@trust.example", "three")):
        assert sessions.begin(user, id, _at(60), NOON)
    {
        "disable": lambda: accounts.disable(ADA, _at(1)),
        "remove": lambda: accounts.remove(ADA, _at(1)),
        "reset": lambda: accounts.reset(ADA, _at(1)),
        "set_password": lambda: accounts.set_password(ADA, OTHER, _at(1)),
        "change": lambda: accounts.change(ADA, GOOD, OTHER, _at(1)),
        "redeem": lambda: accounts.redeem(accounts.invite(ADA, _at(1)), OTHER, _at(1)),
    }[how]()
    assert [sessions.alive(id, _at(2)) for id in ("one", "two", "three")] == [False, False, True]
    assert not sessions.begin(ADA, "one", _at(60), _at(2))


def test_a_reset_ends_the_old_password_at_once(accounts):
    code = accounts.reset(ADA, NOON)
    assert _outcome(accounts, ADA, GOOD) == "wrong"
    found = accounts.find(ADA, NOON)
    assert found is not None
    assert (found.has_password, found.code_until) == (False, _at(48 * 60))
    assert accounts.redeem(code, OTHER, NOON) == ADA


def test_an_account_is_listed_without_its_secrets(accounts):
    accounts.add("zed@trust.example", None, _at(1))
    accounts.disable("zed@trust.example", _at(2))
    ada, zed = accounts.everyone(_at(3))
    assert (ada.user, ada.disabled, ada.must_change, ada.has_password) == (ADA, False, False, True)
    assert (ada.created, ada.changed, ada.code_until, ada.locked_until) == (NOON, NOON, None, None)
    assert (zed.user, zed.disabled, zed.has_password) == ("zed@trust.example", True, False)
    assert (zed.created, zed.changed) == (_at(1), _at(2))
    assert "$2b$" not in repr([ada, zed])


def test_what_cannot_be_done_is_said(accounts):
    with pytest.raises(PeopleError, match="has an account already"):
        accounts.add(ADA.upper(), OTHER, NOON)
    for call in (
        lambda: accounts.disable("no"),
        lambda: accounts.enable("no"),
        lambda: accounts.remove("no"),
        lambda: accounts.reset("no"),
        lambda: accounts.invite("no"),
        lambda: accounts.set_password("no", OTHER),
    ):
        with pytest.raises(PeopleError, match="has no account"):
            call()
    assert _outcome(accounts, ADA, GOOD) == "ok"


def test_a_time_without_a_zone_is_refused(accounts):
    with pytest.raises(ValueError, match="zone"):
        accounts.verify(ADA, GOOD, dt.datetime(2026, 11, 23, 12))  # noqa: DTZ001


# The file


def test_no_password_name_or_code_stands_in_any_file_or_log_line(accounts, path):
    lines = io.StringIO()
    log.set_up("debug", lines)
    try:
        in_the_wrong_box = "wrong box secret"
        accounts.verify(in_the_wrong_box, "attempt one two", NOON)
        accounts.verify("mistyped-secret", "attempt one two", NOON)
        accounts.verify(ADA, "attempt one two", NOON)
        code = accounts.reset(ADA, NOON)
        accounts.redeem(code, OTHER, NOON)
        second = accounts.invite(ADA, NOON)
        # another connection keeps the write-ahead log from being folded in, so that it is searched too
        keeping = sqlite3.connect(path)
        keeping.execute("SELECT count(*) FROM account").fetchone()
        accounts.set_password(ADA, "lantern pepper bicycle", NOON)
        files = {file.name: file.read_bytes() for file in path.parent.iterdir()}
        keeping.close()
    finally:
        log.set_up("warning")
    assert "people.sqlite-wal" in files
    secrets = (
        GOOD,
        OTHER,
        "lantern pepper bicycle",
        in_the_wrong_box,
        "mistyped-secret",
        "attempt one two",
        code,
        second,
    )
    assert ADA.encode() in files["people.sqlite"]
    for secret in secrets:
        for name, content in files.items():
            assert secret.encode() not in content, name
        assert secret not in lines.getvalue()


def test_nothing_is_left_of_an_account_that_was_removed(accounts, path):
    accounts.add("ben@trust.example", OTHER, NOON)
    with sqlite3.connect(path) as connection:
        ((kept,),) = connection.execute("SELECT hash FROM account WHERE user LIKE 'ben%'").fetchall()
    connection.close()
    assert kept.encode() in path.read_bytes()
    accounts.remove("ben@trust.example", NOON)
    for file in path.parent.iterdir():
        content = file.read_bytes()
        assert kept.encode() not in content
        assert b"ben@trust.example" not in content


def test_every_file_is_for_the_owner_alone(accounts, path):
    keeping = sqlite3.connect(path)
    keeping.execute("SELECT count(*) FROM account").fetchone()
    accounts.verify(ADA, GOOD, NOON)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    keeping.close()
    assert {"people.sqlite", "people.sqlite-wal", "names.key"} <= modes.keys()
    if os.name != "nt":
        assert set(modes.values()) == {0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_went_away_does_not_come_back_empty(accounts, path):
    path.unlink()
    with pytest.raises(PeopleError, match="cannot be used"):
        accounts.verify(ADA, GOOD, NOON)
    assert not path.exists()


def test_a_file_that_is_no_database_is_said(path):
    private.make(path.parent)
    path.write_bytes(b"user,password\n" * 400)
    with pytest.raises(PeopleError, match="restore it from a backup"):
        Accounts(path, QUICK)


def test_a_file_of_a_newer_version_is_left_alone(accounts, path):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(PeopleError, match="newer version"):
        Accounts(path, QUICK)


def test_a_key_that_others_know_stops_signing_in(accounts, path):
    (path.parent / "names.key").write_text("some_signature_key", encoding="utf-8")
    with pytest.raises(PeopleError, match="documentation"):
        accounts.verify(ADA, GOOD, NOON)
