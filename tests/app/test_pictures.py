"""Each group's own picture: it comes first, its parts add up, its axis stays, and nothing hidden is in it."""

from __future__ import annotations

import csv
import datetime as dt
import html
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.access import EVERYTHING
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from tests.app.conftest import HEAD, Open, links, text_of
from ui import inspected, marks
from ui.bars import Bar, Part, bars, rest

CORVANE, NETHERQUILL, QUILLBROOK = "900005", "900006", "900001"


def figure(app: AppTest) -> dict[str, Any]:
    assert not app.exception
    return json.loads(app.get("plotly_chart")[0].proto.spec)  # type: ignore[no-any-return]


def shown(app: AppTest) -> str:
    """The label of the picture that is drawn."""
    panel = next(
        t for t in (str(h.value) for h in app.html) if '<h2 class="panel-title">' in t and not t.startswith("<h2")
    )
    found = re.search(r"<b aria-current='true'>([^<]*)</b>", panel)
    assert found is not None
    return html.unescape(found[1])


def names(found: dict[str, Any]) -> list[str]:
    """The rows' names, without what stands below them."""
    return [re.sub(r"<[^>]*>", "", t.split("<br>")[0]).strip() for t in found["layout"]["yaxis"]["ticktext"]]


def under(found: dict[str, Any], name: str) -> str:
    text = found["layout"]["yaxis"]["ticktext"][names(found).index(name)]
    return re.sub(r"<[^>]*>", "", text.partition("<br>")[2]).strip()


def parts_of(found: dict[str, Any], name: str) -> list[float]:
    """A bar's parts in per cent, in the order of the categories."""
    at = -names(found).index(name)
    return [abs(trace["x"][trace["y"].index(at)]) for trace in found["data"]]


def raw(folder: Path, file: str, **wanted: str) -> list[dict[str, str]]:
    with (folder / "returns" / file).open(encoding="utf-8-sig", newline="") as lines:
        return [row for row in csv.DictReader(lines) if all(row[k] == v for k, v in wanted.items())]


# Which picture comes first


@pytest.mark.parametrize(
    ("kpi", "academy", "first"),
    [
        ("ofsted-journey", "", "Before joining and since"),
        ("ofsted-leadership", "", "Academy by judgement"),
        ("within-budget", "", "Line by line"),
        ("staffing-share", CORVANE, "Academies compared"),
        ("gap-sex", "", "Academies: both sides"),
        ("gap-disadvantage", NETHERQUILL, "Academies: both sides"),
        ("teaching-good", "", "By department"),
        ("teaching-good", NETHERQUILL, "By department"),
        ("ofsted-good", QUILLBROOK, "Judgement cards"),
        ("progress-8", "", "Academies compared"),
        ("ks2-reading", QUILLBROOK, "Academies compared"),
        ("staff-turnover", "", "Academies compared"),
        ("staff-attendance", NETHERQUILL, "By month"),
        ("pupils-happy", "", "What was answered"),
        ("pupil-attendance", NETHERQUILL, "By week"),
        ("neet-post16", "", "Where leavers went"),
        ("neet-post18", CORVANE, "Where leavers went"),
    ],
)
def test_a_page_opens_with_the_group_s_own_picture(open_app: Open, kpi: str, academy: str, first: str) -> None:
    app = open_app(CATALOGUE[kpi].group, kpi=kpi, **({"academy": academy} if academy else {}))
    assert not app.exception
    assert shown(app) == first


# Shares


def test_leavers_are_the_return_s_counts_and_make_up_the_whole(open_app: Open, sample_files: Path) -> None:
    found = figure(open_app("employment", kpi="neet-post16", year="2025/26"))
    total = {"sex": "Total", "disadvantage": "Total", "send": "Total", "looked_after": "Total", "level": "Total"}
    (row,) = raw(sample_files, "destinations.csv", urn=NETHERQUILL, leaving_year="2025/26", cohort="Y11", **total)
    of = int(row["leavers"])
    engaged = int(row["education"]) + int(row["apprenticeship"]) + int(row["employment"])
    expected = [100 * int(row["neet"]) / of, 100 * int(row["not_known"]) / of, 100 * engaged / of]
    assert parts_of(found, "Netherquill Academy") == pytest.approx(expected)
    assert [trace["name"] for trace in found["data"]][1:] == ["Not known", "In study or work"]
    assert "leavers of 2025/26" in text_of(open_app("employment", kpi="neet-post16", year="2025/26"))


@pytest.mark.parametrize(
    ("kpi", "chart"),
    [("pupils-happy", "surveys"), ("neet-post16", "leavers"), ("teaching-good", "departments"),
     ("teaching-good", "term-shares"), ("teaching-good", "shares")],
)  # fmt: skip
@pytest.mark.parametrize("academy", ["", NETHERQUILL])
def test_the_parts_of_every_bar_make_a_hundred(open_app: Open, kpi: str, chart: str, academy: str) -> None:
    link = {"kpi": kpi, "chart": chart} | ({"academy": academy} if academy else {})
    found = figure(open_app(CATALOGUE[kpi].group, **link))
    assert names(found)
    for name in names(found):
        assert sum(parts_of(found, name)) == pytest.approx(100)


def test_a_survey_s_bars_stand_on_both_sides_of_zero_with_how_many_answered(open_app: Open, sample_files: Path) -> None:
    found = figure(open_app("culture", kpi="pupils-happy", year="2025/26"))
    agree, others = found["data"]
    assert all(x > 0 for x in agree["x"])
    assert all(x <= 0 for x in others["x"])
    everybody = dict.fromkeys(("year_group", "sex", "disadvantage", "send", "staff_group"), "Total")
    (row,) = raw(sample_files, "survey.csv", urn=NETHERQUILL, academic_year="2025/26", respondent="pupil",
                 question="happy", **everybody)  # fmt: skip
    share = 100 * (int(row["strongly_agree"]) + int(row["agree"])) / int(row["answered"])
    assert parts_of(found, "Netherquill Academy") == pytest.approx([share, 100 - share])
    assert under(found, "Netherquill Academy") == "1,107 of 1,204 answered (92 %)"
    assert (row["answered"], row["invited"]) == ("1107", "1204")


def test_terms_are_drawn_over_two_years_and_those_of_this_one_lead_down(open_app: Open) -> None:
    found = figure(open_app("teaching", kpi="teaching-good", chart="term-shares", academy=NETHERQUILL))
    assert names(found) == ["Autumn 2025/26", "Spring 2025/26", "Summer 2025/26", "Autumn 2026/27"]
    assert [go for _, go in found["data"][0]["customdata"]] == ["", "", "", "in=term:Autumn"]


def test_a_department_s_bar_leads_to_the_department(open_app: Open) -> None:
    found = figure(open_app("teaching", kpi="teaching-good", academy=NETHERQUILL))
    assert "in=department:English" in [go for _, go in found["data"][0]["customdata"]]


def test_bars_write_a_figure_inside_only_where_it_can_be_read() -> None:
    rows = [Bar("A", "", (80.0, 20.0), "", True), Bar("B", "", (4.0, 96.0), "", True)]
    found = bars(rows, (Part("these"), rest("The others")))
    assert found["data"][0]["text"] == ["80.0 %", ""]


# Who is hidden


def test_a_hidden_academy_has_neither_bar_nor_number(open_app: Open, sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(EVERYTHING)
    hidden = [r.academy_name for r in view.compare("pupils-happy", "2025/26") if r.withheld is not None]
    assert hidden
    app = open_app("culture", kpi="pupils-happy", year="2025/26")
    assert not set(hidden) & set(names(figure(app)))
    said = text_of(app)
    for name in hidden:
        row = re.search(rf"<tr><td>{re.escape(name)}</td>(.*?)</tr>", said)
        assert row is not None, "the table beside the picture names it"
        cells = [re.sub(r"<[^>]*>", "", c) for c in re.findall(r"<td[^>]*>(.*?)</td>", row[1])]
        assert "Hidden" in cells
        figures = [c for c in cells if re.match(r"^[\d,.−]+( %| of .*)?$", c)]
        assert figures == []


def test_what_was_answered_beside_another_school_s_survey_is_not_told_to_a_head(open_app: Open) -> None:
    app = open_app("culture", HEAD, kpi="pupils-happy", year="2025/26")
    found = figure(app)
    assert set(names(found)) <= {"The trust", "Netherquill Academy"}


# Dots, dumbbells, bands


@pytest.mark.parametrize(
    ("kpi", "chart"),
    [("progress-8", "academies"), ("ks2-reading", "measures"), ("gap-disadvantage", "gaps"),
     ("pupils-happy", "surveys"), ("neet-post16", "leavers"), ("staffing-share", "academies"),
     ("within-budget", "cumulative")],
)  # fmt: skip
def test_switching_academy_never_rescales_a_picture(open_app: Open, kpi: str, chart: str) -> None:
    group = CATALOGUE[kpi].group
    academies = ("", "900007")
    axis = "yaxis" if chart == "cumulative" else "xaxis"
    found = [
        figure(open_app(group, kpi=kpi, chart=chart, **({"academy": a} if a else {})))["layout"][axis]["range"]
        for a in academies
    ]
    assert found[0] == found[1]


def test_progress_8_stands_around_zero_with_dfe_s_description_under_each_name(open_app: Open) -> None:
    """By hand from the published scores and limits: average where the limits are on both sides of 0, and so on."""
    found = figure(open_app("outcomes", kpi="progress-8", year="2023/24"))
    low, high = found["layout"]["xaxis"]["range"]
    assert low == -high
    by_hand = {}
    for trace in found["data"]:
        errors = trace["error_x"]
        for x, y, up, down in zip(trace["x"], trace["y"], errors["array"], errors["arrayminus"], strict=True):
            if x - down > 0:
                word = "well above average" if x >= 0.5 else "above average"
            elif x + up < 0:
                word = "well below average" if x < -0.5 else "below average"
            else:
                word = "average"
            by_hand[names(found)[-int(y)]] = word
    assert set(by_hand.values()) == {"average", "below average", "well below average"}
    assert {name: under(found, name) for name in by_hand} == by_hand


def test_every_staffing_share_has_its_benchmark_s_band(open_app: Open, sample_engine: Engine) -> None:
    found = figure(open_app("governance", kpi="staffing-share"))
    bands = [(s["x0"], s["x1"]) for s in found["layout"]["shapes"] if s["type"] == "rect"]
    compared = sample_engine.as_seen_by(EVERYTHING).compare("staffing-share")
    benchmarks = [r.benchmark for r in compared if r.benchmark is not None]
    assert benchmarks
    assert bands == [(b - 2, b + 2) for b in benchmarks]


def test_turnover_s_target_is_a_band_from_8_to_12_per_cent(open_app: Open) -> None:
    """Special schools have a target of their own, 12 with 2 to either side, since 11 July 2024."""
    app = open_app("people", kpi="staff-turnover")
    found = figure(app)
    bands = {names(found)[-round((s["y0"] + s["y1"]) / 2)]: (s["x0"], s["x1"])
             for s in found["layout"]["shapes"] if s["type"] == "rect"}  # fmt: skip
    assert bands.pop("Rillhaven Special") == (10, 14)
    assert set(bands.values()) == {(8, 12)}
    assert "Netherquill Academy" in bands
    assert "With a target of their own: Rillhaven Special 10 to 14." in text_of(app)


def test_a_target_that_is_one_line_is_marked_and_labelled(open_app: Open) -> None:
    found = figure(open_app("teaching", kpi="teaching-good", chart="academies"))
    assert [s["x0"] for s in found["layout"]["shapes"] if s["line"].get("dash") == "dot"] == [100]
    assert any(a["text"].startswith("Target 100") for a in found["layout"]["annotations"])


def test_labels_of_marks_never_share_a_line(open_app: Open) -> None:
    found = figure(open_app("outcomes", kpi="progress-8"))
    heights = [a["y"] for a in found["layout"]["annotations"] if a["y"] > 0.5]
    assert len(heights) == len(set(heights)) == 2


def test_a_dumbbell_tells_the_gap_its_interval_and_both_cohorts(open_app: Open, sample_engine: Engine) -> None:
    found = figure(open_app("equality", kpi="gap-sex", year="2024/25"))
    result = sample_engine.as_seen_by(EVERYTHING).result("gap-sex", year="2024/25")
    assert result.sides is not None
    girls, boys = result.sides
    said = f"<b>{result.value:.1f}</b> (−{abs(result.lower or 0):.1f} to {result.upper:.1f})"
    said += f" · {girls.people:.0f} and {boys.people:.0f} pupils"
    assert said in [a["text"] for a in found["layout"]["annotations"]]
    ends = next(t for t in found["data"] if t["customdata"][0][1] == "academy=trust")
    assert ends["x"] == [pytest.approx(girls.value), pytest.approx(boys.value)]


def test_measures_stand_side_by_side_and_each_leads_to_its_own_page(open_app: Open) -> None:
    found = figure(open_app("outcomes", kpi="ks2-reading", chart="measures", academy=QUILLBROOK, year="2024/25"))
    assert names(found) == ["KS2 reading", "KS2 writing", "KS2 maths", "KS2 grammar, spelling"]
    leads = {go for trace in found["data"] for _, go in trace["customdata"]}
    assert leads == {"kpi=ks2-reading", "kpi=ks2-writing", "kpi=ks2-maths", "kpi=ks2-gps"}
    dashed = [s for s in found["layout"]["shapes"] if s["line"].get("dash") == "dash"]
    assert len(dashed) == 4


# Money


def test_spending_adds_up_month_by_month_as_in_the_return(open_app: Open, sample_files: Path) -> None:
    rows = raw(sample_files, "budget_monitoring.csv", urn=CORVANE, month="2026-03")
    spent = sum(float(r["actual_ytd"]) for r in rows if r["line"] != "income")
    allowed = sum(float(r["budget_ytd"]) for r in rows if r["line"] != "income")
    whole = sum(
        float(r["budget_ytd"])
        for r in raw(sample_files, "budget_monitoring.csv", urn=CORVANE, month="2026-08")
        if r["line"] != "income"
    )
    found = figure(open_app("governance", kpi="within-budget", chart="cumulative", academy=CORVANE, year="2025/26"))
    actual, budget = found["data"]
    assert (actual["x"], budget["x"]) == (list(range(12)), list(range(12)))
    assert actual["y"][6] == pytest.approx(100 * spent / whole)
    assert budget["y"][6] == pytest.approx(100 * allowed / whole)
    assert actual["customdata"][6][1] == "in=month:2026-03"


def test_the_budget_s_lines_tell_the_difference_in_pounds_and_per_cent(open_app: Open, sample_files: Path) -> None:
    said = text_of(open_app("governance", kpi="within-budget", academy=CORVANE, year="2025/26"))
    (row,) = raw(sample_files, "budget_monitoring.csv", urn=CORVANE, month="2026-08", line="teaching")
    apart = float(row["actual_ytd"]) - float(row["budget_ytd"])
    sign = "+" if apart > 0 else "−"
    assert f"{sign}£{abs(apart):,.0f}</td>" in said
    assert f"{sign}{abs(100 * apart / float(row['budget_ytd'])):.1f} %</td>" in said


# Ofsted


def test_an_inspection_stands_with_its_date_and_its_age(open_app: Open) -> None:
    said = text_of(open_app("teaching", kpi="ofsted-good"))
    assert "26 November 2024<br>1 year 11 months ago" in said  # to 14 November 2026
    assert "7 February 2023<br>3 years 9 months ago" in said
    assert said.count("Before joining</span>") == 1  # Osierholt joined on 1 January 2026


@pytest.mark.parametrize("chart", ["cards", "areas"])
def test_grades_and_report_cards_never_share_a_table(open_app: Open, chart: str) -> None:
    said = text_of(open_app("teaching", kpi="ofsted-good", chart=chart))
    graded, cards = said.split("Graded inspections</h3>")[1].split("Report cards (from November 2025)</h3>")
    assert "Requires improvement" in graded
    assert "standard" not in re.sub(r"<[^>]*>", "", graded)
    assert "Needs attention" in cards.split("<h2")[0]
    assert "Requires improvement" not in cards.split('class="notes"')[0]


def test_the_journey_tells_before_joining_and_since_apart(open_app: Open) -> None:
    said = text_of(open_app("governance", kpi="ofsted-journey"))
    row = re.search(r">Netherquill Academy</a>.*?</tr>", said, re.DOTALL)
    assert row is not None
    before, since = re.findall(r"<td>(.*?)</td>", row[0], re.DOTALL)
    assert "24 November 2015<br>10 years 11 months ago" in before
    assert "Inadequate" in before
    assert "4 December 2018<br>7 years 11 months ago" in since
    assert "Requires improvement" in since


@pytest.mark.parametrize(
    ("day", "at", "said"),
    [
        ("2023-09-14", "2026-11-14", "3 years 2 months ago"),
        ("2023-09-15", "2026-11-14", "3 years 1 month ago"),
        ("2025-11-14", "2026-11-14", "1 year ago"),
        ("2026-10-14", "2026-11-14", "1 month ago"),
        ("2026-10-15", "2026-11-14", "30 days ago"),
        ("2026-11-13", "2026-11-14", "1 day ago"),
        ("2026-11-14", "2026-11-14", "today"),
        ("2024-02-29", "2025-02-28", "1 year ago"),
        ("2025-01-31", "2025-02-28", "1 month ago"),
        ("2026-12-01", "2026-11-14", "later than these data"),
    ],
)
def test_ages_are_whole_years_and_months(day: str, at: str, said: str) -> None:
    assert inspected.age(dt.date.fromisoformat(day), dt.date.fromisoformat(at)) == said


def test_dates_are_read_as_they_are_written() -> None:
    text = "Requires improvement on 21 March 2017 (as URN 900103), then Good on 1 June 2022"
    assert inspected.days(text) == (dt.date(2017, 3, 21), dt.date(2022, 6, 1))
    assert [inspected.written(d) for d in inspected.days(text)] == ["21 March 2017", "1 June 2022"]


def test_ages_in_a_year_that_is_over_are_counted_to_its_end() -> None:
    as_at = dt.date(2026, 11, 14)
    assert inspected.seen_from(as_at, "2024/25") == dt.date(2025, 8, 31)
    assert inspected.seen_from(as_at, "2026/27") == as_at


# The rows to choose from


def test_a_small_line_never_crosses_a_break_or_a_year_without_a_figure(sample_engine: Engine) -> None:
    """Progress 8 has no figure in 2019/20 and 2020/21, and breaks before 2017/18 and 2022/23."""
    trend = sample_engine.as_seen_by(EVERYTHING).trend("progress-8", NETHERQUILL)
    found = marks.runs(CATALOGUE["progress-8"], trend)
    assert [[r.academic_year for r in run] for run in found] == [
        ["2016/17"], ["2017/18", "2018/19"], ["2021/22"], ["2022/23", "2023/24"],
    ]  # fmt: skip
    drawn = marks.spark(CATALOGUE["progress-8"], trend, "2023/24")
    assert drawn.count("<i ") == 2
    assert drawn.count('class="lone"') == 2
    assert drawn.count('class="now"') == 1
    assert "in 2016/17 to" in drawn
    assert "3 breaks between" in drawn


def test_a_year_so_far_is_no_part_of_the_line(sample_engine: Engine) -> None:
    trend = sample_engine.as_seen_by(EVERYTHING).trend("staff-attendance", NETHERQUILL)
    assert [r.period for r in trend[-2:]] == ["Year", "YTD"]
    assert [r.academic_year for r in marks.runs(CATALOGUE["staff-attendance"], trend)[-1]] == [trend[-1].academic_year]
    assert 'class="so-far"' in marks.spark(CATALOGUE["staff-attendance"], trend, trend[-1].academic_year)


def test_a_small_line_of_attendance_rises_with_attendance(sample_engine: Engine) -> None:
    """Its axis draws what is missed; beside a value that is attended the line is turned round."""
    trend = sample_engine.as_seen_by(EVERYTHING).trend("pupil-attendance", NETHERQUILL)
    runs = marks.runs(CATALOGUE["pupil-attendance"], trend)
    run = next(list(pair) for each in runs for pair in pairwise(each) if pair[0].value != pair[1].value)
    drawn = marks.spark(CATALOGUE["pupil-attendance"], run, "")
    first, last = run[0].value or 0.0, run[-1].value or 0.0
    outline = re.search(r"polygon\(([^)]*)\)", drawn)
    assert outline is not None
    heights = [float(p.split()[1].removesuffix("px")) for p in outline[1].split(",")][: len(run)]
    assert (heights[-1] < heights[0]) is (last > first)


def test_each_row_tells_the_four_answers_in_words(open_app: Open, sample_engine: Engine) -> None:
    said = text_of(open_app("culture", academy=NETHERQUILL))
    row = re.search(r'<a class="go kpi" href="culture\?kpi=pupils-happy[^>]*>(.*?)</a>', said)
    assert row is not None
    result = sample_engine.as_seen_by(EVERYTHING).result("pupils-happy", NETHERQUILL)
    for word in (str(result.target.status), "England: No national figure", "Certainty: Large cohort", "Direction: "):
        assert word in row[1]
    assert 'role="img"' in row[1]


def test_a_picture_that_no_part_of_the_app_knows_is_passed_over(open_app: Open) -> None:
    app = open_app("culture", kpi="suspensions", chart="no-such-picture")
    assert not app.exception
    assert f"culture?kpi=suspensions&academy={NETHERQUILL}" in links(app)
