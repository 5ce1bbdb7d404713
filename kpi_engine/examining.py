"""Files examined against what the trust is: its academies and its plan, on top of their own layout's checks."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from kpi_engine.catalogue import CATALOGUE
from kpi_engine.errors import Finding, KpiError, WrongContent
from kpi_engine.facts import RECORD_COLUMNS, stack
from kpi_engine.intake.check import check_urns
from kpi_engine.intake.layout import Accepted
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.pipeline import Examined, Rejection, examine
from kpi_engine.model import Phase
from kpi_engine.roster import build_roster
from kpi_engine.sample import has_data
from kpi_engine.warehouse.folder import open_store

Progress = Callable[[str, int, int], None]


def examine_for(
    paths: Iterable[Path | str],
    folder: Path,
    *,
    trust: str | None = None,
    year: str | None = None,
    progress: Progress | None = None,
) -> Examined:
    """``examine`` the files, then reject returns about schools that are not the trust's and targets of no KPI.

    Who the academies are is read from the files themselves, else from what is loaded in ``folder``; where neither
    says, only the plan is checked.
    """
    examined = examine(paths, year=year, progress=progress)
    known = _urns_in(examined.accepted, trust) or _urns_loaded(folder)
    layouts = {layout.id: layout for layout in all_layouts()}
    kept: list[Accepted] = []
    rejected = list(examined.rejected)
    for item in examined.accepted:
        findings = check_urns(item.table, layouts[item.layout], known) if known else []
        if item.layout == "return_targets":
            findings = [*findings, *_targets(item, known)]
        if findings:
            rejected.append(Rejection(item.table.file, WrongContent(findings)))
        else:
            kept.append(item)
    return replace(examined, accepted=tuple(kept), rejected=tuple(rejected))


def _urns_loaded(folder: Path) -> frozenset[str]:
    if not has_data(folder):
        return frozenset()
    with open_store(folder) as store:
        return frozenset(urn for academy in store.roster() for urn in (academy.urn, *academy.predecessors))


def _urns_in(accepted: Sequence[Accepted], trust: str | None) -> frozenset[str]:
    """The academies (and predecessors) that the files say belong to the trust; empty when they do not say."""
    layouts = {layout.id: layout for layout in all_layouts()}
    produced: dict[str, list[pd.DataFrame]] = {}
    for item in accepted:
        dataset = layouts[item.layout].dataset
        if dataset == "academies" or dataset.startswith("gias"):
            for name, frame in layouts[item.layout].produce(item).items():
                produced.setdefault(name, []).append(frame)
    if not produced:
        return frozenset()
    records = {name: stack(produced.get(name, []), columns) for name, columns in RECORD_COLUMNS.items()}
    try:
        roster = build_roster(records, trust)
    except KpiError:
        return frozenset()
    return frozenset(urn for academy in roster.academies for urn in (academy.urn, *academy.predecessors))


def _targets(item: Accepted, known: frozenset[str]) -> list[Finding]:
    """Rows of targets.csv whose KPI does not exist, or whose scope is neither trust, a phase nor an academy."""
    findings = []
    scopes = {"trust", *(str(phase) for phase in Phase)}
    for row, kpi in item.table.text("kpi").items():
        if kpi not in CATALOGUE:
            near = difflib.get_close_matches(str(kpi), CATALOGUE, n=2, cutoff=0.5)
            expected = f"one of the catalogue's ids, perhaps {' or '.join(near)}" if near else "a KPI of the catalogue"
            findings.append(_finding(item, row, "kpi", kpi, "there is no such KPI", expected))
    for row, scope in item.table.text("scope").items():
        if scope not in scopes and known and scope not in known:
            expected = "trust, a phase or the URN of one of the trust's academies"
            findings.append(_finding(item, row, "scope", scope, "the target is for nobody", expected))
    return findings


def _finding(item: Accepted, row: object, column: str, value: object, message: str, expected: str) -> Finding:
    return Finding(item.table.file, message, int(str(row)), column, str(value), expected)
