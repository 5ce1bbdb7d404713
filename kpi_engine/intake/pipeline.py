"""Files and folders to accepted inputs: read, map, recognise, tidy, check, and find out which year they speak
of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import Finding, IntakeError, KpiError, UnknownLayout, UnknownYear, WrongContent
from kpi_engine.intake.check import check
from kpi_engine.intake.files import Given, Passed, find_files
from kpi_engine.intake.layout import (
    Accepted,
    Layout,
    date_in_name,
    stage_in_name,
    year_in_name,
)
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.mapping import FileMapping, apply_mapping, read_mapping, section_for
from kpi_engine.intake.marks import read_marks
from kpi_engine.intake.masking import hidden, masked
from kpi_engine.intake.personal import looks_personal
from kpi_engine.intake.read import read_tables
from kpi_engine.intake.recognise import (
    Projection,
    Shape,
    is_dictionary,
    is_header,
    projection,
    recognise,
    shapes,
)
from kpi_engine.intake.sniff import Progress
from kpi_engine.intake.table import RawTable, normal
from kpi_engine.intake.tidy import tidy

__all__ = ["Examined", "Passed", "Rejection", "accept", "examine", "restrict"]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file, or a sheet of one, that cannot be accepted. ``error`` says why to the person who can mend it.

    ``only_year_missing`` files are right but do not say which academic year they are about: a check warns of
    them, a load asks for the year.
    """

    file: str
    error: KpiError

    @property
    def only_year_missing(self) -> bool:
        return isinstance(self.error, UnknownYear)


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of everything that was given. ``notes`` are findings about accepted files that do not
    block.
    """

    accepted: tuple[Accepted, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    passed_over: tuple[Passed, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def refused(self) -> tuple[Rejection, ...]:
        """The rejections that a check reports as wrong (all but a missing year)."""
        return tuple(each for each in self.rejected if not each.only_year_missing)


@dataclass(frozen=True, slots=True)
class _Asked:
    year: str | None
    stage: str | None
    every: tuple[Shape, ...]


def examine(
    paths: Iterable[Path | str],
    *,
    year: str | None = None,
    stage: str | None = None,
    progress: Progress | None = None,
    layouts: Sequence[Layout] | None = None,
) -> Examined:
    """Examine files and folders (with all that is in them) and change nothing.

    ``year`` is the academic year of files that do not say theirs, ``stage`` likewise (else ``final``).
    Nothing is raised for a file that is wrong: each has its own Rejection, so that all are seen at once.
    Raises UsageError for a ``year`` that is none.
    """
    layouts = all_layouts() if layouts is None else layouts
    asked = _Asked(None if year is None else years.parse_year(year), stage, shapes(layouts))
    given, passed = find_files([Path(path) for path in paths])
    accepted: list[Accepted] = []
    rejected: list[Rejection] = []
    notes: list[Finding] = []
    mappings: dict[Path, FileMapping | KpiError | None] = {}
    seen: dict[str, str] = {}
    for done, file in enumerate(given):
        if progress is not None:
            progress(f"Reading {file.name}", done, len(given))
        mapping = _mapping_of(file.path.parent, mappings, layouts)
        if isinstance(mapping, KpiError):
            rejected.append(Rejection(file.name, mapping))
            continue
        one = _examine_file(file, mapping, asked, seen, progress)
        accepted += one.accepted
        rejected += one.rejected
        passed += one.passed_over
        notes += one.notes
    if progress is not None:
        progress("Files are read", len(given), len(given))
    return Examined(tuple(accepted), tuple(rejected), tuple(passed), tuple(notes))


def _mapping_of(
    folder: Path, known: dict[Path, FileMapping | KpiError | None], layouts: Sequence[Layout]
) -> FileMapping | KpiError | None:
    if folder not in known:
        try:
            known[folder] = read_mapping(folder, layouts)
        except KpiError as error:
            known[folder] = error
    return known[folder]


def _examine_file(
    file: Given,
    mapping: FileMapping | None,
    asked: _Asked,
    seen: dict[str, str],
    progress: Progress | None,
) -> Examined:
    def known(cells: Sequence[str]) -> bool:
        return is_header(cells, asked.every) or (mapping is not None and mapping.is_header(file.path.name, cells))

    def project(header: Sequence[str]) -> Projection | None:
        names = RawTable.of(file.name, "", pd.DataFrame({name: pd.Series(dtype="str") for name in header}))
        return projection(header, apply_mapping(names, file.path.name, mapping), asked.every)

    try:
        tables = read_tables(file.path, display_name=file.name, known=known, project=project, progress=progress)
    except KpiError as error:
        return Examined(rejected=(Rejection(file.name, error),))
    first = seen.setdefault(tables[0].sha256, file.name)
    if first != file.name:
        return Examined(passed_over=(Passed(file.name, f"the same content as {first}"),))
    if file.in_folder and len(tables) == 1 and is_dictionary(tables[0].columns):
        return Examined(passed_over=(Passed(file.name, "a dictionary that describes columns"),))
    return accept(
        tables,
        file.path.name,
        mapping=mapping,
        year=asked.year,
        stage=asked.stage,
        every=asked.every,
        progress=progress,
    )


def accept(
    tables: Sequence[RawTable],
    file_name: str,
    *,
    every: Sequence[Shape],
    mapping: FileMapping | None = None,
    year: str | None = None,
    stage: str | None = None,
    progress: Progress | None = None,
) -> Examined:
    """The tables of one file, recognised and checked. ``file_name`` is searched for the year, stage and date.

    Sheets that no layout knows are passed over as long as another sheet of the workbook is known.
    """
    accepted: list[Accepted] = []
    rejected: list[Rejection] = []
    unknown: list[Rejection] = []
    notes: list[Finding] = []
    for table in tables:
        try:
            mapped = apply_mapping(table, file_name, mapping)
            layout = recognise(mapped, every)
            ready = masked(tidy(mapped, layout), layout)
            _refuse_wrong(findings := check(ready, layout), layout)
            if layout.bulk:
                ready = read_marks(ready, section_for(table, file_name, mapping), progress)
            ready = replace(ready, notes=(*ready.notes, *(_shown(each, layout) for each in findings)))
            item = _accept(ready, layout, file_name, year, stage, len(tables) > 1)
            accepted.append(item)
            notes += item.table.notes
        except UnknownLayout as error:
            unknown.append(Rejection(table.file, error))
        except KpiError as error:
            rejected.append(Rejection(table.file, error))
    if accepted or rejected:
        passed = tuple(Passed(each.file, "a sheet that no layout knows") for each in unknown)
        return Examined(tuple(accepted), tuple(rejected), passed, tuple(notes))
    return Examined(rejected=tuple(unknown[:1]))


def _refuse_wrong(findings: Sequence[Finding], layout: Layout) -> None:
    blocking = [finding for finding in findings if finding.blocking]
    if blocking:
        raise WrongContent([_shown(each, layout) for each in blocking])


def _shown(finding: Finding, layout: Layout) -> Finding:
    """A finding with its value, or with that value's shape where it is, or looks like, something about a person."""
    return hidden(finding) if layout.masked or looks_personal(finding.value or "") else finding


def _accept(
    table: RawTable, layout: Layout, file_name: str, year: str | None, stage: str | None, several: bool
) -> Accepted:
    suffix = "" if not several or table.sheet is None else "-" + normal(table.sheet).replace(" ", "-")
    return Accepted(
        table,
        layout.id,
        _year(table, layout, file_name, year) if layout.one_year else None,
        layout.stage_of(table) or stage_in_name(file_name) or stage or "final",
        layout.vintage_of(table) or date_in_name(file_name),
        f"{table.sha256[:16]}{suffix}",
    )


def _year(table: RawTable, layout: Layout, file_name: str, asked: str | None) -> str:
    """The year inside the table, else in the file's name (moved by the layout's lag), else the one asked
    for.
    """
    inside = layout.year_of(table)
    named = year_in_name(file_name)
    about = inside or (years.shift(named, layout.lag) if named else None)
    if about is None:
        if asked is not None:
            return asked
        raise UnknownYear(
            f"{table.file}: neither the table ({layout.title}) nor the file's name says which academic year it is "
            "about; give it with --year 2018/19, or put the year in the file's name"
        )
    if asked is not None and asked != about and (inside or asked != named):
        where = "the table" if inside else "the file's name"
        released = f" (released as {named})" if not inside and layout.lag else ""
        raise WrongContent(
            [
                Finding(
                    table.file,
                    f"{where} says that it is about {about}{released}, but the year asked for is {asked}; leave the "
                    "year out, or load this file by itself",
                )
            ]
        )
    return about


def restrict(item: Accepted, urns: Collection[str], layouts: Sequence[Layout] | None = None) -> Accepted:
    """A published file with only the rows of some schools, and those that are no school's (national, by LA).

    The trust's own returns, and layouts without a URN column, are left whole. Raises IntakeError when the
    layout is not known any more.
    """
    known = all_layouts() if layouts is None else layouts
    layout = next((each for each in known if each.id == item.layout), None)
    if layout is None:
        raise IntakeError(f"{item.table.file}: there is no layout {item.layout!r} any more")
    if layout.urn_column is None or layout.own_return:
        return item
    urn = item.table.text(layout.urn_column).str.replace(r"\.0$", "", regex=True)
    school = urn.str.fullmatch(r"\d{6}").fillna(False).astype(bool)
    return replace(item, table=item.table.where(urn.isin(list(urns)) | ~school))
