"""The minutes, read back: what was written down is all there, and every figure is the frozen one."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, replace
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from kpi_engine.meetings.document import Document, EntryKind, ItemKind, Part
from kpi_engine.packs.minutes import NOTHING, minutes
from tests.meetings.example import example
from tests.packs.office_files import (
    ARABIC,
    BEHIND,
    BEHIND_WORDS,
    CHECK,
    COMMENT,
    CONTROL,
    EMOJI,
    MARK,
    TITLE,
    all_text,
    confidential,
    figures,
    hostile,
    members,
    plain,
    secretive,
    words,
)


@dataclass(frozen=True)
class Said:
    """What somebody wrote at a meeting."""

    item: str
    kind: EntryKind
    text: str
    owner: str = ""
    due: dt.date | None = None
    status: str | None = None
    part: Part = Part.OPEN


ENTRIES = (
    Said("kpi-0", EntryKind.NOTE, "Two registers came late."),
    Said("kpi-0", EntryKind.DECISION, "Keep the target."),
    Said("kpi-1", EntryKind.ACTION, "Visit Corvane High.", "Rosalind Achterberg", dt.date(2026, 12, 1), "Open"),
    Said("kpi-1", EntryKind.ACTION, "Ask the DfE.", "", None, "Done"),
    Said("", EntryKind.NOTE, "Apologies from one trustee."),
)


def opened(document: Document, entries: tuple[Said, ...] = ENTRIES, part: Part | None = None) -> Any:
    return docx.Document(io.BytesIO(minutes(document, CHECK, entries, part)))


def outline(made: Any) -> dict[str, list[str]]:
    """The texts under each heading of the first level, headings of the second in angle brackets."""
    found: dict[str, list[str]] = {"": []}
    here = ""
    for paragraph in made.paragraphs:
        if paragraph.style.name == "Heading 1":
            here = paragraph.text
            found[here] = []
        elif paragraph.text:
            second = paragraph.style.name == "Heading 2"
            found[here].append(f"<{paragraph.text}>" if second else paragraph.text)
    return found


def table_of(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_each_item_has_a_heading_its_figure_and_what_was_written_at_it() -> None:
    document = example(3, 4)
    found = outline(opened(document))
    for item in document.items:
        told = found[f"{item.number}. {item.title}"]
        if item.figure is not None:
            assert told[0].startswith(f"All academies, 2024/25: {item.figure.shown} · Target missed · ")
            assert item.figure.counted in told[0]
            assert told[1] == f"Source: {item.source}"
    first, second = (found[f"{i.number}. {i.title}"] for i in document.items[1:3])
    assert first[2:] == ["<Decisions>", "Keep the target.", "<Notes>", "Two registers came late."]
    assert second[2:] == [
        "<Actions>",
        "Visit Corvane High. (Rosalind Achterberg · due 1 Dec 2026 · Open)",
        "Ask the DfE. (Done)",
    ]
    assert found["Other matters"] == ["<Notes>", "Apologies from one trustee."]


def test_all_actions_stand_in_a_table_whose_head_is_repeated() -> None:
    made = opened(example(3, 4))
    table = made.tables[-1]
    assert table_of(table) == [
        ["Item", "What", "Owner", "Due", "Status"],
        ["3", "Visit Corvane High.", "Rosalind Achterberg", "1 Dec 2026", "Open"],
        ["3", "Ask the DfE.", "—", "—", "Done"],
    ]
    assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None


def test_what_was_asked_before_stands_with_where_it_stands_now() -> None:
    document = example(2, 3)
    (table,) = [t for t in opened(document, ()).tables if t.rows[0].cells[0].text == "Kind"]
    assert table_of(table)[1:] == [
        ["Decision", "Keep the target for attendance.\nBoard 2026-07-09", "", "", ""],
        [
            "Action",
            "Visit Netherquill Academy.\nBoard 2026-07-09",
            "Rosalind Achterberg",
            "1 Oct 2026",
            "Open. A date is being found",
        ],
    ]


def test_every_number_is_the_documents_or_was_written_down() -> None:
    document = example(6, 4)
    made = opened(document)
    said = "\n".join(p.text for p in made.paragraphs)
    said += "\n".join(cell for table in made.tables for row in table_of(table) for cell in row)
    allowed = figures(" ".join(words(document))) | figures("26 Nov 2026 21 Jul 2026 1 Dec 2026 1 Oct 2026")
    allowed |= {str(item.number) for item in document.items}
    assert figures(said.replace("Parts 1 and 2", "")) - allowed == set()
    for item in document.items:
        assert item.figure is None or item.figure.shown in said


def test_pages_say_label_part_date_check_and_page() -> None:
    made = opened(example(5, 4))
    (section,) = made.sections
    assert section.header.paragraphs[0].text.startswith("Wychbourne Learning Trust · Board 2026-11-26 v2\tPage ")
    codes = [each.text for each in section.header._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    foot = section.footer.paragraphs[0].text
    assert foot == (
        "Board 2026-11-26 v2 · Parts 1 and 2 (confidential) · data to 21 Jul 2026 · check 7f3a-91c2 · "
        "invented sample data"
    )


def test_a_hidden_figure_is_in_no_member_in_any_form() -> None:
    document = example(3, 3)
    item = document.items[1]
    assert item.figure is not None
    hidden = replace(item, figure=replace(item.details[3].figure, value=None, shown="Hidden", reason="Too few people."))
    said = all_text(minutes(secretive(replace(document, items=(hidden,))), CHECK, ENTRIES))
    assert "Hidden" in said
    assert "Too few people." in said
    for behind in (*(f"{each:.0f}" for each in BEHIND), *(str(each) for each in BEHIND), *BEHIND_WORDS, "98763"):
        assert behind not in said


def test_the_open_part_has_nothing_of_the_other() -> None:
    document = confidential(example(10, 4))
    closed = next(item for item in document.items if item.part is Part.CONFIDENTIAL)
    entries = (
        *ENTRIES,
        Said(closed.key, EntryKind.DECISION, f"{MARK} decided", part=Part.CONFIDENTIAL),
        # Written while the item stood in the other part, on one side or the other.
        Said(closed.key, EntryKind.NOTE, f"{MARK} noted", part=Part.OPEN),
        Said("kpi-0", EntryKind.ACTION, f"{MARK} to do", part=Part.CONFIDENTIAL),
        Said("gone", EntryKind.NOTE, f"{MARK} of an item that is gone", part=Part.CONFIDENTIAL),
    )
    said = all_text(minutes(document, CHECK, entries, Part.OPEN))
    assert MARK not in said
    assert "Part 2" not in said
    assert "Keep the target." in said
    whole = all_text(minutes(document, CHECK, entries))
    for each in entries:
        assert each.text in whole
    secret = all_text(minutes(document, CHECK, entries, Part.CONFIDENTIAL))
    assert f"{MARK} decided" in secret
    assert "Keep the target." not in secret


def test_the_same_entries_give_the_same_bytes_and_tell_no_time_of_day() -> None:
    document = example(4, 4)
    first = minutes(document, CHECK, ENTRIES)
    assert minutes(document, CHECK, iter(ENTRIES)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "thumbnail" in name]
    about = docx.Document(io.BytesIO(first)).core_properties
    assert about.created == about.modified == dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    assert (about.author, about.last_modified_by) == ("Wychbourne Learning Trust",) * 2


@pytest.mark.parametrize("said", [TITLE, EMOJI, ARABIC, CONTROL, COMMENT, "a\nb", "=1+1", "x" * 5000])
def test_what_is_written_down_is_all_there(said: str) -> None:
    document = hostile()
    entries = (Said("kpi-0", EntryKind.ACTION, said, EMOJI[::-1]), Said("kpi-1", EntryKind.NOTE, said))
    content = minutes(document, CHECK, entries)
    for name, member in members(content).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(member)
    made = docx.Document(io.BytesIO(content))
    assert plain(made.tables[-1].rows[1].cells[1].text) == plain(said)
    told = " ".join(p.text for p in made.paragraphs if p.style.name == "List Bullet")
    assert plain(told).count(plain(said)) == 2
    headings = [plain(p.text) for p in made.paragraphs if p.style.name == "Heading 1"]
    for item in document.items:
        assert plain(f"{item.number}. {item.title}") in headings


def test_what_runs_from_right_to_left_does() -> None:
    made = opened(example(1, 1), (Said("kpi-0", EntryKind.NOTE, ARABIC), Said("kpi-0", EntryKind.NOTE, "No")))
    bidi = {p.text: p._p.find(f".//{qn('w:bidi')}") is not None for p in made.paragraphs if "List" in p.style.name}
    assert bidi == {ARABIC: True, "No": False}


def test_a_meeting_at_which_nothing_was_written_says_so() -> None:
    document = example(2, 2)
    found = outline(opened(document, ()))
    assert NOTHING in found[""]
    assert "All actions" not in found
    assert [key for key in found if key] == [f"{item.number}. {item.title}" for item in document.items]
    assert {item.kind for item in document.items} == set(ItemKind)
