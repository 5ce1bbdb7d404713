"""A trust with frozen meetings for tests in a browser, on a server that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpi_engine.access import Role, Viewer
from kpi_engine.engine import Engine
from kpi_engine.meetings import freezing
from kpi_engine.meetings.agenda import Agenda, AgendaItem
from kpi_engine.meetings.document import Document, ItemKind
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.who import Who
from kpi_engine.people import directory, private
from kpi_engine.people.accounts import Accounts
from kpi_engine.people.directory import Person
from kpi_engine.people.sessions import Sessions
from kpi_engine.people.trail import Trail
from kpi_engine.sample import sample_folder
from kpi_engine.warehouse.folder import current_manifest
from tests.browser.conftest import ROOT, _until_up
from tests.meetings.example import example

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

EXECUTIVE, GOVERNOR, CLERK = "di@trust.example", "cy@trust.example", "ada@trust.example"
PEOPLE = (
    Person(EXECUTIVE, "Di Penn", Role.EXECUTIVE),
    Person(GOVERNOR, "Cy Marl", Role.GOVERNOR),
    Person(CLERK, "Ada Quill", Role.ADMIN),
)
PASSWORD = "amber kettle violin"
BOARD, OTHER, LONG, REAL = "board-2026-11-26", "board-2026-12-10", "board-2027-01-14", "culture-2026-11-26"
LONGEST = ("Attendance at the academies of the trust is below England’s average, and " * 5)[:296] + " end"
RIGHT_TO_LEFT = "الحضور أقل من المتوسط 🎉 👩‍🏫 in two academies"


@dataclass
class Server:
    """The app over a data folder, on one port however often it is started."""

    data: Path
    people: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    signed_in: dict[str, object] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        places = {"TRUST_KPI_DATA": str(self.data), "TRUST_KPI_PRIVATE": str(self.people)}
        command = [sys.executable, "-m", "streamlit", "run", "server.py", "--server.address=127.0.0.1"]
        self.process = subprocess.Popen(
            [*command, f"--server.port={self.port}"],
            cwd=ROOT,
            env={**os.environ, **places},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _until_up(self.base)

    def kill(self) -> None:
        """As when the power fails."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
            self.process.wait(timeout=20)
            self.process = None

    def sign_out(self, user: str) -> None:
        """End every session of somebody, as an administrator does."""
        Sessions(self.people / private.PEOPLE).forget_all_of(user)
        self.signed_in.pop(user, None)

    def context(self, browser: Browser, user: str, width: int = 1920, height: int = 1080) -> BrowserContext:
        """A window of somebody who is signed in."""
        size = {"width": width, "height": height}
        if user not in self.signed_in:
            first = browser.new_context(viewport=size)
            page = first.new_page()
            page.goto(f"{self.base}/present?meeting={BOARD}")
            page.get_by_label("Name or e-mail address").fill(user)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_selector("#deck .slide h1", timeout=60_000)
            for _ in range(100):
                if first.cookies():
                    break
                page.wait_for_timeout(100)
            page.wait_for_timeout(500)
            self.signed_in[user] = first.storage_state()
            first.close()
        found = browser.new_context(viewport=size, storage_state=self.signed_in[user])  # type: ignore[arg-type]
        found.set_default_timeout(30_000)
        return found

    def deck(self, context: BrowserContext, meeting: str = BOARD, more: str = "") -> Page:
        """The deck of a meeting, on its first slide."""
        page = context.new_page()
        page.goto(f"{self.base}/present?meeting={meeting}{more}")
        page.wait_for_selector("#deck .slide h1", timeout=60_000)
        return page


def made(folder: Path) -> Server:
    """A trust with people who can sign in, and four frozen meetings; not started yet."""
    data = folder / "data"
    shutil.copytree(sample_folder(), data)
    people = private.make(folder / "private")
    directory.write(people / private.DIRECTORY, PEOPLE)
    for person in PEOPLE:
        Accounts(people / private.PEOPLE).add(person.user, PASSWORD, must_change=False)
    manifest = current_manifest(data)
    assert manifest is not None
    cabinet = Cabinet(data, Trail(people / private.TRAIL))
    who = Who(Viewer(EXECUTIVE, Role.EXECUTIVE), "Di Penn")
    for meeting, document in ((BOARD, example()), (OTHER, _other()), (LONG, _long())):
        agenda = Agenda(meeting=meeting, body="Board", date=meeting[6:], items=())
        _freeze(cabinet, agenda, replace(document, meeting=meeting, data_version=manifest.version), who)
    kpis = ("pupil-attendance", "suspensions")
    items = tuple(AgendaItem(id=kpi, kind=ItemKind.KPI, kpi=kpi) for kpi in kpis)
    agenda = Agenda(meeting=REAL, body="Culture committee", date="2026-11-26", items=items)
    engine = Engine.open(data)
    view = engine.as_seen_by(replace(who.viewer, presenting=True))
    cabinet.freeze(agenda, lambda n: freezing.freeze(view, agenda, n, trust="Wychbourne", sample=False), who)
    engine.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Server(data, people, port)


def _freeze(cabinet: Cabinet, agenda: Agenda, document: Document, who: Who) -> None:
    cabinet.freeze(agenda, lambda n: replace(document, version=n, date=agenda.date), who)


def _other() -> Document:
    document = example(3, 3)
    return replace(document, items=tuple(replace(item, title=f"Elsewhere {item.number}") for item in document.items))


def _long() -> Document:
    """Everything that can be too long, among twelve academies."""
    document = example(3, 12)
    items = list(document.items)
    asked = "Why is it so, and what is being done about it at once, by whom, and until when?"
    items[1] = replace(items[1], title=LONGEST, comment="word " * 10_000 + "last", questions=(asked,) * 3)
    items[2] = replace(items[2], title=RIGHT_TO_LEFT, comment="تعليق قصير من المُعد")
    items[3] = replace(items[3], title="W" * 300)
    text = "\n\n".join(["A paragraph that goes on. " * 14] * 9)
    items.append(replace(items[0], key="text-2", number=6, title="A long text", text=text))
    return replace(document, items=tuple(items))
