"""People and roles: who may see what and who may sign in, for administrators.

Whatever is pressed here is done in the course of the run that the gate has let in, never in a callback before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from kpi_engine.access import Role
from kpi_engine.errors import PeopleError
from kpi_engine.people import directory
from kpi_engine.people.accounts import CODE_HOURS, Account
from kpi_engine.people.directory import Person
from kpi_engine.people.registrar import Listed, Registrar
from kpi_engine.people.trail import Event
from ui import admin, choice, words
from ui.context import Context
from ui.entrance import to_the_app
from ui.sign_in import record

_LONDON = ZoneInfo("Europe/London")
_NEW = ""
_ASKED = "accounts: asked before it is done"
_ASKS = {
    "disable": ("Disable the account", "{name} is signed out at once and cannot sign in until the account is enabled."),
    "reset": (
        "Take the password away",
        "{name} is signed out at once and chooses a new password with a link that you pass on.",
    ),
    "remove": ("Remove", "{name} is signed out at once, sees nothing any more, and the account is deleted."),
}


def page(context: Context) -> None:
    """Draw the page."""
    if admin.refused(context, "accounts"):
        return
    registrar = Registrar(context.settings.private_folder, context.viewer.user)
    st.html(
        '<h1 class="title">Accounts and roles</h1><p class="lead">Who may see what. Roles come from the trust’s own '
        "list alone, and a change holds from the next click of whoever it is about.</p>"
    )
    left, right = st.columns([7, 4], gap="large")
    with right, st.container(border=True, key="person"):
        _edit(context, registrar)
    with left:
        # Drawn after the change on the right has been made, so that it shows what holds now.
        st.html(_table(context, registrar.everyone()))


def _edit(context: Context, registrar: Registrar) -> None:
    everyone = {listed.user: listed for listed in registrar.everyone()}
    chosen = st.selectbox(
        "Person",
        [_NEW, *everyone],
        format_func=lambda user: "Somebody new" if user == _NEW else _called(everyone.get(user), user),
        key="person-chosen",
    )
    told = st.container()
    listed = everyone.get(chosen)
    with told:
        if listed is None:
            _add(context, registrar)
            return
        _change(context, registrar, listed)
        if chosen == context.viewer.user:
            st.html('<p class="quiet">Your own role and account are another administrator’s to change.</p>')
        else:
            _account(context, registrar, listed)


def _add(context: Context, registrar: Registrar) -> None:
    with st.form("person-new", border=False):
        user = st.text_input("Signs in as", max_chars=directory.LONGEST, help=_how(context))
        name, role, academies = _described(context, Person("", "", Role.HEADTEACHER), "new")
        sent = st.form_submit_button("Add", type="primary")
    if not sent:
        return
    account = context.settings.sign_in == "password"

    def added() -> str:
        person = _complete(Person(directory.key(user), name, role, academies))
        code = registrar.add(person, account=account)
        return _link(person.user, code) if code is not None else f"{_told(person)} may now come in."

    _do(added)


def _change(context: Context, registrar: Registrar, listed: Listed) -> None:
    person = listed.person
    if person is None:
        st.html(
            f'<p class="quiet">{escape(listed.user)} has an account and is not in the directory, so that nothing is '
            "shown to them. Remove the account, or add the person under this name.</p>"
        )
        return
    own = person.user == context.viewer.user
    with st.form(f"person-{person.user}", border=False):
        name, role, academies = _described(context, person, person.user, own)
        sent = st.form_submit_button("Save", type="primary")
    if sent:
        changed = Person(person.user, name, person.role if own else role, person.academies if own else academies)

        def saved() -> str:
            registrar.change(_complete(changed))
            return f"Saved: {_told(changed)}, {words.role_of(changed.role, changed.academies, _names(context))}."

        _do(saved)


def _account(context: Context, registrar: Registrar, listed: Listed) -> None:
    """What may be done with the account; asked first where it hurts."""
    user, name = listed.user, _called(listed, listed.user)
    offered = ["remove"]
    if context.settings.sign_in == "password":
        account = listed.account
        state = ["link"] if account is None else ["enable"] if account.disabled else ["reset", "disable"]
        offered = [*state, "remove"]
    doing: dict[str, Callable[[], str]] = {
        "enable": lambda: _after(lambda: registrar.enable(user), f"{name} can sign in again."),
        "disable": lambda: _after(lambda: registrar.disable(user), f"{name} cannot sign in any more."),
        "reset": lambda: _link(user, registrar.reset(user) or ""),
        "link": lambda: _link(user, registrar.link(user)),
        "remove": lambda: _after(lambda: registrar.remove(user), f"{name} has been removed."),
    }
    labels = {"enable": "Enable", "disable": "Disable", "reset": "New password link", "link": "Give an account",
              "remove": "Remove"}  # fmt: skip
    with st.container(horizontal=True, key="person-doing"):
        pressed = [what for what in offered if st.button(labels[what], key=f"do-{what}-{user}")]
    asked = st.session_state.get(_ASKED)
    for what in pressed:
        asked = (what, user) if what in _ASKS else None
        if asked is None:
            _do(doing[what])
    if asked is not None and asked[1] == user and asked[0] in offered:
        sure = _sure(asked[0], user, name)
        if sure:
            _do(doing[asked[0]])
        asked = asked if sure is None else None
    st.session_state[_ASKED] = asked


def _sure(what: str, user: str, name: str) -> bool | None:
    """Whether it shall be done; None while that has not been answered."""
    title, says = _ASKS[what]
    yes, no = f"yes-{what}-{user}", f"no-{what}-{user}"
    if st.session_state.get(yes) or st.session_state.get(no):
        return bool(st.session_state.get(yes))
    with st.container(key="person-sure"):
        st.html(f'<p role="alert"><b>{escape(title)}?</b> {escape(says.format(name=name))}</p>')
        with st.container(horizontal=True):
            st.button(f"Yes, {title[:1].lower()}{title[1:]}", key=yes, type="primary")
            st.button("No", key=no)
    return None


def _described(context: Context, person: Person, key: str, own: bool = False) -> tuple[str, Role, frozenset[str]]:
    """The fields of a person; a value that is not offered counts as none."""
    names = _names(context)
    name = st.text_input("Name", person.name, max_chars=120, key=f"name-of-{key}")
    role = st.selectbox(
        "Role",
        list(Role),
        list(Role).index(person.role),
        format_func=words.role_name,
        key=f"role-of-{key}",
        disabled=own,
    )
    academies = st.multiselect(
        "Academies that a headteacher leads",
        [*names, *sorted(person.academies - names.keys())],
        sorted(person.academies),
        format_func=lambda urn: f"{names[urn]} ({urn})" if urn in names else f"{urn} (not in the data)",
        key=f"academies-of-{key}",
        disabled=own,
        placeholder="None",
    )
    asked = Role(role) if role in list(Role) else person.role
    led = frozenset(urn for urn in academies if urn in names or urn in person.academies)
    return name.strip(), asked, led if asked is Role.HEADTEACHER else frozenset()


def _complete(person: Person) -> Person:
    if person.role is Role.HEADTEACHER and not person.academies:
        raise PeopleError("a headteacher leads at least one academy; choose which")
    return person


def _do(doing: Callable[[], str]) -> None:
    """Do it, and say what came of it."""
    try:
        said = doing()
    except PeopleError as error:
        st.html(f'<div class="told wrong" role="alert">{escape(choice.said(error))}</div>')
        return
    if said:
        st.html(f'<div class="told" role="status">{escape(said)}</div>')


def _after(doing: Callable[[], None], said: str) -> str:
    doing()
    return said


def _link(user: str, code: str) -> str:
    """Show a one-time link, in this run and never again."""
    st.html(
        f'<div class="told" role="status"><b>A link for {escape(user)}</b> to choose a password with. It works once, '
        f"within {CODE_HOURS} hours, and is not shown again: copy it now, and pass it on in a way that reaches nobody "
        "else.</div>"
    )
    st.code(admin.address(f"?invite={code}"), language=None, wrap_lines=True)
    return ""


def _table(context: Context, everyone: Sequence[Listed]) -> str:
    seen = _last_signed_in(context)
    rows = "".join(_row(context, listed, seen.get(listed.user)) for listed in everyone)
    account = '<th scope="col">Account</th>' if context.settings.sign_in == "password" else ""
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="People"><table class="rows"><thead><tr>'
        f'<th scope="col">Person</th><th scope="col">Role</th>{account}<th scope="col">Last sign-in</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(context: Context, listed: Listed, seen: dt.datetime | None) -> str:
    person = listed.person
    role = words.role_of(person.role, person.academies, _names(context)) if person else "Not in the directory"
    account = f"<td>{escape(_state(listed.account))}</td>" if context.settings.sign_in == "password" else ""
    name = (
        f"{escape(person.name)}<div class='quiet'>{escape(listed.user)}</div>"
        if person and person.name
        else (escape(listed.user))
    )
    return f"<tr><td>{name}</td><td>{escape(role)}</td>{account}<td>{escape(_day(seen) if seen else '–')}</td></tr>"


def _state(account: Account | None) -> str:
    if account is None:
        return "No account"
    if account.disabled:
        return "Disabled"
    if account.locked_until is not None:
        return f"Too many attempts; open again at {account.locked_until.astimezone(_LONDON):%H:%M}"
    if not account.has_password:
        return f"Link until {_day(account.code_until)}" if account.code_until else "Link has run out"
    return "Must choose another password" if account.must_change else "Can sign in"


def _last_signed_in(context: Context) -> Mapping[str, dt.datetime]:
    found: dict[str, dt.datetime] = {}
    for entry in record.trail(context.settings.private_folder).read(event=Event.SIGNED_IN, limit=5000):
        found.setdefault(entry.who, entry.at)
    return found


def _day(at: dt.datetime) -> str:
    local = at.astimezone(_LONDON)
    return f"{local.day} {local:%b %Y %H:%M}"


def _names(context: Context) -> dict[str, str]:
    return context.offered.names()


def _called(listed: Listed | None, user: str) -> str:
    return listed.person.name if listed is not None and listed.person is not None and listed.person.name else user


def _told(person: Person) -> str:
    return person.name or person.user


def _how(context: Context) -> str:
    if context.settings.sign_in == "oidc":
        return "What Microsoft or Google calls them; docs/sign-in.md says which."
    return "A name or an e-mail address. Nothing is sent to it."


if __name__ == "__main__":
    to_the_app("accounts")
