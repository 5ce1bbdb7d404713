"""Who belongs to the trust, and the targets it sets itself: ``academies.csv`` and ``targets.csv``."""

from __future__ import annotations

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.layouts.common import urn_text
from kpi_engine.intake.layouts.returns_rules import NotBefore, findings
from kpi_engine.intake.table import RawTable
from kpi_engine.model import TRUST, Phase

_ACADEMY_DATES = ("joined", "left", "opened", "closed")
_WITH_NUMBER = (">=", "<=", "around")
_WITHOUT_NUMBER = ("above_national", "sig_above_national", "gap_narrows")


def _academies(item: Accepted) -> Produced:
    table = item.table
    columns = {name: table.text(name) for name in ("name", "phase", "sixth_form", "local_authority")}
    columns |= {name: common.day(table, name) for name in _ACADEMY_DATES}
    columns |= {name: urn_text(table.text(name)) for name in ("urn", "predecessor_urn")}
    return common.as_record(item, "own_academies", columns)


def _not_its_own_predecessor(table: RawTable) -> list[Finding]:
    own, before = urn_text(table.text("urn")), urn_text(table.text("predecessor_urn"))
    same = (own != "") & (own == before)
    return findings(table, same, "predecessor_urn", "is the academy's own URN", "the URN of the school before it")


ACADEMIES = Layout(
    id="return_academies",
    title="The trust's academies",
    publisher=common.PUBLISHER,
    dataset="academies",
    needs=("urn", "name", "phase", "joined", "left", "opened", "closed", "predecessor_urn", "sixth_form"),
    columns=(
        common.URN,
        Column("name", filled=True),
        common.choice("phase", *(str(phase) for phase in Phase)),
        *(common.date(name) for name in _ACADEMY_DATES),
        Column("predecessor_urn", Kind.URN),
        common.choice("sixth_form", "Y", "N"),
        Column("local_authority", required=False),
    ),
    produce=_academies,
    checks=(NotBefore("left", "joined"), NotBefore("closed", "opened"), _not_its_own_predecessor),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn",),
)


def _targets(item: Accepted) -> Produced:
    table = item.table
    plain = ("kpi", "operator", "target", "tolerance", "owner", "source")
    columns = {name: table.text(name) for name in plain}
    columns["scope"] = urn_text(table.text("scope")).str.lower()
    columns["academic_year"] = common.year(table)
    return common.as_record(item, "own_targets", columns)


def _scope_is_known(table: RawTable) -> list[Finding]:
    scope = urn_text(table.text("scope")).str.lower()
    phases = [str(phase) for phase in Phase]
    broken = (scope != "") & ~scope.isin([TRUST, *phases]) & ~scope.str.fullmatch(r"\d{6}")
    expected = f"{TRUST}, {', '.join(phases)} or a six-digit URN"
    return findings(table, broken, "scope", "is no scope of a target", expected)


def _number_where_needed(table: RawTable) -> list[Finding]:
    operator, target = table.text("operator"), table.text("target")
    needs = operator.isin(_WITH_NUMBER) & (target == "")
    spare = operator.isin(_WITHOUT_NUMBER) & (target != "")
    expected = operator.map(lambda word: f"a number for the operator {word}")
    found = findings(table, needs, "target", "is empty", expected)
    none = operator.map(lambda word: f"an empty cell, since {word} is measured against other figures")
    return found + findings(table, spare, "target", "is a number that nothing would use", none)


def _tolerance_is_a_width(table: RawTable) -> list[Finding]:
    broken = common.value(table, "tolerance") < 0
    return findings(table, broken, "tolerance", "is below 0", "how far off still counts as near, 0 or more")


def _open_ended_once(table: RawTable) -> list[Finding]:
    keys = pd.DataFrame(
        {
            "kpi": table.text("kpi"),
            "scope": urn_text(table.text("scope")).str.lower(),
            "year": common.year(table),
        }
    )
    repeated = keys.duplicated(keep="first")
    return findings(table, repeated, "kpi", "has a second target for the same scope and year", "one row for each")


TARGETS = Layout(
    id="return_targets",
    title="The trust's own targets",
    publisher=common.PUBLISHER,
    dataset="targets",
    needs=("kpi", "scope", "academic_year", "operator", "target", "tolerance", "owner", "source"),
    columns=(
        Column("kpi", filled=True),
        Column("scope", filled=True),
        Column("academic_year", Kind.YEAR),
        common.choice("operator", *_WITH_NUMBER, *_WITHOUT_NUMBER),
        common.figure("target", Kind.NUMBER),
        common.figure("tolerance", Kind.NUMBER),
        Column("owner"),
        Column("source"),
    ),
    produce=_targets,
    checks=(_scope_is_known, _number_where_needed, _tolerance_is_a_width, _open_ended_once),
    one_year=False,
    own_return=True,
)

LAYOUTS = (ACADEMIES, TARGETS)
