"""What stands beside a figure, and how far chance reaches."""

import datetime as dt
import itertools
from types import SimpleNamespace

import pandas as pd
import pytest
from scipy.stats import binom

from kpi_engine.engine.derived import RECORDS, AsOf
from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.model import Academy, Phase


def test_few_answers_are_warned_about(trust, fact):
    rows = [fact("parents_happy", "1", 20, 25), fact("parents_happy_response", "1", 25, 100)]
    rows += [fact("parents_happy", "2", 20, 30), fact("parents_happy_response", "2", 30, 100)]
    view = trust(rows).view
    (few,) = view.result("parents-happy", "1", "2024/25").notes
    assert few == (
        "Parents and carers who answered: 25.0 % (25 of 100). Fewer than 30 % answered, so the answers may not speak "
        "for the rest."
    )
    (enough,) = view.result("parents-happy", "2", "2024/25").notes
    assert enough == "Parents and carers who answered: 30.0 % (30 of 100)."


def test_turnover_of_few_staff_says_how_often_chance_decides(trust, fact):
    rows = [fact("staff_turnover", "1", 3, 31), fact("staff_moves", "1", 2, 31)]
    found = trust(rows).view.result("staff-turnover", "1", "2024/25")
    # From 8 % to 12 % of 31 staff is three leavers and nothing else.
    percent = round(100 * binom.pmf(3, 31, 0.1))
    assert f"With 31 staff, a true rate of 10 % lands between 8 % and 12 % in {percent} of 100 years" in " ".join(
        found.notes
    )
    assert "Moves inside the trust: 6.5 % (2 of 31); they are left out of the turnover." in found.notes


def test_measures_that_stand_beside_are_named(trust, fact):
    rows = [
        fact("attendance", "1", 940, 1000),
        fact("persistent_absence", "1", 6, 50),
        fact("severe_absence", "1", 1, 50),
        fact("cash_floor", "trust", 12, 12),
        fact("cash_days", "trust", 4200, 100),
        fact("cash_low", "trust", 250000, None),
        fact("income_per_pupil", "1", 60000, 10),
        fact("roll_disadvantaged", "1", 3, 10, series="census"),
    ]
    rows = [
        row._replace(series="daily") if row.measure in ("attendance", "persistent_absence", "severe_absence") else row
        for row in rows
    ]
    view = trust(rows).view
    assert view.result("pupil-attendance", "1", "2024/25").notes == (
        "Persistent absence (10 % or more missed): 12.0 % (6 of 50).",
        "Severe absence (50 % or more missed): 2.0 % (1 of 50).",
    )
    assert view.result("cash-flow", "trust", "2024/25").notes == (
        "Days of cash: 42.",
        "Forecast three-month low of cash: £250,000.",
    )
    assert view.result("fair-funding", "1", "2024/25").notes == (
        "Pupils eligible for free school meals in the last six years: 30.0 % (3 of 10).",
    )


def test_results_of_three_years_are_taken_together_but_not_across_a_break(trust, fact):
    rows = [
        fact("ks2_reading", "1", n, 20, y)
        for n, y in ((10, "2021/22"), (12, "2022/23"), (14, "2023/24"), (16, "2024/25"))
    ]
    rows += [fact("ks2_reading", "1", 1, 20, "2018/19")]
    view = trust(rows).view

    def pooled(year):
        return [note for note in view.result("ks2-reading", "1", year).notes if "taken together" in note]

    assert pooled("2024/25") == ["2022/23 to 2024/25 taken together: 70 %, 57–80 % (95 % interval), 60 pupils."]
    assert pooled("2022/23") == ["2021/22 to 2022/23 taken together: 55 %, 40–69 % (95 % interval), 40 pupils."]
    assert pooled("2021/22") == []


def test_todays_academies_in_every_year_are_said_to_be_so(trust, fact):
    rows = [fact("ks2_reading", "1", 1, 2)]
    now = trust(rows, members="current").view.result("ks2-reading", "trust", "2024/25")
    then = trust(rows).view.result("ks2-reading", "trust", "2024/25")
    said = "Today's academies are counted in every year, whether or not they were in the trust then."
    assert said in now.notes
    assert said not in then.notes


def test_a_trust_of_other_academies_than_last_year_is_said_to_be_so(trust, fact):
    academies = (
        Academy("1", "Ash", Phase.PRIMARY, "2010-09-01"),
        Academy("2", "Beech", Phase.PRIMARY, "2024-01-01"),
        Academy("3", "Cedar", Phase.PRIMARY, "2010-09-01", left="2024-08-31"),
    )
    rows = [fact("ks2_reading", urn, 5, 10, year) for urn in "123" for year in ("2023/24", "2024/25")]
    found = trust(rows, academies=academies).view.result("ks2-reading", "trust", "2024/25")
    assert "Not the same academies as in 2023/24: with Beech; without Cedar." in found.notes


@pytest.fixture
def weeks(fact):
    return [
        fact("attendance", "1", 950 + (index % 3), 1000, "2024/25", series="daily", period=f"2024-W{36 + index}")
        for index in range(12)
    ] + [fact("attendance", "1", 9510, 10000, "2024/25", series="daily")]


def test_weeks_have_limits_from_twelve_points_on(trust, weeks):
    found = trust(weeks).view.limits("pupil-attendance", "week", "1")
    values = [95.0, 95.1, 95.2] * 4
    moving = sum(abs(b - a) for a, b in itertools.pairwise(values)) / 11
    mean = sum(values) / 12
    assert found.periods[0] == "2024-W36"
    assert found.limits.mean == pytest.approx(mean)
    assert found.limits.upper == pytest.approx(mean + 2.66 * moving, abs=1e-3)
    assert not found.against_england
    fewer = trust(weeks[1:]).view.limits("pupil-attendance", "week", "1")
    assert fewer.limits is None
    assert fewer.why == "11 points from daily registers; limits are drawn from 12 points on."


def test_weeks_are_held_against_englands_where_all_of_them_are_known(trust, weeks, england):
    national = [england("attendance", 94.0, "primary", series="daily", period=week.period) for week in weeks[:12]]
    found = trust(weeks, national).view.limits("pupil-attendance", "week", "1")
    assert found.against_england
    assert found.values[:3] == (pytest.approx(1.0), pytest.approx(1.1), pytest.approx(1.2))


class Version:
    """A version whose newest data are of 15 January 2026, with no records to derive anything from."""

    def __init__(self, inner) -> None:
        self.inner = inner
        self.meta = SimpleNamespace(as_at=dt.date(2026, 1, 15))

    def records(self, name: str) -> pd.DataFrame:
        assert name in RECORDS
        return pd.DataFrame(columns=list(RECORD_COLUMNS[name]))

    def __getattr__(self, name: str):
        return getattr(self.inner, name)


@pytest.mark.parametrize(
    ("as_at", "years"),
    [
        ("2026-01-15", {"2022/23", "2023/24", "2024/25", "2025/26"}),
        ("2025-12-01", {"2022/23", "2023/24"}),  # 2024/25 by school comes about the end of December
        ("2024-07-01", {"2022/23"}),
    ],
)
def test_an_earlier_date_knows_nothing_of_what_came_later(trust, fact, as_at, years):
    rows = [fact("ks2_reading", "1", 5, 10, year, series="published") for year in ("2022/23", "2023/24", "2024/25")]
    rows += [fact("ks2_reading", "1", 5, 10, "2025/26", period="YTD")]
    store = AsOf(Version(trust(rows).store), dt.date.fromisoformat(as_at))
    assert {found.academic_year for found in store.headline(["ks2_reading"])} == years
    assert {found.academic_year for found in store.facts(["ks2_reading"])} == years


def test_months_that_were_not_over_are_not_known_yet(trust, fact):
    rows = [
        fact("staff_attendance", "1", 95, 100, "2025/26", period=month) for month in ("2025-09", "2025-10", "2025-11")
    ]
    store = AsOf(Version(trust(rows).store), dt.date(2025, 11, 15))
    assert [found.period for found in store.facts(["staff_attendance"])] == ["2025-09", "2025-10"]
