"""What screens show in place of hidden figures, and of small ones that a headteacher may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.answers import Cell
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine, View
from kpi_engine.model import WithheldKind
from kpi_engine.people import private
from tests.app.conftest import EXECUTIVE, GOVERNOR, HEAD, Open, heading, text_of

Told = Callable[[], list[tuple[str, str, str]]]


@pytest.fixture
def right(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trust's policy: headteachers see the small numbers of their own academies."""
    monkeypatch.setenv("TRUST_KPI_SMALL_NUMBERS", "own-academy")


@pytest.fixture
def head(sample_engine: Engine) -> View:
    """The headteacher of Netherquill, with that right."""
    return sample_engine.as_seen_by(Viewer(HEAD, Role.HEADTEACHER, frozenset({"900006"}), small_numbers=True))


def small(view: View) -> Cell:
    """A figure of the headteacher's own academy that is shown by that right alone."""
    return next(cell for cell in view.scorecard() if cell.restricted and cell.academy == "900006")


def viewed(trail: Told) -> list[tuple[str, str]]:
    return [(who, about) for who, what, about in trail() if what == "small numbers viewed"]


def test_a_small_number_is_shown_by_right_with_its_mark_and_recorded_once(
    open_app: Open, head: View, right: None, trail: Told
) -> None:
    cell = small(head)
    app = open_app(CATALOGUE[cell.kpi].group, user=HEAD, kpi=cell.kpi)
    assert heading(app) == head.result(cell.kpi, "900006").sentence
    assert re.search(
        r'<div class="value">[^<]+(<span class="quiet">points</span>)?<span class="restricted">', text_of(app)
    )
    assert "Small numbers, shown to you as their headteacher: do not pass them on." in text_of(app)
    entry = (HEAD, f"{cell.kpi}, 900006, {cell.academic_year}")
    assert viewed(trail).count(entry) == 1
    app.run()
    app.run()
    assert viewed(trail).count(entry) == 1
    again = open_app(CATALOGUE[cell.kpi].group, user=HEAD, kpi=cell.kpi)
    assert heading(again) == heading(app)
    assert viewed(trail).count(entry) == 2


def test_the_grid_marks_each_small_number_and_says_what_the_mark_means(
    open_app: Open, head: View, right: None, trail: Told
) -> None:
    said = text_of(open_app(user=HEAD))
    expected = [c for c in head.scorecard() if c.restricted]
    assert said.count('small number, do not pass on"') == len(expected)
    assert "◆ Small numbers, shown to you as their headteacher: do not pass them on." in said
    assert {f"{c.kpi}, {c.academy}, {c.academic_year}" for c in expected} <= {about for _, about in viewed(trail)}


def test_the_trail_holds_no_figure(open_app: Open, head: View, right: None, trail: Told) -> None:
    open_app(user=HEAD)
    for cell in head.scorecard():
        if cell.restricted and cell.value:
            assert all(f"{cell.value:.1f}" not in about for _, about in viewed(trail))
    assert all(re.fullmatch(r"[a-z0-9-]+, 900006, \d{4}/\d\d", about) for _, about in viewed(trail))


@pytest.mark.parametrize("user", [EXECUTIVE, GOVERNOR, HEAD])
def test_without_the_right_the_same_figure_is_hidden_everywhere_and_nothing_is_recorded(
    open_app: Open, head: View, trail: Told, user: str
) -> None:
    cell = small(head)
    link = {"kpi": cell.kpi, "academy": "900006", "year": cell.academic_year}
    app = open_app(CATALOGUE[cell.kpi].group, user=user, **link)
    assert not app.exception
    assert heading(app).endswith(": hidden")
    assert '<div class="withheld"><b>Hidden</b>' in text_of(app)
    assert "restricted" not in text_of(app)
    assert viewed(trail) == []


def test_what_cannot_be_recorded_is_not_shown(
    open_app: Open, head: View, right: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = small(head)
    app = open_app(user=HEAD, year="2016/17", academy="900006")
    for file in folder.glob("trail.sqlite*"):
        file.unlink()
    (folder / private.TRAIL).mkdir()
    app.query_params["year"] = cell.academic_year
    app.run()
    assert not app.exception
    assert heading(app) == "This page cannot be shown just now"
    assert "small number" not in text_of(app)
    assert "grid" not in text_of(app)


def test_every_page_says_hidden_where_a_value_would_stand(open_app: Open, sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(EVERYTHING)
    hidden = [c for c in view.scorecard() if c.withheld is not None and c.withheld.kind is WithheldKind.HIDDEN]
    assert hidden
    grid = text_of(open_app())
    for cell in hidden:
        if cell.academy not in ("trust", "900009"):
            link = f"{CATALOGUE[cell.kpi].group}?kpi={cell.kpi}&amp;academy={cell.academy}"
            assert re.search(rf'href="{re.escape(link)}">Hidden<', grid)
    for kpi in sorted({c.kpi for c in hidden}):
        for link in ({}, {"chart": "academies"}, {"chart": "gaps"}, {"chart": "shares"}, {"by": "academy"}):
            app = open_app(CATALOGUE[kpi].group, kpi=kpi, **link)
            assert not app.exception
            assert "Hidden" in text_of(app) + "".join(c.proto.spec for c in app.get("plotly_chart"))


def test_a_hidden_figure_s_sources_do_not_say_how_many_rows_are_about_it(open_app: Open, sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(EVERYTHING)
    cell = next(c for c in view.scorecard() if c.withheld is not None and c.withheld.kind is WithheldKind.HIDDEN)
    link = {"kpi": cell.kpi, "academy": cell.academy, "year": cell.academic_year, "where": "true"}
    after = text_of(open_app(CATALOGUE[cell.kpi].group, **link)).partition('class="evidence"')[2]
    assert "Hidden" in after
    assert not re.search(r'<td class="n">\d|rows? \d', after)
