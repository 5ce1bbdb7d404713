"""What one school is, and when it was in the trust."""

from __future__ import annotations

from dataclasses import dataclass

LA_CODE = "999"


@dataclass(frozen=True, slots=True)
class School:
    """One school. Shifts are in pupil standard deviations against England; ``absence`` multiplies England's rate."""

    key: str
    name: str
    urn: str
    estab: str
    phase: str
    low: int
    high: int
    entry: int
    entry7: int = 0
    entry12: int = 0
    joined: str = ""
    left: str = ""
    opened: str = ""
    old_urn: str = ""
    old_name: str = ""
    disadvantaged: float = 0.25
    support: float = 0.15
    plan: float = 0.03
    eal: float = 0.12
    level: float = 0.0
    levels: tuple[tuple[int, float], ...] = ()
    gap: float = 0.5
    absence: float = 1.0
    suspended: float = 1.0
    kind: str = "Academy converter"
    nftype: str = "ACC"
    street: str = "Mill Lane"
    postcode: str = "WY1 1AA"
    idaci: int = 3

    @property
    def in_trust(self) -> bool:
        """Whether it is, or was, one of the trust's own."""
        return bool(self.joined)

    @property
    def current(self) -> bool:
        """Whether it is in the trust today."""
        return self.in_trust and not self.left

    @property
    def sixth_form(self) -> bool:
        """Whether it has students in years 12 and 13."""
        return self.entry12 > 0

    @property
    def laestab(self) -> str:
        """LA code and establishment number, seven digits."""
        return LA_CODE + self.estab

    def urn_in(self, start: int) -> str:
        """The URN that stood in the registers at the end of an academic year."""
        return self.old_urn if self.old_urn and self.opened > f"{start + 1}-07-31" else self.urn

    def name_in(self, start: int) -> str:
        """The name that belongs to ``urn_in``."""
        return self.old_name if self.urn_in(start) != self.urn else self.name

    def member_in(self, month: str) -> bool:
        """Whether it is in the trust on the first day of a month (``2025-10``)."""
        return self.in_trust and self.joined <= month + "-01" and not (self.left and self.left < month + "-01")

    def member_all_year(self, start: int) -> bool:
        """Whether it is in the trust for the whole academic year."""
        return self.member_in(f"{start}-09") and self.member_in(f"{start + 1}-08")

    def returns_in(self, start: int) -> bool:
        """Whether the trust would hold its returns for (part of) an academic year."""
        return (
            self.in_trust and self.joined <= f"{start + 1}-07-31" and not (self.left and self.left < f"{start}-09-01")
        )

    @property
    def year_groups(self) -> tuple[str, ...]:
        """Year groups of compulsory schooling, as returns write them."""
        first = 0 if self.low <= 5 else self.low - 4
        return tuple("R" if g == 0 else str(g) for g in range(first, min(self.high, 16) - 4))
