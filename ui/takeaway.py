"""Taking figures away: the table as CSV or Excel, the picture as PNG or SVG.

Nothing is made while a page is drawn. Each button holds what it would take to make its file, and Streamlit calls it
back, beside all runs, when it is pressed. Then it is asked once more whether this person may still have the figures,
the file is made, and that it was taken is recorded, all before it is handed over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from kpi_engine import log
from kpi_engine.access import Role
from kpi_engine.answers import Cell, Result
from kpi_engine.catalogue import CATALOGUE, GROUPS, of_group
from kpi_engine.engine import LATEST
from kpi_engine.errors import KpiError, PeopleError
from kpi_engine.export import notes, rows
from kpi_engine.export.png import png
from kpi_engine.export.strip import Strip, file_name
from kpi_engine.export.svg import Told, svg
from kpi_engine.export.table import csv_file
from kpi_engine.export.workbook import xlsx_file
from kpi_engine.model import TRUST
from kpi_engine.people import directory, private
from kpi_engine.people.trail import Event
from ui import breakdown, links_copied, words
from ui.context import Context
from ui.picture import Picture
from ui.place import Place
from ui.sign_in import record

_LOG = log.of("taking away")
_KINDS = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "png": ("PNG", "image/png"),
    "svg": ("SVG", "image/svg+xml"),
}
_ALL = "All"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one press of a button takes: for whom, what the trail says of it, and what makes the file.

    ``make`` answers with the file and whether a small number is in it.
    """

    context: Context
    about: str
    make: Callable[[], tuple[bytes, bool]]

    def __call__(self) -> bytes:
        """The file, made and recorded. PeopleError where the right has ended, or where it cannot be recorded."""
        still_allowed(self.context)
        try:
            made, restricted = self.make()
        except KpiError as error:
            _LOG.error("a file cannot be made: %s", error)
            raise
        admission = self.context.admission
        if not admission.looking_around:
            said = f"{self.about}{', with small numbers' if restricted else ''}"
            record.add(self.context.settings, admission.viewer.user, Event.EXPORTED, said)
        return made


def row(here: Place, picture: Picture | None) -> None:
    """The end of a KPI's block: the link to it, and the buttons for what is shown there."""
    found = {"Table": ("csv", "xlsx")}
    if picture is not None and picture.figure is not None:
        found["Chart"] = ("png", "svg")
    strip = strip_of(here, here.result.restricted)
    with st.container(horizontal=True, key="takeaway", vertical_alignment="center"):
        st.html(links_copied.of_place(here), width="content")
        st.html('<h2 class="takeaway">Take away</h2>', width="content")
        for what, endings in found.items():
            st.html(f'<span class="takeaway">{what}</span>', width="content")
            for ending in endings:
                if what == "Table":
                    make = partial(_table, here, ending)
                else:
                    assert picture is not None
                    make = partial(_picture, here, picture, ending)
                _button(here.context, here.kpi.id, strip, _about(here, ending), ending, make)


def scorecard_takeaway(context: Context, cells: Sequence[Cell]) -> None:
    """The buttons under the overview's grid: every KPI and academy in it, as a table."""
    strip = _strip_of_grid(context, any(c.restricted for c in cells))
    with st.container(horizontal=True, key="takeaway", vertical_alignment="center"):
        st.html('<h2 class="takeaway">Take away</h2>', width="content")
        st.html('<span class="takeaway">All KPIs and academies</span>', width="content")
        for ending in ("csv", "xlsx"):
            about = f"all KPIs, {context.choice.phase or TRUST}, {context.choice.year}, {_KINDS[ending][0]}"
            _button(context, "all-kpis", strip, about, ending, partial(_grid, context, cells, ending))


def still_allowed(context: Context) -> None:
    """PeopleError unless the directory still gives this person the rights that the page was drawn with.

    A page stays open in a browser; what it shows has been seen, but nothing more is to be had from it.
    """
    if context.admission.looking_around:
        return
    viewer = context.viewer
    person = directory.find(context.settings.private_folder / private.DIRECTORY, viewer.user)
    led = person.academies if person is not None and person.role is Role.HEADTEACHER else frozenset()
    if person is None or person.role is not viewer.role or not viewer.academies <= led:
        raise PeopleError(f"{viewer.user} may not have these figures any more; load the page again")


def parts(here: Place) -> Iterator[rows.Part]:
    """What the table holds: the figure itself, the breakdown that is shown, the years, the academies."""
    ask, choice, kpi = here.context.ask, here.choice, here.kpi
    yield rows.Part("This figure", [_told(here, here.result)])
    by, found = breakdown.shown(here)
    listed = {a.urn for a in here.context.listed()}
    if by and by != "academy":
        yield rows.Part(f"By {words.dimension(by).lower()}", [_told(here, r) for r in found])
    years = ask.trend(kpi.id, choice.academy, here.within, choice.among)
    yield rows.Part("Over the academic years", [_told(here, r) for r in years])
    if "academy" in kpi.drill:
        compared = ask.compare(kpi.id, here.year, here.within, choice.among)
        yield rows.Part("Academies", [_told(here, r) for r in compared if r.academy in listed])


def strip_of(here: Place, restricted: bool) -> Strip:
    """The strip of what is shown of one KPI."""
    context = here.context
    within = ", ".join(words.value(name, found) for name, found in here.within)
    shown = here.result.withheld is None
    return Strip(
        trust=context.trust_name,
        scope=f"{context.scope_name}: {within}" if within else context.scope_name,
        kpi=here.kpi.short,
        year=here.year,
        data_to=context.as_at,
        version=_version(context),
        role=words.role_name(context.viewer.role),
        stage=here.result.stage if shown else "",
        coverage=rows.covered(here.whole, here.result.coverage) if shown else "",
        restricted=restricted,
        sample=context.sample,
    )


def _table(here: Place, ending: str) -> tuple[bytes, bool]:
    found = list(parts(here))
    results = [told.result for part in found for told in part.rows]
    restricted = any(r.restricted for r in results)
    strip = strip_of(here, restricted)
    table = rows.table(found, _trust_words(here.context))
    if ending == "csv":
        return csv_file(table, strip), restricted
    return xlsx_file(table, notes.about(here.kpi, here.result, results, strip), strip), restricted


def _picture(here: Place, picture: Picture, ending: str) -> tuple[bytes, bool]:
    assert picture.figure is not None
    restricted = here.result.restricted or any(words.RESTRICTED in note for note in picture.notes)
    told = Told(here.result.sentence, f"{picture.title} · {picture.subtitle}", picture.alt, picture.notes)
    drawn = svg(picture.figure, told, strip_of(here, restricted))
    return (png(drawn) if ending == "png" else drawn.encode("utf-8")), restricted


def _grid(context: Context, cells: Sequence[Cell], ending: str) -> tuple[bytes, bool]:
    """Every cell's whole result: the same figure, with its n and what it is judged against."""
    by_kpi: dict[str, list[Cell]] = {}
    for cell in cells:
        by_kpi.setdefault(cell.kpi, []).append(cell)
    listed = {TRUST, *(a.urn for a in context.listed())}
    found = []
    for group in GROUPS:
        told = [
            rows.Told(CATALOGUE[c.kpi], _ALL, _result(context, c))
            for kpi in of_group(group.id)
            for c in by_kpi.get(kpi.id, ())
            if c.academy in listed
        ]
        found.append(rows.Part(group.title, told))
    results = [told.result for part in found for told in part.rows]
    restricted = any(r.restricted for r in results)
    strip = _strip_of_grid(context, restricted)
    table = rows.table(found, _trust_words(context))
    if ending == "csv":
        return csv_file(table, strip), restricted
    return xlsx_file(table, notes.about_many(results, strip), strip), restricted


def _result(context: Context, cell: Cell) -> Result:
    return context.ask.result(cell.kpi, cell.academy, cell.academic_year, among=context.choice.among)


def _strip_of_grid(context: Context, restricted: bool) -> Strip:
    year = context.choice.year
    return Strip(
        trust=context.trust_name,
        scope=f"All {context.choice.phase} academies" if context.choice.phase else "All academies",
        kpi="All KPIs",
        year="latest year of each KPI" if year == LATEST else year,
        data_to=context.as_at,
        version=_version(context),
        role=words.role_name(context.viewer.role),
        restricted=restricted,
        sample=context.sample,
    )


def _button(
    context: Context,
    name: str,
    strip: Strip,
    about: str,
    ending: str,
    make: Callable[[], tuple[bytes, bool]],
) -> None:
    label, mime = _KINDS[ending]
    st.download_button(
        label,
        Taken(context, about, make),
        file_name=file_name(name, strip, ending),
        mime=f"{mime}; for={mark(context)}",
        on_click="ignore",
        key=f"take-{ending}",
    )


def mark(context: Context) -> str:
    """A word that belongs to one sign-in. Streamlit names a file by its content and kind, so with this nobody else can
    work out where a file would stand, and so whether it holds what they suppose."""
    return hashlib.sha256(f"taken away by {context.viewer.user} {context.admission.session}".encode()).hexdigest()[:24]


def _about(here: Place, ending: str) -> str:
    within = "".join(f", {name} {value}" for name, value in here.within)
    return f"{here.kpi.id}, {here.choice.academy}{within}, {here.year}, {_KINDS[ending][0]}"


def _told(here: Place, result: Result) -> rows.Told:
    part = ", ".join(words.value(name, found) for name, found in dict(result.breakdown).items())
    return rows.Told(here.kpi, part or _ALL, result)


def _trust_words(context: Context) -> str:
    return f"All {context.choice.phase} academies" if context.choice.phase else context.trust_name


def _version(context: Context) -> str:
    """The version's name; which academies the trust is taken to have had is part of how its figures are added up."""
    name = context.ask.version.split(" ")[0]
    return f"{name} with today’s academies in every year" if context.settings.members == "current" else name
