"""The page about data formats is written from the layouts and codes, and kept up to date."""

from __future__ import annotations

from pathlib import Path

from kpi_engine.intake import codes
from kpi_engine.intake.document import document
from kpi_engine.intake.layouts import all_layouts

PAGE = Path(__file__).parents[2] / "docs" / "data-formats.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == document(), "run python -m kpi_engine.intake.document"


def test_every_layout_stands_once_with_what_it_is_known_by():
    page = document()
    for layout in all_layouts():
        if layout.id.startswith("return_"):
            assert page.count(f"| `{layout.id}` | {layout.title} |") == 1
        else:
            assert page.count(f"**`{layout.id}`** {layout.title} ({layout.publisher})") == 1
            assert all(f"`{name}`" in page for name in (*layout.needs, *layout.lacks))
            assert all(f"`{column.name}`" in page for column in layout.columns)


def test_every_code_has_a_meaning():
    rows = [line.split("|") for line in document().splitlines() if line.startswith("| `")]
    assert {row[1].strip(" `") for row in rows} >= codes.KNOWN


def test_no_line_is_longer_than_the_page_allows_unless_a_name_is():
    long = [line for line in document().splitlines() if len(line) > 120 and not line.startswith(("| ", "#", "**"))]
    assert long == []
