"""A comparison of academies as it is told: where each stands, the sentence over all of them, and who is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_engine.answers import Result
from kpi_engine.engine.comparing import Stand, Verdict
from kpi_engine.kpi import Gap, Kpi
from kpi_engine.model import TRUST, WithheldKind
from kpi_engine.wording import shown

ENGLAND = "England"
"""What ``against`` says where England's figure is what academies are held against."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Academies beside one another. ``against`` is "trust", "England" or a URN; ``reference`` the answer that they are
    held against (None for England, whose figure is each result's own). ``stands`` are in order of names.

    ``sentence`` says how many are clearly above and below; ``notes`` by which test, and who is not counted and why.
    ``turned`` says that "above" is said of what is missed, which is what the KPI's axis draws; a stand's own verdict
    and difference are always of its value.
    """

    kpi: str
    academic_year: str
    against: str
    label: str
    reference: Result | None
    stands: tuple[Stand, ...]
    sentence: str
    notes: tuple[str, ...]
    turned: bool

    @property
    def results(self) -> tuple[Result, ...]:
        """The academies' answers, and the one that they are held against."""
        own = tuple(stand.result for stand in self.stands)
        return own if self.reference is None else (*own, self.reference)


def told(
    kpi: Kpi,
    year: str,
    against: str,
    label: str,
    reference: Result | None,
    stands: tuple[Stand, ...],
) -> Comparison:
    """The comparison with its words. ``label`` is what the figure is called that they are held against."""
    value = _reference_value(against, reference, stands)
    label = label if against != ENGLAND else _england(stands)
    turned = kpi.axis.complement and not any("reason" in s.result.breakdown for s in stands)
    return Comparison(
        kpi.id,
        year,
        against,
        label,
        reference,
        stands,
        _sentence(kpi, stands, label, value, turned),
        (*_tests(against, stands), *_left_out(stands)),
        turned,
    )


def _sentence(kpi: Kpi, stands: Sequence[Stand], label: str, value: tuple[float, Result] | None, turned: bool) -> str:
    tested = [s for s in stands if s.verdict is not Verdict.UNTESTED]
    if not tested:
        return ""
    said = f"{label}{_in_brackets(kpi, value, turned)}"
    above = sum(1 for s in tested if s.verdict is Verdict.ABOVE)
    below = sum(1 for s in tested if s.verdict is Verdict.BELOW)
    if turned:
        above, below = below, above
    level = len(tested) - above - below
    if len(tested) == 1:
        how = "is clearly above" if above else "is clearly below" if below else "cannot be told apart from"
        return f"{tested[0].result.academy_name} {how} {said}."
    if level == len(tested):
        return f"None of {level} academies can be told apart from {said}."
    return (
        f"Of {len(tested)} academies, {above or 'none'} {'are' if above > 1 else 'is'} clearly above {said}, "
        f"{below or 'none'} clearly below; {f'{level} cannot be told apart' if level else 'all can be told apart'}."
    )


def _in_brackets(kpi: Kpi, value: tuple[float, Result] | None, turned: bool) -> str:
    if value is None:
        return ""
    figure, like = value
    if turned:
        return f" ({shown(100 - round(figure, like.decimals), like.unit, like.decimals)} missed)"
    points = " points" if isinstance(kpi.answer, Gap) else ""
    return f" ({shown(figure, like.unit, like.decimals)}{points})"


def _reference_value(against: str, reference: Result | None, stands: Sequence[Stand]) -> tuple[float, Result] | None:
    if reference is not None:
        return (reference.value, reference) if reference.value is not None else None
    if against != ENGLAND:
        return None
    known = [s.result for s in stands if s.result.benchmark is not None]
    values = {r.benchmark for r in known}
    return (known[0].benchmark or 0.0, known[0]) if len(values) == 1 else None


def _england(stands: Sequence[Stand]) -> str:
    labels = {s.result.benchmark_label for s in stands if s.result.benchmark is not None}
    return labels.pop() if len(labels) == 1 else "England's figure for its phase"


def _tests(against: str, stands: Sequence[Stand]) -> tuple[str, ...]:
    """What "clearly" means here."""
    tested = sum(1 for s in stands if s.verdict is not Verdict.UNTESTED)
    if not tested:
        return ()
    rest = ""
    if against == TRUST:
        rest = " Each is held against all the others together, since its own figure is part of the sum."
    many = f" and it holds although {tested} are tested at once" if tested > 1 else ""
    clearly = (
        f"“Clearly” is said where the test of the difference leaves chance out at 95 %{many} "
        f"(false discovery rate of Benjamini and Hochberg).{rest}"
    )
    return (clearly,)


def _left_out(stands: Sequence[Stand]) -> tuple[str, ...]:
    """Those without a figure, by the kind of special answer; and those with one that nothing can be tested on."""
    without: dict[str, list[str]] = {}
    untested: dict[str, list[str]] = {}
    for stand in stands:
        if stand.verdict is not Verdict.UNTESTED:
            continue
        withheld = stand.result.withheld
        if withheld is not None:
            without.setdefault(str(withheld.kind), []).append(stand.result.academy_name)
        else:
            untested.setdefault(stand.why, []).append(stand.result.academy_name)
    found = []
    order = [str(kind) for kind in WithheldKind]
    if without:
        parts = [f"{len(without[k])} {k} ({', '.join(sorted(without[k]))})" for k in order if k in without]
        found.append(f"Not counted, for want of a figure: {'; '.join(parts)}.")
    if len(untested) == 1 and all(s.verdict is Verdict.UNTESTED for s in stands):
        found.append(f"No difference is called clear here: {next(iter(untested))}.")
    else:
        found += [f"Not tested: {', '.join(sorted(names))} ({why})." for why, names in untested.items()]
    return tuple(found)
