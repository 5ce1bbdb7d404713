"""When an academy counts: for the whole of the period, by dates that are included on both sides."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_engine import years
from kpi_engine.errors import UsageError
from kpi_engine.model import Academy, Membership, Phase
from kpi_engine.roster import Roster, members, membership


def _academy(joined: str | None, left: str | None = None, **more: str | None) -> Academy:
    return Academy("900001", "Quillbrook", Phase.PRIMARY, joined, left, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("joined", "left", "expected"),
    [
        ("2018-09-01", None, Membership.MEMBER),
        ("2018-09-02", None, Membership.DURING),
        ("2019-08-31", None, Membership.DURING),
        ("2019-09-01", None, Membership.BEFORE),
        ("2015-01-01", "2019-08-31", Membership.MEMBER),
        ("2015-01-01", "2019-08-30", Membership.LEFT_DURING),
        ("2015-01-01", "2018-08-31", Membership.AFTER),
        ("2015-01-01", "2018-09-01", Membership.AFTER),
        ("2018-12-01", "2019-03-31", Membership.DURING),
        (None, None, Membership.MEMBER),
    ],
)
def test_membership_of_2018_19(joined: str | None, left: str | None, expected: Membership) -> None:
    found = membership(_academy(joined, left), dt.date(2018, 9, 1), dt.date(2019, 8, 31))
    assert found is expected


def test_an_unknown_joined_date_counts_from_the_opening() -> None:
    academy = _academy(None, opened="2019-09-01")
    assert membership(academy, dt.date(2018, 9, 1), dt.date(2019, 8, 31)) is Membership.BEFORE
    assert membership(academy, dt.date(2019, 9, 1), dt.date(2020, 8, 31)) is Membership.MEMBER


def test_an_academy_that_closed_is_no_member_afterwards() -> None:
    academy = _academy("2015-01-01", closed="2019-08-31")
    assert membership(academy, dt.date(2018, 9, 1), dt.date(2019, 8, 31)) is Membership.MEMBER
    assert membership(academy, dt.date(2019, 9, 1), dt.date(2020, 8, 31)) is Membership.AFTER


def test_an_academy_that_joined_in_january_counts_for_the_summer_but_not_for_the_year() -> None:
    roster = Roster("Trust", None, (_academy("2019-01-01"),))
    assert members(roster, "2018/19") == ()
    assert members(roster, "2018/19", "Spring") == roster.academies
    assert members(roster, "2018/19", "2019-01") == roster.academies
    assert members(roster, "2018/19", "2018-W50") == ()


def test_current_members_are_those_of_the_chosen_date() -> None:
    left, future = _academy("2015-01-01", "2021-08-31"), _academy("2027-01-01")
    roster = Roster("Trust", None, (left, future))
    assert members(roster, "2018/19", mode="current") == (future,)
    assert members(roster, "2018/19", mode="current", as_at=dt.date(2021, 8, 31)) == (left,)
    assert members(roster, "2018/19", mode="current", as_at=dt.date(2026, 1, 1)) == ()


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(UsageError, match="then"):
        members(Roster("Trust", None, ()), "2018/19", mode="now")


_DAYS = st.dates(dt.date(2014, 1, 1), dt.date(2026, 12, 31))


@settings(deadline=None)
@given(joined=_DAYS, left=st.none() | _DAYS, year=st.integers(2014, 2025))
def test_a_member_is_in_the_trust_on_every_day_of_the_year(joined: dt.date, left: dt.date | None, year: int) -> None:
    label = years.label(year)
    academy = _academy(joined.isoformat(), left.isoformat() if left else None)
    first, last = years.first_day(label), years.last_day(label)
    days = (first + dt.timedelta(days=offset) for offset in range((last - first).days + 1))
    every_day = all(joined <= day and (left is None or day <= left) for day in days)
    assert (membership(academy, first, last) is Membership.MEMBER) == every_day
