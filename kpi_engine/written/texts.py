"""What people type, made fit to be kept: plain text of limited length that holds nobody's number or address."""

from __future__ import annotations

import datetime as dt
import unicodedata

from kpi_engine.errors import Unfit
from kpi_engine.intake.personal import looks_personal

LONGEST = 600
"""Characters of a note, of what shall be done, and of a follow-up."""

LONGEST_OWNER = 120
_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
_JOINERS = "\u200c\u200d"
"""Unseen, and part of how some languages and signs are written."""


def fit(text: str, what: str, longest: int = LONGEST) -> str:
    """The text without blanks around it and without unseen characters; lines stay, an empty line at most between two.

    Raises Unfit, which begins with ``what`` it is, for an empty or too long text, and for one with a pupil's or
    National Insurance number or an e-mail address in it; the text itself is not repeated.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [_line(line) for line in composed.split("\n")]
    kept = "\n".join(line for i, line in enumerate(lines) if line or (i and lines[i - 1])).strip()
    if not kept:
        raise Unfit(f"{what} is empty; write something first")
    if len(kept) > longest:
        raise Unfit(f"{what} has {len(kept)} characters, and {longest} are the most; shorten it")
    if looks_personal(kept):
        raise Unfit(
            f"{what} holds a pupil’s or National Insurance number or an e-mail address, which everybody who sees this "
            "figure would read; take it out"
        )
    return kept


def fit_owner(text: str) -> str:
    """The name of who shall do something, on one line. Raises Unfit as ``fit`` does; an e-mail address may stand."""
    kept = " ".join(_line(unicodedata.normalize("NFC", text.replace("\n", " "))).split())
    if not kept:
        raise Unfit("the action has nobody who does it; write a name or a role")
    if len(kept) > LONGEST_OWNER:
        raise Unfit(f"the name of who does it has {len(kept)} characters, and {LONGEST_OWNER} are the most; shorten it")
    return kept


def fit_due(due: object) -> dt.date:
    """A day. Raises Unfit for anything else, and for a day before 2000 or after 2100."""
    if not isinstance(due, dt.date) or isinstance(due, dt.datetime) or not _FIRST <= due <= _LAST:
        raise Unfit("the action has no due date; choose the day by which it shall be done")
    return due


def _line(line: str) -> str:
    kept = (" " if unicodedata.category(c) in ("Zs", "Cc") else c for c in line)
    return "".join(c for c in kept if c.isprintable() or c in _JOINERS).strip()
