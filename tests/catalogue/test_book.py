"""The trust's own targets over the plan's."""

from __future__ import annotations

from kpi_engine.catalogue import kpi
from kpi_engine.model import Academy, Phase
from kpi_engine.targets import AtLeast, BetterThanBenchmark, EachPhase, EveryAcademy
from kpi_engine.targets.book import Book, OwnTarget

OAK = Academy("900001", "Oak Primary Academy", Phase.PRIMARY, "2015-09-01")


def own(id: str, scope: str, year: str, target: float, tolerance: float | None = None) -> OwnTarget:
    return OwnTarget(id, scope, year, ">=", target, tolerance, source="board paper")


def rule(book: Book, id: str, academy: Academy | None, year: str) -> object:
    found = kpi(id)
    return book.standing(id, found.target, found.tolerance, academy, year).rule


def test_the_narrowest_scope_comes_first_and_its_year_before_an_open_one() -> None:
    book = Book(
        [
            own("pupils-happy", "trust", "", 91),
            own("pupils-happy", "primary", "2024/25", 92),
            own("pupils-happy", "900001", "", 93),
            own("pupils-happy", "900001", "2025/26", 94),
        ]
    )
    assert rule(book, "pupils-happy", OAK, "2025/26") == AtLeast(94)
    assert rule(book, "pupils-happy", OAK, "2024/25") == AtLeast(93)
    assert rule(book, "pupils-happy", None, "2024/25") == AtLeast(91)
    assert rule(book, "pupils-safe", OAK, "2024/25") == AtLeast(100)


def test_a_past_year_keeps_the_plans_target() -> None:
    book = Book([own("pupils-happy", "trust", "2025/26", 95)])
    assert rule(book, "pupils-happy", None, "2024/25") == AtLeast(90)


def test_a_target_asked_of_every_academy_stays_so() -> None:
    book = Book([own("staff-attendance", "trust", "", 96)])
    assert rule(book, "staff-attendance", None, "2024/25") == EveryAcademy(AtLeast(96))


def test_a_rate_keeps_its_tolerance_of_a_tenth_unless_the_trust_gives_its_own() -> None:
    plainly = OwnTarget("suspensions", "trust", "", "above_national", None, None)
    closer = OwnTarget("suspensions", "trust", "", "above_national", None, 0.5)
    assert rule(Book([plainly]), "suspensions", None, "2023/24") == EachPhase(BetterThanBenchmark(tolerance_share=0.1))
    found = kpi("suspensions")
    standing = Book([closer]).standing("suspensions", found.target, found.tolerance, None, "2023/24")
    assert standing.rule == EachPhase(BetterThanBenchmark())
    assert standing.tolerance == 0.5
