"""The Compare page: what its address asks for, what it says and draws, and what each role is shown on it."""

from __future__ import annotations

import html
import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine, View
from tests.app.conftest import ADMIN, EXECUTIVE, GOVERNOR, HEAD, Open, heading, links, text_of

OWN, OTHER = "900006", "900005"


def opened(open_app: Open, **link: Any) -> AppTest:
    app = open_app("compare", **link)
    assert not app.exception
    return app


def figure(app: AppTest) -> dict[str, Any]:
    return json.loads(app.get("plotly_chart")[0].proto.spec)  # type: ignore[no-any-return]


def names(app: AppTest) -> list[str]:
    """The academies of the table, in its order."""
    return [html.unescape(name) for name in re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', text_of(app))]


def marks(found: dict[str, Any]) -> list[str]:
    return [d[1] for t in found["data"] for d in t.get("customdata", [])]


# What is asked for


def test_links_name_the_academies_that_the_address_names_and_no_others(open_app: Open) -> None:
    all_of_them = [each for each in links(opened(open_app)) if each.startswith("compare?")]
    assert all_of_them
    assert not [each for each in all_of_them if "with=" in each]
    two = links(opened(open_app, **{"with": "900001,900002"}))
    assert any("with=900001%2C900002" in each and "sort=value" in each for each in two)


@pytest.mark.parametrize("kpi", CATALOGUE)
def test_every_kpi_can_be_compared_and_every_figure_is_one(open_app: Open, kpi: str) -> None:
    for chart in ("", "years", "funnel"):
        app = opened(open_app, kpi=kpi, **({"chart": chart} if chart else {"sort": "value", "academy": OWN}))
        assert heading(app)
        assert f'<li><a class="go" href="compare?kpi={kpi}' in text_of(app) or CATALOGUE[kpi].trust_only
        for drawn in app.get("plotly_chart"):
            go.Figure(json.loads(drawn.proto.spec))
            assert drawn.proto.alt


def test_without_a_kpi_attendance_is_compared_over_all_academies(open_app: Open, sample_engine: Engine) -> None:
    app = opened(open_app)
    assert "Pupil attendance · 2026/27 · 8 academies with a figure" in text_of(app)
    assert heading(app) == sample_engine.as_seen_by(Viewer("", Role.EXECUTIVE)).compared("pupil-attendance").sentence
    assert names(app) == sorted(names(app))
    assert len(names(app)) == 8


def test_the_academies_that_the_address_names_are_compared_with_the_sidebars_own(open_app: Open) -> None:
    app = opened(open_app, kpi="pupils-happy", **{"with": "900005,900001"}, academy=OWN)
    assert names(app) == ["Corvane High", "Netherquill Academy", "Quillbrook Primary"]
    found = figure(app)
    by_colour = {t["marker"]["color"]: [d[1] for d in t["customdata"]] for t in found["data"]}
    assert by_colour["#12436D"] == [f"academy={OWN}"]
    assert by_colour["#BFBFBF"] == ["academy=900005", "academy=900001"]


def test_choosing_academies_writes_them_into_the_address(open_app: Open) -> None:
    app = opened(open_app, kpi="pupils-happy")
    app.multiselect(key="compare-with").select("900005").run()
    assert app.query_params["with"] == "900005"
    assert "Two academies or more are needed" in text_of(app)
    app.multiselect(key="compare-with").select("900001").run()
    assert app.query_params["with"] == "900005,900001"
    assert names(app) == ["Corvane High", "Quillbrook Primary"]
    app.multiselect(key="compare-with").set_value([]).run()
    assert "with" not in app.query_params
    assert len(names(app)) == 8


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"kpi": "no-such-kpi"}, "“no-such-kpi” is not a KPI; pupil attendance is compared."),
        ({"with": "123456,900001,900002"}, "“123456” is no academy that can be compared here and was left out."),
        ({"with": "<b>,900001"}, "“&lt;b&gt;” is no academy that can be compared here"),
        ({"with": "900001"}, "Two academies or more are needed for a comparison"),
        ({"chart": "pie", "sort": "luck", "against": "everybody"}, "Pupil attendance · 2026/27"),
        ({"kpi": "board-skills"}, "is measured for the trust as a whole, so there are no academies to compare"),
        ({"kpi": "pupils-happy", "year": "2016/17"}, "no academy has a figure to compare"),
    ],
)
def test_what_is_not_known_is_said_and_left_out(open_app: Open, link: dict[str, str], said: str) -> None:
    assert said in text_of(opened(open_app, **link)).replace("\u00a0", " ")


# Phase first


def test_phases_are_asked_first_where_there_are_several(open_app: Open) -> None:
    said = text_of(opened(open_app, kpi="pupils-happy"))
    bars = re.findall(r'<span class="quiet">([^<]*)</span><div class="chips">', said)
    assert bars == ["Phase", "Held against", "Picture", "Order"]
    assert '<b aria-current="true">All phases</b>' in said
    primary = opened(open_app, kpi="pupils-happy", phase="primary")
    assert names(primary) == [
        "Marlwick Primary", "Osierholt Primary", "Oxlowe All-through", "Quillbrook Primary", "Tansymere Primary",
    ]  # fmt: skip


def test_gaps_are_never_compared_over_phases_of_different_outcomes(open_app: Open) -> None:
    said = text_of(opened(open_app, kpi="gap-disadvantage"))
    assert "All phases</" not in said
    assert "Each phase is judged on another outcome here, so the primary academies are compared." in said
    assert "Reading, writing and maths" in said
    secondary = opened(open_app, kpi="gap-disadvantage", academy=OWN)
    assert "Attainment 8" in text_of(secondary)
    assert "Quillbrook Primary" not in names(secondary)
    assert all("in=measure:attainment8" in link for link in links(secondary) if link.startswith("equality?kpi=gap"))


def test_a_kpi_of_one_phase_leaves_no_other_academy_in_the_picture(open_app: Open) -> None:
    found = figure(opened(open_app, kpi="progress-8", year="2023/24"))
    assert not any("Primary" in name for name in found["layout"]["yaxis"]["ticktext"])


# What stands on the page


def test_by_value_the_order_is_of_values_with_the_caution_and_hidden_ones_last_by_name(open_app: Open) -> None:
    app = opened(open_app, kpi="pupils-happy", sort="value")
    assert "Differences smaller than the bars are not reliable" in text_of(app)
    assert names(app) == [
        "Quillbrook Primary", "Oxlowe All-through", "Corvane High", "Netherquill Academy",
        "Marlwick Primary", "Osierholt Primary", "Rillhaven Special", "Tansymere Primary",
    ]  # fmt: skip
    assert "Differences smaller" not in text_of(opened(open_app, kpi="pupils-happy"))


def test_rows_and_marks_lead_to_the_kpis_page_for_the_academy_and_year(open_app: Open) -> None:
    app = opened(open_app, kpi="ks2-reading", year="2023/24", academy="900001")
    for urn in ("900001", "900002", "900003"):
        assert f"outcomes?kpi=ks2-reading&academy={urn}&year=2023/24" in links(app)
    assert set(marks(figure(app))) >= {"academy=900001", "academy=900002", "academy=900003"}
    years = opened(open_app, kpi="ks2-reading", chart="years", academy="900001")
    assert "outcomes?kpi=ks2-reading&academy=900002&year=2018/19" in links(years)
    assert "academy=900002&year=2018/19" in marks(figure(years))


def test_a_clicked_mark_is_followed_as_a_link(open_app: Open) -> None:
    app = opened(open_app, kpi="pupils-happy", year="2025/26")
    app.session_state["compare: a mark that leads on"] = "academy=900005&year=2024/25"
    app.run()
    assert '<a class="go lead sr" href="culture?kpi=pupils-happy&amp;academy=900005&amp;year=2024/25">' in text_of(app)
    app.session_state["compare: a mark that leads on"] = 'academy="><script>alert(1)</script>'
    assert "<script>alert" not in text_of(app.run())
    assert "go lead" not in text_of(app.run())


def test_the_axis_is_the_kpis_own_whoever_is_compared(open_app: Open) -> None:
    for link in ({}, {"academy": "900001"}, {"with": "900001,900002"}):
        low, high = figure(opened(open_app, kpi="pupil-attendance", **link))["layout"]["xaxis"]["range"]
        assert (round(low, 1), round(high, 1)) == (-0.4, 30.4)


def test_absence_is_drawn_and_told_the_same_way_round(open_app: Open, sample_engine: Engine) -> None:
    app = opened(open_app, kpi="pupil-attendance")
    found = sample_engine.as_seen_by(EVERYTHING).compared("pupil-attendance")
    less = {s.result.academy_name for s in found.stands if s.verdict == "clearly above"}
    assert less
    ticks = {name.strip() for name in figure(app)["layout"]["yaxis"]["ticktext"]}
    assert {f"{name} ▼" for name in less} <= ticks
    assert text_of(app).count("Clearly less missed") == len(less)


def test_england_is_marked_once_where_one_figure_is_right_for_all(open_app: Open) -> None:
    one = figure(opened(open_app, kpi="ks2-reading", year="2023/24", phase="primary"))["layout"]
    dashed = [s for s in one["shapes"] if s["type"] == "line" and s["line"]["dash"] == "dash"]
    assert len(dashed) == 1
    assert any(a["text"].startswith("England") for a in one["annotations"])
    several = figure(opened(open_app, kpi="suspensions", year="2018/19"))["layout"]
    assert len([s for s in several["shapes"] if s["type"] == "line" and s["line"]["dash"] == "dash"]) > 2
    assert not any(a["text"].startswith("England") for a in several["annotations"])
    assert "The dashed mark in a row" in text_of(opened(open_app, kpi="suspensions", year="2018/19"))


def test_over_the_years_no_line_crosses_a_break_and_every_line_is_named(open_app: Open) -> None:
    found = figure(opened(open_app, kpi="progress-8", academy=OWN, chart="years"))
    own = [t["x"] for t in found["data"] if t["line"]["color"] == "#12436D"]
    assert own == [[2016.0], [2017.0, 2018.0], [2021.0], [2022.0, 2023.0]]
    grey = [t for t in found["data"] if t["line"]["color"] == "#BFBFBF"]
    assert all(t["line"]["width"] < 2 for t in grey)
    labels = [a["text"] for a in found["layout"]["annotations"]]
    assert "<b>Netherquill Academy</b>" in labels
    assert {"Corvane High", "Oxlowe All-through", "Rillhaven Special", "The trust", "England"} <= set(labels)
    heights = sorted(a["y"] for a in found["layout"]["annotations"])
    assert min(b - a for a, b in itertools.pairwise(heights)) > 0.15


def test_the_funnel_names_the_chosen_academy_and_those_outside(open_app: Open, sample_engine: Engine) -> None:
    app = opened(open_app, kpi="pupils-happy", chart="funnel", academy="900005")
    found = sample_engine.as_seen_by(Viewer("", Role.EXECUTIVE)).funnel("pupils-happy")
    assert found is not None
    outside = {d.result.academy_name for d in found.dots if d.beyond}
    assert outside
    labels = {a["text"] for a in figure(app)["layout"]["annotations"]}
    assert outside | {"<b>Corvane High</b>"} <= labels
    assert app.get("plotly_chart")[0].proto.alt == found.sentence
    lines = [t for t in figure(app)["data"] if t["mode"] == "lines"]
    assert [t["line"]["dash"] for t in lines] == ["dot", "solid", "solid", "dot"]


def test_a_funnel_of_suspensions_is_of_one_phase(open_app: Open) -> None:
    said = text_of(opened(open_app, kpi="suspensions", chart="funnel", year="2018/19", academy=OWN))
    assert "judged, and its funnel drawn, phase by phase, so the secondary academies are compared." in said
    app = open_app("culture", kpi="suspensions", chart="funnel", year="2018/19")
    assert "Judged phase by phase: these are the primary academies." in text_of(app)
    assert {m.partition("=")[0] for m in marks(figure(app))} == {"academy"}


def test_a_group_page_offers_a_funnel_where_there_is_one_to_draw(open_app: Open) -> None:
    assert ">Funnel</a>" in text_of(open_app("culture", kpi="pupils-happy"))
    assert ">Funnel</a>" not in text_of(open_app("culture", kpi="pupils-happy", user=HEAD, academy="trust"))
    assert ">Funnel</a>" not in text_of(open_app("culture", kpi="pupil-attendance"))


def test_similar_academies_are_offered_with_the_reason(open_app: Open, sample_engine: Engine) -> None:
    app = opened(open_app, kpi="ks2-reading", academy="900003")
    found = sample_engine.as_seen_by(EVERYTHING).similar("900003")
    said = html.unescape(text_of(app)).replace("\u00a0", " ")
    assert f"<b>{found.likes[0].name}</b>: {found.likes[0].reason}" in said
    wanted = ",".join(["900003", *(like.urn for like in found.likes)])
    assert any(f"with={wanted}" in link.replace("%2C", ",") for link in links(app))
    assert "schools outside the trust are not kept one by one" in said
    assert "Choose an academy in the sidebar" in text_of(opened(open_app))


# Who looks


@pytest.mark.parametrize("user", [EXECUTIVE, ADMIN, GOVERNOR, HEAD])
def test_the_numbers_on_the_page_are_those_of_the_engine_for_that_viewer(
    open_app: Open, sample_engine: Engine, user: str
) -> None:
    viewers = {
        EXECUTIVE: Viewer("", Role.EXECUTIVE), ADMIN: Viewer("", Role.ADMIN), GOVERNOR: Viewer("", Role.GOVERNOR),
        HEAD: Viewer("", Role.HEADTEACHER, frozenset({OWN})),
    }  # fmt: skip
    view = sample_engine.as_seen_by(viewers[user])
    for kpi in ("pupils-happy", "staff-wellbeing", "ks2-reading", "staff-turnover"):
        app = opened(open_app, kpi=kpi, user=user, year="2024/25", academy="trust")
        found = view.compared(kpi, "2024/25", chosen=[a.urn for a in view.current_academies()])
        assert found.sentence in ("", heading(app))
        given = {s.result.academy_name for s in found.stands if s.result.value is not None}
        rows = dict(re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a></th><td class="n">([^<]*)', text_of(app)))
        assert {name for name, value in rows.items() if re.match(r"\d", value)} == given
        assert set(rows) == {s.result.academy_name for s in found.stands}


def test_a_head_comes_to_the_own_academy_and_sees_what_others_published(open_app: Open) -> None:
    returns = opened(open_app, kpi="pupils-happy", user=HEAD)
    rows = dict(re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a></th><td class="n">([^<]*)', text_of(returns)))
    assert rows.pop("Netherquill Academy").startswith("84.4")
    assert set(rows.values()) == {"Hidden"}
    assert "choose an earlier year in the sidebar" in text_of(returns)
    published = opened(open_app, kpi="progress-8", year="2023/24", user=HEAD)
    found = figure(published)
    assert {f"academy={u}" for u in (OWN, OTHER)} <= set(marks(found))
    by_colour = {t["marker"]["color"]: [d[1] for d in t["customdata"]] for t in found["data"]}
    assert by_colour["#12436D"] == [f"academy={OWN}"]


def test_a_governor_compares_no_figure_of_fewer_than_ten_staff(
    open_app: Open, sample_engine: Engine, unguarded: Callable[[Engine], View]
) -> None:
    """What there really is comes from the engine before anything is hidden."""
    real, shown = unguarded(sample_engine), 0
    for kpi in (k.id for k in CATALOGUE.values() if k.staff):
        for year in ("2025/26", "2023/24"):
            said = text_of(opened(open_app, kpi=kpi, year=year, user=GOVERNOR))
            rows = dict(re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a></th><td class="n">([^<]*)', said))
            for result in real.compare(kpi, year):
                published = result.series != "return"
                if published or not re.match(r"\d", rows.get(result.academy_name, "")):
                    continue
                shown += 1
                assert (result.people or 0) >= 10
    assert shown > 10
