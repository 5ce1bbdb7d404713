"""``meetings``: lists frozen meetings, checks that each is as it was frozen, writes them to files, and removes what
must go."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from kpi_engine import settings
from kpi_engine.access import Role, Viewer
from kpi_engine.cli import trail
from kpi_engine.cli.folders import data_folder
from kpi_engine.cli.keeping import agreed, nothing
from kpi_engine.cli.text import comma_separated, table
from kpi_engine.errors import CannotBeKept, UsageError
from kpi_engine.meetings import canonical, captured, checking, privacy
from kpi_engine.meetings.document import Document, Part
from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.who import Who
from kpi_engine.people import directory, private
from kpi_engine.people.trail import Trail
from kpi_engine.warehouse import files

_INTO = "the data folder (else the one of the settings)"
_PACKS = {".pdf": "pdf", ".html": "html", ".pptx": "pptx", ".xlsx": "xlsx", ".zip": "images", ".docx": "minutes"}
_PARTS = {"1": Part.OPEN, "both": None}


def wire(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``meetings`` and what belongs to it to the command line's grammar."""
    top = commands.add_parser("meetings", help="frozen meetings: list, verify, export, remove; what was written down")
    doing = top.add_subparsers(dest="doing", required=True, metavar="WHAT")

    listed = doing.add_parser("list", help="drafts and frozen versions")
    listed.add_argument("--format", choices=("table", "json"), default="table")
    listed.set_defaults(run=list_all)

    verify = doing.add_parser("verify", help="read every frozen document; 1 when one is not as it was frozen")
    verify.set_defaults(run=verify_all)

    export = doing.add_parser("export", help="write a frozen meeting to a file")
    export.add_argument("meeting", metavar="MEETING", help="its name in links, such as board-2026-11-26")
    export.add_argument("to", metavar="FILE", help=f"what the name ends in decides: .json, {', '.join(_PACKS)}")
    export.add_argument("--version", type=int, help="the version (else the newest)")
    export.add_argument("--part", choices=tuple(_PARTS), default="1", help="part 1 alone (default), or both parts")
    export.set_defaults(run=export_one)

    written = doing.add_parser("entries", help="what was written down, with every step")
    written.add_argument("--meeting", default="", help="of this meeting alone")
    written.add_argument("--user", default="", help="only what this person wrote or owns")
    written.add_argument("--name", default="", help="a name that they stand under as the owner of actions")
    written.add_argument("--format", choices=("csv", "json"), default="csv")
    written.set_defaults(run=entries)

    take = doing.add_parser("take-up", help="list a document again that “verify” found in no list")
    take.add_argument("place", metavar="PLACE", help="as “verify” names it")
    take.set_defaults(run=take_up)

    remove = doing.add_parser("remove", help="remove a meeting, or one version of it, for good")
    remove.add_argument("meeting", metavar="MEETING")
    remove.add_argument(
        "--version", type=int, help="this version alone; else all, the draft, and what was written down"
    )
    remove.set_defaults(run=remove_one)

    forget = doing.add_parser("forget", help="take a person's name out of drafts, lists and entries, for good")
    forget.add_argument("user", metavar="USER", help="what they sign in as")
    forget.add_argument("--name", default="", help="a name that they stand under as the owner of actions")
    forget.set_defaults(run=forget_person)

    erase = doing.add_parser("erase", help="erase an entry with its history, for good")
    erase.add_argument("entry", metavar="ENTRY", help="its id, as “entries” gives it")
    erase.set_defaults(run=erase_one)

    for command in (listed, verify, export, written, take, remove, forget, erase):
        command.add_argument("--from", "--into", dest="source", metavar="DIR", help=_INTO)
    for command in (remove, forget, erase):
        command.add_argument("--yes", action="store_true", help="do not ask")


def list_all(args: argparse.Namespace) -> int:
    """Print drafts and frozen versions, the latest meeting first."""
    cabinet = Cabinet(data_folder(args.source))
    drafts, frozen = cabinet.drafts(), cabinet.frozen()
    if args.format == "json":
        told = {
            "drafts": [
                {"meeting": draft.meeting, "at": draft.at.isoformat(timespec="seconds"), "by": draft.by}
                for draft in drafts
            ],
            "frozen": [
                {
                    "meeting": k.meeting, "version": k.version, "label": k.label, "sha256": k.check, "file": k.file,
                    "at": k.at.isoformat(timespec="seconds"), "by": k.by, "data_version": k.data_version,
                    "engine_version": k.engine_version,
                }
                for k in frozen
            ],
        }  # fmt: skip
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return 0
    rows = [(d.meeting, "draft", "", f"{d.at:%d %b %Y %H:%M} UTC", d.by, "") for d in drafts]
    rows += [
        (k.meeting, f"v{k.version}", canonical.short(k.check), f"{k.at:%d %b %Y %H:%M} UTC", k.by, k.data_version)
        for k in frozen
    ]
    if rows:
        print(table(("meeting", "version", "checksum", "at", "by", "data"), rows))
    else:
        print("No meeting has been prepared or frozen yet.", file=sys.stderr)
    return 0


def verify_all(args: argparse.Namespace) -> int:
    """Read every document; 1 when one is damaged, was changed, or is in no list."""
    with _opened(args, made=False) as cabinet:
        found = checking.check(cabinet)
    for each in found.damaged:
        print(f"DAMAGED: {each}", file=sys.stderr)
    for place in found.unlisted:
        print(
            f"NOT LISTED: {place} is in no list; look at it with “meetings take-up {place}”, which lists it again when "
            "it is whole, or delete it",
            file=sys.stderr,
        )
    for kept in found.unpinned:
        print(
            f"The data of {kept.label} ({kept.data_version}) are not held for it any more; it is whole itself.",
            file=sys.stderr,
        )
    count, confirmed = len(found.whole), found.confirmed
    print(f"{count} frozen {'version is' if count == 1 else 'versions are'} whole; the trail confirms {confirmed}.")
    return 1 if found.damaged or found.unlisted else 0


def export_one(args: argparse.Namespace) -> int:
    """Write a frozen version to a file."""
    cabinet, to = Cabinet(data_folder(args.source)), Path(args.to)
    newest = cabinet.latest(args.meeting)
    if newest is None:
        raise UsageError(f"there is no frozen meeting {args.meeting!r}; “meetings list” names them")
    document, check = cabinet.read(args.meeting, args.version or newest.version)
    content = _content(cabinet, document, check, to.suffix.lower(), _PARTS[args.part])
    try:
        files.put(to, lambda beside: _fill(beside, content))
    except OSError as error:
        raise CannotBeKept(f"{to} cannot be written ({error.strerror}); nothing has been changed") from error
    what = "both parts" if args.part == "both" else "Part 1 alone"
    print(f"Wrote {document.label} ({canonical.short(check)}) to {to}: {what}.")
    return 0


def entries(args: argparse.Namespace) -> int:
    """Print every step of every entry."""
    user = directory.key(args.user) if args.user else ""
    found = privacy.rows(Cabinet(data_folder(args.source)), args.meeting, user, args.name)
    if args.format == "json":
        json.dump([row._asdict() for row in found], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(comma_separated(privacy.Row._fields, [[_plain(cell) for cell in row] for row in found]))
    if not found:
        print("Nothing of that kind has been written down.", file=sys.stderr)
    return 0


def take_up(args: argparse.Namespace) -> int:
    """List a document again that no list has."""
    with _opened(args) as cabinet:
        kept = checking.take_up(cabinet, args.place, _me())
    print(f"{kept.label} ({canonical.short(kept.check)}) is listed again.")
    return 0


def remove_one(args: argparse.Namespace) -> int:
    """Remove a version, or a meeting with all that belongs to it."""
    what = f"version {args.version} of {args.meeting}"
    if args.version is None:
        what = f"{args.meeting}: its draft, all its versions and everything written down at it"
    if not agreed(args, f"This removes {what} for good; it cannot be undone."):
        return nothing()
    with _opened(args) as cabinet:
        if args.version is None:
            count = privacy.remove_meeting(cabinet, trail.who(), args.meeting)
            print(f"Removed {args.meeting} with {count} frozen {'version' if count == 1 else 'versions'}.")
        else:
            print(f"Removed {cabinet.remove(args.meeting, args.version, _me()).label}.")
    print("Backups of the data folder, and packs that were sent out, may still hold it.")
    return 0


def forget_person(args: argparse.Namespace) -> int:
    """Take a person's name out; 1 while a text or a frozen document still names them."""
    user = directory.key(args.user)
    if not agreed(args, f"This takes the name of {user} out of all meetings for good; it cannot be undone."):
        return nothing()
    with _opened(args) as cabinet:
        done = privacy.forget(cabinet, trail.who(), user, args.name)
    print(f"Removed the name from {done.places} places.")
    if not done.still_named:
        return 0
    print(
        f"Still named within: {', '.join(done.still_named)}. “meetings erase” erases an entry; a frozen version "
        "cannot be changed, and can be removed whole with “meetings remove … --version”.",
        file=sys.stderr,
    )
    return 1


def erase_one(args: argparse.Namespace) -> int:
    """Erase an entry with its history."""
    if not agreed(args, f"This erases entry {args.entry} with its whole history for good; it cannot be undone."):
        return nothing()
    with _opened(args) as cabinet:
        privacy.erase(cabinet, trail.who(), args.entry)
    print(f"Erased entry {args.entry}. Backups of the data folder may still hold it.")
    return 0


def _content(cabinet: Cabinet, document: Document, check: str, suffix: str, part: Part | None) -> bytes:
    if suffix == ".json":
        if part is not None and any(item.part is not part for item in document.items):
            raise UsageError("a .json file is the document itself, which has both parts; say so with --part both")
        return canonical.to_bytes(document)
    if suffix not in _PACKS:
        raise UsageError(
            f"a meeting is written as .json, {', '.join(_PACKS)}; not as {suffix or 'a name without ending'}"
        )
    name = _PACKS[suffix]
    # Loaded when it is asked for: the libraries behind a pack take longer to load than most commands take to run.
    try:
        make = getattr(importlib.import_module(f"kpi_engine.packs.{name}"), name)
    except ModuleNotFoundError as error:
        raise UsageError(f"{error.name} is not installed, so that no {suffix} file can be made") from error
    if name == "minutes":
        return bytes(make(document, check, captured.entries(cabinet, document.meeting), part))
    return bytes(make(document, check, part))


def _fill(path: Path, content: bytes) -> None:
    path.write_bytes(content)


@contextlib.contextmanager
def _opened(args: argparse.Namespace, made: bool = True) -> Iterator[Cabinet]:
    """The cabinet with the trail; reading makes no trail where there is none."""
    path = settings.load().private_folder / private.TRAIL
    if not made and not path.is_file():
        yield Cabinet(data_folder(args.source))
        return
    with Trail(path) as opened:
        yield Cabinet(data_folder(args.source), opened)


def _me() -> Who:
    """Whoever may run commands here has the files themselves."""
    return Who(Viewer(trail.who(), Role.ADMIN), trail.who())


def _plain(cell: object) -> object:
    """What somebody typed is never a spreadsheet's formula, which may begin with a minus sign too."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith("-") else cell
