"""Our people: who leaves, and who is well enough to work."""

from __future__ import annotations

from kpi_engine.catalogue.common import NO_CHANGES, OWN_RETURN
from kpi_engine.kpi import Axis, Kpi, Passport, Single
from kpi_engine.model import Polarity, Unit
from kpi_engine.targets import Around, AtLeast, EveryAcademy

_GROUP = "people"

KPIS: tuple[Kpi, ...] = (
    Kpi(
        id="staff-turnover",
        title="Staff turnover in a year",
        short="Staff turnover",
        group=_GROUP,
        promise="About one in ten staff leaves in a year.",
        answer=Single("staff_turnover", beside=("staff_moves",)),
        untargeted=("reason",),
        polarity=Polarity.NEITHER,
        target=Around(8, 12, 6, 14),
        passport=Passport(
            definition=(
                "Staff who left the trust within twelve months as a share of staff. Moves to another "
                "academy of the trust are shown beside it and left out. Too few leavers is as far "
                "from the target as too many. With few staff, chance reaches far: a school of 31 "
                "that truly loses 10 % a year lands between 8 % and 12 % in about one year of four."
            ),
            numerator="Leavers in twelve months, without moves inside the trust.",
            denominator="Average number of staff over those months.",
            source=(
                "The trust's return (staff_movement.csv). England: teachers who did not stay in the "
                "same school, from DfE's workforce statistics, only where that file is loaded."
            ),
            lag="Own return at once; DfE's about seven months after the November census.",
            changes=(
                ("DfE's leaver rate counts only teachers who leave state schools altogether: it is never used here."),
            ),
            questions=(
                "Why did people leave, and what did they say when they did?",
                "Which groups of staff are hardest to replace?",
                "How much of the difference between academies is more than chance?",
            ),
            missing_years=(
                "There is no figure for a year without a loaded return. Until twelve months are "
                "there it is shown as it stands and not judged."
            ),
        ),
        axis=Axis(0, 40),
        drill=("academy", "staff_group", "reason", "month"),
        unit=Unit.PERCENT,
        benchmark=True,
        staff=True,
        whole_year=True,
    ),
    Kpi(
        id="staff-attendance",
        title="Staff attendance",
        short="Staff attendance",
        group=_GROUP,
        promise="Staff attendance is above 95 % in all academies.",
        answer=Single("staff_attendance"),
        polarity=Polarity.HIGHER,
        target=EveryAcademy(AtLeast(95, strictly=True)),
        passport=Passport(
            definition=(
                "Of the days that staff were due to work, the share they worked. Days lost to "
                "sickness and to other absence both count; part-timers count by their hours."
            ),
            numerator="Working days less days lost.",
            denominator="Working days.",
            source=(
                "The trust's return (staff_absence.csv). DfE publishes days of sickness for "
                "teachers, a year late: shown for context only."
            ),
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=(
                "Is absence a few long illnesses or many short ones?",
                "In which months is it highest, and is it different from last year by more than chance?",
                "What does cover cost, and who provides it?",
            ),
            missing_years="There is no figure for a year without a loaded return.",
        ),
        axis=Axis(0, 20, complement=True),
        drill=("academy", "staff_group", "month"),
        unit=Unit.PERCENT,
        tolerance=1.0,
        staff=True,
    ),
)
"""In the order of the plan."""
