"""Why figures and breakdowns are missing, what happened along the years, and how a KPI is judged."""

from __future__ import annotations

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.disclosure.rule import CLOSED, OPEN
from kpi_engine.engine import Engine
from kpi_engine.engine.events import EventKind
from kpi_engine.model import TRUST, Academy, Phase, WithheldKind
from kpi_engine.targets.book import OwnTarget

EXECUTIVE = Viewer("Executive", Role.EXECUTIVE)
HEAD = Viewer("Head of Ash", Role.HEADTEACHER, frozenset({"1"}))


# Breakdowns


def offered(view, kpi: str, academy: str, year: str, **within: str) -> dict[str, str]:
    """The reason for each breakdown that is not available, "" for those that are."""
    return {o.dimension: o.reason for o in view.offers(kpi, academy, year, within) if o.available or o.reason}


def test_breakdowns_with_figures_are_there_and_others_say_why(trust, fact) -> None:
    rows = [fact("ks2_reading", "1", 10, 20), fact("ks2_reading", "1", 6, 11, sex="F")]
    rows.append(fact("ks2_reading", "1", 5, 12, "2022/23", disadvantage="Y"))
    found = offered(trust(rows).view, "ks2-reading", "1", "2024/25")
    assert found["sex"] == ""
    assert found["disadvantage"] == "Nothing is loaded by it for 2024/25; there is for 2022/23."
    assert found["send"] == "Nothing that is loaded for Ash Primary gives it."
    assert set(found) == set(CATALOGUE["ks2-reading"].drill) - {"academy"}


def test_published_tables_that_do_not_give_a_breakdown_are_named(trust, fact) -> None:
    rows = [fact("ks2_reading", "1", 10, 20, series="published")]
    found = offered(trust(rows).view, "ks2-reading", "1", "2024/25")
    assert found["looked_after"] == "The figures come from the published tables, which do not give it."


def test_parts_that_are_all_hidden_are_offered_as_hidden(trust, fact) -> None:
    rows = [fact("ks2_reading", "1", 10, 20, guard=OPEN)]
    rows += [fact("ks2_reading", "1", 5, 10, sex=sex, guard=CLOSED) for sex in "FM"]
    found = offered(trust(rows, viewer=EXECUTIVE).view, "ks2-reading", "1", "2024/25")
    assert found["sex"].startswith("Hidden for Ash Primary in 2024/25")


def test_a_phase_that_the_kpi_is_not_about_says_so(trust, fact) -> None:
    found = offered(trust([fact("ks2_reading", "1", 10, 20)]).view, "ks2-reading", "3", "2024/25")
    assert set(found.values()) == {"It does not apply to Cedar High."}


def test_another_academy_s_returns_are_the_executive_s(trust, fact) -> None:
    rows = [fact("pupils_happy", "2", 30, 40, guard=OPEN), fact("pupils_happy", "2", 15, 20, sex="F", guard=OPEN)]
    found = offered(trust(rows, viewer=HEAD).view, "pupils-happy", "2", "2024/25")
    assert found["sex"] == "It comes from another academy's own returns, which are for the executive to see."


def test_what_is_not_crossed_with_what_is_chosen_says_so(trust, fact) -> None:
    rows = [fact("ks2_reading", "1", 10, 20)]
    rows += [fact("ks2_reading", "1", 6, 11, sex="F"), fact("ks2_reading", "1", 4, 12, disadvantage="Y")]
    found = offered(trust(rows).view, "ks2-reading", "1", "2024/25", sex="F")
    assert "sex" not in found
    assert found["disadvantage"] == "It is given for the whole, and not divided once more within what is chosen."


@pytest.mark.parametrize("viewer", [EXECUTIVE, Viewer("Head", Role.HEADTEACHER, frozenset({"900006"}))])
def test_what_is_available_has_a_figure_and_what_is_not_has_none(sample_engine: Engine, viewer: Viewer) -> None:
    view = sample_engine.as_seen_by(viewer)
    for kpi, academy in (
        ("ks2-reading", "900008"),
        ("pupils-happy", TRUST),
        ("neet-post16", "900006"),
        ("gap-send", TRUST),
    ):
        for offer in view.offers(kpi, academy, "2024/25"):
            if offer.dimension in ("academy", "measure", "key_stage", "comparator"):
                continue
            some = any(r.withheld is None for r in view.breakdown(kpi, offer.dimension, academy, "2024/25"))
            assert offer.available is some, (kpi, offer)
            assert bool(offer.reason) is not some


# Missing figures


def test_a_figure_that_is_there_has_no_absence(trust, fact) -> None:
    assert trust([fact("ks2_reading", "1", 10, 20)]).view.absence("ks2-reading", "1", "2024/25") is None


def test_a_year_without_exams_leads_to_the_nearest_year_that_has_a_figure(trust, fact) -> None:
    rows = [fact("ks2_reading", "1", 10, 20, year) for year in ("2017/18", "2018/19", "2021/22")]
    view = trust(rows).view
    found = view.absence("ks2-reading", "1", "2019/20")
    assert (found.kind, found.year, found.load) == (WithheldKind.NOT_PUBLISHED, "2018/19", False)
    assert found.helps[0].startswith("Nobody published it")
    assert view.absence("ks2-reading", "1", "2020/21").year == "2021/22"


def test_a_table_that_is_awaited_says_when_it_comes(trust, fact) -> None:
    rows = [fact("ks2_reading", "1", 10, 20, "2024/25", series="published")]
    found = trust(rows, as_at="2026-10-01").view.absence("ks2-reading", "1", "2025/26")
    assert (found.kind, found.due) == (WithheldKind.NOT_YET_PUBLISHED, "about December 2026")
    assert found.year == "2024/25"


def test_what_was_never_loaded_names_the_file_to_load(trust, fact) -> None:
    found = trust([fact("pupils_happy", "2", 30, 40)]).view.absence("pupils-happy", "1", "2024/25")
    assert (found.kind, found.load, found.trust) == (WithheldKind.NO_DATA, True, True)
    assert "survey.csv" in found.helps[0]


def test_a_hidden_part_leads_to_the_whole(trust, fact) -> None:
    rows = [fact("pupils_happy", "1", 30, 40, guard=OPEN), fact("pupils_happy", "1", 3, 4, sex="F", guard=CLOSED)]
    found = trust(rows, viewer=EXECUTIVE).view.absence("pupils-happy", "1", "2024/25", {"sex": "F"})
    assert (found.kind, found.whole, found.year) == (WithheldKind.HIDDEN, True, "")


def test_a_year_that_is_hidden_is_not_offered_in_place_of_another(trust, fact) -> None:
    rows = [fact("pupils_happy", "1", 3, 4, year, guard=CLOSED) for year in ("2023/24", "2024/25")]
    rows.append(fact("pupils_happy", "1", 30, 40, "2021/22", guard=OPEN))
    assert trust(rows, viewer=EXECUTIVE).view.absence("pupils-happy", "1", "2024/25").year == "2021/22"


@pytest.mark.parametrize("viewer", [EXECUTIVE, Viewer("Head", Role.HEADTEACHER, frozenset({"900006"}))])
def test_every_missing_figure_leads_to_places_that_have_one(sample_engine: Engine, viewer: Viewer) -> None:
    view = sample_engine.as_seen_by(viewer)
    kinds = set()
    for kpi in ("ofsted-journey", "ks2-reading", "progress-8", "pupils-happy", "neet-post16", "suspensions"):
        for academy in ("900004", "900006", "900008"):
            for year in ("2018/19", "2019/20", "2024/25"):
                found = view.absence(kpi, academy, year)
                if found is None:
                    continue
                kinds.add(found.kind)
                if found.year:
                    assert view.result(kpi, academy, found.year).withheld is None
                if found.trust:
                    assert view.result(kpi, TRUST, year).withheld is None
    assert len(kinds) >= 5


# Events

ASH = Academy("1", "Ash Primary", Phase.PRIMARY, "2018-01-01")


def test_joining_breaks_and_years_without_exams_are_events_in_their_order(trust, fact) -> None:
    years = ("2016/17", "2017/18", "2018/19", "2021/22", "2022/23")
    rows = [fact("ks2_writing", "1", 10, 20, year) for year in years]
    view = trust(rows, academies=[ASH]).view
    found = view.events("ks2-writing", "1", view.trend("ks2-writing", "1"))
    assert [(e.kind, e.at, e.label, e.cuts) for e in found] == [
        (EventKind.BREAK, "2017/18", "New framework", True),
        (EventKind.JOINED, "2017/18", "Joined Jan 2018", True),
        (EventKind.NO_FIGURE, "2019/20", "No exams", False),
    ]
    joined = found[1]
    assert joined.share == pytest.approx(122 / 365)  # September to December are 122 days
    assert joined.sentence.startswith("Ash Primary joined the trust on 1 January 2018")


def test_another_source_is_an_event_even_across_empty_years(trust, fact) -> None:
    rows = [
        fact("ks2_reading", "1", 10, 20, "2018/19", series="published"),
        fact("ks2_reading", "1", 10, 20, "2021/22"),
    ]
    view = trust(rows, academies=[ASH]).view
    found = view.events("ks2-reading", "1", view.trend("ks2-reading", "1"))
    assert (EventKind.SERIES, "2021/22") in {(e.kind, e.at) for e in found}


def test_the_trust_joins_nothing(trust, fact) -> None:
    rows = [fact("pupils_happy", "1", 10, 20, year) for year in ("2016/17", "2017/18", "2018/19")]
    view = trust(rows, academies=[ASH]).view
    assert view.events("pupils-happy", TRUST, view.trend("pupils-happy")) == ()


# How it is judged


def test_the_plan_s_band_and_the_trust_s_own_target_are_told_with_their_source(trust) -> None:
    plan = trust([]).view.judged_by("staff-turnover", "1", "2024/25")
    assert plan.target == "The plan’s: 8 to 12 %. Near from 6 to 14 %."
    assert plan.band == (8, 12)
    own = OwnTarget("staff-turnover", "1", "", "<=", 15.0, None, "", "Board, June 2025")
    told = trust([], targets=[own]).view
    assert told.judged_by("staff-turnover", "1", "2024/25").target.startswith(
        "The trust’s own (Board, June 2025): at most 15 %"
    )
    assert told.judged_by("staff-turnover", "2", "2024/25") == plan


@pytest.mark.parametrize("kpi", CATALOGUE)
def test_every_kpi_says_how_it_is_judged(trust, kpi: str) -> None:
    found = trust([]).view.judged_by(kpi, TRUST, "2024/25")
    assert all(
        text.endswith(".") and not text.endswith("..") for text in (found.target, found.england, found.direction)
    )
    assert found.interval
