"""The private folder: closed to others, its keys random, its files whole."""

from __future__ import annotations

import os
import stat
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from kpi_engine.errors import PeopleError
from kpi_engine.people import private

POSIX = os.name != "nt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "private"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_made_for_its_owner_alone(folder):
    assert private.make(folder) == folder == private.make(folder)
    assert folder.is_dir()
    if POSIX:
        assert _mode(folder) == 0o700


def test_an_empty_folder_is_closed(folder):
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    private.make(folder)
    if POSIX:
        assert _mode(folder) == 0o700


def test_an_open_folder_that_holds_something_is_refused_and_left_as_it_is(folder):
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text("not ours", encoding="utf-8")
    folder.chmod(0o755)
    if POSIX:
        with pytest.raises(PeopleError, match=r"mode 755.*chmod 700"):
            private.make(folder)
        assert _mode(folder) == 0o755
    else:
        assert private.make(folder) == folder


def test_a_file_in_the_folders_place_is_said_with_the_remedy(folder):
    folder.parent.mkdir()
    folder.write_text("a file", encoding="utf-8")
    with pytest.raises(PeopleError, match="TRUST_KPI_PRIVATE"):
        private.make(folder)


def test_a_key_is_made_once_and_stays(folder):
    key = private.secret(folder, "cookie.key")
    assert len(key) == 32
    assert private.secret(folder, "cookie.key") == key
    assert (folder / "cookie.key").read_text(encoding="ascii") == key.hex() + "\n"
    assert private.secret(folder, "pupil-900201.key") != key
    if POSIX:
        assert _mode(folder / "cookie.key") == 0o600


@pytest.mark.parametrize("name", ["../cookie.key", "cookie.txt", ".key", "a/b.key", "Cookie.key", "cookie.key\n"])
def test_a_key_has_a_plain_name(folder, name):
    with pytest.raises(ValueError, match="name of a key"):
        private.secret(folder, name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("some_signature_key", "documentation"),
        ("Some_Key\n", "documentation"),
        ("random_signature_key", "documentation"),
        ("abcdef", "documentation"),
        ("", "0 characters"),
        ("0f" * 15, "30 characters"),
        ("0123456789abcdef" * 2, "16 bytes"),
        ("0123456789abcdef" * 3, "24 bytes"),
        ("0" * 64, "repeats"),
        ("01" * 32, "repeats"),
        ("0123456789abcdefg" * 4, "hexadecimal"),
        ("a long sentence that is no key at all, whatever it says", "hexadecimal"),
        ("\ufeff" + "0123456789abcdef" * 4, "hexadecimal"),
    ],
)
def test_a_key_that_is_weak_or_none_is_refused_and_neither_shown_nor_replaced(folder, text, said):
    private.make(folder)
    (folder / "cookie.key").write_text(text, encoding="utf-8")
    with pytest.raises(PeopleError) as wrong:
        private.secret(folder, "cookie.key")
    assert said in str(wrong.value)
    assert "cookie.key" in str(wrong.value)
    assert not text.strip() or text.strip() not in str(wrong.value)
    assert (folder / "cookie.key").read_text(encoding="utf-8") == text


def test_a_key_that_is_no_text_is_refused(folder):
    private.make(folder)
    (folder / "cookie.key").write_bytes(bytes(range(200, 232)))
    with pytest.raises(PeopleError, match="cannot be read"):
        private.secret(folder, "cookie.key")


def test_a_key_from_elsewhere_can_be_examined():
    private.refuse_weak("kK3vJ8qLw0ZxYtRrPpNnMmHhGgFfDdSs", "[auth] cookie_secret")
    with pytest.raises(PeopleError, match=r"\[auth\] cookie_secret.*write another"):
        private.refuse_weak("changeme", "[auth] cookie_secret", "write another")


def _secret(folder: Path, number: int) -> bytes:
    met = folder.parent / "met"
    met.mkdir(parents=True, exist_ok=True)
    (met / str(number)).touch()
    deadline = time.monotonic() + 60
    while len(list(met.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.001)
    return private.secret(folder, "cookie.key")


def test_processes_that_begin_at_once_have_one_key(folder):
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert len(set(pool.map(_secret, [folder] * 2, [1, 2]))) == 1


def test_a_reader_sees_the_old_content_or_the_new(folder):
    path = private.make(folder) / "directory.csv"
    contents = [letter * 50_000 for letter in (b"a", b"b")]
    private.put(path, contents[0])
    seen: set[bytes] = set()
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        private.put(path, contents[number % 2])
    ended.set()
    reader.join()
    assert seen <= set(contents)
    assert seen


def test_one_at_a_time_holds_the_folder(folder):
    with (
        private.alone(folder),
        pytest.raises(PeopleError, match="somebody else is changing"),
        private.alone(folder, wait=0.05),
    ):
        pass
    with private.alone(folder, wait=0.05):
        pass


def test_the_lock_is_given_back_when_the_work_fails(folder):
    with pytest.raises(RuntimeError), private.alone(folder):
        raise RuntimeError
    with private.alone(folder, wait=0.05):
        pass
