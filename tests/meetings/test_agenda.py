"""The agenda: edits that lose nothing, reusable agendas, and what is wrong said by name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.catalogue import CATALOGUE, GROUPS, of_group
from kpi_engine.errors import UsageError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings.agenda import TEMPLATES, Agenda, AgendaItem
from kpi_engine.meetings.document import ItemKind, Part

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
ITEMS = st.builds(
    AgendaItem,
    id=st.just(""),
    kind=st.sampled_from((ItemKind.TEXT, ItemKind.LAST)),
    part=st.sampled_from(Part),
    title=TEXTS,
    questions=st.none() | st.lists(TEXTS, max_size=3).map(tuple),
    text=TEXTS,
    comment=TEXTS,
) | st.builds(AgendaItem, id=st.just(""), kind=st.just(ItemKind.KPI), kpi=st.sampled_from(tuple(CATALOGUE)))


def board(*items: AgendaItem) -> Agenda:
    agenda = agendas.new("Board", "2026-11-26")
    for item in items:
        agenda = agendas.added(agenda, item)
    return agenda


def text(title: str) -> AgendaItem:
    return AgendaItem("", ItemKind.TEXT, title=title)


def titles(agenda: Agenda) -> list[str]:
    return [item.title for item in agenda.items]


def test_a_meeting_is_named_by_who_meets_and_when() -> None:
    assert agendas.new(" Full   Board ", "2026-11-26").meeting == "full-board-2026-11-26"
    assert agendas.new("Comité Éducation", "2026-11-26").meeting == "comite-education-2026-11-26"
    assert agendas.new("理事会", "2026-11-26").meeting == "meeting-2026-11-26"


def test_items_are_added_moved_and_removed_by_their_id() -> None:
    agenda = board(text("a"), text("b"), text("c"))
    assert [item.id for item in agenda.items] == ["i1", "i2", "i3"]
    assert titles(agendas.moved(agenda, "i3", 0)) == ["c", "a", "b"]
    assert titles(agendas.moved(agenda, "i1", 99)) == ["b", "c", "a"]
    assert titles(agendas.moved(agenda, "i2", -4)) == ["b", "a", "c"]
    assert titles(agendas.removed(agenda, "i2")) == ["a", "c"]
    assert titles(agendas.added(agenda, text("d"), 1)) == ["a", "d", "b", "c"]
    with pytest.raises(UsageError, match="'i9' is no item of this agenda; its items are: i1, i2, i3"):
        agendas.removed(agenda, "i9")


def test_an_id_that_is_taken_is_replaced_by_one_that_is_free() -> None:
    agenda = agendas.removed(board(text("a"), text("b")), "i1")
    again = agendas.added(agenda, replace(text("c"), id="i2"))
    assert [item.id for item in again.items] == ["i2", "i1"]


def test_an_item_is_changed_in_its_place() -> None:
    agenda = board(text("a"), text("b"), text("c"))
    assert titles(agendas.changed(agenda, replace(agenda.item("i2"), title="B"))) == ["a", "B", "c"]


@given(st.lists(ITEMS, max_size=8), st.data())
def test_whatever_is_moved_all_items_stay(items: list[AgendaItem], data: st.DataObject) -> None:
    agenda = board(*items)
    for _ in range(3):
        if not agenda.items:
            return
        id = data.draw(st.sampled_from([item.id for item in agenda.items]))
        to = data.draw(st.integers(-3, 12))
        after = agendas.moved(agenda, id, to)
        assert sorted(after.items, key=lambda item: item.id) == sorted(agenda.items, key=lambda item: item.id)
        assert after.items[min(max(to, 0), len(items) - 1)].id == id
        assert [i for i in after.items if i.id != id] == [i for i in agenda.items if i.id != id]
        agenda = after


@given(st.lists(ITEMS, max_size=8), st.booleans(), st.sampled_from(("latest", "2024/25")))
def test_an_agenda_comes_back_from_its_json(items: list[AgendaItem], anonymous: bool, year: str) -> None:
    agenda = replace(board(*items), anonymous=anonymous, year=year, academies=("900001",))
    assert agendas.from_json(agendas.to_json(agenda)) == agenda


def test_a_group_s_agenda_has_its_kpis_in_the_plan_s_order_after_the_last_time() -> None:
    for group in GROUPS:
        items = agendas.template(group.title)
        assert items[0].kind is ItemKind.LAST
        assert [item.kpi for item in items[1:]] == [kpi.id for kpi in of_group(group.id)]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_reusable_agenda_can_be_frozen(name: str) -> None:
    items = agendas.template(name)
    assert set(TEMPLATES[name]) <= set(CATALOGUE)
    assert len({item.kpi for item in items}) == len(items)
    agendas.check(replace(agendas.new("Board", "2026-11-26"), items=items))


def test_an_unknown_reusable_agenda_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="there is no agenda 'Bored' to begin from; there are: Full board, "):
        agendas.template("Bored")


def test_agendas_laid_over_one_another_have_each_kpi_once() -> None:
    agenda = agendas.added_all(agendas.new("Board", "2026-11-26"), agendas.template("Full board"))
    more = agendas.added_all(agenda, agendas.template("Culture"))
    kpis = [item.kpi for item in more.items]
    assert len(kpis) == len(set(kpis))
    assert {kpi.id for kpi in of_group("culture")} <= set(kpis)
    assert more.items[: len(agenda.items)] == agenda.items


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": " "}, "the meeting has no name"),
        ({"body": "B" * 61}, "61 characters; 60 are the most"),
        ({"date": "26.11.2026"}, "'26.11.2026' is no date; write it as 2026-11-26"),
        ({"date": "2026-02-30"}, "'2026-02-30' is no date"),
        ({"date": "20261126"}, "'20261126' is no date as it is kept; write it as 2026-11-26"),
        ({"meeting": "../board"}, "cannot name a meeting in a link"),
        ({"year": "2024/26"}, "'2024/26' is not an academic year"),
        ({"year": "2024-25"}, "write it as 2024/25"),
        ({"items": (AgendaItem("", ItemKind.TEXT),)}, "item 1 has no id"),
        ({"items": (AgendaItem("a", ItemKind.TEXT),) * 2}, "item 2 has the id of another, 'a'"),
        ({"items": (AgendaItem("a", ItemKind.KPI, kpi="progres-8"),)}, "item 1: .*did you mean progress-8"),
        ({"items": (AgendaItem("a", ItemKind.TEXT, kpi="progress-8"),)}, "item 1: an item of kind text shows no KPI"),
        ({"items": (AgendaItem("a", ItemKind.KPI, kpi="cash-flow", academy="900001"),)}, "about the trust as a whole"),
        ({"items": (AgendaItem("a", ItemKind.KPI, kpi="progress-8", academy=""),)}, "the scope is empty"),
        ({"items": (AgendaItem("a", ItemKind.TEXT, text="a \ud83d b"),)}, "item 1: half of a character"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        agendas.check(replace(agendas.new("Board", "2026-11-26"), **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b'{"meeting": "a", "body": "a"', b"\xff\xfe"])
def test_what_is_no_agenda_is_refused(text: bytes) -> None:
    with pytest.raises(UsageError, match="this is no agenda"):
        agendas.from_json(text)
