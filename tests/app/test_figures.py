"""The figures: Plotly accepts every one of them, lines break where they must, axes stay, absence starts at zero."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from kpi_engine.access import EVERYTHING
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from tests.app.conftest import Open
from ui.pictures import KINDS


def figure(open_app: Open, path: str, **link: str) -> dict[str, Any]:
    app = open_app(path, **link)
    assert not app.exception
    return json.loads(app.get("plotly_chart")[0].proto.spec)  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("academy", ["", "900006"])
def test_plotly_s_own_check_accepts_every_kind_of_figure(open_app: Open, kind: str, academy: str) -> None:
    """The adapter switches the check off, with a private argument, for speed."""
    drawn = 0
    for kpi in ("pupil-attendance", "gap-sex", "pupils-happy", "staff-turnover", "progress-8", "within-budget"):
        link = {"kpi": kpi, "chart": kind} | ({"academy": academy} if academy else {})
        app = open_app(CATALOGUE[kpi].group, **link)
        assert not app.exception
        for chart in app.get("plotly_chart"):
            go.Figure(json.loads(chart.proto.spec))
            drawn += 1
    assert drawn


def test_no_line_crosses_a_year_without_a_figure_or_a_declared_break(open_app: Open) -> None:
    """Progress 8 has no figure in 2019/20 and 2020/21, and breaks before 2017/18 and 2022/23."""
    found = figure(open_app, "outcomes", kpi="progress-8", academy="900006", chart="years")
    own = [t["x"] for t in found["data"] if t["line"]["dash"] == "solid"]
    assert own == [[2016.0], [2017.0, 2018.0], [2021.0], [2022.0, 2023.0]]


def test_two_series_are_two_lines(open_app: Open) -> None:
    """Netherquill's attendance comes from the census to 2021/22 and from registers since."""
    found = figure(open_app, "culture", kpi="pupil-attendance", academy="900006", chart="years")
    colours = {}
    for trace in found["data"]:
        if trace["line"]["dash"] == "solid":
            colours.setdefault(trace["line"]["color"], []).extend(trace["x"])
    census, registers = sorted(colours.values())
    assert max(census) < min(registers)


def test_both_sides_of_a_gap_break_where_another_series_begins(open_app: Open) -> None:
    """The trust's key stage 2 results of 2025/26 come from its own return, those before from the published tables."""
    found = figure(open_app, "equality", kpi="gap-sex", chart="sides")
    girls = [t["x"] for t in found["data"] if t["mode"] != "none" and t["line"]["color"] == "#12436D"]
    assert girls == [[2016.0], [2017.0, 2018.0], [2021.0, 2022.0, 2023.0, 2024.0], [2025.0]]


@pytest.mark.parametrize("academy", ["", "900001", "900006", "900008"])
def test_the_axis_is_the_kpi_s_own_for_every_academy_and_absence_starts_at_zero(open_app: Open, academy: str) -> None:
    link = {"kpi": "pupil-attendance", "chart": "years"} | ({"academy": academy} if academy else {})
    found = figure(open_app, "culture", **link)
    assert found["layout"]["yaxis"]["range"] == [0, 30]


def test_absence_is_drawn_where_attendance_is_told(open_app: Open) -> None:
    found = figure(open_app, "culture", kpi="pupil-attendance", chart="academies")
    words = {d[1]: (x, d[0]) for t in found["data"] for x, d in zip(t["x"], t["customdata"], strict=True)}
    x, said = words["academy=900006"]
    assert f"{100 - x:.1f} %" in said


def test_england_is_dashed_and_labelled_on_its_line(open_app: Open) -> None:
    found = figure(open_app, "outcomes", kpi="ks2-reading", chart="years")
    assert any(t["line"]["dash"] == "dash" and t["line"]["color"] == "#000000" for t in found["data"])
    assert any(a["text"] == "England" for a in found["layout"]["annotations"])


def test_the_chosen_academy_is_in_colour_and_the_others_are_grey(open_app: Open, sample_engine: Engine) -> None:
    compared = sample_engine.as_seen_by(EVERYTHING).compare("pupil-attendance")
    drawn = {f"academy={r.academy}" for r in compared if r.value is not None}
    found = figure(open_app, "culture", kpi="pupil-attendance", chart="academies", academy="900006")
    by_colour = {t["marker"]["color"]: [d[1] for d in t["customdata"]] for t in found["data"]}
    assert by_colour["#12436D"] == ["academy=900006"]
    assert set(by_colour["#BFBFBF"]) == drawn - {"academy=900006"}
    assert len(drawn) > 3


def test_academies_stand_in_alphabetical_order(open_app: Open) -> None:
    found = figure(open_app, "people", kpi="staff-turnover", chart="academies")
    names = found["layout"]["yaxis"]["ticktext"]
    assert names == sorted(names)


def test_every_chart_has_its_sentence_as_alternative_text_and_its_numbers_as_a_table(open_app: Open) -> None:
    app = open_app("culture", kpi="pupils-happy", chart="years")
    assert app.get("plotly_chart")[0].proto.alt
    assert "Show as table" in "".join(str(h.value) for h in app.html)
