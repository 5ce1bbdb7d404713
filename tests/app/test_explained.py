"""What explains a figure on its page: evidence, missing figures, people, years together, events along the chart."""

from __future__ import annotations

import datetime as dt
import json
import re
from itertools import pairwise
from typing import Any

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from kpi_engine.engine.events import Event, EventKind
from tests.app.conftest import EXECUTIVE, GOVERNOR, HEAD, Open, links, text_of
from ui import along
from ui.evidence import ranges

OPENED = {"where": "true"}


def figure(open_app: Open, path: str, **link: str) -> dict[str, Any]:
    app = open_app(path, **link)
    assert not app.exception
    return json.loads(app.get("plotly_chart")[0].proto.spec)  # type: ignore[no-any-return]


# Where it comes from


def test_the_evidence_is_looked_up_when_it_is_opened(open_app: Open) -> None:
    link = {"kpi": "pupils-happy", "academy": "900006", "year": "2024/25"}
    assert "survey.csv row" not in text_of(open_app("culture", **link)).replace("</span>", "")
    said = text_of(open_app("culture", **link, **OPENED)).replace("</span>", "")
    assert "survey.csv row 1674" in said
    assert "Surveys of pupils, parents and staff" in said


def test_a_hidden_part_is_named_without_a_number_or_a_row(open_app: Open) -> None:
    said = text_of(open_app("outcomes", kpi="ks2-reading", year="2025/26", **OPENED))
    table = said[said.index('class="evidence"') :]
    row = re.search(r"<tr><td>Oxlowe All-through</td>(.*?)</tr>", table)
    assert row is not None
    assert "Hidden" in row[1]
    assert not re.search(r"\d", re.sub(r"<[^>]*>", "", row[1]))


def test_a_headteacher_sees_nothing_of_other_academies_returns(open_app: Open) -> None:
    said = text_of(open_app("culture", user=HEAD, kpi="pupils-happy", academy="trust", year="2024/25", **OPENED))
    evidence = said[said.index('class="evidence"') :]
    assert "Netherquill Academy" in evidence
    assert "Quillbrook" not in evidence
    assert "The returns of other academies are for the executive to see" in evidence


@pytest.mark.parametrize("user", [EXECUTIVE, HEAD, GOVERNOR])
@pytest.mark.parametrize("kpi", ["gap-disadvantage", "key-stage-attainment", "looked-after-destinations", "cash-flow"])
def test_every_kind_of_answer_opens_its_evidence(open_app: Open, kpi: str, user: str) -> None:
    app = open_app(CATALOGUE[kpi].group, user=user, kpi=kpi, **OPENED)
    assert not app.exception
    assert 'class="evidence"' in text_of(app)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((7,), "row 7"),
        ((7, 8, 9), "rows 7–9"),
        ((2, 4, 5), "rows 2, 4–5"),
        ((1, 3, 5, 7, 9, 10), "rows 1, 3, 5, 7 and 2 more"),
    ],
)
def test_row_numbers_are_told_in_spans(rows: tuple[int, ...], words: str) -> None:
    assert ranges(rows) == words


# Missing, in people, together, breakdowns


def test_a_year_without_a_figure_links_to_one_that_has_it(open_app: Open) -> None:
    app = open_app("outcomes", kpi="progress-8", academy="900006", year="2024/25")
    assert "outcomes?kpi=progress-8&academy=900006&year=2023/24" in links(app)
    assert "See 2023/24" in text_of(app)


def test_a_figure_is_told_in_people_and_a_hidden_one_is_not(open_app: Open, sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(Viewer("E", Role.EXECUTIVE))
    result = view.result("ks2-writing", "900001", "2018/19")
    said = text_of(open_app("outcomes", kpi="ks2-writing", academy="900001", year="2018/19"))
    assert result.denominator is not None
    assert f"one pupil changes this figure by {100 / result.denominator:.1f} points" in said
    hidden = text_of(open_app("employment", kpi="neet-post16", academy="900008", year="2025/26"))
    assert "In pupils" not in hidden
    assert "2025/26 is hidden, and years are taken together where each is shown." in hidden


def test_a_small_cohort_s_years_are_offered_together(open_app: Open) -> None:
    """Rillhaven's reading: 1 of 10 in 2021/22 and 0 of 8 in 2022/23, the years since the break."""
    said = text_of(open_app("outcomes", kpi="ks2-reading", academy="900008", year="2022/23"))
    assert "<b>Two years together</b>, 2021/22 to 2022/23" in said
    assert "(1 of 18 pupils, 95\u00a0% interval 1–26\u00a0%)" in said
    assert "taken together:" not in said  # the same sentence does not stand among the notes as well


def test_breakdowns_without_figures_are_there_by_name_with_the_reason(open_app: Open) -> None:
    said = text_of(open_app("outcomes", kpi="ks2-reading", academy="900002", year="2024/25"))
    shut = re.findall(r'<span class="shut" role="link" aria-disabled="true" title="([^"]*)">([^<]*)<', said)
    assert shut
    assert all(reason and name for reason, name in shut)
    assert "Why some are not there" in said


def test_the_passport_says_how_it_is_judged(open_app: Open) -> None:
    said = text_of(open_app("people", kpi="staff-turnover"))
    for words in ("How it is judged", "8 to 12\u00a0%", "Wilson 1927", "Questions to ask"):
        assert words in said


def test_a_gap_s_columns_name_whom_it_is_held_against(open_app: Open) -> None:
    said = text_of(open_app("equality", kpi="gap-disadvantage", by="academy"))
    assert "Gap to other pupils nationally, points" in said


# Along the years


def test_no_line_crosses_the_day_of_joining_and_the_chart_says_so(open_app: Open) -> None:
    """Tansymere joined in January 2022; its attendance is known from before."""
    app = open_app("outcomes", kpi="ks2-reading", academy="900002", chart="years")
    found = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert "Joined Jan 2022" in {a["text"] for a in found["layout"]["annotations"]}
    at = next(s["x0"] for s in found["layout"]["shapes"] if s["type"] == "line" and 2020.5 < s["x0"] < 2021.5)
    assert at == pytest.approx(2021 - 0.5 + 122 / 365)
    for trace in found["data"]:
        assert not min(trace["x"]) < at < max(trace["x"])
    assert "Tansymere Primary joined the trust on 1 January 2022" in text_of(app)


def test_labels_above_the_chart_never_touch(open_app: Open) -> None:
    for kpi in ("progress-8", "ks2-writing", "post16-value-added"):
        found = figure(open_app, "outcomes", kpi=kpi, chart="years", academy="900007")
        labels = [a for a in found["layout"]["annotations"] if a.get("yanchor") == "bottom"]
        first, last = found["layout"]["xaxis"]["range"]
        spans: dict[int, list[tuple[float, float]]] = {}
        for each in labels:
            wide = len(each["text"]) * 6.2 * (last - first) / 560  # a letter of 12 px is about 6 wide
            begin = each["x"] - (wide / 2 if each["xanchor"] == "center" else 0)
            spans.setdefault(each["yshift"], []).append((begin, begin + wide))
        for row in spans.values():
            row.sort()
            assert all(end < begin for (_, end), (begin, _) in pairwise(row))


def test_events_at_one_place_share_a_label_and_near_ones_stand_in_rows() -> None:
    def event(at: str, share: float, label: str) -> Event:
        return Event(EventKind.BREAK, at, share, label, "", True)

    found = [
        event("2018/19", 0.0, "New method"),
        event("2018/19", 0.0, "Report cards"),
        event("2018/19", 0.4, "Joined"),
    ]
    found += [event("2019/20", 0.0, ""), event("2023/24", 0.0, "New source")]
    marks = along.marks(found, 2016.0, 2024.0)
    assert [(m.text, m.row) for m in marks] == [("New method · Report cards", 0), ("Joined", 1), ("New source", 0)]
    assert along.headroom(marks) == 2 * along.ROW


def test_the_target_s_band_is_shaded(open_app: Open) -> None:
    found = figure(open_app, "people", kpi="staff-turnover", chart="years")
    bands = [(s["y0"], s["y1"]) for s in found["layout"]["shapes"] if s["type"] == "rect" and s.get("xref") == "paper"]
    assert bands == [(8, 12)]


def test_weeks_outside_the_limits_are_ringed_and_told(open_app: Open, sample_engine: Engine) -> None:
    frequent = sample_engine.as_seen_by(Viewer("E", Role.EXECUTIVE)).limits("pupil-attendance", "week", "900006")
    mean = sum(frequent.values) / len(frequent.values)
    moves = [abs(b - a) for a, b in pairwise(frequent.values)]
    reach = 2.66 * sum(moves) / len(moves)
    outside = [
        week
        for year, week, value in zip(frequent.years, frequent.periods, frequent.values, strict=True)
        if year == "2025/26" and abs(value - mean) > reach
    ]
    app = open_app("culture", kpi="pupil-attendance", academy="900006", chart="weeks", year="2025/26")
    found = json.loads(app.get("plotly_chart")[0].proto.spec)
    (rings,) = [t for t in found["data"] if t.get("marker", {}).get("symbol") == "circle-open"]
    assert len(rings["x"]) == len(outside) > 0
    monday = dt.datetime.strptime(f"{outside[0]}-1", "%G-W%V-%u").replace(tzinfo=dt.UTC)
    assert f"the week of {monday.day} {monday:%b}" in text_of(app)
