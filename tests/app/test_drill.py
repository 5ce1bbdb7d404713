"""Going down and up: every row leads to the part it names, every step of the breadcrumb leads back."""

from __future__ import annotations

import html
import re

import pytest

from kpi_engine.access import EVERYTHING
from kpi_engine.engine import Engine
from tests.app.conftest import Open, heading, links, text_of


def test_a_cell_of_the_scorecard_leads_to_the_kpi_for_that_academy(open_app: Open, sample_engine: Engine) -> None:
    assert "culture?kpi=pupils-happy&academy=900006" in links(open_app())
    app = open_app("culture", kpi="pupils-happy", academy="900006")
    assert heading(app) == sample_engine.as_seen_by(EVERYTHING).result("pupils-happy", "900006").sentence


def test_the_scorecard_s_words_are_the_engine_s_judgements(open_app: Open, sample_engine: Engine) -> None:
    said = text_of(open_app())
    said = said[said.index('<table class="grid"') :]
    cells = sample_engine.as_seen_by(EVERYTHING).scorecard(kpis=["staff-turnover", "lgb-complement"])
    for cell in cells:
        if cell.academy in ("trust", "900009"):
            continue
        group = "people" if cell.kpi == "staff-turnover" else "governance"
        link = re.escape(html.escape(f"{group}?kpi={cell.kpi}&academy={cell.academy}"))
        shown = re.search(rf'href="{link}">([^<]*)<', said)
        assert shown is not None
        expected = str(cell.target.status) if cell.withheld is None else str(cell.withheld.kind).capitalize()
        assert shown[1] == expected


def test_down_from_trust_to_academy_to_year_group_and_up_again(open_app: Open) -> None:
    app = open_app("culture", kpi="pupil-attendance")
    assert "culture?kpi=pupil-attendance&academy=900006" in links(app)
    app = open_app("culture", kpi="pupil-attendance", academy="900006")
    assert "culture?kpi=pupil-attendance&academy=900006&in=year_group:9" in links(app)
    app = open_app("culture", kpi="pupil-attendance", academy="900006", **{"in": "year_group:9"})
    assert "year 9" in heading(app)
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', text_of(app))
    assert crumbs is not None
    up = [html.unescape(link) for link in re.findall(r'href="([^"]*)"', crumbs[0])]
    assert up == ["culture?kpi=pupil-attendance", "culture?kpi=pupil-attendance&academy=900006"]
    assert ">Year 9</b>" in crumbs[0]


def test_two_steps_down_stand_in_the_link_in_their_order(open_app: Open) -> None:
    app = open_app("culture", kpi="pupil-attendance", academy="900006", **{"in": ["year_group:9", "sex:F"]})
    assert not app.exception
    assert "year 9" in heading(app)
    assert "girls" in heading(app)
    assert "culture?kpi=pupil-attendance&academy=900006&in=year_group:9" in links(app)


def test_a_row_shows_the_same_value_as_the_page_it_leads_to(open_app: Open) -> None:
    above = text_of(open_app("culture", kpi="pupil-attendance", academy="900006", by="year_group"))
    row = re.search(r">Year 9</a>.*?<b>([^<]*)</b>", above)
    assert row is not None
    below = open_app("culture", kpi="pupil-attendance", academy="900006", **{"in": "year_group:9"})
    assert f'<div class="value">{row[1]}</div>' in text_of(below).replace("\u00a0", " ")


@pytest.mark.parametrize("kpi", ["gap-sex", "gap-disadvantage", "gap-send"])
def test_a_gap_can_be_taken_on_another_outcome(open_app: Open, kpi: str) -> None:
    app = open_app("equality", kpi=kpi, academy="900006", year="2024/25", **{"in": "measure:attainment8"})
    assert not app.exception


def test_clicking_a_dot_goes_to_its_academy(open_app: Open) -> None:
    app = open_app("people", kpi="staff-turnover", chart="academies")
    spec = app.get("plotly_chart")[0].proto.spec
    assert '"academy=900006"' in spec
