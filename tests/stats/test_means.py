"""Progress scores: the published limits of real schools come out again.

Contains public sector information licensed under the Open Government Licence v3.0.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.stats import (
    StatsError,
    difference_from_intervals,
    difference_of_means_known_deviation,
    mean_with_known_deviation,
    pupil_deviation_from_limits,
)

# Every 115th school, by URN, of DfE's provisional key stage 4 performance tables 2018/19:
# URN, P8PUP, P8MEA, P8CILOW, P8CIUPP.
PUBLISHED = (
    (100740, 122, -0.58, -0.8, -0.35),
    (103486, 102, -0.17, -0.42, 0.08),
    (105564, 285, 0.24, 0.09, 0.39),
    (108731, 110, -0.93, -1.17, -0.69),
    (112970, 169, -0.18, -0.37, 0.02),
    (116458, 289, -0.07, -0.21, 0.08),
    (119759, 174, 0.34, 0.15, 0.53),
    (123597, 213, -0.27, -0.44, -0.1),
    (131669, 117, -0.83, -1.07, -0.6),
    (135297, 216, -0.35, -0.52, -0.18),
    (135955, 152, -0.13, -0.33, 0.08),
    (136306, 101, 0.69, 0.44, 0.94),
    (136498, 172, 0.46, 0.27, 0.65),
    (136662, 183, 0.53, 0.34, 0.71),
    (136885, 259, -0.05, -0.21, 0.1),
    (137079, 156, -0.43, -0.63, -0.23),
    (137259, 149, 0.71, 0.5, 0.91),
    (137487, 84, 0.09, -0.18, 0.37),
    (137773, 173, 0.08, -0.11, 0.27),
    (138018, 121, 0.12, -0.11, 0.35),
    (138342, 68, -0.17, -0.48, 0.13),
    (138729, 198, 0.38, 0.2, 0.56),
    (139210, 149, -0.08, -0.29, 0.12),
    (139796, 117, -0.06, -0.29, 0.18),
    (140515, 141, -0.02, -0.23, 0.19),
    (141166, 74, 0.01, -0.28, 0.3),
    (141989, 21, -2.61, -3.15, -2.06),
    (142805, 151, -0.02, -0.22, 0.19),
    (143903, 162, -0.5, -0.7, -0.31),
    (144900, 178, 0.01, -0.18, 0.19),
    (146087, 138, -0.44, -0.66, -0.23),
)


def published_limits():
    return [(pupils, lower, upper) for _, pupils, _, lower, upper in PUBLISHED]


def test_the_national_deviation_of_progress_8_in_2018_19_is_about_1_28():
    """1.2827 over all 3,525 schools with published limits; these 31 differ from it by rounding only."""
    assert pupil_deviation_from_limits(published_limits()) == pytest.approx(1.2827, abs=0.01)


@pytest.mark.parametrize(("urn", "pupils", "score", "lower", "upper"), PUBLISHED)
def test_the_published_limits_of_a_school_come_out_again(urn, pupils, score, lower, upper):
    """Within the rounding of a score and a limit to two decimals."""
    interval = mean_with_known_deviation(score, pupils, 1.2827)
    assert interval[:2] == pytest.approx((lower, upper), abs=0.0101), urn


def test_one_misprint_does_not_move_the_deviation():
    plain = pupil_deviation_from_limits(published_limits())
    assert pupil_deviation_from_limits([*published_limits(), (100, -9.0, 9.0)]) == pytest.approx(plain, abs=0.01)


def test_the_median_of_an_even_number_of_schools_is_half_way():
    """Half-widths of 1.96 and 3.92 over one pupil each imply 1 and 2."""
    assert pupil_deviation_from_limits([(1, -1.96, 1.96), (1, -3.92, 3.92)]) == pytest.approx(1.5)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30), st.floats(0.1, 10.0), st.floats(-3.0, 3.0))
def test_the_deviation_that_drew_the_limits_is_found_again(cohorts, deviation, score):
    limits = [(n, *mean_with_known_deviation(score, n, deviation)[:2]) for n in cohorts]
    # 1.96 in the published limits, its unrounded value in ours.
    assert pupil_deviation_from_limits(limits) == pytest.approx(deviation, rel=2e-5)


def test_a_mean_by_hand():
    """A deviation of 1.28 over 64 pupils: 1.96 x 0.16 = 0.3136."""
    lower, upper, method = mean_with_known_deviation(0.2, 64, 1.28)
    assert (lower, upper) == pytest.approx((-0.1136, 0.5136), abs=1e-5)
    assert method == "normal, national pupil deviation"


@given(st.floats(-3, 3), st.floats(1, 500), st.floats(0, 10))
def test_a_mean_lies_in_the_middle_and_four_times_the_pupils_halve_the_width(score, pupils, deviation):
    few, many = (mean_with_known_deviation(score, pupils * k, deviation) for k in (1, 4))
    assert (few.lower + few.upper) / 2 == pytest.approx(score, abs=1e-9)
    assert many.upper - many.lower == pytest.approx((few.upper - few.lower) / 2, abs=1e-9)


def test_a_difference_of_means_by_hand():
    """Standard errors of 0.3 and 0.4 make 0.5: 1.96 x 0.5 = 0.98."""
    interval = difference_of_means_known_deviation(1.0, 100, 3.0, 0.5, 100, 4.0)
    assert interval[:2] == pytest.approx((0.5 - 0.98, 0.5 + 0.98), abs=2e-5)


@given(st.floats(-3, 3), st.integers(1, 500), st.floats(-3, 3), st.integers(1, 500))
def test_a_difference_of_means_agrees_with_the_difference_of_their_intervals(a, n, b, m):
    whole = difference_of_means_known_deviation(a, n, 1.28, b, m, 1.2)
    parts = difference_from_intervals(a, mean_with_known_deviation(a, n, 1.28), b, mean_with_known_deviation(b, m, 1.2))
    assert whole[:2] == pytest.approx(parts[:2], abs=1e-9)


@pytest.mark.parametrize(
    ("mean", "people", "deviation"),
    [(0.1, 0, 1.28), (0.1, 50, -1), (float("nan"), 50, 1.28), (0.1, 50, float("nan"))],
)
def test_an_impossible_mean_is_refused(mean, people, deviation):
    with pytest.raises(StatsError, match="pupils above 0"):
        mean_with_known_deviation(mean, people, deviation)


def test_limits_that_imply_nothing_are_refused():
    with pytest.raises(StatsError, match="Without one school"):
        pupil_deviation_from_limits([])
    with pytest.raises(StatsError, match="imply no deviation"):
        pupil_deviation_from_limits([(50, 0.3, -0.3)])
    with pytest.raises(StatsError, match="imply no deviation"):
        pupil_deviation_from_limits([(0, -0.3, 0.3)])
