"""Thousands of damaged files: each is accepted or refused with a KpiError, nothing else escapes."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from kpi_engine.errors import KpiError
from kpi_engine.intake.layouts import all_layouts
from kpi_engine.intake.pipeline import accept
from kpi_engine.intake.read import read_bytes
from kpi_engine.intake.recognise import known_headers, shapes

REAL = Path(__file__).parents[1] / "real"
FILES = 11_000
SHARDS = 11

SEEDS = {
    "2018-2019_abs.csv": "LA,ESTAB,URN,PERCTOT,PPERSABS10\n999,2001,900001,4.2,8.1\n999,2002,900002,SUPP,SUPP\n"
    "NAT,PRI,,4.0,8.2\n",
    "governors.csv": "urn,as_at,category,places,filled,oldest_vacancy_date\n900001,2025-09-30,Parent,2,2,\n"
    '900002,2025-09-30,"Co-opted, other",3,2,2025-01-15\n',
    "cash.csv": "month,closing_cash,policy_floor,forecast_3m_low,annual_expenditure\n"
    '2025-09,"1,250,000",500000,900000,9600000\n2025-10,1190000.50,500000,880000,9600000\n',
    "lesson_quality.csv": "urn,academic_year,term,department,reviews,good_or_better\n"
    "900001,2025/26,Autumn,Science,12,10\n900001,2025/26,Autumn,English,9,9\n",
    "pupil_attendance.csv": "urn,academic_year,period,sex,enrolments,sessions_possible,sessions_authorised,"
    "sessions_unauthorised,persistent_enrolments,severe_enrolments\n"
    "900001,2025/26,Autumn,F,100,14000,560,140,15,2\n900001,2025/26,Autumn,M,110,15400,616,154,16,2\n",
    "targets.csv": "kpi,scope,academic_year,operator,target,tolerance,owner,source\n"
    "pupil-attendance,trust,2025/26,>=,95,1,Chief executive,Board\n",
    "qa_reviews.csv": "urn,review_date,reviewer_organisation,external,scope,outcome\n"
    '900001,2025-11-04,"Northmoor ""North"" Schools",Y,Reading,"Secure\nthroughout"\n',
}
REAL_SEEDS = (
    "ofsted/excerpt_latest_2024-08-31.csv",
    "ks4/2018-2019_england_ks4provisional.csv",
    "ks4_ees/202425_national_characteristics_summary_all_state_funded_revised.csv",
)
_PIECES = (
    b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\x81",
    b"-", b"1e999", b"nan", b"inf", b"99999999999999999999", b"SUPP", b"2024-02-31", b"2025-W60", b"2025/99", b"0",
    b"=1+1", b"\xe2\x80\x93", b"\xf0\x9f\x98\x80", b"PK\x03\x04", b"%PDF", b"\x1a", b" ", b"9999-99", b"0000-00-00",
)  # fmt: skip


def _flip(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _cut(data: bytes, dice: random.Random) -> bytes:
    first, last = sorted(dice.sample(range(len(data) + 1), 2))
    return dice.choice((data[:last], data[first:], data[:first] + data[last:]))


def _insert(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(_PIECES) * dice.choice((1, 1, 1, 2, 50)) + data[at:]


def _delimiters(data: bytes, dice: random.Random) -> bytes:
    count = dice.choice((-1, 1, 5))
    return data.replace(b",", dice.choice((b";", b"\t", b"|", b",,", b" ")), count)


def _cell(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    cells = lines[at].split(b",")
    cells[dice.randrange(len(cells))] = dice.choice(_PIECES)
    lines[at] = b",".join(cells)
    return b"\n".join(lines)


def _header(data: bytes, dice: random.Random) -> bytes:
    first, _, rest = data.partition(b"\n")
    cells = first.split(b",")
    at = dice.randrange(len(cells))
    cells[at] = dice.choice((b"", b"renamed", cells[at].upper(), b" " + cells[at] + b"?", dice.choice(cells)))
    return b",".join(cells) + b"\n" + rest


def _rows(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\n")
    again = [dice.choice(lines) for _ in range(dice.choice((1, 3, 40)))]
    return b"\n".join(dice.sample(lines + again, len(lines) + len(again)) if dice.random() < 0.3 else lines + again)


def _encoding(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8", "replace") + dice.choice(("", "é\n", "\ufeff", "😀,\n"))
    return text.encode(dice.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32", "utf-7")), "replace")


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _cut, _insert, _delimiters, _cell, _cell, _header, _rows, _encoding,
)  # fmt: skip


def seeds() -> list[tuple[str, bytes]]:
    found = [(name, text.encode()) for name, text in SEEDS.items()]
    for place in REAL_SEEDS:
        data = (REAL / place).read_bytes()
        found.append((Path(place).name, b"\n".join(data.split(b"\n")[:4]) + b"\n"))
    book = openpyxl.Workbook()
    for line in SEEDS["governors.csv"].replace('"Co-opted, other"', "Other").splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    stream = io.BytesIO()
    book.save(stream)
    found.append(("governors.xlsx", stream.getvalue()))
    stream = io.BytesIO()
    pd.read_csv(io.StringIO(SEEDS["lesson_quality.csv"])).to_parquet(stream)
    found.append(("lesson_quality.parquet", stream.getvalue()))
    return found


@pytest.mark.parametrize("shard", range(SHARDS))
def test_nothing_but_a_kpi_error_escapes_from_a_damaged_file(shard: int) -> None:
    dice = random.Random(20_260_901 + shard)
    every, known = shapes(all_layouts()), known_headers(all_layouts())
    makers = {layout.id: layout.produce for layout in all_layouts()}
    plants = seeds()
    outcomes: Counter[str] = Counter()
    for number in range(FILES // SHARDS):
        name, data = dice.choice(plants)
        for _ in range(dice.choice((1, 1, 2, 3))):
            data = dice.choice(MUTATIONS)(data, dice) or b"\n"
        try:
            tables = read_bytes(data, display_name=name, known=known)
            examined = accept(tables, name, every=every, year=dice.choice((None, "2018/19")))
            if number % 8 == 0:
                for item in examined.accepted:
                    makers[item.layout](item)
        except KpiError as error:
            refused: list[KpiError] = [error]
        except Exception as error:  # noqa: BLE001 - whatever escapes is what the test is about
            pytest.fail(f"{type(error).__name__}: {error}; shard {shard}, file {number}, {name}: {data[:2000]!r}")
        else:
            refused = [rejection.error for rejection in examined.rejected]
            assert examined.accepted or refused
            outcomes["accepted"] += len(examined.accepted)
        for each in refused:
            assert name in str(each)
            outcomes[type(each).__name__] += 1
    assert outcomes["accepted"] > 50
    assert outcomes["WrongContent"] > 50
    assert outcomes["UnknownLayout"] > 20
