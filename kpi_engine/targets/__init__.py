"""Target rules of the plan and of the trust's own ``targets.csv``."""

from kpi_engine.targets.base import Case, Rule
from kpi_engine.targets.figures import (
    Around,
    AtLeast,
    AtMost,
    BetterThanBenchmark,
    GapNarrowing,
    NearBenchmark,
    NoTarget,
    SignificantlyBetter,
)
from kpi_engine.targets.special import (
    AllItems,
    EachPhase,
    EveryAcademy,
    FullWithSkills,
    NeetBelow,
    WithinBudget,
    plain,
)

__all__ = [
    "AllItems",
    "Around",
    "AtLeast",
    "AtMost",
    "BetterThanBenchmark",
    "Case",
    "EachPhase",
    "EveryAcademy",
    "FullWithSkills",
    "GapNarrowing",
    "NearBenchmark",
    "NeetBelow",
    "NoTarget",
    "Rule",
    "SignificantlyBetter",
    "WithinBudget",
    "plain",
]
