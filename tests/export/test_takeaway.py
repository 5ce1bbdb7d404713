"""The buttons: files are made when asked for and not before, by whoever may still have them, and each is recorded."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime import Runtime

from kpi_engine.access import Role
from kpi_engine.errors import PeopleError
from kpi_engine.export import strip
from kpi_engine.people import directory, private
from kpi_engine.people.directory import Person
from kpi_engine.people.trail import Event, Trail
from tests.app.conftest import EXECUTIVE as EXECUTIVE_USER
from tests.app.conftest import HEAD as HEAD_USER
from tests.app.conftest import Open, _settings, folder, open_app
from tests.export.conftest import EXECUTIVE, HEAD, HEAD_BY_RIGHT, At
from ui import takeaway
from ui.pictures import KINDS
from ui.takeaway import Taken

__all__ = ["_settings", "folder", "open_app"]
KNOWN = (
    Person(EXECUTIVE.user, "Di Penn", Role.EXECUTIVE),
    Person(HEAD.user, "Bo Farrow", Role.HEADTEACHER, frozenset({"900006"})),
)


def taken(place: Any, ending: str = "csv") -> Taken:
    return Taken(place.context, takeaway._about(place, ending), lambda: takeaway._table(place, ending))


def known(place: Any, *people: Person) -> Path:
    made = private.make(place.context.settings.private_folder)
    directory.write(made / private.DIRECTORY, people)
    return made


def entries(made: Path) -> list[tuple[str, str, str]]:
    with Trail(made / private.TRAIL) as trail:
        return [(e.who, e.what, e.detail) for e in trail.read()]


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any, dict[str, Any]]]:
    """The buttons that a page draws: label, what makes the file, and the rest."""
    found: list[tuple[str, Any, dict[str, Any]]] = []
    monkeypatch.setattr("ui.takeaway.st.download_button", lambda label, data, **more: found.append((label, data, more)))
    return found


def test_a_page_offers_four_files_and_makes_none_of_them(
    open_app: Open, offered: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a file is made while a page is drawn")

    for name in ("svg", "png", "csv_file", "xlsx_file", "parts"):
        monkeypatch.setattr(f"ui.takeaway.{name}", never)
    app = open_app("culture", kpi="pupil-attendance", academy="900006", chart="years")
    assert not app.exception
    assert [label for label, _, _ in offered] == ["CSV", "Excel", "PNG", "SVG"]
    name = "pupil-attendance_netherquill-academy_2026-27_2026-11-14"
    assert [more["file_name"] for _, _, more in offered] == [f"{name}.{e}" for e in ("csv", "xlsx", "png", "svg")]
    assert {more["on_click"] for _, _, more in offered} == {"ignore"}


def test_where_there_is_no_chart_only_the_table_is_offered(open_app: Open, offered: list[Any]) -> None:
    app = open_app("governance", kpi="ofsted-journey", chart="areas")
    assert not app.exception
    assert [label for label, _, _ in offered] == ["CSV", "Excel"]


def test_each_file_is_what_its_name_says_and_is_recorded(open_app: Open, offered: list[Any], folder: Path) -> None:
    open_app("culture", kpi="pupil-attendance", academy="900006", chart="years")
    made = {label: data() for label, data, _ in offered}
    assert made["CSV"].startswith(b"\xef\xbb\xbfTable,KPI")
    assert zipfile.ZipFile(io.BytesIO(made["Excel"])).testzip() is None
    assert made["PNG"].startswith(b"\x89PNG\r\n\x1a\n")
    assert made["SVG"].startswith(b"<svg ")
    found = [(who, detail) for who, what, detail in entries(folder) if what == Event.EXPORTED]
    about = "pupil-attendance, 900006, 2026/27"
    assert sorted(found) == sorted((EXECUTIVE_USER, f"{about}, {kind}") for kind in ("CSV", "Excel", "PNG", "SVG"))


def test_the_table_holds_the_breakdown_that_the_page_shows(at: At) -> None:
    titles = [p.title for p in takeaway.parts(at("pupil-attendance", "900006", by="sex"))]
    assert titles == ["This figure", "By sex", "Over the academic years", "Academies"]
    titles = [p.title for p in takeaway.parts(at("pupil-attendance", "900006"))]
    assert titles[1] == "By year group"
    (first, by, *_) = takeaway.parts(at("pupil-attendance", "900006", within=(("sex", "F"),), by="year_group"))
    assert first.rows[0].label == "Girls"
    assert by.rows[0].label == "Girls, Year 7"


def test_whoever_is_no_longer_in_the_directory_gets_nothing_from_a_page_that_is_still_open(at: At) -> None:
    place = at("pupil-attendance", "900006", looking_around=False)
    made = known(place, *KNOWN)
    assert taken(place)()
    directory.write(made / private.DIRECTORY, KNOWN[1:])
    with pytest.raises(PeopleError, match="may not have these figures any more"):
        taken(place)()
    assert [what for _, what, _ in entries(made)] == [Event.EXPORTED]


@pytest.mark.parametrize(
    "now",
    [
        Person(HEAD.user, "Bo Farrow", Role.GOVERNOR),
        Person(HEAD.user, "Bo Farrow", Role.HEADTEACHER, frozenset({"900001"})),
    ],
    ids=["another role", "another academy"],
)
def test_whose_rights_have_changed_has_to_load_the_page_again(at: At, now: Person) -> None:
    place = at("staff-attendance", "900006", HEAD, looking_around=False)
    made = known(place, *KNOWN)
    assert taken(place)()
    directory.write(made / private.DIRECTORY, (now,))
    with pytest.raises(PeopleError):
        taken(place)()


def test_what_cannot_be_recorded_is_not_handed_over(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    place = at("pupil-attendance", "900006", looking_around=False)
    known(place, *KNOWN)

    def full(*_: object) -> None:
        raise PeopleError("the disk is full")

    monkeypatch.setattr("ui.takeaway.record.add", full)
    with pytest.raises(PeopleError, match="disk"):
        taken(place)()


def test_looking_around_at_the_sample_is_not_recorded(at: At) -> None:
    place = at("pupil-attendance", "900006", looking_around=True)
    assert taken(place)()
    assert not place.context.settings.private_folder.exists()


def test_a_file_with_small_numbers_is_recorded_as_one(at: At) -> None:
    place = next(
        p
        for kpi in ("suspensions", "permanent-exclusions", "staff-turnover")
        for p in [at(kpi, "900006", HEAD_BY_RIGHT, looking_around=False)]
        if p.result.restricted
    )
    made = known(place, KNOWN[1])
    data = taken(place)()
    assert strip.HANDLING in data.decode("utf-8-sig")
    ((who, what, detail),) = entries(made)
    assert (who, what) == (HEAD_USER, Event.EXPORTED)
    assert detail.endswith("CSV, with small numbers")
    picture = KINDS["years"].draw(place)
    if picture is not None and picture.figure is not None:
        drawn, restricted = takeaway._picture(place, picture, "svg")
        assert restricted
        assert f"◆ {strip.HANDLING}" in drawn.decode()


def test_two_sign_ins_have_addresses_of_their_own_for_the_same_file(at: At) -> None:
    """Streamlit names a stored file by its bytes and kind: the kind holds a word that nobody else can know."""
    from dataclasses import replace

    from streamlit.runtime.memory_media_file_storage import _calculate_file_id

    context = at("pupil-attendance").context
    other = replace(context, admission=replace(context.admission, session="another"))
    marks = [takeaway.mark(each) for each in (context, context, other)]
    assert marks[0] == marks[1] != marks[2]
    ids = [_calculate_file_id(b"same", f"text/csv; for={mark}", "a.csv") for mark in marks]
    assert ids[0] == ids[1] != ids[2]
    assert not Runtime.exists()


def test_the_scorecard_is_taken_away_with_the_figures_of_its_cells(at: At, offered: list[Any]) -> None:
    import csv

    place = at("pupil-attendance")
    context = place.context
    cells = context.ask.scorecard()
    takeaway.scorecard_takeaway(context, cells)
    assert [label for label, _, _ in offered] == ["CSV", "Excel"]
    assert offered[0][2]["file_name"] == "all-kpis_all-academies_latest-year-of-each-kpi_2026-11-14.csv"
    data = offered[0][1]()
    found = {
        (r["KPI"], r["URN"] or "trust"): r for r in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    }
    assert len(found) == len(cells)
    from kpi_engine.catalogue import CATALOGUE

    for cell in cells:
        row = found[CATALOGUE[cell.kpi].title, cell.academy]
        assert row["Academic year"] == cell.academic_year
        if cell.withheld is not None:
            assert row["In place of a figure"].lower() == str(cell.withheld.kind)
            assert row["Value"] == row["n"] == row["Counted"] == ""
        else:
            assert cell.value is not None
            assert float(row["Value"]) == pytest.approx(cell.value, abs=0.051 if "." in row["Value"] else 0.51)
            assert row["Target"] == str(cell.target.status)
    assert zipfile.ZipFile(io.BytesIO(offered[1][1]())).testzip() is None
