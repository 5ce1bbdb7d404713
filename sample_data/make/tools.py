"""Small tools that every writer of the sample trust shares: seeded chance, rounding, files."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

SEED = "wychbourne 1"
PUBLISHED = Path(__file__).with_name("published")

Cell = str | int | float | None
Row = Sequence[Cell]


def chance(*key: object) -> np.random.RandomState:
    """A generator of its own for each key. numpy keeps this generator's stream the same in every release."""
    digest = hashlib.sha256("|".join([SEED, *map(str, key)]).encode()).digest()
    return np.random.RandomState(int.from_bytes(digest[:4], "big"))


def half_up(value: float, decimals: int = 0) -> Decimal:
    """Rounds as publishers do: a half goes away from zero."""
    step = Decimal(1).scaleb(-decimals)
    return Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)


def to_hundreds(value: float) -> int:
    """An amount of money rounded to whole hundreds of pounds."""
    return round(value / 100) * 100


def plain(value: float, decimals: int = 0) -> str:
    """A number as the wide tables print it: rounded, without trailing zeros (``1``, ``-0.4``)."""
    text = format(half_up(value, decimals), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def fixed(value: float, decimals: int) -> str:
    """A number with all its decimals (``47.0``)."""
    text = format(half_up(value, decimals), "f")
    return text[1:] if text.startswith("-") and float(text) == 0 else text


def percent(part: float, whole: float, decimals: int = 0) -> str:
    """``45%`` as the wide tables print it; blank when nobody is counted."""
    return plain(100 * part / whole, decimals) + "%" if whole else ""


@cache
def table(name: str) -> list[list[str]]:
    """The rows of a file in ``published/``: real headers and England's real figures."""
    with (PUBLISHED / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def header(name: str) -> list[str]:
    """The header of a file in ``published/``."""
    return table(name)[0]


def text_of(rows: Iterable[Row], quote_all: bool = False, line: str = "\n") -> str:
    """CSV text."""
    out = io.StringIO()
    csv.writer(out, lineterminator=line, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL).writerows(
        ["" if cell is None else cell for cell in row] for row in rows
    )
    return out.getvalue()


def write(path: Path, rows: Iterable[Row], encoding: str = "utf-8", quote_all: bool = False, line: str = "\n") -> None:
    """Writes rows as CSV in the encoding that the publisher uses (``utf-8-sig`` puts a BOM in front)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text_of(rows, quote_all, line).encode(encoding))


def write_dicts(path: Path, head: Sequence[str], rows: Iterable[Mapping[str, Any]], **how: Any) -> None:
    """Writes mappings under a header; a column that a mapping lacks stays blank, one too many is an error."""
    known = set(head)
    out: list[Row] = [list(head)]
    for row in rows:
        unknown = set(row) - known
        if unknown:
            raise KeyError(f"{path.name} has no column {sorted(unknown)}")
        out.append([row.get(name, "") for name in head])
    write(path, out, **how)


def settle_workbook(path: Path, moment: str) -> None:
    """Takes the clock out of a saved workbook, so that two runs give the same bytes."""
    with zipfile.ZipFile(path) as old:
        parts = [(info.filename, old.read(info.filename)) for info in old.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as new:
        for name, data in sorted(parts):
            if name == "docProps/core.xml":
                start, _, rest = data.decode().partition("<dcterms:modified")
                tag, _, tail = rest.partition(">")
                _, _, end = tail.partition("</dcterms:modified>")
                data = f"{start}<dcterms:modified{tag}>{moment}</dcterms:modified>{end}".encode()
            info = zipfile.ZipInfo(name, (2026, 11, 14, 0, 0, 0))
            info.external_attr = 0o600 << 16
            info.create_system = 0
            new.writestr(info, data)


def year_label(start: int) -> str:
    """2025 -> ``2025/26``."""
    return f"{start}/{(start + 1) % 100:02d}"


def time_period(start: int) -> str:
    """2025 -> ``202526``, as Explore Education Statistics writes it."""
    return f"{start}{(start + 1) % 100:02d}"


def release(start: int) -> str:
    """2018 -> ``2018-2019``, as the performance tables name their files."""
    return f"{start}-{start + 1}"


@cache
def england(measure: str, start: int, phase: str | None = None, group: str = "all") -> float | None:
    """England's published figure, or None where there is none at hand."""
    for row in table("national_averages.csv")[1:]:
        if row[0] == measure and row[3] == year_label(start) and row[2] == group and phase in (None, row[1]):
            return float(row[4])
    return None
