"""What changed between two frozen meetings: each figure, what it was, what it is, and why."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.engine import Engine
from kpi_engine.intake.pipeline import examine
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import naming
from kpi_engine.meetings.agenda import AgendaItem
from kpi_engine.meetings.changes import Change, changes
from kpi_engine.meetings.document import Document, Item, ItemKind, Part, Point, Shown
from kpi_engine.meetings.freezing import freeze
from kpi_engine.warehouse.folder import load
from tests.conftest import SAMPLE
from tests.meetings.example import example

NEW_DATA = "new data: version 20270310-11aa, before 20261120-7f3a"


def later(document: Document, **more: object) -> Document:
    """The meeting frozen again from newer data."""
    return replace(document, version=document.version + 1, data_version="20270310-11aa", **more)  # type: ignore[arg-type]


def with_item(document: Document, key: str, change: Callable[[Item], Item]) -> Document:
    return replace(document, items=tuple(change(i) if i.key == key else i for i in document.items))


def with_figure(item: Item, key: str, change: Callable[[Shown], Shown]) -> Item:
    details = tuple(replace(d, figure=change(d.figure)) if d.key == key else d for d in item.details)
    whole = item.figure
    assert whole is not None
    return replace(item, figure=change(whole) if whole.key == key else whole, details=details)


def told(found: tuple[Change, ...]) -> list[tuple[str, str, str, str]]:
    return [(c.figure, c.old, c.new, c.reason) for c in found]


def test_the_same_document_has_no_changes() -> None:
    assert changes(example(), example()) == ()
    assert changes(example(), later(example())) == ()


def test_a_figure_that_differs_is_told_with_the_new_version_of_the_data() -> None:
    new = with_item(
        later(example()), "kpi-1", lambda i: with_figure(i, "a2", lambda f: replace(f, shown="12.3 %", value=12.3))
    )
    old = next(d.figure.shown for d in example().item("kpi-1").details if d.key == "a2")  # type: ignore[union-attr]
    assert told(changes(example(), new)) == [("Measure 1, Netherquill Academy, 2024/25", old, "12.3 %", NEW_DATA)]
    assert changes(example(), new)[0].item == "kpi-1"
    assert changes(example(), new)[0].key == "a2"


def test_a_figure_that_came_to_be_hidden_is_told_as_a_word() -> None:
    new = with_item(
        later(example()), "kpi-1", lambda i: with_figure(i, "a2", lambda f: replace(f, shown="Hidden", value=None))
    )
    assert [c.new for c in changes(example(), new)] == ["Hidden"]


def test_another_year_is_named_beside_both_figures() -> None:
    def newer(figure: Shown) -> Shown:
        return replace(figure, year="2025/26", shown="70.0 %", value=70.0)

    new = with_item(later(example()), "kpi-0", lambda i: with_figure(i, "trust", newer))
    old = example().item("kpi-0").figure.shown  # type: ignore[union-attr]
    assert told(changes(example(), new)) == [
        (
            "Measure 0, All academies",
            f"{old} in 2024/25",
            "70.0 % in 2025/26",
            f"another academic year; {NEW_DATA}",
        )
    ]


def test_an_earlier_year_that_was_revised_is_told_once() -> None:
    def revised(item: Item) -> Item:
        def point(p: Point) -> Point:
            return replace(p, shown="1.0 %", value=1.0) if p.label == "2022/23" else p

        details = tuple(
            replace(d, chart=replace(d.chart, points=tuple(map(point, d.chart.points))))  # type: ignore[type-var]
            if d.key == "a1"
            else d
            for d in item.details
        )
        return replace(item, details=details)

    found = changes(example(), with_item(later(example()), "kpi-0", revised))
    assert [(c.figure, c.new, c.reason) for c in found] == [("Measure 0, Corvane High, 2022/23", "1.0 %", NEW_DATA)]


def test_a_changed_target_is_told_with_the_judgement_that_it_changed() -> None:
    old = example(1, 2)
    definitions = tuple(replace(d, target="At least 60.0 %") for d in old.definitions)

    def judged(figure: Shown) -> Shown:
        chips = (replace(figure.chips[0], words="Target met"), *figure.chips[1:])
        return replace(figure, target_words="At least 60.0 %", chips=chips)

    new = with_item(replace(old, definitions=definitions), "kpi-0", lambda i: with_figure(i, "a1", judged))
    assert told(changes(old, new)) == [
        ("Measure 0: target", "At least 80.0 %", "At least 60.0 %", "the target changed"),
        ("Measure 0, Corvane High, 2024/25: judgement", "Target missed", "Target met", "the target changed"),
    ]


def test_a_changed_definition_is_told_and_is_the_reason_for_figures() -> None:
    old = example(1, 2)
    definitions = tuple(replace(d, definition="The share of those who came.") for d in old.definitions)
    new = with_item(
        replace(old, definitions=definitions),
        "kpi-0",
        lambda i: with_figure(i, "trust", lambda f: replace(f, shown="1.0 %", value=1.0)),
    )
    assert [(c.figure, c.new, c.reason) for c in changes(old, new)] == [
        ("Measure 0: definition", "The share of those who came.", "the definition changed"),
        ("Measure 0, All academies, 2024/25", "1.0 %", "the definition changed"),
    ]


def test_england_s_figure_is_told_apart() -> None:
    new = with_item(
        later(example()),
        "kpi-0",
        lambda i: with_figure(
            i, "a1", lambda f: replace(f, benchmark=82.0, benchmark_words="England, secondary 82.0 %")
        ),
    )
    assert told(changes(example(), new)) == [
        (
            "Measure 0, Corvane High, 2024/25: England",
            "England, secondary 81.5 %",
            "England, secondary 82.0 %",
            NEW_DATA,
        )
    ]


def test_items_added_taken_off_and_moved_between_the_parts_are_told() -> None:
    old = example(3)
    moved = with_item(old, "kpi-1", lambda i: replace(i, part=Part.CONFIDENTIAL))
    new = replace(moved, items=tuple(i for i in moved.items if i.key != "kpi-0"))
    added = Item("text-9", 9, Part.OPEN, ItemKind.TEXT, "A new slide")
    found = changes(old, replace(new, items=(*new.items, added)))
    assert [(c.item, c.reason, c.part) for c in found] == [
        ("kpi-1", "moved", Part.CONFIDENTIAL),
        ("text-9", "added to the agenda", Part.OPEN),
        ("kpi-0", "taken off the agenda", Part.OPEN),
    ]
    assert found[1].new == "A new slide"


def test_the_order_of_items_is_no_change() -> None:
    old = example()
    assert changes(old, replace(old, items=tuple(reversed(old.items)))) == ()


@pytest.mark.parametrize("field", ["title", "text", "comment"])
def test_a_text_that_was_changed_is_told(field: str) -> None:
    new = with_item(example(), "kpi-1", lambda i: replace(i, **{field: "Written anew"}))
    (change,) = changes(example(), new)
    assert (change.new, change.reason) == ("Written anew", "the text changed")
    assert change.figure.endswith(f": {field}")


def test_other_academies_are_named_and_their_figures_are_no_changes() -> None:
    four, three = example(2, 4), example(2, 3)
    assert told(changes(four, three)) == [("Academies", "Skerrow Primary", "–", "other academies were chosen")]
    assert told(changes(three, four)) == [("Academies", "–", "Skerrow Primary", "other academies were chosen")]


def test_academies_are_matched_by_urn_whatever_their_key() -> None:
    old = example(2, 3)
    keys = {"a1": "a3", "a2": "a1", "a3": "a2"}

    def rekeyed(item: Item) -> Item:
        details = tuple(
            replace(d, key=keys.get(d.key, d.key), figure=replace(d.figure, key=keys.get(d.figure.key, d.figure.key)))
            for d in item.details
        )
        return replace(item, details=details)

    new = replace(
        old,
        academies=tuple(replace(a, key=keys[a.key]) for a in old.academies),
        items=tuple(rekeyed(i) if i.kpi else i for i in old.items),
    )
    assert changes(old, new) == ()


def lettered(document: Document, order: str) -> Document:
    """The document with these letters for its academies' names."""
    academies = tuple(replace(a, letter=letter) for a, letter in zip(document.academies, order, strict=True))
    named = naming.renamed(replace(document, academies=academies), {a.key: f"Academy {a.letter}" for a in academies})
    return replace(named, anonymous=True)


def test_versions_of_an_anonymous_meeting_are_compared_by_letter() -> None:
    old = lettered(example(2, 3), "BCA")
    new = with_item(later(old), "kpi-1", lambda i: with_figure(i, "a2", lambda f: replace(f, shown="9.9 %", value=9.9)))
    assert [(c.figure, c.new) for c in changes(old, new)] == [("Measure 1, Academy C, 2024/25", "9.9 %")]


@pytest.mark.parametrize("meeting", ["board-2026-11-26", "board-2027-03-11"])
def test_nothing_about_an_academy_is_told_where_that_would_tell_who_it_is(meeting: str) -> None:
    old = example(2, 3)
    new = replace(lettered(later(example(2, 3)), "CAB"), meeting=meeting)
    new = with_item(new, "kpi-1", lambda i: with_figure(i, "a2", lambda f: replace(f, shown="9.9 %")))
    new = with_item(new, "kpi-1", lambda i: with_figure(i, "trust", lambda f: replace(f, shown="8.8 %")))
    assert [(c.key, c.new) for c in changes(old, new)] == [("trust", "8.8 %")]
    other = replace(lettered(old, "BCA"), meeting="board-2026-07-09")
    assert [(c.key, c.new) for c in changes(other, new)] == [("trust", "8.8 %")]


def test_what_is_confidential_in_either_is_confidential_as_a_change() -> None:
    hidden = with_item(example(), "kpi-1", lambda i: replace(i, part=Part.CONFIDENTIAL, title="A title of Part 2"))
    assert {c.part for c in changes(hidden, example())} == {Part.CONFIDENTIAL}
    assert {c.part for c in changes(example(), hidden)} == {Part.CONFIDENTIAL}


def test_new_data_of_the_sample_trust_are_told_academy_by_academy(sample_folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "data"
    shutil.copytree(sample_folder, own)
    agenda = agendas.new("Board", "2026-11-26")
    for id in ("timely-accounts", "progress-8"):
        agenda = agendas.added(agenda, AgendaItem("", ItemKind.KPI, kpi=id))

    def now(version: int) -> Document:
        engine = Engine.open(own)
        try:
            view = engine.as_seen_by(Viewer("c", Role.EXECUTIVE, presenting=True))
            return freeze(view, agenda, version, trust="Wychbourne", sample=True)
        finally:
            engine.close()

    first = now(1)
    log = next(SAMPLE.rglob("accounts_log.csv"))
    text = log.read_text(encoding="utf-8")
    (late,) = re.findall(r"^900006,2026-09,.*$", text, re.M)
    new = tmp_path / log.name
    new.write_text(text.replace(late, "900006,2026-09,2026-10-20,2026-10-10,2026-10-18,Local governing body"))
    load(examine([new]).accepted, own)
    second = now(2)
    why = f"new data: version {second.data_version}, before {first.data_version}"
    # One pack of eight more was on time: 6 of 8 and 7 of 8.
    found = told(changes(first, second))
    assert [figure for figure, *_ in found[4:]] == ["Accounts on time, All academies: questions"]
    assert found[:4] == [
        ("Accounts on time, All academies, 2026/27", "75 %", "88 %", why),
        ("Accounts on time, Netherquill Academy, 2026/27", "0 %", "100 %", why),
        (
            "Accounts on time, Netherquill Academy, 2026/27: judgement",
            "Target missed",
            "Target met",
            "the figure changed",
        ),
        (
            "Accounts on time, All academies: title",
            "Management accounting on time misses its target at two of eight academies",
            "Management accounting on time misses its target at one of eight academies",
            "the text changed",
        ),
    ]
