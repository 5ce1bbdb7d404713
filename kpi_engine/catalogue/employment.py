"""Employment: what pupils do after they leave."""

from __future__ import annotations

from types import MappingProxyType

from kpi_engine.catalogue.common import OWN_RETURN, PERCENTAGE, PUPIL_GROUPS
from kpi_engine.kpi import Axis, Kpi, Passport, Single
from kpi_engine.measures import SECONDARY, SIXTH_FORM
from kpi_engine.model import Polarity, Unit
from kpi_engine.targets import AtLeast, NeetBelow

_GROUP = "employment"
_PROXY = (
    (
        "DfE's destination tables count six months of continuous activity and appear some "
        "two years after pupils leave: they are a late stand-in, labelled so, and never "
        "mixed with the trust's own figure."
    ),
)
_EARLY = (
    "There is no figure for leavers about whom no return is loaded. It is judged when the whole cohort is reported on."
)

KPIS: tuple[Kpi, ...] = (
    Kpi(
        id="looked-after-destinations",
        title="Looked-after leavers in study or work",
        short="Looked-after leavers",
        group=_GROUP,
        promise="All looked-after pupils go on to study or employment after 16.",
        answer=Single("y11_engaged", within=MappingProxyType({"looked_after": "Y"})),
        polarity=Polarity.HIGHER,
        target=AtLeast(100),
        passport=Passport(
            definition=(
                "Of the looked-after pupils who left year 11, the share in education, an "
                "apprenticeship or employment. One academy has so few that a year's figure would "
                "nearly always be hidden: three years are taken together, and two such spans never "
                "overlap, since their difference would give one year away."
            ),
            numerator="Looked-after leavers in education, an apprenticeship or employment.",
            denominator="Looked-after pupils who left year 11.",
            source=(
                "The trust's return (destinations.csv). England's figure for looked-after pupils is "
                "context: it counts six months of continuous activity, which is not the same "
                "question."
            ),
            lag=OWN_RETURN,
            changes=_PROXY,
            questions=(
                "Do we know where each looked-after leaver of the last three years is?",
                "Who keeps in touch with them after they leave, and for how long?",
                "What did the virtual school do together with us before they left?",
            ),
            missing_years=_EARLY,
        ),
        axis=PERCENTAGE,
        drill=("academy",),
        unit=Unit.PERCENT,
        benchmark=True,
        context_only=True,
        pool_years=3,
        phases=SECONDARY,
        whole_year=True,
    ),
    Kpi(
        id="neet-post16",
        title="Year 11 leavers not in education, employment or training",
        short="NEET after year 11",
        group=_GROUP,
        promise="Fewer than 5 % of leavers are not in education, employment or training after 16.",
        answer=Single("y11_neet", beside=("y11_neet_or_unknown",)),
        polarity=Polarity.LOWER,
        target=NeetBelow(5.0, "y11_neet_or_unknown"),
        passport=Passport(
            definition=(
                "Of the pupils who left year 11, the share known to be not in education, employment "
                "or training (NEET); beside it, the share who are NEET or about whom nothing is "
                "known. The promise is kept when even both together are below 5 %, and broken when "
                "the known alone reach 5 %. In between it depends on those not known."
            ),
            numerator="Leavers known to be NEET.",
            denominator="Pupils who left year 11.",
            source=(
                "The trust's return (destinations.csv). England's 16 and 17 year olds are context: "
                "residents, not leavers of a school."
            ),
            lag=OWN_RETURN,
            changes=_PROXY,
            questions=(
                "How many leavers are not known, and who is finding out?",
                "Which pupils were at risk before they left, and what was offered to them?",
                "Which courses did leavers drop out of by the spring?",
            ),
            missing_years=_EARLY,
        ),
        axis=Axis(0, 20),
        drill=("academy", *PUPIL_GROUPS),
        unit=Unit.PERCENT,
        benchmark=True,
        context_only=True,
        tolerance=1.0,
        phases=SECONDARY,
        whole_year=True,
    ),
    Kpi(
        id="neet-post18",
        title="Sixth-form leavers not in education, employment or training",
        short="NEET after sixth form",
        group=_GROUP,
        promise=("Fewer than 6 % of leavers are not in education, employment or training after the sixth form."),
        answer=Single("y13_neet", beside=("y13_neet_or_unknown",)),
        polarity=Polarity.LOWER,
        target=NeetBelow(6.0, "y13_neet_or_unknown"),
        passport=Passport(
            definition=(
                "Of the students who left year 13, the share known to be not in education, "
                "employment or training (NEET); beside it, the share who are NEET or about whom "
                "nothing is known. It is judged as after year 11, with 6 % in place of 5 %. England "
                "has no reliable figure: the published share in no sustained destination is not the "
                "share who are NEET."
            ),
            numerator="Leavers known to be NEET.",
            denominator="Students who left year 13.",
            source="The trust's return (destinations.csv).",
            lag=OWN_RETURN,
            changes=_PROXY,
            questions=(
                "How many leavers are not known, and who is finding out?",
                "Do students on level 2 courses fare differently from those on level 3?",
                "How many took a year out on purpose, with a place to go to?",
            ),
            missing_years=_EARLY,
        ),
        axis=Axis(0, 20),
        drill=("academy", *PUPIL_GROUPS, "level"),
        unit=Unit.PERCENT,
        tolerance=1.0,
        phases=SIXTH_FORM,
        sixth_form_only=True,
        whole_year=True,
    ),
)
"""In the order of the plan."""
