"""Pupils' ids at the door of the data folder: only hashes with the folder's own key come in.

The key is made when the first pupil-level extract is loaded and stays in ``state/``. Without it nobody can tell whose
rows are whose, nor try out ids; with it the same pupil is the same in every extract.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from kpi_engine.errors import Damaged
from kpi_engine.intake.check import own_name
from kpi_engine.intake.layout import Column, Layout
from kpi_engine.intake.table import RawTable
from kpi_engine.warehouse import files

KEY_FILE = "pupil.key"
_BYTES = 32


def key_of(root: Path, loaded: bool) -> bytes:
    """The folder's key; a new one when there is none and no pupil-level extract is ``loaded``.

    Only its owner may read the file. Raises Damaged when the key is lost or cannot be a key, since new hashes would
    not fit those that are kept.
    """
    path = root / "state" / KEY_FILE
    remedy = "restore a backup, or unload pupils and attendance_marks and load both again"
    if not path.is_file():
        if loaded:
            raise Damaged(f"state/{KEY_FILE} is missing, without which new extracts do not fit those loaded; {remedy}")
        files.put(path, lambda beside: _write(beside, secrets.token_bytes(_BYTES)))
    if os.name != "nt":
        path.chmod(0o600)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (ValueError, UnicodeDecodeError):
        key = b""
    if len(key) != _BYTES:
        raise Damaged(f"state/{KEY_FILE} does not hold a key; {remedy}")
    return key


def _write(path: Path, key: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex())


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
