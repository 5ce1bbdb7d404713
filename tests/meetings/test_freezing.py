"""Freezing: every figure is the one that the same viewer explores, and none that may not be shown is anywhere."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.access import Role, Viewer
from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine, View
from kpi_engine.engine.attention import Place, attention
from kpi_engine.errors import UsageError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import canonical
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.document import (
    Asked,
    ChartKind,
    Document,
    EntryKind,
    Item,
    ItemKind,
    MarkKind,
    Part,
    Shown,
    Tone,
)
from kpi_engine.meetings.freezing import definitions_hash, freeze, missing, preview
from kpi_engine.model import WithheldKind
from kpi_engine.targets.book import OwnTarget
from tests.meetings.example import example

PRESENTING = Viewer("clerk", Role.EXECUTIVE, presenting=True)
GOVERNOR = Viewer("governor", Role.GOVERNOR)
NAMES = {
    "900001": "Quillbrook Primary",
    "900002": "Tansymere Primary",
    "900003": "Marlwick Primary",
    "900004": "Osierholt Primary",
    "900005": "Corvane High",
    "900006": "Netherquill Academy",
    "900007": "Oxlowe All-through",
    "900008": "Rillhaven Special",
}


def of(*items: AgendaItem, **changed: object) -> Agenda:
    agenda = replace(agendas.new("Board", "2026-11-26"), **changed)  # type: ignore[arg-type]
    for item in items:
        agenda = agendas.added(agenda, item)
    return agenda


def kpi(id: str, **more: object) -> AgendaItem:
    return AgendaItem("", ItemKind.KPI, kpi=id, **more)  # type: ignore[arg-type]


def frozen(engine: Engine, agenda: Agenda, **more: object) -> Document:
    given: dict[str, object] = {"trust": "Wychbourne Learning Trust", "sample": True, **more}
    return freeze(engine.as_seen_by(PRESENTING), agenda, 1, **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plan(sample_engine: Engine) -> Document:
    """All 39 KPIs, frozen."""
    return frozen(sample_engine, of(*agendas.template("The whole plan")[1:]))


@pytest.fixture(scope="module")
def governor(sample_engine: Engine) -> View:
    return sample_engine.as_seen_by(GOVERNOR)


def one(document: Document, number: int = 0) -> Item:
    return document.items[number]


def figures(document: Document) -> Iterator[tuple[Item, Shown]]:
    for item in document.items:
        if item.figure is not None:
            yield item, item.figure
            yield from ((item, detail.figure) for detail in item.details)


def urn_of(document: Document, key: str) -> str:
    return next((a.urn for a in document.academies if a.key == key), "trust")


def as_text(value: float | None, result: Result) -> str:
    """A figure as readers see it, worked out apart from the engine's own words."""
    if value is None:
        return ""
    said = f"{abs(value):,.{result.decimals}f}"
    minus = "−" if value < 0 and float(said.replace(",", "")) else ""
    unit = {"%": " %", "per 100": " per 100", "points": "", "count": "", "£": ""}[str(result.unit)]
    gap = " points" if result.kpi.startswith("gap-") else ""
    return f"{minus}{'£' if str(result.unit) == '£' else ''}{said}{unit}{gap}"


# Whose figures


def test_a_meeting_is_frozen_by_a_presenter_and_by_nobody_else(sample_engine: Engine) -> None:
    for viewer in (Viewer("e", Role.EXECUTIVE), Viewer("a", Role.ADMIN), GOVERNOR):
        view = sample_engine.as_seen_by(viewer)
        for ask in (
            lambda view=view: freeze(view, of(kpi("progress-8")), 1, trust="W", sample=True),
            lambda view=view: missing(view, of(kpi("progress-8"))),
            lambda view=view: preview(view, kpi("progress-8")),
        ):
            with pytest.raises(UsageError, match="ask as somebody who presents"):
                ask()
    head = Viewer("h", Role.HEADTEACHER, frozenset({"900006"}), presenting=True)
    with pytest.raises(UsageError, match="which a headteacher does not see"):
        freeze(sample_engine.as_seen_by(head), of(kpi("progress-8")), 1, trust="W", sample=True)


def test_every_figure_is_the_one_that_a_governor_explores(plan: Document, governor: View) -> None:
    compared = 0
    for item, figure in figures(plan):
        result = governor.result(item.kpi, urn_of(plan, figure.key), item.year)
        assert (figure.value is None) is (result.value is None), (item.kpi, figure.name)
        assert figure.shown == (as_text(result.value, result) or str(result.withheld.kind).capitalize())  # type: ignore[union-attr]
        for own, theirs in (
            (figure.value, result.value),
            (figure.lower, result.lower),
            (figure.upper, result.upper),
            (figure.benchmark, result.benchmark),
        ):
            assert own == (None if theirs is None else pytest.approx(theirs, abs=0.5 * 10**-result.decimals + 1e-9))
        assert figure.sentence == result.sentence
        assert [chip.reason for chip in figure.chips][1:] == (
            [j.reason for j in (result.versus_benchmark, result.direction, result.certainty)] if figure.chips else []
        )
        compared += 1
    assert compared > 39 * 8


def test_a_chart_s_rows_and_the_table_beside_it_are_the_academies_figures(plan: Document, governor: View) -> None:
    for item in plan.items:
        if item.chart is None or item.chart.kind is not ChartKind.ROWS:
            continue
        assert item.table is not None
        found = {r.academy: r for r in governor.compare(item.kpi, item.year)}
        asked = [a for a in plan.academies if a.urn in found]
        applies = [
            a for a in asked if (w := found[a.urn].withheld) is None or w.kind is not WithheldKind.NOT_APPLICABLE
        ]
        assert [p.key for p in item.chart.points] == [a.key for a in applies]
        assert [p.label for p in item.chart.points] == sorted(a.name for a in applies)
        for point in item.chart.points:
            result = found[urn_of(plan, point.key)]
            assert (point.value is None) is (result.value is None)
            assert point.shown == (as_text(result.value, result) or str(result.withheld.kind).capitalize())  # type: ignore[union-attr]
        rows = {row[0]: row[1] for row in item.table.rows}
        shown = {detail.figure.name: detail.figure.shown for detail in item.details}
        assert rows == {"All academies": shown["All academies"], **{a.name: shown[a.name] for a in applies}}


def test_the_years_are_those_of_the_trend_with_breaks_where_the_source_changes(sample_engine: Engine) -> None:
    document = frozen(sample_engine, of(kpi("pupil-attendance", year="2025/26")))
    chart = next(d.chart for d in one(document).details if d.figure.name == "Netherquill Academy")
    assert chart is not None
    points = {p.label: p for p in chart.points}
    # Worked out from the sample's files: the school census to 2023/24, registers from 2024/25; none in 2019/20.
    assert (points["2018/19"].shown, points["2018/19"].apart) == ("93.6 %", False)
    assert (points["2019/20"].value, points["2019/20"].shown) == (None, "Not published")
    assert points["2020/21"].apart
    assert not points["2021/22"].apart
    assert (points["2023/24"].shown, points["2023/24"].apart) == ("89.1 %", False)
    assert points["2024/25"].apart
    assert not points["2025/26"].apart
    assert points["2026/27 so far"].apart
    assert any("From 2024/25 the figures come from daily registers" in note for note in chart.notes)


def test_every_year_of_every_chart_is_the_governor_s(plan: Document, governor: View) -> None:
    compared = 0
    for item in plan.items:
        for detail in item.details:
            if detail.chart is None:
                continue
            trend = {r.academic_year: r for r in governor.trend(item.kpi, urn_of(plan, detail.key))}
            for point in detail.chart.points:
                result = trend[point.label.removesuffix(" so far")]
                assert point.shown == (as_text(result.value, result) or str(result.withheld.kind).capitalize())  # type: ignore[union-attr]
                compared += 1
    assert compared > 1500


def test_breakdowns_are_the_governor_s(sample_engine: Engine, governor: View) -> None:
    document = frozen(sample_engine, of(kpi("pupil-attendance", year="2025/26"), kpi("within-budget")))
    detail = next(d for d in one(document).details if d.figure.name == "Corvane High")
    assert [table.title for table in detail.tables] == ["By year group", "By sex", "By disadvantage"]
    by_year = {row[0]: row[1] for row in detail.tables[0].rows}
    expected = governor.breakdown("pupil-attendance", "year_group", "900005", "2025/26")
    assert by_year == {f"Year {r.breakdown['year_group']}": as_text(r.value, r) or "Hidden" for r in expected}
    assert len(by_year) >= 5
    assert all(1 <= len(d.tables) <= 3 for d in one(document, 1).details)


# What may not be shown


def test_what_is_hidden_is_a_word_and_no_number_in_its_row_point_cell_and_detail(
    plan: Document, sample_engine: Engine, unguarded: Callable[[Engine], View]
) -> None:
    real = unguarded(sample_engine)
    hidden = 0
    for item, figure in figures(plan):
        if figure.shown != "Hidden":
            continue
        hidden += real.result(item.kpi, urn_of(plan, figure.key), item.year).value is not None
        assert (figure.counted, figure.chips, figure.notes, figure.before, figure.coverage) == ("", (), (), "", "")
        told = [json.dumps(dataclasses.asdict(figure), ensure_ascii=False)]
        told += [str(row) for row in item.table.rows if row[0] == figure.name] if item.table else []  # type: ignore[union-attr]
        if item.chart is not None and item.chart.kind is ChartKind.ROWS:
            told += [
                str((p.value, p.lower, p.upper, p.england, p.shown)) for p in item.chart.points if p.key == figure.key
            ]
        cells = next(row for row in plan.scorecard if row.kpi == item.kpi).cells
        told += [cell.shown + cell.status for cell in cells if cell.key == figure.key]
        said = re.sub(r"\b20\d\d/\d\d\b|\b[ab]\d+\b|95 %|per 100|\"decimals\": \d", "", " ".join(told)).replace(
            figure.target_words, ""
        )
        said = said.replace(item.kpi, "").replace(CATALOGUE[item.kpi].title, "")
        assert not re.search(r"\d", said), (item.kpi, figure.name, said)
    assert hidden > 50


def test_the_real_numbers_of_hidden_figures_stand_nowhere(
    plan: Document, sample_engine: Engine, governor: View, unguarded: Callable[[Engine], View]
) -> None:
    content = canonical.to_bytes(plan).decode()
    real = unguarded(sample_engine)
    searched = found = 0
    for id in CATALOGUE:
        for urn in NAMES:
            seen, truth = governor.result(id, urn), real.result(id, urn)
            if truth.value is None:
                continue
            if seen.value is not None:
                found += truth.sentence in content
            elif seen.withheld is not None and seen.withheld.kind is WithheldKind.HIDDEN:
                searched += 1
                assert truth.sentence not in content
    assert searched > 50
    assert found > 100, "the sentences of what is shown are there, so that the search can fail"


def test_titles_count_only_academies_with_a_figure(sample_engine: Engine) -> None:
    document = frozen(sample_engine, of(kpi("parents-safe", year="2025/26")))
    shown = [p for p in one(document).chart.points if p.value is not None]  # type: ignore[union-attr]
    missed = sum(p.tone is Tone.BAD for p in shown)
    assert (missed, len(shown)) == (2, 5)
    assert one(document).title == (
        "The share of parents who say their child feels safe misses its target at two of five academies with a figure"
    )


# What it looks like


def test_an_item_about_a_phase_shows_its_academies_with_one_mark_for_england(sample_engine: Engine) -> None:
    document = frozen(sample_engine, of(kpi("pupil-attendance", academy="secondary", year="2022/23")))
    item = one(document)
    assert item.figure is not None
    assert item.chart is not None
    assert item.figure.name == "All secondary academies"
    assert [p.label for p in item.chart.points] == ["Corvane High", "Netherquill Academy", "Oxlowe All-through"]
    assert item.key == "pupil-attendance.secondary.2022-23"


def test_england_stands_in_each_row_where_the_phases_differ_and_else_once(sample_engine: Engine) -> None:
    document = frozen(sample_engine, of(kpi("pupil-attendance", year="2022/23"), kpi("progress-8")))
    mixed, same = (item.chart for item in document.items)
    assert mixed is not None
    assert same is not None
    assert len({p.england for p in mixed.points if p.england is not None}) > 1
    assert not [m for m in mixed.marks if m.kind is MarkKind.ENGLAND]
    assert {p.england for p in same.points} == {None}
    assert [m.words for m in same.marks if m.kind is MarkKind.ENGLAND] == ["England −0.03"]


def test_those_that_a_kpi_does_not_apply_to_are_named_in_a_note(sample_engine: Engine) -> None:
    chart = one(frozen(sample_engine, of(kpi("progress-8")))).chart
    assert chart is not None
    assert [p.label for p in chart.points] == [n for n in sorted(NAMES.values()) if not n.endswith("Primary")]
    assert (
        "Not applicable to Marlwick Primary, Osierholt Primary, Quillbrook Primary, Tansymere Primary." in chart.notes
    )


def test_attendance_is_drawn_as_attendance_on_the_axis_of_absence_turned_round(sample_engine: Engine) -> None:
    item = one(frozen(sample_engine, of(kpi("pupil-attendance", year="2025/26"))))
    charts = [item.chart, *(d.chart for d in item.details)]
    assert {(c.low, c.high, c.suffix) for c in charts if c is not None} == {(70, 100, " %")}


def test_no_value_lies_off_its_axis_which_is_one_for_all_academies(plan: Document) -> None:
    for item in plan.items:
        charts = [c for c in (item.chart, *(d.chart for d in item.details)) if c is not None]
        assert len({(c.low, c.high) for c in charts}) <= 1
        for chart in charts:
            for point in chart.points:
                for value in (point.value, point.england if point.value is not None else None):
                    assert value is None or chart.low <= value <= chart.high, (item.kpi, point)


def test_a_target_with_two_ends_is_marked_at_both_and_one_of_its_own_is_named(sample_engine: Engine) -> None:
    item = one(frozen(sample_engine, of(kpi("staff-turnover"))))
    chart = item.chart
    assert chart is not None
    assert [(m.value, m.words) for m in chart.marks if m.kind is MarkKind.TARGET] == [
        (8, "Target from 8 %"),
        (12, "to 12 %"),
    ]
    assert "The target for Rillhaven Special is its own: 10 to 14 %." in chart.notes
    asked = {d.figure.name: d.figure.target_words for d in item.details}
    assert (asked["Rillhaven Special"], asked["Corvane High"]) == ("10 to 14 %", "8 to 12 %")


def test_a_target_that_one_academy_alone_has_is_no_mark_for_all(sample_engine: Engine) -> None:
    chart = one(frozen(sample_engine, of(kpi("neet-post16", year="2025/26")))).chart
    assert chart is not None
    assert [p.label for p in chart.points if p.value is not None] == ["Netherquill Academy"]
    assert chart.marks == ()
    assert "The target for Netherquill Academy is its own: at most 6 %." in chart.notes


def test_a_target_for_all_is_told_of_one_academy_as_its_own(sample_engine: Engine) -> None:
    item = one(frozen(sample_engine, of(kpi("pupil-attendance", year="2025/26"))))
    assert item.figure is not None
    assert item.figure.target_words == "Clearly better than England, in every academy"
    assert {d.figure.target_words for d in item.details[1:]} == {"Clearly better than England", "Better than England"}


def test_why_there_is_no_figure_stands_in_the_table_without_what_its_row_says(sample_engine: Engine) -> None:
    table = one(frozen(sample_engine, of(kpi("staff-turnover", year="2025/26")))).table
    assert table is not None
    notes = {row[0]: row[-1] for row in table.rows}
    assert notes["Marlwick Primary"] == (
        "It speaks of so few people that somebody could be recognised, or such a figure could be worked out from it."
    )
    assert notes["Osierholt Primary"].startswith("Nothing has been loaded about staff turnover")
    assert notes["Corvane High"] == ""


def test_what_stands_behind_a_judgement_stands_in_the_table(sample_engine: Engine) -> None:
    table = one(frozen(sample_engine, of(kpi("ofsted-good")))).table
    assert table is not None
    notes = {row[0]: row[-1] for row in table.rows}
    assert "Quality of education Requires improvement" in notes["Netherquill Academy"]
    assert notes["All academies"] == ""


def test_one_academy_is_shown_over_its_years(sample_engine: Engine) -> None:
    item = one(frozen(sample_engine, of(kpi("pupil-attendance", academy="900006", year="2025/26"))))
    assert item.figure is not None
    assert item.chart is not None
    assert item.figure.name == "Netherquill Academy"
    assert item.chart.kind is ChartKind.YEARS
    assert item.figure.before == "89.4 % in 2024/25"
    assert [d.key for d in item.details] == [item.figure.key]
    assert "900006" not in item.key
    assert "netherquill" not in item.key


def test_a_kpi_about_the_trust_alone_is_shown_over_its_years(sample_engine: Engine) -> None:
    item = one(frozen(sample_engine, of(kpi("cash-flow"))))
    assert item.chart is not None
    assert item.chart.kind is ChartKind.YEARS
    assert [d.key for d in item.details] == ["trust"]


def test_the_year_before_is_told_where_it_may_be_held_beside(sample_engine: Engine) -> None:
    document = frozen(sample_engine, of(*(kpi("pupil-attendance", year=year) for year in ("2024/25", "2025/26"))))
    before = [one(document, number).figure.before for number in (0, 1)]  # type: ignore[union-attr]
    assert before == ["", "92.2 % in 2024/25"]  # the registers begin in 2024/25


def test_the_source_says_how_new_how_complete_and_whose_england_s_figure_is(sample_engine: Engine) -> None:
    document = frozen(sample_engine, of(kpi("progress-8"), kpi("pupil-attendance", year="2025/26")))
    known = "The published tables, data to 14 Nov 2026 · 3 of 3 academies"
    assert one(document).source == f"{known} · England: KS4 results in England by characteristic"
    assert one(document, 1).source.startswith("Daily registers, data to 14 Nov 2026 · 6 of 7 academies")


def test_chosen_academies_alone_stand_beside_one_another_and_the_trust_s_figure_stays(sample_engine: Engine) -> None:
    some = frozen(sample_engine, of(kpi("pupil-attendance", year="2025/26"), academies=("900006", "900005")))
    every = frozen(sample_engine, of(kpi("pupil-attendance", year="2025/26")))
    assert [a.name for a in some.academies] == ["Corvane High", "Netherquill Academy"]
    assert [p.label for p in one(some).chart.points] == ["Corvane High", "Netherquill Academy"]  # type: ignore[union-attr]
    assert one(some).figure == one(every).figure
    assert {a.name for a in some.others} == {*NAMES.values(), "Fennacre Primary"} - {a.name for a in some.academies}
    with pytest.raises(UsageError, match="'123456' is no academy of this trust"):
        frozen(sample_engine, of(academies=("123456",)))
    with pytest.raises(UsageError, match="'900001' is none of this meeting’s academies"):
        frozen(sample_engine, of(kpi("pupil-attendance", academy="900001"), academies=("900006",)))


def test_an_academy_that_has_left_is_there_for_a_year_in_which_it_belonged(sample_engine: Engine) -> None:
    past = frozen(sample_engine, of(kpi("pupil-attendance", year="2018/19"), year="2018/19"))
    assert "Fennacre Primary" in [a.name for a in past.academies]
    assert "Fennacre Primary" not in [a.name for a in frozen(sample_engine, of()).academies]


# What people wrote


def test_titles_questions_and_texts_stay_as_they_were_written(sample_engine: Engine) -> None:
    title = "Wie geht’s? 🎓 " + "a" * 300
    text = " ".join(f"word{i}" for i in range(10_000))
    written = kpi("progress-8", title=title, questions=("שאלה אחת?",), comment=text)
    slide = AgendaItem("", ItemKind.TEXT, title="<b>&", text="line one\n\nline two")
    document = canonical.canonical(frozen(sample_engine, of(written, slide)))
    assert (one(document).title, one(document).questions, one(document).comment) == (title, ("שאלה אחת?",), text)
    assert (one(document, 1).title, one(document, 1).text) == ("<b>&", "line one\n\nline two")


def test_no_questions_can_be_asked_for(sample_engine: Engine) -> None:
    document = frozen(sample_engine, of(kpi("progress-8", questions=()), kpi("suspensions")))
    assert one(document).questions == ()
    assert len(one(document, 1).questions) == 3


def test_the_same_kpi_twice_has_two_keys(sample_engine: Engine) -> None:
    document = frozen(sample_engine, of(kpi("progress-8"), kpi("progress-8", part=Part.CONFIDENTIAL)))
    assert [item.key for item in document.items] == ["progress-8", "progress-8-2"]
    assert [row.part for row in document.scorecard] == [Part.CONFIDENTIAL]


def test_what_was_asked_last_time_stands_in_its_own_part(sample_engine: Engine) -> None:
    asked = (
        Asked(EntryKind.DECISION, "Open.", "Board 2026-07-09 v1"),
        Asked(EntryKind.ACTION, "Closed.", "Board 2026-07-09 v1", part=Part.CONFIDENTIAL),
    )
    last = [AgendaItem("", ItemKind.LAST), AgendaItem("", ItemKind.LAST, part=Part.CONFIDENTIAL)]
    document = frozen(sample_engine, of(*last), asked=asked, last_meeting="Board 2026-07-09 v1")
    assert [[a.text for a in item.asked] for item in document.items] == [["Open."], ["Closed."]]
    assert [item.title for item in document.items] == ["Last time you asked"] * 2
    assert document.last_meeting == "Board 2026-07-09 v1"


# The pack's pages


def test_the_scorecard_is_the_overview_s(plan: Document, governor: View) -> None:
    cells = {(c.kpi, c.academy): c for c in governor.scorecard()}
    assert [row.kpi for row in plan.scorecard] == list(CATALOGUE)
    for row in plan.scorecard:
        assert [cell.key for cell in row.cells] == ["trust", *(a.key for a in plan.academies)]
        for cell in row.cells:
            own = cells.get((row.kpi, urn_of(plan, cell.key)))
            if own is None:
                continue
            words = {"No target set": "No judgement"}.get(str(own.target.status), str(own.target.status))
            assert cell.status == (str(own.withheld.kind).capitalize() if own.withheld is not None else words)


def test_what_needs_discussion_is_what_the_overview_says(plan: Document, governor: View) -> None:
    found = attention(governor, governor.scorecard()).placed(Place.DISCUSS)
    assert {c.kpi for c in plan.exceptions} == {item.kpi.id for item in found}
    assert len(plan.exceptions) > 3


def test_a_concern_has_the_preparer_s_cause_and_the_action_given(sample_engine: Engine) -> None:
    agenda = of(kpi("progress-8", comment="Few entries."), kpi("timely-accounts", part=Part.CONFIDENTIAL))
    document = frozen(sample_engine, agenda, actions={"progress-8": ("Review the entries", "Head of School")})
    first, second = document.exceptions
    assert (first.cause, first.action, first.owner) == ("Few entries.", "Review the entries", "Head of School")
    assert (second.part, second.cause, second.action) == (Part.CONFIDENTIAL, "", "")
    assert first.evidence.startswith("Progress 8 across the trust was −0.10 in 2023/24")


def test_nothing_of_part_two_stands_in_what_is_for_both_parts(sample_engine: Engine) -> None:
    agenda = of(kpi("suspensions", part=Part.CONFIDENTIAL), kpi("pupils-safe"))
    document = frozen(sample_engine, agenda)
    assert document.missing == (
        "Pupils safe, 2025/26: hidden for Marlwick Primary, Oxlowe All-through, Quillbrook Primary, Tansymere Primary",
    )
    said = missing(sample_engine.as_seen_by(PRESENTING), agenda)
    assert said[0].startswith("Suspensions, 2025/26: hidden for the trust, Marlwick Primary")


def test_definitions_are_the_passports(plan: Document) -> None:
    assert [d.kpi for d in plan.definitions] == list(CATALOGUE)
    for definition in plan.definitions:
        assert definition.definition == CATALOGUE[definition.kpi].passport.definition
        assert definition.target


def test_the_definitions_hash_names_every_declaration_and_the_trust_s_own_targets(sample_engine: Engine) -> None:
    basis = sample_engine.as_seen_by(PRESENTING).basis()
    own = definitions_hash(basis)
    assert re.fullmatch("[0-9a-f]{64}", own)
    more = OwnTarget("progress-8", "trust", "", ">=", 0.1, None)
    assert definitions_hash(replace(basis, targets=(*basis.targets, more))) != own
    assert definitions_hash(replace(basis, as_at=basis.as_at.replace(year=2020), version="x")) == own


TYPED = st.text(st.characters(codec="utf-8"), max_size=60)


@given(title=TYPED, text=TYPED, comment=TYPED, questions=st.lists(TYPED, max_size=3).map(tuple), version=st.integers(1))
def test_whatever_was_written_comes_back_from_the_bytes(
    title: str, text: str, comment: str, questions: tuple[str, ...], version: int
) -> None:
    made = example(2, 2)
    item = replace(made.items[1], title=title, text=text, comment=comment, questions=questions)
    document = replace(made, items=(item, *made.items[1:]), version=version)
    content = canonical.to_bytes(document)
    back = canonical.from_bytes(content)
    assert canonical.to_bytes(back) == content
    written = (title, text, comment, *questions)
    assert (back.items[0].title, back.items[0].text, back.items[0].comment, *back.items[0].questions) == tuple(
        unicodedata.normalize("NFC", each) for each in written
    )
    assert back.version == version


# The same again


def test_the_same_agenda_frozen_twice_has_the_same_bytes(
    sample_engine: Engine, sample_folder: object, plan: Document
) -> None:
    again = Engine.open(sample_folder)  # type: ignore[arg-type]
    try:
        other = frozen(again, of(*agendas.template("The whole plan")[1:]))
    finally:
        again.close()
    assert canonical.to_bytes(other) == canonical.to_bytes(plan)
    assert canonical.from_bytes(canonical.to_bytes(plan)) == canonical.canonical(plan)


def test_whoever_presents_the_document_is_the_same(sample_engine: Engine, plan: Document) -> None:
    for viewer in (Viewer("a", Role.ADMIN, presenting=True), replace(GOVERNOR, presenting=True)):
        view = sample_engine.as_seen_by(viewer)
        made = freeze(
            view, of(*agendas.template("The whole plan")[1:]), 1, trust="Wychbourne Learning Trust", sample=True
        )
        assert canonical.to_bytes(made) == canonical.to_bytes(plan)


def test_a_preview_is_the_item_as_it_will_be(sample_engine: Engine) -> None:
    item = kpi("progress-8", title="A title of mine")
    assert preview(sample_engine.as_seen_by(PRESENTING), item) == one(frozen(sample_engine, of(item)))
    some = of(academies=("900006", "900005"))
    shown = preview(sample_engine.as_seen_by(PRESENTING), item, some)
    assert [p.label for p in shown.chart.points] == ["Corvane High", "Netherquill Academy"]  # type: ignore[union-attr]


def test_facts_are_read_for_all_academies_at_once(sample_folder: object, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.open(sample_folder)  # type: ignore[arg-type]
    asked: list[object] = []
    real = engine.store.facts
    monkeypatch.setattr(engine.store, "facts", lambda *a, **k: asked.append(k.get("urns")) or real(*a, **k))
    try:
        frozen(engine, of(*agendas.template("The whole plan")[1:27]))
    finally:
        engine.close()
    assert len(asked) > 50
    assert set(asked) == {None}, "no question to the store is about some academies alone"
