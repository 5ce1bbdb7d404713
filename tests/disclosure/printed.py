"""What published tables say of a figure, for somebody who has them at hand: between which two numbers it lies."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS, TOTAL

Place = tuple[str, str, str, str, tuple[tuple[str, str], ...]]
"""Measure, year, URN, period and breakdown."""
NEAR = 1.0
"""A figure that differs by a pupil is taken to be as good as known, if it is no small number."""


def printed(facts: pd.DataFrame, guard: Iterable[int]) -> dict[Place, list[tuple[float, float, float]]]:
    """Of each published figure the least and greatest numerator that it leaves, and its denominator (NaN: none given;
    the numerators are then shares). Percentages are taken to be rounded to the last place that their table has."""
    rows = facts[np.asarray(list(guard)) == 0]
    tables: dict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
    for row in rows.to_dict("records"):
        if not (math.isnan(row["numerator"]) and math.isnan(row["published_value"])):
            tables[row["measure"], row["source_id"]].append(row)
    found: dict[Place, list[tuple[float, float, float]]] = defaultdict(list)
    for (id, _), lines in tables.items():
        factor = MEASURES[id].factor
        counted = any(not math.isnan(line["numerator"]) and not _is_rate(line, factor) for line in lines)
        places = max(
            (_places(line["published_value"]) for line in lines if not math.isnan(line["published_value"])), default=4
        )
        for line in lines:
            dims = tuple((name, str(line[name])) for name in DIMENSIONS if line[name] != TOTAL)
            place = (id, line["academic_year"], line["urn"], line["period"], dims)
            d = line["denominator"]
            if counted:
                found[place].append((line["numerator"], line["numerator"], d))
            else:
                of = 1.0 if math.isnan(d) else d
                sides = (line["published_value"] + sign * 0.5 / 10**places for sign in (-1, 1))
                found[place].append((*(side / factor * of for side in sides), d))
    return found


def _is_rate(line: Mapping[str, float], factor: float) -> bool:
    made = line["published_value"] / factor * line["denominator"]
    return abs(made - line["numerator"]) <= 1e-6 * max(1.0, abs(made))


def _places(value: float) -> int:
    text = f"{value:.4f}".rstrip("0")
    return len(text) - text.index(".") - 1


def bounds(read: Iterable[tuple[float, float, float]], n: float, d: float, sure: bool) -> tuple[float, float]:
    """Between which numbers a numerator lies for whoever has read these; everything where none of them speaks of it.

    ``sure``: a score, which is known or not; of people, a half can be rounded either way.
    """
    low, high = -math.inf, math.inf
    for least, most, of in read:
        if math.isnan(of):
            least, most, of = least * d, most * d, d
        if abs(of - d) > 1e-6 or not least - 1e-6 <= n <= most + 1e-6:
            continue
        if sure:
            least = most = n
        elif abs(n - round(n)) < 1e-6:
            least, most = math.ceil(least - 1e-6), max(n, math.ceil(most - 1e-6) - 1)
        low, high = max(low, least), min(high, most)
    return low, high


def nearly(read: Iterable[tuple[float, float, float]], n: float, d: float) -> bool:
    """Whether one of them is no more than a person off."""
    for least, most, of in read:
        if math.isnan(of):
            least, most, of = least * d, most * d, d
        if abs(of - d) <= NEAR and least - NEAR - 1e-6 <= n <= most + NEAR + 1e-6:
            return True
    return False
