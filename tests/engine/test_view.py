"""What a viewer may ask, in which order it comes, and that every way of asking gives the same figure."""

import json

import pytest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.errors import UsageError
from kpi_engine.model import Academy, Phase

HEAD = Viewer("Head of Ash", Role.HEADTEACHER, frozenset({"1"}))
# The documented keys of one result on the command line.
CONTRACT = [
    "kpi",
    "academy",
    "academy_name",
    "academic_year",
    "breakdown",
    "value",
    "unit",
    "numerator",
    "denominator",
    "lower",
    "upper",
    "benchmark",
    "target",
    "versus_benchmark",
    "direction",
    "certainty",
    "withheld",
    "coverage",
    "sides",
    "source",
]


@pytest.fixture
def attendance(fact):
    rows = []
    for year, period in (("2023/24", "Year"), ("2024/25", "Year"), ("2025/26", "YTD")):
        for urn, n in (("1", 95), ("2", 93), ("3", 90), ("4", 92), ("5", 88)):
            rows.append(fact("attendance", urn, n, 100, year, series="daily", period=period))
    for group in ("10", "R", "2", "1"):
        rows.append(fact("attendance", "1", 20, 25, series="daily", year_group=group))
    for term in ("Summer", "Autumn", "Spring"):
        rows.append(fact("attendance", "1", 30, 33, series="daily", period=term))
    return rows


def test_latest_is_each_kpis_newest_year_and_whole_years_where_the_target_is_for_one(trust, fact, attendance):
    rows = [*attendance, fact("staff_turnover", "1", 1, 9), fact("staff_turnover", "1", 1, 9, "2025/26", period="YTD")]
    view = trust(rows).view
    assert view.latest("pupil-attendance") == "2025/26"
    assert view.latest("staff-turnover") == "2024/25"
    assert view.years() == ("2025/26", "2024/25", "2023/24")


def test_breakdowns_come_in_the_order_of_the_thing(trust, attendance):
    view = trust(attendance).view
    groups = view.breakdown("pupil-attendance", "year_group", "1", "2024/25")
    assert [found.breakdown["year_group"] for found in groups] == ["R", "1", "2", "10"]
    terms = view.breakdown("pupil-attendance", "term", "1", "2024/25")
    assert [found.breakdown["term"] for found in terms] == ["Autumn", "Spring", "Summer"]


def test_drills_name_what_is_loaded_and_not_what_was_taken(trust, attendance):
    view = trust(attendance).view
    assert view.drills("pupil-attendance", "trust", "2024/25") == ("academy", "term", "year_group")
    assert view.drills("pupil-attendance", "1", "2024/25") == ("term", "year_group")
    assert view.drills("pupil-attendance", "1", "2024/25", {"term": "Autumn"}) == ()
    assert view.drills("pupil-attendance", "2", "2024/25") == ()


def test_compare_lists_academies_by_name_without_those_that_had_left(trust, fact):
    academies = (
        Academy("1", "Yew", Phase.PRIMARY, "2010-09-01"),
        Academy("2", "Alder", Phase.PRIMARY, "2010-09-01"),
        Academy("3", "Gone", Phase.PRIMARY, "2010-09-01", left="2020-08-31"),
        Academy("4", "New", Phase.PRIMARY, "2025-01-01"),
    )
    rows = [fact("ks2_reading", urn, 5, 10) for urn in "1234"]
    found = trust(rows, academies=academies).view.compare("ks2-reading", "2024/25")
    assert [(each.academy_name, each.membership) for each in found] == [
        ("Alder", "member"),
        ("New", "joined during the year"),
        ("Yew", "member"),
    ]
    assert found[1].sentence.endswith("joined during the year.")


def test_the_scorecard_and_the_comparison_give_what_result_gives(trust, attendance, fact, england):
    rows = [*attendance, *(fact("suspensions", urn, 3, 100) for urn in "1235")]
    national = [england("suspensions", 2.0, "primary"), england("suspensions", 4.0, "secondary")]
    view = trust(rows, national).view
    for year in ("latest", "2024/25"):
        for among in (None, ["1", "2"], ["3"]):
            cells = view.scorecard(year, among)
            assert {cell.kpi for cell in cells} == set(CATALOGUE)
            for cell in cells:
                asked = view.result(cell.kpi, cell.academy, year, among=among if cell.academy == "trust" else None)
                assert (cell.value, cell.target, cell.withheld, cell.academic_year) == (
                    asked.value,
                    asked.target,
                    asked.withheld,
                    asked.academic_year,
                )
    assert view.compare("pupil-attendance", "2024/25", among=["1"]) == [view.result("pupil-attendance", "1", "2024/25")]


def test_a_part_of_the_trust_is_summed_over_that_part_alone(trust, attendance):
    view = trust(attendance).view
    primary = [academy.urn for academy in view.academies("primary")]
    assert primary == ["1", "2", "4"]  # the all-through academy stands in both phases
    found = view.result("pupil-attendance", "trust", "2024/25", among=primary)
    assert (found.numerator, found.denominator, found.academy_name) == (95 + 93 + 92, 300, "3 academies")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda v: v.result("pupil-attendence"), "pupil-attendance"),
        (lambda v: v.result("pupil-attendance", "999"), "no academy of this trust"),
        (lambda v: v.result("pupil-attendance", "1", "2018"), "write it as 2018/19"),
        (lambda v: v.result("pupil-attendance", "1", "2024/25", {"colour": "red"}), "no breakdown 'colour'"),
        (lambda v: v.breakdown("pupil-attendance", "line", "1", "2024/25"), "cannot be broken down by 'line'"),
        (lambda v: v.result("gap-disadvantage", "1", "2024/25", {"comparator": "moon"}), "no comparator"),
        (lambda v: v.limits("progress-8", "week"), "year alone"),
    ],
)
def test_a_wrong_question_is_answered_with_the_remedy(trust, attendance, ask, words):
    with pytest.raises(UsageError, match=words):
        ask(trust(attendance).view)


def test_a_trend_runs_through_years_without_a_figure_and_says_why(trust, fact):
    rows = [fact("ks2_reading", "1", 5, 10, year) for year in ("2018/19", "2021/22")]
    found = trust(rows).view.trend("ks2-reading", "1")
    assert [(each.academic_year, each.value) for each in found] == [
        ("2018/19", 50.0),
        ("2019/20", None),
        ("2020/21", None),
        ("2021/22", 50.0),
    ]
    assert "pandemic" in found[1].withheld.reason


def test_a_result_as_json_has_the_documented_keys_first(trust, attendance):
    view = trust(attendance).view
    for found in (view.result("pupil-attendance", "1", "2024/25"), view.result("progress-8", "1", "2024/25")):
        as_dict = found.as_dict()
        assert list(as_dict)[: len(CONTRACT)] == CONTRACT
        assert set(as_dict["coverage"]) == {"have", "of", "missing"}
        for judged in ("target", "versus_benchmark", "direction", "certainty"):
            assert set(as_dict[judged]) == {"status", "reason"}
        assert json.loads(json.dumps(as_dict, allow_nan=False)) == as_dict
    assert as_dict["value"] is None
    assert set(as_dict["withheld"]) == {"kind", "reason"}


def test_a_figure_always_names_its_file(trust, attendance):
    found = trust(attendance).view.result("pupil-attendance", "trust", "2024/25")
    assert [source.file for source in found.source] == ["a.csv"]


def test_everybody_sees_every_academy(trust, attendance):
    assert len(trust(attendance, viewer=EVERYTHING).view.academies()) == 5
