"""The directory: who may see what. The trust's own file is the only place that roles come from.

``directory.csv`` has a header and a row for each person: ``user`` (what they sign in as: a name, an e-mail address, or
for OpenID ``object-id@tenant-id`` or the subject), ``name``, ``role`` and ``academies`` (URNs of a headteacher). It is
read anew for each question. A file with anything wrong in it lets nobody in.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.access import Role
from kpi_engine.errors import DirectoryError, PeopleError
from kpi_engine.people import private

COLUMNS = ("user", "name", "role", "academies")
LONGEST = 254

_URN = re.compile(r"[0-9]{6}")
_BETWEEN = re.compile(r"[\s;,]+")
_PLAIN = re.compile(r"[a-z0-9._@-]+")
_SIGNS = frozenset("._-@+'#=/|:~")
_FORMULA = re.compile(r"'*[=+\-@]")
_MARKED = re.compile(r"'+[=+\-@]")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the explorer. ``user`` is as ``key`` gives it; ``academies`` are a headteacher's URNs."""

    user: str
    name: str
    role: Role
    academies: frozenset[str] = frozenset()


def key(user: str) -> str:
    """A user name in the directory's form: lower case, compatibility characters resolved (NFKC), without blanks around.

    Raises PeopleError for a name with blanks or unseen characters, or longer than 254 characters.
    """
    found = _plain(_plain(user).lower())
    if not found:
        raise PeopleError("the user name is empty; write the name or the e-mail address that they sign in with")
    if len(found) > LONGEST:
        raise PeopleError(f"the user name has {len(found)} characters; {LONGEST} are the most")
    if _PLAIN.fullmatch(found):
        return found
    wrong = sorted({c for c in found if not (c.isalnum() or c in _SIGNS or unicodedata.category(c) in ("Mn", "Mc"))})
    if wrong:
        raise PeopleError(
            f"the user name {found!r} holds {', '.join(map(repr, wrong))}; it may hold letters, digits and "
            f"{' '.join(sorted(_SIGNS))}"
        )
    return found


def read(path: Path) -> Mapping[str, Person]:
    """Everybody in the directory by ``user``, in the file's order; nobody when there is no such file.

    Raises DirectoryError, which names the file, the row as a spreadsheet counts it, the column, the value and the
    remedy, for anything that is wrong anywhere in the file.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise DirectoryError(f"{path} cannot be read ({error.strerror}); let the explorer's account read it") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DirectoryError(f"{path} is not UTF-8 text; save it as “CSV UTF-8”") from error
    return _parsed(text, path)


def find(path: Path, user: str) -> Person | None:
    """The person who signed in as ``user``, from the file as it is now; None for an unknown user or a missing file.

    A name that becomes plain ASCII only by resolving look-alikes is unknown: whoever vouched for the one did not vouch
    for the other. Raises DirectoryError as ``read`` does.
    """
    people = read(path)
    try:
        found = key(user)
    except PeopleError:
        return None
    if found.isascii() and not user.strip().isascii():
        return None
    return people.get(found)


def write(path: Path, people: Iterable[Person]) -> None:
    """Put these people in the directory, in place of all who are there, in one step and for the owner's eyes alone.

    Cells that a spreadsheet would take for a formula get an apostrophe in front, which ``read`` takes away. Raises
    DirectoryError, and changes nothing, when ``read`` would not accept the file.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for person in people:
        cells = (person.user, person.name, str(person.role), " ".join(sorted(person.academies)))
        writer.writerow([_marked(_plain(cell)) for cell in cells])
    text = out.getvalue()
    _parsed(text, path)
    private.make(path.parent)
    private.put(path, text.encode("utf-8"))


def add(path: Path, person: Person) -> None:
    """Add a person. Raises PeopleError when there is one of that user name."""

    def added(people: dict[str, Person]) -> None:
        if key(person.user) in people:
            raise PeopleError(f"{person.user} is in the directory already")
        people[key(person.user)] = person

    _change(path, added)


def change(path: Path, person: Person) -> None:
    """Put a person in place of the one of the same user name. Raises PeopleError for an unknown or the last admin."""

    def changed(people: dict[str, Person]) -> None:
        known(people, person.user)
        people[key(person.user)] = person

    _change(path, changed)


def remove(path: Path, user: str) -> None:
    """Take a person out. Raises PeopleError for an unknown user, and for the last admin."""

    def removed(people: dict[str, Person]) -> None:
        del people[known(people, user).user]

    _change(path, removed)


def known(people: Mapping[str, Person], user: str) -> Person:
    """The person of that user name; PeopleError when there is none."""
    person = people.get(key(user))
    if person is None:
        raise PeopleError(f"{user} is not in the directory; “accounts list” shows who is")
    return person


def admins(people: Mapping[str, Person]) -> list[Person]:
    """The people who are admins."""
    return [person for person in people.values() if person.role is Role.ADMIN]


def _change(path: Path, changing: Callable[[dict[str, Person]], None]) -> None:
    with private.alone(path.parent):
        people = dict(read(path))
        had = bool(admins(people))
        changing(people)
        if had and not admins(people):
            raise PeopleError("nobody else is an admin; add another admin first, so that somebody can manage accounts")
        write(path, people.values())


def _parsed(text: str, path: Path) -> dict[str, Person]:
    rows = _rows(text, path)
    if not rows:
        raise DirectoryError(f"{path} is empty; its first row must be: {','.join(COLUMNS)}")
    header = [cell.strip().lower() for cell in rows[0]]
    for column in COLUMNS:
        if header.count(column) != 1:
            how = "has no column" if column not in header else "has more than one column"
            raise DirectoryError(f"{path}, row 1: {how} {column!r}; its first row must be: {','.join(COLUMNS)}")
    more = [cell for cell in header if cell and cell not in COLUMNS]
    if more:
        raise DirectoryError(f"{path}, row 1: unknown column {more[0]!r}; its first row must be: {','.join(COLUMNS)}")
    people: dict[str, Person] = {}
    where: dict[str, int] = {}
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < len(header):
            raise DirectoryError(
                f"{path}, row {number}: {len(cells)} cells under {len(header)} columns; a cell that is empty needs its "
                "comma too"
            )
        if any(cell.strip() for cell in cells[len(header) :]):
            raise DirectoryError(
                f"{path}, row {number}: {len(cells)} cells under {len(header)} columns; put a cell that holds a comma "
                "in double quotes, and part URNs with a blank"
            )
        person = _person({column: cells[header.index(column)] for column in COLUMNS}, f"{path}, row {number}")
        if person.user in people:
            raise DirectoryError(
                f"{path}, row {number}, column 'user': {person.user!r} stands in row {where[person.user]} too; keep "
                "one row for each person"
            )
        people[person.user], where[person.user] = person, number
    return people


def _rows(text: str, path: Path) -> list[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise DirectoryError(f"{path}, line {reader.line_num}: is not CSV ({error}); save it as “CSV UTF-8”") from error


def _person(cells: Mapping[str, str], row: str) -> Person:
    texts = {column: _unmarked(_plain(cell)) for column, cell in cells.items()}
    for column, text in texts.items():
        unseen = None if text.isprintable() else next(c for c in text if not c.isprintable())
        if unseen is not None and not (column == "academies" and unseen in "\t\r\n"):
            raise _wrong(row, column, text, f"it holds the unseen character {unseen!r}; type the cell anew")
    try:
        user = key(texts["user"])
    except PeopleError as error:
        raise _wrong(row, "user", texts["user"], str(error)) from error
    if len(texts["name"]) > LONGEST:
        raise _wrong(row, "name", texts["name"][:40] + "…", f"{LONGEST} characters are the most")
    try:
        role = Role(texts["role"].lower())
    except ValueError as error:
        raise _wrong(row, "role", texts["role"], f"it must be one of: {', '.join(Role)}") from error
    return Person(user, texts["name"], role, _academies(texts["academies"], role, row))


def _academies(text: str, role: Role, row: str) -> frozenset[str]:
    urns = [urn for urn in _BETWEEN.split(text) if urn]
    for urn in urns:
        if not _URN.fullmatch(urn):
            raise _wrong(row, "academies", urn, "a URN has six digits; part several with a blank or a semicolon")
    if role is Role.HEADTEACHER and not urns:
        raise _wrong(row, "academies", text, "a headteacher needs the URN of at least one academy")
    if role is not Role.HEADTEACHER and urns:
        raise _wrong(row, "academies", text, f"a person whose role is {role} sees all academies; leave it empty")
    return frozenset(urns)


def _plain(cell: str) -> str:
    return cell.strip() if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()


def _marked(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unmarked(cell: str) -> str:
    return cell[1:] if _MARKED.match(cell) else cell


def _wrong(row: str, column: str, value: str, remedy: str) -> DirectoryError:
    return DirectoryError(f"{row}, column {column!r}: {value!r}: {remedy}")
