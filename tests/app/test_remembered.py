"""What the app remembers and reads ahead: nobody is given another's answers, and nothing is read twice."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
import streamlit as st

from kpi_engine.access import Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from kpi_engine.engine.view import View
from kpi_engine.model import Observation
from kpi_engine.warehouse.store import Store
from ui import ahead, start
from ui.ask import Ask, Memory

EXECUTIVE = Viewer("di@trust.example", Role.EXECUTIVE)
HEAD = Viewer("bo@trust.example", Role.HEADTEACHER, frozenset({"900006"}))


def test_two_viewers_with_one_memory_are_each_given_their_own(sample_engine: Engine) -> None:
    memory = Memory()
    asked = 0
    for viewer in (EXECUTIVE, HEAD, EXECUTIVE):
        view = sample_engine.as_seen_by(viewer)
        ask = Ask(view, "one version", lambda _: None, memory)
        for kpi in CATALOGUE:
            asked += 1
            assert ask.compare(kpi) == view.compare(kpi)
            assert ask.scorecard() == view.scorecard()
            assert (
                ask.attention("trust", "latest").items
                == Ask(view, "", lambda _: None, Memory()).attention("trust", "latest").items
            )
    assert asked == 3 * len(CATALOGUE)


def test_an_answer_is_worked_out_once_for_a_viewer_and_anew_for_another_version(
    sample_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = View.result

    def counted(self: View, kpi: str, *rest: object) -> object:
        asked.append(kpi)
        return real(self, kpi, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(View, "result", counted)
    memory, view = Memory(), sample_engine.as_seen_by(EXECUTIVE)
    for version in ("one", "one", "other"):
        Ask(view, version, lambda _: None, memory).result("staff-turnover", "900006")
    assert len(asked) == 2
    Ask(view, "one", lambda _: None, memory).result("staff-turnover", "900006", within=(("staff_group", "teacher"),))
    assert len(asked) == 3


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    memory = Memory(most=2)
    worked: list[str] = []

    def ask(name: str) -> None:
        memory.answer(("v", (), name, ()), lambda: worked.append(name))

    for name in ("a", "b", "a", "c", "a", "b"):
        ask(name)
    assert worked == ["a", "b", "c", "b"]


def test_undivided_facts_and_those_by_a_dimension_are_together_all_headline_facts(sample_engine: Engine) -> None:
    for measure in sample_engine.store.measures():
        every = sample_engine.store.headline([measure])
        plain = sample_engine.store.headline([measure], divided=False)
        divided = sample_engine.store.headline([measure], divided=True)
        assert [f for f in every if not f.breakdown] == plain
        assert [f for f in every if f.breakdown] == divided


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[bool | None]:
    """What headline facts any store is asked for from here on: ``divided`` of each question."""
    found: list[bool | None] = []
    real = Store.headline

    def noted(
        self: Store, measures: Sequence[str], years: Sequence[str] | None = None, divided: bool | None = None
    ) -> list[Observation]:
        found.append(divided)
        return real(self, measures, years, divided)

    monkeypatch.setattr(Store, "headline", noted)
    return found


def test_opening_reads_the_undivided_facts_in_one_question(sample_folder: Path, questions: list[bool | None]) -> None:
    engine = Engine.open(sample_folder)
    try:
        engine.warm()
        assert questions == [False]
        view = engine.as_seen_by(EXECUTIVE)
        view.result("pupils-happy", "900006", breakdown={"sex": "F"})
        asked = len(questions)
        assert True in questions
        view.result("pupils-happy", "900005", breakdown={"sex": "M"})
        assert len(questions) == asked
    finally:
        engine.close()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a start of the server."""
    st.cache_resource.clear()
    monkeypatch.setattr(ahead, "_AFTER", 0.0)
    monkeypatch.setattr(ahead, "_BETWEEN", 0.0)


@pytest.mark.usefixtures("fresh")
def test_the_server_reads_ahead_what_pages_ask_for(questions: list[bool | None]) -> None:
    ahead.read(threading.Event())
    settings = start.settings()
    assert settings is not None
    assert questions
    del questions[:]
    engine = start.opened(settings).engine
    assert engine is not None
    view = engine.as_seen_by(EXECUTIVE)
    assert view.scorecard()
    assert view.breakdown("pupils-happy", "sex")
    assert view.breakdown("pupil-attendance", "year_group")
    assert questions == []


@pytest.mark.usefixtures("fresh")
def test_reading_ahead_ends_when_it_is_told_to(questions: list[bool | None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_AFTER", 60.0)
    with ahead.reading():
        pass
    assert True not in questions
    assert not [thread for thread in threading.enumerate() if thread.name == "reading ahead"]


@pytest.mark.usefixtures("fresh")
def test_reading_ahead_leaves_what_cannot_be_read_to_the_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, questions: list[bool | None]
) -> None:
    monkeypatch.setenv("TRUST_KPI_DATA", str(tmp_path / "nothing here"))
    ahead.read(threading.Event())
    monkeypatch.setenv("TRUST_KPI_MEMBERS", "nobody")
    ahead.read(threading.Event())
    assert questions == []
