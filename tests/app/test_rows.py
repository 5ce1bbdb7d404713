"""What rows and the end of a block say: shapes and their legend, what a missed target lacks, names that stay apart."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import parse_qs, urlsplit

from kpi_engine.access import EVERYTHING
from kpi_engine.engine import Engine
from tests.app.conftest import Open, text_of


def test_a_row_s_shapes_say_their_reason_and_a_legend_names_every_shape(open_app: Open, sample_engine: Engine) -> None:
    said = text_of(open_app("people", academy="900006"))
    result = sample_engine.as_seen_by(EVERYTHING).result("staff-turnover", "900006")
    reasons = (result.versus_benchmark.reason, result.direction.reason, result.certainty.reason)
    titles = [html.unescape(found) for found in re.findall(r'class="mini mark [^"]*" title="([^"]*)"', said)]
    assert all(any(title.endswith(reason) for title in titles) for reason in reasons)
    legend = said[said.index('<p class="legend"') :].partition("</p>")[0]
    used = {name for names in re.findall(r'class="mini mark ([^"]*)" title', said) for name in names.split()}
    assert used - {"good", "bad"} <= set(re.findall(r'class="mini mark (\w+)"', legend))


def test_without_any_figure_there_is_no_legend(open_app: Open) -> None:
    assert 'class="legend"' not in text_of(open_app("outcomes", academy="900006", year="2019/20"))


def test_a_missed_target_that_asks_for_more_than_the_value_says_what_is_lacking(
    open_app: Open, sample_engine: Engine
) -> None:
    said = text_of(open_app("governance", kpi="lgb-complement", by="academy"))
    rows = sample_engine.as_seen_by(EVERYTHING).compare("lgb-complement", "2026/27")
    full = [r for r in rows if r.value == 100 and str(r.target.status) == "Missed"]
    assert full
    assert all(r.target.reason in said for r in full)
    # What every row would say of its day is said once, under the rows.
    table = said[said.index('<table class="rows">') :].partition("</table>")[0]
    assert "on 30 September 2026" not in table
    assert said.count("On 30 September 2026.</p>") == 1


def test_parts_of_a_whole_are_not_set_on_the_whole_s_axis(open_app: Open) -> None:
    assert "50 to 100 %" not in text_of(open_app("governance", kpi="staffing-share", academy="900006", by="line"))
    assert "50 to 100 %" in text_of(open_app("governance", kpi="staffing-share", by="academy"))


def test_what_is_held_against_the_plan_s_figure_is_not_said_to_be_held_against_england(open_app: Open) -> None:
    said = text_of(open_app("governance", kpi="staffing-share", academy="900006"))
    assert "Below the plan’s figure" in said
    assert "Below England" not in said


def test_a_line_that_ends_at_the_target_has_its_name_clear_of_the_target_s(open_app: Open) -> None:
    app = open_app("outcomes", kpi="key-stage-attainment", academy="900001", chart="years")
    layout = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    by = {re.sub("<[^>]*>", "", a["text"]): a for a in layout["annotations"]}
    target, name = by["Target 100 %"], by["Quillbrook Primary"]
    assert target["y"] == name["y"] == 100
    assert abs(target.get("yshift", 0) - name.get("yshift", 0)) >= 16


def test_which_side_of_a_gap_moved_is_said_once(open_app: Open) -> None:
    said = text_of(open_app("equality", kpi="gap-disadvantage", academy="900006", chart="gaps", year="2024/25"))
    assert said.count("since the year before") == 1
    assert "<li>The gap widened" not in said


def test_a_comparison_s_link_is_copied_with_what_is_compared(open_app: Open, sample_engine: Engine) -> None:
    app = open_app("compare", kpi="progress-8", against="england", sort="value")
    (link,) = re.findall(r'class="copy" href="([^"]*)"', text_of(app))
    asked = parse_qs(urlsplit(html.unescape(link)).query)
    year = sample_engine.as_seen_by(EVERYTHING).result("progress-8").academic_year
    wanted = {"kpi": ["progress-8"], "against": ["england"], "sort": ["value"], "year": [year]}
    assert {name: asked[name] for name in wanted} == wanted
    assert asked["data"] == [sample_engine.meta.version]


def test_the_overview_can_be_taken_away_as_a_table(open_app: Open) -> None:
    labels = [button.proto.label for button in open_app().get("download_button")]
    assert labels == ["CSV", "Excel"]
