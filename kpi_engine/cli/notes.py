"""``notes``: everything that people wrote beside the figures, exported; a name or a text taken out for good."""

from __future__ import annotations

import argparse
import json
import sys

from kpi_engine import settings
from kpi_engine.cli import trail
from kpi_engine.cli.text import comma_separated
from kpi_engine.errors import PeopleError, UsageError
from kpi_engine.people import directory, private
from kpi_engine.people.trail import Trail
from kpi_engine.written import keeping
from kpi_engine.written.database import Notebook


def wire(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``notes`` and what belongs to it to the command line's grammar."""
    top = commands.add_parser("notes", help="notes and actions beside the figures: export, forget, erase")
    doing = top.add_subparsers(dest="doing", required=True, metavar="WHAT")

    export = doing.add_parser("export", help="all notes and actions with their history")
    export.add_argument("--user", default="", help="only what this person wrote, did or owns")
    export.add_argument("--format", choices=("csv", "json"), default="csv")
    export.set_defaults(run=export_all)

    forget = doing.add_parser("forget", help="take a person's name out of every history, for good")
    forget.add_argument("user", metavar="USER", help="what they sign in as")
    forget.add_argument("--name", default="", help="a name that they stand under as the owner of actions")
    forget.set_defaults(run=forget_person)

    erase = doing.add_parser("erase", help="erase a note, an action, or all beside an academy's figures, for good")
    erase.add_argument("kind", choices=("note", "action", "academy"))
    erase.add_argument("number", type=int, help="the number of the note or action, or the academy's URN")
    erase.set_defaults(run=erase_one)

    for command in (forget, erase):
        command.add_argument("--yes", action="store_true", help="do not ask")


def export_all(args: argparse.Namespace) -> int:
    """Print every step of every note and action, oldest first."""
    path = settings.load().private_folder / private.WRITTEN
    # Asking for what there is makes no file.
    found = keeping.rows(Notebook.opened(path), _key(args.user)) if path.is_file() else []
    if args.format == "json":
        json.dump([row._asdict() for row in found], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(comma_separated(keeping.Row._fields, [[_plain(cell) for cell in row] for row in found]))
    if not found:
        print("Nothing of that kind has been written.", file=sys.stderr)
    return 0


def forget_person(args: argparse.Namespace) -> int:
    """Take a person's name out of every history; 1 while a text still names them."""
    user = _key(args.user)
    _agreed(args, f"This takes the name of {user} out of all notes and actions for good; it cannot be undone.")
    with _trail() as opened:
        done = keeping.forget(_existing(opened), trail.who(), user, args.name)
    print(f"Removed the name from {done.steps} steps of notes and actions.")
    if not done.still_named:
        return 0
    print(
        f"Still named within the text of: {', '.join(done.still_named)}. “notes erase” erases one with its history; "
        "where it is still needed, write it anew without the name first.",
        file=sys.stderr,
    )
    return 1


def erase_one(args: argparse.Namespace) -> int:
    """Erase a note, an action, or all beside an academy's figures, for good."""
    what = f"{args.kind} {args.number}"
    if args.kind == "academy":
        what = f"every note and action beside figures of {args.number}"
    _agreed(args, f"This erases {what} with the whole history for good; it cannot be undone.")
    with _trail() as opened:
        book = _existing(opened)
        if args.kind == "academy":
            keeping.erase_academy(book, trail.who(), str(args.number))
        else:
            keeping.erase(book, trail.who(), args.kind, args.number)
    print(f"Erased {what}. Backups of the private folder may still hold it.")
    return 0


def _plain(cell: object) -> object:
    """What somebody typed is never a spreadsheet's formula, which may begin with a minus sign too."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith("-") else cell


def _key(user: str) -> str:
    return directory.key(user) if user else ""


def _trail() -> Trail:
    return Trail(settings.load().private_folder / private.TRAIL)


def _existing(opened: Trail) -> Notebook:
    path = settings.load().private_folder / private.WRITTEN
    if not path.is_file():
        raise PeopleError(f"nothing has been written yet: there is no {path}")
    return Notebook.opened(path, opened)


def _agreed(args: argparse.Namespace, question: str) -> None:
    """Go on only where somebody agrees. Raises UsageError where nobody is there to ask, or they do not."""
    if args.yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is here to answer; add --yes to go ahead.")
    print(f"{question} Type yes to go ahead: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("yes", "y"):
        raise PeopleError("nothing was changed")
