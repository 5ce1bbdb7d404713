"""Sessions: alive until they end or are forgotten, and never again."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from kpi_engine.people.sessions import Sessions

ADA, BEN = "ada@trust.example", "ben@trust.example"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def _at(hours: float) -> dt.datetime:
    return NOON + dt.timedelta(hours=hours)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "people.sqlite"


@pytest.fixture
def sessions(path: Path) -> Sessions:
    return Sessions(path)


def test_a_session_is_alive_from_its_beginning_to_its_end(sessions):
    assert not sessions.alive("one", NOON)
    assert sessions.begin(" Ada@trust.example", "one", _at(9), NOON)
    assert sessions.alive("one", NOON)
    assert sessions.alive("one", _at(8.999))
    assert not sessions.alive("one", _at(9))
    assert sessions.user("one", _at(1)) == ADA
    assert sessions.user("one", _at(9)) is None
    assert sessions.user("two", _at(1)) is None


def test_a_new_start_forgets_nothing(sessions, path):
    sessions.begin(ADA, "one", _at(9), NOON)
    sessions.begin(ADA, "two", _at(9), NOON)
    sessions.forget("two", NOON)
    assert Sessions(path).alive("one", _at(1))
    assert not Sessions(path).alive("two", _at(1))


def test_a_forgotten_session_does_not_begin_again(sessions):
    sessions.begin(ADA, "one", _at(9), NOON)
    sessions.forget("one", _at(1))
    assert not sessions.alive("one", _at(1))
    for hours in (1, 5, 20):
        assert not sessions.begin(ADA, "one", _at(hours + 1), _at(hours))
        assert not sessions.alive("one", _at(hours))


def test_forgetting_outlasts_the_session_by_as_long_as_a_session_can_last(sessions):
    for id in ("one", "two"):
        sessions.begin(ADA, id, _at(2), NOON)
    sessions.forget("one", _at(1))
    sessions.forget_all_of(ADA, _at(1))
    for hours in (1.5, 3, 24.9):
        for id in ("one", "two"):
            assert not sessions.begin(ADA, id, _at(hours + 1), _at(hours))


def test_one_that_never_began_can_be_forgotten(sessions):
    sessions.forget("one", NOON)
    assert not sessions.begin(ADA, "one", _at(9), _at(1))
    assert sessions.begin(ADA, "two", _at(9), _at(1))


def test_beginning_again_changes_neither_end_nor_owner(sessions):
    assert sessions.begin(ADA, "one", _at(2), NOON)
    assert sessions.begin(ADA, "one", _at(9), _at(1))
    assert not sessions.alive("one", _at(2))
    assert sessions.begin(ADA, "two", _at(2), NOON)
    assert not sessions.begin(BEN, "two", _at(2), NOON)
    assert sessions.user("two", _at(1)) == ADA


def test_everything_of_a_user_is_forgotten_and_nothing_of_others(sessions):
    for user, id in ((ADA, "one"), (ADA, "two"), (BEN, "three")):
        sessions.begin(user, id, _at(9), NOON)
    sessions.begin(ADA, "four", _at(0.5), NOON)
    assert sessions.forget_all_of(ADA.upper(), _at(1)) == 2
    assert [sessions.alive(id, _at(1)) for id in ("one", "two", "three", "four")] == [False, False, True, False]
    assert sessions.forget_all_of(ADA, _at(1)) == 0
    assert not sessions.begin(ADA, "one", _at(9), _at(1))


def test_a_session_that_would_have_ended_does_not_begin(sessions):
    assert not sessions.begin(ADA, "one", NOON, NOON)
    assert not sessions.begin(ADA, "one", _at(-1), NOON)
    assert not sessions.alive("one", _at(-2))


def test_no_session_lasts_longer_than_a_day(sessions):
    assert sessions.begin(ADA, "one", _at(24), NOON)
    with pytest.raises(ValueError, match="1 day"):
        sessions.begin(ADA, "two", _at(24.01), NOON)
    assert not sessions.alive("two", NOON)


@pytest.mark.parametrize("id", ["", "x' OR '1'='1", "\ud800", "one\0", "ONE", "one "])
def test_an_invented_id_is_not_alive(sessions, id):
    sessions.begin(ADA, "one", _at(9), NOON)
    assert not sessions.alive(id, NOON)


def test_a_session_needs_an_id(sessions):
    with pytest.raises(ValueError, match="id"):
        sessions.begin(ADA, "", _at(9), NOON)


def test_what_has_ended_is_deleted(sessions, path):
    for number in range(20):
        sessions.begin(ADA, f"id {number}", _at(1), NOON)
    sessions.forget("id 3", NOON)
    assert sessions.prune(_at(2)) == 19
    assert sessions.prune(_at(24)) == 1
    sessions.begin(ADA, "a", _at(25), _at(24))
    sessions.begin(ADA, "b", _at(27), _at(26))
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM session").fetchone() == (1,)
    connection.close()


def test_ids_are_kept_as_hashes_only(sessions, path):
    sessions.begin(ADA, "a-long-and-secret-id", _at(9), NOON)
    keeping = sqlite3.connect(path)
    keeping.execute("SELECT * FROM session").fetchall()
    sessions.forget("another-secret-id", NOON)
    files = [file.read_bytes() for file in path.parent.iterdir()]
    keeping.close()
    assert len(files) >= 3
    assert not any(b"secret-id" in content for content in files)
    kept = hashlib.sha256(b"a-long-and-secret-id").hexdigest().encode()
    assert any(kept in content for content in files)


def test_asking_takes_less_than_a_millisecond(sessions):
    for number in range(200):
        sessions.begin(ADA, f"id {number}", _at(9), NOON)
    times = []
    for _ in range(50):
        begun = time.perf_counter()
        assert sessions.alive("id 77", NOON)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.001


def test_many_threads_at_once_agree(sessions):
    def use(number: int) -> bool:
        sessions.begin(ADA, f"id {number}", _at(9), NOON)
        if number % 2:
            sessions.forget(f"id {number}", NOON)
        return sessions.alive(f"id {number}", NOON)

    with ThreadPoolExecutor(8) as pool:
        alive = list(pool.map(use, range(60)))
    assert alive == [number % 2 == 0 for number in range(60)]


class Lives(RuleBasedStateMachine):
    """Any sequence of calls against the plainest account of what they mean."""

    ids = Bundle("ids")

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.sessions = Sessions(Path(self.folder.name) / "private" / "people.sqlite")
        self.now = 0.0
        self.ends: dict[str, float] = {}
        self.owner: dict[str, str] = {}
        self.forgotten: dict[str, float] = {}

    @rule(target=ids, id=st.sampled_from(["a", "b", "c"]))
    def id(self, id: str) -> str:
        return id

    @rule(id=ids, user=st.sampled_from([ADA, BEN]), hours=st.integers(-1, 24))
    def begin(self, id: str, user: str, hours: int) -> None:
        known = self._alive(id) or self.forgotten.get(id, 0) > self.now
        if not known and hours > 0:
            self.ends[id], self.owner[id] = self.now + hours, user
        expected = hours > 0 and self._alive(id) and self.owner[id] == user
        assert self.sessions.begin(user, id, _at(self.now + hours), _at(self.now)) == expected

    @rule(id=ids)
    def forget(self, id: str) -> None:
        self.sessions.forget(id, _at(self.now))
        self._forget(id)

    @rule(user=st.sampled_from([ADA, BEN]))
    def forget_all(self, user: str) -> None:
        theirs = [id for id in self.ends if self._alive(id) and self.owner[id] == user]
        assert self.sessions.forget_all_of(user, _at(self.now)) == len(theirs)
        for id in theirs:
            self._forget(id)

    @rule(hours=st.integers(1, 12))
    def wait(self, hours: int) -> None:
        self.now += hours

    @rule()
    def prune(self) -> None:
        self.sessions.prune(_at(self.now))

    @rule(id=ids)
    def ask(self, id: str) -> None:
        assert self.sessions.alive(id, _at(self.now)) == self._alive(id)

    def _alive(self, id: str) -> bool:
        return self.ends.get(id, 0) > self.now

    def _forget(self, id: str) -> None:
        # what is forgotten is remembered for a day, which is as long as anything that was signed can last
        self.ends.pop(id, None)
        self.forgotten[id] = self.now + 24

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
