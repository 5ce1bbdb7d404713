"""What a load has changed, as each viewer sees it: a folder loaded twice with different files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from kpi_engine.access import EVERYTHING, Role, Viewer
from kpi_engine.answers import TargetStatus
from kpi_engine.engine import Engine
from kpi_engine.engine.changes import Brought, Change, Kind, Standing, changes, history, known
from kpi_engine.errors import Damaged
from kpi_engine.intake.pipeline import examine
from kpi_engine.warehouse import manifest as papers
from kpi_engine.warehouse.folder import load
from kpi_engine.warehouse.undo import rollback, unload

QUILL, TANSY, FERRANT = "900001", "900002", "900005"
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
GOVERNOR = Viewer("governor", Role.GOVERNOR)
HEAD = Viewer("head", Role.HEADTEACHER, frozenset({QUILL}))


def survey(answers: Mapping[str, tuple[int, int]], question: str = "happy", year: str = "2024/25") -> str:
    """A survey file: how many of how many who answered agree, by URN."""
    rows = [
        f"{urn},{year},2025-03-20,pupil,{question},Total,Total,Total,Total,Total,{d + 20},{d},{n},0,0,{d - n},0"
        for urn, (n, d) in answers.items()
    ]
    return "\n".join((HEADER, *rows, ""))


@pytest.fixture
def give(tmp_path: Path) -> Callable[..., str]:
    """``give({"a.csv": text, ...})`` loads those files; the version's id."""
    taken = iter(range(100))

    def loaded(files: Mapping[str, str]) -> str:
        place = tmp_path / f"given-{next(taken)}"
        place.mkdir()
        for name, text in files.items():
            (place / name).write_text(text, encoding="utf-8")
        examined = examine([place])
        assert [str(each.error) for each in examined.rejected] == []
        return load(examined.accepted, tmp_path / "data").version

    return loaded


FIRST = {QUILL: (160, 200), TANSY: (180, 200), FERRANT: (3, 100), "900007": (110, 160)}
SECOND = {QUILL: (190, 200), TANSY: (180, 200), FERRANT: (60, 100), "900007": (120, 160)}


@pytest.fixture
def twice(give: Callable[..., str], tmp_path: Path) -> tuple[Path, str, str]:
    """A folder with two versions: the second corrects the survey, hides one figure, and brings another question."""
    one = give({"academies.csv": ACADEMIES, "survey.csv": survey(FIRST)})
    two = give({"survey-corrected.csv": survey(SECOND), "safe.csv": survey({TANSY: (200, 200)}, "safe")})
    return tmp_path / "data", one, two


def compared(place: tuple[Path, str, str], viewer: Viewer = EVERYTHING, **asked: object) -> tuple[Change, ...]:
    folder, one, two = place
    then, now = (Engine.open(folder, version=version) for version in (one, two))
    try:
        return changes(now.as_seen_by(viewer), then.as_seen_by(viewer), **asked)  # type: ignore[arg-type]
    finally:
        then.close()
        now.close()


def by_place(found: Sequence[Change]) -> dict[tuple[str, str], Change]:
    return {(change.kpi.id, change.academy): change for change in found}


def test_each_figure_that_changed_says_what_it_was_and_is(twice: tuple[Path, str, str]) -> None:
    found = by_place(compared(twice))
    quill = found["pupils-happy", QUILL]
    assert (quill.kind, quill.year) == (Kind.JUDGED, "2024/25")
    assert (quill.old, quill.new) == ("80.0 %", "95.0 %")
    assert (quill.old_status, quill.new_status) == (TargetStatus.MISSED, TargetStatus.MET)
    # (160 + 180 + 3 + 110) of 660, then (190 + 180 + 60 + 120) of 660: both short of 90 %.
    trust = found["pupils-happy", "trust"]
    assert (trust.kind, trust.old, trust.new) == (Kind.VALUE, "68.6 %", "83.3 %")
    assert trust.old_status is trust.new_status is TargetStatus.MISSED
    assert ("pupils-happy", TANSY) not in found


def test_a_first_figure_has_no_number_before_it(twice: tuple[Path, str, str]) -> None:
    first = by_place(compared(twice))["pupils-safe", TANSY]
    assert (first.kind, first.old, first.old_status) == (Kind.FIRST, "", None)
    assert (first.new, first.new_status) == ("100.0 %", TargetStatus.MET)


def test_judgements_come_first_and_every_change_stands_once(twice: tuple[Path, str, str]) -> None:
    found = compared(twice)
    assert found[0].kind is Kind.JUDGED
    places = [(change.kpi.id, change.academy, change.year) for change in found]
    assert len(set(places)) == len(places)
    assert compared(twice, year="2019/20") == ()


def test_one_academys_changes_are_those_of_that_academy(twice: tuple[Path, str, str]) -> None:
    assert {change.academy for change in compared(twice, academy=QUILL)} == {QUILL}
    some = compared(twice, among=(QUILL, TANSY))
    assert {change.academy for change in some} <= {QUILL, TANSY, "trust"}


def test_a_figure_that_is_hidden_in_either_version_has_no_number_in_both(twice: tuple[Path, str, str]) -> None:
    # 3 of 100 is a small number; the corrected 60 of 100 would be none by itself.
    found = by_place(compared(twice))
    ferrant = found.get(("pupils-happy", FERRANT))
    assert ferrant is not None
    assert ferrant.kind is Kind.SHOWN
    assert (ferrant.old, ferrant.new, ferrant.old_status, ferrant.new_status) == ("", "", None, None)


def test_the_other_way_round_the_number_that_was_shown_is_not_told_again(give, tmp_path: Path) -> None:
    one = give({"academies.csv": ACADEMIES, "survey.csv": survey(SECOND)})
    two = give({"survey-corrected.csv": survey(FIRST)})
    for viewer in (EVERYTHING, GOVERNOR):
        found = by_place(compared((tmp_path / "data", one, two), viewer))
        ferrant = found["pupils-happy", FERRANT]
        assert (ferrant.kind, ferrant.old, ferrant.new) == (Kind.HIDDEN, "", "")
        assert all((change.old == "") is (change.new == "") for change in found.values())
        assert not any("60" in text for change in found.values() for text in (change.old, change.new))


def test_a_headteacher_is_told_of_no_other_academys_return(twice: tuple[Path, str, str]) -> None:
    found = by_place(compared(twice, HEAD))
    assert found["pupils-happy", QUILL].new == "95.0 %"
    assert {academy for _, academy in found} <= {QUILL, "trust"}
    governor = by_place(compared(twice, GOVERNOR))
    assert governor["pupils-happy", "900007"].kind is Kind.SHOWN


def test_a_figure_that_went_with_its_file_is_gone(twice: tuple[Path, str, str]) -> None:
    folder, _, two = twice
    three = unload(folder, file="safe.csv").version
    gone = by_place(compared((folder, two, three)))["pupils-safe", TANSY]
    assert (gone.kind, gone.old, gone.new, gone.new_status) == (Kind.GONE, "100.0 %", "", None)
    assert history(folder, three).went == (Brought("safe.csv", "return_survey", ""),)


# Which version is compared


def test_a_version_knows_the_one_before_it_and_the_files_that_came(twice: tuple[Path, str, str]) -> None:
    folder, one, two = twice
    assert history(folder, one).standing is not Standing.BEFORE
    found = history(folder, two)
    assert found.standing is Standing.BEFORE
    assert found.before is not None
    assert (found.version.id, found.before.id) == (two, one)
    assert sorted(each.file for each in found.came) == ["safe.csv", "survey-corrected.csv"]
    assert found.went == ()
    assert found.before.as_at == dt.date.fromisoformat(papers.read_manifest(folder, one).as_at)


def test_the_first_version_has_none_before_it(give, tmp_path: Path) -> None:
    one = give({"academies.csv": ACADEMIES, "survey.csv": survey(FIRST)})
    found = history(tmp_path / "data", one)
    assert (found.standing, found.before) == (Standing.FIRST, None)
    assert [each.file for each in found.came] == ["academies.csv", "survey.csv"]


def test_going_back_compares_with_what_was_before_that_version_and_never_with_a_later_one(give, tmp_path) -> None:
    folder = tmp_path / "data"
    one = give({"academies.csv": ACADEMIES, "survey.csv": survey(FIRST)})
    two = give({"survey-corrected.csv": survey(SECOND)})
    three = give({"safe.csv": survey({TANSY: (200, 200)}, "safe")})
    rollback(folder)
    assert history(folder, two).before.id == one
    rollback(folder, one)
    assert (history(folder, one).standing, history(folder, one).before) == (Standing.AGAIN, None)
    rollback(folder, three)
    # Three was made after two, whatever was shown in between.
    assert history(folder, three).before.id == two


def test_a_version_before_that_is_gone_or_of_another_engine_is_not_compared(twice, monkeypatch) -> None:
    folder, one, two = twice
    monkeypatch.setattr("kpi_engine.engine.changes.ENGINE_VERSION", "99")
    assert history(folder, two).standing is Standing.OTHER_ENGINE
    assert history(folder, two).before is None
    papers.manifest_path(folder, one).unlink()
    assert history(folder, two).standing is Standing.GONE
    with pytest.raises(Damaged):
        history(folder, one)


def test_a_version_is_known_by_its_whole_id_alone(twice: tuple[Path, str, str]) -> None:
    folder, one, _ = twice
    found = known(folder, one)
    assert found is not None
    assert found.id == one
    assert known(folder, one[:6]) is None
    assert known(folder, "../manifests") is None
