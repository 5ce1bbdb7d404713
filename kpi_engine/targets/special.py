"""Target rules over more than one figure: every academy, a budget and its forecast, NEET with not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_engine.answers import Judgement, TargetStatus
from kpi_engine.targets.base import EPSILON, Case, Rule, Shown, judged
from kpi_engine.wording import shown


@dataclass(frozen=True, slots=True)
class EveryAcademy:
    """An academy is judged by ``rule``; the trust is met when every academy that can be judged is met.

    No tolerance for the trust: one academy short is missed, unless ``near_if_near`` and none is worse than
    near.
    """

    rule: Rule
    near_if_near: bool = False

    @property
    def line(self) -> float | None:
        return self.rule.line

    @property
    def words(self) -> str:
        return f"{self.rule.words}, in every academy"

    def __call__(self, case: Case) -> Judgement:
        if not case.parts:
            return self.rule(case)
        return _together(case.parts, "academy", "academies", near_if_near=self.near_if_near)


@dataclass(frozen=True, slots=True)
class EachPhase:
    """Met when ``rule`` is met in each phase of the trust; near when the worst of them is near.

    The case's parts are the trust's figures for its phases. Without them, as for an academy or a trust of one
    phase, ``rule`` decides.
    """

    rule: Rule

    @property
    def line(self) -> float | None:
        return self.rule.line

    @property
    def words(self) -> str:
        return f"{self.rule.words}, in each phase"

    def __call__(self, case: Case) -> Judgement:
        if not case.parts:
            return self.rule(case)
        return _together(case.parts, "phase", "phases", near_if_near=True)


def plain(rule: Rule) -> Rule:
    """The rule for a single figure, without who has to meet it (every academy, each phase)."""
    while isinstance(rule, EveryAcademy | EachPhase):
        rule = rule.rule
    return rule


def _together(parts: Sequence[tuple[str, Judgement]], one: str, many: str, *, near_if_near: bool) -> Judgement:
    able = [(name, part) for name, part in parts if part.status is not TargetStatus.NONE]
    if not able:
        return Judgement(TargetStatus.NONE, "No {} can be judged: {}", one, parts[0][1].reason)
    short = [name for name, part in able if part.status is not TargetStatus.MET]
    if not short:
        if len(able) == 1:
            return Judgement(TargetStatus.MET, "The one {} that can be judged meets it.", one)
        return Judgement(TargetStatus.MET, "All {} {} that can be judged meet it.", len(able), many)
    missed = any(part.status is TargetStatus.MISSED for _, part in able)
    met = len(able) - len(short)
    return judged(
        False,
        near_if_near and not missed,
        "{} of {} {} {} it; not yet: {}.",
        met,
        len(able),
        one if len(able) == 1 else many,
        "meets" if met == 1 else "meet",
        _Names(short),
    )


class _Names:
    """Names joined only when their sentence is read."""

    __slots__ = ("names",)

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def __format__(self, spec: str) -> str:
        return ", ".join(self.names)


@dataclass(frozen=True, slots=True)
class AllItems:
    """A checklist: met when every item is there; near when ``spare`` items are missing at most."""

    spare: int = 1
    item: str = "item"
    line: float | None = 100.0

    @property
    def words(self) -> str:
        return f"every {self.item}"

    def __call__(self, case: Case) -> Judgement:
        if case.overdue:
            return Judgement(TargetStatus.MISSED, "{}", case.overdue)
        have, of = case.have or 0.0, case.of or 0.0
        missing = round(of - have)
        return judged(missing <= 0, missing <= self.spare, "{:g} of {:g}; every {} is asked for.", have, of, self.item)


@dataclass(frozen=True, slots=True)
class FullWithSkills:
    """Met when every place is filled and every required skill covered; near when one of all these is missing.

    Reads ``lgb_skills`` beside the places; without a skills audit the skills half cannot be met, and it says
    so. An audit that is more than twelve months old fails it, as it does for the Trust Board.
    """

    skills: str = "lgb_skills"
    line: float | None = 100.0

    @property
    def words(self) -> str:
        return "every place filled and every required skill covered"

    def __call__(self, case: Case) -> Judgement:
        vacant = round((case.of or 0.0) - (case.have or 0.0))
        have, of = case.beside.get(f"{self.skills}.have"), case.beside.get(f"{self.skills}.of")
        if have is None or of is None:
            if vacant > 0:
                return judged(False, False, "{} vacant; no skills audit is loaded.", _places(vacant))
            return Judgement(TargetStatus.NONE, "Every place is filled; no skills audit is loaded to judge the rest.")
        if case.beside.get(f"{self.skills}.overdue"):
            return judged(False, False, "{} vacant; the skills audit is more than twelve months old.", _places(vacant))
        lacking = round(of - have)
        return judged(
            vacant <= 0 and lacking <= 0,
            max(vacant, 0) + max(lacking, 0) <= 1,
            "{} vacant; {} of {} required skills not covered.",
            _places(vacant),
            max(lacking, 0),
            round(of),
        )


def _places(count: int) -> str:
    return "No place is" if count <= 0 else "1 place is" if count == 1 else f"{count} places are"


@dataclass(frozen=True, slots=True)
class WithinBudget:
    """Met when spending is at most the budget to date and the forecast balance is no worse than the one set.

    A planned deficit met from reserves is no miss: the forecast is held against the balance that was set.
    """

    balance: str = "budget_balance"
    line: float | None = 100.0

    @property
    def words(self) -> str:
        return "spending at most 100 % of budget to date and a forecast no worse than set"

    def __call__(self, case: Case) -> Judgement:
        variance = case.beside.get(self.balance)
        within = case.value <= 100.0 + EPSILON
        forecast_kept = variance is None or variance >= -EPSILON
        share = Shown(case, case.value)
        if variance is None:
            return judged(
                within,
                case.value <= 100.0 + case.tolerance + EPSILON,
                "{} of the budget to date spent; no forecast.",
                share,
            )
        side = "no worse than set" if forecast_kept else f"{shown(-variance, '£', 0)} below the balance that was set"
        near = case.value <= 100.0 + case.tolerance + EPSILON and forecast_kept
        return judged(
            within and forecast_kept, near, "{} of the budget to date spent; the forecast is {}.", share, side
        )


@dataclass(frozen=True, slots=True)
class NeetBelow:
    """Met when NEET with not known is below ``limit``; missed when NEET alone reaches it; near in between."""

    limit: float
    with_unknown: str

    @property
    def line(self) -> float | None:
        return self.limit

    @property
    def words(self) -> str:
        return f"below {self.limit:g} %"

    def __call__(self, case: Case) -> Judgement:
        alone = Shown(case, case.value)
        if case.value >= self.limit - EPSILON:
            return Judgement(TargetStatus.MISSED, "{} NEET against a target of below {:g} %.", alone, self.limit)
        both = case.beside.get(self.with_unknown)
        if both is None:
            return Judgement(
                TargetStatus.NONE,
                "{} NEET; how many are not known is not given, so it cannot be judged.",
                alone,
            )
        if both < self.limit - EPSILON:
            return Judgement(TargetStatus.MET, "{} NEET, {} with not known, against below {:g} %.", alone,
                             Shown(case, both), self.limit)  # fmt: skip
        return Judgement(
            TargetStatus.NEAR,
            "{} NEET, {} with not known, against below {:g} %: it depends on the not known.",
            alone,
            Shown(case, both),
            self.limit,
        )


def reads_beside(rule: Rule) -> bool:
    """Whether a rule looks at the measures that stand beside the KPI's own."""
    return isinstance(plain(rule), FullWithSkills | WithinBudget | NeetBelow)
