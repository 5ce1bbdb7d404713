"""The financial half of governance: budgets, staffing, funding, accounts, efficiency and cash."""

from __future__ import annotations

from kpi_engine.catalogue.common import NO_CHANGES, OWN_RETURN, PERCENTAGE
from kpi_engine.kpi import Axis, Kpi, Passport, Single
from kpi_engine.model import Polarity, Unit
from kpi_engine.targets import AllItems, AtLeast, EveryAcademy, NearBenchmark, NoTarget, WithinBudget

_GROUP = "governance"

KPIS: tuple[Kpi, ...] = (
    Kpi(
        id="within-budget",
        title="Academies within their budgets",
        short="Within budget",
        group=_GROUP,
        promise="Academies run within the budgets that were set for them.",
        answer=Single("budget_spend", beside=("budget_balance", "in_year_balance")),
        said="Spending as a share of the budget to date",
        polarity=Polarity.NEITHER,
        target=EveryAcademy(WithinBudget()),
        passport=Passport(
            definition=(
                "What an academy has spent so far against what its budget allowed by then, and "
                "whether the balance now forecast for the end of the year is at least the balance "
                "that was set. A deficit that was planned and is met from reserves is no miss."
            ),
            numerator="Actual expenditure to date.",
            denominator="Budgeted expenditure to date.",
            source=(
                "The trust's monthly budget monitoring (budget_monitoring.csv); yearly check against "
                "the in-year balance of the academies accounts return."
            ),
            lag=("As soon as a month's monitoring is loaded; the accounts return is published about a year later."),
            changes=NO_CHANGES,
            questions=(
                "Which cost lines explain the variance, in pounds?",
                "Is the forecast built from what has happened, or is it still the budget?",
                "How many months of reserves remain where a deficit was planned?",
            ),
            missing_years="There is no figure for a year without loaded monitoring.",
        ),
        axis=Axis(80, 120),
        drill=("academy", "line", "month"),
        unit=Unit.PERCENT,
    ),
    Kpi(
        id="staffing-share",
        title="Staffing as a share of expenditure",
        short="Staffing share",
        group=_GROUP,
        promise="The share of spending that goes on staff is in line with similar academies.",
        answer=Single("staffing_share"),
        untargeted=("line",),
        polarity=Polarity.NEITHER,
        target=NearBenchmark(2.0),
        passport=Passport(
            definition=(
                "Staff costs as a percentage of all spending. Set against academies' published "
                "returns, staff costs leave out premises and catering staff, about 3 points less; "
                "set against the plan's own 75 % for secondaries and 73 % for primaries, all staff "
                "are counted. The screen says which is meant, and the two are never mixed. Central "
                "services stand apart."
            ),
            numerator="Staff costs.",
            denominator="Total expenditure.",
            source=(
                "Budget monitoring for the year so far; the academies accounts return (AAR) for past "
                "years and for similar academies."
            ),
            lag="Budget monitoring at once; the accounts return about a year after the financial year.",
            changes=(
                "2023/24: the accounts return carries new cost codes.",
                "The plan's 75 % and 73 % are figures for 2016 whose publication could not be found again.",
            ),
            questions=(
                ("Is the difference from similar academies a matter of numbers, of pay grades or of agency cover?"),
                "How much of the central charge pays for staff?",
                "What would the share be if rolls fall as forecast?",
            ),
            missing_years=(
                "There is no figure for a year for which neither monitoring nor an accounts return is loaded."
            ),
        ),
        axis=Axis(50, 100),
        drill=("academy", "line"),
        unit=Unit.PERCENT,
        benchmark=True,
    ),
    Kpi(
        id="fair-funding",
        title="Funding follows need",
        short="Fair funding",
        group=_GROUP,
        promise="Funding is shared out so that all students have equal opportunity.",
        answer=Single("income_per_pupil", beside=("roll_disadvantaged", "roll_send")),
        said="Income per pupil",
        polarity=Polarity.NEITHER,
        target=NoTarget("It is shown without judgement: the trust has set no rule for how funding should follow need."),
        passport=Passport(
            definition=(
                "Income for each pupil, seen beside the academy's shares of disadvantaged pupils and "
                "of pupils with special educational needs or disabilities."
            ),
            numerator="Income.",
            denominator="Pupils.",
            source="The trust's funding return (funding.csv); school census for the shares of pupils.",
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=(
                "Do the academies with the most disadvantaged pupils have the most income for each pupil?",
                "How is the central charge worked out, and is it the same for all?",
                "What has the pupil premium paid for, and did it help?",
            ),
            missing_years="There is no figure for a year without a loaded funding return.",
        ),
        axis=Axis(0, 40_000),
        drill=("academy", "line"),
        unit=Unit.POUNDS,
    ),
    Kpi(
        id="timely-accounts",
        title="Management accounts on time",
        short="Accounts on time",
        group=_GROUP,
        promise="Management accounts reach governors on time.",
        answer=Single("timely_accounts"),
        polarity=Polarity.HIGHER,
        target=AtLeast(100),
        passport=Passport(
            definition=(
                "Each monthly pack has a day on which governors should have it. One presented on or "
                "before that day is on time; one that is overdue and not yet presented is late."
            ),
            numerator="Packs presented on or before their due date.",
            denominator="Packs due by the date of the data.",
            source="The trust's log of accounts (accounts_log.csv).",
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=(
                "Which packs were late, by how many days, and why?",
                "Were governors able to ask questions before decisions were taken?",
                "Is the due date early enough to act on what the pack says?",
            ),
            missing_years=(
                "There is no figure for a year without a loaded log, or in which nothing has yet fallen due."
            ),
        ),
        axis=PERCENTAGE,
        drill=("academy", "month"),
        unit=Unit.PERCENT,
    ),
    Kpi(
        id="top10-efficiency",
        title="DfE's ten efficiency checks",
        short="Efficiency checks",
        group=_GROUP,
        promise="Financial planning shows that DfE's ten checks for efficiency are used.",
        answer=Single("efficiency_checks"),
        polarity=Polarity.HIGHER,
        target=EveryAcademy(AllItems(spare=1, item="check")),
        passport=Passport(
            definition=(
                "How many of the ten planning checks each academy can show evidence for in the year. "
                "A check that is partly evidenced does not count."
            ),
            numerator="Checks with evidence.",
            denominator="Ten checks for each academy.",
            source="The trust's return (efficiency_checks.csv).",
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=(
                "Which checks are missing most often?",
                "What did the trust do differently because of a check?",
                "Who has looked at the evidence?",
            ),
            missing_years=(
                "There is no figure for a year without a loaded return. Before a year is over it is "
                "shown as it stands and not judged."
            ),
        ),
        axis=PERCENTAGE,
        drill=("academy", "check"),
        unit=Unit.PERCENT,
        tolerance=0.0,
        whole_year=True,
    ),
    Kpi(
        id="cash-flow",
        title="Months at or above the cash floor",
        short="Cash flow",
        group=_GROUP,
        promise="Cash flow is soundly managed, and can be shown to be.",
        answer=Single("cash_floor", beside=("cash_days", "cash_low")),
        polarity=Polarity.HIGHER,
        target=AtLeast(100),
        passport=Passport(
            definition=(
                "The trust's policy names the least cash it will hold. Each month is held against "
                "that floor. Beside it stand the days of spending that the cash would cover, and the "
                "lowest point forecast for the next three months."
            ),
            numerator="Months whose closing cash was at or above the floor.",
            denominator="Months reported.",
            source="The trust's cash return (cash.csv).",
            lag=OWN_RETURN,
            changes=NO_CHANGES,
            questions=(
                "When in the year is cash lowest, and is that known in advance?",
                "Is the floor still right for the size of the trust?",
                "How close did the last three forecasts come to what happened?",
            ),
            missing_years="There is no figure for a year without a loaded cash return.",
        ),
        axis=PERCENTAGE,
        drill=("month",),
        unit=Unit.PERCENT,
        trust_only=True,
    ),
)
"""In the order of the plan."""
