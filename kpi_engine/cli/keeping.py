"""``unload``, ``rollback``, ``purge``, ``backup`` and ``restore``: each says what it will do and asks first."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kpi_engine.cli.folders import data_folder
from kpi_engine.cli.progress import Progress
from kpi_engine.errors import UsageError
from kpi_engine.warehouse import backup as backups
from kpi_engine.warehouse import undo
from kpi_engine.warehouse.folder import LoadReport


def _agreed(args: argparse.Namespace, question: str) -> bool:
    if args.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is here to answer; add --yes to go ahead.")
    print(f"{question} Type yes to go ahead: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("yes", "y")


def _nothing() -> int:
    print("Nothing was changed.", file=sys.stderr)
    return 1


def _now(report: LoadReport) -> None:
    print(f"Version {report.version} is current: data to {report.as_at}, {report.rows.get('facts', 0):,} facts.")


def unload(args: argparse.Namespace) -> int:
    """Take loaded files out again."""
    folder = data_folder(args.into)
    what = args.file or (f"files with checksum {args.sha256}" if args.sha256 else f"{args.dataset} {args.year or ''}")
    if not _agreed(args, f"This takes {str(what).strip()} out of {folder}."):
        return _nothing()
    progress = Progress()
    try:
        report = undo.unload(
            folder, file=args.file, sha256=args.sha256, dataset=args.dataset, year=args.year, progress=progress
        )
    finally:
        progress.end()
    print(f"Unloaded: {', '.join(report.removed)}.")
    _now(report)
    return 0


def rollback(args: argparse.Namespace) -> int:
    """Make an earlier version current again."""
    folder = data_folder(args.into)
    wanted = f"version {args.version}" if args.version else "the version before"
    if not _agreed(args, f"This makes {wanted} of {folder} current."):
        return _nothing()
    _now(undo.rollback(folder, args.version))
    return 0


def purge(args: argparse.Namespace) -> int:
    """Remove an academy's data, or everything, from versions, inputs, state and backups, for good."""
    folder = data_folder(args.into)
    if (args.urn is None) == (not args.everything):
        raise UsageError("say what to purge: --urn 123456, or --everything")
    what = f"every figure of URN {args.urn}" if args.urn else "everything"
    if not _agreed(args, f"This removes {what} from {folder} and its backups for good; it cannot be undone."):
        return _nothing()
    progress = Progress()
    try:
        done = undo.purge(folder, args.urn, progress=progress)
    finally:
        progress.end()
    print(f"Removed {done.rows:,} rows, {len(done.versions)} versions and {len(done.backups)} backups.")
    for path in done.out_of_reach:
        print(f"A backup is no longer where it was written; remove it by hand: {path}", file=sys.stderr)
    if done.report is not None:
        _now(done.report)
    return 0


def backup(args: argparse.Namespace) -> int:
    """Write the whole folder to one archive."""
    written = backups.backup(data_folder(args.source), Path(args.to))
    print(f"Backed up to {written.path}.")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Bring the folder back to what an archive holds."""
    folder = data_folder(args.into)
    if not _agreed(args, f"This makes the data of {args.archive} current in {folder}."):
        return _nothing()
    print(f"Restored version {backups.restore(folder, Path(args.archive))}.")
    return 0
