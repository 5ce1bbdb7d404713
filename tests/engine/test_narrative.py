"""Sentences by rule, over every KPI of the plan."""

import re

import pytest

from kpi_engine.answers import BenchmarkStatus
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.kpi import Gap, Single
from kpi_engine.measures import MEASURES
from kpi_engine.model import Unit

FORBIDDEN = re.compile(r"\b(only|very|strong|poor|None|nan|inf)\b|(?<!\w)-\d|−0\.?0*\b(?![.\d])|  |\.\.| ,|\{|\}")


def texts(found):
    yield found.sentence
    yield from found.notes
    for judged in (found.target, found.versus_benchmark, found.direction, found.certainty):
        yield judged.reason
    if found.distance:
        yield found.distance.sentence
    if found.withheld:
        yield found.withheld.reason


def everything(fact):
    """Two years of a figure for every measure in its first series, with groups where a gap needs them."""
    rows = []
    for kpi in CATALOGUE.values():
        for id in kpi.measures:
            measure = MEASURES[id]
            urns = ("trust",) if kpi.trust_only else ("1", "2", "3", "4", "5")
            within = dict(kpi.answer.within) if isinstance(kpi.answer, Single) else {}
            groups = [within]
            if isinstance(kpi.answer, Gap):
                groups = [{kpi.answer.dimension: kpi.answer.group}, {kpi.answer.dimension: kpi.answer.comparator}]
            for urn in urns:
                for index, year in enumerate(("2022/23", "2023/24")):
                    for place, by in enumerate(groups):
                        n = 40 + 7 * index - 9 * place
                        rows.append(
                            fact(id, urn, n, 60 if measure.denominator else None, year, series=measure.series[0], **by)
                        )
    return list({(r.measure, r.urn, r.academic_year, *r.breakdown.items()): r for r in rows}.values())


@pytest.mark.parametrize("kpi", CATALOGUE)
def test_every_sentence_is_plain(trust, fact, kpi):
    view = trust(everything(fact)).view
    for urn in ("1", "3", "4", "5", "trust"):
        for year in ("2022/23", "2023/24", "2024/25", "2019/20"):
            found = view.result(kpi, urn, year)
            for text in texts(found):
                assert not FORBIDDEN.search(text), text
                assert text.endswith("."), text
                assert text[0].isupper() or text[0].isdigit() or text[0] in "−£", text


@pytest.mark.parametrize(
    ("n", "word"),
    [(60, ", below England ("), (76, ", not clearly different from England ("), (95, ", above England (")],
)
def test_the_sentence_says_above_exactly_when_the_judgement_does(trust, fact, england, n, word):
    rows = [fact("ks2_reading", "1", n, 100)]
    found = trust(rows, [england("ks2_reading", 75.0, "primary")]).view.result("ks2-reading", "1", "2024/25")
    assert word in found.sentence
    assert (", above " in found.sentence) == (found.versus_benchmark.status is BenchmarkStatus.ABOVE)


def test_a_withheld_sentence_has_its_kind_and_its_reason(trust, fact):
    found = trust([fact("progress8", "3", 1, 100, "2023/24")]).view.result("progress-8", "3", "2024/25")
    assert found.sentence == (
        "Progress 8, Cedar High, 2024/25: not published. Progress 8, 2024/25: no Progress 8 was published: these "
        "pupils took no KS2 tests in 2019/20."
    )


def test_quantities_are_named_and_not_promises(trust, fact):
    rows = [fact("budget_spend", "1", 996, 1000), fact("income_per_pupil", "1", 60000, 10)]
    view = trust(rows).view
    assert view.result("within-budget", "1", "2024/25").sentence == (
        "Spending as a share of the budget to date at Ash Primary was 99.6 % in 2024/25."
    )
    assert (
        view.result("fair-funding", "1", "2024/25").sentence == "Income per pupil at Ash Primary was £6,000 in 2024/25."
    )


def test_checklists_are_counted_in_words(trust, fact):
    rows = [fact("efficiency_checks", "1", 9, 10), fact("timely_accounts", "1", 1, 1)]
    view = trust(rows).view
    assert "9 of 10 checks (90 %)" in view.result("top10-efficiency", "1", "2024/25").sentence
    assert "1 of 1 pack due (100 %)" in view.result("timely-accounts", "1", "2024/25").sentence


def test_a_gap_is_always_in_points():
    assert all(kpi.unit is Unit.POINTS for kpi in CATALOGUE.values() if isinstance(kpi.answer, Gap))
