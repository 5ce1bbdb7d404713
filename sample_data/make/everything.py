"""All writers in one place."""

from __future__ import annotations

from pathlib import Path

from sample_data.make import (
    absence,
    accounts_return,
    census_workforce,
    destinations,
    exclusions,
    gias,
    ks2_ees,
    ks2_wide,
    ks4_ees,
    ks4_wide,
    ks5,
    ofsted,
    returns_attendance,
    returns_governance,
    returns_money,
    returns_quality,
    returns_results,
    returns_staff,
    returns_survey,
)


def make(folder: Path) -> None:
    """Writes every file of the sample trust below a folder: published ones by publisher's family, then the returns."""
    gias.make(folder / "gias")
    ofsted.make(folder / "ofsted")
    ks2_wide.make(folder / "ks2")
    ks2_ees.make(folder / "ks2")
    ks4_wide.make(folder / "ks4")
    ks4_ees.make(folder / "ks4")
    ks5.make(folder / "ks5")
    destinations.make(folder / "destinations")
    absence.make(folder / "absence")
    exclusions.make(folder / "exclusions")
    census_workforce.census(folder / "census")
    census_workforce.workforce(folder / "workforce")
    census_workforce.turnover(folder / "workforce")
    accounts_return.make(folder / "finance")
    returns = folder / "returns"
    for write in (
        returns_governance.academies,
        returns_governance.targets,
        returns_governance.skills,
        returns_governance.governors,
        returns_quality.efficiency,
        returns_quality.quality,
        returns_quality.lessons,
        returns_money.budget,
        returns_money.funding,
        returns_money.cash,
        returns_money.accounts,
        returns_staff.movement,
        returns_staff.absence,
        returns_survey.make,
        returns_results.results,
        returns_results.destinations,
        returns_attendance.make,
        exclusions.make_return,
    ):
        write(returns)
