"""Who asks: a viewer with a role and academies. Every answer of the engine is given to a viewer."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Role(enum.StrEnum):
    """What somebody is in the trust, as far as figures are concerned."""

    HEADTEACHER = "headteacher"
    EXECUTIVE = "executive"
    GOVERNOR = "governor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks. ``academies`` are the URNs a headteacher leads; others may see every academy."""

    user: str
    role: Role
    academies: frozenset[str] = frozenset()

    def may_see(self, urn: str) -> bool:
        """Whether this viewer may see an academy's figures at all."""
        return self.role is not Role.HEADTEACHER or urn in self.academies


EVERYTHING = Viewer("everybody", Role.EXECUTIVE)
"""A viewer who may see every academy, for a trust that has not set up roles."""
