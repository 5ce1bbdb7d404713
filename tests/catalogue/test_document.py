"""The page about the KPIs is written from the catalogue and kept up to date."""

from __future__ import annotations

from pathlib import Path

from kpi_engine.catalogue import CATALOGUE
from kpi_engine.catalogue.document import document

PAGE = Path(__file__).parents[2] / "docs" / "kpis.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run python -m kpi_engine.catalogue.document"


def test_every_kpi_has_its_section_with_its_questions() -> None:
    page = document()
    for found in CATALOGUE.values():
        assert page.count(f"### `{found.id}` {found.title}\n") == 1
        assert all(f"- {question}\n" in page for question in found.passport.questions)


def test_no_table_row_is_broken_by_its_text() -> None:
    rows = [line for line in document().splitlines() if line.startswith("| ")]
    assert rows
    assert all(row.count("|") == 3 for row in rows)


def test_targets_are_written_with_their_units() -> None:
    page = document()
    assert "| Target | above 95 %, in every academy; near within 1 point |" in page
    assert "| Target | 8 to 12 %; near from 6 to 14 % |" in page
    assert "| Target | better than England, in each phase; near within 10 % of England's figure |" in page
