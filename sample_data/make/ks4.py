"""Figures of one school at the end of KS4 that the wide and the tidy tables print alike."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sample_data.make.attainment import PROGRESS_8_DEVIATION, Ks4
from sample_data.make.pupils import Flags

SMALLEST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Figures:
    """One group's figures; the Progress 8 ones are None where nobody was covered."""

    pupils: int
    points: float
    average: float
    grade5: int
    grade4: int
    covered: int
    progress: float | None
    lower: float | None
    upper: float | None

    @property
    def shown(self) -> bool:
        """Whether a publisher would print them."""
        return self.pupils >= SMALLEST_SHOWN


def figures(found: Ks4, chosen: Flags, nudge: float = 0.0) -> Figures:
    """A group's figures. ``nudge`` is what changed in the average between two stages of a release."""
    size = int(chosen.sum())
    points = float(found.attainment8[chosen].sum()) + nudge * size
    who = chosen & found.covered
    covered = int(who.sum())
    progress = float(found.progress8[who].mean()) + nudge / 20 if covered else None
    reach = 1.96 * PROGRESS_8_DEVIATION / math.sqrt(covered) if covered else 0.0
    return Figures(
        size,
        points,
        points / size if size else 0.0,
        int(found.grade5[chosen].sum()),
        int(found.grade4[chosen].sum()),
        covered,
        progress,
        None if progress is None else progress - reach,
        None if progress is None else progress + reach,
    )


def everyone(found: Ks4) -> Flags:
    """All pupils."""
    return np.ones(len(found.people), dtype=bool)


def without_some(found: Ks4, fewer: int) -> Flags:
    """All but the last few pupils: what a provisional file knows before late results and checks."""
    chosen = everyone(found)
    if fewer:
        chosen[-fewer:] = False
    return chosen


def band(progress: float, lower: float, upper: float) -> int:
    """DfE's five bands of Progress 8, 1 (well above) to 5 (well below)."""
    if lower > 0:
        return 1 if progress >= 0.5 else 2
    if upper < 0:
        return 5 if progress < -0.5 else 4
    return 3


BAND_WORDS = {1: "Well above average", 2: "Above average", 3: "Average", 4: "Below average", 5: "Well below average"}
