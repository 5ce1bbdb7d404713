"""Cells to numbers: publishers' codes stay codes, blanks stay unknown, everything else must be a number.

The meaning of each code is listed in ``docs/data-formats.md``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

SUPPRESSED = frozenset({"SUPP", "C", "LOWCOV"})
NOT_APPLICABLE = frozenset({"Z", "NE", "NOT APPLICABLE"})
NOT_AVAILABLE = frozenset({"NA", "NP", "NEW", "SN", "X", ":", "..", ".", "NULL", "DNS", "N/A"})
ROUNDS_TO_ZERO = frozenset({"K", "LOW", "SP"})
KNOWN = SUPPRESSED | NOT_APPLICABLE | NOT_AVAILABLE | ROUNDS_TO_ZERO
"""Every code seen in published tables, upper case.

``K`` and ``LOW`` mean a figure too small to print. So does ``SP``: no dictionary explains it, but in the
published KS4 destinations it stands exactly where a percentage above 0 would round to 0.
"""

_NUMBER = re.compile(r"[-+]?((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Numbers:
    """A column as numbers: ``value`` (float64, NaN where there is none), ``code`` (text or None), ``bad``
    (bool).

    A blank cell has neither value nor code. ``bad`` marks cells that are neither a number nor a known code.
    """

    value: pd.Series[float]
    code: pd.Series[str]
    bad: pd.Series[bool]


def numbers(text: pd.Series[str], codes: frozenset[str] = KNOWN) -> Numbers:
    """Parse text cells such as ``45%``, ``£45,421``, ``250,564``, ``-0.08``, ``SUPP``, ``""``.

    Percent and pound signs and thousands separators are dropped; ``45%`` gives 45.0. Infinity and ``nan`` are
    bad, not numbers; so is ``45,2``, whose comma parts no thousands (it would otherwise become 452).
    """
    place, unique = pd.factorize(text.to_numpy(dtype=object), use_na_sentinel=False)
    value, code, bad = (
        np.array(each, dtype=kind)[place]
        for each, kind in zip(
            zip(*(_number(str(cell).strip(), codes) for cell in unique), strict=True) if len(unique) else ((), (), ()),
            (float, object, bool),
            strict=True,
        )
    )
    index = text.index
    return Numbers(
        pd.Series(value, index=index, copy=False),
        pd.Series(code, index=index, dtype=object, copy=False),
        pd.Series(bad, index=index, copy=False),
    )


def _number(cell: str, codes: frozenset[str]) -> tuple[float, str | None, bool]:
    if cell == "":
        return math.nan, None, False
    bare = cell.removesuffix("%").rstrip()
    bare = bare[1:] if bare.startswith("£") else bare.replace("-£", "-", 1)
    if _NUMBER.fullmatch(bare):
        value = float(bare.replace(",", ""))
        return (value, None, False) if math.isfinite(value) else (math.nan, None, True)
    upper = cell.upper()
    return (math.nan, upper, False) if upper in codes else (math.nan, None, True)
