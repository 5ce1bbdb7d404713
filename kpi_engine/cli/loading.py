"""``check`` and ``load``: say of every file what it is, what is wrong with it, and what was done."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from kpi_engine import log, settings
from kpi_engine.cli.folders import data_folder, parse_date
from kpi_engine.cli.progress import Progress
from kpi_engine.cli.trail import recorded
from kpi_engine.errors import UnknownYear
from kpi_engine.examining import examine_for
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.pipeline import Examined
from kpi_engine.people.trail import Event
from kpi_engine.warehouse.folder import LoadReport, load

_LOG = log.of("load")
_NOTES_SHOWN = 12


def check(args: argparse.Namespace) -> int:
    """Recognise and check files and change nothing; 1 when any file is rejected."""
    examined = _examined(args, data_folder(None))
    _say_accepted(examined)
    for rejection in examined.rejected:
        if rejection.only_year_missing:
            print(f"warning: {rejection.error} A load needs --year for it.", file=sys.stderr)
    return _say_rejected(examined, ignore_year=True)


def load_files(args: argparse.Namespace) -> int:
    """Check files, then load them all or none; 1 when any file is rejected."""
    examined = _examined(args, data_folder(args.into))
    if examined.rejected:
        _say_rejected(examined, ignore_year=False)
        kinds = Counter(type(rejection.error).__name__ for rejection in examined.rejected)
        _LOG.warning(
            "load refused: %s; nothing changed", ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        )
        print("Nothing has been loaded; the data are as they were.", file=sys.stderr)
        return 1
    if not examined.accepted:
        print("There is nothing to load among what was given.", file=sys.stderr)
        return 1
    folder = data_folder(args.into)
    progress = Progress()
    private = settings.load().private_folder
    with recorded() as record:
        try:
            report = load(examined.accepted, folder, args.trust, parse_date(args.as_at), progress, private=private)
        finally:
            progress.end()
        if report.changed:
            files = ", ".join(report.added) or "no new file"
            record(Event.LOADED, f"version {report.version} of {folder}, with {files}")
    _say_loaded(report, folder)
    _LOG.info(
        "load %s: %d files given, %d new, %d known, %d read anew; %d academies, %d facts, data to %s, version %s",
        "done" if report.changed else "changed nothing",
        len(examined.accepted),
        len(report.added),
        len(report.unchanged),
        len(report.replaced),
        report.academies,
        report.rows.get("facts", 0),
        report.as_at,
        report.version,
    )
    return 0


def _examined(args: argparse.Namespace, folder: Path) -> Examined:
    progress = Progress()
    try:
        trust = getattr(args, "trust", None)
        examined = examine_for([Path(p) for p in args.paths], folder, trust=trust, year=args.year, progress=progress)
    finally:
        progress.end()
    for passed in examined.passed_over:
        print(f"passed over: {passed.file}: {passed.reason}", file=sys.stderr)
    for note in examined.notes[:_NOTES_SHOWN]:
        print(f"note: {note}", file=sys.stderr)
    if len(examined.notes) > _NOTES_SHOWN:
        print(f"note: and {len(examined.notes) - _NOTES_SHOWN} more notes", file=sys.stderr)
    return examined


def _say_accepted(examined: Examined) -> None:
    titles = {layout.id: layout.title for layout in all_layouts()}
    for item in examined.accepted:
        about = item.year or (f"as of {item.vintage}" if item.vintage else "years as given in each row")
        stage = f", {item.stage}" if item.stage != "final" else ""
        print(f"ok: {item.table.file}: {titles[item.layout]}, {about}{stage}, {item.table.rows:,} rows")


def _say_rejected(examined: Examined, ignore_year: bool) -> int:
    refused = [r for r in examined.rejected if not (ignore_year and isinstance(r.error, UnknownYear))]
    for rejection in refused:
        said = str(rejection.error)
        print(f"rejected: {said if said.startswith(rejection.file) else f'{rejection.file}: {said}'}", file=sys.stderr)
    return 1 if refused else 0


def _say_loaded(report: LoadReport, folder: Path) -> None:
    name = report.trust_name or "the trust of academies.csv"
    for message in report.messages:
        if report.changed or message.kind == "moved":
            print(f"{message.kind}: {message.text}", file=sys.stderr)
    if not report.changed:
        print(f"Nothing new: version {report.version} of {name} stays as it is.")
        return
    print(
        f"Loaded {len(report.added)} files for {name} ({report.academies} academies) into {folder}: "
        f"{report.rows.get('facts', 0):,} facts, data to {report.as_at}, version {report.version}."
    )
