"""The codes of a school's attendance register, and how each counts.

Source: Department for Education, *Working together to improve school attendance* (statutory guidance from 19 August
2024), the chapter on the contents of the attendance register, which rests on the School Attendance (Pupil
Registration) (England) Regulations 2024; for the codes that it withdrew, *School attendance* (2013 to 2023) and the
school census guides of those years. A half-day is *possible* unless its code says that the pupil did not have to
attend; it is *attended* when the pupil was present or at an approved educational activity elsewhere.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


class Counts(enum.Enum):
    """How a half-day with a code counts. Present and approved ones are attended; not counted ones are not possible."""

    PRESENT = "present"
    APPROVED = "approved educational activity"
    AUTHORISED = "authorised absence"
    UNAUTHORISED = "unauthorised absence"
    NOT_COUNTED = "not counted"


@dataclass(frozen=True, slots=True)
class RegisterCode:
    """A code: ``reason`` is the name that an absence has in the figures, None for what is no absence.

    ``since`` and ``until`` are the years of the guidance that brought or withdrew it, "" where it has always been
    there. Old years keep their codes, so a withdrawn code is read in every year.
    """

    code: str
    counts: Counts
    meaning: str
    reason: str | None = None
    since: str = ""
    until: str = ""

    @property
    def attended(self) -> bool:
        return self.counts in (Counts.PRESENT, Counts.APPROVED)

    @property
    def possible(self) -> bool:
        return self.counts is not Counts.NOT_COUNTED


_AUGUST_2024 = "2024"

CODES = (
    RegisterCode("/", Counts.PRESENT, "present in the morning"),
    RegisterCode("\\", Counts.PRESENT, "present in the afternoon"),
    RegisterCode("L", Counts.PRESENT, "late, before the register closed"),
    RegisterCode("B", Counts.APPROVED, "any other approved educational activity"),
    RegisterCode("J", Counts.APPROVED, "at an interview", until=_AUGUST_2024),
    RegisterCode("K", Counts.APPROVED, "education arranged by the local authority", since=_AUGUST_2024),
    RegisterCode("P", Counts.APPROVED, "approved sporting activity"),
    RegisterCode("V", Counts.APPROVED, "educational visit or trip"),
    RegisterCode("W", Counts.APPROVED, "work experience"),
    RegisterCode("C", Counts.AUTHORISED, "leave in exceptional circumstances", "Other authorised"),
    RegisterCode(
        "C1", Counts.AUTHORISED, "regulated performance or work abroad", "Regulated performance", _AUGUST_2024
    ),
    RegisterCode("C2", Counts.AUTHORISED, "temporary part-time timetable", "Temporary reduced timetable", _AUGUST_2024),
    RegisterCode("E", Counts.AUTHORISED, "suspended or excluded, without other provision", "Suspended or excluded"),
    RegisterCode("H", Counts.AUTHORISED, "agreed holiday", "Authorised holiday", until=_AUGUST_2024),
    RegisterCode("I", Counts.AUTHORISED, "illness", "Illness"),
    RegisterCode("J1", Counts.AUTHORISED, "leave for an interview", "Interview", _AUGUST_2024),
    RegisterCode("M", Counts.AUTHORISED, "medical or dental appointment", "Medical or dental appointment"),
    RegisterCode("R", Counts.AUTHORISED, "religious observance", "Religious observance"),
    RegisterCode("S", Counts.AUTHORISED, "study leave", "Study leave"),
    RegisterCode("T", Counts.AUTHORISED, "parent travelling for work", "Mobile child"),
    RegisterCode("G", Counts.UNAUTHORISED, "holiday that was not granted", "Unauthorised holiday"),
    RegisterCode("N", Counts.UNAUTHORISED, "no reason established yet", "No reason yet"),
    RegisterCode("O", Counts.UNAUTHORISED, "other or unknown circumstances", "Other unauthorised"),
    RegisterCode("U", Counts.UNAUTHORISED, "late, after the register closed", "Late after registers closed"),
    RegisterCode("D", Counts.NOT_COUNTED, "dual registered, expected at the other school"),
    RegisterCode("Q", Counts.NOT_COUNTED, "no travel arrangements made by the local authority", since=_AUGUST_2024),
    RegisterCode("X", Counts.NOT_COUNTED, "not of compulsory school age and not required to attend"),
    RegisterCode("Y", Counts.NOT_COUNTED, "unable to attend, exceptional", until=_AUGUST_2024),
    RegisterCode("Y1", Counts.NOT_COUNTED, "usual transport not available", since=_AUGUST_2024),
    RegisterCode("Y2", Counts.NOT_COUNTED, "widespread disruption of travel", since=_AUGUST_2024),
    RegisterCode("Y3", Counts.NOT_COUNTED, "part of the premises closed", since=_AUGUST_2024),
    RegisterCode("Y4", Counts.NOT_COUNTED, "whole site unexpectedly closed", since=_AUGUST_2024),
    RegisterCode("Y5", Counts.NOT_COUNTED, "in criminal justice detention", since=_AUGUST_2024),
    RegisterCode("Y6", Counts.NOT_COUNTED, "public health guidance or law", since=_AUGUST_2024),
    RegisterCode("Y7", Counts.NOT_COUNTED, "any other unavoidable cause", since=_AUGUST_2024),
    RegisterCode("Z", Counts.NOT_COUNTED, "prospective pupil, not on the admission register"),
    RegisterCode("#", Counts.NOT_COUNTED, "planned closure of the whole school"),
    RegisterCode("-", Counts.NOT_COUNTED, "no mark was recorded"),
)
"""Every code that is read. ``-`` is no code of the guidance: registers show it where nobody has made a mark."""

NO_MARK = "-"

BY_CODE: Mapping[str, RegisterCode] = MappingProxyType({each.code: each for each in CODES})

REASONS: Mapping[str, Counts] = MappingProxyType({each.reason: each.counts for each in CODES if each.reason})
"""The reasons for absence, under the names of the published daily series, each authorised or unauthorised."""
