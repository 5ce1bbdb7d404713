"""Which of several rows stands: the later stage, the later file, the academy's own URN before its predecessor's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kpi_engine.facts import FACT_COLUMNS, NATIONAL_COLUMNS
from kpi_engine.intake.codes import NOT_APPLICABLE, NOT_AVAILABLE
from kpi_engine.model import DIMENSIONS, Academy
from kpi_engine.warehouse.tables import dims_of, numbered

STAGES = {"provisional": 0, "revised": 1, "final": 2}
BLOCK = ["measure", "series", "academic_year", "urn", "period"]
"""One academy's rows of a measure, series, year and period, in whatever breakdown."""

KEY = [*BLOCK, *DIMENSIONS]
_FIGURES = ["numerator", "denominator", "published_value", "code"]


@dataclass(frozen=True, slots=True)
class Message:
    """Something that the build says of its own accord: ``kind`` is replaced, re-keyed, dropped or not added up."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from: the order in which their file was loaded, its layout, its dataset's title."""

    order: int
    layout: str
    title: str


def standing(
    frame: pd.DataFrame, origins: Mapping[str, Origin], wanted: frozenset[str]
) -> tuple[pd.DataFrame, list[Message]]:
    """The rows that stand, and a sentence for each dataset and year in which some were replaced.

    The same layout and stage again: the later file's rows replace the earlier file's for the same measure, series,
    academic year, URN and period, in every breakdown. Otherwise, for the same measure, series, academic year, URN,
    period and dimensions, final stands before revised before provisional, then the later file. Only URNs in
    ``wanted`` are kept.
    """
    kept = frame[frame["urn"].isin(wanted)].reset_index(drop=True)
    if kept.empty:
        return kept, []
    kept["_order"] = kept["source_id"].map({id: origin.order for id, origin in origins.items()})
    kept["_layout"] = kept["source_id"].map({id: origin.layout for id, origin in origins.items()})
    kept["_rank"] = kept["stage"].map(STAGES).fillna(0).astype(int)
    kept["_dims"] = dims_of(kept)
    kept["_block"] = numbered(kept, BLOCK)
    kept = kept.copy()  # one block for each type, which makes taking rows several times as quick
    newest = kept.groupby(["_layout", "_rank", "_block"], sort=False)["_order"].transform("max")
    replaced = [kept[kept["_order"] != newest]]
    kept = kept[kept["_order"] == newest]
    kept["_place"] = kept["_rank"] * 1_000_000 + kept["_order"]
    best = kept.groupby(["_block", "_dims"], sort=False)["_place"].transform("max")
    replaced.append(kept[kept["_place"] != best])
    kept = kept[kept["_place"] == best]
    twice = kept.duplicated(["_block", *DIMENSIONS], keep="last")
    messages = _replacements(pd.concat(replaced), kept[~twice], origins)
    if twice.any():
        messages.append(Message("dropped", f"{twice.sum():,} rows that stood twice in one file were kept once"))
    return kept.loc[~twice, list(FACT_COLUMNS)].reset_index(drop=True), messages


def _replacements(gone: pd.DataFrame, kept: pd.DataFrame, origins: Mapping[str, Origin]) -> list[Message]:
    if gone.empty:
        return []
    near = kept.loc[kept["_block"].isin(gone["_block"]), [*KEY, *_FIGURES, "stage", "source_id"]]
    both = gone.merge(near, on=KEY, how="left", suffixes=("", "_new"))
    matched = both["source_id_new"].notna()
    both["_changed"] = matched & ~_same(both)
    found = []
    titles = both["source_id"].map({id: origin.title for id, origin in origins.items()})
    later = both["stage_new"].where(matched, both["stage"])
    for (year, title, before, after), rows in both.groupby(
        ["academic_year", titles, "stage", later], sort=True, dropna=False
    ):
        academies, changed = rows["urn"].nunique(), int(rows["_changed"].sum())
        how = f"{after} replaces {before}" if before != after else "a later file replaces an earlier one"
        noun = "academy" if academies == 1 else "academies"
        figures = "1 figure" if changed == 1 else f"{changed:,} figures"
        text = f"{year} {title}: {how} for {academies} {noun}: {figures} changed"
        without = int((~rows["source_id_new"].notna()).sum())
        if without:
            text += f", {without:,} no longer stated"
        found.append(Message("replaced", text))
    return found


def _same(both: pd.DataFrame) -> pd.Series[bool]:
    same = pd.Series(True, index=both.index)
    for name in _FIGURES:
        old, new = both[name], both[f"{name}_new"]
        if name != "code":
            old, new = old.round(6), new.round(6)
        same &= (old == new) | (old.isna() & new.isna())
    return same


def under_current_urns(frame: pd.DataFrame, academies: Sequence[Academy]) -> tuple[pd.DataFrame, list[Message]]:
    """Facts of predecessors put under the academy's own URN, with ``as URN …`` as detail, and never twice.

    Where the academy has its own rows for the same measure, series, year and period, the predecessor's are
    dropped; own rows that only say that a figure is not available give way to a predecessor's figures. Where two
    predecessors have rows, neither is used, since they are not one school's.
    """
    current = _successors(academies)
    theirs = frame["urn"].isin(list(current)) & ~frame["urn"].isin([academy.urn for academy in academies])
    if not theirs.any():
        return frame, []
    moved = frame[theirs].copy()
    moved["_was"] = moved["urn"]
    moved["urn"] = moved["urn"].map(current)
    urns = moved["urn"].reindex(frame.index).fillna(frame["urn"])
    places = pd.Series(numbered(frame.assign(urn=urns), BLOCK), frame.index)
    messages: list[Message] = []

    several = moved.groupby(BLOCK, sort=False)["_was"].transform("nunique") > 1
    messages += _sentences(
        moved[several], "dropped", "more than one predecessor has figures, which are not those of one school"
    )
    moved = moved[~several]

    own = frame[~theirs]
    empty = own["code"].isin(NOT_AVAILABLE | NOT_APPLICABLE) & own["numerator"].isna()
    empty &= own["published_value"].isna()
    figures = moved["numerator"].notna() | moved["published_value"].notna()
    at, own_at = places[moved.index], places[own.index]
    clash = at.isin(own_at[~empty]) | (at.isin(own_at) & ~at.isin(at[figures]))
    messages += _sentences(moved[clash], "dropped", "the academy has its own figures for the same year and period")
    moved = moved[~clash]

    own = own[~own_at.isin(places[moved.index])]
    messages += _sentences(moved, "re-keyed", "")
    was = "as URN " + moved["_was"].astype(str)
    detail = moved["detail"].astype(object)
    moved["detail"] = was.where(detail.isna(), was + "; " + detail.fillna("").astype(str))
    together = pd.concat([own, moved[list(FACT_COLUMNS)]], ignore_index=True)
    return together, messages


def _successors(academies: Sequence[Academy]) -> dict[str, str]:
    """Predecessor URN to the one academy that follows it; a predecessor of two academies leads to neither."""
    found: dict[str, str] = {}
    shared = set()
    for academy in academies:
        for urn in academy.predecessors:
            if found.setdefault(urn, academy.urn) != academy.urn:
                shared.add(urn)
    return {urn: to for urn, to in found.items() if urn not in shared}


def _sentences(moved: pd.DataFrame, kind: str, why: str) -> list[Message]:
    found = []
    for (urn, was), rows in moved.groupby(["urn", "_was"], sort=True):
        spans = ", ".join(sorted(rows["academic_year"].unique()))
        count = f"{len(rows):,} figures of URN {was} ({spans})"
        if kind == "re-keyed":
            found.append(Message(kind, f"{count} stand under the academy's present URN {urn}"))
        else:
            found.append(Message(kind, f"{count} are not used for {urn}: {why}"))
    return found


def national_rows(frame: pd.DataFrame, origins: Mapping[str, Origin]) -> pd.DataFrame:
    """National rows of every stage; of the same stage and key the later file's."""
    if frame.empty:
        return frame
    ordered = frame.assign(
        _order=frame["source_id"].map({id: origin.order for id, origin in origins.items()})
    ).sort_values("_order", kind="stable")
    kept = ordered.drop_duplicates([*KEY, "stage", "phase"], keep="last")
    return kept[list(NATIONAL_COLUMNS)].reset_index(drop=True)


_RECORD_BLOCKS: Mapping[str, tuple[str, ...]] = {
    "skills": ("body", "audit_date"),
    "governors": ("urn", "as_at"),
    "accounts": ("urn", "month"),
    "reviews": ("urn", "review_date"),
    "own_academies": (),
    "own_targets": (),
}
"""Within these columns' values the later file replaces the earlier; no columns: the whole earlier file."""


def standing_records(table: str, frame: pd.DataFrame, origins: Mapping[str, Origin]) -> pd.DataFrame:
    """The records that stand. Tables with vintages keep them all, each distinct row once."""
    if frame.empty:
        return frame
    order = frame["source_id"].map({id: origin.order for id, origin in origins.items()})
    if table not in _RECORD_BLOCKS:
        facts = [name for name in frame.columns if name not in ("source_id", "source_row")]
        newest_first = frame.assign(_order=order).sort_values("_order", kind="stable", ascending=False)
        return frame.loc[newest_first.drop_duplicates(facts).index].sort_index().reset_index(drop=True)
    block = list(_RECORD_BLOCKS[table])
    if not block:
        return frame[order == order.max()].reset_index(drop=True)
    newest = order.groupby([frame[name] for name in block]).transform("max")
    return frame[order == newest].reset_index(drop=True)
