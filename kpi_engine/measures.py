"""Every measure that facts may carry. KPIs are declared over these; layouts fill them.

Series: ``published`` (DfE performance tables, wide and tidy), ``return`` (the trust's own), ``census`` (DfE absence
by school), ``daily`` (registers), ``ees`` (Explore Education Statistics), ``graded`` and ``report_card`` (Ofsted),
``sustained`` (DfE destinations, a late proxy).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kpi_engine.model import Break, Measure, OverTime, Phase, Spread, Unit

PRIMARY = (Phase.PRIMARY, Phase.ALL_THROUGH, Phase.SPECIAL)
SECONDARY = (Phase.SECONDARY, Phase.ALL_THROUGH, Phase.SPECIAL)
SIXTH_FORM = (Phase.SECONDARY, Phase.ALL_THROUGH, Phase.POST16, Phase.SPECIAL)

_COVID = "exams and assessments were not taken as usual because of the pandemic, so nothing was published"
_NO_EXAMS = {"2019/20": _COVID, "2020/21": _COVID}
_NO_KS1 = "key stage 1 assessments have been optional since 2023/24, and this trust has loaded none"
_KS1 = {**_NO_EXAMS, **{f"{start}/{start - 1999}": _NO_KS1 for start in range(2023, 2040)}}
_KS2_PROGRESS = {
    **_NO_EXAMS,
    "2023/24": "no KS2 progress was published: these pupils have no key stage 1 assessments from 2019/20",
    "2024/25": "no KS2 progress was published: these pupils have no key stage 1 assessments from 2020/21",
}
_P8 = {
    **_NO_EXAMS,
    "2024/25": "no Progress 8 was published: these pupils took no KS2 tests in 2019/20",
    "2025/26": "no Progress 8 was published: these pupils took no KS2 tests in 2020/21",
}
_VA = {
    **_NO_EXAMS,
    "2021/22": "no post-16 value added was published after the years of assessed grades",
    "2022/23": "no post-16 value added was published after the years of assessed grades",
}
_AFTER_COVID = Break("2021/22", "no exams or assessments in 2019/20 and 2020/21")
_KS4_BREAKS = (
    Break("2019/20", "exams were cancelled"),
    Break("2021/22", "GCSE grades were set between those of 2019 and 2021"),
    Break("2022/23", "GCSE grading returned to the standard of 2019"),
)
_WRITING_BREAK = Break("2017/18", "the KS2 writing framework changed")

PUPIL_GROUPS = (("sex",), ("disadvantage",), ("send",), ("looked_after",))
PUPIL_ROLLUPS = (
    (),
    ("year_group",),
    *PUPIL_GROUPS,
    ("year_group", "sex"),
    ("year_group", "disadvantage"),
    ("year_group", "send"),
    ("year_group", "looked_after"),
)
PUPIL_PARTS = ("year_group", "sex", "disadvantage", "send", "looked_after")


def _people(id: str, title: str, numerator: str, *, series: tuple[str, ...], **more: object) -> Measure:
    settings: dict[str, object] = {
        "people": "pupils",
        "denominator": "pupils at the end of the key stage",
        "rollups": PUPIL_ROLLUPS,
        "partitions": PUPIL_PARTS,
        "special_counts_for_trust": False,
    }
    settings |= more
    return Measure(id, title, Unit.PERCENT, Spread.PEOPLE, series, numerator=numerator, **settings)  # type: ignore[arg-type]


def _checklist(id: str, title: str, people: str, numerator: str, denominator: str, **more: object) -> Measure:
    settings: dict[str, object] = {"series": ("return",), "decimals": 0, "over_time": OverTime.NONE}
    settings |= more
    return Measure(
        id,
        title,
        Unit.PERCENT,
        Spread.NONE,
        people=people,
        numerator=numerator,
        denominator=denominator,
        **settings,  # type: ignore[arg-type]
    )


def _score(id: str, title: str, deviation: bool, **more: object) -> Measure:
    settings: dict[str, object] = {
        "series": ("published", "return"),
        "people": "pupils",
        "numerator": "sum of the pupils' scores",
        "denominator": "pupils with a score",
        "rollups": PUPIL_ROLLUPS,
        "partitions": PUPIL_PARTS,
        "special_counts_for_trust": False,
    }
    settings |= more
    spread = Spread.KNOWN_DEVIATION if deviation else Spread.WITH_SQUARES
    return Measure(id, title, Unit.POINTS, spread, **settings)  # type: ignore[arg-type]


def _ks2(subject: str, title: str, *breaks: Break) -> Measure:
    return _people(
        f"ks2_{subject}",
        f"{title}: pupils at the expected standard at the end of KS2",
        "pupils at the expected standard",
        series=("published", "return"),
        decimals=0,
        phases=PRIMARY,
        breaks=(*breaks, _AFTER_COVID),
        not_published=MappingProxyType(_NO_EXAMS),
        published_after_months=4,
        national_phase="primary",
    )


def _ks2_progress(subject: str, title: str) -> Measure:
    return _score(
        f"ks2_{subject}_progress",
        f"{title}: progress from KS1 to KS2",
        True,
        phases=PRIMARY,
        breaks=((_WRITING_BREAK,) if subject == "writing" else ()) + (_AFTER_COVID,),
        not_published=MappingProxyType(_KS2_PROGRESS),
        published_after_months=4,
        national_phase="primary",
    )


def _survey(id: str, title: str, people: str, agree: str) -> Measure:
    return _people(
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
    return _people(
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
    return _people(
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
    )


_MEASURES = (
    # Governance and financial sustainability
    _checklist("ofsted_journey", "Rating kept or improved since joining", "academies",
               "academies whose first graded inspection after joining was no worse", "academies with both inspections",
               series=("graded", "report_card")),
    _checklist("ofsted_leadership", "Leadership and management good or better", "academies",
               "academies judged good or better", "academies with the judgement", series=("graded", "report_card")),
    _checklist("ofsted_good", "Ofsted judgement good or better", "academies", "academies judged good or better",
               "graded academies", series=("graded", "report_card")),
    _checklist("board_skills", "Skills covered on the Trust Board", "skills",
               "required skills held at level 3 or more by a trustee", "required skills"),
    _checklist("critical_friends", "Academies with an external review", "academies",
               "academies with an external review in the year", "open academies"),
    _checklist("lgb_places", "Governing body places filled", "places", "filled places", "constituted places"),
    _checklist("lgb_skills", "Skills covered on the governing body", "skills",
               "required skills held at level 3 or more by a governor", "required skills"),
    Measure("budget_spend", "Expenditure to date against budget to date", Unit.PERCENT, Spread.NONE, ("return",),
            "pounds", "actual expenditure to date", "budgeted expenditure to date", over_time=OverTime.LAST,
            rollups=((), ("line",)), partitions=("line",)),
    Measure("budget_balance", "Forecast year-end balance against the balance set", Unit.POUNDS, Spread.NONE,
            ("return",), "pounds", "forecast balance less the balance set", "", decimals=0, over_time=OverTime.LAST),
    Measure("in_year_balance", "In-year balance", Unit.POUNDS, Spread.NONE, ("published",), "pounds",
            "income less expenditure", "", decimals=0),
    Measure("staffing_share", "Staff costs as a share of expenditure", Unit.PERCENT, Spread.NONE,
            ("aar", "all_staff"), "pounds", "staff costs", "total expenditure", over_time=OverTime.LAST,
            rollups=((), ("line",)), prefer_comparable=True),
    Measure("income_per_pupil", "Income per pupil", Unit.POUNDS, Spread.NONE, ("return", "published"), "pounds",
            "income", "pupils", decimals=0, rollups=((), ("line",))),
    _checklist("timely_accounts", "Management accounts presented on time", "packs",
               "packs presented on or before the due date", "packs due", over_time=OverTime.SUM),
    _checklist("efficiency_checks", "DfE efficiency checks evidenced", "checks", "checks evidenced", "ten checks"),
    _checklist("cash_floor", "Months at or above the cash policy floor", "months",
               "months whose closing cash is at or above the floor", "months reported", over_time=OverTime.SUM),
    Measure("cash_days", "Days of cash", Unit.COUNT, Spread.NONE, ("return",), "days", "closing cash",
            "a day's expenditure", decimals=0, over_time=OverTime.LAST),
    Measure("cash_low", "Forecast three-month low of cash", Unit.POUNDS, Spread.NONE, ("return",), "pounds",
            "forecast three-month low", "", decimals=0, over_time=OverTime.LAST),
    # Teaching
    _people("lesson_quality", "Reviews judged good or better", "reviews judged good or better", series=("return",),
            people="reviews", denominator="reviews", over_time=OverTime.SUM, rollups=((), ("department",)),
            partitions=("department",), special_counts_for_trust=True),
    # Attainment and progress
    _ks2("rwm", "Reading, writing and maths", _WRITING_BREAK),
    _ks2("reading", "Reading"),
    _ks2("writing", "Writing", _WRITING_BREAK),
    _ks2("maths", "Maths"),
    _ks2("gps", "Grammar, punctuation and spelling"),
    _ks2_progress("reading", "Reading"),
    _ks2_progress("writing", "Writing"),
    _ks2_progress("maths", "Maths"),
    _people("eyfs_gld", "Good level of development at age 5", "children with a good level of development",
            series=("return",), denominator="children assessed", phases=PRIMARY, decimals=0,
            national_phase="primary", breaks=(_AFTER_COVID,), not_published=MappingProxyType(_NO_EXAMS)),
    _people("phonics", "Phonics standard in year 1", "pupils meeting the phonics standard", series=("return",),
            denominator="pupils checked", phases=PRIMARY, national_phase="primary", decimals=0, breaks=(_AFTER_COVID,),
            not_published=MappingProxyType(_NO_EXAMS)),
    *(_people(f"ks1_{subject}", f"{title}: expected standard at the end of KS1", "pupils at the expected standard",
              series=("return",), denominator="pupils assessed", phases=PRIMARY, national_phase="primary", decimals=0, breaks=(_AFTER_COVID,),
              not_published=MappingProxyType(_KS1))
      for subject, title in (("reading", "Reading"), ("writing", "Writing"), ("maths", "Maths"))),
    _score("attainment8", "Attainment 8", False, phases=SECONDARY, published_after_months=2, national_phase="secondary", breaks=_KS4_BREAKS,
           numerator="sum of the pupils' Attainment 8 scores", denominator="pupils at the end of KS4",
           not_published=MappingProxyType(_NO_EXAMS)),
    _score("progress8", "Progress 8", True, decimals=2, phases=SECONDARY, published_after_months=2,
           national_phase="secondary",
           breaks=(Break("2017/18", "scores are adjusted for extreme values from 2018"), *_KS4_BREAKS),
           not_published=MappingProxyType(_P8)),
    *(_people(f"engmath_{grade}", f"Grade {grade} or above in English and maths",
              f"pupils with grade {grade} or above in both", series=("published", "return"),
              denominator="pupils at the end of KS4", phases=SECONDARY, breaks=_KS4_BREAKS,
              published_after_months=2, national_phase="secondary", not_published=MappingProxyType(_NO_EXAMS)) for grade in (5, 4)),
    _score("alevel_aps", "A level points per entry", False, phases=SIXTH_FORM, sixth_form_only=True, decimals=2,
           published_after_months=3, national_phase="16-19",
           numerator="points of all entries", denominator="A level entries", people="entries",
           rollups=((), ("cohort",), ("disadvantage",)), partitions=(),
           breaks=(_AFTER_COVID, Break("2022/23", "A level grading returned to the standard of 2019")),
           not_published=MappingProxyType(_NO_EXAMS)),
    _score("post16_va", "Post-16 value added", True, series=("published",), phases=SIXTH_FORM, sixth_form_only=True,
           published_after_months=6, national_phase="16-19",
           decimals=2, numerator="sum of the entries' value added", denominator="entries with a score",
           people="students", rollups=((), ("cohort",)), partitions=(),
           breaks=(Break("2023/24", "no value added between 2018/19 and 2023/24"),),
           not_published=MappingProxyType(_VA)),
    _checklist("key_stages", "Key stages above the national average", "key stages", "key stages above England",
               "key stages with a result and a national figure"),
    # People
    Measure("staff_turnover", "Staff turnover", Unit.PERCENT, Spread.PEOPLE, ("return", "ees"), "staff",
            "leavers in 12 months (moves inside the trust left out)", "average headcount",
            over_time=OverTime.MEAN, rollups=((), ("staff_group",), ("reason",)),
            partitions=("staff_group", "reason")),
    Measure("staff_moves", "Moves inside the trust", Unit.PERCENT, Spread.PEOPLE, ("return",), "staff",
            "moves to another academy of the trust", "average headcount", over_time=OverTime.MEAN,
            rollups=((), ("staff_group",)), partitions=("staff_group", "reason")),
    Measure("staff_attendance", "Staff attendance", Unit.PERCENT, Spread.OVER_PEOPLE, ("return",), "staff",
            "working days less days lost", "working days", over_time=OverTime.SUM, rollups=((), ("staff_group",)),
            partitions=("staff_group",)),
    Measure("teacher_sickness_days", "Days lost to sickness per teacher", Unit.COUNT, Spread.NONE, ("published",),
            "teachers", "days lost", "teachers"),
    Measure("pupil_teacher_ratio", "Pupils per teacher", Unit.COUNT, Spread.NONE, ("published",), "pupils", "pupils",
            "teachers"),
    # Culture
    _survey("pupils_happy", "Pupils who are happy at school", "pupils", "pupils who agree or strongly agree"),
    _survey("pupils_safe", "Pupils who feel safe at school", "pupils", "pupils who agree or strongly agree"),
    _survey("parents_happy", "Parents and carers whose child is happy", "parents and carers",
            "parents and carers who agree or strongly agree"),
    _survey("parents_safe", "Parents and carers whose child feels safe", "parents and carers",
            "parents and carers who agree or strongly agree"),
    _survey("staff_wellbeing", "Staff with high well-being", "staff", "staff who agree or strongly agree"),
    _response("pupils_happy_response", "pupils"),
    _response("pupils_safe_response", "pupils"),
    _response("parents_happy_response", "parents and carers"),
    _response("parents_safe_response", "parents and carers"),
    _response("staff_wellbeing_response", "staff"),
    _sessions("attendance", "Pupil attendance", "half-days attended", "half-days possible",
              spread=Spread.OVER_PEOPLE, over_time=OverTime.SUM),
    _sessions("absence_reason", "Half-days missed, by reason", "half-days missed", "half-days possible",
              spread=Spread.NONE, over_time=OverTime.SUM, rollups=((), ("reason",)), partitions=(),
              higher_is_better=False),
    _sessions("persistent_absence", "Persistent absence (10 % or more missed)", "pupils missing 10 % or more",
              "pupils enrolled", spread=Spread.PEOPLE, higher_is_better=False),
    _sessions("severe_absence", "Severe absence (50 % or more missed)", "pupils missing 50 % or more",
              "pupils enrolled", spread=Spread.PEOPLE, higher_is_better=False),
    _exclusions("suspensions", "Suspensions", "suspensions"),
    _exclusions("pupils_suspended", "Pupils suspended at least once", "pupils suspended at least once"),
    _exclusions("permanent_exclusions", "Permanent exclusions", "permanent exclusions"),
    # Employment
    _leavers("y11_engaged", "Year 11 leavers in education, apprenticeship or employment",
             "leavers in education, apprenticeship or employment", "Year 11 leavers", phases=SECONDARY),
    _leavers("y11_neet", "Year 11 leavers not in education, employment or training", "leavers known to be NEET",
             "Year 11 leavers", phases=SECONDARY),
    _leavers("y11_neet_or_unknown", "Year 11 leavers NEET or not known", "leavers NEET or not known",
             "Year 11 leavers", phases=SECONDARY),
    _leavers("y13_neet", "Year 13 leavers not in education, employment or training", "leavers known to be NEET",
             "Year 13 leavers", phases=SIXTH_FORM, sixth_form_only=True),
    _leavers("y13_neet_or_unknown", "Year 13 leavers NEET or not known", "leavers NEET or not known",
             "Year 13 leavers", phases=SIXTH_FORM, sixth_form_only=True),
    # Context, shown beside KPIs or joined to them
    Measure("ks2_cohort", "Pupils at the end of KS2", Unit.COUNT, Spread.NONE, ("published",), "pupils",
            "pupils at the end of KS2", "", decimals=0, phases=PRIMARY, national_phase="primary"),
    _checklist("roll_disadvantaged", "Pupils eligible for free school meals in the last six years", "pupils",
               "pupils eligible", "pupils on roll", series=("census",), decimals=1),
    _checklist("roll_send", "Pupils with SEN support or an EHC plan", "pupils", "pupils with SEND", "pupils on roll",
               series=("census",), decimals=1),
)  # fmt: skip

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.id: measure for measure in _MEASURES})
"""All measures by id."""
