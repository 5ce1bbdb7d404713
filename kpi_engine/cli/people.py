"""``accounts``: who may use the explorer. A password is asked for on the terminal and given in no other way."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import json
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from kpi_engine import settings
from kpi_engine.access import Role
from kpi_engine.cli import trail
from kpi_engine.cli.text import table
from kpi_engine.errors import PeopleError, UsageError
from kpi_engine.people import directory, passwords, private
from kpi_engine.people.accounts import CODE_HOURS
from kpi_engine.people.directory import Person
from kpi_engine.people.registrar import Listed, Registrar
from kpi_engine.sample import has_data
from kpi_engine.warehouse.folder import open_store

_LONDON = ZoneInfo("Europe/London")
_TRIES = 3
_HEADER = ("user", "name", "role", "account", "academies")


def wire(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``accounts`` and what belongs to it to the command line's grammar."""
    accounts = commands.add_parser("accounts", help="who may use the explorer: add, disable, reset, list")
    doing = accounts.add_subparsers(dest="doing", required=True, metavar="WHAT")

    first = doing.add_parser("first", help="add the first admin, once")
    first.add_argument("--user", help="what they sign in as (else it is asked for)")
    first.add_argument("--name", help="their name (else it is asked for)")
    _how(first)
    first.set_defaults(run=first_admin)

    more = doing.add_parser("add", help="add a person")
    more.add_argument("user", metavar="USER", help="what they sign in as: a name, an e-mail address, an OpenID")
    more.add_argument("--role", required=True, choices=[str(role) for role in Role])
    more.add_argument("--name", default="", help="their name")
    _academies(more)
    _how(more)
    more.set_defaults(run=add)

    other = doing.add_parser("change", help="change a person's role, name or academies")
    other.add_argument("user", metavar="USER")
    other.add_argument("--role", choices=[str(role) for role in Role])
    other.add_argument("--name")
    _academies(other)
    other.set_defaults(run=change)

    for name, text, run in (
        ("disable", "let nobody sign in with an account, from this moment on", disable),
        ("enable", "let an account sign in again, and end its lock-out", enable),
        ("remove", "take a person out, with their account", remove),
        ("link", f"a one-time link to choose a password with; it holds {CODE_HOURS} hours", link),
        ("reset", "a new password, in place of the one there was", reset),
    ):
        one = doing.add_parser(name, help=text)
        one.add_argument("user", metavar="USER")
        one.set_defaults(run=run)
        if name == "reset":
            one.add_argument("--link", action="store_true", help="print a one-time link; ask for no password")

    everyone = doing.add_parser("list", help="everybody in the directory and every account")
    everyone.add_argument("--format", choices=("table", "json"), default="table")
    everyone.set_defaults(run=list_all)


def _how(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--link", action="store_true", help="print a one-time link; ask for no password")
    how.add_argument("--no-password", action="store_true", help="they sign in with Microsoft or Google")


def _academies(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--academy", action="append", nargs="+", metavar="URN", help="the academies of a headteacher")


def first_admin(args: argparse.Namespace) -> int:
    """Add the first admin."""
    registrar = _registrar()
    registrar.refuse_a_second_first()
    user = directory.key(args.user if args.user is not None else _asked("User name or e-mail address: ", "--user"))
    name = args.name if args.name is not None else _asked("Name: ", "--name")
    return _added(args, Person(user, name, Role.ADMIN), registrar.first)


def add(args: argparse.Namespace) -> int:
    """Add a person to the directory, and their account."""
    academies = frozenset(chain.from_iterable(args.academy or ()))
    person = Person(directory.key(args.user), args.name, Role(args.role), academies)
    _consistent(person)
    registrar = _registrar()
    registrar.refuse_known(person.user)
    return _added(args, person, registrar.add)


def _added(args: argparse.Namespace, person: Person, adding: Callable[..., str | None]) -> int:
    elsewhere = settings.load().sign_in == "oidc"
    if args.link and elsewhere:
        raise UsageError("people sign in with Microsoft or Google here ([sign_in] method), so no link is needed")
    account = not (args.no_password or elsewhere)
    password = _new_password(person.user) if account and not args.link else None
    code = adding(person, password, account=account)
    print(f"Added {person.user}: {person.role}{_of(person)}.", file=sys.stderr)
    if not account:
        print("They sign in with Microsoft or Google; no password is kept here.", file=sys.stderr)
    _hand_over(code, person.user)
    return 0


def change(args: argparse.Namespace) -> int:
    """Change a person's role, name or academies in the directory."""
    if args.role is None and args.name is None and args.academy is None:
        raise UsageError("say what to change: --role, --name or --academy")
    registrar = _registrar()
    old = directory.known(directory.read(registrar.folder / private.DIRECTORY), args.user)
    role = Role(args.role) if args.role else old.role
    academies = old.academies if role is Role.HEADTEACHER else frozenset()
    if args.academy is not None:
        academies = frozenset(chain.from_iterable(args.academy))
    person = Person(old.user, old.name if args.name is None else args.name, role, academies)
    _consistent(person)
    registrar.change(person)
    print(f"{person.user} is now: {person.role}{_of(person)}.", file=sys.stderr)
    return 0


def disable(args: argparse.Namespace) -> int:
    """Let nobody sign in with an account."""
    _registrar().disable(args.user)
    print(f"Disabled {args.user}; whoever was signed in with it is signed out.", file=sys.stderr)
    return 0


def enable(args: argparse.Namespace) -> int:
    """Let an account sign in again."""
    _registrar().enable(args.user)
    print(f"Enabled {args.user}.", file=sys.stderr)
    return 0


def remove(args: argparse.Namespace) -> int:
    """Take a person out of the directory, with their account and sessions."""
    _registrar().remove(args.user)
    print(f"Removed {args.user}.", file=sys.stderr)
    return 0


def link(args: argparse.Namespace) -> int:
    """Print a one-time link."""
    if settings.load().sign_in == "oidc":
        raise UsageError("people sign in with Microsoft or Google here ([sign_in] method), so no link is needed")
    _hand_over(_registrar().link(args.user), args.user)
    return 0


def reset(args: argparse.Namespace) -> int:
    """Give an account a new password, or a one-time link in place of the one it had."""
    password = None if args.link else _new_password(directory.key(args.user))
    code = _registrar().reset(args.user, password)
    print(f"Reset {args.user}: the old password and every open session have ended.", file=sys.stderr)
    _hand_over(code, args.user)
    return 0


def list_all(args: argparse.Namespace) -> int:
    """Print everybody in the directory and every account."""
    found = _registrar().everyone()
    if args.format == "json":
        json.dump([_as_dict(listed) for listed in found], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif not found:
        print("Nobody yet; begin with: python -m kpi_engine accounts first", file=sys.stderr)
    else:
        print(table(_HEADER, [_row(listed) for listed in found]))
    return 0


def _registrar() -> Registrar:
    return Registrar(settings.load().private_folder, trail.who())


def _consistent(person: Person) -> None:
    if person.role is Role.HEADTEACHER and not person.academies:
        raise UsageError("a headteacher needs at least one academy: --academy 123456")
    if person.role is not Role.HEADTEACHER and person.academies:
        raise UsageError(f"a person whose role is {person.role} sees all academies; leave --academy out")
    folder = settings.load().data_folder
    if person.academies and has_data(folder):
        _in_the_trust(person.academies, folder)


def _in_the_trust(academies: frozenset[str], folder: Path) -> None:
    with open_store(folder) as store:
        known = {academy.urn: academy.name for academy in store.roster()}
    unknown = sorted(academies - set(known))
    if unknown:
        those = ", ".join(f"{urn} {name}" for urn, name in sorted(known.items(), key=lambda pair: pair[1]))
        raise UsageError(f"the trust has no academy {', '.join(unknown)}; it has: {those}")


def _asked(question: str, instead: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError(f"nobody is here to answer; say it with {instead}")
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _new_password(user: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError("a password is asked for on a terminal only; use --link for a one-time link")
    for left in reversed(range(_TRIES)):
        try:
            password = getpass.getpass(f"Password for {user} ({passwords.FEWEST} characters or more): ")
            passwords.checked(password, user)
            if getpass.getpass("The same again: ") == password:
                return password
            raise PeopleError("the two are not the same")
        except EOFError as error:
            raise PeopleError("no password was given; nothing has been changed") from error
        except PeopleError as error:
            if left == 0:
                raise
            print(f"{error}. Once more:", file=sys.stderr)
    raise AssertionError


def _hand_over(code: str | None, user: str) -> None:
    if code is None:
        return
    until = dt.datetime.now(_LONDON) + dt.timedelta(hours=CODE_HOURS)
    print(
        f"One-time link for {user}, until {until:%A %d %B, %H:%M}: the explorer's address, such as "
        "https://figures.trust.example, and behind it the line below. They choose a password there. It works once, "
        "and is not shown again.",
        file=sys.stderr,
    )
    print(f"/?invite={code}")


def _of(person: Person) -> str:
    return f" of {', '.join(sorted(person.academies))}" if person.academies else ""


def _state(listed: Listed) -> str:
    account = listed.account
    if account is None:
        return "none"
    if account.disabled:
        return "disabled"
    if account.locked_until is not None:
        return f"locked until {account.locked_until.astimezone(_LONDON):%H:%M}"
    if not account.has_password:
        return "waits for its link" if account.code_until else "no password, no link"
    return "must change password" if account.must_change else "active"


def _row(listed: Listed) -> Sequence[str]:
    person = listed.person
    if person is None:
        return (listed.user, "", "not in the directory", _state(listed), "")
    return (listed.user, person.name, str(person.role), _state(listed), " ".join(sorted(person.academies)))


def _as_dict(listed: Listed) -> dict[str, object]:
    person, account = listed.person, listed.account
    times = (
        {}
        if account is None
        else {
            "created": account.created,
            "changed": account.changed,
            "code_until": account.code_until,
            "locked_until": account.locked_until,
        }
    )
    return {
        "user": listed.user,
        "name": None if person is None else person.name,
        "role": None if person is None else str(person.role),
        "academies": [] if person is None else sorted(person.academies),
        "account": None
        if account is None
        else {
            "disabled": account.disabled,
            "must_change": account.must_change,
            "has_password": account.has_password,
            **{name: None if at is None else at.isoformat(timespec="seconds") for name, at in times.items()},
        },
    }
