"""Years taken together where one speaks of few: Wilson's interval by hand, and every reason for which it is refused."""

from __future__ import annotations

from math import sqrt

import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.disclosure.rule import CLOSED, OFFICE, OPEN

EXECUTIVE = Viewer("Executive", Role.EXECUTIVE)


def wilson(n: float, d: float) -> tuple[float, float]:
    """Wilson 1927, written out: the two roots of (p - n/d)^2 = z^2 p (1 - p) / d, in per cent."""
    z = 1.959963984540054
    a, b, c = 1 + z * z / d, -(2 * n / d + z * z / d), (n / d) ** 2
    root = sqrt(b * b - 4 * a * c)
    return 100 * (-b - root) / (2 * a), 100 * (-b + root) / (2 * a)


@pytest.fixture
def few(fact):
    """Nine, eight and ten pupils in three years, and ten in the year before those."""
    counts = {"2024/25": (6, 9), "2023/24": (5, 8), "2022/23": (7, 10), "2021/22": (1, 10)}
    return [fact("ks2_reading", "1", n, d, year, people=d) for year, (n, d) in counts.items()]


def test_three_years_of_few_pupils_are_one_share_with_wilson_s_interval(trust, few) -> None:
    found = trust(few).view.together("ks2-reading", "1", "2024/25")
    assert found.years == ("2022/23", "2023/24", "2024/25")
    assert found.parts == (("2022/23", 7, 10), ("2023/24", 5, 8), ("2024/25", 6, 9))
    assert (found.numerator, found.denominator) == (18, 27)
    assert found.value == pytest.approx(100 * 18 / 27)
    assert (found.lower, found.upper) == (pytest.approx(wilson(18, 27)[0]), pytest.approx(wilson(18, 27)[1]))
    assert round(found.lower, 1) == 47.8  # 18 of 27: 47.8 to 81.4, by the formula on paper
    assert round(found.upper, 1) == 81.4
    assert found.sentence == "2022/23 to 2024/25 taken together: 67 %, 48–81 % (95 % interval), 27 pupils."


def test_many_pupils_need_no_years_together(trust, fact) -> None:
    rows = [fact("ks2_reading", "1", 8, 11, year, people=11) for year in ("2023/24", "2024/25")]
    assert trust(rows).view.together("ks2-reading", "1", "2024/25") is None


def test_a_break_is_never_crossed(trust, few) -> None:
    view = trust(few).view
    found = view.together("ks2-reading", "1", "2022/23")
    assert found.years == ("2021/22", "2022/23")
    alone = view.together("ks2-reading", "1", "2021/22")
    assert (alone.value, alone.numerator) == (None, None)
    assert alone.why == "Years before 2021/22 are not taken with it: no exams or assessments in 2019/20 and 2020/21."


def test_another_series_is_never_added(trust, few) -> None:
    rows = [few[0], few[1]._replace(series="published"), few[2]]
    found = trust(rows).view.together("ks2-reading", "1", "2024/25")
    assert found.value is None
    assert found.why == (
        "2023/24 rests on the published tables and 2024/25 on the trust's own return, which are not added up."
    )


def test_a_hidden_year_ends_the_span_and_a_hidden_year_asked_about_has_none(trust, few) -> None:
    rows = [few[0]._replace(guard=OFFICE), few[1]._replace(guard=OFFICE), few[2]._replace(guard=CLOSED)]
    found = trust(rows, viewer=EXECUTIVE).view.together("ks2-reading", "1", "2024/25")
    assert found.years == ("2023/24", "2024/25")
    assert (found.numerator, found.denominator) == (11, 17)
    rows[1] = rows[1]._replace(guard=CLOSED)
    refused = trust(rows, viewer=EXECUTIVE).view.together("ks2-reading", "1", "2024/25")
    assert (refused.value, refused.numerator, refused.denominator, refused.parts) == (None, None, None, ())
    assert refused.why.startswith("There is no figure for 2023/24 to take with it: hidden for Ash Primary")
    rows[0] = rows[0]._replace(guard=CLOSED)
    hidden = trust(rows, viewer=EXECUTIVE).view.together("ks2-reading", "1", "2024/25")
    assert (hidden.value, hidden.parts) == (None, ())
    assert hidden.why == "2024/25 is hidden, and years are taken together where each is shown."


def test_other_academies_years_are_not_a_headteacher_s_to_add(trust, few) -> None:
    rows = [row._replace(guard=OPEN) for row in few]
    head = Viewer("Head of Beech", Role.HEADTEACHER, frozenset({"2"}))
    refused = trust(rows, viewer=head).view.together("ks2-reading", "1", "2024/25")
    assert (refused.value, refused.parts) == (None, ())


def test_a_small_number_shown_by_right_marks_the_sum(trust, few) -> None:
    rows = [few[0]._replace(guard=OFFICE), few[1]._replace(guard=CLOSED)]
    head = Viewer("Head of Ash", Role.HEADTEACHER, frozenset({"1"}), small_numbers=True)
    assert trust(rows, viewer=head).view.together("ks2-reading", "1", "2024/25").restricted
    open_rows = [row._replace(guard=OFFICE) for row in rows]
    assert not trust(open_rows, viewer=head).view.together("ks2-reading", "1", "2024/25").restricted


def test_counts_with_repeats_are_given_without_limits(trust, fact) -> None:
    rows = [fact("suspensions", "1", n, 10, year, people=10) for year, n in (("2023/24", 7), ("2024/25", 9))]
    found = trust(rows).view.together("suspensions", "1", "2024/25")
    assert found.value == pytest.approx(100 * 16 / 20)
    assert (found.lower, found.upper) == (None, None)


@pytest.mark.parametrize("kpi", ["progress-8", "within-budget", "gap-sex", "looked-after-destinations"])
def test_scores_money_gaps_and_what_is_pooled_already_are_not_offered(trust, few, kpi: str) -> None:
    assert trust(few).view.together(kpi, "3", "2024/25") is None
