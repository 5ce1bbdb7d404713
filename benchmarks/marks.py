"""How long 50 million register marks take from a Parquet file to figures, and how much memory.

    python benchmarks/marks.py [--marks 50000000]

Makes the same invented marks every time (20 academies, 190 days a year, as many years and pupils as it takes) in a
temporary folder, then checks and loads them in a process of their own, and prints one line.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ACADEMIES = [str(900001 + number) for number in range(20)]
DAYS_A_YEAR = 190
YEARS = range(2020, 2026)
CODES = ("/", "I", "O", "M", "U", "L", "B", "X", "C", "E", "G")
_SHARES = np.cumsum([0, 0.45, 0.22, 0.08, 0.04, 0.08, 0.04, 0.03, 0.02, 0.02, 0.02])
"""Of the half-days that are not plainly present."""


def main() -> int:
    """Make, load, report."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--marks", type=int, default=50_000_000, help="about how many marks to make")
    arguments.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.load is not None:
        print(json.dumps(loaded(asked.load)))
        return 0
    with tempfile.TemporaryDirectory(prefix="marks-") as name:
        folder = Path(name)
        count = make(folder / "given", asked.marks)
        size = (folder / "given" / "marks.parquet").stat().st_size
        command = [sys.executable, __file__, "--load", str(folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
    memory = "memory not known on this system" if found["gb"] is None else f"{found['gb']:.2f} GB at most"
    print(
        f"{count:,} marks ({size / 1e6:.0f} MB): {found['seconds']:.1f} s ({found['checked']:.1f} s of it checking, "
        f"{found['busy']:.1f} s of processor time), "
        f"{memory}, {found['facts']:,} facts, {os.cpu_count()} cores"
    )
    return 0


def school_days(year: int) -> list[dt.date]:
    """190 weekdays from September, without August and the holidays at Christmas and Easter."""
    days = [dt.date(year, 9, 1) + dt.timedelta(days=number) for number in range(330)]
    off = {(12, day) for day in range(20, 32)} | {(4, day) for day in range(1, 16)}
    return [day for day in days if day.weekday() < 5 and (day.month, day.day) not in off][:DAYS_A_YEAR]


def make(folder: Path, marks: int) -> int:
    """Write academies.csv, pupils.parquet and marks.parquet; how many marks there are."""
    folder.mkdir()
    lines = [f"{urn},Academy {urn},secondary,2018-09-01,,,,,N,Wychbourne" for urn in ACADEMIES]
    header = "urn,name,phase,joined,left,opened,closed,predecessor_urn,sixth_form,local_authority"
    (folder / "academies.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    each = max(1, round(marks / (len(ACADEMIES) * len(YEARS) * DAYS_A_YEAR * 2)))
    random = np.random.default_rng(2026)
    ids = [f"A{number:012d}" for number in random.choice(10**12, size=len(ACADEMIES) * each, replace=False)]
    count = 0
    roll: dict[str, list[str]] = {name: [] for name in _PUPILS}
    schema = pa.schema([(name, pa.string()) for name in ("pupil", "surname", "urn")] + [
        ("date", pa.date32()), ("session", pa.string()), ("code", pa.string())
    ])  # fmt: skip
    with pq.ParquetWriter(folder / "marks.parquet", schema, store_schema=False) as writer:
        for year in YEARS:
            days = school_days(year)
            for number, urn in enumerate(ACADEMIES):
                own = ids[number * each : (number + 1) * each]
                absent = random.beta(0.8, 9, size=each)
                draw = random.random((len(days), 2, each))
                code = np.where(draw < 1 - absent, 0, np.searchsorted(_SHARES, random.random(draw.shape), "right"))
                code[(draw >= 1 - absent) & (code >= len(CODES))] = 1
                writer.write_table(_table(own, urn, days, code, schema))
                count += code.size
                _on_roll(roll, own, urn, f"{year}/{(year + 1) % 100:02d}", random)
    pq.write_table(pa.table(roll), folder / "pupils.parquet")
    return count


def _table(ids: list[str], urn: str, days: list[dt.date], code: np.ndarray, schema: pa.Schema) -> pa.Table:
    """A year of an academy, as a register is kept: day by day, half-day by half-day, pupil by pupil."""
    rows, pupils = code.size, len(ids)

    def words(numbers: np.ndarray, values: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), pa.array(values)).cast(pa.string())

    columns = {
        "pupil": words(np.tile(np.arange(pupils), rows // pupils), ids),
        "surname": words(np.tile(np.arange(pupils), rows // pupils), [f"Surname {n}" for n in range(pupils)]),
        "urn": words(np.zeros(rows), [urn]),
        "date": pa.array(np.repeat(np.array(days, dtype="datetime64[D]"), 2 * pupils)),
        "session": words(np.tile(np.repeat([0, 1], pupils), len(days)), ["AM", "PM"]),
        "code": words(code.reshape(-1), list(CODES)),
    }
    return pa.table(columns, schema=schema)


_PUPILS = (
    "pupil", "urn", "academic_year", "year_group", "sex", "disadvantage", "send", "looked_after", "from", "to"
)  # fmt: skip


def _on_roll(roll: dict[str, list[str]], ids: list[str], urn: str, year: str, random: np.random.Generator) -> None:
    count = len(ids)
    roll["pupil"] += ids
    roll["urn"] += [urn] * count
    roll["academic_year"] += [year] * count
    for name, words, shares in (
        ("year_group", ["7", "8", "9", "10", "11"], None),
        ("sex", ["F", "M"], None),
        ("disadvantage", ["Y", "N"], [0.26, 0.74]),
        ("send", ["N", "K", "E"], [0.82, 0.14, 0.04]),
        ("looked_after", ["Y", "N"], [0.01, 0.99]),
    ):
        roll[name] += random.choice(words, size=count, p=shares).tolist()
    roll["from"] += [""] * count
    roll["to"] += [""] * count


def loaded(folder: Path) -> dict[str, float | int | None]:
    """Check and load the files of a folder, timed from the first byte read to the version in place."""
    from kpi_engine.intake.pipeline import examine
    from kpi_engine.warehouse.folder import load

    start, busy = time.perf_counter(), time.process_time()
    examined = examine([folder / "given"])
    if examined.rejected:
        raise SystemExit("\n".join(str(each.error) for each in examined.rejected))
    checked = time.perf_counter() - start
    report = load(examined.accepted, folder / "data", private=folder / "private")
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "checked": checked,
        "busy": time.process_time() - busy,
        "gb": _peak(),
        "facts": report.rows["facts"],
    }


def _peak() -> float | None:
    """The most memory that this process has held, in GB; None where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1e9 if sys.platform == "darwin" else used * 1024 / 1e9


if __name__ == "__main__":
    raise SystemExit(main())
