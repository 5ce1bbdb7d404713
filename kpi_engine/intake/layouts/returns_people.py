"""Staff: who came and went, and who was absent: ``staff_movement.csv`` and ``staff_absence.csv``.

A month's movements of a staff group may be told in one row, or in a row for each reason. ``leavers`` counts
everybody who left the academy, moves to another academy of the trust included; the headline leaves those
moves out. The headcount is the group's, not the reason's: it is repeated in each row of the month, or stated
in one of them, and counted once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.facts import FACT_COLUMNS, facts, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.layouts.returns_rules import AMonth, AtMost, Known, TotalOrFilled, findings, plain
from kpi_engine.intake.table import RawTable
from kpi_engine.model import TOTAL

NOT_STATED = "not stated"
"""The reason of leavers for whom the return gives none."""

_GROUP = ["urn", "month", "staff_group"]
_STAFF_GROUPS = ("teacher", "leader", "support", TOTAL)


def _rows(table: RawTable) -> pd.DataFrame:
    """A movement return's rows, normalised; ``external`` are leavers less moves inside the trust."""
    leavers, moves = common.value(table, "leavers"), common.value(table, "leavers_within_trust")
    frame = pd.DataFrame(
        {
            "urn": common.urn(table),
            "month": common.month(table),
            "staff_group": common.dimension(table, "staff_group"),
            "reason": table.text("reason"),
            "headcount": common.value(table, "headcount"),
            "leavers": leavers,
            # Nobody who moved inside the trust is missing where nobody left.
            "moves": moves.where(moves.notna() | (leavers != 0), 0.0),
        }
    )
    frame["external"] = frame["leavers"] - frame["moves"]
    alone = frame.groupby(_GROUP)["urn"].transform("size") == 1
    frame.loc[alone & (frame["reason"] == ""), "reason"] = TOTAL
    frame["row"] = frame.index
    return frame


def _months(frame: pd.DataFrame) -> pd.DataFrame:
    """One row for each academy, month and staff group: its ``Total`` row, else the sum of its reasons.

    A count of which any part is unknown is unknown. ``headcount`` is the one the rows agree on.
    """
    is_total = frame["reason"] == TOTAL
    has_total = is_total.groupby([frame[name] for name in _GROUP]).transform("any")
    counted = frame[is_total | ~has_total].groupby(_GROUP, sort=False)
    months = counted[["leavers", "moves", "external"]].sum(skipna=False)
    months["headcount"] = frame.groupby(_GROUP, sort=False)["headcount"].max()
    months["row"] = counted["row"].min()
    return months.reset_index()


def _by_reason(frame: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """The months again for each reason that the academy uses in the year, 0 where a month has no such leaver.

    Every reason then rests on the same headcounts. Leavers of a month's ``Total`` beyond its reasons are
    ``not stated``. Where a month's count is not known, or that of any of its reasons, none of
    its reasons has a number.
    """
    reasons = frame[~frame["reason"].isin([TOTAL, ""])]
    if reasons.empty:
        return reasons.assign(year="")
    year = months["month"].map(common.year_of_month)
    grid = months.assign(year=year)
    used = reasons.assign(year=reasons["month"].map(common.year_of_month))
    used = used[["urn", "year", "reason"]].drop_duplicates()
    by_reason = reasons.groupby([*_GROUP, "reason"], sort=False)
    sums = by_reason[["leavers", "external"]].sum(skipna=False)
    sums = sums.assign(row=by_reason["row"].min(), given=True).reset_index()
    full = grid[[*_GROUP, "year", "headcount"]].merge(used, on=["urn", "year"])
    full = full.merge(sums, on=[*_GROUP, "reason"], how="left")
    full.loc[full["given"].isna(), ["leavers", "external"]] = 0.0
    stated = full.groupby(_GROUP)[["leavers", "external"]].sum(skipna=False)
    rest = grid.set_index(_GROUP)[["leavers", "external"]] - stated
    grid = grid.set_index(_GROUP)
    grid["rest"] = rest["leavers"]
    unstated = grid.assign(leavers=rest["leavers"], external=rest["external"], reason=NOT_STATED).reset_index()
    used_rest = unstated.groupby(["urn", "year"])["rest"].transform("max") > 0
    full = pd.concat([full.drop(columns="given"), unstated[used_rest & unstated["urn"].isin(used["urn"])]])
    known = full["external"].notna().groupby([full[name] for name in _GROUP]).transform("all")
    first = grid["row"].to_dict()
    full["row"] = [
        first[key] if pd.isna(row) else row
        for key, row in zip(full[_GROUP].itertuples(index=False, name=None), full["row"], strict=True)
    ]
    full["external"] = full["external"].where(known)
    return full


def _movement(item: Accepted) -> Produced:
    frame = _rows(item.table)
    months = _months(frame).assign(reason=TOTAL)
    everything = pd.concat([months, _by_reason(frame, months)], ignore_index=True)
    everything = everything.set_index(everything["row"].astype(int))
    everything.index.name = None
    frames = []
    for measure, column in (("staff_turnover", "external"), ("staff_moves", "moves")):
        rows = everything if measure == "staff_turnover" else everything[everything["reason"] == TOTAL]
        made = facts(
            measure, common.SERIES, common.STAGE, "", rows["urn"], item.source_id, period=rows["month"],
            breakdown={"staff_group": rows["staff_group"], "reason": rows["reason"]},
            numerator=rows[column], denominator=rows["headcount"], people=rows["headcount"],
        )  # fmt: skip
        made["academic_year"] = rows["month"].map(common.year_of_month)
        known = made["numerator"].notna() & made["denominator"].notna()
        made.loc[~known, ["numerator", "denominator", "people"]] = float("nan")
        made["detail"] = made["detail"].astype(object).where(known, common.NOT_GIVEN)
        frames.append(made[known | (made["staff_group"] != TOTAL) | (made["reason"] != TOTAL)])
    return {"facts": stack(frames, FACT_COLUMNS)}


def _one_headcount(table: RawTable) -> list[Finding]:
    frame = _rows(table)
    first = frame.groupby(_GROUP)["headcount"].transform("first")
    expected = first.map(lambda number: f"{number:.0f}, as in the month's first row", na_action="ignore")
    broken = frame["headcount"].notna() & (frame["headcount"] != first)
    message = "differs between the rows of one month and staff group, whose headcount it is"
    return findings(table, broken, "headcount", message, expected)


def _reason_is_clear(table: RawTable) -> list[Finding]:
    frame = _rows(table)
    message = "is empty beside other rows of the same month and staff group"
    expected = f"{TOTAL} for all of them together, a reason, or {NOT_STATED!r}"
    return findings(table, frame["reason"] == "", "reason", message, expected)


def _reasons_within_total(table: RawTable) -> list[Finding]:
    frame = _rows(table)
    found: list[Finding] = []
    for column in ("leavers", "leavers_within_trust"):
        own = "moves" if column == "leavers_within_trust" else column
        is_total = frame["reason"] == TOTAL
        keys = [frame[name] for name in _GROUP]
        parts = frame[own].where(~is_total).groupby(keys).transform("sum")
        broken = is_total & (parts > frame[own])
        expected = parts.map(lambda number: f"{plain(number)} or more, the sum of the month's reasons")
        found += findings(table, broken, column, "is less than the month's reasons add up to", expected)
    return found


def _leavers_among_staff(table: RawTable) -> list[Finding]:
    frame = _rows(table)
    broken = (frame["headcount"] == 0) & (frame["leavers"] > 0)
    return findings(table, broken, "leavers", "counts leavers from a group without staff", "0, or a headcount")


MOVEMENT = Layout(
    id="return_staff_movement",
    title="Staff headcount and leavers by month",
    publisher=common.PUBLISHER,
    dataset="return_staff_movement",
    needs=("urn", "month", "staff_group", "headcount", "fte", "leavers", "leavers_within_trust", "reason"),
    columns=(
        common.URN,
        Column("month", filled=True),
        common.choice("staff_group", *_STAFF_GROUPS),
        common.figure("headcount"),
        common.figure("fte", Kind.AMOUNT),
        common.figure("leavers"),
        common.figure("leavers_within_trust"),
        Column("reason"),
    ),
    produce=_movement,
    checks=(
        AMonth(),
        AtMost("leavers_within_trust", "leavers"),
        _one_headcount,
        _reason_is_clear,
        _reasons_within_total,
        _leavers_among_staff,
        Known(("leavers",), "these rows give no turnover"),
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "month", "staff_group", "reason"),
)


def _absence(item: Accepted) -> Produced:
    """Full-time-equivalent days: worked, and lost to sickness or to any other absence."""
    table = item.table
    days, month = common.value(table, "working_days"), common.month(table)
    lost = common.value(table, "sick_days") + common.value(table, "other_absence_days")
    staff = common.value(table, "fte")
    sick = common.value(table, "sick_days")
    detail = pd.Series(
        [
            f"{plain(s)} days of sickness, {plain(lost_days - s)} of other absence" if pd.notna(lost_days) else None
            for s, lost_days in zip(sick, lost, strict=True)
        ],
        index=table.frame.index,
        dtype=object,
    )
    return common.as_facts(
        [
            common.rows(
                item, "staff_attendance", month.map(common.year_of_month), common.urn(table),
                days.notna() & lost.notna(), period=month,
                breakdown={"staff_group": common.dimension(table, "staff_group")},
                numerator=_rounded(days - lost), denominator=days, people=staff, detail=detail,
            )
        ]
    )  # fmt: skip


def _rounded(days: pd.Series[float]) -> pd.Series[float]:
    """Days to the thousandth, so that 40.3 - 1.1 is 39.2 and not 39.199999999999996."""
    return pd.Series(np.round(days.to_numpy(), 3), index=days.index)


def _days_lost_within_days(table: RawTable) -> list[Finding]:
    days = common.value(table, "working_days")
    lost = common.value(table, "sick_days").fillna(0) + common.value(table, "other_absence_days").fillna(0)
    expected = lost.map(lambda number: f"{plain(number)} or more, sick_days and other_absence_days together")
    message = "is less than the days lost"
    return findings(table, lost > days + 1e-9, "working_days", message, expected)


ABSENCE = Layout(
    id="return_staff_absence",
    title="Staff absence by month",
    publisher=common.PUBLISHER,
    dataset="return_staff_absence",
    needs=("urn", "month", "staff_group", "fte", "working_days", "sick_days", "other_absence_days"),
    columns=(
        common.URN,
        Column("month", filled=True),
        common.choice("staff_group", *_STAFF_GROUPS, filled=False),
        common.figure("fte", Kind.AMOUNT),
        common.figure("working_days", Kind.AMOUNT),
        common.figure("sick_days", Kind.AMOUNT),
        common.figure("other_absence_days", Kind.AMOUNT),
    ),
    produce=_absence,
    checks=(
        AMonth(),
        _days_lost_within_days,
        TotalOrFilled(("staff_group",)),
        Known(("working_days", "sick_days", "other_absence_days"), "these rows give no staff attendance"),
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "month", "staff_group"),
)

LAYOUTS = (MOVEMENT, ABSENCE)
