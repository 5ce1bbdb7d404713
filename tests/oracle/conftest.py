"""An oracle beside the engine: the raw sample files in plain SQL, and the plan's rules worked out by hand.

Nothing here uses the code under test to read a file or to reckon a figure. The engine's answers are only compared.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from kpi_engine.answers import Result
from kpi_engine.engine import Engine, View

TODAY = "2026-11-14"


class Known(NamedTuple):
    """What the raw files say of one academy or the trust: numerator, denominator, people where they differ."""

    n: float
    d: float
    people: float | None = None


class Raw:
    """The sample files as SQL tables whose cells are all text. Returns stand under their own names."""

    everybody = "year_group = 'Total' AND sex = 'Total' AND disadvantage = 'Total' AND send = 'Total'"
    undivided = everybody + " AND looked_after = 'Total'"

    def __init__(self, files: Path) -> None:
        self.files = files
        self._connection = duckdb.connect()
        for path in sorted((files / "returns").glob("*.csv")):
            self._connection.execute(f"CREATE TABLE {path.stem} AS SELECT * FROM {self.csv(f'returns/{path.name}')}")
        self.academies = {row["urn"]: row for row in self.rows("SELECT * FROM academies ORDER BY urn")}
        averages = Path(__file__).parents[2] / "sample_data" / "make" / "published" / "national_averages.csv"
        with averages.open(encoding="utf-8-sig", newline="") as file:
            self._averages = {
                (row["measure"], row["phase"], row["group"], row["year"]): float(row["value"])
                for row in csv.DictReader(file)
            }

    def csv(self, path: str, skip: int = 0) -> str:
        """A file as something to select from."""
        found = self.files / path
        assert found.is_file(), f"{path} is not among the sample files"
        return f"read_csv('{found.as_posix()}', all_varchar = true, header = true, skip = {skip})"

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, list(values)).fetchall()

    def one(self, query: str, *values: object) -> tuple[Any, ...]:
        (row,) = self.sql(query, *values)
        return row

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        cursor = self._connection.execute(query, list(values))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def wide(self, path: str) -> list[dict[str, str]]:
        """A performance table as rows of cells; rows that stop early have blanks."""
        with (self.files / path).open(encoding="utf-8-sig", newline="") as file:
            head, *body = list(csv.reader(file))
        return [dict(zip(head, row + [""] * (len(head) - len(row)), strict=False)) for row in body]

    def england(self, measure: str, phase: str, year: str, group: str = "all") -> float | None:
        """England's published average, from the list that names a source for each."""
        return self._averages.get((measure, phase, group, year))

    def current(self, urn: str) -> str:
        """The URN that an academy has today, for its own or its predecessor's."""
        return next((u for u, row in self.academies.items() if urn in (u, row["predecessor_urn"])), urn)

    def name(self, urn: str) -> str:
        return str(self.academies[urn]["name"])

    def phase(self, urn: str) -> str:
        return str(self.academies[urn]["phase"])

    def members(self, year: str, first: str | None = None, last: str | None = None) -> list[str]:
        """Academies in the trust from the first day to the last; those of the academic year unless said otherwise."""
        start = int(year[:4])
        first = first or f"{start}-09-01"
        last = min(last or f"{start + 1}-08-31", TODAY)
        return [
            urn
            for urn, row in self.academies.items()
            if row["joined"] <= first and (row["left"] is None or row["left"] >= last)
        ]


@pytest.fixture(scope="session")
def raw(sample_files: Path) -> Raw:
    return Raw(sample_files)


@pytest.fixture(scope="session")
def view(sample_engine: Engine, unguarded: Callable[[Engine], View]) -> View:
    return unguarded(sample_engine)


Ask = Callable[..., Result]


@pytest.fixture(scope="session")
def ask(view: View) -> Ask:
    """``ask(kpi, urn or "trust", year, dimension=value…)``: the engine's answer."""

    def answer(kpi: str, academy: str, year: str, **breakdown: str) -> Result:
        return view.result(kpi, academy, year, breakdown)

    return answer


def close(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)


class Compare(NamedTuple):
    """Compares the engine's answers with what the raw files say, and reports every difference at once."""

    raw: Raw
    ask: Ask

    def academies(
        self,
        kpi: str,
        known: Mapping[tuple[str, str], Known],
        factor: float = 100.0,
        years: Iterable[str] | None = None,
        urns: Iterable[str] | None = None,
        rounding: float = 0.0,
        **breakdown: str,
    ) -> int:
        """Every academy and year: the numbers where the raw files have any, else a reason and no number."""
        wrong: list[str] = []
        compared = 0
        asked_years = sorted(years or {year for _, year in known})
        for urn in urns or self.raw.academies:
            for year in asked_years:
                expected = known.get((urn, year))
                got = self.ask(kpi, urn, year, **breakdown)
                compared += expected is not None
                if expected is None:
                    if got.value is not None:
                        wrong.append(f"{urn} {year}: {got.value} although the files say nothing")
                    elif not got.withheld or not got.withheld.reason.strip():
                        wrong.append(f"{urn} {year}: neither a value nor a reason")
                    continue
                wrong += [f"{urn} {year}: {text}" for text in different(got, expected, factor, rounding)]
        assert wrong == [], "\n".join(wrong)
        return compared

    def trust(
        self,
        kpi: str,
        known: Mapping[tuple[str, str], Known],
        factor: float = 100.0,
        among: Callable[[str], bool] = lambda _: True,
        years: Iterable[str] | None = None,
        members: Callable[[str], Sequence[str]] | None = None,
        **breakdown: str,
    ) -> int:
        """Every year: the sums over the academies that were members throughout, who is missing, and the coverage."""
        wrong: list[str] = []
        asked_years = sorted(years or {year for _, year in known})
        for year in asked_years:
            counted = [urn for urn in (members or self.raw.members)(year) if among(urn)]
            have = [urn for urn in counted if (urn, year) in known]
            got = self.ask(kpi, "trust", year, **breakdown)
            if not have:
                if got.value is not None:
                    wrong.append(f"trust {year}: {got.value} although no academy counts")
                continue
            parts = [known[urn, year] for urn in have]
            total = Known(
                math.fsum(part.n for part in parts),
                math.fsum(part.d for part in parts),
                math.fsum(part.people for part in parts if part.people is not None)
                if all(part.people is not None for part in parts)
                else None,
            )
            wrong += [f"trust {year}: {text}" for text in different(got, total, factor, 0.0)]
            missing = sorted(self.raw.name(urn) for urn in counted if urn not in have)
            if (got.coverage.have, got.coverage.of) != (len(have), len(counted)):
                wrong.append(f"trust {year}: coverage {got.coverage} instead of {len(have)} of {len(counted)}")
            if sorted(got.coverage.missing) != missing:
                wrong.append(f"trust {year}: missing {got.coverage.missing} instead of {missing}")
        assert wrong == [], "\n".join(wrong)
        return len(asked_years)


def different(got: Result, expected: Known, factor: float, rounding: float) -> list[str]:
    """How an answer differs from what is known, in words; nothing when it does not.

    ``rounding`` is half of the last digit that a publisher printed: a published value is shown as it was printed.
    """
    if got.value is None:
        return [f"withheld ({got.withheld}) instead of {expected}"]
    wrong = []
    if not close(got.numerator, expected.n):
        wrong.append(f"numerator {got.numerator} instead of {expected.n}")
    if not close(got.denominator, expected.d):
        wrong.append(f"denominator {got.denominator} instead of {expected.d}")
    if expected.people is not None and not close(got.people, expected.people):
        wrong.append(f"people {got.people} instead of {expected.people}")
    exact = factor * expected.n / expected.d if expected.d else None
    if exact is not None and not close(got.value, exact) and abs(got.value - exact) > rounding:
        wrong.append(f"value {got.value} instead of {factor * expected.n / expected.d}")
    return wrong


@pytest.fixture(scope="session")
def compare(raw: Raw, ask: Ask) -> Compare:
    return Compare(raw, ask)


def by_key(rows: Iterable[Sequence[Any]]) -> dict[tuple[str, str], Known]:
    """(urn, year, n, d[, people]) rows as what is known; rows without a number are left out."""
    return {
        (row[0], row[1]): Known(float(row[2]), float(row[3]), float(row[4]) if len(row) > 4 else None)
        for row in rows
        if row[2] is not None and row[3] is not None
    }


@pytest.fixture(scope="session")
def known(raw: Raw) -> Callable[..., dict[tuple[str, str], Known]]:
    """``known(sql)``: (urn, year, n, d[, people]) rows of a query over the raw files."""

    def answer(query: str, *values: object) -> dict[tuple[str, str], Known]:
        return by_key(raw.sql(query, *values))

    return answer
