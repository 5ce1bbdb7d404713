"""Commentary on the pages: who sees and writes what, that nothing typed is lost, and that nothing forged is done."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from kpi_engine.model import WithheldKind
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.people.trail import Trail
from kpi_engine.written import actions, notes
from kpi_engine.written.database import Notebook
from kpi_engine.written.subject import WHOLE_TRUST, Reader, Subject
from tests.app.conftest import ADMIN, EXECUTIVE, GOVERNOR, HEAD, PEOPLE, ROOT, Open, session_of, text_of
from ui import written

OWN, OTHER = "900006", "900001"
LINK = {"kpi": "suspensions", "year": "2023/24"}
FIGURE = Subject("suspensions", OWN, "2023/24")
ELSEWHERE = Subject("suspensions", OTHER, "2023/24")
TRUST_FIGURE = Subject("suspensions", "trust", "2023/24")
CARE = "Do not write about single pupils: everybody who sees this figure reads this."
DI = Reader(Viewer(EXECUTIVE, Role.EXECUTIVE), "Di Penn", lambda _: False)
BO = Reader(Viewer(HEAD, Role.HEADTEACHER, frozenset({OWN})), "Bo Farrow", lambda _: False)
ADA = Reader(Viewer(ADMIN, Role.ADMIN), "Ada Quill", lambda _: False)


@pytest.fixture
def book(folder: Path) -> Notebook:
    return Notebook.opened(folder / private.WRITTEN)


@pytest.fixture
def told(folder: Path) -> Callable[[], list[tuple[str, str]]]:
    """What the trail holds of notes and actions."""

    def read() -> list[tuple[str, str]]:
        with Trail(folder / private.TRAIL) as trail:
            return [(e.who, e.detail) for e in reversed(trail.read()) if e.what in ("commented", "action changed")]

    return read


def first(path: str, **link: object) -> AppTest:
    """The app with that page as its first one, not run yet.

    Streamlit's test runner takes every run of another page for a change of pages, and drops what was pressed.
    """
    source = (ROOT / "app.py").read_text(encoding="utf-8")
    swapped = source.replace('frame.Page("",', 'frame.Page("overview",').replace(
        f'frame.Page("{path}",', 'frame.Page("",'
    )
    assert swapped.count('frame.Page("",') == 1
    app = AppTest.from_string(swapped, default_timeout=60)
    for name, value in link.items():
        app.query_params[name] = value  # type: ignore[assignment]
    return app


@pytest.fixture
def open_app(folder: Path) -> Open:
    """``open_app("culture", HEAD, academy="900006")`` opens that page as its first one, where its buttons work."""

    def opened(path: str, user: str = EXECUTIVE, **link: str | list[str]) -> AppTest:
        app = first(path, **link)
        app.session_state["password: session"] = session_of(folder, user)
        return app.run()

    return opened


def box(about: Subject, what: str = "note") -> str:
    return f"{what}-new-{about.kpi}-{about.academy}-{about.academic_year}"


def has(app: AppTest, key: str) -> bool:
    return any(each.key == key for each in (*app.button, *app.text_area))


def wrote(app: AppTest, about: Subject, text: str) -> AppTest:
    app.text_area(key=box(about)).input(text)
    return app.button(key=f"{box(about)}-save").click().run()


def texts(book: Notebook) -> list[str]:
    return [note.text for note in notes.everything(book) if not note.removed]


# Reading and writing, by role


@pytest.mark.parametrize(
    ("user", "academy", "reads", "writes"),
    [
        (EXECUTIVE, OWN, True, True),
        (EXECUTIVE, OTHER, True, True),
        (EXECUTIVE, "trust", True, True),
        (ADMIN, OTHER, True, True),
        (ADMIN, "trust", True, True),
        (HEAD, OWN, True, True),
        (HEAD, OTHER, False, False),
        (HEAD, "trust", True, False),
        (GOVERNOR, OWN, True, False),
        (GOVERNOR, "trust", True, False),
    ],
)
def test_each_role_reads_and_writes_where_it_may(
    open_app: Open, book: Notebook, user: str, academy: str, reads: bool, writes: bool
) -> None:
    about = Subject("suspensions", academy, "2023/24")
    notes.write(book, DI, about, "A sentence that stands nowhere else.")
    actions.add(book, DI, about, "An action that stands nowhere else.", "Bo", dt.date(2030, 1, 1))
    app = open_app("culture", user, academy=academy, **LINK)
    assert not app.exception
    said = text_of(app)
    assert ("A sentence that stands nowhere else." in said) is reads
    assert ("An action that stands nowhere else." in said) is reads
    for key in (box(about), f"{box(about)}-save", f"{box(about, 'action')}-save", "action-follow-1"):
        assert has(app, key) is writes, key
    assert has(app, "note-edit-1") is (writes and user != HEAD)
    assert (CARE in said) is writes
    assert ("1 note" in said) is reads


def test_a_note_is_written_with_name_and_time_and_shown_letter_by_letter(
    open_app: Open, book: Notebook, told: Callable[[], list[tuple[str, str]]]
) -> None:
    app = open_app("culture", HEAD, academy=OWN, **LINK)
    app = wrote(app, FIGURE, "One year group:\n<b>bold</b> & **stars**.")
    assert not app.exception
    said = text_of(app)
    assert "Your note has been saved." in said
    assert "One year group:<br>&lt;b&gt;bold&lt;/b&gt; &amp; **stars**." in said
    assert "<b>Bo Farrow</b>" in said
    assert '<span class="noted">1 note</span>' in said
    assert app.text_area(key=box(FIGURE)).value == ""
    (note,) = notes.everything(book)
    assert (note.subject, note.written.user, note.written.name) == (FIGURE, HEAD, "Bo Farrow")
    assert told() == [(HEAD, "note 1 written: suspensions, 900006, 2023/24")]
    assert "One year group:" in text_of(open_app("culture", GOVERNOR, academy=OWN, **LINK))


def test_a_note_is_edited_removed_and_put_back(open_app: Open, book: Notebook) -> None:
    notes.write(book, DI, FIGURE, "First text.")
    app = open_app("culture", academy=OWN, **LINK)
    app.button(key="note-edit-1").click().run()
    assert app.text_area(key="note-text-1").value == "First text."
    app.text_area(key="note-text-1").input("Second text.")
    app.button(key="note-keep-1").click().run()
    assert not app.exception
    assert not has(app, "note-keep-1")
    said = text_of(app)
    assert "Edited · show its history" in said
    assert said.index("Second text.") < said.index("First text.")
    app.button(key="note-remove-1-2").click().run()
    assert "removed by Di Penn" in text_of(app)
    assert "Second text." not in text_of(app)
    assert "Second text." not in text_of(open_app("culture", GOVERNOR, academy=OWN, **LINK))
    app.button(key="note-back-1-3").click().run()
    assert "Second text." in text_of(app)
    assert texts(book) == ["Second text."]


def test_a_press_on_what_somebody_changed_meanwhile_is_answered(open_app: Open, book: Notebook) -> None:
    notes.write(book, DI, FIGURE, "First text.")
    app = open_app("culture", academy=OWN, **LINK)
    notes.edit(book, ADA, 1, 1, "Ada has more to say.")
    app.button(key="note-remove-1-1").click().run()
    assert "Ada Quill has edited this note since you opened it" in text_of(app)
    assert texts(book) == ["Ada has more to say."]


def test_a_form_that_was_left_open_on_another_page_begins_anew(open_app: Open, book: Notebook) -> None:
    notes.write(book, DI, FIGURE, "First text.")
    actions.add(book, DI, FIGURE, "Visit.", "Bo", dt.date(2030, 1, 1))
    app = open_app("culture", academy=OWN, **LINK)
    app.button(key="note-edit-1").click().run()
    app.button(key="action-change-1").click().run()
    app.query_params["kpi"] = "pupils-happy"
    app.run()
    assert not has(app, "note-text-1")
    app.query_params["kpi"] = "suspensions"
    app.run()
    assert app.text_area(key="note-text-1").value == "First text."
    assert app.text_area(key="action-text-1").value == "Visit."
    app.button(key="note-keep-1").click().run()
    assert texts(book) == ["First text."]


def test_leaving_an_edit_changes_nothing(open_app: Open, book: Notebook) -> None:
    notes.write(book, DI, FIGURE, "First text.")
    app = open_app("culture", academy=OWN, **LINK)
    app.button(key="note-edit-1").click().run()
    app.text_area(key="note-text-1").input("Never mind.")
    app.button(key="note-leave-1").click().run()
    assert not has(app, "note-keep-1")
    assert notes.everything(book)[0].edition == 1


# Nothing that was typed is lost


def test_a_note_that_somebody_changed_meanwhile_is_shown_and_the_own_text_stays(open_app: Open, book: Notebook) -> None:
    notes.write(book, DI, FIGURE, "As both read it.")
    app = open_app("culture", academy=OWN, **LINK)
    app.button(key="note-edit-1").click().run()
    notes.edit(book, ADA, 1, 1, "What Ada made of it.")
    app.text_area(key="note-text-1").input("What Di made of it.")
    app.button(key="note-keep-1").click().run()
    assert not app.exception
    said = text_of(app)
    assert "Ada Quill has edited this note since you opened it" in said
    assert "<blockquote>What Ada made of it.</blockquote>" in said
    assert app.text_area(key="note-text-1").value == "What Di made of it."
    assert texts(book) == ["What Ada made of it."]
    app.button(key="note-keep-1").click().run()
    assert [edit.text for edit in notes.everything(book)[0].edits] == [
        "As both read it.", "What Ada made of it.", "What Di made of it.",
    ]  # fmt: skip


def test_a_note_that_somebody_removed_meanwhile_gives_the_text_back(open_app: Open, book: Notebook) -> None:
    notes.write(book, DI, FIGURE, "As both read it.")
    app = open_app("culture", academy=OWN, **LINK)
    app.button(key="note-edit-1").click().run()
    notes.remove(book, ADA, 1, 1)
    app.text_area(key="note-text-1").input("What Di made of it.")
    app.button(key="note-keep-1").click().run()
    assert not app.exception
    assert "Ada Quill has removed this note since you opened it" in text_of(app)
    assert "<blockquote>What Di made of it.</blockquote>" in text_of(app)
    assert texts(book) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x" * 601, "601 characters, and 600 are the most"),
        ("Ask ann@home.example", "an e-mail address"),
        (" ", "empty"),
    ],
)
def test_a_text_that_cannot_be_kept_stays_in_its_box(open_app: Open, book: Notebook, text: str, why: str) -> None:
    app = wrote(open_app("culture", academy=OWN, **LINK), FIGURE, text)
    assert why in text_of(app)
    assert 'role="alert"' in text_of(app)
    assert app.text_area(key=box(FIGURE)).value == text
    assert texts(book) == []


@pytest.mark.parametrize(("user", "told_all"), [(HEAD, False), (ADMIN, True)])
def test_a_file_that_cannot_be_written_is_said_and_the_text_stays(
    open_app: Open, book: Notebook, folder: Path, logged: list[str], user: str, told_all: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    app = open_app("culture", user, academy=OWN, **LINK)
    monkeypatch.setattr("kpi_engine.written.database._WAIT", 0.05)
    other = sqlite3.connect(folder / private.WRITTEN, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    app = wrote(app, FIGURE, "Typed with care.")
    said = text_of(app)
    assert not app.exception
    assert app.text_area(key=box(FIGURE)).value == "Typed with care."
    assert "What you wrote still stands below." in said
    assert (str(folder) in said) is told_all
    assert ("This cannot be saved just now" in said) is not told_all
    assert any("somebody else has been writing for too long" in line for line in logged)
    other.execute("ROLLBACK")
    other.close()
    app.button(key=f"{box(FIGURE)}-save").click().run()
    assert texts(book) == ["Typed with care."]


def test_a_damaged_file_takes_no_page_down(open_app: Open, folder: Path) -> None:
    (folder / private.WRITTEN).write_bytes(b"no database" * 500)
    for path in ("culture", "actions"):
        app = open_app(path, HEAD, academy=OWN)
        assert not app.exception
        assert "This cannot be shown just now" in text_of(app)
        assert str(folder) not in text_of(app)
    assert "About this measure" in text_of(open_app("culture", HEAD, academy=OWN))


def test_a_file_that_breaks_while_somebody_types_gives_the_text_back(open_app: Open, folder: Path) -> None:
    app = open_app("culture", HEAD, academy=OWN, **LINK)
    for each in folder.glob("written*"):
        each.unlink()
    (folder / private.WRITTEN).write_bytes(b"no database" * 500)
    app = wrote(app, FIGURE, "Typed with care.")
    assert not app.exception
    assert "This cannot be shown just now" in text_of(app)
    assert "<blockquote>Typed with care.</blockquote>" in text_of(app)


# Hidden figures


def _hidden(engine: Engine, viewer: Viewer) -> Subject:
    """An academy's figure, of this viewer's own or of anybody's, that is hidden from the viewer."""
    view = engine.as_seen_by(viewer)
    for year in ("latest", "2024/25", "2023/24", "2022/23", "2021/22"):
        for cell in view.scorecard(year):
            if cell.withheld is not None and cell.withheld.kind is WithheldKind.HIDDEN and cell.academy != "trust":
                return Subject(cell.kpi, cell.academy, cell.academic_year)
    raise AssertionError("the sample hides nothing from this viewer")


@pytest.mark.parametrize(("user", "viewer"), [(EXECUTIVE, DI.viewer), (GOVERNOR, Viewer(GOVERNOR, Role.GOVERNOR))])
def test_beside_a_hidden_figure_nothing_is_shown_and_nothing_can_be_written(
    open_app: Open, book: Notebook, sample_engine: Engine, user: str, viewer: Viewer
) -> None:
    about = _hidden(sample_engine, viewer)
    link = {"kpi": about.kpi, "academy": about.academy, "year": about.academic_year}
    empty = text_of(open_app(CATALOGUE[about.kpi].group, user, **link))
    notes.write(book, DI, about, "There were three of them.")
    actions.add(book, DI, about, "Speak with the three.", "Bo", dt.date(2030, 1, 1))
    app = open_app(CATALOGUE[about.kpi].group, user, **link)
    said = text_of(app)
    assert "three" not in said.lower().replace("three academies", "")
    assert said == empty, "whether something is written there shows in nothing"
    assert "No commentary is shown beside a figure that is hidden." in said
    assert not has(app, box(about))
    assert "three" not in text_of(open_app("actions", user, academy="trust")).lower()


def test_a_drilled_figure_shows_the_commentary_of_the_undivided_one(open_app: Open, book: Notebook) -> None:
    notes.write(book, DI, FIGURE, "Of the whole academy.")
    said = text_of(open_app("culture", academy=OWN, **LINK, **{"in": ["sex:F"]}))
    assert "Of the whole academy." in said
    assert "2023/24, undivided" in said


# What is forged


def test_a_headteacher_who_forges_another_academy_writes_nothing_anywhere(
    open_app: Open, book: Notebook, told: Callable[[], list[tuple[str, str]]]
) -> None:
    app = open_app("culture", HEAD, academy=OWN, **LINK)
    app.text_area(key=box(FIGURE)).input("Meant for somebody else.")
    app.query_params["academy"] = OTHER
    app.button(key=f"{box(FIGURE)}-save").click().run()
    assert not app.exception
    assert (texts(book), told()) == ([], [])


@pytest.mark.parametrize(("user", "about"), [(HEAD, ELSEWHERE), (HEAD, TRUST_FIGURE), (GOVERNOR, FIGURE)])
def test_a_button_that_was_never_there_is_refused_when_it_is_pressed(
    open_app: Open, book: Notebook, told: Callable[[], list[tuple[str, str]]], user: str, about: Subject
) -> None:
    notes.write(book, DI, about, "Of the executive.")
    actions.add(book, DI, about, "Of the executive.", "Bo", dt.date(2030, 1, 1))
    app = open_app("culture", user, academy=about.academy, **LINK)
    forged = {
        f"{box(about)}": "Forged.",
        f"{box(about)}-save": True,
        f"{box(about, 'action')}": "Forged.",
        f"{box(about, 'action')}-owner": "Somebody",
        f"{box(about, 'action')}-due": dt.date(2030, 1, 1),
        f"{box(about, 'action')}-save": True,
    }
    for key, value in forged.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    assert "not yours to change here" in text_of(app)
    assert texts(book) == ["Of the executive."]
    more = {
        "note-remove-1-1": True,
        "commentary: note that is edited, and the edition that was read": (1, 1),
        "note-text-1": "Forged.",
        "note-keep-1": True,
        "actions: form that is open, its action and the edition that was read": ("follow", 1, 1),
        "action-text-1": "Forged.",
        "action-keep-1": True,
    }
    for keep in ("note-remove-1-1", "note-keep-1"):
        app = open_app("culture", user, academy=about.academy, **LINK)
        for key, value in more.items():
            if key == keep or not key.startswith(("note-remove", "note-keep")):
                app.session_state[key] = value
        app.run()
        assert not app.exception
    (note,), (action,) = notes.everything(book), actions.everything(book)
    assert (note.edition, note.removed, action.edition) == (1, False, 1)
    assert told() == []


def test_whose_right_was_taken_away_saves_nothing_with_the_form_that_is_still_open(
    open_app: Open, book: Notebook, folder: Path
) -> None:
    app = open_app("culture", HEAD, academy=OWN, **LINK)
    app.text_area(key=box(FIGURE)).input("Still here?")
    others = [person for person in PEOPLE if person.user != HEAD]
    directory.write(
        folder / private.DIRECTORY, [*others, Person(HEAD, "Bo Farrow", Role.HEADTEACHER, frozenset({OTHER}))]
    )
    app.button(key=f"{box(FIGURE)}-save").click().run()
    assert not app.exception
    assert texts(book) == []
    directory.write(folder / private.DIRECTORY, others)
    app.run()
    assert "Nothing here is yours to see yet" in text_of(app)
    assert texts(book) == []


# Actions


def test_an_action_is_added_followed_up_changed_and_done(
    open_app: Open, book: Notebook, told: Callable[[], list[tuple[str, str]]]
) -> None:
    app = open_app("culture", HEAD, academy=OWN, **LINK)
    key = box(FIGURE, "action")
    app.text_area(key=key).input("Look at it by term.")
    app.text_input(key=f"{key}-owner").input("di penn")
    app.date_input(key=f"{key}-due").set_value(dt.date(2026, 11, 2))
    app.button(key=f"{key}-save").click().run()
    assert not app.exception
    said = text_of(app)
    assert "The action has been added." in said
    assert "Overdue by" in said
    assert "due 2 Nov 2026" in said
    (action,) = actions.everything(book)
    assert (action.now.owner, action.now.owner_user) == ("Di Penn", EXECUTIVE)
    app.button(key="action-change-1").click().run()
    app.date_input(key="action-due-1").set_value(dt.date(2030, 3, 4))
    app.button(key="action-keep-1").click().run()
    assert "Due 4 Mar 2030 in place of 2 Nov 2026" in text_of(app)
    assert "Overdue by" not in text_of(app)
    app.button(key="action-follow-1").click().run()
    app.text_area(key="action-text-1").input("Seen on Tuesday.")
    app.selectbox(key="action-status-1").select("Done")
    app.button(key="action-keep-1").click().run()
    assert not app.exception
    assert "Seen on Tuesday." in text_of(app)
    assert [str(step.what) for step in actions.everything(book)[0].steps] == ["added", "changed", "done"]
    assert [detail.split(":")[0] for _, detail in told()] == ["action 1 added", "action 1 changed", "action 1 done"]


def test_an_action_that_lacks_something_keeps_all_that_was_typed(open_app: Open, book: Notebook) -> None:
    app = open_app("culture", academy=OWN, **LINK)
    key = box(FIGURE, "action")
    app.text_area(key=key).input("Look at it by term.")
    app.text_input(key=f"{key}-owner").input("The heads")
    app.button(key=f"{key}-save").click().run()
    assert "The action has no due date" in text_of(app)
    assert (app.text_area(key=key).value, app.text_input(key=f"{key}-owner").value) == (
        "Look at it by term.", "The heads",
    )  # fmt: skip
    assert actions.everything(book) == ()


def test_an_action_that_somebody_changed_meanwhile_is_shown_and_the_own_words_stay(
    open_app: Open, book: Notebook
) -> None:
    actions.add(book, DI, FIGURE, "Visit.", "Bo", dt.date(2030, 1, 1))
    app = open_app("culture", academy=OWN, **LINK)
    app.button(key="action-change-1").click().run()
    actions.change(book, ADA, 1, 1, "Visit twice.", "Bo", dt.date(2030, 1, 1))
    app.text_area(key="action-text-1").input("Visit thrice.")
    app.button(key="action-keep-1").click().run()
    assert "Ada Quill has changed this action since you opened it" in text_of(app)
    assert app.text_area(key="action-text-1").value == "Visit thrice."
    app.button(key="action-keep-1").click().run()
    assert [step.text for step in actions.everything(book)[0].steps] == ["Visit.", "Visit twice.", "Visit thrice."]


def _with_actions(book: Notebook) -> None:
    for text, about, day in (
        ("Own, late.", FIGURE, dt.date(2026, 1, 5)),
        ("Other, later.", ELSEWHERE, dt.date(2030, 2, 2)),
        ("Trust figure.", TRUST_FIGURE, dt.date(2030, 1, 1)),
        ("Whole trust.", WHOLE_TRUST, dt.date(2029, 1, 1)),
        ("Finished.", FIGURE, dt.date(2026, 1, 1)),
    ):
        actions.add(book, DI, about, text, "Bo", day)
    actions.follow_up(book, DI, 5, 1, "", actions.Status.DONE)


def test_the_page_lists_open_actions_by_due_date_and_those_done_after_them(open_app: Open, book: Notebook) -> None:
    _with_actions(book)
    app = open_app("actions")
    assert not app.exception
    said = text_of(app)
    places = [
        said.index(text) for text in ("Own, late.", "Whole trust.", "Trust figure.", "Other, later.", "Finished.")
    ]
    assert places == sorted(places)
    assert said.index("Overdue · 1") < places[0] < said.index("Later · 3")
    assert any(each.label == "Done or dropped · 1" for each in app.expander)
    assert 'href="culture?kpi=suspensions&amp;academy=900006&amp;year=2023/24"' in said


@pytest.mark.parametrize(
    ("user", "link", "shown"),
    [
        (EXECUTIVE, {"academy": OWN}, {"Own, late.", "Finished."}),
        (EXECUTIVE, {"academy": OTHER}, {"Other, later."}),
        (EXECUTIVE, {"phase": "secondary"}, {"Own, late.", "Trust figure.", "Whole trust.", "Finished."}),
        (HEAD, {"academy": "trust"}, {"Own, late.", "Trust figure.", "Whole trust.", "Finished."}),
        (HEAD, {"academy": OTHER}, set()),
        (GOVERNOR, {}, {"Own, late.", "Other, later.", "Trust figure.", "Whole trust.", "Finished."}),
    ],
)
def test_the_page_lists_what_the_viewer_may_see_of_the_academies_chosen(
    open_app: Open, book: Notebook, user: str, link: dict[str, str], shown: set[str]
) -> None:
    _with_actions(book)
    said = text_of(open_app("actions", user, **link))
    every = {"Own, late.", "Other, later.", "Trust figure.", "Whole trust.", "Finished."}
    assert {text for text in every if text in said} == shown


def test_an_action_is_done_on_the_page_too_and_the_trust_s_own_are_added_there(open_app: Open, book: Notebook) -> None:
    app = open_app("actions")
    assert "No open action for: All academies." in text_of(app)
    assert "choose “Add an action” under its commentary" in text_of(app)
    app.text_area(key="action-new--trust-").input("Hold a day for all.")
    app.text_input(key="action-new--trust--owner").input("The executive")
    app.date_input(key="action-new--trust--due").set_value(dt.date(2030, 1, 1))
    app.button(key="action-new--trust--save").click().run()
    assert not app.exception
    assert actions.everything(book)[0].subject == WHOLE_TRUST
    app.button(key="action-follow-1").click().run()
    app.selectbox(key="action-status-1").select("Dropped")
    app.button(key="action-keep-1").click().run()
    assert actions.everything(book)[0].now.status == "dropped"
    for user in (HEAD, GOVERNOR):
        app = open_app("actions", user, academy="trust")
        assert not has(app, "action-new--trust--save")
        assert not has(app, "action-follow-1")


# The sample trust, and marks in lists


def test_on_the_sample_trust_notes_go_to_a_place_that_does_not_last(
    monkeypatch: pytest.MonkeyPatch, sample_folder: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr("ui.start.sample_folder", lambda: sample_folder)
    monkeypatch.setenv("TRUST_KPI_DATA", "no-such-folder-yet")
    monkeypatch.setenv("TRUST_KPI_LOOK_AROUND", "headteacher")
    written._sample_place.clear()
    written._notebook.clear()
    app = first("culture", academy=OWN, **LINK).run()
    assert "kept on this computer until the explorer is stopped" in text_of(app)
    app = wrote(app, FIGURE, "A visitor's note.")
    assert not app.exception
    assert "A visitor&#x27;s note." in text_of(app)
    place = Path(written._sample_place().name)
    assert [note.written.name for note in notes.everything(Notebook(place / private.WRITTEN))] == ["Rowan Ashdale"]
    assert not (tmp_path / "private").exists()
    monkeypatch.setenv("TRUST_KPI_LOOK_AROUND", "governor")
    assert "A visitor&#x27;s note." in text_of(first("culture", academy=OWN, **LINK).run())
    written._sample_place().cleanup()
    assert not place.exists()
    written._sample_place.clear()
    written._notebook.clear()


def test_a_list_is_told_which_figures_have_notes_the_viewer_may_read(
    book: Notebook, sample_engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = _hidden(sample_engine, DI.viewer)
    for about in (FIGURE, FIGURE, ELSEWHERE, TRUST_FIGURE, hidden):
        notes.write(book, DI, about, f"Note {len(texts(book))}.")
    asked = []
    counted = notes.counts
    monkeypatch.setattr(notes, "counts", lambda each: asked.append(1) or counted(each))

    class Shown:
        sample = False

        def __init__(self, reader: Reader) -> None:
            self.viewer, self.admission, self.settings = reader.viewer, self, self
            self.name, self.private_folder = reader.name, folder

    def found(reader: Reader) -> dict[tuple[str, str, str], int]:
        view = sample_engine.as_seen_by(reader.viewer)
        cells = [view.result(s.kpi, s.academy, s.academic_year) for s in (FIGURE, ELSEWHERE, TRUST_FIGURE, hidden)]
        return dict(written.noted(Shown(reader), cells))  # type: ignore[arg-type]

    own, other, trust = (("suspensions", urn, "2023/24") for urn in (OWN, OTHER, "trust"))
    assert found(DI) == {own: 2, other: 1, trust: 1}
    assert found(BO) == {own: 2, trust: 1}
    assert len(asked) == 1, "asked again only when something has been written"
    notes.remove(book, DI, 3, 1)
    assert found(DI) == {own: 2, trust: 1}
    assert len(asked) == 2
    assert EVERYTHING.role is Role.EXECUTIVE
