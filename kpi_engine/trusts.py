"""Finding a trust among GIAS groups, and its members in the newest vintage of the group links."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from kpi_engine.errors import UsageError

TRUST_TYPES = ("multi-academy trust", "single-academy trust")
_NEAR = 5


@dataclass(frozen=True, slots=True)
class Trust:
    """A multi-academy or single-academy trust; ``uid`` is GIAS's Group UID, ``group_id`` its TR number."""

    uid: str
    group_id: str
    name: str


def _trusts(memberships: pd.DataFrame) -> pd.DataFrame:
    return memberships[memberships["group_type"].str.lower().isin(TRUST_TYPES)]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def find_trust(memberships: pd.DataFrame, wanted: str) -> Trust:
    """The one trust of that name (case and runs of blanks aside), Group UID or TR number.

    Where a closed trust bears the same name, the one that has academies is meant. Raises UsageError when
    none fits, naming near ones, and when several do, naming each with its UID.
    """
    groups = _trusts(memberships).sort_values(["vintage", "urn"], ascending=False)
    by_uid: dict[str, Trust] = {}
    for row in groups.drop_duplicates("group_uid").to_dict("records"):
        by_uid[row["group_uid"]] = Trust(row["group_uid"], row["group_id"], row["group_name"])
    with_academies = set(groups.loc[groups["urn"] != "", "group_uid"])
    plain = _plain(wanted)
    named = set(groups.loc[groups["group_name"].map(_plain) == plain, "group_uid"])
    numbered = {uid for uid, one in by_uid.items() if plain in (uid.casefold(), one.group_id.casefold())}
    fitting = numbered or (named & with_academies) or named
    if len(fitting) == 1:
        return by_uid[fitting.pop()]
    if fitting:
        several = (by_uid[uid] for uid in sorted(fitting))
        listed = "; ".join(f"{one.name} (UID {one.uid}, {one.group_id})" for one in several)
        raise UsageError(f"{wanted!r} names {len(fitting)} trusts, so give the UID or TR number: {listed}")
    raise UsageError(_unknown(wanted, plain, by_uid.values(), memberships))


def _unknown(wanted: str, plain: str, trusts: Iterable[Trust], memberships: pd.DataFrame) -> str:
    names = {_plain(one.name): one for one in trusts}
    inside = sorted(name for name in names if plain and plain in name)
    alike = difflib.get_close_matches(plain, names, n=_NEAR, cutoff=0.6)
    near = list(dict.fromkeys([*inside, *alike]))[:_NEAR]
    text = f"No multi-academy or single-academy trust is called {wanted!r}"
    others = memberships[memberships["group_name"].map(_plain) == plain]["group_type"].unique()
    if len(others):
        text += f" (there is a {str(others[0]).lower()} of that name, which is no trust)"
    if not near:
        return text + "; give its full name, Group UID or TR number as GIAS has it"
    return text + "; near: " + "; ".join(f"{names[name].name} (UID {names[name].uid})" for name in near)


def shared_trust(listed: pd.DataFrame, urns: Sequence[str]) -> Trust | None:
    """The one trust that the newest group links put these academies in; None when it is not just one."""
    ours = _trusts(listed)
    ours = ours[ours["urn"].isin(urns)]
    ours = ours[ours["vintage"] == ours["vintage"].max()]
    groups = ours.drop_duplicates("group_uid")
    if len(groups) != 1:
        return None
    row = groups.iloc[0]
    return Trust(str(row["group_uid"]), str(row["group_id"]), str(row["group_name"]))


def members_of(listed: pd.DataFrame, trust: Trust) -> dict[str, dict[str, str]]:
    """``joined`` and ``left`` of each academy of the trust, as far as the group links know them.

    An academy that an older vintage lists and the newest one does not has left by then; since GIAS links
    give no leaving date, ``left`` is the older vintage's, the last day on which it is known to have been a
    member.
    """
    ours = listed[listed["group_uid"] == trust.uid].sort_values(["vintage", "joined"])
    dated = listed.loc[listed["left"] == "", "vintage"]
    newest = dated.max() if len(dated) else ""
    found: dict[str, dict[str, str]] = {}
    for row in ours.to_dict("records"):
        left = row["left"] or (row["vintage"] if row["vintage"] < newest else "")
        joined = row["joined"] or found.get(row["urn"], {}).get("joined", "")
        found[row["urn"]] = {"joined": joined, "left": left}
    return found
