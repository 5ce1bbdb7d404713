"""Attainment and progress outcomes, from the early years to the sixth form."""

from __future__ import annotations

from kpi_engine.catalogue.common import EXAMS_2020, PERCENTAGE, PUPIL_GROUPS
from kpi_engine.kpi import Axis, Kpi, Passport, Single, Stages
from kpi_engine.measures import PRIMARY, SECONDARY, SIXTH_FORM
from kpi_engine.model import Polarity, Unit
from kpi_engine.targets import AllItems, BetterThanBenchmark

_GROUP = "outcomes"
_KS2_LAG = "Key stage 2 tables come out about four months after the school year, and are revised later."
_KS2_NO_PROGRESS = EXAMS_2020 + (
    " 2023/24 and 2024/25: these pupils took no key stage 1 assessments, so there was nothing to measure progress from."
)
_KS2_SOURCE = (
    "Key stage 2 performance tables (the wide download or Explore Education Statistics); "
    "the trust's own results return until they are out."
)


def _ks2(subject: str, name: str, short: str, changes: tuple[str, ...], questions: tuple[str, str, str]) -> Kpi:
    return Kpi(
        id=f"ks2-{subject}",
        title=f"{name} at key stage 2: expected standard",
        short=short,
        group=_GROUP,
        promise=f"More pupils than nationally reach the expected standard in {name.lower()} at the end of KS2.",
        answer=Single(f"ks2_{subject}"),
        polarity=Polarity.HIGHER,
        target=BetterThanBenchmark(),
        passport=Passport(
            definition=f"The share of year 6 pupils who reach the expected standard in {name.lower()}"
            + (", as their teachers assess it." if subject == "writing" else " in the national tests."),
            numerator="Pupils at the expected standard.",
            denominator="Pupils at the end of key stage 2 who are eligible for assessment.",
            source=_KS2_SOURCE,
            lag=_KS2_LAG,
            changes=changes,
            questions=questions,
            missing_years=EXAMS_2020 + " Results of five or fewer pupils are suppressed.",
        ),
        axis=PERCENTAGE,
        drill=("academy", *PUPIL_GROUPS),
        unit=Unit.PERCENT,
        benchmark=True,
        phases=PRIMARY,
    )


def _ks2_progress(subject: str, name: str, questions: tuple[str, str, str]) -> Kpi:
    writing = ("2017/18: the framework for assessing writing changed.",) if subject == "writing" else ()
    return Kpi(
        id=f"ks2-{subject}-progress",
        title=f"{name} progress from key stage 1 to key stage 2",
        short=f"KS2 {name.lower()} progress",
        group=_GROUP,
        promise=f"Progress in {name.lower()} by the end of KS2 is positive and above the national average.",
        answer=Single(f"ks2_{subject}_progress"),
        polarity=Polarity.HIGHER,
        target=BetterThanBenchmark(positive=True),
        passport=Passport(
            definition=(
                f"How much further pupils came in {name.lower()} since the age of seven than pupils "
                "across England who had started from the same point. 0 is the average; a score of 1 is "
                "one scaled-score point more. It is called significant only when its whole interval is "
                "above 0."
            ),
            numerator="The sum of the pupils' progress scores.",
            denominator="Pupils who have a score.",
            source=(
                "Key stage 2 performance tables, with the limits published for each school. The "
                "trust's limits come from one deviation between pupils for the subject and year."
            ),
            lag=_KS2_LAG,
            changes=(
                "After 2022/23: no scores until pupils have a starting point again.",
                "2015/16: progress scores took the place of expected levels of progress.",
                *writing,
            ),
            questions=questions,
            missing_years=_KS2_NO_PROGRESS,
        ),
        axis=Axis(-8, 8),
        drill=("academy", *PUPIL_GROUPS),
        unit=Unit.POINTS,
        benchmark=True,
        tolerance=0.0,
        phases=PRIMARY,
    )


_AFTER = "2021/22: the first assessments after two years without; direction is not read across the break."

KPIS: tuple[Kpi, ...] = (
    Kpi(
        id="key-stage-attainment",
        title="Key stages above the national average",
        short="Key stages above",
        group=_GROUP,
        promise="Attainment at the end of every key stage is above the national average.",
        answer=Stages(
            stages=(
                ("Early years", ("eyfs_gld",)),
                ("Phonics", ("phonics",)),
                ("Key stage 1", ("ks1_reading", "ks1_writing", "ks1_maths")),
                ("Key stage 2", ("ks2_rwm",)),
                ("Key stage 4", ("attainment8", "engmath_5")),
                ("16 to 18", ("alevel_aps",)),
            )
        ),
        polarity=Polarity.HIGHER,
        target=AllItems(spare=0, item="key stage"),
        passport=Passport(
            definition=(
                "At each key stage that an academy teaches, whether its result is above England's. A "
                "stage that has more than one measure is above when all that can be compared are."
            ),
            numerator="Stages above England's figure.",
            denominator="Stages with a result and a national figure to compare it with.",
            source=(
                "Key stage 2, key stage 4 and 16 to 18 performance tables. Early years, phonics and "
                "key stage 1 come from the trust's own results return, as they are not published for "
                "each school."
            ),
            lag="Own returns at once; tables two to four months after the school year.",
            changes=(
                "2023/24: key stage 1 assessments are no longer statutory.",
                "2022/23: GCSE and A level grading returned to the standard of 2019.",
                _AFTER,
            ),
            questions=(
                "Which stage fell short, and was it the same stage last year?",
                "How many pupils would have made the difference?",
                "Do pupils who leave one stage above the average stay above it in the next?",
            ),
            missing_years=EXAMS_2020,
        ),
        axis=PERCENTAGE,
        drill=("academy", "key_stage", *PUPIL_GROUPS),
        unit=Unit.PERCENT,
        benchmark=True,
        tolerance=0.0,
    ),
    _ks2(
        "reading",
        "Reading",
        "KS2 reading",
        (_AFTER,),
        (
            "Which pupils just missed the standard, and how many were they?",
            "How do pupils who speak English as an additional language or joined late fare?",
            "Does reading in the earlier years point to the same result next year?",
        ),
    ),
    _ks2(
        "writing",
        "Writing",
        "KS2 writing",
        (
            _AFTER,
            "2017/18: the framework for teachers' assessment changed; not comparable with earlier years.",
        ),
        (
            "How was our teachers' assessment moderated, and by whom?",
            "Why is writing further from, or nearer to, England's figure than reading?",
            "Is the gap between girls and boys wider here than in other subjects?",
        ),
    ),
    _ks2(
        "maths",
        "Maths",
        "KS2 maths",
        (_AFTER,),
        (
            "Which parts of the test cost most marks?",
            "Do pupils who missed the standard here also miss it in reading?",
            "How have academies above England's figure taught it differently?",
        ),
    ),
    _ks2(
        "gps",
        "Grammar, punctuation and spelling",
        "KS2 grammar, spelling",
        (_AFTER,),
        (
            "Is it spelling or grammar that pulls the result down?",
            "Does the result agree with what teachers see in pupils' writing?",
            "Which pupil groups are furthest from the standard?",
        ),
    ),
    _ks2_progress(
        "reading",
        "Reading",
        (
            "Is the score different from 0 by more than chance?",
            "Do pupils who started low, in the middle and high all make progress?",
            "What stands in for progress in the years without a score?",
        ),
    ),
    _ks2_progress(
        "writing",
        "Writing",
        (
            "Writing is assessed by teachers: how sure are we of both the start and the end?",
            "Which academies are above 0 with their whole interval?",
            "Does progress in writing lag behind reading, and why?",
        ),
    ),
    _ks2_progress(
        "maths",
        "Maths",
        (
            "How many pupils have no score, and would they change the picture?",
            "Do pupils who started high keep pace with others like them?",
            "What have academies with higher progress changed in their teaching?",
        ),
    ),
    Kpi(
        id="progress-8",
        title="Progress 8",
        short="Progress 8",
        group=_GROUP,
        promise="Progress 8 is positive and above the national average.",
        answer=Single("progress8"),
        polarity=Polarity.HIGHER,
        target=BetterThanBenchmark(positive=True),
        passport=Passport(
            definition=(
                "How much better pupils did in eight GCSEs than pupils across England with the same "
                "results at the age of eleven, in grades. +0.5 means half a grade better in each "
                "subject. It is called significant only when its whole interval is above 0."
            ),
            numerator="The sum of the pupils' Progress 8 scores.",
            denominator="Pupils who have a score.",
            source=(
                "Key stage 4 performance tables, with the limits published for each school. The "
                "trust's limits come from one deviation between pupils for the year (1.28 in "
                "2018/19)."
            ),
            lag="Provisional about two months after the school year, revised in the new year.",
            changes=(
                "2022/23: GCSE grading returned to the standard of 2019.",
                "2021/22: grades were set midway between 2019 and 2021.",
                "2017/18: very low scores are adjusted, so that one pupil cannot decide a school's figure.",
            ),
            questions=(
                "Is the score different from 0 by more than chance, and what is DfE's band in words?",
                "Which pupils were entered for fewer than eight subjects, and why?",
                "What tells us about progress in 2024/25 and 2025/26, for which there is no score?",
            ),
            missing_years=EXAMS_2020 + " 2024/25 and 2025/26: these pupils took no tests at the end of primary school.",
        ),
        axis=Axis(-2, 2),
        drill=("academy", *PUPIL_GROUPS),
        unit=Unit.POINTS,
        benchmark=True,
        tolerance=0.0,
        phases=SECONDARY,
    ),
    Kpi(
        id="post16-value-added",
        title="Post-16 value added",
        short="Post-16 value added",
        group=_GROUP,
        promise="Value added after 16 is positive and above the national average.",
        answer=Single("post16_va"),
        polarity=Polarity.HIGHER,
        target=BetterThanBenchmark(positive=True),
        passport=Passport(
            definition=(
                "How much better students did in their A levels or other advanced courses than "
                "students across England with the same GCSE results, in grades for each entry. "
                "England's average is 0 because of how it is worked out."
            ),
            numerator="The sum of the value added of all entries.",
            denominator="Entries with a score.",
            source="16 to 18 performance tables (the wide download or Explore Education Statistics).",
            lag="About six months after the school year.",
            changes=(
                "2023/24: published again, after four years without.",
                "2022/23: A level grading returned to the standard of 2019.",
            ),
            questions=(
                "Is the score different from 0 by more than chance?",
                "Do students on applied courses gain as much as those on A levels?",
                "How many students left during their course, and are they in the figure?",
            ),
            missing_years=(
                "2019/20 to 2022/23: not published. Files that do not give the number of students "
                "show academies and give no figure for the trust."
            ),
        ),
        axis=Axis(-1, 1),
        drill=("academy", "cohort", "disadvantage"),
        unit=Unit.POINTS,
        benchmark=True,
        tolerance=0.0,
        phases=SIXTH_FORM,
        sixth_form_only=True,
    ),
)
"""In the order of the plan."""
