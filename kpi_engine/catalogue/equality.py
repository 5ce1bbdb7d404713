"""Equality and diversity: three gaps, each between a named group and a named comparator."""

from __future__ import annotations

from kpi_engine.catalogue.common import EXAMS_2020, OWN_RETURN
from kpi_engine.kpi import Axis, Gap, Kpi, Passport
from kpi_engine.model import Phase, Polarity, Unit
from kpi_engine.targets import GapNarrowing

_GROUP = "equality"
_PHASES = (Phase.PRIMARY, Phase.SECONDARY, Phase.ALL_THROUGH, Phase.SPECIAL)
_OUTCOMES = (
    "ks2_rwm",
    "ks2_reading",
    "ks2_writing",
    "ks2_maths",
    "ks2_gps",
    "attainment8",
    "progress8",
    "engmath_5",
    "engmath_4",
    "attendance",
    "persistent_absence",
    "suspensions",
)
_DECIDES = (
    " In primaries the share reaching the expected standard in reading, writing and "
    "maths decides; in secondaries Attainment 8; in an all-through academy both. Other "
    "outcomes are there to look into."
)
_CHANGES = (
    "2021/22: the first results after two years without exams; not compared with the years before.",
    "2022/23: GCSE grading returned to the standard of 2019.",
    "2017/18: the framework for assessing writing at key stage 2 changed.",
)
_LAG = "Key stage 2 about four months, GCSEs about two months after the school year; own returns at once."

KPIS: tuple[Kpi, ...] = (
    Kpi(
        id="gap-sex",
        title="Gap between girls and boys",
        short="Gap: girls and boys",
        group=_GROUP,
        promise="Year on year the gap between male and female pupils closes.",
        answer=Gap(
            dimension="sex",
            group="F",
            comparator="M",
            group_name="Girls",
            comparator_name="Boys",
            outcomes=_OUTCOMES,
            absolute=True,
        ),
        polarity=Polarity.LOWER,
        target=GapNarrowing(),
        passport=Passport(
            definition=(
                "The difference between girls' and boys' results in the same academy, whichever of them is ahead."
            )
            + _DECIDES,
            numerator="The girls' figure.",
            denominator="The boys' figure, to which it is compared.",
            source=(
                "Key stage 2 and key stage 4 performance tables; the trust's own results, attendance "
                "and suspensions returns."
            ),
            lag=_LAG,
            changes=_CHANGES,
            questions=(
                "Did the gap close because one side rose, or because the other fell?",
                "In which subjects is the gap widest, and is it there from the early years on?",
                "Is the change larger than chance alone would bring about in groups of this size?",
            ),
            missing_years=EXAMS_2020 + " Single subjects at key stage 2 are not published by sex for each school.",
        ),
        axis=Axis(0, 50),
        drill=("academy", "measure", "year_group"),
        unit=Unit.POINTS,
        benchmark=True,
        tolerance=0.5,
        phases=_PHASES,
    ),
    Kpi(
        id="gap-disadvantage",
        title="Disadvantaged pupils and other pupils nationally",
        short="Gap: disadvantage",
        group=_GROUP,
        promise=(
            "Year on year the gap between pupils eligible for the Pupil Premium, looked-after "
            "pupils among them, and other pupils nationally closes."
        ),
        answer=Gap(
            dimension="disadvantage",
            group="Y",
            comparator="N",
            group_name="Disadvantaged pupils",
            comparator_name="Other pupils nationally",
            outcomes=_OUTCOMES,
            national_comparator=True,
        ),
        polarity=Polarity.LOWER,
        target=GapNarrowing(),
        passport=Passport(
            definition=(
                "How far the academy's disadvantaged pupils are behind all pupils in England who are "
                "not disadvantaged, as DfE itself publishes it. The gap inside the academy is a "
                "second view and is never mixed with this one: an academy can have a small inside "
                "gap because all its pupils do poorly."
            )
            + _DECIDES,
            numerator="The disadvantaged pupils' figure in the academy.",
            denominator="The figure of England's other pupils, to which it is compared.",
            source=(
                "Key stage 2 and key stage 4 performance tables; the trust's own returns; England's "
                "figures with their sources."
            ),
            lag=_LAG,
            changes=_CHANGES,
            questions=(
                "Did our disadvantaged pupils do better, or did other pupils nationally do worse?",
                "What was the Pupil Premium spent on, and how do we know that it helped?",
                "How do looked-after pupils fare within this group?",
            ),
            missing_years=EXAMS_2020 + " A group of five or fewer is suppressed by the publisher.",
        ),
        axis=Axis(-20, 60),
        drill=("academy", "measure", "comparator", "year_group", "looked_after"),
        unit=Unit.POINTS,
        benchmark=True,
        tolerance=0.5,
        phases=_PHASES,
    ),
    Kpi(
        id="gap-send",
        title="Pupils with and without special educational needs",
        short="Gap: SEND",
        group=_GROUP,
        promise=(
            "Year on year the gap between pupils with special educational needs or disabilities "
            "and other pupils closes."
        ),
        answer=Gap(
            dimension="send",
            group="K",
            comparator="N",
            group_name="SEN support",
            comparator_name="No identified SEN",
            outcomes=_OUTCOMES,
            further_groups=(("E", "EHC plan"),),
        ),
        polarity=Polarity.LOWER,
        target=GapNarrowing(),
        passport=Passport(
            definition=(
                "How far pupils on SEN support are behind pupils with no identified need in the same "
                "academy. Pupils with an education, health and care plan are shown apart, since "
                "their needs differ too much for one figure."
            )
            + _DECIDES,
            numerator="The figure of pupils on SEN support.",
            denominator="The figure of pupils with no identified need, to which it is compared.",
            source=(
                "The trust's own results, attendance and suspensions returns; England's figures from "
                "Explore Education Statistics and the Local Authority Interactive Tool."
            ),
            lag=OWN_RETURN,
            changes=_CHANGES,
            questions=(
                ("Has the share of pupils on SEN support changed, so that the groups are not the same as last year?"),
                "Which needs lie behind the gap, and what support is in place?",
                "Do pupils on SEN support attend as well as others?",
            ),
            missing_years=EXAMS_2020
            + (
                " Results by SEN are not published for each school, so that a year without the "
                "trust's own return has no figure."
            ),
        ),
        axis=Axis(-20, 90),
        drill=("academy", "measure", "send"),
        unit=Unit.POINTS,
        benchmark=True,
        tolerance=0.5,
        phases=_PHASES,
    ),
)
"""In the order of the plan."""
