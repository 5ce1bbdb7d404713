"""The durable copies of accepted tables: Parquet, every cell text, from which any version is rebuilt."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kpi_engine.errors import Damaged, WarehouseError
from kpi_engine.intake.frames import text_frame
from kpi_engine.intake.layout import Accepted, Layout
from kpi_engine.intake.table import RawTable
from kpi_engine.warehouse import files, kept_registers
from kpi_engine.warehouse.manifest import Kept
from kpi_engine.warehouse.pseudonyms import at_the_door, mark_of

_ROW = "\u0001row"
"""The column of row numbers, named so that no file's column can clash with it."""

_DICTIONARY_FROM = 2_000
"""Rows from which cells that come again and again are better written once."""


def content_of(table: RawTable) -> str:
    """The checksum of a table's header, cells and row numbers (or of its registers)."""
    if table.registers is not None:
        return kept_registers.content_of(table.registers)
    frame = table.frame
    digest = hashlib.sha256()
    digest.update("\x1f".join(map(str, frame.index.tolist())).encode())
    cells = frame.to_numpy(dtype=object)
    for place, name in enumerate(frame.columns):
        digest.update(f"\x1e{name}\x1d".encode())
        digest.update("\x1f".join(cells[:, place].tolist()).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def keep(root: Path, item: Accepted, layout: Layout, key: bytes | None = None) -> Kept:
    """Write the durable copy of an accepted table, unless it is there, and say what is kept.

    Of pupil-level extracts the ``key``'s hashes take the place of the ids. Raises WarehouseError without a key.
    """
    if layout.masked is not None:
        if key is None:
            raise WarehouseError(f"{item.table.file} holds pupils' ids, which are not kept without a key")
        item = replace(item, table=at_the_door(item.table, layout, key))
    content = content_of(item.table)
    name = f"{item.table.sha256}-{content[:12]}.parquet"
    path = root / "inputs" / name
    if not path.exists():
        write_table(path, item.table)
    moment = dt.datetime.now(ZoneInfo("Europe/London")).isoformat(timespec="seconds")
    return Kept(
        file=item.table.file,
        sha256=item.table.sha256,
        sheet=item.table.sheet,
        rows=item.table.rows,
        layout=item.layout,
        dataset=layout.dataset,
        year=item.year,
        stage=item.stage,
        vintage=item.vintage,
        source_id=item.source_id,
        content=content,
        kept=name,
        kept_sha256=files.sha256(path),
        loaded_at=moment,
        notes=tuple(str(note) for note in item.table.notes),
        key="" if key is None or layout.masked is None else mark_of(key),
    )


def write_table(path: Path, table: RawTable) -> None:
    """A table of text as Parquet, with its row numbers, in one step; registers as they are."""
    if table.registers is not None:
        kept_registers.write(path, table.registers)
        return
    frame = table.frame
    cells = frame.to_numpy(dtype=object)
    arrays = [pa.array(frame.index.to_numpy().astype(np.int64))]
    arrays += [pa.array(cells[:, place], type=pa.string()) for place in range(cells.shape[1])]
    names = [_ROW, *(f"{place}\u0001{name}" for place, name in enumerate(frame.columns))]
    about = json.dumps({"preamble": list(table.preamble)}).encode()
    columns = pa.Table.from_arrays(arrays, names=names).replace_schema_metadata({b"kpi": about})
    # Hundreds of narrow columns with few rows: a dictionary and statistics for each would be most of the work.
    worth = len(frame) > _DICTIONARY_FROM
    files.put(
        path,
        lambda beside: pq.write_table(
            columns, beside, compression="zstd", use_dictionary=worth, write_statistics=False
        ),
    )


def read_accepted(root: Path, kept: Kept) -> Accepted:
    """An accepted table from its durable copy; Damaged when that is missing or does not match its checksum."""
    path = root / "inputs" / kept.kept
    remedy = f"restore a backup, or unload {kept.file} and load it again"
    if not path.is_file():
        raise Damaged(f"the kept copy of {kept.file} ({kept.kept}) is missing; {remedy}")
    if files.sha256(path) != kept.kept_sha256:
        raise Damaged(f"the kept copy of {kept.file} ({kept.kept}) does not match its checksum; {remedy}")
    try:
        with pq.ParquetFile(path) as file:
            columns = file.read()
    except (pa.ArrowException, OSError) as error:
        raise Damaged(f"the kept copy of {kept.file} ({kept.kept}) cannot be read; {remedy}") from error
    registers = kept_registers.read(columns, kept.file)
    if registers is not None:
        header = pd.DataFrame({name: pd.Series(dtype="str") for name in ("pupil", "urn", "date", "session", "code")})
        table = replace(RawTable.of(kept.file, kept.sha256, header, kept.sheet), registers=registers)
        return Accepted(table, kept.layout, kept.year, kept.stage, kept.vintage, kept.source_id)
    about = json.loads((columns.schema.metadata or {}).get(b"kpi", b"{}"))
    rows = columns.column(0).to_numpy()
    frame = text_frame(columns.columns[1:], [name.split("\u0001", 1)[1] for name in columns.column_names[1:]], rows)
    table = RawTable.of(kept.file, kept.sha256, frame, kept.sheet, tuple(about.get("preamble", ())))
    return Accepted(table, kept.layout, kept.year, kept.stage, kept.vintage, kept.source_id)
