"""The attack on two worlds, on what a view says around its figures: where they come from, why one is lacking, how
academies stand to one another, what needs discussion, what has changed."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from kpi_engine.access import Viewer
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import View
from kpi_engine.engine import changes as changing
from kpi_engine.engine.absence import Absence
from kpi_engine.engine.compared import Comparison
from kpi_engine.engine.comparing import Verdict, by_value
from kpi_engine.engine.evidence import Evidence
from kpi_engine.engine.years_together import Together
from kpi_engine.errors import UsageError
from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS, TRUST, WithheldKind
from kpi_engine.wording import inside
from tests.disclosure import view_more as more
from tests.disclosure.attacker import Key
from tests.disclosure.view_asking import Answer
from tests.disclosure.view_before import Before
from tests.disclosure.view_sample import GOVERNOR, PRESENTING, VIEWERS, Sample, Seen, asked, flat, worlds
from tests.disclosure.view_worlds import Leave

YEARS = ("2024/25", "2025/26")
SEED = 5


def questions(view: View, sample: Sample) -> Iterator[Answer]:
    chance = random.Random(SEED)
    yield from more.explained(view, sample.kpis, YEARS[1:], chance)
    yield from more.along(view, sample.kpis)
    yield from more.beside_one_another(view, sample.kpis, YEARS[1:], chance)
    yield from more.alike(view, YEARS)
    yield from more.looked_at(view, YEARS[1:])


@pytest.fixture(params=VIEWERS, scope="module", ids=lambda viewer: viewer.user)
def viewer(request) -> Viewer:
    return request.param


@pytest.fixture(scope="module")
def seen(two_worlds, viewer) -> tuple[Seen, list[Answer]]:
    kept: list[Answer] = []

    def ask(view: View) -> Iterator[Answer]:
        for answer in questions(view, two_worlds):
            if view is here:
                kept.append(answer)
            yield answer

    here = worlds(two_worlds, viewer).here
    return asked(two_worlds, viewer, ask), kept


def test_nothing_said_around_the_figures_hangs_on_a_hidden_one(seen):
    """Sources, reasons, offers, p-values, verdicts, limits of chance, orders, exceptions: the same in both worlds."""
    found, answers = seen
    assert found.differing == []
    kinds = Counter(answer.asked.split(" ")[0] for answer in answers)
    assert min(kinds.values()) >= 5
    assert len(kinds) == 15


def test_each_number_said_around_the_figures_is_one_that_the_viewer_may_have(seen, two_worlds, viewer):
    found, answers = seen
    audit = found.audit
    for answer in answers:
        for result in more.results_in(answer.said):
            audit.take(result, answer.among if result.academy == TRUST else None)
            audit.beside(result, answer.among)
        if isinstance(answer.said, Evidence):
            audit.evidence(answer.said, rows_of(two_worlds))
        if isinstance(answer.said, Together):
            years_add_up(worlds(two_worlds, viewer).here, answer)
        if isinstance(answer.said, Comparison):
            hidden_stands_apart(answer.said)
    assert audit.holes == []
    assert audit.figures > (500 if audit.leave.is_head else 1_500)
    assert audit.withheld > 300


def rows_of(sample: Sample) -> Any:
    made: dict[tuple[str, str, str, str], dict[int, list[Key]]] = {}

    def of(id: str, series: str, year: str, urn: str) -> Mapping[int, list[Key]]:
        if (id, series, year, urn) not in made:
            found: dict[int, list[Key]] = {}
            for fact, row in sample.kept.row_table(id, series, year).get(urn, ()):
                dims = tuple((name, fact.breakdown[name]) for name in DIMENSIONS if name in fact.breakdown)
                if row is not None:
                    found.setdefault(row, []).append((id, series, year, urn, fact.period, dims))
            made[id, series, year, urn] = found
        return made[id, series, year, urn]

    return of


def years_add_up(view: View, answer: Answer) -> None:
    """Years taken together are years that are each given, and their sum; without them there is no number."""
    found = answer.said
    if found.value is None:
        assert (found.numerator, found.denominator, found.lower, found.upper, found.parts) == (
            None,
            None,
            None,
            None,
            (),
        )
        return
    part = parted(answer)
    for year, n, d in found.parts:
        given = view.result(found.kpi, found.academy, year, part, answer.among)
        assert (given.numerator, given.denominator) == (n, d)
    assert found.numerator == pytest.approx(sum(n for _, n, _ in found.parts))


def parted(answer: Answer) -> dict[str, str]:
    """The breakdown that stands in a question."""
    text = answer.asked[answer.asked.index("{") + 1 : answer.asked.index("}")]
    pairs = [each.split(": ") for each in text.split(", ") if each]
    return {name.strip("'"): value.strip("'") for name, value in pairs}


def hidden_stands_apart(found: Comparison) -> None:
    """A hidden figure is not tested, has no difference, and no place by its value."""
    for stand in found.stands:
        if stand.result.value is None:
            assert stand.verdict is Verdict.UNTESTED
            assert (stand.difference, stand.lower, stand.upper) == (None, None, None)
    order = [stand.result for stand in by_value(found.stands)]
    last = [each.academy_name for each in itertools.dropwhile(lambda each: each.value is not None, order)]
    assert last == sorted(each.academy_name for each in order if each.value is None)


def test_words_about_what_is_hidden_hold_no_number(seen):
    """Why there is none, what would help, why years are not taken together, why a breakdown is not offered."""
    found, answers = seen
    audit = replace(found.audit, holes=[])
    looked = 0
    for answer in answers:
        said, hidden = answer.said, ""
        if isinstance(said, Absence) and said.kind is WithheldKind.HIDDEN:
            hidden = " ".join([said.reason, *said.helps, said.due])
        elif isinstance(said, Together) and said.value is None:
            hidden = f"{said.why} {said.sentence}"
        elif answer.asked.startswith("offers "):
            hidden = " ".join(each.reason for each in said if "Hidden" in each.reason)
        if hidden:
            looked += 1
            kpi = CATALOGUE[answer.asked.split(" ")[1]]
            titles = [kpi.title, kpi.said, *(MEASURES[id].title for id in kpi.measures)]
            years = [f"{start}/{start - 1999}" for start in range(2010, 2030)]
            names = [*titles, *(inside(title) for title in titles if title), *years, *parted(answer).values()]
            names.append(f"{len(answer.among or ())} academies")
            audit.words(answer.asked, hidden, names)
    assert audit.holes == []
    assert looked > 100


def test_who_presents_is_told_what_a_governor_is(two_worlds):
    some = replace(two_worlds, kpis=two_worlds.kpis[::3])
    views = (worlds(two_worlds, each).here for each in (GOVERNOR, PRESENTING))
    for one, other in zip(*(questions(view, some) for view in views), strict=True):
        assert one == other or flat(one) == flat(other)


TOLD_TOO_MUCH = ("evidence", "together", "compared", "funnel", "tested", "offers", "absence")


@pytest.mark.parametrize("told", TOLD_TOO_MUCH)
def test_an_answer_that_is_made_of_what_is_hidden_is_found_out(two_worlds, told, monkeypatch):
    """The first test can fail: each kind of answer, asked of the figures as they were loaded."""
    plain = getattr(View, told)

    def unseeing(view: View, *args: Any, **kwargs: Any) -> Any:
        return plain(View(view._holdings.whole, view._book, view.viewer), *args, **kwargs)

    monkeypatch.setattr(View, told, unseeing)
    some = [CATALOGUE[id] for id in ("suspensions", "neet-post16", "parents-happy") if id in CATALOGUE]
    chance = random.Random(SEED)

    def ask(view: View) -> Iterator[Answer]:
        yield from more.explained(view, some, YEARS[:1], chance)
        yield from more.beside_one_another(view, some, YEARS[:1], chance)

    chance.seed(SEED)
    first = list(ask(worlds(two_worlds, GOVERNOR).here))
    chance.seed(SEED)
    second = list(ask(worlds(two_worlds, GOVERNOR).there))
    apart = {
        one.asked.split(" ")[0]
        for one, other in itertools.zip_longest(first, second)
        if one is None or other is None or flat(one.said) != flat(other.said)
    }
    governed = {str(a.said) for a in first if a.asked.startswith(told)}
    monkeypatch.undo()
    chance.seed(SEED)
    honest = {str(a.said) for a in ask(worlds(two_worlds, GOVERNOR).here) if a.asked.startswith(told)}
    # What is offered, and why a figure is lacking, hang on whether it is hidden and not on what it is.
    assert apart - {"order"} == ({told} if told not in ("offers", "absence") else set())
    assert governed != honest


# Another version before


@pytest.fixture(params=[GOVERNOR, VIEWERS[1], VIEWERS[2]], ids=lambda viewer: viewer.user)
def two_versions(request, two_worlds) -> Before:
    return Before.of(two_worlds, Leave(two_worlds.truth, request.param), request.param)


def test_what_has_changed_says_nothing_of_a_figure_that_is_hidden_in_either_version(two_versions):
    """The version before hides other figures and shows some that are hidden now: a change of what either hides is told
    in neither world by its number."""
    one, other = two_versions.told()
    assert [flat(each) for each in one] == [flat(each) for each in other]
    kinds = Counter(str(each.said.kind) for each in one if isinstance(each.said, changing.Change))
    assert kinds["no longer shown"] > 0 or kinds["shown again"] > 0
    for each in one:
        if isinstance(each.said, changing.Change) and each.said.kind in (changing.Kind.HIDDEN, changing.Kind.SHOWN):
            change = each.said
            assert (change.old, change.new, change.old_status, change.new_status) == ("", "", None, None)


def test_a_change_that_gives_the_hidden_side_away_is_found_out(two_worlds):
    """The second of these tests can fail: the version before as it was loaded."""
    both = Before.of(two_worlds, Leave(two_worlds.truth, GOVERNOR), GOVERNOR)
    one, other = both.told(unseeing=True)
    assert [flat(each) for each in one] != [flat(each) for each in other]


# Mends


@pytest.mark.parametrize("outcome", ["unknown", "y11_neet", ""])
def test_a_gap_on_no_measure_of_its_own_is_refused(two_worlds, outcome):
    view = two_worlds.engine.as_seen_by(GOVERNOR)
    for ask in (view.result, view.evidence, view.absence, view.together):
        with pytest.raises(UsageError, match="expected one of ks2_rwm"):
            ask("gap-send", TRUST, YEARS[0], {"measure": outcome})
    with pytest.raises(UsageError, match="expected one of ks2_rwm"):
        view.compared("gap-send", YEARS[0], {"measure": outcome})
