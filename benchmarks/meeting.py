"""A whole board meeting on the sample trust, from the agenda to the next version, with the server killed half-way.

``python -m benchmarks meeting`` says what happens as it goes, and measures: freezing, each pack with its size, from a
key to the next slide on the screen, and how a live answer takes. What a step finds wrong ends it.
"""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.measuring import Line
from kpi_engine.access import Viewer
from kpi_engine.engine import Engine
from kpi_engine.examining import examine_for
from kpi_engine.meetings import agenda as agendas
from kpi_engine.meetings import captured, changes, freezing
from kpi_engine.meetings.agenda import Agenda
from kpi_engine.meetings.document import Document
from kpi_engine.meetings.keeping import Cabinet, Kept
from kpi_engine.meetings.who import Who
from kpi_engine.packs import html, images, minutes, pdf, pptx, xlsx
from kpi_engine.sample import FILES, sample_folder
from kpi_engine.warehouse.folder import load
from tests.browser.conftest import CHROMIUM, FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

TRUST = "Wychbourne Learning Trust"
EXECUTIVE = Who(Viewer(servers.EXECUTIVE.user, servers.EXECUTIVE.role), servers.EXECUTIVE.name)
ITEMS = 12
DECISION = "Keep the target and look at Netherquill’s year 9 again in January."
_NEXT, _LIVE = 20.0, 150.0
_PACK, _LARGE = 5.0, 30.0
_PAINTED = """(key) => new Promise((done) => {
    const begun = performance.now();
    window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
})"""
"""From the key to the frame after the one that the slide was drawn in, which is more than a person waits."""


def meeting() -> Iterator[Line]:
    """Prepare, freeze, pack, present, capture, freeze again after new data, and list the changes."""
    with tempfile.TemporaryDirectory() as made:
        data = Path(made) / "data"
        shutil.copytree(sample_folder(), data)
        cabinet = Cabinet(data)
        agenda = agendas.added_all(agendas.new("Board", "2026-11-26"), agendas.template("Full board"))
        assert len(agenda.items) == ITEMS
        agenda = cabinet.save_draft(agenda, EXECUTIVE, 0).agenda
        kept, took = _frozen(cabinet, agenda, data)
        yield Line(f"freeze {ITEMS} items x 8 academies, first time", "s", (took,), _PACK)
        document, check = cabinet.read(kept.meeting, kept.version)
        yield from _packs(document, check)
        yield from _presented(data, cabinet, kept)
        written = captured.entries(cabinet, kept.meeting)
        assert [entry.text for entry in written] == [DECISION]
        took = _timed(lambda: minutes.minutes(document, check, written, None))
        yield Line("minutes with what was written down", "s", (took,))
        _new_data(data, Path(made))
        again, took = _frozen(cabinet, agenda, data)
        assert (again.version, again.data_version != kept.data_version) == (2, True)
        yield Line("freeze the next version after new data", "s", (took,))
        for change in changes.changes(document, cabinet.read(again.meeting, again.version)[0]):
            _say(f"changed: {change.figure}: {change.old} -> {change.new} ({change.reason})")
        assert cabinet.read(kept.meeting, kept.version) == (document, check)


def _frozen(cabinet: Cabinet, agenda: Agenda, data: Path) -> tuple[Kept, float]:
    begun = time.perf_counter()
    engine = Engine.open(data)
    try:
        view = engine.as_seen_by(replace(EXECUTIVE.viewer, presenting=True))

        def make(version: int) -> Document:
            return freezing.freeze(view, agenda, version, trust=TRUST, sample=False)

        kept = cabinet.freeze(agenda, make, EXECUTIVE)
    finally:
        engine.close()
    _say(f"frozen: {kept.label}, check {kept.check[:8]}, data version {kept.data_version}")
    return kept, time.perf_counter() - begun


def _packs(document: Document, check: str) -> Iterator[Line]:
    """Every pack, once: its seconds, and its size."""
    makers: dict[str, Callable[[Document, str, None], bytes]] = {
        "PDF": pdf.pdf,
        "PowerPoint": pptx.pptx,
        "Excel": xlsx.xlsx,
        "web page": html.html,
        "pictures": images.images,
    }
    whole = 0.0
    for name, make in makers.items():
        begun = time.perf_counter()
        made = make(document, check, None)
        took = time.perf_counter() - begun
        whole += took
        _say(f"pack: {name}, {len(made) / 1024:,.0f} kB")
        yield Line(f"pack: {name}", "s", (took,))
    yield Line(f"the whole pack, {len(document.items)} items", "s", (whole,), _PACK)


def packs_by_size() -> Iterator[Line]:
    """The whole pack of the sizes that are promised, from meetings made by hand."""
    from kpi_engine.meetings import canonical
    from tests.meetings.example import example

    for kpis, academies, goal in ((26, 8, _PACK), (39, 100, _LARGE)):
        document = canonical.canonical(example(kpis, academies))
        check = canonical.checksum(canonical.to_bytes(document))
        whole = 0.0
        for make in (pdf.pdf, pptx.pptx, xlsx.xlsx, html.html, images.images):
            begun = time.perf_counter()
            make(document, check, None)
            took = time.perf_counter() - begun
            whole += took
            yield Line(f"{make.__name__}, {kpis} KPIs x {academies} academies", "s", (took,))
        yield Line(f"the whole pack, {kpis} KPIs x {academies} academies", "s", (whole,), goal)


def _presented(data: Path, cabinet: Cabinet, kept: Kept) -> Iterator[Line]:
    if CHROMIUM is None:
        print("presenting needs Chromium: install it, or name it in TRUST_KPI_CHROMIUM", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, servers.stoppable(data) as server:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = chromium.new_context(viewport={"width": 1920, "height": 1080})
        name, _, value = server.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": server.address}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{server.address}/present?meeting={kept.meeting}&version={kept.version}")
        page.get_by_text(f"1 of {ITEMS}", exact=False).first.wait_for()
        page.wait_for_timeout(500)
        yield Line("key to the next slide on the screen", "ms", tuple(_through(page, ITEMS // 2)), _NEXT)
        server.kill()
        page.get_by_text("Offline", exact=True).wait_for()
        _say("the server is gone, and the deck says so")
        yield Line("the same without a server", "ms", tuple(_through(page, ITEMS - ITEMS // 2 - 1)), _NEXT)
        page.get_by_text(f"{ITEMS} of {ITEMS}", exact=False).first.wait_for()
        _write(page)
        assert captured.entries(cabinet, kept.meeting) == ()
        server.start()
        for _ in range(240):
            if [entry.text for entry in captured.entries(cabinet, kept.meeting)] == [DECISION]:
                break
            page.wait_for_timeout(250)
        _say("the decision, typed without a server, is kept since it came back")
        chromium.close()


def _through(page: Page, slides: int) -> list[float]:
    found = []
    for _ in range(slides):
        found.append(float(page.evaluate(_PAINTED, "ArrowRight")))
        page.wait_for_timeout(100)
    return found


def _write(page: Page) -> None:
    page.keyboard.press("n")
    page.get_by_role("radio", name="Decision").check()
    page.get_by_role("textbox").first.press_sequentially(DECISION, delay=5)


def _new_data(data: Path, beside: Path) -> None:
    """One academy spends more on teaching in the newest month of the budget's return."""
    name = "budget_monitoring.csv"
    with (FILES / "returns" / name).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    newest = max(row["month"] for row in rows)
    for row in rows:
        if (row["urn"], row["month"], row["line"]) == ("900006", newest, "teaching"):
            row["actual_ytd"] = str(round(int(row["actual_ytd"]) * 1.25))
    with (beside / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    examined = examine_for([beside / name], data)
    assert not examined.rejected, examined.rejected[0].error
    report = load(examined.accepted, data)
    _say(f"new data: {name}, version {report.version}")


def _timed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _say(text: str) -> None:
    print(text, file=sys.stderr)
