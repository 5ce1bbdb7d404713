"""The filters stand in the link: they are read from it, written to it, kept by every link, and checked."""

from __future__ import annotations

import pytest

from tests.app.conftest import Open, heading, links, text_of


def test_choosing_an_academy_writes_it_into_the_link_and_shows_its_own_exceptions(open_app: Open) -> None:
    app = open_app()
    app.selectbox(key="academy").select("900006").run()
    assert app.query_params["academy"] == "900006"
    assert heading(app) == "What needs Netherquill Academy’s attention"
    app.selectbox(key="academy").select("trust").run()
    assert "academy" not in app.query_params
    assert heading(app) == "What needs the trust’s attention"


def test_choosing_a_year_shows_that_year_s_figures(open_app: Open) -> None:
    app = open_app("outcomes", kpi="ks2-reading")
    app.selectbox(key="year").select("2018/19").run()
    assert app.query_params["year"] == "2018/19"
    assert "2018/19" in heading(app)


def test_every_link_of_the_app_keeps_the_filters(open_app: Open) -> None:
    app = open_app("culture", academy="900006", year="2025/26", phase="secondary", kpi="suspensions")
    other = [link for link in links(app) if not link.startswith("http") and "academy=" not in link]
    # going up to the trust is the one thing that lets the academy go
    assert all("kpi=suspensions" in link for link in other)
    assert all("year=2025/26" in link and "phase=secondary" in link for link in links(app))


def test_a_phase_leaves_its_academies_with_all_through_ones_among_them(open_app: Open) -> None:
    app = open_app(phase="secondary")
    names = app.selectbox(key="academy").options
    assert names[0] == "All secondary academies (3)"
    assert names[1:] == ["Corvane High", "Netherquill Academy", "Oxlowe All-through"]
    assert "Quillbrook Primary" not in text_of(app)


def test_academies_that_have_left_stand_last_and_say_so(open_app: Open) -> None:
    assert open_app().selectbox(key="academy").options[-1] == "Fennacre Primary (left the trust)"


def test_an_academy_that_has_left_is_in_the_grid_of_its_last_years_and_not_in_today_s(open_app: Open) -> None:
    assert ">Fennacre Primary</a></th>" in text_of(open_app(year="2018/19"))
    assert ">Fennacre Primary</a></th>" not in text_of(open_app(year="2024/25"))
    assert ">Fennacre Primary</a></th>" not in text_of(open_app())


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"academy": "123456"}, "“123456” is not an academy that you can see here; the whole trust is shown."),
        ({"academy": "<script>alert(1)</script>"}, "“&lt;script&gt;alert(1)&lt;/script&gt;” is not an academy"),
        ({"year": "1999/00"}, "There are no figures for the academic year “1999/00”; each KPI shows its latest year."),
        ({"phase": "kindergarten"}, "No academy here is of the phase “kindergarten”; all phases are shown."),
        ({"academy": "900001", "phase": "secondary"}, "Quillbrook Primary is not a secondary school;"),
    ],
)
def test_an_unknown_value_in_the_link_falls_back_and_is_named(open_app: Open, link: dict[str, str], said: str) -> None:
    app = open_app(**link)
    assert not app.exception
    assert said in text_of(app)
    assert heading(app) == "What needs the trust’s attention"


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"kpi": "no-such-kpi"}, "“no-such-kpi” is not a KPI of this page; its first KPI is shown."),
        (
            {"kpi": "suspensions", "in": "shoe_size:44"},
            "“shoe_size:44” is not a breakdown of this KPI and was left out.",
        ),
        ({"kpi": "suspensions", "in": "sex"}, "“sex” is not a breakdown of this KPI and was left out."),
        ({"kpi": "suspensions", "in": ["sex:F", "sex:M"]}, "“sex:M” is not a breakdown of this KPI and was left out."),
    ],
)
def test_an_unknown_place_in_the_link_falls_back_and_is_named(
    open_app: Open, link: dict[str, str | list[str]], said: str
) -> None:
    app = open_app("culture", **link)
    assert not app.exception
    assert said in text_of(app)


def test_an_unknown_picture_or_breakdown_in_the_link_leaves_the_first_one(open_app: Open) -> None:
    usual = open_app("culture", kpi="suspensions")
    strange = open_app("culture", kpi="suspensions", by="shoe_size", chart="pie")
    assert not strange.exception
    assert heading(strange) == heading(usual)
    assert "By academy" in text_of(strange)


def test_a_value_that_the_breakdown_does_not_have_says_that_nothing_is_loaded(open_app: Open) -> None:
    app = open_app("culture", kpi="pupil-attendance", **{"in": "year_group:99"})
    assert not app.exception
    assert '<div class="withheld">' in text_of(app)
