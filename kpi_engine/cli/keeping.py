"""``unload``, ``rollback``, ``purge``, ``backup``, ``restore``: each asks first and is recorded in the trail."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from kpi_engine import settings
from kpi_engine.cli.folders import data_folder
from kpi_engine.cli.progress import Progress
from kpi_engine.cli.trail import recorded
from kpi_engine.errors import UsageError
from kpi_engine.meetings import privacy
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.people import private
from kpi_engine.people.trail import Event
from kpi_engine.warehouse import backup as backups
from kpi_engine.warehouse import undo
from kpi_engine.warehouse.folder import LoadReport
from kpi_engine.warehouse.resolve import Message
from kpi_engine.warehouse.traces import Searched


def agreed(args: argparse.Namespace, question: str) -> bool:
    """Whether somebody agrees, or did beforehand. Raises UsageError where nobody is there to ask."""
    if args.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is here to answer; add --yes to go ahead.")
    print(f"{question} Type yes to go ahead: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("yes", "y")


def nothing() -> int:
    """Say that nothing was changed; the exit code for that."""
    print("Nothing was changed.", file=sys.stderr)
    return 1


def _now(report: LoadReport) -> None:
    print(f"Version {report.version} is current: data to {report.as_at}, {report.rows.get('facts', 0):,} facts.")


def _say(messages: Sequence[Message]) -> None:
    for message in messages:
        print(f"{message.kind}: {message.text}", file=sys.stderr)


def unload(args: argparse.Namespace) -> int:
    """Take loaded files out again."""
    folder = data_folder(args.into)
    what = args.file or (f"files with checksum {args.sha256}" if args.sha256 else f"{args.dataset} {args.year or ''}")
    if not agreed(args, f"This takes {str(what).strip()} out of {folder}."):
        return nothing()
    progress = Progress()
    with recorded() as record:
        try:
            report = undo.unload(
                folder, file=args.file, sha256=args.sha256, dataset=args.dataset, year=args.year, progress=progress
            )
        finally:
            progress.end()
        record(Event.UNLOADED, f"version {report.version} of {folder}, without {', '.join(report.removed)}")
    print(f"Unloaded: {', '.join(report.removed)}.")
    _now(report)
    return 0


def rollback(args: argparse.Namespace) -> int:
    """Make an earlier version current again."""
    folder = data_folder(args.into)
    wanted = f"version {args.version}" if args.version else "the version before"
    if not agreed(args, f"This makes {wanted} of {folder} current."):
        return nothing()
    with recorded() as record:
        report = undo.rollback(folder, args.version)
        record(Event.ROLLED_BACK, f"version {report.version} of {folder}")
    _now(report)
    return 0


def purge(args: argparse.Namespace) -> int:
    """Remove an academy's data, or everything, from versions, inputs, state and backups, for good."""
    folder = data_folder(args.into)
    if (args.urn is None) == (not args.everything):
        raise UsageError("say what to purge: --urn 123456, or --everything")
    what = f"every figure of URN {args.urn}" if args.urn else "everything"
    if not agreed(args, f"This removes {what} from {folder} and its backups for good; it cannot be undone."):
        return nothing()
    progress = Progress()
    with recorded() as record:
        try:
            done = undo.purge(folder, args.urn, private=settings.load().private_folder, progress=progress)
        finally:
            progress.end()
        whole = "" if not done.searched.traces else ", not complete"
        record(Event.PURGED, f"{f'URN {args.urn}' if args.urn else 'everything'}{whole}, {folder}")
    print(f"Removed {done.rows:,} rows, {len(done.versions)} versions and {len(done.backups)} backups.")
    for what in done.state:
        print(f"Removed from what was written: {what}")
    for kept in privacy.anonymous(Cabinet(folder)):
        print(
            f"{kept.label} names no academy, so it stays; figures of this one may stand in it under a letter. "
            f"Remove it with: meetings remove {kept.meeting} --version {kept.version}",
            file=sys.stderr,
        )
    for path in done.out_of_reach:
        print(f"A backup is no longer where it was written; remove it by hand: {path}", file=sys.stderr)
    if done.report is not None:
        _now(done.report)
    return _say_searched(done.searched, f"about {args.urn}" if args.urn else "of the trust's data")


def _say_searched(searched: Searched, what: str) -> int:
    """What the search after a purge covered and found; 1 when something is left."""
    print(f"Searched {searched.files:,} files, with {searched.tables:,} tables and {searched.cells:,} cells in them.")
    for name in searched.strange:
        print(f"Not the explorer's own, so look at it yourself: {name}", file=sys.stderr)
    if not searched.traces:
        print(f"Nothing {what} is left.")
        return 0
    for trace in searched.traces:
        print(f"STILL THERE: {trace}", file=sys.stderr)
    print(
        f"The purge is NOT complete: something {what} is left in the places above. Unload the files that are named, or "
        "close the programs that hold them, and purge again.",
        file=sys.stderr,
    )
    return 1


def backup(args: argparse.Namespace) -> int:
    """Write the whole folder to one archive."""
    folder = data_folder(args.source)
    with recorded() as record:
        written = backups.backup(folder, Path(args.to), private=settings.load().private_folder)
        record(Event.BACKED_UP, f"version {written.version} of {folder} to {written.path}")
    _say(written.messages)
    print(f"Backed up to {written.path}.")
    if (settings.load().private_folder / private.WRITTEN).is_file():
        print("Notes and actions are no part of it: they are in the private folder; copy that too.", file=sys.stderr)
    return 0


def restore(args: argparse.Namespace) -> int:
    """Bring the folder back to what an archive holds."""
    folder = data_folder(args.into)
    if not agreed(args, f"This makes the data of {args.archive} current in {folder}."):
        return nothing()
    with recorded() as record:
        restored = backups.restore(folder, Path(args.archive), private=settings.load().private_folder)
        record(Event.RESTORED, f"version {restored.version} of {folder} from {Path(args.archive).name}")
    _say(restored.messages)
    print(f"Restored version {restored.version}.")
    return 0
