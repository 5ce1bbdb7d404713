"""Which columns of Ofsted's files speak of which inspection, and what may stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

GRADED, REPORT_CARD = "graded", "report_card"
OUTCOME = "Outcome"
SAFEGUARDING = "Safeguarding"
REPORT_CARD_GRADES = (
    "Exceptional",
    "Strong standard",
    "Expected standard",
    "Needs attention",
    "Urgent improvement",
)
"""The five grades of a report card, best first."""

NO_GRADE = frozenset({"", "null", "8", "9", "not judged", "not applicable", "not graded", "n/a", "na", "-"})
_GRADED_CELLS = {str(grade): str(grade) for grade in range(1, 5)} | {
    "outstanding": "1",
    "good": "2",
    "requires improvement": "3",
    "inadequate": "4",
}
_REPORT_CARD_CELLS = {grade.lower(): grade for grade in REPORT_CARD_GRADES}
_YES_NO = {"yes": "Yes", "no": "No"}
_MET = {"met": "Met", "not met": "Not met"}


def _graded_areas(prefix: str, *overall: str) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(
        {
            "Overall effectiveness": overall,
            "Quality of education": (f"{prefix}quality of education",),
            "Behaviour and attitudes": (f"{prefix}behaviour and attitudes",),
            "Personal development": (f"{prefix}personal development",),
            "Leadership and management": (f"{prefix}effectiveness of leadership and management",),
            SAFEGUARDING: (f"{prefix}safeguarding is effective", f"{prefix}is safeguarding effective"),
            "Early years": (f"{prefix}early years provision (where applicable)",),
            "Sixth form": (f"{prefix}sixth form provision (where applicable)",),
            "Quality of teaching, learning and assessment": (f"{prefix}quality of teaching, learning and assessment",),
            "Personal development, behaviour and welfare": (f"{prefix}personal development, behaviour and welfare",),
            "Outcomes for pupils": (
                f"{prefix}outcomes for pupils",
                f"{prefix}outcomes for children and learners",
            ),
            "16 to 19 study programmes": (
                f"{prefix}16 to 19 study programmes (where applicable)",
                f"{prefix}16 to 19 study programmes",
            ),
        }
    )


_CARD_AREAS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        SAFEGUARDING: ("Safeguarding standards",),
        "Inclusion": ("Inclusion",),
        "Curriculum and teaching": ("Curriculum and teaching",),
        "Achievement": ("Achievement",),
        "Attendance and behaviour": ("Attendance and behaviour",),
        "Personal development and wellbeing": ("Personal development and wellbeing",),
        "Early years": ("Early years (where applicable)",),
        "Post-16 provision": ("Post-16 provision (where applicable)",),
        "Leadership and governance": ("Leadership and governance",),
    }
)


@dataclass(frozen=True, slots=True)
class Block:
    """The columns of one row that speak of one inspection; of each name the first that is there is read.

    ``is_graded`` blocks hold graded inspections by name, even where this vintage leaves the grades out.
    """

    number: tuple[str, ...]
    start: tuple[str, ...]
    published: tuple[str, ...]
    urn: tuple[str, ...]
    kind: tuple[str, ...] = ()
    graded: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    report_card: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    outcome: tuple[str, ...] = ()
    is_graded: bool = False


_MAIN = _graded_areas("", "Overall effectiveness")
_LATEST = Block(
    number=("Inspection number of latest graded inspection", "Inspection number of latest full inspection"),
    start=("Inspection start date",),
    published=("Publication date",),
    urn=("URN at time of latest graded inspection", "URN at time of latest full inspection"),
    kind=("Inspection type",),
    graded=_MAIN,
    report_card=_CARD_AREAS,
    is_graded=True,
)
_ROW = Block(
    number=("Inspection number",),
    start=("Inspection start date",),
    published=("Publication date",),
    urn=("URN at time of inspection",),
    kind=("Inspection type",),
    graded=_MAIN,
    report_card=_CARD_AREAS,
    outcome=(
        "Outcomes for ungraded and monitoring inspections",
        "Outcomes for S8 inspections that did not convert",
        "Ungraded inspection overall outcome",
    ),
)
_PREVIOUS = Block(
    number=(
        "Previous graded inspection number",
        "Previous full inspection number",
        "Previous inspection number",
    ),
    start=("Previous inspection start date",),
    published=("Previous publication date",),
    urn=(
        "URN at time of previous graded inspection",
        "URN at time of previous full inspection",
        "URN at time of previous inspection",
    ),
    graded=_graded_areas(
        "Previous ",
        "Previous graded inspection overall effectiveness",
        "Previous full inspection overall effectiveness",
        "Previous overall effectiveness",
    ),
    is_graded=True,
)
_OEIF = Block(
    number=("Inspection number of latest OEIF graded inspection",),
    start=("Inspection start date of latest OEIF graded inspection",),
    published=("Publication date of latest OEIF graded inspection",),
    urn=("URN at time of latest OEIF graded inspection",),
    kind=("Inspection type of latest OEIF graded inspection",),
    graded=_graded_areas("Latest OEIF ", "Latest OEIF overall effectiveness"),
    is_graded=True,
)
_UNGRADED = Block(
    number=(
        "Latest ungraded inspection number since last graded inspection",
        "Latest ungraded inspection number",
        "Latest section 8 inspection number since last full inspection",
        "Latest short inspection number since last full inspection",
    ),
    start=(
        "Date of latest ungraded inspection",
        "Date of latest section 8 inspection",
        "Date of latest short inspection",
    ),
    published=(
        "Ungraded inspection publication date",
        "Section 8 inspection publication date",
        "Short inspection publication date",
    ),
    urn=(
        "URN at time of the ungraded inspection",
        "URN at time of the section 8 inspection",
        "URN at time of the short inspection",
    ),
    outcome=("Ungraded inspection overall outcome", "Section 8 inspection overall outcome"),
)
BLOCKS = (_LATEST, _ROW, _PREVIOUS, _OEIF, _UNGRADED)


def grade_cells(area: str, framework: str) -> Mapping[str, str]:
    """The cells (lower case) that mean a grade of an area, and the grade as it is kept."""
    if area == SAFEGUARDING:
        return _YES_NO if framework == GRADED else _MET
    return _GRADED_CELLS if framework == GRADED else _REPORT_CARD_CELLS
