"""``mapping.toml`` beside a file: says once what another system's export calls our columns and values.

One section for each layout, named by its id (``return_`` may be left out)::

    [pupil_attendance]
    file = "SIMS attendance*.csv"            # optional: only files whose name fits

    [pupil_attendance.columns]               # our column = their column
    sessions_possible = "Possible Sessions"
    sex = "Gender"

    [pupil_attendance.values.sex]            # for our column: "their word" = "our word"
    "Female" = "F"
    "Male" = "M"

    [pupil_attendance.fixed]                 # columns that the export does not have, the same in every row
    academic_year = "2025/26"

A section applies to a file when the file's name fits (where ``file`` is given) and all of "their" columns are
in its header; values that are not listed stay as they are. The file itself is never edited.
"""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from kpi_engine.errors import SettingsError
from kpi_engine.intake.layout import Layout
from kpi_engine.intake.table import RawTable, normal

FILE_NAME = "mapping.toml"


@dataclass(frozen=True, slots=True)
class Section:
    """The mapping for one layout. ``columns`` and ``fixed`` by our column name; ``values`` by our column
    name.
    """

    layout: str
    file: str | None
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    fixed: Mapping[str, str]

    def applies(self, file_name: str, header: Collection[str]) -> bool:
        """Whether a file of that name and header (normalised names) is meant."""
        if self.file is not None and not fnmatch.fnmatch(file_name.lower(), self.file.lower()):
            return False
        return all(normal(theirs) in header for theirs in self.columns.values())


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A whole mapping.toml."""

    where: str
    sections: tuple[Section, ...]

    def is_header(self, file_name: str, cells: Sequence[str]) -> bool:
        """Whether a row's cells hold all of the columns of a section."""
        header = {normal(cell) for cell in cells}
        return any(section.columns and section.applies(file_name, header) for section in self.sections)


def read_mapping(folder: Path, layouts: Sequence[Layout]) -> FileMapping | None:
    """The mapping.toml of a folder, or None when it has none.

    Raises SettingsError, naming the place, for broken TOML, an unknown layout or column, or a value that is
    no text.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE_NAME}: the file is not valid TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"{FILE_NAME}: the file cannot be read ({error.strerror or error})") from None
    return parse_mapping(content, layouts)


def parse_mapping(content: Mapping[str, object], layouts: Sequence[Layout], where: str = FILE_NAME) -> FileMapping:
    """A mapping from parsed TOML; raises SettingsError as ``read_mapping`` does."""
    by_id = {layout.id.removeprefix("return_"): layout for layout in layouts}
    by_id |= {layout.id: layout for layout in layouts}
    sections = []
    for name, body in content.items():
        layout = by_id.get(name)
        if layout is None:
            own = [each.id.removeprefix("return_") for each in layouts if each.own_return]
            raise SettingsError(
                f"{where}: there is no table called [{name}]; the trust's own are {', '.join(sorted(own))}"
            )
        sections.append(_section(where, layout, _table(body, f"{where}, [{name}]")))
    return FileMapping(where, tuple(sections))


def _section(where: str, layout: Layout, body: Mapping[str, object]) -> Section:
    at = f"{where}, [{layout.id}"
    odd = set(body) - {"file", "columns", "values", "fixed"}
    if odd:
        raise SettingsError(f"{at}]: {sorted(odd)[0]!r} is not known; expected file, columns, values or fixed")
    file = body.get("file")
    if file is not None and not isinstance(file, str):
        raise SettingsError(f'{at}]: file must be text, for instance "SIMS*.csv"')
    columns = _texts(body.get("columns", {}), f"{at}.columns]")
    fixed = _texts(body.get("fixed", {}), f"{at}.fixed]")
    maps = _table(body.get("values", {}), f"{at}.values]")
    values = {ours: _texts(each, f"{at}.values.{ours}]") for ours, each in maps.items()}
    known = {normal(column.name) for column in layout.columns} | {normal(name) for name in layout.needs}
    for ours in (*columns, *fixed, *values):
        if normal(ours) not in known:
            listed = ", ".join(column.name for column in layout.columns)
            raise SettingsError(f"{at}]: {layout.title!r} has no column {ours!r}; its columns are {listed}")
    for ours in fixed:
        if ours in columns:
            raise SettingsError(f"{at}]: {ours!r} stands under both columns and fixed; keep one of them")
    return Section(layout.id, file, columns, values, fixed)


def _table(body: object, at: str) -> Mapping[str, object]:
    if not isinstance(body, dict):
        raise SettingsError(f"{at}: expected a section with entries, found {body!r}")
    return body


def _texts(body: object, at: str) -> dict[str, str]:
    texts = {}
    for key, value in _table(body, at).items():
        if not isinstance(value, str):
            raise SettingsError(f"{at}: {key} must be text in quotation marks, found {value!r}")
        texts[key] = value
    return texts


def section_for(table: RawTable, file_name: str, mapping: FileMapping | None) -> Section | None:
    """The section that applies to a table; of several, the one that names most columns.

    Raises SettingsError when two name equally many, or when a section names the file but not its columns.
    """
    if mapping is None:
        return None
    fit = [section for section in mapping.sections if section.applies(file_name, table.columns)]
    if not fit:
        _missed(table, file_name, mapping)
        return None
    most = max(len(section.columns) for section in fit)
    best = [section for section in fit if len(section.columns) == most]
    if len(best) > 1:
        names = " and ".join(f"[{section.layout}]" for section in best[:2])
        raise SettingsError(f'{mapping.where}: {names} both fit {table.file}; give each a file = "..."')
    return best[0]


def apply_mapping(table: RawTable, file_name: str, mapping: FileMapping | None) -> RawTable:
    """The table with our column names and words where a section applies, else as it is.

    Raises SettingsError as ``section_for`` does, and when a column would be there twice.
    """
    section = section_for(table, file_name, mapping)
    return table if section is None or mapping is None else _mapped(table, section, mapping.where)


def _missed(table: RawTable, file_name: str, mapping: FileMapping) -> None:
    for section in mapping.sections:
        if section.file is not None and fnmatch.fnmatch(file_name.lower(), section.file.lower()):
            lost = [theirs for theirs in section.columns.values() if not table.has(theirs)]
            raise SettingsError(
                f"{mapping.where}, [{section.layout}.columns]: {table.file} has no column {lost[0]!r}; "
                f"it has {', '.join(list(table.columns.values())[:12])}"
            )


def _mapped(table: RawTable, section: Section, where: str) -> RawTable:
    renamed = {table.columns[normal(theirs)]: ours for ours, theirs in section.columns.items()}
    kept = {normal(name) for name in table.frame.columns if name not in renamed}
    for ours in (*renamed.values(), *section.fixed):
        if normal(ours) in kept:
            raise SettingsError(
                f"{where}, [{section.layout}]: {table.file} has a column {ours!r} of its own; "
                "take the entry out, or map that column to something else"
            )
    frame = table.frame.rename(columns=renamed)
    for ours, word in section.fixed.items():
        frame[ours] = pd.Series(word, index=frame.index, dtype="str")
    names = {normal(str(name)): str(name) for name in frame.columns}
    for ours, words in section.values.items():
        own = names.get(normal(ours))
        if own is None:
            raise SettingsError(f"{where}, [{section.layout}.values.{ours}]: {table.file} has no column {ours!r}")
        bare = {theirs.strip(): word for theirs, word in words.items()}
        frame[own] = frame[own].map(lambda cell, bare=bare: bare.get(cell, cell)).astype("str")
    return replace(table, frame=frame, columns=names)
