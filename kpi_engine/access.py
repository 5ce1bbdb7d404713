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
    """Somebody who asks, as the trust's directory describes them.

    ``academies`` are the URNs that a headteacher leads. ``small_numbers`` says that the trust's policy lets
    headteachers see the small numbers of their own academies. Whoever is ``presenting`` is given what a governor may
    see, since others look on.
    """

    user: str
    role: Role
    academies: frozenset[str] = frozenset()
    small_numbers: bool = False
    presenting: bool = False

    def leads(self, urn: str) -> bool:
        """Whether this viewer is a headteacher of that academy."""
        return self.role is Role.HEADTEACHER and urn in self.academies

    @property
    def scope(self) -> tuple[str, str, str, bool, bool]:
        """All that decides what may be seen, and so part of the key of every remembered answer."""
        return (self.user, str(self.role), ",".join(sorted(self.academies)), self.small_numbers, self.presenting)


EVERYTHING = Viewer("everybody", Role.EXECUTIVE)
"""The executive's view, for whoever works with the data folder itself."""
