"""What the files for Office share, and how long all of them take."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from kpi_engine.meetings.document import Part
from kpi_engine.packs.lettering import height, width, wrapped
from kpi_engine.packs.minutes import minutes
from kpi_engine.packs.office import number_format, of_part, one_line, right_to_left, same_bytes, text
from kpi_engine.packs.pptx import pptx
from kpi_engine.packs.xlsx import xlsx
from tests.meetings.example import example
from tests.packs.office_files import CHECK


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("a\x00b\x1fc\x7fd\x85e", "a b c d\ne"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\ud800x\ufffe\uffff", " x  "),
        ("tab\tand “quotes” 😀", "tab\tand “quotes” 😀"),
    ],
)
def test_texts_keep_all_that_xml_can_hold(said: str, held: str) -> None:
    assert text(said) == held
    assert one_line(said) == " ".join(held.split())


@pytest.mark.parametrize(
    ("said", "right"), [("نسبة", True), ("12 😀 שלום", True), ("Attendance نسبة", False), ("12 %", False), ("", False)]
)
def test_the_first_letter_says_which_way_a_text_runs(said: str, right: bool) -> None:
    assert right_to_left(said) is right


def test_a_number_has_its_sign_before_the_pound() -> None:
    assert number_format("£", "", 0) == '"£"#,##0;"−""£"#,##0'
    assert number_format("", " %", 1) == '#,##0.0" %";"−"#,##0.0" %"'
    assert number_format("", "", 2) == '#,##0.00;"−"#,##0.00'


def test_the_same_members_give_the_same_package_whenever_they_were_zipped() -> None:
    made = []
    for year in (1999, 2026):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            package.writestr(zipfile.ZipInfo("a.xml", (year, 2, 3, 4, 5, 6)), "<a/>" * 100)
        made.append(same_bytes(out.getvalue()))
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as package:
        assert package.read("a.xml") == b"<a/>" * 100


def test_a_part_has_its_own_items_rows_exceptions_and_definitions() -> None:
    document = example(10, 3)
    narrowed = of_part(document, Part.CONFIDENTIAL)
    assert [item.kpi for item in narrowed.items] == ["measure-4", "measure-9"]
    assert [row.kpi for row in narrowed.scorecard] == ["measure-4", "measure-9"]
    assert [each.kpi for each in narrowed.definitions] == ["measure-4", "measure-9"]
    assert {each.part for each in narrowed.exceptions} == {Part.CONFIDENTIAL}
    assert narrowed.missing == ()
    assert of_part(document, None) == document
    assert of_part(example(4, 3), Part.OPEN).missing == document.missing


def test_lines_hold_all_words_and_keep_to_their_room() -> None:
    said = "Attendance is below England’s average " * 6 + "x" * 300
    lines = wrapped(said, 14, 200)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")
    assert all(width(line, 14) <= 200 for line in lines)
    assert height("a\nb", 10, 100) == 24
    # Arial's own widths: five digits of 556 and a full stop of 278 thousandths.
    assert width("90.123", 10) == pytest.approx((5 * 556 + 278) / 100)


def test_all_three_files_for_26_measures_and_8_academies_are_quick() -> None:
    document = example(26, 8)
    begun = time.process_time()
    for content in (pptx(document, CHECK), xlsx(document, CHECK), minutes(document, CHECK, ())):
        assert content
    assert time.process_time() - begun < 5
