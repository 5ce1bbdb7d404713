"""``trail``: who did what and when; and the entries that the command line itself adds to it."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from zoneinfo import ZoneInfo

from kpi_engine import settings
from kpi_engine.cli.folders import parse_date
from kpi_engine.cli.text import comma_separated, table
from kpi_engine.errors import PeopleError
from kpi_engine.people import private
from kpi_engine.people.trail import Entry, Event, Trail, fitting

Record = Callable[[Event, str], None]

_HEADER = ("number", "at", "who", "what", "detail")


def trail(args: argparse.Namespace) -> int:
    """Print the trail, newest first, or check that it is whole; 1 when it is not."""
    with _opened() as opened:
        if args.verify:
            return _verify(opened)
        since, until = _midnight(args.since), _midnight(args.until, after=True)
        found = opened.read(since, until, args.who, Event(args.event) if args.event else None, limit=None)
    _print(found, args.format)
    return 0


@contextlib.contextmanager
def recorded() -> Iterator[Record]:
    """For a command that changes something: a way to record it, once it is done.

    Raises PeopleError before anything is done when the trail cannot be written.
    """
    with _opened() as opened:
        opened.ready()

        def record(event: Event, detail: str) -> None:
            try:
                opened.add(who(), event, fitting(detail))
            except PeopleError as error:
                raise PeopleError(f"it is done ({event}), but it could not be recorded: {error}") from error

        yield record


def _opened() -> Trail:
    return Trail(settings.load().private_folder / private.TRAIL)


def who() -> str:
    """Whoever is at the command line is known only as the operating system knows them."""
    if sys.platform != "win32":
        import pwd

        with contextlib.suppress(KeyError):  # a container may run under a number without a name
            return fitting(f"command line ({pwd.getpwuid(os.getuid()).pw_name})")
        return f"command line ({os.getuid()})"
    return fitting(f"command line ({getpass.getuser()})")


def _midnight(text: str | None, after: bool = False) -> dt.datetime | None:
    day = parse_date(text)
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=after), dt.time(), ZoneInfo("Europe/London"))


def _print(found: Sequence[Entry], form: str) -> None:
    rows = [(e.number, e.at.isoformat(timespec="seconds"), e.who, e.what, e.detail) for e in found]
    if form == "json":
        json.dump([dict(zip(_HEADER, row, strict=True)) for row in rows], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif form == "csv":
        sys.stdout.write(comma_separated(_HEADER, rows))
    elif not rows:
        print("Nothing of that kind has been recorded.", file=sys.stderr)
    else:
        shown = [(f"{e.at:%d %b %Y %H:%M:%S}", e.who, e.what, e.detail) for e in found]
        print(table(("when", "who", "what", "detail"), shown))


def _verify(opened: Trail) -> int:
    checked = opened.checked()
    for each in checked.broken:
        print(f"broken: {each}", file=sys.stderr)
    if checked.broken:
        return 1
    if not checked.last:
        print("Nothing has been recorded yet.")
        return 0
    if checked.first > 1:
        print(f"The trail begins with entry {checked.first:,}; the parts before it are not here any more.")
    print(
        f"Entries {checked.first:,} to {checked.last:,} are as they were written. The last one's hash: {checked.hash}"
    )
    return 0
