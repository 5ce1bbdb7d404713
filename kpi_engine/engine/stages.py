"""The KPI that counts key stages: how many of an academy's key stages are above England."""

from __future__ import annotations

from kpi_engine.engine import benchmarks, together, withholding
from kpi_engine.engine.figure import Figure
from kpi_engine.engine.holdings import Holdings, applies, counts_for_trust
from kpi_engine.engine.scope import Scope, Slice
from kpi_engine.engine.sums import academy_figure
from kpi_engine.kpi import Kpi, Stages
from kpi_engine.measures import MEASURES
from kpi_engine.model import TRUST, Academy, Measure, Withheld, WithheldKind
from kpi_engine.wording import inside, shown

_EPSILON = 1e-9


def figure(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice) -> Figure | Withheld:
    """Key stages above England over key stages with a result and a national figure.

    A key stage is above when each of its measures is. For the trust, the academies' stages are added up. A stage
    without a national figure is named in the notes and not counted.

    A headteacher is told of all academies together, undivided, where there are enough of them.
    """
    if scope.academy is None and not part.dimensions and len(scope.academies) == len(holdings.academies):
        counting = holdings.for_counting()
        found = _counted(counting, kpi, scope, year, part)
        if counting is holdings or (isinstance(found, Figure) and found.have >= together.LEAST):
            return found
    return _counted(holdings, kpi, scope, year, part)


def _counted(holdings: Holdings, kpi: Kpi, scope: Scope, year: str, part: Slice) -> Figure | Withheld:
    answer = kpi.answer
    assert isinstance(answer, Stages)
    stages = [(name, ids) for name, ids in answer.stages if part.key_stage in (None, name)]
    first_measure = MEASURES[stages[0][1][0]] if stages else MEASURES["ks2_rwm"]
    academies = counted(holdings, scope, year, first_measure)
    above = of = 0
    have, missing, notes, details = 0, [], [], []
    sources: set[str] = set()
    withheld: Withheld | None = None
    provisional = False
    relevant = 0
    for academy in academies:
        own = 0
        concerned = False
        for name, ids in stages:
            judged = _stage(holdings, academy, year, part, ids)
            if isinstance(judged, Withheld):
                if judged.kind is WithheldKind.HIDDEN:
                    notes.append(f"{name}: hidden, so it is not counted.")
                if judged.kind is not WithheldKind.NOT_APPLICABLE:
                    concerned = True
                    withheld = withheld if withheld is not None else judged
                continue
            concerned = True
            ahead, figures, words = judged
            sources.update(s for f in figures for s in f.source_ids)
            provisional = provisional or any(f.stage == "provisional" for f in figures)
            if ahead is None:
                notes.append(f"{name}: no national figure to compare with.")
                continue
            own += 1
            of += 1
            above += ahead
            details.append(f"{name}: {words}")
        if own:
            have += 1
        elif concerned:
            missing.append(academy.name)
        relevant += concerned or own > 0
    # By key stage, never by academy: their order would tell whose figure it is that is hidden.
    order = {f"{name}:": place for place, (name, _) in enumerate(stages)}
    notes.sort(key=lambda said: (order[said[: said.index(":") + 1]], said))
    if not of:
        if notes:
            return Withheld(WithheldKind.NOT_PUBLISHED, " ".join(dict.fromkeys(notes)))
        if withheld is not None and scope.academy is not None:
            return withheld
        if withheld is not None:
            return Withheld(withheld.kind, f"No academy has a key stage to count in {year}. {withheld.reason}")
        return withholding.why(holdings, first_measure, scope.academy, year)
    return Figure(
        scope.urn,
        year,
        "Year",
        "stages",
        "provisional" if provisional else "final",
        100.0 * above / of,
        float(above),
        float(of),
        float(of),
        None,
        None,
        "",
        None,
        None,
        "; ".join(details) if scope.urn != TRUST else None,
        tuple(sorted(sources)),
        have,
        have + len(missing),
        tuple(missing),
        notes=tuple(dict.fromkeys(notes)),
    )


def counted(holdings: Holdings, scope: Scope, year: str, measure: Measure = MEASURES["ks2_rwm"]) -> list[Academy]:
    """The academies whose key stages are counted."""
    if scope.academy is not None:
        return [scope.academy]
    return [a for a in scope.academies if counts_for_trust(measure, a, holdings.membership(a, year))]


def _stage(
    holdings: Holdings, academy: Academy, year: str, part: Slice, ids: tuple[str, ...]
) -> tuple[bool | None, list[Figure], str] | Withheld:
    """Whether an academy is above England in all measures of a stage (None: nothing to compare with)."""
    figures: list[Figure] = []
    words: list[str] = []
    ahead = True
    compared = False
    unknown = False
    reason: Withheld | None = None
    for id in ids:
        measure = MEASURES[id]
        found = (
            academy_figure(holdings, measure, academy, year, part.dimensions)
            if applies(measure, academy)
            else withholding.why(holdings, measure, academy, year)
        )
        if isinstance(found, Withheld):
            reason = reason if reason is not None else found
            continue
        assert found.value is not None
        england = benchmarks.england(holdings, measure, found, part.dimensions)
        figures.append(found)
        own = shown(found.value, measure.unit, measure.decimals)
        if england.value is None:
            words.append(f"{measure.title} {own}")
            unknown = True
            continue
        name = inside(measure.title.split(":")[0])
        words.append(f"{name} {own} against {shown(england.value, measure.unit, measure.decimals)}")
        compared = True
        ahead = ahead and found.value > england.value + _EPSILON
    if not figures:
        return reason or withholding.why(holdings, MEASURES[ids[0]], academy, year)
    # Behind in one measure is behind; ahead in one says nothing while another has no national figure.
    judged = None if not compared or (unknown and ahead) else ahead
    return judged, figures, ", ".join(words)
