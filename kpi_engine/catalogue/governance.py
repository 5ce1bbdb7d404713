"""Governance and financial sustainability: inspection, boards, money and the evidence that plans are carried out."""

from __future__ import annotations

from kpi_engine.catalogue import finance
from kpi_engine.catalogue.common import NO_CHANGES, OWN_RETURN, PERCENTAGE
from kpi_engine.kpi import Kpi, Passport, Single
from kpi_engine.model import Polarity, Unit
from kpi_engine.targets import AllItems, AtLeast, EveryAcademy, FullWithSkills

_GROUP = "governance"
_OFSTED_CHANGES = (
    "November 2025: report cards, which Ofsted says cannot be compared with the older grades.",
    "September 2024: no overall effectiveness grade any more; the key judgements went on for a year.",
    "September 2019: quality of education took the place of teaching and of outcomes.",
)

KPIS: tuple[Kpi, ...] = (
    Kpi(
        id="ofsted-journey",
        title="Ofsted rating kept or improved since joining",
        short="Ofsted since joining",
        group=_GROUP,
        promise=(
            "Every academy keeps or improves its Ofsted rating within two years of joining, or "
            "at its first full inspection if that is sooner."
        ),
        answer=Single("ofsted_journey"),
        polarity=Polarity.HIGHER,
        target=EveryAcademy(AtLeast(100)),
        passport=Passport(
            definition=(
                "The last graded inspection before an academy joined is its starting point, even "
                "when it was made under the predecessor school's number. The first graded inspection "
                "after joining is the test. The promise is kept when the test is no worse. Only like "
                "is set against like: overall grades with overall grades, or the same key judgements "
                "one by one, none of them worse."
            ),
            numerator=("Academies whose first graded inspection after joining was no worse than their starting point."),
            denominator="Academies that have both inspections.",
            source=(
                "Ofsted management information (every edition that was loaded is kept) and the "
                "joining dates in Get Information about Schools."
            ),
            lag="Ofsted publishes each month; an inspection appears some weeks after it took place.",
            changes=_OFSTED_CHANGES,
            questions=(
                "Which academies have waited longest for a first inspection, and what do we expect?",
                "Where a rating fell, which judgement fell, and what has been done since?",
                "What evidence do we have of quality in academies that Ofsted has not yet seen?",
            ),
            missing_years=(
                "An academy that joined under two years ago and has not been inspected is not due. "
                "After two years it is shown as not yet inspected: a grade brought along is not a "
                "grade that was maintained. A report card has nothing to be compared with until "
                "there are two."
            ),
        ),
        axis=PERCENTAGE,
        drill=("academy", "inspection", "area"),
        unit=Unit.PERCENT,
        tolerance=0.0,
    ),
    Kpi(
        id="ofsted-leadership",
        title="Leadership and management good or better",
        short="Ofsted: leadership",
        group=_GROUP,
        promise="Ofsted finds leadership and management good or outstanding in all academies.",
        answer=Single("ofsted_leadership"),
        polarity=Polarity.HIGHER,
        target=EveryAcademy(AtLeast(100)),
        passport=Passport(
            definition=(
                "The latest judgement of leadership and management in each academy. On report cards "
                "it is leadership and governance at the expected standard or better, which is "
                "counted apart."
            ),
            numerator="Academies graded good or outstanding (report cards: expected standard or better).",
            denominator="Academies that have the judgement.",
            source="Ofsted management information.",
            lag="Ofsted publishes each month; an inspection appears some weeks after it took place.",
            changes=_OFSTED_CHANGES,
            questions=(
                "How old is each judgement, and would the academy still earn it?",
                "What did the inspectors say about governors in the academies that fell short?",
                "Which leaders have changed since the judgement was made?",
            ),
            missing_years=(
                "A new academy has no judgement until its first graded inspection; ungraded visits give none."
            ),
        ),
        axis=PERCENTAGE,
        drill=("academy", "inspection"),
        unit=Unit.PERCENT,
        tolerance=0.0,
    ),
    Kpi(
        id="board-skills",
        title="Skills covered on the Trust Board",
        short="Board skills",
        group=_GROUP,
        promise=(
            "Every skill that the Trust Board needs is covered, as its yearly audit shows, and "
            "training fills what is missing."
        ),
        answer=Single("board_skills"),
        untargeted=("member",),
        polarity=Polarity.HIGHER,
        target=AllItems(spare=1, item="required skill"),
        passport=Passport(
            definition=(
                "Trustees rate themselves from 0 to 4 on each skill. A required skill is covered "
                "when at least one trustee is at 3 or 4. An audit more than twelve months old no "
                "longer counts, and the target is then missed whatever it says."
            ),
            numerator="Required skills in which at least one trustee is at level 3 or more.",
            denominator="Skills that the trust requires.",
            source="The trust's skills audit (skills_audit.csv).",
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=(
                "Which skills rest on a single trustee, and when does that person's term end?",
                "What training was booked since the last audit, and has it been taken?",
                "Who checks that the trustees' own ratings are fair?",
            ),
            missing_years="There is no figure for a year in which no audit was loaded.",
        ),
        axis=PERCENTAGE,
        drill=("skill", "member"),
        unit=Unit.PERCENT,
        trust_only=True,
    ),
    Kpi(
        id="critical-friends",
        title="External quality assurance of every academy",
        short="Critical friends",
        group=_GROUP,
        promise="A network of critical friends assures the quality of every academy.",
        answer=Single("critical_friends"),
        said="External quality assurance",
        polarity=Polarity.HIGHER,
        target=EveryAcademy(AllItems(spare=0, item="external review")),
        passport=Passport(
            definition="Whether somebody from outside the trust has reviewed each academy during the year.",
            numerator="Academies with at least one external review in the year.",
            denominator="Academies that were open in the year.",
            source="The trust's log of reviews (qa_reviews.csv).",
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=(
                "Which academies are still waiting for a review this year, and when will it be?",
                "Do the same people review the same academies each year?",
                "What changed because of the last review?",
            ),
            missing_years=(
                "There is no figure for a year without a loaded log. Before a year is over it is "
                "shown as it stands and not judged."
            ),
        ),
        axis=PERCENTAGE,
        drill=("academy", "review"),
        unit=Unit.PERCENT,
        tolerance=0.0,
        whole_year=True,
    ),
    Kpi(
        id="lgb-complement",
        title="Local Governing Bodies at full strength",
        short="Governing bodies",
        group=_GROUP,
        promise="Every Local Governing Body has all its members, and between them the right skills.",
        answer=Single("lgb_places", beside=("lgb_skills",)),
        said="Places filled on Local Governing Bodies",
        polarity=Polarity.HIGHER,
        target=EveryAcademy(FullWithSkills()),
        passport=Passport(
            definition=(
                "Two things for each academy: every place on the governing body is filled, and every "
                "skill that it needs is held at level 3 or more by at least one governor. Both are "
                "asked for."
            ),
            numerator="Places that are filled.",
            denominator="Places that the constitution provides for.",
            source="The trust's list of governors (governors.csv) and skills audits (skills_audit.csv).",
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=(
                "Which vacancies are oldest, and in which category of governor?",
                "Which governing bodies lack finance, safeguarding or education skills?",
                "How many terms of office end in the next twelve months?",
            ),
            missing_years="Without a skills audit the places are shown, and a full body cannot be judged.",
        ),
        axis=PERCENTAGE,
        drill=("academy", "category", "skill"),
        unit=Unit.PERCENT,
        tolerance=0.0,
    ),
    *finance.KPIS,
)
"""In the order of the plan."""
