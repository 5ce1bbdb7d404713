"""Pupils' ids at the door of the data folder: only hashes with the folder's own key come in.

The key is made when the first pupil-level extract is loaded. It lies in the private folder, under the data folder's own
id (``state/folder-id``), so that neither the data folder nor a backup of it holds what could lead back to a pupil, and
so that the data folder can be moved. Without it nobody can tell whose rows are whose, nor try out ids; with it the same
pupil is the same in every extract. Whoever loses it loses nothing but that: no figure that is loaded needs it, and a
new key is made for what is loaded from then on.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from kpi_engine.errors import Damaged, WarehouseError
from kpi_engine.intake.layout import Column, Layout, own_name
from kpi_engine.intake.table import RawTable
from kpi_engine.people import private as own
from kpi_engine.warehouse import files
from kpi_engine.warehouse.resolve import Message

ID_FILE = "folder-id"
FORMER_KEY = "pupil.key"
"""Where the key was, in ``state/``, before it was kept apart from the data."""


def key_path(root: Path, private: Path) -> Path:
    """Where the folder's key is or would be; the folder is given its id when it has none."""
    path = root / "state" / ID_FILE
    if not path.is_file():
        files.put_text(path, secrets.token_hex(8) + "\n")
    id = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch("[0-9a-f]{16}", id):
        raise Damaged(f"state/{ID_FILE} does not hold an id; remove it, or restore a backup")
    return private / f"pupil-{id}.key"


def key_of(root: Path, private: Path | None) -> tuple[bytes, bool]:
    """The folder's key, and whether it had to be made.

    Raises WarehouseError without a private folder or with one inside the data folder, PeopleError for a file that
    holds no key.
    """
    if private is None:
        raise WarehouseError("pupil-level extracts need a private folder, where the key of pupils' ids is kept")
    if private.resolve().is_relative_to(root.resolve()):
        raise WarehouseError(
            f"the private folder {private} is inside the data folder, so that whoever is given the data is given the "
            "key of pupils' ids; choose another with [private] folder or TRUST_KPI_PRIVATE"
        )
    path = key_path(root, private)
    there = path.is_file()
    return own.secret(own.make(private), path.name), not there


def mark_of(key: bytes) -> str:
    """A short name by which one key is told from another; it leads to no key."""
    return hashlib.blake2b(key, digest_size=4, person=b"mark").hexdigest()


def moved_out(root: Path, private: Path | None) -> tuple[Message, ...]:
    """Move a key that is still in ``state/`` to the private folder, and say so. The caller holds the lock.

    A key that is there already stays, since it is the newer one (a restored backup may hold the older).
    """
    former = root / "state" / FORMER_KEY
    if private is None or not former.is_file():
        return ()
    path = key_path(root, private)
    if not path.exists():
        own.put(own.make(private) / path.name, former.read_bytes())
    files.remove(former)
    text = (
        f"the key of pupils' ids was in the data folder (state/{FORMER_KEY}) and is now {path}; backups that were made "
        "before still hold it"
    )
    return (Message("moved", text),)


def forget(root: Path, private: Path | None) -> None:
    """Remove the folder's key for good: what is left anywhere of its hashes leads to nobody any more."""
    if private is not None and (root / "state" / ID_FILE).is_file():
        with contextlib.suppress(Damaged):
            files.remove(key_path(root, private))


def keyed(ids: Sequence[str], key: bytes) -> list[str]:
    """A hash of 32 characters for each id: BLAKE2b with a key (RFC 7693), so that it cannot be guessed without it."""
    return [hashlib.blake2b(id.encode("utf-8", "surrogatepass"), digest_size=16, key=key).hexdigest() for id in ids]


def at_the_door(table: RawTable, layout: Layout, key: bytes) -> RawTable:
    """The table with keyed hashes in place of the pupils' ids, and without the ids."""
    if layout.masked is None:
        return table
    if table.registers is not None:
        place, unique = pd.factorize(table.registers.pupils)
        hashes = np.array(keyed([str(id) for id in unique], key), dtype=object)
        return replace(table, registers=table.registers.renamed(hashes[place]), source=None)
    name = own_name(table, Column(layout.masked))
    if name is None or table.ids is None:
        return table
    numbers = dict(zip((str(at) for at in range(1, len(table.ids) + 1)), keyed(table.ids, key), strict=True))
    frame = table.frame.assign(**{name: table.frame[name].map(numbers).fillna("").astype("str")})
    return replace(table, frame=frame, ids=None)
