"""Staff, what people say, attendance and exclusions, and where leavers go."""

from __future__ import annotations

from types import MappingProxyType

from kpi_engine.measures.shared import (
    PUPIL_GROUPS,
    PUPIL_PARTS,
    PUPIL_ROLLUPS,
    SECONDARY,
    SIXTH_FORM,
    of_people,
)
from kpi_engine.model import Break, Measure, OverTime, Spread, Unit


def _survey(id: str, title: str, people: str, agree: str) -> Measure:
    return of_people(
        id,
        title,
        agree,
        series=("return",),
        people=people,
        denominator=f"{people} who answered",
        over_time=OverTime.SUM,
        rollups=(*PUPIL_ROLLUPS, ("staff_group",)),
        partitions=(*PUPIL_PARTS, "staff_group"),
        special_counts_for_trust=True,
    )


def _response(id: str, people: str) -> Measure:
    return of_people(
        id,
        f"{people.capitalize()} who answered",
        f"{people} who answered",
        series=("return",),
        people=people,
        denominator=f"{people} invited",
        over_time=OverTime.SUM,
        partitions=(*PUPIL_PARTS, "staff_group"),
        special_counts_for_trust=True,
    )


def _leavers(id: str, title: str, numerator: str, denominator: str, **more: object) -> Measure:
    return of_people(
        id,
        title,
        numerator,
        series=("return", "sustained"),
        denominator=denominator,
        rollups=((), *PUPIL_GROUPS, ("level",)),
        partitions=("sex", "disadvantage", "send", "looked_after", "level"),
        special_counts_for_trust=True,
        **more,
    )


def _sessions(id: str, title: str, numerator: str, denominator: str, **more: object) -> Measure:
    settings: dict[str, object] = {
        "series": ("daily", "census"),
        "people": "pupils",
        "rollups": PUPIL_ROLLUPS,
        "partitions": PUPIL_PARTS,
        "breaks": (Break("2020/21", "schools were closed to most pupils in the spring and summer of 2020"),),
        "published_after_months": 7,
        "not_published": MappingProxyType(
            {"2019/20": "no full-year absence was published because schools closed in March 2020"}
        ),
    }
    settings |= more
    return Measure(id, title, Unit.PERCENT, numerator=numerator, denominator=denominator, **settings)  # type: ignore[arg-type]


def _exclusions(id: str, title: str, numerator: str, unit: Unit = Unit.PER_100) -> Measure:
    return Measure(
        id,
        title,
        unit,
        Spread.COUNTED,
        ("return", "published"),
        "pupils",
        numerator,
        "pupils in the spring census",
        decimals=2 if id == "permanent_exclusions" else 1,
        over_time=OverTime.NONE if id == "pupils_suspended" else OverTime.SUM,
        rollups=(*PUPIL_ROLLUPS, ("reason",)),
        partitions=(*PUPIL_PARTS, "reason"),
        breaks=(Break("2019/20", "schools were closed to most pupils from March 2020"),),
        published_after_months=11,
        higher_is_better=False,
        phases_apart=True,
    )


MEASURES = (
    Measure(
        "staff_turnover",
        "Staff turnover",
        Unit.PERCENT,
        Spread.PEOPLE,
        ("return", "ees"),
        "staff",
        "leavers in 12 months (moves inside the trust left out)",
        "average headcount",
        over_time=OverTime.MEAN,
        rollups=((), ("staff_group",), ("reason",)),
        partitions=("staff_group", "reason"),
    ),
    Measure(
        "staff_moves",
        "Moves inside the trust",
        Unit.PERCENT,
        Spread.PEOPLE,
        ("return",),
        "staff",
        "moves to another academy of the trust",
        "average headcount",
        over_time=OverTime.MEAN,
        rollups=((), ("staff_group",)),
        partitions=("staff_group", "reason"),
    ),
    Measure(
        "staff_attendance",
        "Staff attendance",
        Unit.PERCENT,
        Spread.OVER_PEOPLE,
        ("return",),
        "staff",
        "working days less days lost",
        "working days",
        over_time=OverTime.SUM,
        rollups=((), ("staff_group",)),
        partitions=("staff_group",),
    ),
    Measure(
        "teacher_sickness_days",
        "Days lost to sickness per teacher",
        Unit.COUNT,
        Spread.NONE,
        ("published",),
        "teachers",
        "days lost",
        "teachers",
    ),
    Measure(
        "pupil_teacher_ratio",
        "Pupils per teacher",
        Unit.COUNT,
        Spread.NONE,
        ("published",),
        "pupils",
        "pupils",
        "teachers",
    ),
    _survey("pupils_happy", "Pupils who are happy at school", "pupils", "pupils who agree or strongly agree"),
    _survey("pupils_safe", "Pupils who feel safe at school", "pupils", "pupils who agree or strongly agree"),
    _survey(
        "parents_happy",
        "Parents and carers whose child is happy",
        "parents and carers",
        "parents and carers who agree or strongly agree",
    ),
    _survey(
        "parents_safe",
        "Parents and carers whose child feels safe",
        "parents and carers",
        "parents and carers who agree or strongly agree",
    ),
    _survey("staff_wellbeing", "Staff with high well-being", "staff", "staff who agree or strongly agree"),
    _response("pupils_happy_response", "pupils"),
    _response("pupils_safe_response", "pupils"),
    _response("parents_happy_response", "parents and carers"),
    _response("parents_safe_response", "parents and carers"),
    _response("staff_wellbeing_response", "staff"),
    _sessions(
        "attendance",
        "Pupil attendance",
        "half-days attended",
        "half-days possible",
        spread=Spread.OVER_PEOPLE,
        over_time=OverTime.SUM,
    ),
    _sessions(
        "absence_reason",
        "Half-days missed, by reason",
        "half-days missed",
        "half-days possible",
        spread=Spread.OVER_PEOPLE,
        over_time=OverTime.SUM,
        rollups=((), ("reason",)),
        partitions=(),
        higher_is_better=False,
    ),
    _sessions(
        "persistent_absence",
        "Persistent absence (10 % or more missed)",
        "pupils missing 10 % or more",
        "pupils enrolled",
        spread=Spread.PEOPLE,
        higher_is_better=False,
    ),
    _sessions(
        "severe_absence",
        "Severe absence (50 % or more missed)",
        "pupils missing 50 % or more",
        "pupils enrolled",
        spread=Spread.PEOPLE,
        higher_is_better=False,
    ),
    _exclusions("suspensions", "Suspensions", "suspensions"),
    _exclusions("pupils_suspended", "Pupils suspended at least once", "pupils suspended at least once"),
    _exclusions("permanent_exclusions", "Permanent exclusions", "permanent exclusions"),
    _leavers(
        "y11_engaged",
        "Year 11 leavers in education, apprenticeship or employment",
        "leavers in education, apprenticeship or employment",
        "Year 11 leavers",
        phases=SECONDARY,
    ),
    _leavers(
        "y11_neet",
        "Year 11 leavers not in education, employment or training",
        "leavers known to be NEET",
        "Year 11 leavers",
        phases=SECONDARY,
    ),
    _leavers(
        "y11_neet_or_unknown",
        "Year 11 leavers NEET or not known",
        "leavers NEET or not known",
        "Year 11 leavers",
        phases=SECONDARY,
    ),
    _leavers(
        "y13_neet",
        "Year 13 leavers not in education, employment or training",
        "leavers known to be NEET",
        "Year 13 leavers",
        phases=SIXTH_FORM,
        sixth_form_only=True,
    ),
    _leavers(
        "y13_neet_or_unknown",
        "Year 13 leavers NEET or not known",
        "leavers NEET or not known",
        "Year 13 leavers",
        phases=SIXTH_FORM,
        sixth_form_only=True,
    ),
)
