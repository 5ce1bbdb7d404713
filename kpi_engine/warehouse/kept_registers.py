"""The durable copy of attendance marks: the registers as Parquet, a row for each enrolment."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kpi_engine.errors import Damaged
from kpi_engine.intake.registers import HALF_DAYS, LEGEND, Registers
from kpi_engine.warehouse import files

_ROWS = 20_000


def content_of(registers: Registers) -> str:
    """The checksum of the marks and of whose they are."""
    digest = hashlib.sha256("\x1f".join(LEGEND).encode())
    for column in (registers.pupils, registers.urns, registers.years, registers.first_rows):
        digest.update("\x1e".join(str(cell) for cell in column).encode())
    digest.update(np.ascontiguousarray(registers.grid).data)
    return digest.hexdigest()[:32]


def write(path: Path, registers: Registers) -> None:
    """Write registers whose pupils are keyed hashes, in one step; the file says what the numbers in it mean."""
    grid = np.ascontiguousarray(registers.grid)
    columns = pa.table(
        {
            "pupil": pa.array(registers.pupils, pa.string()),
            "urn": pa.array(registers.urns, pa.string()),
            "academic_year": pa.array(registers.years, pa.string()),
            "first_row": pa.array(registers.first_rows, pa.int64()),
            "marks": pa.FixedSizeBinaryArray.from_buffers(pa.binary(HALF_DAYS), len(grid), [None, pa.py_buffer(grid)]),
        }
    ).replace_schema_metadata({b"legend": json.dumps(LEGEND).encode()})
    files.put(
        path,
        lambda beside: pq.write_table(columns, beside, compression="zstd", row_group_size=_ROWS, use_dictionary=False),
    )


def read(table: pa.Table, name: str) -> Registers | None:
    """The registers of a kept copy; None when it is an ordinary table. Damaged when its codes are not known."""
    legend = (table.schema.metadata or {}).get(b"legend")
    if legend is None:
        return None
    try:
        meaning = np.array([LEGEND.index(code) for code in json.loads(legend)], dtype=np.uint8)
    except ValueError as error:
        raise Damaged(f"the kept copy of {name} has register codes that this engine does not know") from error
    parts = [
        np.frombuffer(chunk.buffers()[1], dtype=np.uint8)[chunk.offset * HALF_DAYS :][: len(chunk) * HALF_DAYS]
        for chunk in table.column("marks").chunks
    ]
    grid = np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint8)
    text = {name: np.array(table.column(name).to_pylist(), dtype=object) for name in ("pupil", "urn", "academic_year")}
    first_rows = table.column("first_row").to_numpy()
    if not np.array_equal(meaning, np.arange(len(meaning))):
        grid = meaning[grid]
    return Registers(text["pupil"], text["urn"], text["academic_year"], first_rows, grid.reshape(-1, HALF_DAYS))
