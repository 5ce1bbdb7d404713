"""Earlier URNs of an academy: a conversion or merger gives a new URN, and older figures keep the old one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

_URN = re.compile(r"\d{5,7}")


def predecessors(links: pd.DataFrame, own: Mapping[str, str], notes: list[str]) -> dict[str, tuple[str, ...]]:
    """All earlier URNs of each academy, however far back, nearest first.

    ``links`` has ``urn`` and ``predecessor_urn`` (GIAS links and URN look-ups), ``own`` the trust's own
    list (one or several URNs in a cell). A URN that is itself an academy of the trust is nobody's
    predecessor: its figures are its own. One that two academies come from is given to neither, for its
    figures would count twice; a note says so.
    """
    earlier: dict[str, set[str]] = defaultdict(set)
    for urn, before in zip(links["urn"], links["predecessor_urn"], strict=True):
        if urn and before:
            earlier[str(urn)].add(str(before))
    for urn, cell in own.items():
        earlier[urn].update(_URN.findall(cell))
    academies = frozenset(own)
    found = {urn: _back(urn, earlier, academies) for urn in own}
    claimed: dict[str, list[str]] = defaultdict(list)
    for urn, before in found.items():
        for one in before:
            claimed[one].append(urn)
    shared = {one: urns for one, urns in claimed.items() if len(urns) > 1}
    for one, urns in sorted(shared.items()):
        notes.append(
            f"URN {one} came before {' and '.join(urns)}; its figures are given to neither, so that none counts twice"
        )
    return {urn: tuple(one for one in before if one not in shared) for urn, before in found.items()}


def _back(urn: str, earlier: Mapping[str, set[str]], academies: frozenset[str]) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    waiting = [urn]
    while waiting:
        for before in sorted(earlier.get(waiting.pop(0), ())):
            if before not in seen and before != urn and before not in academies:
                seen[before] = None
                waiting.append(before)
    return tuple(seen)
