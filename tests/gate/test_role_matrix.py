"""Every page for every kind of person, whatever stands in the address: nobody is sent a figure that is not theirs.

What is forbidden to whom is said in SQL over the version file (``worlds``), and is looked for in every message that
goes to the browser: texts, tables, charts with what they show when pointed at, the values of widgets.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import duckdb
import pytest

from kpi_engine.access import Role, Viewer
from kpi_engine.catalogue import CATALOGUE, GROUPS
from kpi_engine.engine import Engine
from kpi_engine.kpi import Single
from kpi_engine.model import DIMENSIONS
from kpi_engine.people.directory import Person
from kpi_engine.warehouse.folder import current_manifest
from tests.gate import worlds
from tests.gate.conftest import Browse, Made
from tests.gate.visits import (
    ADMIN,
    EXECUTIVE,
    GOVERNOR,
    HEAD,
    HEAD_OF_TWO,
    KNOWN,
    STRANGER,
    Link,
    Seen,
    Visitor,
    marks_in,
)

Stop = tuple[str, Link]
Slices = dict[tuple[str, str], list[str]]

ACADEMIES = tuple(f"90000{n}" for n in range(1, 10))
YEARS = tuple(f"{start}/{start - 1999}" for start in range(2017, 2027))
PICTURES = (
    "years", "weeks", "months", "terms", "sides", "academies", "ranked", "gaps", "shares", "areas", "lines",
    "funnel",
)  # fmt: skip
GROUP_PAGES = tuple(group.id for group in GROUPS)
FOR_ADMINS = ("accounts", "trail")
PAGES = ("", "compare", *GROUP_PAGES, *FOR_ADMINS)
SPECIAL = {"academy": ("900005",), "comparator": ("school",), "key_stage": ("ks2",), "measure": ("attainment8",)}
"""Breakdowns that are no columns of the facts, each with a value."""
TAMPERED: tuple[str | list[str], ...] = (
    "trust", "central", "England", "TRUST", " 900005", "900005 ", "900005;900006", "phase:primary", "99001", "",
    "900006' OR '1'='1", "'; DROP TABLE facts; --", "../../private/directory.csv", "/etc/passwd", "%2e%2e%2f", "\x00",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "${7*7}", "x" * 5000, "\u0669" * 6,
    "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), ["900005", "900006"], "sex:F", "-1", "1e9",
)  # fmt: skip


@pytest.fixture(scope="module")
def slices(facts: duckdb.DuckDBPyConnection) -> Slices:
    """(KPI, breakdown) -> values of it that the version file has, the rarest first: those are the small numbers."""
    found: dict[tuple[str, str], list[str]] = {}
    forms = {"term": "Autumn|Spring|Summer", "month": r"\d{4}-\d\d", "week": r"\d{4}-W\d\d"}
    for kpi in CATALOGUE.values():
        for name in kpi.drill:
            measures = [*kpi.measures, "absence_reason"] if name == "reason" else list(kpi.measures)
            column, condition = (f'"{name}"', f"\"{name}\" <> 'Total'")
            if name in SPECIAL:
                found[kpi.id, name] = list(SPECIAL[name])
                continue
            if name in forms:
                column, condition = "period", f"regexp_full_match(period, '{forms[name]}')"
            rows = facts.execute(
                f"SELECT {column} FROM facts WHERE {condition} AND list_contains(?, measure) "
                "GROUP BY 1 ORDER BY sum(denominator) NULLS LAST, 1",
                [measures],
            ).fetchall()
            found[kpi.id, name] = [str(value) for (value,) in rows]
    return found


def filters() -> Iterator[Stop]:
    """Every page, and every value of every filter."""
    yield from ((path, {}) for path in PAGES)
    for number, academy in enumerate((*ACADEMIES, "trust", "central", "123456")):
        yield ("", "people", "governance")[number % 3], {"academy": academy}
    for number, year in enumerate((*YEARS, "latest", "1999/00")):
        yield ("teaching", "culture", "", "employment")[number % 4], {"year": year}
    for phase in ("primary", "secondary", "special", "all-through", "16-19", "nursery"):
        yield "outcomes", {"phase": phase}


def kpis(slices: Slices) -> Iterator[Stop]:
    """Every KPI, and by each of its breakdowns the breakdown itself and a step down; pictures, academies and years
    come in turn."""
    pictures, academies = itertools.cycle(PICTURES), itertools.cycle(("", *ACADEMIES[:8]))
    years = itertools.cycle(("", "2024/25", "", "2025/26", "2023/24", "", "2021/22"))
    values = itertools.count()
    compared = itertools.cycle(itertools.product(("", "years", "funnel"), ("", "england", "academy"), ("value", "")))
    for kpi in CATALOGUE.values():
        for _ in range(2):
            chart, against, sort = next(compared)
            link: Link = {"kpi": kpi.id, "chart": chart, "against": against, "sort": sort, "year": next(years)}
            link |= {"academy": next(academies), "with": "900005,900001,900008" if next(values) % 3 else ""}
            yield "compare", {key: each for key, each in link.items() if each}
        for name in ("", *kpi.drill):
            link = {"kpi": kpi.id, "by": name, "chart": next(pictures)}
            link |= {"academy": next(academies), "year": next(years)}
            found = slices.get((kpi.id, name), [])
            if found and next(values) % 2:
                link["in"] = f"{name}:{found[next(values) % min(len(found), 4)]}"
            yield kpi.group, {key: each for key, each in link.items() if each}


def tampered() -> Iterator[Stop]:
    """Addresses that no link of the app leads to."""
    names = itertools.cycle(("academy", "kpi", "year", "in", "phase", "by", "invite", "chart"))
    for value, _ in itertools.product(TAMPERED, range(3)):
        yield "culture", {"kpi": "suspensions", next(names): value}
    for name in ("sex", "staff_group", "reason", "academy", "month", "urn", "guard", "measure", "period", "series"):
        yield "people", {"kpi": "staff-turnover", "academy": "900005", "in": f"{name}:900005", "by": name}
    for number, value in enumerate(TAMPERED):
        yield "compare", {"kpi": "suspensions", ("with", "against", "sort", "kpi")[number % 4]: value}
    yield "culture", {"kpi": "suspensions", "in": ["sex:F"] * 40}
    yield "culture", {"kpi": "suspensions", "in": [f"year_group:{n}" for n in range(60)]}
    yield "no-such-page", {"academy": "900005"}
    yield "accounts", {"academy": "900005", "person-chosen": "di@trust.example"}


def gone_through(visitor: Visitor, every: Iterable[Stop], check: Callable[[Seen], object]) -> None:
    for path, link in every:
        seen = visitor.visit(path, **link)
        assert not seen.failed, seen.address
        check(seen)


MATRIX = {
    "head": (HEAD, False, 1), "head-of-two": (HEAD_OF_TWO, False, 4), "head-with-small-numbers": (HEAD, True, 9),
    "executive": (EXECUTIVE, False, 3), "governor": (GOVERNOR, False, 1), "admin": (ADMIN, False, 9),
}  # fmt: skip
"""Who looks; whether the trust lets heads see small numbers; of how many addresses beyond the filters one is tried."""


@pytest.mark.parametrize("who", MATRIX)
def test_no_page_gives_away_a_figure_that_is_not_theirs(
    browse: Browse, world: Made, slices: Slices, who: str, record_property: Callable[[str, object], None]
) -> None:
    person, small, every = MATRIX[who]
    marked = world(worlds.marked, person, small)
    assert marked.changed > 20_000
    visitor = browse(person, marked.folder, small)
    found: dict[str, list[str]] = {}

    def check(seen: Seen) -> None:
        if given_away := marks_in(seen, marked):
            found[seen.address] = given_away[:3]
        assert "<script>alert" not in seen.said
        assert "<img src=x" not in seen.said

    more = itertools.islice(itertools.chain(kpis(slices), tampered()), 0, None, every)
    gone_through(visitor, itertools.chain(filters(), more), check)
    assert found == {}
    record_property("pages tried", visitor.pages)
    print(f"pages tried as {who}: {visitor.pages}")


def test_what_is_looked_for_is_found_where_it_may_be_seen(browse: Browse, world: Made) -> None:
    """The executive, where a head's forbidden figures are marked: else the test before this one would prove nothing."""
    marked = world(worlds.marked, HEAD)
    visitor = browse(EXECUTIVE, marked.folder)
    for path, kpi in (("people", "staff-turnover"), ("governance", "within-budget"), ("culture", "pupils-happy")):
        seen = visitor.visit(path, kpi=kpi, academy="900005", chart="academies")
        assert seen.has_figure, seen.heading
        assert len(marks_in(seen, marked)) > 5, seen.address


_CHECKSUM = re.compile(rb"^\n [0-9a-f]{32}")
_NAME_OF_A_FILE = re.compile(rb"b [0-9a-f]{32}\xd2")


def _comparable(message: bytes) -> bytes:
    """A message without what is new each time: its checksum, and the random name that a button asks its file by."""
    return _NAME_OF_A_FILE.sub(b"", _CHECKSUM.sub(b"", message))


@pytest.mark.parametrize("who", ["head", "executive", "governor"])
def test_a_page_is_the_same_whatever_a_forbidden_figure_is(
    browse: Browse, world: Made, sample_folder: Path, slices: Slices, who: str,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    """Academies have handed their forbidden figures round; all sums are as they were, and so is every byte sent."""
    person, _, _ = MATRIX[who]
    other = world(worlds.exchanged, person)
    assert other.changed > 10_000
    stops = [*itertools.islice(filters(), 10, None, 3), *itertools.islice(kpis(slices), 0, None, 7)]
    visitor = browse(person, sample_folder)
    was = [visitor.visit(path, **link) for path, link in stops]
    again = browse(person, other.folder)
    now = [again.visit(path, **link) for path, link in stops]
    assert not any(seen.failed for seen in (*was, *now))
    # The version's own name stands in the links that are copied, and is all that may differ; Streamlit's checksum of a
    # message, which comes first in it, differs with that.
    one, two = (current_manifest(folder).version.encode() for folder in (sample_folder, other.folder))
    assert [
        before.address
        for before, after in zip(was, now, strict=True)
        if [_comparable(message) for message in before.sent]
        != [_comparable(message).replace(two, one) for message in after.sent]
    ] == []
    record_property("pages tried", visitor.pages + again.pages)
    print(f"pages tried as {who}, twice: {visitor.pages + again.pages}")


@pytest.mark.parametrize("who", ["head-of-two", "executive", "governor"])
def test_the_engine_s_answers_are_the_same_whatever_a_forbidden_figure_is(
    world: Made, sample_engine: Engine, slices: Slices, who: str
) -> None:
    """As the test before this one, for every KPI, academy and year, and values of every breakdown."""
    person, small, _ = MATRIX[who]
    viewer = Viewer(person.user, person.role, person.academies, small)
    engine = Engine.open(world(worlds.exchanged, person).folder)
    one, two = sample_engine.as_seen_by(viewer), engine.as_seen_by(viewer)
    asked: list[tuple[str, str, str, dict[str, str]]]
    asked = [(*place, {}) for place in itertools.product(CATALOGUE, ("trust", *ACADEMIES), ("2023/24", "2025/26"))]
    places = itertools.cycle(itertools.product(("trust", *ACADEMIES), YEARS[6:]))
    for (kpi, name), values in slices.items():
        if name not in ("academy", "term", "week", "month"):
            asked += [(kpi, *next(places), {name: value}) for value in values[:3]]
    different = [
        (kpi, academy, year, part)
        for kpi, academy, year, part in asked
        if one.result(kpi, academy, year, part).as_dict() != two.result(kpi, academy, year, part).as_dict()
    ]
    engine.close()
    assert different == []
    assert len(asked) > 1000


@pytest.mark.parametrize("who", ["head", "governor", "executive"])
def test_in_the_place_of_a_forbidden_figure_stands_that_it_is_hidden(
    browse: Browse, sample_folder: Path, facts: duckdb.DuckDBPyConnection, who: str
) -> None:
    """Where SQL finds that all an academy has of a measure in a year is forbidden, the page says so."""
    person, small, _ = MATRIX[who]
    hidden = _only_forbidden(facts, worlds.forbidden(person, small))
    visitor = browse(person, sample_folder)
    chosen = hidden[:: max(1, len(hidden) // 30)]
    assert len(chosen) >= 20
    said = []
    for kpi, academy, year in chosen:
        seen = visitor.visit(CATALOGUE[kpi].group, kpi=kpi, academy=academy, year=year)
        assert not seen.has_figure, seen.address
        assert seen.panel in ("Hidden", "Not applicable", "Not due"), seen.address
        said.append(seen.panel)
    assert said.count("Hidden") >= 0.8 * len(said)
    grid = visitor.visit(year="2024/25", academy="trust").said
    shown = [
        found[1]
        for kpi, academy, year in hidden
        if year == "2024/25"
        and (found := re.search(rf'kpi={kpi}&amp;academy={academy}&amp;year=2024/25">([^<]*)</a></td>', grid))
    ]
    assert len(shown) > 3
    assert set(shown).isdisjoint({"Met", "Near", "Missed", "No judgement"})
    assert "Hidden" in shown


def _only_forbidden(facts: duckdb.DuckDBPyConnection, condition: str) -> list[tuple[str, str, str]]:
    """(KPI, academy, year) of which every figure of the whole year is forbidden."""
    measures = {
        kpi.answer.measure: kpi.id
        for kpi in CATALOGUE.values()
        if isinstance(kpi.answer, Single) and not kpi.answer.within and kpi.pool_years == 1 and not kpi.trust_only
    }
    undivided = " AND ".join(f"\"{name}\" = 'Total'" for name in DIMENSIONS)
    rows = facts.execute(
        f"SELECT measure, urn, academic_year FROM facts WHERE {undivided} AND period IN ('Year', 'YTD') "
        "AND urn IN (SELECT urn FROM roster) AND list_contains(?, measure) AND numerator IS NOT NULL "
        f"GROUP BY ALL HAVING bool_and({condition}) ORDER BY ALL",
        [list(measures)],
    ).fetchall()
    return [(measures[measure], str(urn), str(year)) for measure, urn, year in rows]


@pytest.mark.parametrize("who", [STRANGER, None], ids=["stranger", "nobody"])
def test_whoever_is_not_let_in_is_shown_nothing_of_the_trust(
    browse: Browse, sample_folder: Path, sample_engine: Engine, slices: Slices, who: Person | None,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    visitor = browse(who, sample_folder)
    telling = {a.name for a in sample_engine.as_seen_by(Viewer("", Role.EXECUTIVE)).academies()}
    telling |= {sample_engine.meta.trust_name, *(person.name for person in KNOWN), '<div class="big">', "plotly"}
    for path, link in itertools.chain(filters(), itertools.islice(kpis(slices), 0, None, 6), tampered()):
        seen = visitor.visit(path, **link)
        assert not seen.failed, seen.address
        assert seen.heading == ("Nothing here is yours to see yet" if who else "Sign in"), seen.address
        assert [each for each in telling if each in seen.everything] == [], seen.address
        assert not any(urn in seen.everything and urn not in str(link) for urn in ACADEMIES)
    record_property("pages tried", visitor.pages)
    print(f"pages tried as {'a stranger' if who else 'nobody'}: {visitor.pages}")


@pytest.mark.parametrize("who", ["head", "governor", "executive"])
def test_the_filters_of_the_sidebar_show_no_more_than_the_address(browse: Browse, world: Made, who: str) -> None:
    person, small, _ = MATRIX[who]
    marked = world(worlds.marked, person, small)
    visitor = browse(person, marked.folder, small)
    visitor.visit()
    offered = ("trust", "900006") if who == "head" else ("trust", *ACADEMIES)
    for widget, values in (("academy", offered), ("year", ("latest", *YEARS[-2:])), ("phase", ("", "primary"))):
        for value in values:
            seen = visitor.choose(widget, value)
            assert not seen.failed
            assert marks_in(seen, marked) == [], seen.address
    if who == "head":
        assert list(visitor.app.selectbox(key="academy").options)[1:] in ([], ["Netherquill Academy"])
