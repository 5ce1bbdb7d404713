"""A reload that has another file beside the same returns: guards are put on the facts that they were decided for."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kpi_engine.intake.pipeline import examine
from kpi_engine.model import DIMENSIONS
from kpi_engine.warehouse.folder import current_manifest, load

KEY = ", ".join(f'"{name}"' for name in ("measure", "series", "academic_year", "urn", "period", *DIMENSIONS))


def guards(folder: Path) -> dict[tuple[str, ...], int]:
    """The guard of every fact of the current version, in plain SQL over its file."""
    manifest = current_manifest(folder)
    assert manifest is not None
    with duckdb.connect(str(folder / manifest.warehouse), read_only=True) as version:
        return {tuple(row[:-1]): row[-1] for row in version.execute(f"SELECT {KEY}, guard FROM facts").fetchall()}


def test_what_was_hidden_stays_hidden_and_a_file_without_people_is_open(sample_files: Path, tmp_path: Path) -> None:
    academies, survey, cash = (sample_files / "returns" / name for name in ("academies.csv", "survey.csv", "cash.csv"))
    load(examine([academies, survey]).accepted, tmp_path)
    before = guards(tmp_path)
    assert {2, 3} & set(before.values())
    load(examine([academies, survey, cash]).accepted, tmp_path)
    after = guards(tmp_path)
    both = before.keys() & after.keys()
    assert len(both) > 1000
    hidden = [place for place in both if before[place] == 3]
    assert len(hidden) > 10
    assert [place for place in hidden if after[place] < 3] == []
    assert {guard for place, guard in after.items() if place[0].startswith("cash")} == {1}
