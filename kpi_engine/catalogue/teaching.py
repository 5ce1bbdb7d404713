"""Teaching standards: the trust's own reviews, and Ofsted's view."""

from __future__ import annotations

from kpi_engine.catalogue.common import NO_CHANGES, OWN_RETURN, PERCENTAGE
from kpi_engine.kpi import Kpi, Passport, Single
from kpi_engine.model import Polarity, Unit
from kpi_engine.targets import AtLeast, EveryAcademy

_GROUP = "teaching"

KPIS: tuple[Kpi, ...] = (
    Kpi(
        id="teaching-good",
        title="Teaching judged good or better",
        short="Teaching good",
        group=_GROUP,
        promise="All teaching is at least good.",
        answer=Single("lesson_quality"),
        polarity=Polarity.HIGHER,
        target=AtLeast(100),
        passport=Passport(
            definition=(
                "Academies review teaching by lesson or by department. This is the share of those "
                "reviews that found it good or better."
            ),
            numerator="Reviews judged good or better.",
            denominator="Reviews held.",
            source="The trust's return (lesson_quality.csv).",
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=(
                "Do all academies review in the same way, and does anybody check one another's judgements?",
                "Which departments are not there yet, and what support do they have?",
                "Do the reviews agree with what the results show?",
            ),
            missing_years="There is no figure for a year or term without a loaded return.",
        ),
        axis=PERCENTAGE,
        drill=("academy", "department", "term"),
        unit=Unit.PERCENT,
    ),
    Kpi(
        id="ofsted-good",
        title="Ofsted judgement good or better",
        short="Ofsted good",
        group=_GROUP,
        promise="Ofsted judges every academy at least good.",
        answer=Single("ofsted_good"),
        polarity=Polarity.HIGHER,
        target=EveryAcademy(AtLeast(100)),
        passport=Passport(
            definition=(
                "The latest graded inspection of each academy: overall effectiveness where Ofsted "
                "gave it, else all four key judgements at least good, and labelled so. Report cards "
                "are counted apart: every graded area at the expected standard or better, and "
                "safeguarding met."
            ),
            numerator="Academies judged good or better.",
            denominator="Academies with a graded inspection.",
            source="Ofsted management information; England's share from Ofsted's yearly statistics.",
            lag="Ofsted publishes each month; an inspection appears some weeks after it took place.",
            changes=(
                "November 2025: report cards, which Ofsted says cannot be compared with the older grades.",
                (
                    "September 2024: no overall effectiveness grade any more. England's last share of "
                    "schools is that of August 2024."
                ),
            ),
            questions=(
                "How old are the judgements, and which academies expect an inspection next?",
                "Which area comes nearest to falling short?",
                "What do parents hear from us about a report card?",
            ),
            missing_years=(
                "An academy without a graded inspection is not yet inspected; its predecessor's grade is shown as such."
            ),
        ),
        axis=PERCENTAGE,
        drill=("academy", "inspection", "area"),
        unit=Unit.PERCENT,
        benchmark=True,
        tolerance=0.0,
    ),
)
"""In the order of the plan."""
