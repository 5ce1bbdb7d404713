"""The real server, spoken to without a browser: by strangers, and by a headteacher who claims what no page offers.

The trust's name in the settings is a marker. It, the academies' names, the people's names and the server's folders are
looked for in every byte that comes back.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from kpi_engine.people import directory, private
from kpi_engine.people.accounts import Accounts
from kpi_engine.people.directory import Person
from kpi_engine.sample import sample_folder as sample_trust
from tests.app.conftest import ROOT, VARIABLES
from tests.browser.conftest import served
from tests.gate.visits import ADMIN, EXECUTIVE, HEAD, HEAD_OF_TWO, KNOWN
from tests.gate.wire import Answer, Place, Tried, claims, hash_of, state

MARKER = "Zyxquill Marker Trust"
ACADEMIES = (
    "Corvane High", "Fennacre Primary", "Marlwick Primary", "Netherquill Academy", "Osierholt Primary",
    "Oxlowe All-through", "Quillbrook Primary", "Rillhaven Special", "Tansymere Primary",
)  # fmt: skip
PAGES = (
    "", "compare", "governance", "equality", "teaching", "outcomes", "people", "culture", "employment", "actions",
    "accounts", "trail",
)  # fmt: skip
DISMISSED = Person("old@trust.example", "Old Hand", ADMIN.role)
QUERIES = (
    "", "academy=900005", "academy=trust&year=2024/25", "kpi=suspensions&in=sex:F&by=reason", "invite=" + "A" * 40,
    "academy=%00&year=%ff&phase=%3Cscript%3E", "embed=true&embed_options=show_toolbar", "x" * 4000, "a=1;b=2&&&===",
)  # fmt: skip


@pytest.fixture(scope="module")
def place(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server over a trust's own data, with accounts; nobody has been there yet."""
    made = private.make(tmp_path_factory.mktemp("own") / "private")
    directory.write(made / private.DIRECTORY, (*KNOWN, DISMISSED))
    for person in (*KNOWN, DISMISSED):
        Accounts(made / private.PEOPLE, 4).add(person.user, "amber kettle violin", must_change=False)
    own = {"TRUST_KPI_DATA": str(sample_folder), "TRUST_KPI_PRIVATE": str(made), "TRUST_KPI_NAME": MARKER}
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        with served(own) as address:
            yield Place(address, made, Tried())


@pytest.fixture(scope="module")
def first(place: Place) -> Answer:
    """What the very first visitor of the server is told, who asks for a page's file by its name."""
    with place.wire() as wire:
        return wire.run("culture", "academy=900006&kpi=suspensions")


@pytest.fixture(scope="module")
def of_admin(place: Place, first: Answer) -> dict[str, set[str]]:
    """The widgets that an administrator is offered, by page; on the page of accounts with a person chosen."""
    found: dict[str, set[str]] = {}
    with place.wire(place.cookie(ADMIN.user)) as wire:
        for page in PAGES:
            found[page] = wire.run(page).widgets()
        chosen = state(_one(found["accounts"], "person-chosen"), "string_value", DISMISSED.name)
        found["accounts"] |= wire.run("accounts", widgets=[chosen]).widgets()
        remove = state(_one(found["accounts"], f"do-remove-{DISMISSED.user}"), "trigger_value", True)
        found["accounts"] |= wire.run("accounts", widgets=[chosen, remove]).widgets()
    assert sum(map(len, found.values())) > 50
    # To sign out is everybody's own right.
    return {page: {id for id in ids if not id.endswith("-leave")} for page, ids in found.items()}


@pytest.fixture(scope="module")
def telling(sample_folder: Path, place: Place) -> tuple[bytes, ...]:
    """What would tell a stranger something: of the trust, of its people, of the server."""
    texts = [MARKER, "Wychbourne", *ACADEMIES, *(person.name for person in (*KNOWN, DISMISSED))]
    texts += [
        *(person.user for person in KNOWN),
        "900006",
        "2024/25",
        str(ROOT),
        str(sample_folder),
        str(place.private),
    ]
    texts += ["Traceback", "site-packages", "amber kettle"]
    return tuple(text.encode() for text in texts)


def _one(ids: set[str], key: str) -> str:
    """The id of the widget with that key."""
    (found,) = [id for id in ids if id.endswith(f"-{key}")]
    return found


def told(answer: Answer, telling: tuple[bytes, ...], *asked: str) -> list[bytes]:
    """What of that is told; what the visitor sent themselves does not count."""
    return [each for each in telling if each in answer.everything and each.decode() not in "".join(asked)]


def signing_in(answer: Answer) -> bool:
    return answer.ended and "<h1>Sign in</h1>" in answer.said and not answer.exceptions


@pytest.fixture(autouse=True)
def counted(place: Place, record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Say of each test how many requests it has tampered with."""
    before = place.tried.count
    yield
    record_property("tampered requests", place.tried.count - before)
    print(f"tampered requests: {place.tried.count - before}")


# Strangers


def test_the_first_visitor_who_asks_for_a_page_s_file_is_asked_to_sign_in(
    first: Answer, telling: tuple[bytes, ...]
) -> None:
    assert signing_in(first)
    assert told(first, telling) == []


@pytest.mark.parametrize("page", [*PAGES, "no-such-page", "pages/culture.py", "../server", "app", "culture/x"])
def test_a_stranger_is_shown_the_same_whatever_page_is_asked_for(
    place: Place, first: Answer, telling: tuple[bytes, ...], page: str
) -> None:
    with place.wire() as wire:
        for query in QUERIES:
            answer = wire.run(page, query)
            assert told(answer, telling, query) == [], query
            assert "<h1>Sign in</h1>" in answer.said
            assert not any(each.WhichOneof("type") == "exception" for each in answer.messages)
        answer = wire.run(hashed=hash_of(page))
        assert told(answer, telling) == []
        assert signing_in(answer)


def test_a_stranger_gets_nothing_by_claiming_the_widgets_of_an_administrator(
    place: Place, of_admin: dict[str, set[str]], telling: tuple[bytes, ...]
) -> None:
    every = set().union(*of_admin.values())
    before = kept(place)
    with place.wire() as wire:
        for page in PAGES:
            for kind in ("trigger_value", "string_value"):
                value = True if kind == "trigger_value" else DISMISSED.name
                answer = wire.run(page, widgets=[state(id, kind, value) for id in sorted(every)])
                assert told(answer, telling, DISMISSED.name) == []
        for said in claims(every):
            answer = wire.run("accounts", widgets=said)
            assert told(answer, telling, str(said)) == [], said
            assert 'class="gate"' in answer.said
    assert kept(place) == before


def test_a_stranger_finds_no_fragment_and_is_not_heard_with_anything_but_a_page(
    place: Place, first: Answer, telling: tuple[bytes, ...]
) -> None:
    with place.wire() as wire:
        began = wire.run()
        for fragment in ("a", began.session, "$$ID-0-leave", "x" * 5000):
            assert told(wire.run("accounts", fragment=fragment, wait=0.4), telling) == []
        for message in spoken(began.session):
            answer = wire.say(message.SerializeToString(), wait=0.4)
            assert answer.raw == (), str(message)
        assert signing_in(wire.run())


@pytest.mark.parametrize(
    "data", [b"\xff" * 40, b"", b"\x00", "text", b"\x0a\xff\xff\xff\x7f", secrets.token_bytes(4096)]
)
def test_what_is_no_message_is_not_answered(
    place: Place, first: Answer, telling: tuple[bytes, ...], data: bytes | str
) -> None:
    with place.wire() as wire:
        wire.run()
        assert told(wire.say(data, wait=0.6), telling) == []
    with place.wire() as wire:
        assert signing_in(wire.run())


@pytest.mark.parametrize(
    "cookie",
    [
        "trust-kpi-session=", "trust-kpi-session=a.b.c", "trust-kpi-session=" + "A" * 3000,
        "trust-kpi-session=eyJhbGciOiJub25lIn0.eyJqdGkiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.",
        "_streamlit_user=2|1:0|10:1|15:_streamlit_user|4:e30=|x", "password: session=x", "\x01=\x02; =;;;",
    ],
)  # fmt: skip
def test_a_cookie_that_is_not_ours_signs_nobody_in(
    place: Place, first: Answer, telling: tuple[bytes, ...], cookie: str
) -> None:
    if "\x01" in cookie:
        cookie = cookie.replace("\x01", "!").replace("\x02", "!")
    with place.wire(cookie) as wire:
        answer = wire.run("accounts")
        assert signing_in(answer)
        assert told(answer, telling) == []


def test_a_session_that_somebody_else_has_cannot_be_taken_over(
    place: Place, first: Answer, telling: tuple[bytes, ...]
) -> None:
    with place.wire(place.cookie(HEAD.user)) as head:
        theirs = head.run().session
        for guess in (theirs, "", secrets.token_hex(16), theirs[:-1] + "0"):
            with place.wire(resume=guess) as wire:
                answer = wire.run("people")
                assert signing_in(answer)
                assert told(answer, telling) == []
                assert answer.session != theirs


def test_pages_of_other_addresses_are_not_let_in(place: Place) -> None:
    strange = ("https://evil.example", "http://localhost.evil.example", "null", "http://localhost:1", "http://[")
    for origin in (*strange, place.address + "0"):
        place.tried.count += 1
        with pytest.raises(InvalidStatus) as refused:
            connect(place.address.replace("http", "ws") + "/_stcore/stream", origin=origin)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403
    for path in ("/", "/culture", "/_stcore/message", "/media/x", "/_stcore/stream/", "/x/_stcore/stream"):
        place.tried.count += 1
        with pytest.raises(InvalidStatus):
            connect(place.address.replace("http", "ws") + path, origin=place.address)  # type: ignore[arg-type]


NOTHING = (
    "/_stcore/metrics", "/_stcore/message", "/_stcore/message?hash=x", "/_stcore/script-health-check", "/_stcore/",
    "/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/allowed-message-origins",
    "/_stcore/bidi-components/x", "/component/x/index.html", "/component/../app.py", "/media/x.csv", "/media",
    "/_stcore/upload_file/a/b", "/app/static/secrets.toml", "/app/static/../private/directory.csv", "/auth/login",
    "/oauth2callback?code=x&state=y", "/stream", "/healthz", "/server-status", "/debug", "/metrics", "/.git/config",
    "/.streamlit/config.toml", "/.streamlit/secrets.toml", "/pages/accounts.py", "/private/directory.csv",
    "/private/people.sqlite", "/data/current", "/settings.toml", "/app.py", "/server.py", "/static/../app.py",
    "/static/..%2fapp.py", "/static/%2e%2e/%2e%2e/app.py", "/static/....//app.py", "/..%5c..%5capp.py", "//etc/passwd",
    "/static//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/static/%00", "/~", "/static/js/../../../app.py",
)  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"])
def test_no_address_tells_a_stranger_anything(
    place: Place, first: Answer, telling: tuple[bytes, ...], method: str
) -> None:
    for path in (*NOTHING, *(f"/{page}" for page in PAGES), "/_stcore/health", "/_stcore/host-config"):
        status, body = place.ask(method, path, cookie="", origin=place.address)
        assert [each for each in (*telling, b"root:", b"import ", b"[server]") if each in body] == [], path
        if method not in ("GET", "HEAD"):
            assert status >= 400, path
        elif path.startswith(("/_stcore/", "/media/", "/component")) and path not in (
            "/_stcore/health", "/_stcore/host-config",
        ):  # fmt: skip
            assert status in (400, 403, 404, 405), path


def test_uploads_need_a_session_and_the_page_s_own_token(place: Place, first: Answer) -> None:
    form = b"--x\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\na\r\n--x--\r\n"
    kind = {"content_type": "multipart/form-data; boundary=x"}
    for cookie in ("", place.cookie(HEAD.user)):
        for method in ("PUT", "DELETE", "POST"):
            status, _ = place.ask(method, "/_stcore/upload_file/a/b", form, cookie=cookie, **kind)
            assert status in (403, 405)


# A headteacher who claims more


def test_a_head_who_claims_an_administrator_s_buttons_and_forms_changes_nothing(
    place: Place, of_admin: dict[str, set[str]]
) -> None:
    before = kept(place)
    every = sorted(of_admin["accounts"] | of_admin["trail"])
    secret = [person.user.encode() for person in (*KNOWN, DISMISSED) if person is not HEAD]
    with place.wire(place.cookie(HEAD.user)) as wire:
        for page in ("accounts", "trail"):
            answers = [wire.run(page, widgets=pressed(every, DISMISSED.name))]
            answers += [wire.run(page, widgets=pressed([id], DISMISSED.name)) for id in every]
            answers.append(wire.run(hashed=hash_of(page), widgets=pressed(every, DISMISSED.name)))
            for answer in answers:
                assert "This page is for administrators" in answer.said
                assert not [each for each in secret if each in answer.everything]
                assert b"/media/" not in answer.everything
    assert kept(place) == before


def test_the_same_claims_of_an_administrator_do_change_something(place: Place, of_admin: dict[str, set[str]]) -> None:
    """Else the test before this one would prove nothing."""
    with place.wire(place.cookie(ADMIN.user)) as wire:
        ids = of_admin["accounts"]
        chosen = state(_one(ids, "person-chosen"), "string_value", DISMISSED.name)
        for key in (f"do-remove-{DISMISSED.user}", f"yes-remove-{DISMISSED.user}"):
            wire.run("accounts", widgets=[chosen, state(_one(ids, key), "trigger_value", True)])
    assert DISMISSED.user not in directory.read(place.private / private.DIRECTORY)
    directory.write(place.private / private.DIRECTORY, (*KNOWN, DISMISSED))
    Accounts(place.private / private.PEOPLE, 4).add(DISMISSED.user, "amber kettle violin", must_change=False)


@pytest.mark.parametrize("person", [HEAD, HEAD_OF_TWO], ids=["head", "head-of-two"])
def test_widgets_of_another_role_and_values_that_are_not_offered_show_nothing_more(
    place: Place, of_admin: dict[str, set[str]], person: Person
) -> None:
    """A head asks for another academy's returns with the widgets and the points that the executive has."""
    asked = "kpi=staff-attendance&academy=900005"
    with place.wire(place.cookie(EXECUTIVE.user)) as wire:
        executive = wire.run("people", asked)
        shown = re.search(r'<div class="value">([^<]*)</div><div class="n">([^<]*)</div>', executive.said)
        assert shown is not None
        value = shown[2]
        theirs = {id for id in executive.widgets() if not id.endswith("-leave")} | of_admin["people"]
    with place.wire(place.cookie(person.user)) as wire:
        honest = wire.run("people", asked)
        for said in claims(theirs):
            answer = wire.run("people", asked, widgets=said)
            # A claim may have led to another of this person's own views, never to a figure of that academy's returns.
            assert value not in answer.said, said
            assert "This page is for administrators" not in answer.said
            assert harmless(answer), said
    with place.wire(place.cookie(person.user)) as wire:
        assert wire.run("people", asked).said == honest.said


def test_what_goes_wrong_is_not_told(place: Place, of_admin: dict[str, set[str]], telling: tuple[bytes, ...]) -> None:
    paths = tuple(each for each in telling if each.startswith(b"/") or each in (b"Traceback", b"site-packages"))
    with place.wire(place.cookie(ADMIN.user)) as wire:
        every = of_admin["culture"] | of_admin["accounts"] | of_admin["trail"]
        for said in claims(every):
            answer = wire.run("trail", widgets=said)
            assert harmless(answer), said
            assert [each for each in paths if each in answer.everything] == [], said


# Looking around the sample trust


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Iterator[Place]:
    """A server of a trust that has loaded nothing."""
    sample_trust()
    made = tmp_path_factory.mktemp("sample")
    none = {"TRUST_KPI_DATA": str(made / "data"), "TRUST_KPI_PRIVATE": str(made / "private"), "TRUST_KPI_NAME": MARKER}
    with served(none) as address:
        yield Place(address, made / "private", place.tried)


def test_the_sample_shows_no_figure_before_somebody_has_been_chosen_and_nobody_is_an_administrator(
    sample: Place, of_admin: dict[str, set[str]]
) -> None:
    with sample.wire() as wire:
        for page in PAGES:
            answer = wire.run(page, "academy=900005&kpi=suspensions")
            assert "Look around as" in answer.said
            assert MARKER.encode() not in answer.everything
            assert '<div class="big">' not in answer.said
        every = wire.run().widgets()
        choose = _one(every, "as-governor")
        admin = state(choose.replace("as-governor", "as-admin"), "trigger_value", True)
        assert "Look around as" in wire.run(widgets=[admin]).said
        assert "Idris Whitlock" in wire.run(widgets=[state(choose, "trigger_value", True)]).said
        for page in ("accounts", "trail"):
            answer = wire.run(page, widgets=pressed(sorted(of_admin[page]), DISMISSED.name))
            assert "This page is for administrators" in answer.said
    assert not sample.private.exists()


def pressed(ids: list[str], name: str) -> list[object]:
    """Every widget as it would be when everything had been pressed, chosen and filled in."""
    buttons = ("do-", "yes-", "FormSubmitter", "trail-export", "trail-check")
    return [
        state(id, "trigger_value", True) if any(part in id for part in buttons) else state(id, "string_value", name)
        for id in ids
    ]


def spoken(session: str) -> Iterator[BackMsg]:
    """Everything that a browser can say besides asking for a page, and for a file by its name (``test_files``)."""
    for flag in (
        "clear_cache",
        "set_run_on_save",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
    ):
        yield BackMsg(**{flag: True})
    urls = BackMsg()
    urls.file_urls_request.request_id = "1"
    urls.file_urls_request.file_names.append("a.csv")
    yield urls
    for kind in ("install_skills", "dismiss_skills_nudge", "dataframe_chunk"):
        operation = BackMsg()
        operation.backend_operation_request.request_id = "1"
        operation.backend_operation_request.session_id = session
        getattr(operation.backend_operation_request, kind).SetInParent()
        yield operation


def harmless(answer: Answer) -> bool:
    """Whether nothing but a general sentence is said of what went wrong."""
    return all(
        not each.stack_trace and "/" not in each.message and "Error" not in each.message for each in answer.exceptions
    )


def kept(place: Place) -> tuple[bytes, list[tuple[object, ...]]]:
    """The directory, and every account."""
    with sqlite3.connect(f"file:{place.private / private.PEOPLE}?mode=ro", uri=True) as people:
        tables = [row[0] for row in people.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        accounts = [row for name in tables if name == "account" for row in people.execute(f"SELECT * FROM {name}")]
    assert len(accounts) >= len(KNOWN)
    return (place.private / private.DIRECTORY).read_bytes(), accounts
