"""The commands and their options. Exit 0 done, 1 rejected (nothing changed), 2 wrong usage."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence

from kpi_engine import log, settings
from kpi_engine.cli import ask, keeping, loading, meetings, notes, people, status, trail
from kpi_engine.errors import KpiError, SettingsError, UsageError
from kpi_engine.people.trail import Event

_FROM = "the data folder (else the one of the settings, else the sample trust)"
_CHANGING = ("load", "unload", "rollback", "purge", "backup", "restore")
_INTO = "the data folder (else the one of the settings)"


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(
        prog="python -m kpi_engine",
        description="How a school trust is doing, from the files it already has.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="recognise and check files; change nothing")
    check.add_argument("paths", nargs="+", metavar="FILE_OR_FOLDER")
    check.add_argument("--year", help="the academic year of files that do not say theirs, e.g. 2018/19")
    check.set_defaults(run=loading.check)

    load = commands.add_parser("load", help="check files and load them, all or none")
    load.add_argument("paths", nargs="+", metavar="FILE_OR_FOLDER")
    load.add_argument("--into", metavar="DIR", help=_INTO)
    load.add_argument("--trust", metavar="NAME_OR_UID", help="the trust, as GIAS names it, its UID or TR number")
    load.add_argument("--year", help="the academic year of files that do not say theirs, e.g. 2018/19")
    load.add_argument("--as-at", metavar="DATE", help="the date that the data speak of (else the newest in them)")
    load.set_defaults(run=loading.load_files)

    results = commands.add_parser("results", help="print results")
    results.add_argument("--from", dest="source", metavar="DIR", help=_FROM)
    for name, meta, text in (
        ("--kpi", "ID", "a KPI (else all)"),
        ("--academy", "URN|trust", "an academy or the trust (else all and the trust)"),
        ("--year", "YEAR|latest", "an academic year, or latest (default)"),
        ("--by", "DIMENSION", "break down by this; several are taken in turn"),
    ):
        results.add_argument(name, action="append", nargs="+", metavar=meta, help=text)
    results.add_argument("--members", choices=("then", "current"), help="whose figures make the trust's")
    results.add_argument("--as-at", metavar="DATE", help="ask as of another date")
    results.add_argument("--format", choices=("table", "json", "csv"), default="table")
    results.set_defaults(run=ask.results)

    catalogue = commands.add_parser("catalogue", help="list the KPIs")
    catalogue.add_argument("--format", choices=("table", "json"), default="table")
    catalogue.set_defaults(run=ask.catalogue)

    state = commands.add_parser("status", help="versions, files, rows, coverage, what is missing")
    state.add_argument("--from", dest="source", metavar="DIR", help=_FROM)
    state.add_argument("--format", choices=("table", "json"), default="table")
    state.set_defaults(run=status.status)

    _keeping(commands)
    people.wire(commands)
    notes.wire(commands)
    meetings.wire(commands)
    _trail(commands)
    return top


def _keeping(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    unload = commands.add_parser("unload", help="take loaded files out again")
    which = unload.add_mutually_exclusive_group(required=True)
    which.add_argument("file", nargs="?", help="the file's name")
    which.add_argument("--sha256", help="the start of its checksum")
    which.add_argument("--dataset", help="every file of a dataset")
    unload.add_argument("--year", help="with --dataset: only of this academic year")
    unload.set_defaults(run=keeping.unload)

    rollback = commands.add_parser("rollback", help="make an earlier version current again")
    rollback.add_argument("version", nargs="?", help="the version (else the one before)")
    rollback.set_defaults(run=keeping.rollback)

    purge = commands.add_parser("purge", help="remove data for good, from versions, inputs and backups")
    purge.add_argument("--urn", help="one academy's data")
    purge.add_argument("--everything", action="store_true", help="the whole trust's data")
    purge.set_defaults(run=keeping.purge)

    backup = commands.add_parser("backup", help="write the whole folder to one archive")
    backup.add_argument("to", help="a .zip or .tar.gz file, or a folder to put one in")
    backup.add_argument("--from", dest="source", metavar="DIR", help=_INTO)
    backup.set_defaults(run=keeping.backup)

    restore = commands.add_parser("restore", help="bring the folder back to what an archive holds")
    restore.add_argument("archive")
    restore.set_defaults(run=keeping.restore)

    for command in (unload, rollback, purge, restore):
        command.add_argument("--into", "--from", dest="into", metavar="DIR", help=_INTO)
        command.add_argument("--yes", action="store_true", help="do not ask")


def _trail(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    shown = commands.add_parser("trail", help="who did what and when")
    shown.add_argument("--since", metavar="DATE", help="from this day on")
    shown.add_argument("--until", metavar="DATE", help="up to this day")
    shown.add_argument("--who", metavar="USER", help="only of this person")
    shown.add_argument("--event", choices=[str(event) for event in Event], metavar="EVENT", help=", ".join(Event))
    shown.add_argument("--format", choices=("table", "json", "csv"), default="table")
    shown.add_argument("--verify", action="store_true", help="check that no entry was changed or removed")
    shown.set_defaults(run=trail.trail)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code. Errors are said on standard error, in words."""
    args = parser().parse_args(arguments)
    started = time.monotonic()
    code = _run(args)
    level = logging.INFO if args.command in _CHANGING else logging.DEBUG
    log.of("cli").log(level, "%s ended with %d after %.1f s", args.command, code, time.monotonic() - started)
    return code


def _run(args: argparse.Namespace) -> int:
    try:
        log.set_up(settings.load().log_level)
        return int(args.run(args))
    except (UsageError, SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KpiError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the data are as they were.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0
