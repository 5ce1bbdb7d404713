"""Presenting: who may, what is sent, and what comes of what the browser says."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.meetings import captured, naming
from kpi_engine.meetings.agenda import Agenda
from kpi_engine.meetings.document import Asked, Document, EntryKind, Item, ItemKind, Part
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.who import Who
from kpi_engine.people import private
from kpi_engine.people.trail import Trail
from kpi_engine.warehouse.folder import current_manifest
from tests.app.conftest import ADMIN, EXECUTIVE, GOVERNOR, HEAD, Open, text_of
from tests.meetings.example import NAMES, example
from ui import deck_entries, deck_parts, deck_slides

CHECK = "7f3a91c2" * 8
WHO = Who(Viewer(EXECUTIVE, Role.EXECUTIVE), "Di Penn")
NASTY = "<script>alert(1)</script> & \"x\" 'y' <img src=x onerror=alert(1)>"


class Tags(HTMLParser):
    """The elements, attributes and text of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.said = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.said += data


def texts(value: object) -> list[str]:
    """All texts of a document, or of part of one."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for each in value for text in texts(each)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [text for field in dataclasses.fields(value) for text in texts(getattr(value, field.name))]
    return []


def html_of(slide: dict) -> str:
    """All the HTML of a slide, with that of its details."""
    parts = [value for value in slide.values() if isinstance(value, str)]
    return " ".join(parts + [str(v) for each in slide["details"] for v in each.values()])


def plain(html: str) -> str:
    return Tags(html).said.replace("\u00a0", " ")


def with_item(document: Document, n: int, **changes: object) -> Document:
    items = list(document.items)
    items[n] = replace(items[n], **changes)
    return replace(document, items=tuple(items))


# The slides


def test_every_text_that_a_slide_shows_is_on_it():
    document = example()
    made = deck_slides.slides(document, CHECK, None)["named"]
    assert [slide["key"] for slide in made] == [item.key for item in document.items]
    for item, slide in zip(document.items, made, strict=True):
        said = plain(html_of(slide))
        shown = [item.title, item.comment, *item.questions]
        if item.figure is not None:
            shown += [item.figure.shown, item.figure.counted, *(chip.words for chip in item.figure.chips)]
        if item.table is not None:
            shown += texts(item.table)
        for detail in item.details:
            shown += [detail.figure.name, detail.figure.shown, detail.figure.counted, *texts(detail.tables)]
        shown += [text for asked in item.asked for text in (asked.text, asked.owner, asked.status, asked.meeting)]
        for text in shown:
            assert text in said
        assert "7f3a-91c2" in said
        assert document.label in said
        assert str(item.part) in said


def test_whatever_is_typed_stays_text():
    asked = (Asked(EntryKind.ACTION, NASTY, NASTY, NASTY, NASTY, NASTY, NASTY),)
    document = with_item(example(), 1, title=NASTY, comment=NASTY, questions=(NASTY,), source=NASTY)
    document = with_item(document, -1, asked=asked, title=NASTY)
    document = with_item(document, 0, text=NASTY)
    found = document.items[2].figure
    assert found is not None
    document = with_item(
        document,
        2,
        figure=replace(found, shown=NASTY, chips=tuple(replace(c, words=NASTY, reason=NASTY) for c in found.chips)),
        details=tuple(replace(d, figure=replace(d.figure, name=NASTY)) for d in document.items[2].details),
    )
    for name in ("named", "lettered"):
        for slide in deck_slides.slides(document, CHECK, None)[name]:
            seen = Tags(html_of({**slide, "head_line": "", "key": ""}))
            assert not {"script", "img"} & set(seen.tags)
            assert not [attribute for attribute, _ in seen.attributes if attribute.startswith("on")]
    assert NASTY in plain(deck_slides.slides(document, CHECK, None)["named"][1]["title"])


def test_no_name_of_an_academy_is_left_where_names_are_hidden():
    document = with_item(example(academies=6), 1, comment="Visit netherquill, and Corvane High.")
    made = deck_slides.slides(document, CHECK, None)
    used = {detail["chart"] for slide in made["lettered"] for detail in slide["details"]}
    used |= {slide["chart"] for slide in made["lettered"]}
    shown = json.dumps(made["lettered"], ensure_ascii=False) + "".join(
        svg for name, drawn in made["charts"].items() if name in used for svg in drawn.values()
    )
    for name in NAMES:
        assert name not in shown
        assert name.split()[0].casefold() not in shown.casefold()
    for academy in document.academies:
        assert not academy.urn or academy.urn not in shown
        assert f"Academy {academy.letter}" in shown
    assert all(name in json.dumps(made["named"], ensure_ascii=False) for name in NAMES)


def test_of_part_2_nothing_is_sent_where_part_1_is_presented():
    document = example(kpis=6)
    closed = [item for item in document.items if item.part is Part.CONFIDENTIAL]
    assert closed
    asked = Asked(EntryKind.DECISION, "Let the head of catering go.", "Board", part=Part.CONFIDENTIAL)
    document = with_item(document, -1, asked=(*document.items[-1].asked, asked))
    document = with_item(document, 5, comment="A secret comment.")
    assert document.items[5].part is Part.CONFIDENTIAL
    packed = deck_slides.packed(document, CHECK, Part.OPEN)
    sent = gzip.decompress(base64.b64decode(packed)).decode()
    for item in closed:
        assert item.key not in re.findall(r'"key":"([^"]*)"', sent)
        assert item.title not in sent
    for text in ("secret comment", "catering", "Part 2", "Measure number 4"):
        assert text not in sent
    assert "Keep the target for attendance." in sent
    whole = gzip.decompress(base64.b64decode(deck_slides.packed(document, CHECK, None))).decode()
    for text in ("secret comment", "catering", "Part 2", "Measure number 4"):
        assert text in whole


def test_a_hidden_figure_has_no_number_on_its_slide():
    document = example(kpis=3)
    item = document.items[3]
    hidden = next(detail for detail in item.details if detail.figure.reason)
    made = deck_slides.slides(document, CHECK, None)["named"][3]
    slide = next(each for each in made["details"] if each["key"] == hidden.key)
    assert slide["shown"] == "Hidden"
    assert not re.findall(r"\d", plain(slide["head"]))
    assert "it would point at single people" in plain(slide["head"])


def test_each_academy_has_a_number_and_all_are_equally_long():
    few = deck_slides.slides(example(academies=4), CHECK, None)["named"][1]["details"]
    assert [(each["key"], each["number"]) for each in few] == [
        ("trust", "0"), ("a1", "1"), ("a2", "2"), ("a3", "3"), ("a4", "4"),
    ]  # fmt: skip
    many = deck_slides.slides(example(academies=12), CHECK, None)["named"][1]["details"]
    assert [each["number"] for each in many[:3]] == ["00", "01", "02"]
    assert many[-1]["number"] == "12"


def test_an_unfavourable_academy_is_highlighted_first_and_else_one_with_a_figure():
    made = deck_slides.slides(example(), CHECK, None)["named"]
    assert made[1]["hot"] == "a1"
    item = example().items[1]
    calm = tuple(replace(d, figure=replace(d.figure, chips=())) for d in item.details)
    first = replace(calm[1], figure=replace(calm[1].figure, value=None))
    document = with_item(example(), 1, details=(calm[0], first, *calm[2:]))
    assert deck_slides.slides(document, CHECK, None)["named"][1]["hot"] == "a2"
    assert made[0]["hot"] == ""


def test_an_anonymous_meeting_can_ask_the_data_about_the_trust_alone():
    document = example()
    academies = tuple(replace(a, urn="", name=f"Academy {a.letter}") for a in document.academies)
    made = deck_slides.slides(replace(document, anonymous=True, academies=academies), CHECK, None)
    assert made["named"] == made["lettered"]
    assert {each["key"] for each in made["named"][1]["details"] if each["live"]} == {"trust"}


def test_the_same_document_is_sent_in_the_same_bytes():
    assert deck_slides.packed(example(), CHECK, None) == deck_slides.packed(example(), CHECK, None)


def test_decks_are_told_apart_by_meeting_version_checksum_and_part():
    document = example()
    ids = {
        deck_slides.id_of(document, CHECK, None),
        deck_slides.id_of(document, CHECK, Part.OPEN),
        deck_slides.id_of(document, "00" * 32, None),
        deck_slides.id_of(replace(document, version=3), CHECK, None),
        deck_slides.id_of(replace(document, meeting="board-2026-12-10"), CHECK, None),
    }
    assert len(ids) == 5


def test_a_long_text_is_whole_and_keeps_its_paragraphs():
    text = "\n\n".join(f"Paragraph {i}\nwith a line." for i in range(500))
    item = Item("t", 1, Part.OPEN, ItemKind.TEXT, "A text", text=text)
    made = deck_parts.body(item)
    assert made.count("<p") == 500
    assert made.count("<br>") == 500
    assert "Paragraph 499" in made


# What is written down


@pytest.fixture
def cabinet(tmp_path: Path) -> Cabinet:
    """A cabinet with one frozen meeting."""
    cabinet = Cabinet(tmp_path / "cabinet")
    (tmp_path / "cabinet").mkdir()
    frozen(cabinet, current="20261120-7f3a", hold=False)
    return cabinet


def frozen(cabinet: Cabinet, current: str, hold: bool = True, meeting: str = "board-2026-11-26") -> None:
    """Freeze the example; without ``hold`` in a folder that has no data of its own."""
    agenda = Agenda(meeting=meeting, body="Board", date="2026-11-26", items=())
    with pytest.MonkeyPatch.context() as patch:
        if not hold:
            patch.setattr("kpi_engine.warehouse.housekeeping.hold", lambda *_: None)
        cabinet.freeze(agenda, lambda n: replace(example(), version=n, meeting=meeting, data_version=current), WHO)


def entry(**changes: object) -> dict[str, object]:
    return {
        "id": "one", "item": "kpi-0", "kind": "note", "text": "Good news", "owner": "", "due": "", "edition": 0,
        "typed": 3, **changes,
    }  # fmt: skip


def test_what_is_sent_is_kept_and_the_browser_is_told_which_typing_it_was(cabinet):
    document = example()
    found = deck_entries.take(cabinet, WHO, document, document.items, [entry()])
    assert [(each["id"], each["typed"], each["kept_as"]) for each in found["saved"]] == [("one", 3, "one")]
    assert found["refused"] == []
    kept = captured.entries(cabinet, "board-2026-11-26")
    assert [(each.text, each.item, each.kind, each.by, each.version) for each in kept] == [
        ("Good news", "kpi-0", EntryKind.NOTE, "Di Penn", 2)
    ]


def test_an_action_keeps_owner_and_day(cabinet):
    document = example()
    sent = entry(kind="action", text="Visit Netherquill", owner="Rosalind Achterberg", due="2026-12-01")
    deck_entries.take(cabinet, WHO, document, document.items, [sent])
    row = deck_entries.listed(cabinet, document, document.items)[0]
    assert (row["owner"], row["due"], row["kind"]) == ("Rosalind Achterberg", "2026-12-01", "action")
    letter = document.academies[1].letter
    assert (row["text"], row["veiled"]) == ("Visit Netherquill", f"Visit Academy {letter}")


def test_one_entry_that_is_refused_does_not_stop_the_others(cabinet):
    document = example()
    sent = [
        entry(id="a", kind="rumour"),
        entry(id="b", item="nowhere"),
        entry(id="c", text="Ask AB 12 34 56 C about it"),
        entry(id="d", kind="action", due="not a day"),
        entry(id="e"),
        {"id": 7, "text": ["x"], "kind": "note", "item": "kpi-0"},
    ]
    found = deck_entries.take(cabinet, WHO, document, document.items, sent)
    assert [each["id"] for each in found["saved"]] == ["e"]
    assert {each["id"] for each in found["refused"]} == {"a", "b", "c", "d", ""}
    assert all(each["why"].strip() for each in found["refused"])


def test_a_cabinet_that_cannot_be_used_asks_for_it_again(cabinet, monkeypatch):
    from kpi_engine.errors import CannotBeKept

    def full(*_: object, **__: object) -> None:
        raise CannotBeKept("the disk is full")

    monkeypatch.setattr(captured, "save", full)
    document = example()
    found = deck_entries.take(cabinet, WHO, document, document.items, [entry()])
    assert found["saved"] == []
    assert found["refused"][0]["again"] is True
    assert "disk" not in found["refused"][0]["why"]


def test_two_people_at_one_entry_keep_both_texts(cabinet):
    document = example()
    deck_entries.take(cabinet, WHO, document, document.items, [entry()])
    clerk = Who(Viewer(ADMIN, Role.ADMIN), "Ada Quill")
    first = deck_entries.take(cabinet, clerk, document, document.items, [entry(text="Better news", edition=1)])
    late = deck_entries.take(cabinet, WHO, document, document.items, [entry(text="Good news indeed", edition=1)])
    assert first["saved"][0]["kept_as"] == "one"
    assert late["saved"][0]["kept_as"] != "one"
    texts_kept = {each.text for each in captured.entries(cabinet, "board-2026-11-26")}
    assert texts_kept == {"Better news", "Good news indeed"}


def test_entries_of_items_that_are_not_presented_are_not_listed(cabinet):
    document = example()
    deck_entries.take(cabinet, WHO, document, document.items, [entry(), entry(id="two", item="kpi-1")])
    only = [item for item in document.items if item.key == "kpi-1"]
    assert [row["id"] for row in deck_entries.listed(cabinet, document, only)] == ["two"]


def test_names_typed_in_any_way_are_veiled():
    document = example()
    veil = deck_entries.veiled(document)
    said = veil("corvane high and NETHERQUILL did well; Wychbourne Learning Trust too")
    assert "corvane" not in said.casefold()
    assert "netherquill" not in said.casefold()
    assert naming.OPENING not in said
    assert "Wychbourne Learning Trust" in said


# The page


@pytest.fixture
def meeting(sample_folder: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cabinet:
    """The example meeting frozen in the data folder that the app reads, as a copy."""
    import shutil

    data = tmp_path / "data"
    shutil.copytree(sample_folder, data)
    monkeypatch.setenv("TRUST_KPI_DATA", str(data))
    cabinet = Cabinet(data, Trail(folder / private.TRAIL))
    manifest = current_manifest(data)
    assert manifest is not None
    frozen(cabinet, manifest.version)
    return cabinet


def sent(app) -> dict:
    """What the deck's component is sent."""
    found = app.get("bidi_component")
    assert len(found) == 1
    proto = found[0].proto
    return json.loads(proto.json or proto.mixed.json)


@pytest.mark.parametrize("user", [EXECUTIVE, GOVERNOR, ADMIN])
def test_the_board_and_the_executive_are_sent_the_deck_and_nothing_of_the_frame(open_app: Open, meeting, user):
    app = open_app("present", user=user, meeting="board-2026-11-26")
    assert not app.exception
    data = sent(app)
    unpacked = json.loads(gzip.decompress(base64.b64decode(data["deck"])))
    assert unpacked["label"] == "Board 2026-11-26 v1"
    assert len(unpacked["named"]) == len(example().items)
    assert data["may_write"] is (user != GOVERNOR)
    assert not app.sidebar.children
    assert "brand" not in text_of(app)
    assert user not in json.dumps({**data, "deck": ""})


def test_a_headteacher_is_told_whom_to_ask_and_sent_nothing(open_app: Open, meeting):
    app = open_app("present", user=HEAD, meeting="board-2026-11-26", version="1")
    assert len(app.get("bidi_component")) == 0
    assert "Please ask" in text_of(app)
    assert "Measure" not in text_of(app)


def test_nobody_is_sent_anything_before_signing_in(open_app: Open, meeting):
    app = open_app("present", user="", meeting="board-2026-11-26")
    assert len(app.get("bidi_component")) == 0
    assert "Sign in" in text_of(app)


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({}, "names no meeting"),
        ({"meeting": "board-2031-01-01"}, "no version of board-2031-01-01 is frozen"),
        ({"meeting": "../../etc"}, "not the name of a meeting"),
        ({"meeting": "board-2026-11-26", "version": "9"}, "no frozen version 9"),
        ({"meeting": "board-2026-11-26", "version": "<b>"}, "not a version"),
        ({"meeting": "board-2026-11-26", "part": "2"}, "part=1 presents Part 1 alone"),
    ],
)
def test_an_address_that_names_no_meeting_says_what_to_do(open_app: Open, meeting, link, said):
    app = open_app("present", **link)
    assert not app.exception
    assert len(app.get("bidi_component")) == 0
    assert said.casefold() in text_of(app).casefold()
    assert "<b>" not in text_of(app)


def test_part_1_alone_is_sent_where_the_link_says_so(open_app: Open, meeting):
    data = sent(open_app("present", meeting="board-2026-11-26", part="1"))
    unpacked = gzip.decompress(base64.b64decode(data["deck"])).decode()
    assert "Part 2" not in unpacked
    assert "kpi-4" not in unpacked


def test_a_damaged_meeting_is_named_to_an_administrator_and_nobody_is_shown_a_figure_of_it(open_app: Open, meeting):
    path = next((meeting.folder / "state" / "meetings").rglob("v1.json"))
    path.write_bytes(path.read_bytes().replace(b"Measure 0", b"Measure 9"))
    told = text_of(open_app("present", user=ADMIN, meeting="board-2026-11-26"))
    assert "v1.json" in told
    other = text_of(open_app("present", user=GOVERNOR, meeting="board-2026-11-26"))
    assert "damaged" in other
    assert "v1.json" not in other
    assert "Measure" not in told + other


def test_the_newest_version_is_presented_unless_the_link_names_one(open_app: Open, meeting):
    manifest = current_manifest(meeting.folder)
    assert manifest is not None
    frozen(meeting, manifest.version)
    newest = json.loads(
        gzip.decompress(base64.b64decode(sent(open_app("present", meeting="board-2026-11-26"))["deck"]))
    )
    first = sent(open_app("present", meeting="board-2026-11-26", version="1"))
    assert newest["label"] == "Board 2026-11-26 v2"
    assert json.loads(gzip.decompress(base64.b64decode(first["deck"])))["label"] == "Board 2026-11-26 v1"


def test_no_menu_lists_the_page(open_app: Open):
    assert 'href="present' not in text_of(open_app())
