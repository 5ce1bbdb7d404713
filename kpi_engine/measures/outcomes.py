"""Attainment and progress, from the early years to the sixth form."""

from __future__ import annotations

from types import MappingProxyType

from kpi_engine.measures.shared import (
    AFTER_COVID,
    NO_EXAMS,
    PRIMARY,
    SECONDARY,
    SIXTH_FORM,
    checklist,
    of_people,
    score,
)
from kpi_engine.model import Break, Measure, Spread, Unit

_NO_KS1 = "key stage 1 assessments have been optional since 2023/24, and this trust has loaded none"
_KS1 = {**NO_EXAMS, **{f"{start}/{start - 1999}": _NO_KS1 for start in range(2023, 2040)}}
_KS2_PROGRESS = {
    **NO_EXAMS,
    "2023/24": "no KS2 progress was published: these pupils have no key stage 1 assessments from 2019/20",
    "2024/25": "no KS2 progress was published: these pupils have no key stage 1 assessments from 2020/21",
}
_P8 = {
    **NO_EXAMS,
    "2024/25": "no Progress 8 was published: these pupils took no KS2 tests in 2019/20",
    "2025/26": "no Progress 8 was published: these pupils took no KS2 tests in 2020/21",
}
_VA = {
    **NO_EXAMS,
    "2021/22": "no post-16 value added was published after the years of assessed grades",
    "2022/23": "no post-16 value added was published after the years of assessed grades",
}

_KS4_BREAKS = (
    Break("2019/20", "exams were cancelled"),
    Break("2021/22", "GCSE grades were set between those of 2019 and 2021"),
    Break("2022/23", "GCSE grading returned to the standard of 2019"),
)
_WRITING_BREAK = Break("2017/18", "the KS2 writing framework changed")


def _ks2(subject: str, title: str, *breaks: Break) -> Measure:
    return of_people(
        f"ks2_{subject}",
        f"{title}: pupils at the expected standard at the end of KS2",
        "pupils at the expected standard",
        series=("published", "return"),
        decimals=0,
        phases=PRIMARY,
        breaks=(*breaks, AFTER_COVID),
        not_published=NO_EXAMS,
        published_after_months=4,
        national_phase="primary",
    )


def _ks2_progress(subject: str, title: str) -> Measure:
    return score(
        f"ks2_{subject}_progress",
        f"{title}: progress from KS1 to KS2",
        True,
        phases=PRIMARY,
        breaks=((_WRITING_BREAK,) if subject == "writing" else ()) + (AFTER_COVID,),
        not_published=MappingProxyType(_KS2_PROGRESS),
        published_after_months=4,
        national_phase="primary",
    )


MEASURES = (
    _ks2("rwm", "Reading, writing and maths", _WRITING_BREAK),
    _ks2("reading", "Reading"),
    _ks2("writing", "Writing", _WRITING_BREAK),
    _ks2("maths", "Maths"),
    _ks2("gps", "Grammar, punctuation and spelling"),
    _ks2_progress("reading", "Reading"),
    _ks2_progress("writing", "Writing"),
    _ks2_progress("maths", "Maths"),
    of_people(
        "eyfs_gld",
        "Good level of development at age 5",
        "children with a good level of development",
        series=("return",),
        denominator="children assessed",
        phases=PRIMARY,
        decimals=0,
        national_phase="primary",
        breaks=(AFTER_COVID,),
        not_published=NO_EXAMS,
    ),
    of_people(
        "phonics",
        "Phonics standard in year 1",
        "pupils meeting the phonics standard",
        series=("return",),
        denominator="pupils checked",
        phases=PRIMARY,
        national_phase="primary",
        decimals=0,
        breaks=(AFTER_COVID,),
        not_published=NO_EXAMS,
    ),
    *(
        of_people(
            f"ks1_{subject}",
            f"{title}: expected standard at the end of KS1",
            "pupils at the expected standard",
            series=("return",),
            denominator="pupils assessed",
            phases=PRIMARY,
            national_phase="primary",
            decimals=0,
            breaks=(AFTER_COVID,),
            not_published=MappingProxyType(_KS1),
        )
        for subject, title in (("reading", "Reading"), ("writing", "Writing"), ("maths", "Maths"))
    ),
    score(
        "attainment8",
        "Attainment 8",
        False,
        phases=SECONDARY,
        published_after_months=2,
        national_phase="secondary",
        breaks=_KS4_BREAKS,
        numerator="sum of the pupils' Attainment 8 scores",
        denominator="pupils at the end of KS4",
        not_published=NO_EXAMS,
    ),
    score(
        "progress8",
        "Progress 8",
        True,
        decimals=2,
        phases=SECONDARY,
        published_after_months=2,
        national_phase="secondary",
        breaks=(Break("2017/18", "scores are adjusted for extreme values from 2018"), *_KS4_BREAKS),
        not_published=MappingProxyType(_P8),
    ),
    *(
        of_people(
            f"engmath_{grade}",
            f"Grade {grade} or above in English and maths",
            f"pupils with grade {grade} or above in both",
            series=("published", "return"),
            denominator="pupils at the end of KS4",
            phases=SECONDARY,
            breaks=_KS4_BREAKS,
            published_after_months=2,
            national_phase="secondary",
            not_published=NO_EXAMS,
        )
        for grade in (5, 4)
    ),
    score(
        "alevel_aps",
        "A level points per entry",
        False,
        phases=SIXTH_FORM,
        sixth_form_only=True,
        decimals=2,
        published_after_months=3,
        national_phase="16-19",
        numerator="points of all entries",
        denominator="A level entries",
        people="entries",
        rollups=((), ("cohort",), ("disadvantage",)),
        partitions=(),
        breaks=(AFTER_COVID, Break("2022/23", "A level grading returned to the standard of 2019")),
        not_published=NO_EXAMS,
    ),
    score(
        "post16_va",
        "Post-16 value added",
        True,
        series=("published",),
        phases=SIXTH_FORM,
        sixth_form_only=True,
        published_after_months=6,
        national_phase="16-19",
        decimals=2,
        numerator="sum of the entries' value added",
        denominator="entries with a score",
        people="students",
        rollups=((), ("cohort",)),
        partitions=(),
        breaks=(Break("2023/24", "no value added between 2018/19 and 2023/24"),),
        not_published=MappingProxyType(_VA),
    ),
    # Chance reaches each of the results that are counted here, but no interval can be given for their number.
    Measure(
        "key_stages",
        "Key stages above the national average",
        Unit.PERCENT,
        Spread.WITH_SQUARES,
        ("stages",),
        "key stages",
        "key stages above England",
        "key stages with a result and a national figure",
        decimals=0,
    ),
    Measure(
        "ks2_cohort",
        "Pupils at the end of KS2",
        Unit.COUNT,
        Spread.NONE,
        ("published",),
        "pupils",
        "pupils at the end of KS2",
        "",
        decimals=0,
        phases=PRIMARY,
        national_phase="primary",
    ),
    checklist(
        "roll_disadvantaged",
        "Pupils eligible for free school meals in the last six years",
        "pupils",
        "pupils eligible",
        "pupils on roll",
        series=("census",),
        decimals=1,
    ),
    checklist(
        "roll_send",
        "Pupils with SEN support or an EHC plan",
        "pupils",
        "pupils with SEND",
        "pupils on roll",
        series=("census",),
        decimals=1,
    ),
)
