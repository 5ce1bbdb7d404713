"""What a note or an action stands beside, who reads, and who may do what there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kpi_engine.access import Role, Viewer
from kpi_engine.answers import Cell, Result
from kpi_engine.errors import NotYours, UsageError
from kpi_engine.model import TRUST, WithheldKind
from kpi_engine.years import parse_year

_KPI = re.compile(r"[a-z0-9-]{1,80}")
_URN = re.compile(r"[0-9]{6}")
_OFFICE = (Role.EXECUTIVE, Role.ADMIN)


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """A KPI's undivided figure: of an academy (its URN) or of the trust, in an academic year.

    Without a KPI and a year it is the trust as a whole, which actions may belong to. Raises UsageError for anything
    else.
    """

    kpi: str = ""
    academy: str = TRUST
    academic_year: str = ""

    def __post_init__(self) -> None:
        if not self.kpi:
            right = self.academy == TRUST and not self.academic_year
        else:
            known = bool(_KPI.fullmatch(self.kpi)) and (self.academy == TRUST or bool(_URN.fullmatch(self.academy)))
            right = known and parse_year(self.academic_year) == self.academic_year
        if not right:
            raise UsageError(
                f"nothing can be written beside KPI {self.kpi!r}, academy {self.academy!r}, academic year "
                f"{self.academic_year!r}; name a KPI, a URN or “trust”, and a year such as 2018/19"
            )

    def __str__(self) -> str:
        return f"{self.kpi}, {self.academy}, {self.academic_year}" if self.kpi else "the trust"


WHOLE_TRUST = Subject()
"""The trust without any figure."""


def of(answer: Result | Cell) -> Subject:
    """The subject of an answer, whatever breakdown it has been taken to."""
    return Subject(answer.kpi, answer.academy, answer.academic_year)


def is_hidden(answer: Result | Cell) -> bool:
    """Whether the figure is hidden from whoever was given this answer."""
    return answer.withheld is not None and answer.withheld.kind is WithheldKind.HIDDEN


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads, and perhaps writes: ``name`` as others are shown it.

    ``hidden`` says of a subject whether its figure is hidden from this viewer. It is asked for every subject that is
    read or written on, since what people write about a figure may repeat it.
    """

    viewer: Viewer
    name: str
    hidden: Callable[[Subject], bool]


def may_read(reader: Reader, subject: Subject) -> bool:
    """Whether what is written there is shown to this reader.

    The executive, admins and governors read beside every figure they see; a headteacher beside the own academies' and
    the trust's. Nothing is shown beside a figure that is hidden from the reader, nor to an audience.
    """
    viewer = reader.viewer
    if viewer.presenting:
        return False
    if viewer.role is Role.HEADTEACHER and subject.academy != TRUST and not viewer.leads(subject.academy):
        return False
    return not (subject.kpi and reader.hidden(subject))


def may_write(reader: Reader, subject: Subject) -> bool:
    """Whether this reader may write there: the executive and admins everywhere, headteachers beside the own academies'
    figures, governors nowhere; and nobody beside a figure that is hidden from them."""
    viewer = reader.viewer
    entitled = viewer.role in _OFFICE or viewer.leads(subject.academy)
    return entitled and may_read(reader, subject)


def may_correct(reader: Reader, subject: Subject, author: str) -> bool:
    """Whether this reader may change or remove what ``author`` wrote there: the own words, or as executive or admin
    anybody's. A headteacher does not rewrite what the executive said about the academy."""
    return may_write(reader, subject) and (reader.viewer.role in _OFFICE or author == reader.viewer.user)


def refuse_unless(allowed: bool, what: str) -> None:
    """Raise NotYours, which says who may, unless it is allowed."""
    if not allowed:
        raise NotYours(
            f"{what} is not yours to change here: the executive and administrators write beside every figure they see, "
            "headteachers beside those of the academies they lead, and a note is changed by its author, the executive "
            "or an administrator"
        )
