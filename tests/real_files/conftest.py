"""Real published files, loaded for all of England's schools at once, and for one real trust.

What the files say is read here with the csv module alone. No figure of a school is written down in these tests: each is
looked up in the published row.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kpi_engine.engine import Engine, View
from kpi_engine.intake.pipeline import examine
from kpi_engine.warehouse.folder import load

REAL = Path(__file__).parents[1] / "real"
KS2 = {
    ("Surrey", "2018/19"): "ks2/2018-2019_england_ks2final_LA936.csv",
    ("Hampshire", "2018/19"): "ks2/2018-2019_england_ks2final_LA850.csv",
    ("Surrey", "2017/18"): "ks2/2017-2018_england_ks2final_LA936.csv",
}
KS4 = "ks4/2018-2019_england_ks4provisional.csv"
ABSENCE = "absence/2018-2019_england_abs.csv"
DESTINATIONS = "destinations/2018-2019_england_ks4-pupdest.csv"
Row = dict[str, str]


def read(path: str) -> list[Row]:
    """A published file's rows; those that stop early have blanks."""
    with (REAL / path).open(encoding="utf-8-sig", newline="") as file:
        head, *body = list(csv.reader(file))
    return [dict(zip(head, row + [""] * (len(head) - len(row)), strict=False)) for row in body]


class Files(NamedTuple):
    """The published rows."""

    ks2: dict[tuple[str, str], list[Row]]
    ks4: list[Row]
    absence: list[Row]
    destinations: list[Row]

    @staticmethod
    def number(cell: str) -> float | None:
        """A printed number, its percent sign dropped; None for a code or a blank."""
        try:
            return float(cell.strip().removesuffix("%"))
        except ValueError:
            return None

    @staticmethod
    def schools(rows: list[Row]) -> list[Row]:
        """Rows of single schools, mainstream and special."""
        return [row for row in rows if row["RECTYPE"] in ("1", "2")]


@pytest.fixture(scope="session")
def files() -> Files:
    return Files({key: read(path) for key, path in KS2.items()}, read(KS4), read(ABSENCE), read(DESTINATIONS))


@pytest.fixture(scope="session")
def everyones_engine(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Every school of the files as an academy of one enormous trust.

    A school's phase is that of the tables it stands in, special schools among them, since LA and national rows count
    them too.
    """
    ks2 = {row["URN"] for rows in files.ks2.values() for row in files.schools(rows)}
    ks4 = {row["URN"] for rows in (files.ks4, files.destinations) for row in files.schools(rows)}
    phases = {row["URN"]: "primary" for row in files.absence if row["URN"]}
    phases |= dict.fromkeys(ks2, "primary") | dict.fromkeys(ks4, "secondary") | dict.fromkeys(ks2 & ks4, "all-through")
    given = tmp_path_factory.mktemp("given")
    head = "urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority"
    lines = [f"{urn},School {urn},{phase},2000-09-01,,,,,N," for urn, phase in sorted(phases.items())]
    (given / "academies.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    examined = examine([given, *(REAL / path for path in (*KS2.values(), KS4, ABSENCE, DESTINATIONS))])
    assert [str(each.error) for each in examined.rejected] == []
    folder = tmp_path_factory.mktemp("everyone")
    load(examined.accepted, folder)
    engine = Engine.open(folder)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def everyone(everyones_engine: Engine, unguarded: Callable[[Engine], View]) -> View:
    return unguarded(everyones_engine)


@pytest.fixture(scope="session")
def bourne(tmp_path_factory: pytest.TempPathFactory, unguarded: Callable[[Engine], View]) -> Iterator[View]:
    """Bourne Education Trust, picked by its name from the group links."""
    names = ("gias", "ks2", "ks4", "absence", "census", "destinations", "ofsted")
    examined = examine([REAL / name for name in names])
    assert [str(each.error) for each in examined.rejected] == []
    folder = tmp_path_factory.mktemp("bourne")
    load(examined.accepted, folder, trust="Bourne Education Trust")
    engine = Engine.open(folder)
    yield unguarded(engine)
    engine.close()


@pytest.fixture(scope="session")
def read_real() -> Callable[[str], list[Row]]:
    return read
