"""Who prepares, freezes, presents and writes down, and who reads a meeting."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_engine.access import Role, Viewer
from kpi_engine.errors import NotYours

_OFFICE = (Role.EXECUTIVE, Role.ADMIN)
_BOARD = (*_OFFICE, Role.GOVERNOR)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who does something with a meeting: ``name`` as others are shown it."""

    viewer: Viewer
    name: str

    @property
    def user(self) -> str:
        """The directory's key of this person."""
        return self.viewer.user


def may_read(viewer: Viewer) -> bool:
    """Whether this viewer reads and presents frozen meetings: the executive, admins and governors.

    A headteacher sees none, since the returns of other academies stand in them.
    """
    return viewer.role in _BOARD


def may_prepare(viewer: Viewer) -> bool:
    """Whether this viewer prepares, freezes and removes meetings and writes down what is said there: the executive
    and admins.

    A clerk is given one of these roles.
    """
    return viewer.role in _OFFICE


def refuse_unless(allowed: bool, what: str) -> None:
    """Raise NotYours, which says who may, unless it is allowed."""
    if not allowed:
        raise NotYours(
            f"{what} is not yours to change: the executive and administrators prepare and freeze meetings and write "
            "down what is said at them, and governors read them"
        )
