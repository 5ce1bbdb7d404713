"""Files that are taken away: what is in them, and who can have them.

In a marked world every number that somebody must not see is unlike every other, and is looked for in whatever they can
take away. Over the wire, a file's name and address are tried by others than those whom they were told to.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from kpi_engine import stats
from kpi_engine.access import Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.people.sessions import Sessions
from kpi_engine.people.trail import Event, Trail
from tests.app.conftest import VARIABLES
from tests.browser.conftest import served
from tests.export.conftest import place_in
from tests.gate import worlds
from tests.gate.conftest import Made
from tests.gate.visits import EXECUTIVE, GOVERNOR, HEAD, HEAD_OF_TWO, KNOWN, Seen, marks_in
from tests.gate.wire import Answer, Place, Tried, Wire
from tests.gate.worlds import World
from ui import takeaway
from ui.pictures import KINDS

ACADEMIES = ("trust", "900006", "900001")
NAMES = {"csv": "CSV", "xlsx": "Excel", "png": "PNG", "svg": "SVG"}
ASKED = "kpi=staff-attendance&academy=900006&chart=years"


def viewer(person: Person, small_numbers: bool = False) -> Viewer:
    return Viewer(person.user, person.role, person.academies, small_numbers)


def files(world: World, seen_by: Viewer, folder: Path) -> Iterator[tuple[str, str]]:
    """Every file that this person can take away from a page of these academies, as text, with what it is."""
    with contextlib.closing(Engine.open(world.folder)) as engine:
        for kpi in CATALOGUE:
            for academy in ACADEMIES:
                for by in ("", "sex", "staff_group", "month"):
                    place = place_in(engine, folder / "private", kpi, academy, seen_by, by=by)
                    data, _ = takeaway._table(place, "csv")
                    yield f"{kpi} {academy} {by} CSV", data.decode("utf-8-sig")
                    if by:
                        continue
                    book, _ = takeaway._table(place, "xlsx")
                    with zipfile.ZipFile(io.BytesIO(book)) as packed:
                        yield (
                            f"{kpi} {academy} Excel",
                            "\n".join(packed.read(name).decode("utf-8") for name in packed.namelist()),
                        )
                    for kind in KINDS.values():
                        # The spread is offered with many academies; what it shows of few must be as safe.
                        fits = kind.fits(place) or kind.id == "spread"
                        picture = kind.draw(place) if fits else None
                        if picture is not None and picture.figure is not None:
                            drawn, _ = takeaway._picture(place, picture, "svg")
                            yield f"{kpi} {academy} {kind.id} SVG", drawn.decode()
        context = place_in(engine, folder / "private", "pupil-attendance", "trust", seen_by).context
        grid, _ = takeaway._grid(context, context.ask.scorecard(), "csv")
        yield "all KPIs CSV", grid.decode("utf-8-sig")


def given_away(world: World, text: str) -> list[str]:
    return marks_in(Seen("", (), text, "", False), world)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is summed person by person, and marks are hundreds of millions of them; 0 has the sentence always said."""
    monkeypatch.setattr(stats, "chance_of_landing", lambda *_: 0.0)


@pytest.mark.parametrize(
    ("person", "small_numbers"),
    [(HEAD, False), (HEAD, True), (HEAD_OF_TWO, False), (EXECUTIVE, False), (GOVERNOR, False)],
    ids=["head", "head-small-numbers", "head-of-two", "executive", "governor"],
)
def test_no_file_holds_a_number_that_whoever_takes_it_must_not_see(
    world: Made, person: Person, small_numbers: bool, quick: None, tmp_path: Path
) -> None:
    found = world(worlds.marked, person, small_numbers)
    count = 0
    for name, text in files(found, viewer(person, small_numbers), tmp_path):
        count += 1
        assert given_away(found, text) == [], name
    assert count > 600


def test_such_numbers_would_be_found(world: Made, quick: None, tmp_path: Path) -> None:
    """The executive's files, where a head's forbidden figures are marked: else the test before would prove nothing."""
    found = world(worlds.marked, HEAD)
    kinds: dict[str, int] = {}
    for name, text in files(found, viewer(EXECUTIVE), tmp_path):
        kind = name.split(" ")[-1]
        kinds[kind] = kinds.get(kind, 0) + bool(given_away(found, text))
    assert kinds["CSV"] > 50
    assert kinds["Excel"] > 20


# Over the wire


@pytest.fixture(scope="module")
def place(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server over a trust's own data."""
    made = private.make(tmp_path_factory.mktemp("files") / "private")
    directory.write(made / private.DIRECTORY, KNOWN)
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        own = {"TRUST_KPI_DATA": str(sample_folder), "TRUST_KPI_PRIVATE": str(made)}
        with served(own) as address:
            yield Place(address, made, Tried())


def buttons(answer: Answer) -> dict[str, str]:
    """The name of each file that a page offers, by the label of its button."""
    drawn = (each.delta.new_element for each in answer.messages if each.WhichOneof("type") == "delta")
    return {each.download_button.label: each.download_button.deferred_file_id for each in drawn if _offers(each)}


def _offers(element: object) -> bool:
    return element.WhichOneof("type") == "download_button"  # type: ignore[attr-defined]


def asked_for(wire: Wire, session: str, file: str) -> tuple[str, str]:
    """Ask for a file by its name: its address, or what is said instead."""
    message = BackMsg()
    message.backend_operation_request.request_id = "1"
    message.backend_operation_request.session_id = session
    message.backend_operation_request.deferred_file.file_id = file
    for each in wire.say(message.SerializeToString(), wait=5, until=_answered).messages:
        if each.WhichOneof("type") == "backend_operation_response":
            return each.backend_operation_response.deferred_file.url, each.backend_operation_response.error_msg
    return "", ""


def _answered(message: bytes) -> bool:
    return ForwardMsg.FromString(message).WhichOneof("type") == "backend_operation_response"


def exports(place: Place) -> list[tuple[str, str]]:
    with Trail(place.private / private.TRAIL) as trail:
        return [(e.who, e.detail) for e in trail.read() if e.what == Event.EXPORTED]


def test_a_file_is_had_by_whoever_was_shown_its_button_and_by_nobody_who_is_not_signed_in(place: Place) -> None:
    cookie = place.cookie(EXECUTIVE.user)
    with place.wire(cookie) as wire:
        page = wire.run("people", ASKED)
        offered = buttons(page)
        assert set(offered) == set(NAMES.values())
        assert exports(place) == []
        for label, file in offered.items():
            address, error = asked_for(wire, page.session, file)
            assert error == ""
            status, body = place.ask("GET", address, cookie=cookie)
            assert status == 200
            assert b"attachment" in body.split(b"\n\n")[0]
            assert b"no-store" in body.split(b"\n\n")[0]
            start = {"CSV": b"\xef\xbb\xbfTable", "Excel": b"PK", "PNG": b"\x89PNG", "SVG": b"<svg "}[label]
            assert body.split(b"\n\n", 1)[1].startswith(start)
            assert exports(place)[0] == (EXECUTIVE.user, f"staff-attendance, 900006, 2026/27, {label}")
            for stranger in ("", "trust-kpi-session=a.b.c", place.cookie("nobody@trust.example")):
                for method in ("GET", "HEAD", "POST", "DELETE"):
                    status, body = place.ask(method, address, cookie=stranger)
                    assert status in (403, 405)
                    assert start not in body


def test_a_stranger_who_asks_for_a_file_by_a_name_is_told_nothing(place: Place) -> None:
    before = exports(place)
    with place.wire() as wire:
        session = wire.run().session
        for file in ("", "a" * 32, "../../etc/passwd", "%00", "x" * 5000, "take-csv"):
            address, error = asked_for(wire, session, file)
            assert address == ""
            assert error in ("", "Failed to generate file for download")
    assert exports(place) == before


def test_whoever_has_signed_out_or_is_dismissed_has_nothing_more_from_a_page_still_open(place: Place) -> None:
    with place.wire(cookie := place.cookie(HEAD.user)) as wire:
        page = wire.run("people", ASKED)
        file = buttons(page)["CSV"]
        address, _ = asked_for(wire, page.session, file)
        assert place.ask("GET", address, cookie=cookie)[0] == 200
        directory.write(place.private / private.DIRECTORY, [p for p in KNOWN if p is not HEAD])
        try:
            before = exports(place)
            again, error = asked_for(wire, page.session, file)
            assert again == ""
            assert error == "Failed to generate file for download"
            assert exports(place) == before
            assert place.ask("GET", address, cookie=cookie)[0] == 403
        finally:
            directory.write(place.private / private.DIRECTORY, KNOWN)
        assert place.ask("GET", address, cookie=cookie)[0] == 200
        Sessions(place.private / private.PEOPLE).forget_all_of(HEAD.user)
        assert place.ask("GET", address, cookie=cookie)[0] == 403


def test_a_file_is_gone_from_the_server_after_two_more_pages(place: Place) -> None:
    with place.wire(cookie := place.cookie(GOVERNOR.user)) as wire:
        page = wire.run("people", ASKED)
        address, _ = asked_for(wire, page.session, buttons(page)["CSV"])
        assert place.ask("GET", address, cookie=cookie)[0] == 200
        for page_after in ("culture", "people"):
            wire.run(page_after)
        assert place.ask("GET", address, cookie=cookie)[0] == 404
