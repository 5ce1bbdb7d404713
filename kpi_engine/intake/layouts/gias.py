"""Get Information About Schools: the register, groups, group links, links between schools, and URN look-ups.

All of them are snapshots of a day, so every vintage is kept and the newest one decides who is in a trust
today. The register comes as the full daily extract and as the website's search download, which has only
``(name)`` columns; both are read by the columns that they share. 1 January 1900 stands for a date that is
not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.facts import RECORD_COLUMNS
from kpi_engine.intake.check import cells
from kpi_engine.intake.layout import Accepted, Check, Column, Layout, Produced
from kpi_engine.intake.layouts.common import urn_text
from kpi_engine.intake.layouts.published_dates import published_dates
from kpi_engine.intake.table import RawTable

_PUBLISHER = "Department for Education"
_SIXTH_FORM = {"has a sixth form": "Y", "does not have a sixth form": "N"}
_LINKED = re.compile(r"(\d{5,7}) (Predecessor|Successor)([^,;]*)")


def _register(item: Accepted) -> Produced:
    table = item.table
    establishments = _records(
        item,
        "establishments",
        urn=urn_text(table.text("URN")),
        name=table.text("EstablishmentName"),
        phase=table.text("PhaseOfEducation (name)"),
        low_age=urn_text(table.text("StatutoryLowAge")),
        high_age=urn_text(table.text("StatutoryHighAge")),
        opened=published_dates(table.text("OpenDate")).iso,
        closed=published_dates(table.text("CloseDate")).iso,
        sixth_form=table.text("OfficialSixthForm (name)").str.lower().map(_SIXTH_FORM).fillna(""),
        local_authority=table.text("LA (name)"),
        special=_special(table.text("TypeOfEstablishment (name)")),
    )
    return {"establishments": establishments, "links": _linked_column(item)}


def _linked_column(item: Accepted) -> pd.DataFrame:
    """Links from the search download's own column, such as ``125105 Predecessor``.

    A school with several links has them unquoted, one field each, so that its row is longer than the header.
    """
    table = item.table
    linked = [
        ", ".join((cell, *table.surplus.get(int(row), ())))
        for row, cell in zip(table.frame.index, table.text("Linked establishments"), strict=True)
    ]
    pairs = [
        (own, other) if kind == "Predecessor" else (other, own)
        for own, cell in zip(urn_text(table.text("URN")), linked, strict=True)
        for other, kind, manner in _LINKED.findall(cell)
        if "split" not in manner.lower()
    ]
    urn = pd.Series([newer for newer, _ in pairs], dtype=object)
    older = pd.Series([older for _, older in pairs], dtype=object)
    return _records(item, "links", urn=urn, predecessor_urn=older, established="")


def _special(kind: pd.Series[str]) -> pd.Series[str]:
    """Y for special schools and alternative provision, alike left out of trust tables; "" if not said."""
    lowered = kind.str.lower()
    outside = lowered.str.contains("special|alternative provision|pupil referral", regex=True)
    return outside.map({True: "Y", False: "N"}).where(lowered != "", "").astype(object)


def _group_links(item: Accepted) -> Produced:
    table = item.table
    urn = urn_text(table.text("URN"))
    memberships = _records(
        item,
        "memberships",
        urn=urn,
        joined=published_dates(table.text("Joined date", "Date Joined Group")).iso,
        left=published_dates(table.text("Left date", "Date Left Group")).iso,
        **_group(table),
    )
    establishments = _records(
        item,
        "establishments",
        urn=urn,
        name=table.text("EstablishmentName"),
        phase=table.text("PhaseOfEducation (name)"),
        low_age="",
        high_age="",
        opened="",
        closed="",
        sixth_form="",
        local_authority=table.text("LA (name)"),
        special=_special(table.text("TypeOfEstablishment (name)")),
    )
    named = establishments["name"] != ""
    return {
        "memberships": memberships,
        "establishments": establishments[named].drop_duplicates(subset="urn", ignore_index=True),
    }


def _groups(item: Accepted) -> Produced:
    blank = pd.Series("", index=item.table.frame.index, dtype=object)
    return {"memberships": _records(item, "memberships", urn=blank, joined="", left="", **_group(item.table))}


def _group(table: RawTable) -> dict[str, pd.Series[str]]:
    return {
        "group_uid": urn_text(table.text("Group UID")),
        "group_id": table.text("Group ID"),
        "group_name": table.text("Group Name"),
        "group_type": table.text("Group Type"),
    }


def _links(item: Accepted) -> Produced:
    """Predecessors and successors. A school that was split passes its figures on to neither part."""
    table = item.table
    own, other = urn_text(table.text("URN")), urn_text(table.text("LinkURN"))
    kind = table.text("LinkType").str.lower()
    backward = kind.str.startswith("predecessor")
    forward = kind.str.startswith("successor")
    wanted = (backward | forward) & ~kind.str.contains("split")
    frame = _records(
        item,
        "links",
        urn=own.where(backward, other),
        predecessor_urn=other.where(backward, own),
        established=published_dates(table.text("LinkEstablishedDate")).iso,
    )
    return {"links": frame[wanted.to_numpy()].reset_index(drop=True)}


def _lookup(item: Accepted) -> Produced:
    old, latest = urn_text(item.table.text("OLD_URN")), urn_text(item.table.text("LATEST_URN"))
    changed = (old != latest) & (latest != "")
    frame = _records(item, "links", urn=latest, predecessor_urn=old, established="")
    return {"links": frame[changed.to_numpy()].reset_index(drop=True)}


def _records(item: Accepted, table: str, **columns: pd.Series[Any] | str) -> pd.DataFrame:
    """A record table of the accepted file, with its columns in their order."""
    frame = pd.DataFrame({**columns, "vintage": item.vintage, "source_id": item.source_id})
    return frame[list(RECORD_COLUMNS[table])].reset_index(drop=True)


def _urns(column: str, blank_is_fine: bool = False) -> Check:
    """Every cell of the column is a URN: five to seven digits, for children's centres have short ones."""

    def check(table: RawTable) -> Sequence[Finding]:
        text = urn_text(table.text(column))
        wrong = ~text.str.fullmatch(r"\d{5,7}") & ~((text == "") & blank_is_fine)
        return cells(table, column, table.text(column), wrong, "this is not a URN", "five to seven digits")

    return check


def _dates(column: str, blocking: bool) -> Check:
    """Every cell of the column is a date or blank."""

    def check(table: RawTable) -> Sequence[Finding]:
        message = "this is not a date" if blocking else "this is not a date and is taken as not known"
        bad = published_dates(table.text(column)).bad
        found = cells(table, column, table.text(column), bad, message, "a date as 12-06-2024 or 2024-06-12")
        return [replace(finding, blocking=blocking) for finding in found]

    return check


def _layout(
    id: str,
    title: str,
    needs: tuple[str, ...],
    produce: Callable[[Accepted], Produced],
    checks: tuple[Check, ...],
    *,
    lacks: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
    key: tuple[str, ...] = (),
    urn_column: str | None = "URN",
) -> Layout:
    return Layout(
        id=id,
        title=title,
        publisher=_PUBLISHER,
        dataset=id,
        needs=needs,
        lacks=lacks,
        columns=(
            *(Column(name) for name in needs),
            *(Column(name, required=False) for name in optional),
        ),
        produce=produce,
        checks=checks,
        one_year=False,
        keeps_vintages=True,
        urn_column=urn_column,
        key=key,
    )


LAYOUTS = (
    _layout(
        "gias_register",
        "GIAS register of schools",
        ("URN", "EstablishmentName", "EstablishmentStatus (name)", "OpenDate", "CloseDate",
         "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge"),
        _register,
        (_urns("URN"), _dates("OpenDate", blocking=False), _dates("CloseDate", blocking=False)),
        optional=("LA (name)", "TypeOfEstablishment (name)", "OfficialSixthForm (name)",
                  "Linked establishments"),
        key=("URN",),
    ),
    _layout(
        "gias_group_links",
        "GIAS group links (which school is in which group since when)",
        ("URN", "Group UID", "Group Name", "Group Type", "Joined date"),
        _group_links,
        (_urns("URN"), _dates("Joined date", blocking=True)),
        optional=("Group ID", "EstablishmentName", "PhaseOfEducation (name)", "LA (name)",
                  "TypeOfEstablishment (name)"),
        key=("URN", "Group UID"),
    ),
    _layout(
        "gias_academy_memberships",
        "GIAS academies' memberships of trusts, with leaving dates",
        ("URN", "Group UID", "Group Type", "Date Joined Group", "Date Left Group"),
        _group_links,
        (_urns("URN", blank_is_fine=True), _dates("Date Joined Group", blocking=True),
         _dates("Date Left Group", blocking=True)),
        optional=("Group ID", "Group Name", "EstablishmentName", "PhaseOfEducation (name)", "LA (name)",
                  "TypeOfEstablishment (name)"),
    ),
    _layout(
        "gias_groups",
        "GIAS groups",
        ("Group UID", "Group ID", "Group Name", "Group Type", "Group Status"),
        _groups,
        (),
        lacks=("URN",),
        key=("Group UID",),
        urn_column=None,
    ),
    _layout(
        "gias_links",
        "GIAS links between schools (predecessors and successors)",
        ("URN", "LinkURN", "LinkType"),
        _links,
        (_urns("URN"), _urns("LinkURN"), _dates("LinkEstablishedDate", blocking=False)),
        optional=("LinkName", "LinkEstablishedDate"),
    ),
    _layout(
        "gias_urn_lookup",
        "Old and latest URNs",
        ("OLD_URN", "LATEST_URN"),
        _lookup,
        (_urns("OLD_URN"), _urns("LATEST_URN", blank_is_fine=True)),
        key=("OLD_URN",),
        urn_column=None,
    ),
)  # fmt: skip
