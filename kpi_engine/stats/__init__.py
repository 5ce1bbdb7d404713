"""How far chance reaches: intervals, limits and tests, each with its published source.

Pure arithmetic on floats: no data frames, no files, no state. Proportions are 0-1 and their intervals too;
rates are per 100 unless asked otherwise; scores keep the unit they come in. ``Interval.scaled(100)`` turns a
proportion's interval into per cent. Impossible inputs raise :class:`StatsError`.

===========================  ====================================================================
a proportion of people       :func:`wilson`, :func:`newcombe`, :func:`newcombe_p`, :func:`score_test_p`
a count or rate of events    :func:`byar`, :func:`byar_rate`, and ``phi_...`` for repeat events
a progress score             :func:`mean_with_known_deviation`, :func:`pupil_deviation_from_limits`
sessions, days, squares      :func:`ratio_over_people`, :func:`difference_of_ratios_over_people`
any two intervals            :func:`difference_from_intervals`
a chart's limits             :func:`xmr_limits`, :func:`funnel_of_rate`, :func:`funnel_of_proportion`
many comparisons             :func:`p_value_against`, :func:`benjamini_hochberg`, :func:`expected_by_chance`
a result in people           :func:`people_to_target`, :func:`chance_of_landing`
===========================  ====================================================================
"""

from kpi_engine.stats.charts import XmrLimits, funnel_of_proportion, funnel_of_rate, xmr_limits
from kpi_engine.stats.comparisons import benjamini_hochberg, expected_by_chance, p_value_against
from kpi_engine.stats.counts import byar, byar_rate, phi_between_schools, phi_from_people, phi_from_squares
from kpi_engine.stats.interval import Z95, Interval, StatsError, difference_from_intervals
from kpi_engine.stats.means import (
    difference_of_means_known_deviation,
    mean_with_known_deviation,
    pupil_deviation_from_limits,
)
from kpi_engine.stats.people import PeopleToTarget, chance_of_landing, people_to_target
from kpi_engine.stats.proportions import newcombe, newcombe_p, score_test_p, wilson
from kpi_engine.stats.ratios import RatioSums, difference_of_ratios_over_people, ratio_over_people

__all__ = [
    "Z95",
    "Interval",
    "PeopleToTarget",
    "RatioSums",
    "StatsError",
    "XmrLimits",
    "benjamini_hochberg",
    "byar",
    "byar_rate",
    "chance_of_landing",
    "difference_from_intervals",
    "difference_of_means_known_deviation",
    "difference_of_ratios_over_people",
    "expected_by_chance",
    "funnel_of_proportion",
    "funnel_of_rate",
    "mean_with_known_deviation",
    "newcombe",
    "newcombe_p",
    "p_value_against",
    "people_to_target",
    "phi_between_schools",
    "phi_from_people",
    "phi_from_squares",
    "pupil_deviation_from_limits",
    "ratio_over_people",
    "score_test_p",
    "wilson",
    "xmr_limits",
]
