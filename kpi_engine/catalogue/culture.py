"""Culture: what pupils, parents and staff say, who comes to school, and who is kept out of it."""

from __future__ import annotations

from kpi_engine.catalogue.common import NO_CHANGES, OWN_RETURN, PERCENTAGE, PUPIL_GROUPS
from kpi_engine.kpi import Axis, Kpi, Passport, Single
from kpi_engine.model import Polarity, Unit
from kpi_engine.targets import AtLeast, BetterThanBenchmark, EachPhase, EveryAcademy, SignificantlyBetter

_GROUP = "culture"
_EXCLUSION_CHANGES = (
    ("2019/20 and 2020/21: schools were closed to most pupils for part of the year; not compared with other years."),
    "Fixed-term exclusions are now called suspensions.",
)
_EXCLUSION_SOURCE = (
    "The trust's return (suspensions.csv); else DfE's suspensions and permanent "
    "exclusions by school, whose termly counts are added and divided by one headcount."
)
_EXCLUSION_LAG = "Own return at once; DfE's about a year after the end of the school year."


def _survey(
    id: str,
    title: str,
    short: str,
    promise: str,
    who: str,
    statement: str,
    target: float,
    drill: tuple[str, ...],
    questions: tuple[str, str, str],
    staff: bool = False,
) -> Kpi:
    measure = id.replace("-", "_")
    return Kpi(
        id=id,
        title=title,
        short=short,
        group=_GROUP,
        promise=promise,
        answer=Single(measure, beside=(f"{measure}_response",)),
        polarity=Polarity.HIGHER,
        target=AtLeast(target),
        passport=Passport(
            definition=(
                f"Of the {who} who answered, the share who agree or strongly agree that {statement}. "
                "The share of those invited who answered stands beside it; under 30 % the answers may "
                "not speak for the rest."
            ),
            numerator=f"{who.capitalize()} who agree or strongly agree.",
            denominator=f"{who.capitalize()} who answered the question, not all who were invited.",
            source="The trust's survey return (survey.csv).",
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=questions,
            missing_years="There is no figure for a year without a loaded survey.",
        ),
        axis=PERCENTAGE,
        drill=drill,
        unit=Unit.PERCENT,
        staff=staff,
    )


KPIS: tuple[Kpi, ...] = (
    _survey(
        "pupils-happy",
        "Pupils who are happy at school",
        "Pupils happy",
        "At least 90 % of the young people asked are happy at school.",
        "pupils",
        "they are happy at school",
        90,
        ("academy", "year_group", *PUPIL_GROUPS),
        (
            "Which year groups are least happy, and is it the same each year?",
            "Who did not answer, and what would they have said?",
            "What changed after the last survey, and did pupils hear of it?",
        ),
    ),
    _survey(
        "pupils-safe",
        "Pupils who feel safe at school",
        "Pupils safe",
        "All young people feel safe at school.",
        "pupils",
        "they feel safe at school",
        100,
        ("academy", "year_group", *PUPIL_GROUPS),
        (
            "How many pupils do not feel safe, and does somebody know where and when?",
            "Do girls, or pupils with special educational needs, feel less safe than others?",
            "Does the answer agree with what the records of bullying and behaviour say?",
        ),
    ),
    _survey(
        "parents-happy",
        "Parents who say their child is happy",
        "Parents: happy",
        "At least 90 % of parents and carers say that their child is happy at school.",
        "parents and carers",
        "their child is happy at school",
        90,
        ("academy", "year_group"),
        (
            "How many parents answered, and which parents never do?",
            "Where do parents and pupils see it differently?",
            "What do parents who disagree ask for?",
        ),
    ),
    _survey(
        "parents-safe",
        "Parents who say their child feels safe",
        "Parents: safe",
        "All parents and carers say that their child feels safe at school.",
        "parents and carers",
        "their child feels safe at school",
        100,
        ("academy", "year_group"),
        (
            "Has every parent who disagreed been spoken to, where they gave a name?",
            "Is it about the school itself, the way there, or what happens online?",
            "Do parents know whom to turn to?",
        ),
    ),
    _survey(
        "staff-wellbeing",
        "Staff with high well-being",
        "Staff well-being",
        "At least 80 % of staff record high well-being.",
        "staff",
        "their well-being at work is high",
        80,
        ("academy", "staff_group"),
        (
            "Which groups of staff are furthest below the target?",
            "Is workload, behaviour or leadership named most often?",
            "Do absence and turnover tell the same story?",
        ),
        staff=True,
    ),
    Kpi(
        id="pupil-attendance",
        title="Pupil attendance",
        short="Pupil attendance",
        group=_GROUP,
        promise="Pupil attendance is significantly above the national average in all academies.",
        answer=Single(
            "attendance",
            beside=("persistent_absence", "severe_absence"),
            by_dimension={"reason": "absence_reason"},
        ),
        polarity=Polarity.HIGHER,
        target=EveryAcademy(SignificantlyBetter(margin=1.0)),
        passport=Passport(
            definition=(
                "Of the half-days that pupils could have come, the share they came. It is "
                "significantly above when its whole interval is above England's figure for the same "
                "phase and the same part of the year; where only a percentage was published, when it "
                "is at least 1 point above. Persistent absence (10 % or more missed) and severe "
                "absence (50 % or more) stand beside it."
            ),
            numerator="Half-days attended.",
            denominator="Half-days possible.",
            source=(
                "The trust's return (pupil_attendance.csv); else DfE's absence by school. Figures "
                "from daily registers and from the school census are two series and never mixed."
            ),
            lag="Registers within days; the census figures about seven months after the school year.",
            changes=(
                "August 2024: new register codes.",
                "2020/21: half-days lost to the virus itself were not counted as absence.",
            ),
            questions=(
                "Which pupils are missing most, and what keeps them away?",
                "Is absence higher on certain days, weeks or after holidays?",
                "How many persistent absentees last year attend well now?",
            ),
            missing_years="2019/20: no full-year figure was published, as schools closed in March 2020.",
        ),
        axis=Axis(0, 30, complement=True),
        drill=("academy", "term", "week", "year_group", *PUPIL_GROUPS, "reason"),
        unit=Unit.PERCENT,
        benchmark=True,
    ),
    Kpi(
        id="suspensions",
        title="Suspensions for every 100 pupils",
        short="Suspensions",
        group=_GROUP,
        promise=("Suspensions, once called fixed-term exclusions, are below the national average in each phase."),
        answer=Single("suspensions", beside=("pupils_suspended",)),
        untargeted=("reason",),
        polarity=Polarity.LOWER,
        target=EachPhase(BetterThanBenchmark(tolerance_share=0.1)),
        passport=Passport(
            definition=(
                "How many suspensions there were in the year for every 100 pupils. One pupil can be "
                "suspended several times, so that there may be more than 100; the share of pupils "
                "suspended at least once stands beside it."
            ),
            numerator="Suspensions in the year.",
            denominator="Pupils in the spring census: one headcount for the year, never terms added up.",
            source=_EXCLUSION_SOURCE,
            lag=_EXCLUSION_LAG,
            changes=_EXCLUSION_CHANGES,
            questions=(
                "How many pupils lie behind the suspensions, and how many were suspended again?",
                "Are pupils with SEN or disadvantaged pupils suspended more often than others?",
                "For which reasons, and what is tried before?",
            ),
            missing_years=(
                "There is no figure for a year with neither a return nor DfE's file. Before a year "
                "is over it is shown as it stands and not judged."
            ),
        ),
        axis=Axis(0, 80),
        drill=("academy", "term", "year_group", *PUPIL_GROUPS, "reason"),
        unit=Unit.PER_100,
        benchmark=True,
        whole_year=True,
    ),
    Kpi(
        id="permanent-exclusions",
        title="Permanent exclusions for every 100 pupils",
        short="Permanent exclusions",
        group=_GROUP,
        promise="Permanent exclusions are below the national average in each phase.",
        answer=Single("permanent_exclusions"),
        untargeted=("reason",),
        polarity=Polarity.LOWER,
        target=EachPhase(BetterThanBenchmark(tolerance_share=0.1)),
        passport=Passport(
            definition=(
                "How many pupils were permanently excluded in the year for every 100 pupils. In one "
                "academy the numbers are so small that a single pupil moves the figure a long way."
            ),
            numerator="Permanent exclusions in the year.",
            denominator="Pupils in the spring census: one headcount for the whole year.",
            source=_EXCLUSION_SOURCE,
            lag=_EXCLUSION_LAG,
            changes=_EXCLUSION_CHANGES,
            questions=(
                "What had been tried before each exclusion?",
                "Where are these pupils now, and are they learning?",
                "Did other pupils leave our rolls in ways that this figure does not show?",
            ),
            missing_years=(
                "There is no figure for a year with neither a return nor DfE's file. Before a year "
                "is over it is shown as it stands and not judged."
            ),
        ),
        axis=Axis(0, 1.5),
        drill=("academy", "term", "year_group", *PUPIL_GROUPS, "reason"),
        unit=Unit.PER_100,
        benchmark=True,
        whole_year=True,
    ),
)
"""In the order of the plan."""
