"""The words and shapes that statuses, breakdowns and cohorts are shown with. No status is told by colour alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from html import escape

from kpi_engine.access import Role
from kpi_engine.answers import Cell, Result
from kpi_engine.engine.evidence import Evidence
from kpi_engine.engine.years_together import Together
from kpi_engine.telling import (
    UNCOUNTED,
    answers,
    axis_of,
    axis_words,
    cohort,
    counted,
    dimension,
    figure,
    in_unit,
    is_gap,
    on_axis,
    outcome,
    people,
    side,
    special,
    status,
    value,
)

__all__ = [
    "RESTRICTED",
    "UNCOUNTED",
    "answers",
    "axis_of",
    "axis_words",
    "badge",
    "cohort",
    "counted",
    "day",
    "dimension",
    "figure",
    "in_unit",
    "is_gap",
    "mark",
    "on_axis",
    "outcome",
    "people",
    "restricted",
    "role_name",
    "role_of",
    "side",
    "special",
    "status",
    "text",
    "value",
]

_ROLES = {
    Role.HEADTEACHER: "Headteacher",
    Role.EXECUTIVE: "Executive",
    Role.GOVERNOR: "Governor",
    Role.ADMIN: "Administrator",
}
RESTRICTED = "Small numbers, shown to you as their headteacher: do not pass them on."
"""What stands beside figures that are shown by a headteacher's right to small numbers."""


def text(said: str) -> str:
    """A sentence as HTML; a number and its unit stay on one line."""
    return escape(said).replace(" %", "\u00a0%").replace(" per 100", "\u00a0per\u00a0100")


def day(iso: str) -> str:
    """A date as readers write it: ``14 November 2026``; "" for none."""
    if not iso:
        return ""
    found = dt.date.fromisoformat(iso)
    return f"{found.day} {found:%B %Y}"


def role_name(role: Role) -> str:
    """A role as readers say it."""
    return _ROLES[role]


def role_of(role: Role, academies: Collection[str], names: Mapping[str, str]) -> str:
    """What somebody is in the trust, with the academies that a headteacher leads."""
    led = sorted(names.get(urn, urn) for urn in academies)
    if role is not Role.HEADTEACHER or not led:
        return _ROLES[role]
    listed = f"{', '.join(led[:-1])} and {led[-1]}" if len(led) > 1 else led[0]
    return f"{_ROLES[role]} of {listed}"


def mark(found: Cell | Result) -> str:
    """The shape and word of a status, as HTML."""
    name, word = status(found)
    return f'<span class="mark {name}">{escape(word)}</span>'


def badge(found: Cell | Result | Together) -> str:
    """A mark, as HTML, beside a figure that is shown by a headteacher's right to small numbers."""
    said = '<span class="sr"> small number, do not pass on</span>'
    return f'<span class="restricted"><span aria-hidden="true">◆</span>{said}</span>' if found.restricted else ""


def restricted(found: Collection[Cell | Result | Evidence | Together]) -> tuple[str, ...]:
    """The sentence that belongs to such marks, where there is one."""
    return (f"◆ {RESTRICTED}",) if any(each.restricted for each in found) else ()
