"""What somebody knows from all answers together, beside what the version's decision lets him know."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kpi_engine.model import TRUST
from tests.disclosure.attacker import Key, Puzzle, Table, names, puzzle, table
from tests.disclosure.auditing import Audit
from tests.disclosure.first_rule import small
from tests.disclosure.solving import Matrix, propagate
from tests.disclosure.view_worlds import WHOLE, Leave


@dataclass(frozen=True, slots=True)
class Known:
    """Hidden figures that the answers narrow down more than the decision does, and what was looked at."""

    narrower: tuple[str, ...]
    hidden: int
    shown: int
    """Figures and sums that the decision shows."""
    collected: int
    """Those of them that an answer gave."""


def known(facts: pd.DataFrame, sums: pd.DataFrame, audit: Audit) -> Known:
    """Carry bounds through every sum twice: from what is decided to be shown alone, and with all that was answered."""
    leave = audit.leave
    truth = leave.truth
    whole = table(facts, facts["guard"], sums, truth.academies, truth.as_at, leave.level)
    decided = {key: replace(cell, shown=cell.shown and _may(leave, key)) for key, cell in whole.items()}
    answered = {key: replace(cell, shown=cell.shown or key in audit.given) for key, cell in decided.items()}
    before, after = (puzzle([cells], truth.academies, truth.as_at) for cells in (decided, answered))
    _add(after, answered, audit)
    (low, high), (lower, higher) = (propagate(Matrix.of(made)) for made in (before, after))
    own = names([decided])[0]
    narrower, hidden = [], 0
    for key, cell in decided.items():
        if cell.shown:
            continue
        hidden += 1
        at, then = before.place[own[key]], after.place[own[key]]
        if lower[then] > low[at] + 1e-6 or higher[then] < high[at] - 1e-6:
            was, now = f"{low[at]:g} to {high[at]:g}", f"{lower[then]:g} to {higher[then]:g}"
            narrower.append(f"{key}: {cell.n:g} lay within {was} and lies within {now}")
    open_ = {key for key, cell in decided.items() if cell.shown}
    return Known(tuple(narrower), hidden, len(open_), len(open_ & audit.given))


def _may(leave: Leave, key: Key) -> bool:
    """A headteacher is not given what the executive is."""
    return not leave.is_head or leave.cell(key)


def _add(made: Puzzle, cells: Table, audit: Audit) -> None:
    """The sums that are no figures of the version's own, each as one more equation."""
    own = names([cells])[0]
    for parts, n in audit.sums.items():
        if parts and all(part in cells for part in parts):
            made.row([made.place[own[part]] for part in parts], [1.0] * len(parts), n, n)


def of_others(audit: Audit) -> list[str]:
    """What a headteacher can work out about one other academy, or about others who make a small number together, from
    the sums that were given and the own figures: by elimination, whatever the bounds are."""
    leave = audit.leave
    groups: dict[tuple[object, ...], list[tuple[dict[Key, float], float]]] = defaultdict(list)
    for key in audit.given:
        id, series, year, urn, period, dims = key
        if period == "Pool" or not urn.startswith((TRUST, "phase:")):
            continue
        parts = leave.truth.counted(id, series, year, period, dims)
        if urn != TRUST:
            parts = {u: raw for u, raw in parts.items() if f"phase:{leave.truth.phase(u)}" == urn}
        cells = {(id, series, year, u, "Year", dims): 1.0 for u in parts}
        groups[id, series, year, period, dims].append((cells, sum(raw.n for raw in parts.values())))
    for keys, n in audit.sums.items():
        single = [key for key in keys if not key[3].startswith("phase:")]
        if single and all(key[4] in WHOLE for key in single):
            at = single[0]
            groups[(*at[:3], "Year", at[5])].append(({(*k[:4], "Year", k[5]): 1.0 for k in single}, n))
    found = []
    for at, rows in groups.items():
        id, series, year, period, dims = at
        raws = leave.truth.counted(id, series, year, period, dims)  # type: ignore[arg-type]
        unknown = sorted({key for cells, _ in rows for key in cells if not leave.single(key[3], raws[key[3]])})
        if not unknown:
            continue
        matrix = np.array([[cells.get(key, 0.0) for key in unknown] for cells, _ in rows])
        for place in range(len(unknown)):
            unit = np.zeros(len(unknown))
            unit[place] = 1.0
            if np.linalg.matrix_rank(np.vstack([matrix, unit])) == np.linalg.matrix_rank(matrix):
                found.append(f"{unknown[place]}: is {raws[unknown[place][3]].n:g}")
        for row in matrix:
            others = [raws[key[3]] for key, on in zip(unknown, row, strict=True) if on]
            n, d, people = (sum(getattr(raw, name) or 0.0 for raw in others) for name in ("n", "d", "people"))
            if others and small(unknown[0][0], n, d, people):
                found.append(f"{at}: the others together are {n:g} of {d:g}")
    return found
