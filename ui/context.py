"""What a page is given: whom to ask, what was chosen, and what stands on every page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.access import Viewer
from kpi_engine.engine import View
from kpi_engine.model import TRUST, Academy
from kpi_engine.settings import Settings
from ui.ask import Ask
from ui.choice import Choice, Offer
from ui.sign_in.gate import Admission


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a page needs: ``sample`` says that the invented trust is shown, ``admission`` who looks at it.

    ``folder`` and ``version`` name the data that all answers come from; ``presented`` gives the view of everybody who
    presents, for what others see with the viewer.
    """

    ask: Ask
    trust_name: str
    as_at: dt.date
    sample: bool
    offered: Offer
    choice: Choice
    settings: Settings
    admission: Admission
    folder: Path
    version: str
    presented: Callable[[], View]

    @property
    def viewer(self) -> Viewer:
        """Who looks."""
        return self.admission.viewer

    def academy(self, urn: str) -> Academy:
        """The academy of that URN, among those that the viewer may see."""
        return next(a for a in self.offered.academies if a.urn == urn)

    def listed(self) -> tuple[Academy, ...]:
        """The academies side by side: today's, with those that have left once a year is chosen; of the phase chosen."""
        among = self.choice.among
        return tuple(a for a in self.offered.academies if (among is None or a.urn in among) and self._shown(a))

    def _shown(self, academy: Academy) -> bool:
        if academy.urn not in self.offered.left:
            return True
        return self.choice.year[:4].isdigit() and (academy.left or "") > f"{self.choice.year[:4]}-09-01"

    @property
    def scope_name(self) -> str:
        """The chosen scope in words."""
        if self.choice.academy != TRUST:
            return self.academy(self.choice.academy).name
        if self.choice.phase:
            return f"All {self.choice.phase} academies"
        return "All academies"
