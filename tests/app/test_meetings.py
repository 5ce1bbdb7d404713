"""Meetings on the pages: who may do what, that nothing typed is lost, what is frozen, and what goes out."""

from __future__ import annotations

import datetime as dt
import errno
import html
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.access import Role, Viewer
from kpi_engine.engine import Engine
from kpi_engine.errors import PeopleError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import canonical, captured, freezing
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.captured import EntryKind, Status
from kpi_engine.meetings.document import ItemKind, Part
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.meetings.who import Who
from kpi_engine.model import WithheldKind
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.people.trail import Event, Trail
from kpi_engine.warehouse import files
from kpi_engine.written import actions, notes
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import Reader, Subject
from tests.app.conftest import (
    ADMIN,
    EXECUTIVE,
    GOVERNOR,
    HEAD,
    PEOPLE,
    Open,
    app_at,
    heading,
    links,
    session_of,
    text_of,
)
from tests.app.test_commentary import first
from ui.meetings_packs import KINDS, Packed
from ui.prepare_steps import Asked

DI = Who(Viewer(EXECUTIVE, Role.EXECUTIVE), "Di Penn")
ADA = Who(Viewer(ADMIN, Role.ADMIN), "Ada Quill")
MEETING = "board-2026-11-26"
ITEMS = (
    AgendaItem("i1", ItemKind.LAST),
    AgendaItem("i2", ItemKind.KPI, kpi="pupil-attendance", title="Attendance holds"),
    AgendaItem("i3", ItemKind.KPI, kpi="within-budget"),
    AgendaItem("i4", ItemKind.TEXT, part=Part.CONFIDENTIAL, title="Two posts", text="To be advertised in May."),
)
BOARD = replace(agendas.new("Board", "2026-11-26"), items=ITEMS)


@pytest.fixture(scope="module")
def data(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample trust's data in a folder that these tests may write in."""
    return Path(shutil.copytree(sample_folder, tmp_path_factory.mktemp("meetings") / "data"))


@pytest.fixture(scope="module")
def engine(data: Path) -> Iterator[Engine]:
    opened = Engine.open(data)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _own_data(_settings: None, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TRUST_KPI_DATA", str(data))
    yield
    shutil.rmtree(data / "state" / "meetings", ignore_errors=True)
    for path in (data / "state").glob("meetings.sqlite*"):
        path.unlink()


@pytest.fixture
def open_app(folder: Path) -> Open:
    """``open_app("meetings", GOVERNOR, meeting="…")`` opens the page as the app's first one, where its buttons work."""

    def opened(path: str, user: str = EXECUTIVE, **link: str) -> AppTest:
        app = first(path, **link)
        app.session_state["password: session"] = session_of(folder, user)
        return app.run()

    return opened


@pytest.fixture
def cabinet(data: Path, folder: Path) -> Cabinet:
    return Cabinet(data, Trail(folder / private.TRAIL))


@pytest.fixture
def draft(cabinet: Cabinet) -> Agenda:
    cabinet.save_draft(BOARD, DI, 0)
    return BOARD


@pytest.fixture
def freeze(cabinet: Cabinet, engine: Engine) -> Callable[..., Kept]:
    """Freezes an agenda as the executive would."""
    view = engine.as_seen_by(replace(DI.viewer, presenting=True))

    def frozen(agenda: Agenda = BOARD) -> Kept:
        return cabinet.freeze(
            agenda, lambda version: freezing.freeze(view, agenda, version, trust="Wychbourne", sample=False), DI
        )

    return frozen


def standing(cabinet: Cabinet) -> Agenda:
    found = cabinet.draft(MEETING)
    assert found is not None
    return found.agenda


def said(app: AppTest) -> str:
    """What the page says, as a reader reads it."""
    assert not app.exception
    return html.unescape(re.sub(r"<[^>]+>", " ", text_of(app))).replace("\u00a0", " ")


# Who may


def test_a_headteacher_is_told_whom_to_ask_and_is_shown_nothing(
    open_app: Open, cabinet: Cabinet, draft: Agenda, freeze: Callable[..., Kept]
) -> None:
    kept = freeze()
    for asked in ({}, {"draft": MEETING}, {"meeting": MEETING}, {"new": "1"}):
        app = open_app("meetings", HEAD, **asked)
        text = said(app)
        assert heading(app) == "Board meetings are not yours to see"
        assert "Please ask" in text
        assert kept.label not in text
        assert "Attendance holds" not in text
        assert not app.get("download_button")
        assert not any("meetings" in link for link in links(app))


@pytest.mark.parametrize("user", [EXECUTIVE, ADMIN, GOVERNOR])
def test_the_menu_offers_meetings_to_the_office_and_to_governors(folder: Path, user: str) -> None:
    app = app_at("meetings")
    app.session_state["password: session"] = session_of(folder, user)
    app.run()
    assert heading(app) == "Meetings"
    assert "meetings" in links(app)
    assert "No meeting is frozen yet." in said(app)


def test_only_the_office_is_offered_to_prepare(open_app: Open, draft: Agenda) -> None:
    assert "meetings?new=1" in links(open_app("meetings"))
    app = open_app("meetings", GOVERNOR)
    assert "meetings?new=1" not in links(app)
    assert "Being prepared" not in said(app)
    assert not any("draft=" in link for link in links(app))


def test_a_governor_reads_what_is_frozen_and_changes_nothing(
    open_app: Open, cabinet: Cabinet, draft: Agenda, freeze: Callable[..., Kept]
) -> None:
    kept = freeze()
    captured.save(cabinet, DI, "e1", MEETING, "last", EntryKind.ACTION, "Write to parents", owner="Head", due=None)
    before = cabinet.counter()
    app = open_app("meetings", GOVERNOR, meeting=MEETING, version="1")
    assert heading(app) == kept.label
    assert "Write to parents" in said(app)
    assert {button.label for button in app.button} == {"Sign out"}
    # Boxes and messages as the executive's browser would send them.
    for asked in ({"draft": MEETING}, {"draft": MEETING, "freeze": "1"}, {"new": "1"}):
        app = open_app("meetings", GOVERNOR, **asked)
        app.session_state[f"item-title-{MEETING}-i2"] = "Forged"
        app.session_state["prepare: what was changed in this run"] = (Asked("title", "i2"), Asked("anonymous"))
        app.session_state["prepare: the order that was asked for"] = {"order": ["i3", "i2", "i1"]}
        app.session_state["anonymous"] = True
        app.run()
        assert heading(app) == "Meetings"
        assert "you read and present what is frozen" in said(app)
    assert standing(cabinet) == BOARD
    assert cabinet.counter() == before


# Preparing


def test_a_new_meeting_begins_from_a_reusable_agenda(open_app: Open, cabinet: Cabinet) -> None:
    app = open_app("meetings", new="1")
    app.selectbox(key="meeting-body").set_value("People committee")
    app.date_input(key="meeting-date").set_value(dt.date(2027, 1, 14))
    app.selectbox(key="meeting-from").set_value("People committee")
    app.button(key="meeting-new-save").click().run()
    assert app.query_params["draft"] == "people-committee-2027-01-14"
    assert heading(app) == "People committee, 14 January 2027"
    found = cabinet.draft("people-committee-2027-01-14")
    assert found is not None
    assert [item.kpi for item in found.agenda.items] == [
        "", "staff-turnover", "staff-attendance", "staff-wellbeing", "staffing-share",
    ]  # fmt: skip
    assert found.by == "Di Penn"


def test_a_second_draft_of_the_same_meeting_is_not_begun(open_app: Open, cabinet: Cabinet, draft: Agenda) -> None:
    app = open_app("meetings", new="1")
    app.date_input(key="meeting-date").set_value(dt.date(2026, 11, 26))
    app.button(key="meeting-new-save").click().run()
    assert "There is a draft of this meeting already." in said(app)
    assert f"meetings?draft={MEETING}" in links(app)
    assert standing(cabinet) == BOARD


def test_the_next_meeting_begins_from_the_last_one_without_what_told_of_its_figures(
    open_app: Open, cabinet: Cabinet, draft: Agenda
) -> None:
    app = open_app("meetings", new="1")
    app.date_input(key="meeting-date").set_value(dt.date(2027, 3, 4))
    app.selectbox(key="meeting-from").set_value("The agenda of this body’s last meeting")
    app.button(key="meeting-new-save").click().run()
    found = cabinet.draft("board-2027-03-04")
    assert found is not None
    assert [(item.kpi, item.title) for item in found.agenda.items] == [
        ("", ""), ("pupil-attendance", ""), ("within-budget", ""), ("", "Two posts"),
    ]  # fmt: skip
    assert found.agenda.items[3].part is Part.CONFIDENTIAL


def test_a_title_and_questions_are_proposed_changed_and_proposed_again(
    open_app: Open, cabinet: Cabinet, draft: Agenda, engine: Engine
) -> None:
    view = engine.as_seen_by(replace(DI.viewer, presenting=True))
    proposed = freezing.preview(view, AgendaItem("x", ItemKind.KPI, kpi="within-budget"))
    app = open_app("meetings", draft=MEETING, item="i3")
    box = app.text_input(key=f"item-title-{MEETING}-i3")
    assert box.value == proposed.title
    assert [app.text_input(key=f"item-question-{n}-{MEETING}-i3").value for n in range(3)] == [
        *proposed.questions, *[""] * (3 - len(proposed.questions)),
    ]  # fmt: skip
    box.set_value("Spending is <b>fine</b>").run()
    assert standing(cabinet).item("i3").title == "Spending is <b>fine</b>"
    assert "Spending is &lt;b&gt;fine&lt;/b&gt;" in text_of(app)
    app.text_input(key=f"item-question-1-{MEETING}-i3").set_value("").run()
    assert standing(cabinet).item("i3").questions == (proposed.questions[0], *proposed.questions[2:])
    app.button(key="item-back").click().run()
    assert standing(cabinet).item("i3") == ITEMS[2]


def test_every_change_is_saved_and_can_be_undone_step_by_step(open_app: Open, cabinet: Cabinet, draft: Agenda) -> None:
    app = open_app("meetings", draft=MEETING, item="i2")
    app.text_area(key=f"item-comment-{MEETING}-i2").set_value("Year 11 was away.").run()
    app.radio(key=f"item-part-{MEETING}-i2").set_value(Part.CONFIDENTIAL).run()
    app.button(key="item-down").click().run()
    now = standing(cabinet)
    assert [item.id for item in now.items] == ["i1", "i3", "i2", "i4"]
    assert (now.item("i2").comment, now.item("i2").part) == ("Year 11 was away.", Part.CONFIDENTIAL)
    for expected in (("Year 11 was away.", Part.CONFIDENTIAL), ("Year 11 was away.", Part.OPEN), ("", Part.OPEN)):
        app.button(key="draft-undo").click().run()
        now = standing(cabinet)
        assert [item.id for item in now.items] == ["i1", "i2", "i3", "i4"]
        assert (now.item("i2").comment, now.item("i2").part) == expected
    assert now == BOARD


def test_items_are_added_and_taken_off(open_app: Open, cabinet: Cabinet, draft: Agenda) -> None:
    app = open_app("meetings", draft=MEETING)
    app.selectbox(key="add-kpi-id").set_value("suspensions")
    app.selectbox(key="add-kpi-scope").set_value("900006")
    app.selectbox(key="add-kpi-year").set_value("2023/24")
    app.button(key="add-kpi-save").click().run()
    added = standing(cabinet).items[-1]
    assert (added.kpi, added.academy, added.year) == ("suspensions", "900006", "2023/24")
    assert app.query_params["item"] == added.id
    app.button(key="item-off").click().run()
    assert standing(cabinet) == BOARD
    app.button(key="add-text").click().run()
    assert standing(cabinet).items[-1].kind is ItemKind.TEXT


def test_the_order_that_the_list_tells_is_saved(open_app: Open, cabinet: Cabinet, draft: Agenda) -> None:
    app = open_app("meetings", draft=MEETING)
    app.session_state["prepare: the order that was asked for"] = {"order": ["i3", "no such", "i1", "i2"], "at": 1}
    app.run()
    assert [item.id for item in standing(cabinet).items] == ["i3", "i1", "i2", "i4"]


def test_two_people_who_change_the_same_draft_are_told_and_neither_loses_anything(
    open_app: Open, cabinet: Cabinet, draft: Agenda
) -> None:
    app = open_app("meetings", draft=MEETING, item="i2")
    theirs = agendas.changed(BOARD, replace(ITEMS[1], comment="Written by Ada"))
    cabinet.save_draft(theirs, ADA, 1)
    app.text_input(key=f"item-title-{MEETING}-i2").set_value("Written by Di").run()
    text = said(app)
    assert "Ada Quill has saved this draft since" in text
    assert "Written by Di" in text
    assert "Written by Ada" in app.text_area(key=f"item-comment-{MEETING}-i2").value
    assert standing(cabinet) == theirs
    app.button(key="step-again").click().run()
    now = standing(cabinet).item("i2")
    assert (now.title, now.comment) == ("Written by Di", "Written by Ada")
    assert not app.get("alert")


def test_whoever_was_second_may_keep_what_stands(open_app: Open, cabinet: Cabinet, draft: Agenda) -> None:
    app = open_app("meetings", draft=MEETING, item="i2")
    theirs = agendas.changed(BOARD, replace(ITEMS[1], title="Written by Ada"))
    cabinet.save_draft(theirs, ADA, 1)
    app.text_input(key=f"item-title-{MEETING}-i2").set_value("Written by Di").run()
    app.button(key="step-leave").click().run()
    assert "Written by Di" not in said(app)
    assert app.text_input(key=f"item-title-{MEETING}-i2").value == "Written by Ada"
    assert standing(cabinet) == theirs


def test_what_cannot_be_saved_is_kept_on_the_page_and_tried_again(
    open_app: Open, cabinet: Cabinet, draft: Agenda, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kpi_engine.errors import CannotBeKept
    from kpi_engine.meetings import drafts

    def full(*_: object) -> None:
        raise CannotBeKept(f"{data}/state/meetings.sqlite cannot be written: the disk is full; free some space")

    app = open_app("meetings", draft=MEETING, item="i2")
    with monkeypatch.context() as context:
        context.setattr(drafts, "save", full)
        app.text_area(key=f"item-comment-{MEETING}-i2").set_value("A long thought").run()
    text = said(app)
    assert "A long thought" in text
    assert "cannot be done just now" in text
    assert str(data) not in text
    app.button(key="step-again").click().run()
    assert standing(cabinet).item("i2").comment == "A long thought"


def test_a_note_beside_the_figure_is_taken_over(
    open_app: Open, cabinet: Cabinet, draft: Agenda, engine: Engine, folder: Path
) -> None:
    book = Notebook.opened(folder / private.WRITTEN, Trail(folder / private.TRAIL))
    year = engine.as_seen_by(DI.viewer).latest("within-budget")
    di = Reader(DI.viewer, DI.name, lambda _: False)
    for said_there, about in (("Reserves cover it.", year), ("Of another year.", "2019/20")):
        notes.write(book, di, Subject("within-budget", "trust", about), said_there)
    app = open_app("meetings", draft=MEETING, item="i3")
    assert "Reserves cover it." in said(app)
    assert "Of another year." not in said(app)
    app.button(key="item-note-1").click().run()
    assert standing(cabinet).item("i3").comment == "Reserves cover it."
    assert "Reserves cover it." in app.text_area(key=f"item-comment-{MEETING}-i3").value


def test_a_draft_that_cannot_be_read_keeps_nothing_frozen_from_being_used(
    open_app: Open, cabinet: Cabinet, freeze: Callable[..., Kept], data: Path
) -> None:
    kept = freeze()
    cabinet.save_draft(BOARD, DI, 0)
    with sqlite3.connect(data / "state" / "meetings.sqlite") as connection:
        connection.execute("UPDATE draft SET content = '{'")
    connection.close()
    text = said(open_app("meetings", ADMIN))
    assert "restore it from a backup" in text
    assert kept.label in text


def test_a_removed_draft_can_be_put_back(open_app: Open, cabinet: Cabinet, draft: Agenda) -> None:
    app = open_app("meetings", draft=MEETING)
    app.button(key="draft-remove").click().run()
    assert heading(app) == "Meetings"
    assert cabinet.drafts() == ()
    app.button(key="draft-put-back").click().run()
    assert standing(cabinet) == BOARD
    assert f"meetings?draft={MEETING}" in links(app)


@pytest.mark.parametrize(
    ("field", "value"), [("academy", "999999"), ("year", "1066/67"), ("part", "Part 3"), ("body", "Mine")]
)
def test_a_value_that_was_not_offered_changes_nothing(
    cabinet: Cabinet, draft: Agenda, folder: Path, field: str, value: str
) -> None:
    app = first("meetings", draft=MEETING, item="i2")
    app.session_state["password: session"] = session_of(folder, EXECUTIVE)
    app.session_state[f"item-{field}-{MEETING}-i2"] = value
    app.session_state["prepare: what was changed in this run"] = (Asked(field, "i2"), Asked(field, "no such"))
    app.run()
    assert heading(app) == "Board, 26 November 2026"
    assert standing(cabinet) == BOARD


def test_long_and_strange_texts_stay_whole(open_app: Open, cabinet: Cabinet, draft: Agenda) -> None:
    app = open_app("meetings", draft=MEETING, item="i4")
    strange = "שלום 🎓 " + "x" * 290
    app.text_input(key=f"item-title-{MEETING}-i4").set_value(strange).run()
    long = "word " * 10_000
    app.text_area(key=f"item-text-{MEETING}-i4").set_value(long).run()
    now = standing(cabinet).item("i4")
    assert (now.title, now.text) == (strange, long)


# Freezing


def test_what_is_missing_is_said_before_freezing_and_the_chair_decides(
    open_app: Open, cabinet: Cabinet, engine: Engine, folder: Path
) -> None:
    agenda = agendas.added(BOARD, AgendaItem("", ItemKind.KPI, kpi="suspensions"))
    cabinet.save_draft(agenda, DI, 0)
    app = open_app("meetings", draft=MEETING, freeze="1")
    missing = freezing.missing(engine.as_seen_by(replace(DI.viewer, presenting=True)), agenda)
    assert any("hidden" in each for each in missing)
    assert all(each in said(app) for each in missing)
    assert app.button(key="freeze-now").label == "Freeze with these gaps"
    assert cabinet.frozen() == ()
    app.button(key="freeze-now").click().run()
    (kept,) = cabinet.frozen()
    assert (kept.label, kept.by) == ("Board 2026-11-26 v1", "Di Penn")
    assert heading(app) == kept.label
    text = said(app)
    assert f"{kept.label} is frozen." in text
    assert f"{kept.check[:4]}-{kept.check[4:8]}" in text
    assert f"meetings?meeting={MEETING}&version=1" in links(app)
    assert f"present?meeting={MEETING}&version=1&part=1" in links(app)
    document, _ = cabinet.read(MEETING, 1)
    assert document.missing
    assert [e.who for e in Trail(folder / private.TRAIL).read(event=Event.MEETING_FROZEN)] == [EXECUTIVE]


def test_open_actions_beside_a_figure_stand_with_its_exception_unless_the_room_may_not_see_it(
    open_app: Open, cabinet: Cabinet, engine: Engine, folder: Path
) -> None:
    view = engine.as_seen_by(replace(DI.viewer, presenting=True))
    agenda = agendas.added_all(BOARD, agendas.template("Full board"))
    hidden = next(
        kpi
        for kpi in (item.kpi for item in agenda.items if item.kpi)
        if (found := view.result(kpi)).withheld is not None and found.withheld.kind is WithheldKind.HIDDEN
    )
    cabinet.save_draft(agenda, DI, 0)
    book = Notebook.opened(folder / private.WRITTEN, Trail(folder / private.TRAIL))
    di = Reader(DI.viewer, DI.name, lambda _: False)
    for item in agenda.items:
        if item.kpi:
            subject = Subject(item.kpi, "trust", view.latest(item.kpi))
            actions.add(book, di, subject, f"Look into {item.kpi}", "Di Penn", dt.date(2027, 1, 8), {})
    app = open_app("meetings", draft=MEETING, freeze="1")
    app.button(key="freeze-now").click().run()
    document, _ = cabinet.read(MEETING, 1)
    there = {concern.kpi: (concern.action, concern.owner) for concern in document.exceptions}
    assert there
    shown = {kpi: pair for kpi, pair in there.items() if kpi != hidden}
    assert shown == {kpi: (f"Look into {kpi}", "Di Penn") for kpi in shown}
    whole = canonical.to_bytes(document).decode("utf-8")
    assert f"Look into {hidden}" not in whole


def test_a_full_disk_while_freezing_loses_nothing(
    open_app: Open, cabinet: Cabinet, draft: Agenda, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    app = open_app("meetings", draft=MEETING, freeze="1")
    with monkeypatch.context() as context:
        context.setattr(files, "put", full)
        app.button(key="freeze-now").click().run()
    text = said(app)
    assert "nothing is lost, and you can try again" in text
    assert cabinet.frozen() == ()
    assert standing(cabinet) == BOARD
    app.button(key="freeze-now").click().run()
    assert [kept.version for kept in cabinet.frozen()] == [1]


def test_an_agenda_that_somebody_changed_since_it_was_looked_at_is_not_frozen_unseen(
    open_app: Open, cabinet: Cabinet, draft: Agenda
) -> None:
    app = open_app("meetings", draft=MEETING, freeze="1")
    cabinet.save_draft(agendas.removed(BOARD, "i3"), ADA, 1)
    app.button(key="freeze-now").click().run()
    assert "Ada Quill has changed the agenda since this page was shown" in said(app)
    assert cabinet.frozen() == ()
    app.button(key="freeze-now").click().run()
    assert len(cabinet.read(MEETING, 1)[0].items) == 3


def test_an_anonymous_meeting_names_no_academy(open_app: Open, cabinet: Cabinet, draft: Agenda, engine: Engine) -> None:
    names = [a.name for a in engine.as_seen_by(DI.viewer).current_academies()]
    app = open_app("meetings", draft=MEETING)
    app.checkbox(key="anonymous").check().run()
    assert standing(cabinet).anonymous
    app = open_app("meetings", draft=MEETING, freeze="1")
    app.button(key="freeze-now").click().run()
    document, _ = cabinet.read(MEETING, 1)
    letters = [re.fullmatch(r"Academy [A-L]", a.name) for a in document.academies]
    assert len({each[0] for each in letters if each}) == len(letters) == 8
    assert not any(name in said(app) for name in names)


# What is frozen


def test_changes_since_the_first_version_are_listed(
    open_app: Open, cabinet: Cabinet, draft: Agenda, freeze: Callable[..., Kept]
) -> None:
    freeze()
    freeze(agendas.changed(BOARD, replace(ITEMS[1], title="Attendance <i>fell</i>")))
    app = open_app("meetings", meeting=MEETING, version="2", since="v1")
    (table,) = re.findall(r"<tbody>(.*?)</tbody>", text_of(app).split('class="meetings changes"')[1], re.DOTALL)
    (row,) = re.findall(r"<tr>(.*?)</tr>", table)
    cells = [html.unescape(re.sub("<[^>]+>", "", each)) for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
    assert cells[1:] == ["Attendance holds", "Attendance <i>fell</i>", "the text changed"]
    assert "1 difference between Board 2026-11-26 v1 and Board 2026-11-26 v2" in said(app)


def test_changes_since_the_last_meeting_of_the_same_body_are_listed(
    open_app: Open, cabinet: Cabinet, freeze: Callable[..., Kept]
) -> None:
    freeze(replace(agendas.new("Board", "2026-07-02"), items=ITEMS[1:2]))
    freeze(replace(agendas.new("People committee", "2026-09-02"), items=ITEMS[:1]))
    freeze(BOARD)
    app = open_app("meetings", meeting=MEETING, since="last")
    text = said(app)
    assert "Changes since the last meeting (Board 2026-07-02 v1)" in text
    assert "added to the agenda" in text


def test_a_damaged_version_is_named_and_the_others_stay_usable(
    open_app: Open, cabinet: Cabinet, draft: Agenda, freeze: Callable[..., Kept], data: Path
) -> None:
    older, second = freeze(), freeze()
    path = data / older.file
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"Attendance holds", b"Attendance falls"))
    app = open_app("meetings", ADMIN)
    text = said(app)
    assert "1 frozen version is not as frozen" in text
    assert f"{older.file} is not what was frozen" in text
    assert "restore" in text
    governor = said(open_app("meetings", GOVERNOR))
    assert older.label in governor
    assert "restored from a backup" in governor
    assert older.file not in governor
    app = open_app("meetings", meeting=MEETING, version="1")
    assert "restored from a backup" in said(app)
    assert "Attendance falls" not in text_of(app)
    assert not app.get("download_button")
    app = open_app("meetings", meeting=MEETING, version="2")
    assert heading(app) == second.label
    assert app.get("download_button")


def test_a_meeting_that_is_not_there_is_named(open_app: Open, freeze: Callable[..., Kept]) -> None:
    assert heading(open_app("meetings", meeting="nobody-2026-01-01")) == "There is no such meeting"
    freeze()
    text = said(open_app("meetings", meeting=MEETING, version="7"))
    assert "it has v1" in text


def test_packs_are_made_when_they_are_pressed_and_recorded(
    open_app: Open, cabinet: Cabinet, freeze: Callable[..., Kept], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = freeze()
    made = _packs(open_app, monkeypatch, GOVERNOR)
    assert [(each.label, each.part) for each in made] == [
        *((kind[0], Part.OPEN) for kind in KINDS), *((kind[0], None) for kind in KINDS),
    ]  # fmt: skip
    trail = Trail(folder / private.TRAIL)
    assert trail.read(event=Event.EXPORTED) == []
    begins = {
        "PDF": b"%PDF",
        "Web page": b"<!",
        "Minutes": b"PK",
        "PowerPoint": b"PK",
        "Excel": b"PK",
        "Pictures": b"PK",
    }
    for each in made[: len(KINDS)]:
        content = each()
        assert content.lstrip().startswith(begins.get(each.label, b"PK")), each.label
        assert b"To be advertised" not in content
    assert [(e.who, e.detail) for e in reversed(trail.read(event=Event.EXPORTED))] == [
        (GOVERNOR, f"{kept.label}, {kind[0]}, Part 1 (open)") for kind in KINDS
    ]
    assert b"To be advertised" in made[len(KINDS) + 3]()


def test_whoever_has_lost_the_right_is_given_no_pack(
    open_app: Open, freeze: Callable[..., Kept], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze()
    made = _packs(open_app, monkeypatch, GOVERNOR)
    now = [
        Person(GOVERNOR, "Cy Marl", Role.HEADTEACHER, frozenset({"900001"})) if p.user == GOVERNOR else p
        for p in PEOPLE
    ]
    directory.write(folder / private.DIRECTORY, now)
    for each in made:
        with pytest.raises(PeopleError):
            each()
    assert Trail(folder / private.TRAIL).read(event=Event.EXPORTED) == []


def test_an_action_is_followed_up(open_app: Open, cabinet: Cabinet, draft: Agenda, freeze: Callable[..., Kept]) -> None:
    freeze()
    captured.save(cabinet, ADA, "e1", MEETING, "last", EntryKind.ACTION, "Write to <parents>", owner="The head")
    app = open_app("meetings", meeting=MEETING)
    assert "Write to &lt;parents&gt;" in text_of(app)
    app.button(key="entry-follow-e1").click().run()
    app.text_area(key="entry-said-e1").set_value("Letters went out.")
    app.selectbox(key="entry-status-e1").set_value(Status.DONE)
    app.button(key="entry-keep-e1").click().run()
    (entry,) = captured.entries(cabinet, MEETING)
    assert entry.status is Status.DONE
    assert [(step.said, step.by) for step in entry.remarks] == [("Letters went out.", "Di Penn")]
    assert "Letters went out." in said(app)


def test_a_follow_up_that_crosses_anothers_is_offered_again(
    open_app: Open, cabinet: Cabinet, draft: Agenda, freeze: Callable[..., Kept]
) -> None:
    freeze()
    captured.save(cabinet, ADA, "e1", MEETING, "last", EntryKind.ACTION, "Write to parents", owner="The head")
    app = open_app("meetings", meeting=MEETING)
    app.button(key="entry-follow-e1").click().run()
    (entry,) = captured.entries(cabinet, MEETING)
    captured.follow_up(cabinet, ADA, "e1", entry.edition, "It was dropped", Status.DROPPED)
    app.text_area(key="entry-said-e1").set_value("Letters went out.")
    app.selectbox(key="entry-status-e1").set_value(Status.DONE)
    app.button(key="entry-keep-e1").click().run()
    assert "Ada Quill has followed up this entry since" in said(app)
    assert app.text_area(key="entry-said-e1").value == "Letters went out."
    app.button(key="entry-keep-e1").click().run()
    (entry,) = captured.entries(cabinet, MEETING)
    assert entry.status is Status.DONE
    assert [step.said for step in entry.remarks] == ["It was dropped", "Letters went out."]


def _packs(open_app: Open, monkeypatch: pytest.MonkeyPatch, user: str) -> list[Packed]:
    """What the buttons on a meeting's page hold."""
    import streamlit as st

    made: list[Packed] = []
    original = st.download_button

    def noted(label: str, data: Packed, **more: object) -> bool:
        made.append(data)
        return bool(original(label, data, **more))  # type: ignore[arg-type]

    monkeypatch.setattr(st, "download_button", noted)
    app = open_app("meetings", user, meeting=MEETING)
    assert not app.exception
    return made
