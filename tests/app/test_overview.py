"""The overview: exceptions first for each role, the switch, what the last load has changed, the grid, copied links."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine.access import EVERYTHING, Role
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.engine import Engine
from kpi_engine.engine.attention import Place, attention
from kpi_engine.intake.pipeline import examine
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.warehouse.folder import current_manifest, load
from kpi_engine.warehouse.undo import rollback
from tests.app.conftest import ADMIN, EXECUTIVE, GOVERNOR, HEAD, Open, heading, links, text_of
from ui import earlier, links_copied
from ui.sign_in.server import layers

NETHERQUILL = "900006"
QUILL, FERRANT = "900001", "900005"
ACADEMIES = """urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority
900001,Quillbrook Primary,primary,2015-11-01,,2011-09-01,,,N,Wychbourne
900002,Tansymere Primary,primary,2018-01-01,,2018-01-01,,,N,Wychbourne
900005,Ferrant High,secondary,2014-09-01,,2012-09-01,,,Y,Wychbourne
900007,Oxlowe High,secondary,2014-09-01,,2012-09-01,,,N,Wychbourne
"""
HEADER = (
    "urn,academic_year,survey_date,respondent,question,year_group,sex,disadvantage,send,staff_group,invited,answered,"
    "strongly_agree,agree,neutral,disagree,strongly_disagree"
)


def survey(day: str, answers: Mapping[str, tuple[int, int]], question: str = "happy") -> str:
    """A survey file of one day: how many of how many agree, by URN."""
    rows = [
        f"{urn},2024/25,{day},pupil,{question},Total,Total,Total,Total,Total,{d + 20},{d},{n},0,0,{d - n},0"
        for urn, (n, d) in answers.items()
    ]
    return "\n".join((HEADER, *rows, ""))


@pytest.fixture(scope="module")
def loaded_twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small trust's folder with two versions: data to February 2025, then corrected and to March."""
    root = tmp_path_factory.mktemp("twice")
    first = {QUILL: (160, 200), "900002": (180, 200), FERRANT: (3, 100), "900007": (110, 160)}
    second = {QUILL: (190, 200), "900002": (180, 200), FERRANT: (60, 100), "900007": (120, 160)}
    for number, files in enumerate(
        (
            {"academies.csv": ACADEMIES, "survey.csv": survey("2025-02-07", first)},
            {
                "survey-corrected.csv": survey("2025-02-07", second),
                "safe.csv": survey("2025-03-20", {"900002": (200, 200)}, "safe"),
            },
        )
    ):
        place = root / f"given-{number}"
        place.mkdir()
        for name, text in files.items():
            (place / name).write_text(text, encoding="utf-8")
        load(examine([place]).accepted, root / "data")
    return root / "data"


@pytest.fixture
def twice(loaded_twice: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The app over that folder, with a headteacher of Quillbrook; the ids of the version before and of the current."""
    people = (
        Person(HEAD, "Bo Farrow", Role.HEADTEACHER, frozenset({QUILL})),
        Person(EXECUTIVE, "Di Penn", Role.EXECUTIVE),
        Person(GOVERNOR, "Cy Marl", Role.GOVERNOR),
    )
    directory.write(folder / private.DIRECTORY, people)
    monkeypatch.setenv("TRUST_KPI_DATA", str(loaded_twice))
    manifest = current_manifest(loaded_twice)
    assert manifest is not None
    return manifest.before, manifest.version


def card(app: AppTest, kind: str) -> str:
    """One card's HTML."""
    found = re.search(rf'<section class="card {kind}">(.*?)</section>', text_of(app))
    assert found is not None
    return found[1]


def plain(said: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", said)).replace("\u00a0", " ")


@pytest.mark.parametrize("user", [HEAD, EXECUTIVE, GOVERNOR, ADMIN])
def test_every_role_lands_on_what_needs_discussion_without_a_click(open_app: Open, user: str) -> None:
    app = open_app(user=user)
    assert not app.exception
    subject = "Netherquill Academy’s" if user == HEAD else "the trust’s"
    assert heading(app) == f"What needs {subject} attention"
    assert "Needs discussion · " in card(app, "discuss")
    assert "Start with the first row" in text_of(app)
    assert "<details><summary><h2" in card(app, "track")


def test_each_row_says_what_happened_where_how_many_and_leads_to_the_kpi(open_app: Open, sample_engine: Engine) -> None:
    app = open_app()
    view = sample_engine.as_seen_by(EVERYTHING)
    found = attention(view, view.scorecard())
    said = plain(card(app, "discuss"))
    for item in found.placed(Place.DISCUSS):
        assert item.result.sentence in said
        assert f"{item.kpi.group}?kpi={item.kpi.id}" in links(app)
    assert "Trust · 127 of 139 reviews" in said


def test_an_executive_sees_at_which_academies_a_target_is_missed(open_app: Open) -> None:
    app = open_app()
    said = plain(card(app, "watch"))
    # The trust meets it; one academy does not, and its name leads there.
    assert "met by the trust as a whole" in said
    assert "Missed at 1 of 6 academies: Netherquill Academy" in said
    assert f"culture?kpi=parents-happy&academy={NETHERQUILL}" in links(app)


def test_many_academies_do_not_flood_a_row(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.attention._NAMES", 1)
    app = open_app()
    assert "Missed at 3 of 8 academies: Netherquill Academy and 2 more" in plain(card(app, "discuss"))
    assert "teaching?kpi=teaching-good&by=academy" in links(app)


def test_a_row_and_a_cell_lead_to_the_year_chosen(open_app: Open) -> None:
    app = open_app(year="2024/25")
    for block in (card(app, "discuss"), re.search(r'<table class="grid".*?</table>', text_of(app), re.S)[0]):
        found = [html.unescape(each) for each in re.findall(r'class="go (?:row|mark [a-z]+)" href="([^"]*)"', block)]
        assert found
        assert all(parse_qs(urlsplit(each).query)["year"] == ["2024/25"] for each in found)


def test_the_owner_of_a_target_stands_in_its_row(open_app: Open) -> None:
    assert "Owner: Director of Education" in plain(card(open_app(academy=NETHERQUILL), "discuss"))


def test_the_switch_is_in_the_address_and_says_how_many_differences_it_considered(
    open_app: Open, sample_engine: Engine
) -> None:
    off = open_app()
    assert "./?only=significant" in links(off)
    assert 'role="switch" aria-checked="false"' in text_of(off)
    on = open_app(only="significant")
    assert 'role="switch" aria-checked="true"' in text_of(on)
    view = sample_engine.as_seen_by(EVERYTHING)
    found = attention(view, view.scorecard(), significant=True)
    assert found.significance is not None
    assert f"{found.significance.considered} differences (from England, the year before, the target)" in text_of(on)
    rows = {app: len(re.findall(r'class="go row"', text_of(app))) for app in (off, on)}
    assert rows[on] == len(found.placed(Place.DISCUSS)) + len(found.placed(Place.WATCH))
    assert rows[off] - rows[on] == found.significance.left_out > 0
    # The switch stays on this page.
    assert not any("only=" in link for link in links(on) if not link.startswith("./"))


def test_an_unknown_word_in_the_switchs_place_is_no_switch(open_app: Open) -> None:
    assert 'role="switch" aria-checked="false"' in text_of(open_app(only="everything"))


def test_the_grid_groups_academies_by_phase_and_names_each_cell(open_app: Open) -> None:
    said = text_of(open_app())
    grid = re.search(r'<table class="grid".*?</table>', said, re.S)
    assert grid is not None
    phases = re.findall(r'<th scope="colgroup" class="phase" colspan="(\d+)">([^<]+)', grid[0])
    assert phases == [("4", "Primary"), ("2", "Secondary"), ("1", "All-through"), ("1", "Special")]
    assert len(re.findall(r'<th scope="row">', grid[0])) == len(CATALOGUE)
    cells = re.findall(r'<a aria-label="([^"]+)" class="go mark [a-z]+"', grid[0])
    assert len(cells) == len(CATALOGUE) * 9
    assert "Ofsted: leadership, Netherquill Academy: Missed" in cells


def test_a_head_is_led_to_no_other_academys_overview(open_app: Open) -> None:
    grid = re.search(r"<thead>.*?</thead>", text_of(open_app(user=HEAD)), re.S)
    assert grid is not None
    assert re.findall(r'href="([^"]*)"', grid[0]) == ["./?academy=trust"]


def test_a_phase_narrows_the_grid_and_all_phases_stay_one_click_away(open_app: Open) -> None:
    app = open_app(phase="secondary")
    said = text_of(app)
    assert "Academies of one phase" in said
    assert "./" in links(app)
    assert 'class="phase" colspan="2">Secondary' in said
    assert "Primary</th>" not in said
    assert "Academies of one phase" not in text_of(open_app())


# What the last load has changed


def test_a_first_version_is_said_to_be_the_first(open_app: Open) -> None:
    app = open_app(show="changes")
    assert not app.exception
    assert text_of(app).count("This is the first version of the data") == 2


def test_what_changed_is_opened_by_a_link_and_not_before(
    open_app: Open, twice: tuple[str, str], opened: list[str]
) -> None:
    closed = open_app()
    assert "2 files came" in text_of(closed)
    assert "./?show=changes" in links(closed)
    assert opened == []
    app = open_app(show="changes")
    assert not app.exception
    said = plain(text_of(app))
    assert opened == [twice[0]]
    assert "Files that came: safe.csv, survey-corrected.csv." in said
    assert "Data to 28 Feb 2025 were loaded on" in said
    row = re.search(r"<tr><td><a[^>]*>Pupils happy</a></td><td>Quillbrook Primary</td>.*?</tr>", text_of(app))
    assert row is not None
    assert plain(row[0]) == "Pupils happyQuillbrook Primary2024/25Judgement changed80.0 % Missed95.0 % Met"
    assert f'href="culture?kpi=pupils-happy&amp;academy={QUILL}&amp;year=2024/25"' in row[0]


def test_a_hidden_figure_has_no_number_in_what_changed_for_anybody(open_app: Open, twice: tuple[str, str]) -> None:
    for user in (EXECUTIVE, GOVERNOR):
        rows = re.findall(r"<tr><td>.*?</tr>", text_of(open_app(user=user, show="changes")))
        ferrant = [plain(row) for row in rows if "Ferrant High" in row]
        assert ferrant == ["Pupils happyFerrant High2024/25Shown againnot givennot given"]
    head = open_app(user=HEAD, academy="trust", show="changes")
    said = text_of(head)
    panel = said[said.index('<section class="changes">') : said.index("Academies and KPIs")]
    assert "Quillbrook Primary" in panel
    assert not any(name in panel for name in ("Ferrant", "Oxlowe", "Tansymere"))


# Copied links


def copied(app: AppTest) -> str:
    """The address that "Copy link" gives."""
    found = re.findall(r'<a class="copy" href="([^"]*)"', text_of(app))
    assert len(found) == 1
    return html.unescape(found[0])


def test_a_copied_link_restores_the_place_and_names_the_version(open_app: Open, twice: tuple[str, str]) -> None:
    app = open_app("culture", kpi="pupils-happy", academy=QUILL, chart="years")
    link = urlsplit(copied(app))
    assert link.path == "culture"
    assert parse_qs(link.query) == {
        "kpi": ["pupils-happy"], "academy": [QUILL], "chart": ["years"], "year": ["2024/25"], "data": [twice[1]],
    }  # fmt: skip
    # Another reader's own academy must not take the trust's place.
    assert parse_qs(urlsplit(copied(open_app())).query)["academy"] == ["trust"]
    again = open_app(link.path, **{name: found[0] for name, found in parse_qs(link.query).items()})
    assert heading(again) == heading(app)
    assert "The data have changed" not in text_of(again)


def test_a_link_from_the_version_before_says_what_the_figure_was(open_app: Open, twice: tuple[str, str]) -> None:
    app = open_app("culture", kpi="pupils-happy", academy=QUILL, year="2024/25", data=twice[0])
    assert not app.exception
    said = plain(text_of(app))
    assert "The data have changed since this link was copied: then they went to 28 Feb 2025" in said
    assert "It showed 80.0 % on data to 28 Feb 2025; now 95.0 %." in said
    assert "data=" not in "".join(link for link in links(app) if link != copied(app))
    assert "data=" + twice[1] in copied(app)
    same = open_app("culture", kpi="pupils-happy", academy="900002", data=twice[0])
    assert "It showed the same figure: 90.0 %." in plain(text_of(same))
    whole = plain(text_of(open_app(data=twice[0])))
    assert "The data have changed since this link was copied" in whole
    assert "It showed" not in whole


def test_a_hidden_figure_is_not_told_by_an_old_link(open_app: Open, twice: tuple[str, str]) -> None:
    app = open_app("culture", kpi="pupils-happy", academy=FERRANT, data=twice[0])
    said = plain(text_of(app))
    assert "The data have changed" in said
    assert "It showed" not in said
    other = open_app("culture", user=HEAD, kpi="pupils-happy", academy="900002", data=twice[0])
    assert "It showed" not in text_of(other)


def test_an_older_version_gives_its_dates_alone_and_an_unknown_one_a_calm_sentence(
    open_app: Open, twice: tuple[str, str], loaded_twice: Path
) -> None:
    link = {"kpi": "pupils-happy", "academy": QUILL}
    rollback(loaded_twice, twice[0])
    try:
        said = plain(text_of(open_app("culture", **link, data=twice[1])))
    finally:
        rollback(loaded_twice, twice[1])
    assert "then they went to 31 Mar 2025" in said
    assert "It showed" not in said
    for unknown in ("0123456789ab", "../manifests", "<b>x</b>"):
        app = open_app("culture", **link, data=unknown)
        assert not app.exception
        assert "no longer kept here" in text_of(app)
        assert unknown not in text_of(app)


def test_choosing_a_filter_takes_the_version_out_of_the_address(open_app: Open, twice: tuple[str, str]) -> None:
    app = open_app("culture", kpi="pupils-happy", data=twice[0])
    app.selectbox(key="academy").select(QUILL).run()
    assert app.query_params["academy"] == QUILL
    assert "data" not in app.query_params


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the versions that are opened besides the current one, in order."""
    asked: list[str] = []

    class Noting(Engine):
        @classmethod
        def open(cls, folder: Path, **given: object) -> Engine:  # type: ignore[override]
            asked.append(str(given["version"]))
            return Engine.open(folder, **given)  # type: ignore[arg-type]

    earlier._engine.clear()
    monkeypatch.setattr("ui.earlier.Engine", Noting)
    return asked


def test_the_script_of_copied_links_is_among_those_that_may_run() -> None:
    root = Path(links_copied.__file__).resolve().parents[1]
    assert links_copied._script() in layers._scripts(root)
