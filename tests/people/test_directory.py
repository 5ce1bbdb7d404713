"""The directory: what it reads, what it refuses and says, and that a spreadsheet may be used on it."""

from __future__ import annotations

import csv
import os
import stat
import string
import time
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_engine.access import Role
from kpi_engine.errors import DirectoryError, PeopleError
from kpi_engine.people import directory
from kpi_engine.people.directory import Person

HEADER = "user,name,role,academies\n"
ADA = Person("ada@trust.example", "Ada Okafor", Role.ADMIN, frozenset())
BEN = Person("ben@trust.example", "Ben Hale", Role.HEADTEACHER, frozenset({"900201", "900202"}))
CAT = Person("cat@trust.example", "Cat Moss", Role.GOVERNOR, frozenset())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "directory.csv"


def _file(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


# Reading


def test_a_directory_of_every_role_is_read(path):
    _file(
        path,
        HEADER
        + "ada@trust.example,Ada Okafor,admin,\n"
        + "ben@trust.example,Ben Hale,headteacher,900201 900202\n"
        + "cat@trust.example,Cat Moss,governor,\n"
        + "dee@trust.example,Dee Lund,executive,\n",
    )
    people = directory.read(path)
    assert list(people) == ["ada@trust.example", "ben@trust.example", "cat@trust.example", "dee@trust.example"]
    assert people["ben@trust.example"] == BEN
    assert [str(p.role) for p in people.values()] == ["admin", "headteacher", "governor", "executive"]


def test_what_a_spreadsheet_makes_of_the_file_is_read_alike(path):
    plain = HEADER + "ben@trust.example,Ben Hale,headteacher,900201 900202\n"
    spreadsheet = (
        b"\xef\xbb\xbf"
        b'USER , Name,"role",Academies,,\r\n'
        b' Ben@Trust.Example ,"  Ben Hale ",Headteacher,"900201; 900202",,\r\n,,,,,\r\n\r\n'
    )
    assert directory.read(_file(path, plain)) == directory.read(_file(path, spreadsheet)) == {BEN.user: BEN}


def test_columns_may_stand_in_any_order(path):
    _file(path, "academies,role,user,name\n900201;900202,headteacher,ben@trust.example,Ben Hale\n")
    assert directory.read(path) == {BEN.user: BEN}


def test_without_a_file_nobody_is_known(path):
    assert directory.read(path) == {}
    assert directory.find(path, "ada@trust.example") is None


def test_somebody_is_found_in_whatever_capitals_they_sign_in(path):
    directory.write(path, [ADA, BEN])
    assert directory.find(path, " BEN@trust.EXAMPLE ") == BEN
    assert directory.find(path, "ben@trust.example.org") is None
    for nobody in ("", " ", "ben hale", "\x00", "ben@trust.example\n,x"):
        assert directory.find(path, nobody) is None


def test_a_look_alike_that_somebody_vouched_for_is_not_the_person(path):
    directory.write(path, [Person("kim@trust.example", "Kim Reed", Role.EXECUTIVE)])
    assert directory.find(path, "Kim@trust.example") is not None
    for look_alike in ("\u212aim@trust.example", "ｋｉｍ@trust.example", "kim＠trust.example", "кim@trust.example"):
        assert directory.find(path, look_alike) is None


def test_users_of_an_openid_provider_can_be_named(path):
    users = ["3f2a9c10-1111-4222-8333-444455556666@9b1d0000-aaaa-4bbb-8ccc-ddddeeeeffff", "108204268033311374519"]
    directory.write(path, [Person(user, "", Role.EXECUTIVE) for user in users])
    assert list(directory.read(path)) == users
    assert directory.find(path, users[0].upper()) is not None


def test_a_change_of_the_file_counts_at_once(path):
    directory.write(path, [ADA, BEN])
    before = path.stat()
    content = path.read_text(encoding="utf-8").replace("900201", "900203")
    path.write_text(content, encoding="utf-8", newline="")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = directory.find(path, BEN.user)
    assert found is not None
    assert found.academies == {"900202", "900203"}
    path.unlink()
    assert directory.find(path, BEN.user) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ("is empty", "user,name,role,academies")),
        ("user,name,role\na,A,admin\n", ("row 1", "has no column 'academies'", "user,name,role,academies")),
        ("user,name,role,academy\na,A,admin,\n", ("row 1", "'academies'")),
        ("user,user,name,role,academies\n", ("row 1", "more than one column 'user'")),
        ("user,name,role,academies,notes\n", ("row 1", "unknown column 'notes'")),
        ("user;name;role;academies\na;A;admin;\n", ("row 1", "'user'")),
        (HEADER + "a,A,admin,\nb,B,Boss,\n", ("row 3", "'role'", "'Boss'", "headteacher, executive, governor, admin")),
        (HEADER + "a,A,,\n", ("row 2", "'role'", "''")),
        (HEADER + "a,A,headteacher,90020\n", ("row 2", "'academies'", "'90020'", "six digits")),
        (HEADER + "a,A,headteacher,9002011\n", ("row 2", "'9002011'")),
        (HEADER + "a,A,headteacher,900201/900202\n", ("row 2", "'900201/900202'", "semicolon")),
        (HEADER + "a,A,headteacher,٩٠٠٢٠١\n", ("row 2", "'academies'")),
        (HEADER + "a,A,headteacher,*\n", ("row 2", "'*'")),
        (HEADER + "a,A,headteacher,\n", ("row 2", "'academies'", "at least one academy")),
        (HEADER + "a,A,executive,900201\n", ("row 2", "'academies'", "executive", "leave it empty")),
        (HEADER + ",A,admin,\n", ("row 2", "'user'", "empty")),
        (HEADER + "a b,A,admin,\n", ("row 2", "'user'", "'a b'", "letters, digits")),
        (HEADER + "a\u200bb,A,admin,\n", ("row 2", "'user'", "unseen")),
        (HEADER + "ab,A\u202eB,admin,\n", ("row 2", "'name'", "unseen")),
        (HEADER + "ab,A\x07,admin,\n", ("row 2", "'name'", "unseen")),
        (HEADER + "a" * 255 + ",A,admin,\n", ("row 2", "'user'", "255 characters")),
        (HEADER + "a," + "A" * 255 + ",admin,\n", ("row 2", "'name'", "254 characters")),
        (HEADER + "a,A,admin,\nb,B,admin,\nA ,A,governor,\n", ("row 4", "'user'", "'a'", "row 2", "one row")),
        (HEADER + "a,A,admin\n", ("row 2", "3 cells under 4 columns")),
        (HEADER + "a,A,headteacher,900201,900202\n", ("row 2", "5 cells under 4 columns", "double quotes")),
        (HEADER + 'a,"A,admin,\n', ("not CSV", "CSV UTF-8")),
        (HEADER.encode() + b"zo\xeb,Zo\xeb,admin,\n", ("not UTF-8", "CSV UTF-8")),
        (HEADER.encode("utf-16"), ("UTF-8",)),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_remedy_and_nobody_gets_in(path, content, said):
    _file(path, content)
    for asking in (lambda: directory.read(path), lambda: directory.find(path, "a")):
        with pytest.raises(DirectoryError) as wrong:
            asking()
        for words in (str(path), *said):
            assert words in str(wrong.value)


def test_a_folder_in_the_files_place_lets_nobody_in(path):
    path.mkdir(parents=True)
    with pytest.raises(DirectoryError, match="cannot be read"):
        directory.find(path, ADA.user)


def test_a_file_that_was_cut_off_gives_nobody_more_than_before(path):
    people = [ADA, BEN, CAT, Person("dee@trust.example", "=Dee, Lund", Role.HEADTEACHER, frozenset({"900203"}))]
    directory.write(path, people)
    whole, known = path.read_bytes(), directory.read(path)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        try:
            cut = directory.read(path)
        except DirectoryError:
            continue
        for user, person in cut.items():
            assert user in known
            assert person.role == known[user].role
            assert person.academies <= known[user].academies


def test_fifty_people_are_read_in_a_millisecond(path):
    directory.write(
        path, [Person(f"u{i}@trust.example", f"Person {i}", Role.HEADTEACHER, BEN.academies) for i in range(50)]
    )
    times = []
    for _ in range(30):
        begun = time.perf_counter()
        directory.find(path, "u25@trust.example")
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.001


# Writing


def test_what_is_written_is_for_the_owner_alone_and_nothing_is_left_beside_it(path):
    directory.write(path, [ADA])
    directory.write(path, [ADA, BEN])
    assert [p.name for p in path.parent.iterdir()] == ["directory.csv"]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_write_that_fails_leaves_the_file_as_it_was(path, monkeypatch):
    directory.write(path, [ADA])
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PeopleError, match="No space left"):
        directory.write(path, [ADA, BEN])
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["directory.csv"]


@pytest.mark.parametrize(
    "person",
    [
        Person("a", "A", Role.HEADTEACHER, frozenset()),
        Person("a", "A", Role.GOVERNOR, frozenset({"900201"})),
        Person("a", "A", Role.HEADTEACHER, frozenset({"9002"})),
        Person("a b", "A", Role.ADMIN),
        Person("a", "A\nb,B,admin,", Role.ADMIN),
        Person("a\r\nb,B,admin,", "A", Role.GOVERNOR),
    ],
)
def test_what_could_not_be_read_is_not_written(path, person):
    directory.write(path, [ADA])
    before = path.read_bytes()
    with pytest.raises(DirectoryError):
        directory.write(path, [ADA, person])
    with pytest.raises(DirectoryError):
        directory.write(path, [ADA, ADA])
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", "'=1+1", "＝1+1", "\t=1"]
)
def test_no_cell_begins_as_a_formula_does_and_names_come_back(path, name):
    directory.write(path, [Person("+44@trust.example", name, Role.EXECUTIVE)])
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for cell in row)
    (person,) = directory.read(path).values()
    assert (person.user, person.name) == ("+44@trust.example", unicodedata.normalize("NFKC", name).strip())


USERS = st.text(st.sampled_from(string.ascii_lowercase + string.digits + "._-@+'=#/|:~é漢"), min_size=1, max_size=20)
# the Ogham space is the one blank that stays itself when texts are normalised, and is refused like an unseen character
NAMES = st.text(st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters="\u1680"), max_size=30)


@st.composite
def _people(draw: st.DrawFn) -> Person:
    role = draw(st.sampled_from(Role))
    urns = st.frozensets(st.from_regex(r"[0-9]{6}", fullmatch=True), min_size=1, max_size=4)
    return Person(draw(USERS), draw(NAMES), role, draw(urns) if role is Role.HEADTEACHER else frozenset())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_people(), max_size=8, unique_by=lambda p: unicodedata.normalize("NFKC", p.user)))
def test_everybody_who_is_written_is_read_again(path, people):
    directory.write(path, people)
    read = directory.read(path)
    assert [p.user for p in read.values()] == [unicodedata.normalize("NFKC", p.user) for p in people]
    for person, again in zip(people, read.values(), strict=True):
        assert again.name == unicodedata.normalize("NFKC", person.name).strip()
        assert (again.role, again.academies) == (person.role, person.academies)
        found = directory.find(path, person.user.upper() if person.user.isascii() else person.user)
        assert found == again
    content = path.read_bytes()
    directory.write(path, read.values())
    assert path.read_bytes() == content


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_a_user_name_is_either_refused_or_in_one_form(text):
    try:
        found = directory.key(text)
    except PeopleError:
        return
    assert directory.key(found) == found
    assert directory.key(f"  {found}\t") == found
    assert found.isprintable()
    assert not set(found) & set(' ,;"<>&\\\n\r\t')


# Changing


def test_people_are_added_changed_and_removed(path):
    directory.add(path, ADA)
    directory.add(path, BEN)
    with pytest.raises(PeopleError, match="already"):
        directory.add(path, Person(" BEN@trust.example", "Somebody else", Role.ADMIN))
    directory.change(path, Person("Ben@trust.example", "Ben Hale", Role.EXECUTIVE))
    assert directory.read(path)["ben@trust.example"].role is Role.EXECUTIVE
    directory.remove(path, "BEN@trust.example")
    assert directory.read(path) == {ADA.user: ADA}
    for change in (lambda: directory.remove(path, BEN.user), lambda: directory.change(path, BEN)):
        with pytest.raises(PeopleError, match="not in the directory"):
            change()


def test_the_last_admin_stays(path):
    directory.write(path, [ADA, BEN])
    before = path.read_bytes()
    for change in (
        lambda: directory.remove(path, ADA.user),
        lambda: directory.change(path, Person(ADA.user, "", Role.EXECUTIVE)),
    ):
        with pytest.raises(PeopleError, match="nobody else is an admin"):
            change()
    assert path.read_bytes() == before
    directory.change(path, Person(BEN.user, "", Role.ADMIN))
    directory.remove(path, ADA.user)
    assert list(directory.read(path)) == [BEN.user]


def test_a_broken_file_is_not_written_over(path):
    _file(path, HEADER + "ada,Ada,boss,\n")
    before = path.read_bytes()
    with pytest.raises(DirectoryError):
        directory.add(path, BEN)
    assert path.read_bytes() == before


def _meet(folder: Path, name: str) -> None:
    """Wait until another process is here too: starting takes longer than what is tested."""
    folder.mkdir(exist_ok=True)
    (folder / name).touch()
    deadline = time.monotonic() + 60
    while len(list(folder.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.001)


def _add_ten(path: Path, first: int) -> None:
    _meet(path.parents[1] / "met", str(first))
    for number in range(first, first + 10):
        directory.add(path, Person(f"u{number}", "", Role.EXECUTIVE))


def test_two_processes_that_add_at_once_lose_nobody(path):
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(_add_ten, [path, path], [100, 200]))
    assert set(directory.read(path)) == {f"u{n}" for n in (*range(100, 110), *range(200, 210))}
