"""Three pupils, three days and every class of register code, worked out by hand.

======  =====  =====  =====  =====  ======  ======  ========  ========
pupil   3 Nov         4 Nov         12 Jan          possible  attended
======  =====  =====  =====  =====  ======  ======  ========  ========
A       /      \\      I      I      L       B       6         4
B       O      U      X      #      /       K       4         2
C       /      \\      C2     V      Y1      D       4         3
======  =====  =====  =====  =====  ======  ======  ========  ========
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpi_engine.warehouse.folder import LoadReport, open_store
from kpi_engine.warehouse.store import Store

from .conftest import Files, stored

PUPILS = (
    "ANNA-1,900001,2025/26,5,F,Y,N,N,2025-09-01,",
    "BENN-2,900001,2025/26,5,M,N,K,N,2025-09-01,2026-07-20",
    "CYRA-3,900001,2025/26,6,M,N,N,Y,,",
)
_DAYS = ("2025-11-03", "2025-11-04", "2026-01-12")
_CODES = {
    "ANNA-1": ("/", "\\", "I", "I", "L", "B"),
    "BENN-2": ("O", "U", "X", "#", "/", "K"),
    "CYRA-3": ("/", "\\", "C2", "V", "Y1", "D"),
}
MARKS = tuple(
    f"{pupil},900001,{_DAYS[place // 2]},{'PM' if place % 2 else 'AM'},{code}"
    for pupil, codes in _CODES.items()
    for place, code in enumerate(codes)
)


@pytest.fixture
def store(files: Files, loaded: Callable[..., LoadReport], root: Path) -> Iterator[Store]:
    files.pupils(PUPILS)
    files.marks(MARKS)
    report = loaded(files.folder)
    assert report.as_at == dt.date(2026, 1, 12)
    with open_store(root) as opened:
        yield opened


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("YTD", (9, 14, 3, 29, 44, 68)),
        ("Autumn", (5, 10, 3, 13, 20, 36)),
        ("Spring", (4, 4, 2, 8, 8, 8)),
        ("2025-W45", (5, 10, 3, 13, 20, 36)),
        ("2026-W03", (4, 4, 2, 8, 8, 8)),
    ],
)
def test_attendance_is_half_days_attended_of_those_possible(
    store: Store, period: str, expected: tuple[float, ...]
) -> None:
    (fact,) = store.facts(["attendance"], periods=[period])
    assert (fact.numerator, fact.denominator, fact.people, fact.sum_nn, fact.sum_nd, fact.sum_dd) == expected
    assert (fact.series, fact.stage) == ("daily", "final")


def test_no_other_period_has_figures(store: Store) -> None:
    periods = {fact.period for fact in store.facts(["attendance"])}
    assert periods == {"YTD", "Autumn", "Spring", "2025-W45", "2026-W03"}


def test_groups_have_their_own_figures(store: Store) -> None:
    assert stored(store, "attendance", "year_group") == {"5": (6, 10, 2), "6": (3, 4, 1)}
    assert stored(store, "attendance", "sex") == {"F": (4, 6, 1), "M": (5, 8, 2)}
    assert stored(store, "attendance", "disadvantage") == {"Y": (4, 6, 1), "N": (5, 8, 2)}
    assert stored(store, "attendance", "send") == {"N": (7, 10, 2), "K": (2, 4, 1)}
    assert stored(store, "attendance", "looked_after") == {"N": (6, 10, 2), "Y": (3, 4, 1)}
    assert stored(store, "attendance", "year_group", "sex") == {
        ("5", "F"): (4, 6, 1), ("5", "M"): (2, 4, 1), ("6", "M"): (3, 4, 1),
    }  # fmt: skip
    assert stored(store, "attendance", "sex", period="2025-W45") == {"F": (2, 4, 1), "M": (3, 6, 2)}


def test_persistent_and_severe_absence_count_enrolments_and_start_at_ten_and_fifty_per_cent(store: Store) -> None:
    """Missed: A 2 of 6, B 2 of 4, C 1 of 4; in autumn A 2 of 4, B 2 of 2, C 1 of 4; in spring none."""
    assert stored(store, "persistent_absence")[()] == (3, 3, 3)
    assert stored(store, "severe_absence")[()] == (1, 3, 3)
    assert stored(store, "persistent_absence", period="Autumn")[()] == (3, 3, 3)
    assert stored(store, "severe_absence", period="Autumn")[()] == (2, 3, 3)
    assert stored(store, "persistent_absence", period="Spring")[()] == (0, 2, 2)
    assert stored(store, "severe_absence", "year_group") == {"5": (1, 2, 2), "6": (0, 1, 1)}
    assert not store.facts(["persistent_absence"], periods=["2025-W45"])


def test_reasons_share_the_possible_half_days_and_are_there_with_none(store: Store) -> None:
    reasons = stored(store, "absence_reason", "reason")
    assert stored(store, "absence_reason")[()] == (5, 14, 3)
    some = {
        "Authorised absence": 3,
        "Unauthorised absence": 2,
        "Illness": 2,
        "Temporary reduced timetable": 1,
        "Other unauthorised": 1,
        "Late after registers closed": 1,
    }
    assert {name: counts[0] for name, counts in reasons.items() if counts[0]} == some
    assert reasons["Study leave"] == (0, 14, 3)
    assert stored(store, "absence_reason", "reason", period="Spring")["Illness"] == (0, 4, 2)


def test_a_figure_names_both_files(store: Store) -> None:
    (fact,) = store.facts(["attendance"], periods=["YTD"])
    files = {store.sources()[id].file for id in fact.source_id.split(";")}
    assert files == {"pupils.csv", "marks.csv"}
    assert {each.file: each.rows for each in store.sources().values()} == {
        "academies.csv": 2,
        "pupils.csv": 3,
        "marks.csv": 18,
    }


def test_a_pupil_of_two_academies_counts_at_each_for_its_own_half_days(
    files: Files, loaded: Callable[..., LoadReport], root: Path
) -> None:
    """The trap: joined by the pupil alone, each academy would get the half-days of both."""
    files.pupils(
        (
            "MOVER,900001,2025/26,5,F,N,N,N,2025-09-01,2025-11-03",
            "MOVER,900002,2025/26,5,F,Y,N,N,2025-11-04,",
        )
    )
    files.marks(("MOVER,900001,2025-11-03,AM,/", "MOVER,900001,2025-11-03,PM,I", "MOVER,900002,2025-11-04,AM,/"))
    loaded(files.folder)
    with open_store(root) as store:
        assert stored(store, "attendance")[()] == (1, 2, 1)
        assert stored(store, "attendance", urn="900002")[()] == (1, 1, 1)
        assert stored(store, "severe_absence")[()] == (1, 1, 1)
        assert stored(store, "severe_absence", urn="900002")[()] == (0, 1, 1)
        assert stored(store, "attendance", "disadvantage", urn="900002") == {"Y": (1, 1, 1)}


def test_the_year_is_whole_once_it_is_over_and_has_a_summer(
    files: Files, loaded: Callable[..., LoadReport], root: Path
) -> None:
    files.pupils(("P-1,900001,2024/25,4,F,N,N,N,,", "P-1,900002,2024/25,4,F,N,N,N,,", "P-1,900001,2025/26,5,F,N,N,N,,"))
    files.marks(
        (
            "P-1,900001,2025-05-06,AM,/",
            "P-1,900002,2025-03-04,AM,/",
            "P-1,900001,2025-09-04,AM,/",
        )
    )
    loaded(files.folder)
    with open_store(root) as store:
        spans = {
            (fact.urn, fact.academic_year): fact.period
            for fact in store.facts(["severe_absence"], periods=["Year", "YTD"])
        }
    assert spans == {
        ("900001", "2024/25"): "Year",
        ("900002", "2024/25"): "YTD",
        ("900001", "2025/26"): "YTD",
    }


def test_a_column_that_the_extract_does_not_have_is_not_broken_down(
    files: Files, loaded: Callable[..., LoadReport], root: Path
) -> None:
    files.pupils(
        ("P-1,900001,2025/26,5,,", "P-2,900001,2025/26,6,,"), header="pupil,urn,academic_year,year_group,from,to"
    )
    files.marks(("P-1,900001,2025-11-03,AM,/", "P-2,900001,2025-11-03,AM,O"))
    loaded(files.folder)
    with open_store(root) as store:
        assert stored(store, "attendance", "year_group") == {"5": (1, 1, 1), "6": (0, 1, 1)}
        assert not store.facts(["attendance"], by=["sex"])
        assert not store.facts(["attendance"], by=["year_group", "sex"])
