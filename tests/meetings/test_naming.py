"""Names of academies in documents: put away, put back, and given letters that tell nothing."""

from __future__ import annotations

import re
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.access import Role, Viewer
from kpi_engine.engine import Engine
from kpi_engine.errors import UsageError
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import canonical, naming
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.document import Asked, Document, EntryKind, ItemKind
from kpi_engine.meetings.freezing import freeze
from kpi_engine.meetings.naming import Known
from tests.meetings.example import example

SHORT = {
    "Corvane High": "Corvane",
    "Netherquill Academy": "Netherquill",
    "Pellmere High": "Pellmere",
    "Skerrow Primary": "Skerrow",
}
SAMPLE = {
    "900001": ("Quillbrook Primary", "Quillbrook"),
    "900002": ("Tansymere Primary", "Tansymere"),
    "900003": ("Marlwick Primary", "Marlwick"),
    "900004": ("Osierholt Primary", "Osierholt"),
    "900005": ("Corvane High", "Corvane"),
    "900006": ("Netherquill Academy", "Netherquill"),
    "900007": ("Oxlowe All-through", "Oxlowe"),
    "900008": ("Rillhaven Special", "Rillhaven"),
    "900009": ("Fennacre Primary", "Fennacre"),
}


def hide(text: str, *names: str, trust: str = "") -> str:
    return naming.hider([Known(f"a{i}", name, (f"90{i:04d}",)) for i, name in enumerate(names, 1)], trust)(text)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Netherquill Academy’s registers", "⟦a2⟧’s registers"),
        ("netherquill academy and NETHERQUILL", "⟦a2⟧ and ⟦a2⟧"),
        ("What about Netherquill?", "What about ⟦a2⟧?"),
        ("Netherquill-Academy", "⟦a2⟧"),
        ("Netherquillian habits", "Netherquillian habits"),
        ("URN 900002, not 9000021", "URN ⟦a2⟧, not 9000021"),
        ("St Mary's, St. Mary’s Primary and st marys", "⟦a1⟧, ⟦a1⟧ and ⟦a1⟧"),
        ("Car park at Park Academy; Park again", "Car park at ⟦a3⟧; ⟦a3⟧ again"),
        ("Reading Primary teaches reading", "⟦a4⟧ teaches reading"),
        ("", ""),
    ],
)
def test_a_name_is_found_as_people_type_it(text: str, hidden: str) -> None:
    assert hide(text, "St Mary's Primary", "Netherquill Academy", "Park Academy", "Reading Primary") == hidden


def test_a_short_form_that_two_academies_share_names_neither() -> None:
    names = ("Pellmere High", "Pellmere Primary")
    assert hide("Pellmere is full, Pellmere Primary is not", *names) == "one of the academies is full, ⟦a2⟧ is not"


def test_names_that_follow_one_another_stand_in_the_order_of_their_keys() -> None:
    names = ("Tamsel Junior", "Corvane High", "Pellmere High")
    said = "not yet: Corvane High, Pellmere High and Tamsel Junior; with Pellmere High"
    assert hide(said, *names) == "not yet: ⟦a1⟧, ⟦a2⟧ and ⟦a3⟧; with ⟦a3⟧"


def test_the_trust_keeps_its_name_though_an_academy_s_is_part_of_it() -> None:
    said = "Netherquill Academy Trust asks Netherquill Academy"
    assert hide(said, "Netherquill Academy", trust="Netherquill Academy Trust") == "Netherquill Academy Trust asks ⟦a1⟧"


def test_a_document_of_tokens_names_nobody_and_says_the_same_otherwise() -> None:
    document = example()
    hidden = canonical.to_bytes(naming.tokens(document)).decode()
    for academy in document.academies:
        assert SHORT[academy.name] not in hidden
        assert academy.urn not in hidden
        assert f"⟦{academy.key}⟧" in hidden
    assert document.trust in hidden
    own = {a.key: a.name for a in document.academies}
    back = naming.renamed(document, own)
    assert back == replace(document, academies=tuple(replace(a, urn="") for a in document.academies))


def test_a_document_is_renamed_and_those_without_a_new_name_keep_theirs() -> None:
    renamed = naming.renamed(example(), {"a2": "Academy Q"})
    text = canonical.to_bytes(renamed).decode()
    assert "Netherquill" not in text
    assert "Visit Academy Q." in text
    assert "Corvane High" in text
    assert [a.name for a in renamed.academies] == ["Corvane High", "Academy Q", "Pellmere High", "Skerrow Primary"]
    assert renamed.meeting == example().meeting


NAMES = st.lists(
    st.text(string.ascii_lowercase, min_size=4, max_size=9).map(str.capitalize),
    min_size=2,
    max_size=6,
    unique_by=str.casefold,
)
BETWEEN = st.sampled_from((" ", ", ", " and ", ": ", "\n", " – ", "’s ", " (", ") ", ". "))
TYPED = st.sampled_from((str, str.upper, str.lower, lambda name: name.replace(" ", "\u00a0")))


@given(NAMES, st.data())
def test_no_name_is_left_wherever_and_however_it_stands(names: list[str], data: st.DataObject) -> None:
    full = [f"{name} {kind}" for name, kind in zip(names, ("Academy", "High", "Primary") * 2, strict=False)]
    used = data.draw(st.lists(st.sampled_from([*full, *names]), min_size=1, max_size=8))
    said = "".join(data.draw(BETWEEN) + data.draw(TYPED)(name) for name in used)
    shown = naming.hider([Known(f"a{i}", name) for i, name in enumerate(full)])(said)
    words = set(re.findall(r"\w+", re.sub("⟦a[0-9]+⟧", " ", shown).casefold()))
    common = naming._OWN_WORDS | naming._COMMON
    assert not {name.casefold() for name in names if name.casefold() not in common} & words


@given(st.lists(st.from_regex(r"9[0-9]{5}", fullmatch=True), unique=True, max_size=60), st.text(max_size=20))
def test_letters_depend_on_the_seed_and_on_who_there_is_and_not_on_their_order(urns: list[str], seed: str) -> None:
    found = naming.letters(urns, seed)
    assert found == naming.letters(reversed(urns), seed)
    assert sorted(found) == sorted(urns)
    first = [*string.ascii_uppercase, *(f"{a}{b}" for a in "AB" for b in string.ascii_uppercase)]
    assert sorted(found.values(), key=lambda letter: (len(letter), letter)) == first[: len(urns)]


def test_another_meeting_has_other_letters() -> None:
    assert naming.letters(SAMPLE, "board-2026-11-26") != naming.letters(SAMPLE, "board-2027-03-11")


# A frozen anonymous meeting


def typed(engine: Engine) -> Agenda:
    """A meeting whose preparer has typed names into whatever can be typed into."""
    listed = agendas.template("Full board")
    agenda = agendas.added_all(agendas.new("Board", "2026-11-26"), listed)
    agenda = agendas.added(
        agenda,
        AgendaItem(
            "",
            ItemKind.TEXT,
            title="Quillbrook and MARLWICK PRIMARY first",
            text="Rillhaven's head (URN 900008) reports.\nThen Osierholt, Corvane High & Fennacre.",
            comment="as Oxlowe asked",
        ),
    )
    attendance = next(item for item in agenda.items if item.kpi == "pupil-attendance")
    return agendas.changed(
        agenda,
        replace(
            attendance, year="2025/26", comment="Netherquill Academy was closed on a day.", questions=("Tansymere?",)
        ),
    )


def anonymous(engine: Engine, agenda: Agenda, version: int = 1) -> Document:
    view = engine.as_seen_by(Viewer("clerk", Role.EXECUTIVE, presenting=True))
    asked = (Asked(EntryKind.ACTION, "Visit Netherquill.", "Board 2026-07-09", owner="Head of Corvane High"),)
    return freeze(
        view,
        replace(agenda, anonymous=True),
        version,
        trust="Wychbourne Learning Trust",
        sample=True,
        asked=asked,
        actions={"progress-8": ("Ask netherquill academy", "Principal, Netherquill")},
    )


def test_an_anonymous_meeting_has_no_name_short_form_or_urn_in_its_bytes(sample_engine: Engine) -> None:
    content = canonical.to_bytes(anonymous(sample_engine, typed(sample_engine))).decode().casefold()
    assert "academy closed on a day" not in content
    assert "was closed on a day." in content
    for urn, (name, short) in SAMPLE.items():
        assert urn not in content
        assert name.casefold() not in content
        assert short.casefold() not in content
    for predecessor in ("900103", "900106"):
        assert predecessor not in content


def test_the_same_meeting_by_name_has_them_all_so_that_the_search_can_fail(sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(Viewer("clerk", Role.EXECUTIVE, presenting=True))
    named = freeze(view, typed(sample_engine), 1, trust="Wychbourne Learning Trust", sample=True)
    content = canonical.to_bytes(named).decode()
    assert all(short in content for _, short in SAMPLE.values())


def test_letters_stay_through_the_versions_of_a_meeting_and_rows_are_in_their_order(sample_engine: Engine) -> None:
    agenda = typed(sample_engine)
    first = anonymous(sample_engine, agenda)
    fewer = replace(agenda, academies=("900005", "900006", "900007"))
    second = anonymous(sample_engine, replace(fewer, items=fewer.items[2:]), version=2)
    letter = naming.letters(SAMPLE, "\nboard-2026-11-26")
    assert [a.letter for a in first.academies] == sorted(letter[urn] for urn in SAMPLE if urn != "900009")
    assert [a.letter for a in second.academies] == sorted(letter[urn] for urn in fewer.academies)
    attendance = first.item("pupil-attendance.2025-26")
    assert attendance is not None
    assert attendance.chart is not None
    assert [p.label for p in attendance.chart.points] == [f"Academy {a.letter}" for a in first.academies]
    by_letter = {p.label: p.shown for p in attendance.chart.points}
    view = sample_engine.as_seen_by(Viewer("g", Role.GOVERNOR))
    values = {urn: view.result("pupil-attendance", urn, "2025/26").value for urn in SAMPLE if urn != "900009"}
    for urn, value in values.items():
        said = by_letter[f"Academy {letter[urn]}"]
        assert said == (f"{value:.1f} %" if value is not None else "No data loaded"), SAMPLE[urn]
    assert sum(value is not None for value in values.values()) > 5


def test_neither_the_day_of_joining_nor_of_an_inspection_nor_a_phase_of_one_is_told(sample_engine: Engine) -> None:
    document = anonymous(sample_engine, typed(sample_engine))
    days = re.compile(r"\d{1,2} (January|February|March|April|May|June|July|August|September|October|November) 20\d\d")
    told = [str(detail) for item in document.items for detail in item.details if detail.key != "trust"]
    assert len(told) > 50
    assert not any(days.search(text) for text in told)
    by_name = freeze(
        sample_engine.as_seen_by(Viewer("c", Role.EXECUTIVE, presenting=True)),
        typed(sample_engine),
        1,
        trust="W",
        sample=True,
    )
    assert any(days.search(str(d)) for item in by_name.items for d in item.details if d.key != "trust")
    phases = [a.phase for a in document.academies]
    assert sorted(phases) == ["", "", "primary", "primary", "primary", "primary", "secondary", "secondary"]
    alone = {a.key for a in document.academies if not a.phase}
    telling = re.compile(r"special schools?\b|England, special|all-through|phases weighted", re.I)
    assert not [d for item in document.items for d in item.details if d.key in alone and telling.search(str(d))]
    assert any(telling.search(str(d)) for item in by_name.items for d in item.details)
    assert not any(re.search(r"Not the same academies as in .{7}:", str(item)) for item in document.items)
    assert any(re.search(r"Not the same academies as in .{7}:", str(item)) for item in by_name.items)
    # 2022/23 has England's figures by phase: those of the special and of the all-through school are not named.
    attendance = AgendaItem("", ItemKind.KPI, kpi="pupil-attendance", year="2022/23")
    past = anonymous(sample_engine, agendas.added(agendas.new("Board", "2026-11-26"), attendance)).items[0]
    words = {d.figure.benchmark_words.rsplit(" ", 2)[0] for d in past.details if d.figure.benchmark is not None}
    assert words <= {"England, primary", "England, secondary", "England, same phase"}
    assert "England, same phase" in words


def test_a_meeting_that_names_an_academy_cannot_be_anonymous(sample_engine: Engine) -> None:
    with pytest.raises(UsageError, match="the meeting’s own name names an academy"):
        anonymous(sample_engine, agendas.new("Netherquill governors", "2026-11-26"))


def test_an_item_about_the_one_academy_of_a_phase_is_refused_where_academies_are_anonymous(
    sample_engine: Engine,
) -> None:
    item = AgendaItem("", ItemKind.KPI, kpi="pupil-attendance", academy="special")
    with pytest.raises(UsageError, match="the one special academy here"):
        anonymous(sample_engine, agendas.added(agendas.new("Board", "2026-11-26"), item))


def test_a_secret_shuffles_the_letters_so_that_the_meeting_s_name_alone_does_not_tell(sample_engine: Engine) -> None:
    view = sample_engine.as_seen_by(Viewer("clerk", Role.EXECUTIVE, presenting=True))
    agenda = replace(agendas.new("Board", "2026-11-26"), anonymous=True)
    item = AgendaItem("", ItemKind.KPI, kpi="pupil-attendance")
    made = [
        freeze(view, agendas.added(agenda, item), 1, trust="W", sample=True, secret=secret).items[0].table
        for secret in ("", "", "one", "two")
    ]
    assert made[0] == made[1]
    assert made[0] != made[2] != made[3]


def test_an_anonymous_item_about_one_academy_tells_no_day_and_no_phase(sample_engine: Engine) -> None:
    items = [AgendaItem("", ItemKind.KPI, kpi="ofsted-good", academy=urn) for urn in ("900006", "900008")]
    past = AgendaItem("", ItemKind.KPI, kpi="pupil-attendance", academy="900008", year="2022/23")
    agenda = agendas.new("Board", "2026-11-26")
    for item in (*items, past):
        agenda = agendas.added(agenda, item)
    document = anonymous(sample_engine, agenda)
    assert {c.kpi for c in document.exceptions} == {"ofsted-good"}
    said = canonical.to_bytes(replace(document, definitions=())).decode()
    assert not re.search(r"\d{1,2} (February|May|November) 20\d\d|England, special|England.s special", said)
    figure = document.items[2].figure
    assert figure is not None
    assert figure.benchmark_words.startswith("England, same phase ")
    letters = naming.letters(SAMPLE, "\nboard-2026-11-26")
    assert [item.key for item in document.items] == [
        f"ofsted-good.{letters['900006'].lower()}",
        f"ofsted-good.{letters['900008'].lower()}",
        f"pupil-attendance.{letters['900008'].lower()}.2022-23",
    ]


def test_with_letters_academies_stand_in_their_order_and_the_trust_keeps_its_place() -> None:
    plain = example(3, 4)
    document = replace(
        plain, academies=tuple(replace(a, letter=new) for a, new in zip(plain.academies, "DBCA", strict=True))
    )
    for item in naming.by_letter(naming.tokens(document)).items:
        if item.chart is None or item.table is None:
            continue
        wanted = ["a4", "a2", "a3", "a1"]
        assert [point.key for point in item.chart.points] == wanted
        assert [row[0] for row in item.table.rows] == ["All academies", *(f"⟦{key}⟧" for key in wanted)]
        assert [detail.key for detail in item.details] == ["trust", *wanted]
        assert [detail.figure.key for detail in item.details] == ["trust", *wanted]
