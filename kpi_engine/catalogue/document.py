"""``docs/kpis.md`` written from the catalogue: ``python -m kpi_engine.catalogue.document``."""

from __future__ import annotations

from pathlib import Path

from kpi_engine.catalogue import CATALOGUE, GROUPS, of_group
from kpi_engine.kpi import Gap, Kpi, Single, Stages
from kpi_engine.measures import MEASURES
from kpi_engine.model import Phase, Polarity, Unit
from kpi_engine.targets import (
    AllItems,
    Around,
    AtLeast,
    AtMost,
    BetterThanBenchmark,
    GapNarrowing,
    NearBenchmark,
    SignificantlyBetter,
    plain,
)

_POLARITY = {
    Polarity.HIGHER: "higher is better",
    Polarity.LOWER: "lower is better",
    Polarity.NEITHER: "neither way is better by itself",
}
_DRILLS = {
    "year_group": "year group",
    "send": "SEND",
    "looked_after": "looked-after",
    "staff_group": "staff group",
    "key_stage": "key stage",
    "measure": "outcome",
    "area": "judgement area",
    "line": "cost or funding line",
    "category": "governor category",
    "cohort": "type of course",
}
_HEAD = """# The KPIs

The {count} KPIs of the trust's plan, in its {groups} groups. This page is written from the declarations in
`kpi_engine/catalogue/` by `python -m kpi_engine.catalogue.document`; edit those, not this.

The targets are the plan's. A trust sets its own in `targets.csv`, by KPI, scope and year.

"""


def document() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD.format(count=len(CATALOGUE), groups=len(GROUPS))]
    parts += [
        f"- [{group.title}](#{_anchor(group.title)}): {', '.join(f'`{kpi.id}`' for kpi in of_group(group.id))}\n"
        for group in GROUPS
    ]
    for group in GROUPS:
        parts.append(f"\n## {group.title}\n")
        parts += [_section(kpi) for kpi in of_group(group.id)]
    return "".join(parts)


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _section(kpi: Kpi) -> str:
    passport = kpi.passport
    rows = [
        ("Definition", passport.definition),
        ("Numerator", passport.numerator),
        ("Denominator", passport.denominator),
        ("Unit", f"{kpi.unit}; {_POLARITY[kpi.polarity]}"),
        ("Target", _target(kpi)),
        ("England", _england(kpi)),
        ("Who", _who(kpi)),
        ("Drill", ", ".join(_DRILLS.get(name, name) for name in kpi.drill)),
        ("Measures", _measures(kpi)),
        ("Source", passport.source),
        ("When it comes", passport.lag),
        ("Changes of method", " ".join(passport.changes)),
        ("Why a year may be missing", passport.missing_years),
    ]
    table = "".join(f"| {name} | {text} |\n" for name, text in rows)
    questions = "".join(f"- {question}\n" for question in passport.questions)
    return (
        f"\n### `{kpi.id}` {kpi.title}\n\n{kpi.promise}\n\n| | |\n|---|---|\n{table}"
        f"\nQuestions that a governor could ask:\n\n{questions}"
    )


def _target(kpi: Kpi) -> str:
    rule = plain(kpi.target)
    whom = kpi.target.words.removeprefix(rule.words)
    unit = " %" if kpi.unit is Unit.PERCENT else ""
    near = (
        f"near within {kpi.tolerance:g} {'point' if kpi.tolerance == 1 else 'points'}"
        if kpi.tolerance
        else "nothing short of it is near"
    )
    match rule:
        case AtLeast() | AtMost():
            return f"{rule.words}{unit}{whom}; {near}"
        case Around(near_low=low, near_high=high):
            return f"{rule.words}{unit}{whom}; near from {low:g} to {high:g}{unit}"
        case BetterThanBenchmark(tolerance_share=float(share)):
            return f"{rule.words}{whom}; near within {share * 100:g} % of England's figure"
        case BetterThanBenchmark():
            return f"{rule.words}{whom}; {near}"
        case NearBenchmark():
            return f"{rule.words}{whom}; {near} more"
        case SignificantlyBetter(margin=margin):
            return f"{rule.words}{whom}: with the whole interval, or by {margin:g} point where only totals are known"
        case GapNarrowing():
            return f"{rule.words} by more than {kpi.tolerance:g} points, or no gap; {near} either way"
        case AllItems(spare=spare):
            return f"{rule.words}{whom}; {f'near when {spare} is missing' if spare else 'nothing short of it is near'}"
        case _:
            return kpi.target.words


def _england(kpi: Kpi) -> str:
    if kpi.context_only:
        return "shown as context, never judged against"
    return "compared with" if kpi.benchmark else "not compared with"


def _who(kpi: Kpi) -> str:
    if kpi.trust_only:
        return "the trust as a whole"
    phases = "all phases" if kpi.phases == tuple(Phase) else ", ".join(str(phase) for phase in kpi.phases)
    pooled = f"; {kpi.pool_years} years taken together" if kpi.pool_years > 1 else ""
    return f"{phases}{'; academies with a sixth form' if kpi.sixth_form_only else ''}{pooled}"


def _measures(kpi: Kpi) -> str:
    match kpi.answer:
        case Single(measure, beside, within):
            text = f"{MEASURES[measure].title} (`{measure}`)"
            if within:
                text += " for " + ", ".join(f"{name} = {value}" for name, value in within.items())
            return text + (f"; beside it {', '.join(f'`{name}`' for name in beside)}" if beside else "")
        case Gap() as gap:
            further = "".join(f"; {name} apart" for _, name in gap.further_groups)
            return (
                f"{gap.group_name} against {gap.comparator_name[0].lower()}{gap.comparator_name[1:]}{further}; "
                f"`{gap.primary}` or `{gap.secondary}` decides; also "
                + ", ".join(f"`{name}`" for name in gap.outcomes if name not in (gap.primary, gap.secondary))
            )
        case Stages(stages):
            return "; ".join(f"{stage}: {', '.join(f'`{name}`' for name in found)}" for stage, found in stages)


def main() -> None:
    """Write the page into the project's ``docs`` folder."""
    path = Path(__file__).parents[2] / "docs" / "kpis.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(document(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
