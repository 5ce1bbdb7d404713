"""With many academies: a compact picture first, some columns of the grid, and nothing of it with few."""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import plotly.graph_objects as go
import pytest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.answers import Result, TargetStatus
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from kpi_engine.export.plot import plot
from kpi_engine.kpi import Axis
from kpi_engine.model import WithheldKind
from tests.app.conftest import HEAD, Open, links, text_of
from tests.app.test_pictures import figure, shown
from tests.export.conftest import place_in
from ui import comparison, scorecard, spread
from ui.figure import Point, limits
from ui.picture import Picture
from ui.place import Place

NETHERQUILL, CORVANE, QUILLBROOK = "900006", "900005", "900001"
KPIS = ("staff-turnover", "pupil-attendance", "pupils-happy", "suspensions", "progress-8", "gap-sex", "ks2-reading")
FOCUS, OTHER = "#12436D", "#BFBFBF"


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's few academies count as many."""
    for module in (spread, comparison, scorecard):
        monkeypatch.setattr(module, "MANY", 4)


@pytest.fixture
def at(sample_engine: Engine, tmp_path: Path) -> partial[Place]:
    return partial(place_in, sample_engine, tmp_path / "private")


def drawn(place: Place) -> Picture:
    picture = spread.spread(place)
    assert picture is not None
    assert picture.figure is not None
    return picture


def dots(picture: Picture) -> dict[str, tuple[float, float, str]]:
    """Each dot by the academy that it leads to: where it stands, and its colour."""
    assert picture.figure is not None
    found: dict[str, tuple[float, float, str]] = {}
    for trace in picture.figure["data"]:
        for x, y, (_, lead) in zip(trace["x"], trace["y"], trace["customdata"], strict=True):
            assert lead not in found
            found[lead] = (x, y, trace["marker"]["color"])
    return found


def on_the_axis(place: Place, results: list[Result]) -> dict[str, float]:
    """Every academy's figure as the KPI's axis has it, of the outcome that the page is about."""
    axis = place.kpi.axis
    values = {
        f"academy={r.academy}": 100 - r.value if axis.complement else r.value
        for r in results
        if r.value is not None and (r.outcome == place.result.outcome or not place.result.outcome)
    }
    return {lead: at for lead, at in values.items() if axis.low <= at <= axis.high}


# The picture


@pytest.mark.parametrize("kpi", KPIS)
@pytest.mark.parametrize("academy", ["trust", NETHERQUILL])
def test_every_academy_with_a_figure_is_a_dot_at_its_value(
    at: partial[Place], sample_engine: Engine, kpi: str, academy: str
) -> None:
    place = at(kpi, academy)
    today = {f"academy={a.urn}" for a in sample_engine.as_seen_by(EVERYTHING).current_academies()}
    known = on_the_axis(place, sample_engine.as_seen_by(EVERYTHING).compare(kpi, place.year))
    expected = {lead: x for lead, x in known.items() if lead in today}
    if place.result.outcome:
        picture = drawn(place)
        assert {lead: x for lead, (x, _, _) in dots(picture).items()} == pytest.approx(expected)
        assert expected


@pytest.mark.parametrize("kpi", KPIS)
def test_the_chosen_academy_alone_is_in_colour_with_its_interval(at: partial[Place], kpi: str) -> None:
    places = (at(kpi, urn) for urn in (CORVANE, NETHERQUILL, "900002", "900003", "900004"))
    place = next(p for p in places if p.result.value is not None)
    own = f"academy={place.choice.academy}"
    picture = drawn(place)
    colours = {lead: colour for lead, (_, _, colour) in dots(picture).items()}
    assert colours.pop(own) == FOCUS
    assert set(colours.values()) <= {OTHER}
    assert picture.figure is not None
    *others, mine = picture.figure["data"]
    assert not any("error_x" in trace for trace in others)
    assert ("error_x" in mine) is (place.result.lower is not None)
    assert any(place.context.scope_name in a["text"] for a in picture.figure["layout"]["annotations"])


def test_dots_that_would_touch_stand_over_one_another() -> None:
    class Valued:
        def __init__(self, urn: str, value: float) -> None:
            self.academy, self.value = urn, value

    some: Any = [Valued("a", 10), Valued("b", 10.5), Valued("c", 12), Valued("d", 10.2), Valued("e", 11)]
    # One dot is 1 wide: a at the foot, d over it, b over both, e beside a, c beside e.
    assert spread._stacked(some, Axis(0, 100), 1.0) == {"a": 0, "d": 1, "b": 2, "e": 0, "c": 0}


def test_who_has_no_figure_is_counted_in_words_and_named_in_the_table(
    at: partial[Place], sample_engine: Engine
) -> None:
    governor = Viewer("cy@trust.example", Role.GOVERNOR)
    place = at("staff-turnover", viewer=governor)
    results = sample_engine.as_seen_by(governor).compare("staff-turnover", place.year)
    hidden = [r for r in results if r.withheld is not None and r.withheld.kind is WithheldKind.HIDDEN]
    picture = drawn(place)
    assert hidden
    said = " ".join(picture.notes)
    assert f"{len(hidden)} hidden" in said
    assert not {f"academy={r.academy}" for r in hidden} & set(dots(picture))
    assert {r.academy_name for r in hidden} <= {row[0] for row in picture.rows}


@pytest.mark.parametrize("kpi", KPIS)
@pytest.mark.parametrize("academy", ["trust", NETHERQUILL])
def test_plotly_accepts_it_and_a_file_shows_every_dot(at: partial[Place], kpi: str, academy: str) -> None:
    picture = drawn(at(kpi, academy))
    assert picture.figure is not None
    go.Figure(picture.figure)
    root = ET.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{plot(picture.figure, 800).body}</svg>')
    round_ones = len(list(root.iter("{http://www.w3.org/2000/svg}circle")))
    shapes = [s for t in picture.figure["data"] for s in _symbols(t)]
    assert round_ones == Counter(shapes)["circle"]
    assert len(shapes) == len(dots(picture))


def _symbols(trace: dict[str, Any]) -> list[str]:
    symbol = trace["marker"].get("symbol", "circle")
    return [symbol] * len(trace["x"]) if isinstance(symbol, str) else symbol


def test_intervals_reach_to_their_own_side_where_the_axis_draws_what_is_missed() -> None:
    # 94 % with 91 to 95: 6 % missed, from 5 to 9.
    found = limits([Point(6.0, 0.0, 9.0, 5.0, "")], lambda p: p.x)
    assert found is not None
    assert (found["array"], found["arrayminus"]) == ([3.0], [1.0])


# Where it stands


@pytest.mark.parametrize("kpi", ["staff-turnover", "gap-sex", "pupils-happy"])
def test_with_many_academies_it_comes_first_and_rows_are_a_chip_away(open_app: Open, many: None, kpi: str) -> None:
    app = open_app(CATALOGUE[kpi].group, kpi=kpi)
    assert not app.exception
    assert shown(app) == "Spread"
    assert any("chart=academies" in link for link in links(app))
    assert shown(open_app(CATALOGUE[kpi].group, kpi=kpi, chart="academies")) == "Academies compared"


def test_with_many_academies_weeks_and_years_still_come_before_it(open_app: Open, many: None) -> None:
    assert shown(open_app("culture", kpi="pupil-attendance")) == "By week"


def test_with_few_it_is_not_offered(open_app: Open) -> None:
    app = open_app("people", kpi="staff-turnover", chart="spread")
    assert shown(app) == "Academies compared"
    assert ">Spread<" not in text_of(app)
    assert ">Spread<" not in text_of(open_app("compare", kpi="staff-turnover", chart="spread"))


def test_compare_begins_with_it_where_many_are_compared(open_app: Open, many: None, sample_engine: Engine) -> None:
    link = {"kpi": "ks2-reading", "academy": QUILLBROOK}
    app = open_app("compare", **link)
    assert '<b aria-current="true">Spread</b>' in text_of(app)
    compared = sample_engine.as_seen_by(EVERYTHING).compare("ks2-reading")
    assert {d[1] for t in figure(app)["data"] for d in t["customdata"]} == {
        f"academy={r.academy}" for r in compared if r.value is not None
    }
    rows = next(each for each in links(app) if "chart=dots" in each)
    assert rows.startswith("compare?")
    assert "ticktext" in figure(open_app("compare", **link, chart="dots"))["layout"]["yaxis"]
    few = open_app("compare", **link, **{"with": f"{QUILLBROOK},900002"})
    assert ">Spread<" not in text_of(few)
    assert not few.exception


# The grid


def grid(app: Any) -> str:
    found = re.search(r'<table class="grid".*?</table>', text_of(app), re.DOTALL)
    assert found is not None
    return found[0]


def columns(app: Any) -> list[str]:
    """The academies across."""
    heads = re.search(r"</tr><tr>(.*?)</tr></thead>", grid(app), re.DOTALL)
    assert heads is not None
    return [html.unescape(re.sub("<[^>]*>", "", each)) for each in re.findall(r"<th [^>]*>(.*?)</th>", heads[1])]


def test_of_many_the_grid_shows_those_that_miss_the_most_with_the_chosen_one(
    open_app: Open, many: None, sample_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorecard, "_FIRST", 2)
    view = sample_engine.as_seen_by(EVERYTHING)
    cells = [c for c in view.scorecard() if c.academy != "trust"]
    names = {a.urn: a.name for a in view.current_academies()}
    missed = {
        urn: sum(c.target.status is TargetStatus.MISSED for c in cells if c.academy == urn and c.withheld is None)
        for urn in names
    }
    most = sorted(names, key=lambda urn: (-missed[urn], names[urn]))[:2]
    chosen = min(names, key=lambda urn: missed[urn])
    app = open_app("", academy=chosen)
    assert not app.exception
    assert set(columns(app)) == {names[urn] for urn in (*most, chosen)}
    assert f"3 of {len(names)} academies" in text_of(app)
    every = open_app("", academy=chosen, grid="all")
    assert sorted(columns(every)) == sorted(names.values())
    assert any("grid=all" in link for link in links(app))


def test_beside_the_trust_stands_at_how_many_a_target_is_missed(
    open_app: Open, many: None, sample_engine: Engine
) -> None:
    cells = [c for c in sample_engine.as_seen_by(EVERYTHING).scorecard() if c.academy != "trust"]
    text = grid(open_app(""))
    seen = 0
    for kpi in CATALOGUE.values():
        judged = [
            c.target.status
            for c in cells
            if c.kpi == kpi.id and c.withheld is None and c.target.status is not TargetStatus.NONE
        ]
        count = sum(status is TargetStatus.MISSED for status in judged)
        if count:
            seen += 1
            said = html.escape(f"{kpi.short}: missed at {count} of {len(judged)} academies")
            assert f'aria-label="{said}"' in text
    assert seen > 5


def test_every_row_of_the_grid_is_as_wide_as_its_head(open_app: Open, many: None) -> None:
    for link in ({}, {"grid": "all"}):
        app = open_app("", **link)
        across = len(columns(app)) + 3
        for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", grid(app), re.DOTALL):
            assert len(re.findall(r"<t[hd][ >]", row)) == across
        spans = [int(n) for n in re.findall(r'<colgroup span="(\d+)">', grid(app))]
        assert sum(spans) == across


def test_a_headteacher_s_own_academy_is_always_among_them(
    open_app: Open, many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorecard, "_FIRST", 1)
    assert "Netherquill Academy" in columns(open_app("", user=HEAD, academy="trust"))


def test_with_few_academies_the_grid_has_all_of_them(open_app: Open, sample_engine: Engine) -> None:
    app = open_app("")
    assert "Missed at</th>" not in grid(app)
    assert len(columns(app)) == len(sample_engine.as_seen_by(EVERYTHING).current_academies())
