"""What Ofsted found: every invented inspection, oldest first, whatever file it is later printed in."""

from __future__ import annotations

from dataclasses import dataclass

from sample_data.make.trust import SCHOOLS, School

FRAMEWORK_2019 = "2019-09-01"
NO_HEADLINE = "2024-09-01"
REPORT_CARDS = "2025-11-10"

EXCEPTIONAL, STRONG, EXPECTED, ATTENTION = "Exceptional", "Strong standard", "Expected standard", "Needs attention"
AREAS = (
    "Inclusion",
    "Curriculum and teaching",
    "Achievement",
    "Attendance and behaviour",
    "Personal development and wellbeing",
    "Leadership and governance",
)


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection. ``grades`` are overall, quality of education (before 2019: teaching), behaviour (before 2019:
    behaviour and development together), personal development, leadership, early years, sixth form; 9 = no such
    judgement, 0 = none was given. ``card`` holds a report card's words in the order of ``AREAS``."""

    key: str
    date: str
    published: str
    kind: str = "S5 Inspection"
    grades: tuple[int, int, int, int, int, int, int] | None = None
    safeguarding: str = "Yes"
    concern: str = ""
    outcome: str = ""
    card: tuple[str, ...] = ()
    old_urn: bool = False
    early_years: str = "Not applicable"
    post16: str = "Not applicable"

    @property
    def school(self) -> School:
        """The school inspected."""
        return next(school for school in SCHOOLS if school.key == self.key)

    @property
    def urn(self) -> str:
        """The URN at the time."""
        return self.school.old_urn if self.old_urn else self.school.urn

    @property
    def name(self) -> str:
        """The name at the time."""
        return self.school.old_name if self.old_urn else self.school.name

    @property
    def graded(self) -> bool:
        """Whether it gave grades under the old framework or the 2019 one."""
        return self.grades is not None

    @property
    def number(self) -> str:
        """An inspection number that no real inspection bears."""
        return "99" + self.date.replace("-", "")[2:]


FIRST = "Academy First Section 5"
UNGRADED = "S8 Inspection"

INSPECTIONS = (
    # before joining: the baselines
    Inspection("quillbrook", "2015-09-29", "2015-10-23", grades=(2, 2, 2, 9, 2, 2, 9)),
    Inspection("corvane", "2015-10-13", "2015-11-11", grades=(2, 2, 2, 9, 2, 9, 2)),
    Inspection(
        "netherquill",
        "2015-11-24",
        "2016-01-08",
        grades=(4, 4, 3, 9, 4, 9, 3),
        concern="SM",
        safeguarding="No",
        old_urn=True,
    ),
    Inspection("rillhaven", "2015-12-08", "2016-01-14", grades=(1, 1, 1, 9, 1, 1, 9)),
    Inspection("fennacre", "2016-03-15", "2016-04-20", grades=(3, 3, 2, 9, 3, 2, 9)),
    Inspection("marlwick", "2017-03-21", "2017-05-05", grades=(3, 3, 2, 9, 3, 2, 9), old_urn=True),
    Inspection("oxlowe", "2017-06-06", "2017-07-04", kind=FIRST, grades=(2, 2, 2, 9, 2, 2, 9)),
    Inspection("quillbrook", "2017-10-11", "2017-11-10", grades=(2, 2, 1, 9, 2, 2, 9)),
    Inspection("corvane", "2018-02-27", "2018-04-11", grades=(2, 2, 2, 9, 2, 9, 2)),
    Inspection("hollinmere", "2018-05-15", "2018-06-12", grades=(2, 2, 2, 9, 2, 2, 9)),
    Inspection("fennacre", "2018-11-20", "2018-12-18", grades=(2, 2, 2, 9, 2, 2, 9)),
    Inspection("netherquill", "2018-12-04", "2019-01-22", kind=FIRST, grades=(3, 3, 3, 9, 3, 9, 3)),
    Inspection("rillhaven", "2019-02-05", "2019-03-08", grades=(1, 1, 1, 9, 1, 8, 9)),
    # from September 2019
    Inspection("pexmoor", "2019-11-12", "2019-12-17", grades=(3, 3, 2, 2, 3, 2, 9)),
    Inspection("tansymere", "2021-10-12", "2021-11-25", kind=FIRST, grades=(3, 3, 2, 2, 3, 3, 9)),
    Inspection("marlwick", "2022-06-21", "2022-07-20", kind=FIRST, grades=(2, 2, 1, 2, 2, 2, 9)),
    Inspection("gorsefen", "2022-09-27", "2022-11-01", grades=(1, 1, 1, 1, 1, 1, 9)),
    Inspection("netherquill", "2022-10-18", "2022-12-02", grades=(3, 3, 3, 2, 3, 9, 3)),
    Inspection("quillbrook", "2022-11-08", "2022-12-12", kind=UNGRADED, outcome="School remains Good"),
    Inspection("osierholt", "2023-02-07", "2023-03-14", grades=(2, 2, 2, 2, 2, 1, 9)),
    Inspection("rillhaven", "2023-03-14", "2023-04-25", grades=(2, 2, 1, 1, 2, 2, 9)),
    Inspection("oxlowe", "2023-05-23", "2023-06-27", grades=(2, 2, 2, 1, 2, 2, 9)),
    Inspection("tarrowby", "2023-11-14", "2024-01-09", grades=(2, 2, 2, 2, 2, 9, 2)),
    Inspection("aldermoss", "2024-04-23", "2024-06-04", grades=(3, 3, 3, 2, 2, 9, 9)),
    # from September 2024: no headline grade
    Inspection("tansymere", "2024-10-15", "2024-11-19", grades=(0, 2, 2, 2, 2, 2, 9)),
    Inspection("corvane", "2024-11-26", "2025-01-14", grades=(0, 2, 1, 2, 2, 9, 2)),
    Inspection("netherquill", "2025-02-11", "2025-03-25", grades=(0, 3, 3, 2, 3, 9, 2)),
    Inspection("marlwick", "2025-03-18", "2025-04-29", kind=UNGRADED, outcome="School remains Good"),
    Inspection("hollinmere", "2025-05-06", "2025-05-30", grades=(0, 2, 2, 2, 3, 2, 9)),
    # report cards
    Inspection(
        "oxlowe",
        "2026-01-20",
        "2026-02-24",
        card=(STRONG, EXPECTED, STRONG, EXPECTED, STRONG, EXPECTED),
        safeguarding="Met",
        early_years=STRONG,
    ),
    Inspection(
        "quillbrook",
        "2026-03-10",
        "2026-04-21",
        card=(EXPECTED, STRONG, STRONG, STRONG, EXPECTED, STRONG),
        safeguarding="Met",
        early_years=EXPECTED,
    ),
    Inspection(
        "pexmoor",
        "2026-01-27",
        "2026-02-26",
        card=(EXPECTED, ATTENTION, ATTENTION, EXPECTED, EXPECTED, ATTENTION),
        safeguarding="Met",
        early_years=EXPECTED,
    ),
    Inspection(
        "rillhaven",
        "2026-05-12",
        "2026-06-23",
        card=(EXCEPTIONAL, STRONG, EXPECTED, ATTENTION, STRONG, EXPECTED),
        safeguarding="Met",
    ),
)


def before(key: str, date: str) -> list[Inspection]:
    """A school's published inspections up to a date, oldest first."""
    return [found for found in INSPECTIONS if found.key == key and found.published <= date]
