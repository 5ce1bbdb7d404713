"""Which cells are sums of which: over the values of a dimension, over time, over academies, over pooled years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpi_engine import years
from kpi_engine.disclosure.cells import Flags, Floats, Ints, Relations
from kpi_engine.measures import POOLS
from kpi_engine.model import DIMENSIONS, TOTAL, TRUST, Measure, OverTime

PHASE = "phase:"
"""What stands before a phase where the sum of its academies is meant."""
POOL = "Pool"
"""The period of years taken together; the academic year is then the first of them."""
KEY = ("measure", "series", "academic_year", "urn", "period", *DIMENSIONS)
WHOLE = ("Year", "YTD")

SAME = {"y11_neet_or_unknown": "y11_engaged", "absence_reason": "attendance"}
"""Measures whose numerator is another's remainder: one is as good as the other."""
TERMS = ("Autumn", "Spring", "Summer")


@dataclass(frozen=True, slots=True)
class Shape:
    """The frame's keys as numbers: ``block`` for measure, series, year and URN; ``combo`` for the dimensions."""

    codes: Mapping[str, Ints]
    words: Mapping[str, Sequence[str]]
    numbers: Mapping[str, Mapping[str, int]]
    combo: Ints
    combos: pd.DataFrame
    key: Ints
    place: Ints
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Shape:
        codes, words = {}, {}
        for name in KEY[:5]:
            codes[name], found = pd.factorize(frame[name].to_numpy(dtype=object), sort=False)
            words[name] = [str(word) for word in found]
        combo, combos = _combos(frame)
        sizes = (*(len(words[name]) for name in KEY[:5]), len(combos))
        parts = [*(codes[name] for name in KEY[:5]), combo]
        key = parts[0].astype(np.int64)
        for part, size in zip(parts[1:], sizes[1:], strict=True):
            key = key * size + part
        place = np.argsort(key, kind="stable")
        numbers = {name: {word: place for place, word in enumerate(words[name])} for name in words}
        return cls(codes, words, numbers, combo, combos, key, place, sizes)

    def find(self, **changed: Ints) -> Ints:
        """For each row the row that is the same but for the columns given; -1 where there is none."""
        parts = [changed.get(name, self.codes[name]) for name in KEY[:5]] + [changed.get("combo", self.combo)]
        wanted = parts[0].astype(np.int64)
        valid = parts[0] >= 0
        for part, size in zip(parts[1:], self.sizes[1:], strict=True):
            valid &= part >= 0
            wanted = wanted * size + part
        ordered = self.key[self.place]
        at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
        return np.where(valid & (ordered[at] == wanted), self.place[at], -1)

    def code(self, name: str, word: str) -> int:
        return self.numbers[name].get(word, -1)

    def same(self, measures: Sequence[str], n: Floats, d: Floats) -> Ints:
        """The cell whose numerator is this one's remainder, or the cell itself."""
        partner = np.array([self.code("measure", SAME[id]) if id in SAME else -1 for id in measures], dtype=np.int64)
        other = self.find(measure=partner[self.codes["measure"]])
        itself = np.arange(len(self.key))
        return np.where((other >= 0) & self.whole(itself, other, n, d), other, itself)

    @staticmethod
    def whole(one: Ints, rest: Ints, n: Floats, d: Floats) -> Flags:
        """Whether two figures do make up one group: an academy can have given one of them and not the other."""
        alike: Flags = np.isclose(n[one] + n[rest], d[one], 1e-9, 1e-6) & np.isclose(d[one], d[rest], 1e-9, 1e-6)
        return alike


def combo_of(frame: pd.DataFrame) -> Ints:
    """A number for each breakdown."""
    key = np.zeros(len(frame), np.int64)
    for name in DIMENSIONS:
        code, found = pd.factorize(frame[name], sort=False)
        if len(found) > 1:
            key = np.unique(key * len(found) + code, return_inverse=True)[1].astype(np.int64)
    return key


def _combos(frame: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    key = frame["combo"].to_numpy(np.int64) if "combo" in frame.columns else combo_of(frame)
    _, first, key = np.unique(key, return_index=True, return_inverse=True)
    return key, frame.iloc[first][list(DIMENSIONS)].reset_index(drop=True)


Pairs = tuple[Ints, Ints]
"""Totals and parts, beside one another; those of one total make one sum."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Every sum as pairs, by kind: ``within`` over the values of a dimension or over time, ``across`` from academies to
    the trust, and the ``others``."""

    within: Sequence[Pairs]
    across: Pairs
    others: Sequence[Pairs]

    def relations(self) -> Relations:
        """One relation for each total and kind."""
        totals, relation, parts = [], [], []
        count = 0
        for total, part in (*self.within, self.across, *self.others):
            if len(total):
                different, code = np.unique(total, return_inverse=True)
                totals.append(different)
                relation.append(code + count)
                parts.append(part)
                count += len(different)
        if not totals:
            none = np.zeros(0, np.int64)
            return Relations(none, none, none)
        return Relations(np.concatenate(totals), np.concatenate(relation), np.concatenate(parts))


def sums_of(
    frame: pd.DataFrame, shape: Shape, measures: Mapping[str, Measure], n: Floats, names: Sequence[str]
) -> Sums:
    """Every sum between the cells of the frame."""
    phases, trust, phase_trust = _over_academies(frame, shape)
    return Sums(
        (*_over_dimensions(shape, measures, n, names), *_over_time(shape, measures, names)),
        trust,
        (phases, phase_trust, *_over_pools(shape)),
    )


def _pairs(total: Ints) -> Pairs:
    part = np.flatnonzero(total >= 0)
    return total[part], part


def _over_dimensions(shape: Shape, measures: Mapping[str, Measure], n: Floats, names: Sequence[str]) -> list[Pairs]:
    """The values of a dimension make its Total, where they are a partition or their numerators do add up to it."""
    found = []
    combos = shape.combos
    rows = [tuple(row) for row in combos.to_numpy(dtype=object).tolist()]
    lookup = {row: place for place, row in enumerate(rows)}
    for position, name in enumerate(DIMENSIONS):
        split = (combos[name] != TOTAL).to_numpy()
        if not split.any():
            continue
        upward = np.full(len(combos), -1, dtype=np.int64)
        for place in np.flatnonzero(split).tolist():
            row = rows[place]
            upward[place] = lookup.get((*row[:position], TOTAL, *row[position + 1 :]), -1)
        total, part = _pairs(shape.find(combo=upward[shape.combo]))
        declared = np.array([name in measures[id].partitions for id in names])[shape.codes["measure"][total]]
        summed = np.bincount(total, weights=n[part], minlength=len(n))
        adds_up = np.abs(summed - n)[total] < 1e-6
        keep = declared | adds_up
        found.append((total[keep], part[keep]))
    return found


def _over_time(shape: Shape, measures: Mapping[str, Measure], names: Sequence[str]) -> list[Pairs]:
    """Terms, months and weeks make the year (or the year so far), and weeks the term that they lie in."""
    words = shape.words["period"]
    adds = np.array([measures[id].over_time in (OverTime.SUM, OverTime.MEAN) for id in names])
    adding = adds[shape.codes["measure"]]
    forms = {
        "term": [word in TERMS for word in words],
        "month": [len(word) == 7 and word[4] == "-" and word[5] != "W" for word in words],
        "week": ["-W" in word for word in words],
    }
    found = []
    codes = shape.codes["period"]
    for form in forms.values():
        is_form = np.array(form)[codes] & adding
        for whole in WHOLE:
            to = np.where(is_form, shape.code("period", whole), -1)
            found.append(_pairs(shape.find(period=to)))
    is_week = np.array(forms["week"])[codes] & adding
    if is_week.any():
        terms = {
            (year, word): _term(year, word) for year in shape.words["academic_year"] for word in words if "-W" in word
        }
        to = np.full(len(codes), -1, dtype=np.int64)
        for place in np.flatnonzero(is_week):
            year = shape.words["academic_year"][shape.codes["academic_year"][place]]
            to[place] = shape.code("period", terms[year, words[codes[place]]])
        found.append(_pairs(shape.find(period=to)))
    return found


def _term(year: str, week: str) -> str:
    """The term in which the middle of a week lies."""
    first, last = years.period_days(year, week)
    middle = first + (last - first) / 2
    for term in TERMS:
        begin, end = years.period_days(year, term)
        if begin <= middle <= end:
            return term
    return ""


def _over_academies(frame: pd.DataFrame, shape: Shape) -> list[Pairs]:
    """Academies make their phase's sum and the trust's, and phases the trust's."""
    urns, periods = shape.words["urn"], shape.words["period"]
    year, to_date = shape.code("period", "Year"), shape.code("period", "YTD")
    moved: dict[str, Ints] = {}
    if "YTD" in periods:
        moved["period"] = np.where(shape.codes["period"] == to_date, year, shape.codes["period"]).astype(np.int64)
    counted = (frame["phase"] != "").to_numpy()
    places = {urn: place for place, urn in enumerate(urns)}
    phase, found = pd.factorize(frame["phase"])
    to_phase = np.array([places.get(str(each), -1) for each in found], dtype=np.int64)[phase]
    trust = shape.code("urn", TRUST)
    is_phase = np.array([urn.startswith(PHASE) for urn in urns])[shape.codes["urn"]]
    return [
        _pairs(shape.find(urn=to_phase, **moved)),
        _pairs(shape.find(urn=np.where(counted, trust, -1).astype(np.int64), **moved)),
        _pairs(shape.find(urn=np.where(is_phase, trust, -1).astype(np.int64))),
    ]


def _over_pools(shape: Shape) -> list[Pairs]:
    """The years of a pool make the pool."""
    found = []
    for pool in POOLS:
        year_words = shape.words["academic_year"]
        firsts = np.array([shape.code("academic_year", pool.window(year)[0]) for year in year_words])
        whole = np.array([word in WHOLE for word in shape.words["period"]])[shape.codes["period"]]
        mine = (shape.codes["measure"] == shape.code("measure", pool.measure)) & whole
        to_period = np.where(mine, shape.code("period", POOL), -1)
        found.append(_pairs(shape.find(period=to_period, academic_year=firsts[shape.codes["academic_year"]])))
    return found
