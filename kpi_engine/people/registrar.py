"""Changes to who may use the explorer: directory, accounts and sessions together, each change recorded in the trail.

The command line and the admins' page make the same calls. Nothing is changed while the trail cannot be written.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.access import Role
from kpi_engine.errors import PeopleError
from kpi_engine.people import directory, private
from kpi_engine.people.accounts import CODE_HOURS, Account, Accounts
from kpi_engine.people.directory import Person
from kpi_engine.people.passwords import COST
from kpi_engine.people.sessions import Sessions
from kpi_engine.people.trail import Event, Trail, fitting


@dataclass(frozen=True, slots=True)
class Listed:
    """A user name with what the directory and the accounts hold of it; either may be missing."""

    user: str
    person: Person | None
    account: Account | None


@dataclass(frozen=True, slots=True)
class Registrar:
    """Whoever (``who``, as the trail shall name them) manages the people of a private folder.

    Every method raises PeopleError, with nothing changed, when what is asked cannot be done. A method that answers with
    text answers with a one-time code. ``cost`` is bcrypt's work factor.
    """

    folder: Path
    who: str
    cost: int = COST

    def everyone(self, now: dt.datetime | None = None) -> list[Listed]:
        """All who are in the directory, in its order, then accounts of which the directory knows nothing."""
        people = directory.read(self._directory)
        accounts = {account.user: account for account in self._accounts().everyone(now)}
        found = [Listed(user, person, accounts.pop(user, None)) for user, person in people.items()]
        return found + [Listed(user, None, account) for user, account in accounts.items()]

    def first(
        self, person: Person, password: str | None = None, *, account: bool = True, now: dt.datetime | None = None
    ) -> str | None:
        """Add the first admin, whose password is their own choice; refused when there is an admin already."""
        self.refuse_a_second_first()
        if person.role is not Role.ADMIN:
            raise PeopleError("the first person to be added must be an admin")
        return self._add(person, password, account, False, now)

    def add(
        self, person: Person, password: str | None = None, *, account: bool = True, now: dt.datetime | None = None
    ) -> str | None:
        """Add a person to the directory, and an account: with a password to be changed, or else with a one-time code.

        ``account`` false is for people who sign in with Microsoft or Google: they stand in the directory only.
        """
        return self._add(person, password, account, True, now)

    def refuse_known(self, user: str) -> None:
        """Raise PeopleError, which says what to do instead, when the directory has a person of that user name."""
        if directory.key(user) in directory.read(self._directory):
            raise PeopleError(
                f"{user} is in the directory already; “accounts link” gives them a link to sign in with, “accounts "
                "change” another role or other academies"
            )

    def refuse_a_second_first(self) -> None:
        """Raise PeopleError when the directory has an admin."""
        if directory.admins(directory.read(self._directory)):
            raise PeopleError("there is an admin already; “accounts add” adds more people")

    def _add(
        self, person: Person, password: str | None, account: bool, must_change: bool, now: dt.datetime | None
    ) -> str | None:
        user = directory.key(person.user)
        self.refuse_known(user)
        with self._trail() as trail:
            accounts = self._accounts()
            if account:
                accounts.add(user, password, now, must_change=must_change)
            try:
                directory.add(self._directory, person)
            except PeopleError:
                if account:
                    accounts.remove(user, now)
                raise
            trail.add(self.who, Event.DIRECTORY_CHANGED, fitting(f"added {_described(person)}"), now)
            if not account:
                return None
            how = "a password to be changed" if must_change else "their own password"
            how = "a one-time link" if password is None else how
            trail.add(self.who, Event.ACCOUNT_ADDED, fitting(f"{user}, with {how}"), now)
            return accounts.invite(user, now) if password is None else None

    def change(self, person: Person, now: dt.datetime | None = None) -> None:
        """Give somebody in the directory another name, role or other academies; the last admin stays one."""
        with self._trail() as trail:
            if person.role is not Role.ADMIN:
                self._keep_an_admin(directory.key(person.user), self._accounts(), now)
            directory.change(self._directory, person)
            trail.add(self.who, Event.DIRECTORY_CHANGED, fitting(f"now {_described(person)}"), now)

    def remove(self, user: str, now: dt.datetime | None = None) -> None:
        """Take somebody out of the directory, delete their account and end their sessions; the last admin stays."""
        name = directory.key(user)
        with self._trail() as trail:
            accounts = self._accounts()
            listed = name in directory.read(self._directory)
            account = accounts.find(name, now) is not None
            if not (listed or account):
                raise PeopleError(f"{name} is neither in the directory nor among the accounts; see “accounts list”")
            self._keep_an_admin(name, accounts, now)
            if listed:
                directory.remove(self._directory, name)
            if account:
                accounts.remove(name, now)
            Sessions(self._people).forget_all_of(name, now)
            trail.add(self.who, Event.DIRECTORY_CHANGED, fitting(f"removed {name}"), now)

    def disable(self, user: str, now: dt.datetime | None = None) -> None:
        """Let nobody sign in with an account, and end its sessions; refused for the last admin who can sign in."""
        name = directory.key(user)
        with self._trail() as trail:
            accounts = self._accounts()
            self._account_of(name, accounts, now)
            self._keep_an_admin(name, accounts, now)
            accounts.disable(name, now)
            trail.add(self.who, Event.ACCOUNT_DISABLED, fitting(name), now)

    def enable(self, user: str, now: dt.datetime | None = None) -> None:
        """Let an account sign in again, with the password it had, and end its lock-out."""
        name = directory.key(user)
        with self._trail() as trail:
            accounts = self._accounts()
            self._account_of(name, accounts, now)
            accounts.enable(name, now)
            trail.add(self.who, Event.ACCOUNT_ENABLED, fitting(name), now)

    def reset(self, user: str, password: str | None = None, now: dt.datetime | None = None) -> str | None:
        """Give an account a password to be changed, or a one-time code; the old one, lock-out and sessions end."""
        name = directory.key(user)
        with self._trail() as trail:
            accounts = self._accounts()
            if self._account_of(name, accounts, now).disabled:
                raise PeopleError(f"the account of {name} is disabled; enable it first")
            code = accounts.reset(name, now) if password is None else None
            if password is not None:
                accounts.set_password(name, password, now)
            how = "a one-time link" if password is None else "a password to be changed"
            trail.add(self.who, Event.ACCOUNT_RESET, fitting(f"{name}, with {how}"), now)
            return code

    def link(self, user: str, now: dt.datetime | None = None, hours: int = CODE_HOURS) -> str:
        """A new one-time code for an account, beside the password it has; somebody in the directory gets an account."""
        name = directory.key(user)
        with self._trail() as trail:
            accounts = self._accounts()
            if accounts.find(name, now) is None:
                directory.known(directory.read(self._directory), name)
                accounts.add(name, None, now)
                trail.add(self.who, Event.ACCOUNT_ADDED, fitting(f"{name}, with a one-time link"), now)
                return accounts.invite(name, now, hours)
            code = accounts.invite(name, now, hours)
            trail.add(self.who, Event.ACCOUNT_RESET, fitting(f"{name}, a one-time link beside the password"), now)
            return code

    def _account_of(self, name: str, accounts: Accounts, now: dt.datetime | None) -> Account:
        account = accounts.find(name, now)
        if account is None and name in directory.read(self._directory):
            raise PeopleError(
                f"{name} is in the directory but has no account; “accounts link” makes one, “accounts remove” shuts "
                "out whoever signs in with Microsoft or Google"
            )
        if account is None:
            raise PeopleError(f"{name} has no account; “accounts list” shows who has one")
        return account

    def _keep_an_admin(self, name: str, accounts: Accounts, now: dt.datetime | None) -> None:
        admins = {person.user for person in directory.admins(directory.read(self._directory))}
        disabled = {account.user for account in accounts.everyone(now) if account.disabled}
        if name in admins and admins - {name} <= disabled:
            raise PeopleError("nobody else is an admin who can sign in; add or enable another admin first")

    @property
    def _directory(self) -> Path:
        return self.folder / private.DIRECTORY

    @property
    def _people(self) -> Path:
        return self.folder / private.PEOPLE

    def _accounts(self) -> Accounts:
        return Accounts(self._people, self.cost)

    def _trail(self) -> Trail:
        trail = Trail(private.make(self.folder) / private.TRAIL)
        trail.ready()
        return trail


def _described(person: Person) -> str:
    where = f" of {' '.join(sorted(person.academies))}" if person.academies else ""
    return f"{directory.key(person.user)}, {person.role}{where}"
