"""Every page opens, for the trust and for one academy, with the filters and the special answers."""

from __future__ import annotations

import pytest

from kpi_engine.access import EVERYTHING
from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE, GROUPS, of_group
from kpi_engine.engine import Engine
from kpi_engine.model import WithheldKind
from tests.app.conftest import Open, heading, links, text_of

NETHERQUILL = "900006"


def fine(app: object) -> bool:
    return not app.exception  # type: ignore[attr-defined]


@pytest.mark.parametrize("academy", ["", NETHERQUILL])
@pytest.mark.parametrize("path", ["", "compare", *(g.id for g in GROUPS)])
def test_every_page_opens_for_the_trust_and_for_one_academy(open_app: Open, path: str, academy: str) -> None:
    app = open_app(path, **({"academy": academy} if academy else {}))
    assert fine(app)
    assert "Data to 14 Nov 2026" in text_of(app)
    assert heading(app)
    assert ("Netherquill Academy" if academy else "All academies") in text_of(app)


@pytest.mark.parametrize("kpi", CATALOGUE)
def test_every_kpi_is_told_in_full_on_its_group_s_page(open_app: Open, sample_engine: Engine, kpi: str) -> None:
    app = open_app(CATALOGUE[kpi].group, kpi=kpi)
    assert fine(app)
    result = sample_engine.as_seen_by(EVERYTHING).result(kpi)
    if result.withheld is None:
        assert heading(app) == result.sentence
    assert "About this measure" in text_of(app)
    for question in CATALOGUE[kpi].passport.questions:
        assert question.split("'")[0] in text_of(app)


def test_every_page_lists_its_group_s_kpis_with_the_chosen_one_marked(open_app: Open) -> None:
    app = open_app("people", kpi="staff-attendance")
    found = links(app)
    for kpi in of_group("people"):
        assert f"people?kpi={kpi.id}" in found
    assert 'href="people?kpi=staff-attendance" aria-current="true"' in text_of(app)


def test_the_sample_trust_is_named_as_invented_on_every_page(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, sample_folder: object
) -> None:
    monkeypatch.setattr("kpi_engine.sample.sample_folder", lambda: sample_folder)
    monkeypatch.setattr("ui.start.sample_folder", lambda: sample_folder)
    monkeypatch.setenv("TRUST_KPI_DATA", "no-such-folder-yet")
    monkeypatch.setenv("TRUST_KPI_LOOK_AROUND", "executive")
    for path in ("", "culture"):
        app = open_app(path, user="")
        assert fine(app)
        assert "Sample data: an invented trust." in text_of(app)
        assert "python run.py load FILE" in text_of(app)


def test_a_trust_s_own_data_carry_no_notice_of_a_sample(open_app: Open) -> None:
    assert "Sample data" not in text_of(open_app())


def test_the_trust_s_name_comes_from_the_settings_where_they_give_one(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUST_KPI_NAME", "The <b>Other</b> Trust")
    assert "The &lt;b&gt;Other&lt;/b&gt; Trust" in text_of(open_app())


@pytest.mark.parametrize("kind", WithheldKind)
def test_each_special_answer_has_a_panel_with_its_reason_in_place_of_a_figure(
    open_app: Open, sample_engine: Engine, kind: WithheldKind
) -> None:
    found = _withheld(sample_engine, kind)
    if found is None:
        assert kind in (WithheldKind.NOT_INSPECTED, WithheldKind.NOT_YET_PUBLISHED), f"the sample has no answer {kind}"
        return
    link = {"kpi": found.kpi, "academy": found.academy, "year": found.academic_year}
    app = open_app(CATALOGUE[found.kpi].group, **link)
    assert fine(app)
    said = text_of(app)
    assert '<div class="withheld"><b>' in said
    assert str(kind) in heading(app)
    assert found.withheld is not None
    assert found.withheld.reason.split("'")[0] in said
    assert '<div class="big">' not in said


def test_where_nothing_is_loaded_the_page_says_which_file_brings_it(open_app: Open) -> None:
    app = open_app("culture", kpi="pupils-happy", year="2016/17")
    assert fine(app)
    assert "No data loaded" in text_of(app)
    assert "survey.csv" in text_of(app)


def _withheld(engine: Engine, kind: WithheldKind) -> Result | None:
    view = engine.as_seen_by(EVERYTHING)
    for year in ("latest", "2024/25", "2018/19", "2025/26"):
        for cell in view.scorecard(year):
            if cell.withheld is not None and cell.withheld.kind is kind and cell.academy != "trust":
                return view.result(cell.kpi, cell.academy, cell.academic_year)
    return None
