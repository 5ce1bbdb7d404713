"""People who prepare and write down, and documents of any meeting, for the tests of what is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from kpi_engine.access import Role, Viewer
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings.agenda import Agenda
from kpi_engine.meetings.document import Document
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.meetings.who import Who
from kpi_engine.people.trail import Trail
from tests.meetings.example import example

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def at(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def person(user: str, name: str, role: Role) -> Who:
    led = frozenset({"900006"}) if role is Role.HEADTEACHER else frozenset()
    return Who(Viewer(user, role, led), name)


DI = person("di@trust.example", "Di Penn", Role.EXECUTIVE)
CLERK = person("cole@trust.example", "Cole Ward", Role.ADMIN)
HEAD = person("bo@trust.example", "Bo Farrow", Role.HEADTEACHER)
GOVERNOR = person("cy@trust.example", "Cy Marl", Role.GOVERNOR)

BOARD = agendas.new("Board", "2026-11-26")
JULY = agendas.new("Board", "2026-07-09")
MAY = agendas.new("Board", "2026-05-14")
FINANCE = agendas.new("Finance committee", "2026-07-01")


def maker(agenda: Agenda, said: str = "", **changes: object) -> Callable[[int], Document]:
    """What makes the document of a meeting, told apart by what its first item says."""
    whole = example(6)
    first = replace(whole.items[0], text=said or whole.items[0].text)
    told = replace(
        whole, meeting=agenda.meeting, body=agenda.body, date=agenda.date, items=(first, *whole.items[1:]), **changes
    )  # type: ignore[arg-type]
    return lambda version: replace(told, version=version)


def frozen(cabinet: Cabinet, agenda: Agenda, said: str = "", who: Who = DI, seconds: float = 0) -> Kept:
    return cabinet.freeze(agenda, maker(agenda, said), who, at(seconds))


def entries(trail: Trail) -> list[tuple[str, str, str]]:
    """The trail, oldest first."""
    return [(entry.who, entry.what, entry.detail) for entry in reversed(trail.read(limit=None))]
