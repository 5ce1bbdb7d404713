"""Cells to numbers: publishers' codes stay codes, blanks stay unknown, everything else must be a number.

The meaning of each code is listed in ``docs/data-formats.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

SUPPRESSED = frozenset({"SUPP", "C", "LOWCOV"})
NOT_APPLICABLE = frozenset({"Z", "NE", "NOT APPLICABLE"})
NOT_AVAILABLE = frozenset({"NA", "NP", "NEW", "SN", "X", ":", "..", ".", "NULL", "DNS", "N/A"})
ROUNDS_TO_ZERO = frozenset({"K", "LOW", "SP"})
KNOWN = SUPPRESSED | NOT_APPLICABLE | NOT_AVAILABLE | ROUNDS_TO_ZERO
"""Every code seen in published tables, upper case.

``K`` and ``LOW`` mean a figure too small to print. So does ``SP``: no dictionary explains it, but in the published KS4
destinations it stands exactly where a percentage above 0 would round to 0.
"""

_NUMBER = r"[-+]?((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)([eE][-+]?\d+)?"


@dataclass(frozen=True)
class Numbers:
    """A column as numbers: ``value`` (float64, NaN where there is none), ``code`` (text or None), ``bad`` (bool).

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
    unique = pd.Series(text.unique(), dtype=object)
    cleaned = unique.astype(str).str.strip()
    marked = cleaned.str.replace(r"^(-?)£|%$", r"\1", regex=True).str.strip()
    is_number = marked.str.fullmatch(_NUMBER).fillna(False).astype(bool)
    bare = marked.str.replace(",", "", regex=False)
    parsed = pd.to_numeric(bare.where(is_number), errors="coerce").astype(float)
    parsed = parsed.where(np.isfinite(parsed))
    upper = cleaned.str.upper()
    is_code = upper.isin(list(codes)) & ~is_number
    blank = cleaned == ""
    bad = ~(blank | is_code | parsed.notna())
    place = pd.Series(range(len(unique)), index=unique.to_numpy(dtype=object))
    at = place.reindex(text.to_numpy(dtype=object)).to_numpy(dtype=int)
    code_values = np.where(is_code.to_numpy(), upper.to_numpy(dtype=object), None)
    return Numbers(
        pd.Series(parsed.to_numpy()[at], index=text.index),
        pd.Series(code_values[at], index=text.index, dtype=object),
        pd.Series(bad.to_numpy()[at], index=text.index),
    )
