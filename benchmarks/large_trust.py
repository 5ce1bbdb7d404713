"""A version file as large as the largest trust's: 100 invented academies and ten years, made from the sample trust.

Each academy repeats the figures of one of the sample's academies of today; where a measure has fewer than ten years,
its years come again. The figures say nothing; how many there are, and how they lie in the file, is what counts.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from kpi_engine import years
from kpi_engine.model import Academy
from kpi_engine.warehouse.schema import ORDER, ROSTER_COLUMNS
from kpi_engine.warehouse.store import Store

ACADEMIES = 100
YEARS = 10
_KEPT_WHEN_REPEATED = ("Year", "YTD", "Autumn", "Spring", "Summer")


def make(sample: Path, path: Path) -> int:
    """Write the version file at ``path`` from the sample's version file; how many facts it has."""
    with Store(sample) as store:
        today = store.meta.as_at.isoformat()
        academies = sorted((a for a in store.roster() if not (a.left and a.left < today)), key=lambda a: a.urn)
        newest = years.start_of(years.year_of(store.meta.as_at))
        tables = [name for name in store.counts() if name not in ("facts", "roster")]
        held = {
            measure: sorted({shape.academic_year for shape in store.shapes(measure)}) for measure in store.measures()
        }
    copies = [(str(800001 + number), academies[number % len(academies)]) for number in range(ACADEMIES)]
    span = [years.label(start) for start in range(newest - YEARS + 1, newest + 1)]
    spans = [
        (measure, year, year if year in known else known[place % len(known)])
        for measure, known in held.items()
        for place, year in enumerate(span)
    ]
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"ATTACH '{str(sample).replace(chr(39), chr(39) * 2)}' AS sample (READ_ONLY)")
        for name in tables:
            connection.execute(f'CREATE TABLE "{name}" AS FROM sample."{name}"')
        connection.execute("CREATE TEMP TABLE places (urn VARCHAR, source VARCHAR)")
        connection.executemany("INSERT INTO places VALUES (?, ?)", [(urn, own.urn) for urn, own in copies])
        connection.execute("CREATE TEMP TABLE spans (measure VARCHAR, academic_year VARCHAR, source VARCHAR)")
        connection.executemany("INSERT INTO spans VALUES (?, ?, ?)", spans)
        periods = ", ".join(f"'{period}'" for period in _KEPT_WHEN_REPEATED)
        connection.execute(f"""
            CREATE TABLE facts AS
            SELECT f.* REPLACE (coalesce(p.urn, f.urn) AS urn, s.academic_year AS academic_year)
            FROM sample.facts f
            JOIN spans s ON s.measure = f.measure AND s.source = f.academic_year
            LEFT JOIN places p ON p.source = f.urn
            WHERE (s.academic_year = s.source OR f.period IN ({periods}))
                AND (p.urn IS NOT NULL OR f.urn IN ('central', 'trust'))
            ORDER BY {", ".join(f'"{name}"' for name in ORDER)}
        """)
        columns = ", ".join(f'"{name}" VARCHAR' for name in ROSTER_COLUMNS)
        connection.execute(f"CREATE TABLE roster ({columns})")
        marks = ", ".join("?" * len(ROSTER_COLUMNS))
        connection.executemany(
            f"INSERT INTO roster VALUES ({marks})",
            [_row(urn, number, own) for number, (urn, own) in enumerate(copies, 1)],
        )
        found = connection.execute("SELECT count(*) FROM facts").fetchone()
    return int(found[0]) if found else 0


def _row(urn: str, number: int, like: Academy) -> tuple[str, ...]:
    sixth_form = "Y" if like.sixth_form else "N"
    return (
        urn,
        f"Invented Academy {number:03d}",
        str(like.phase),
        "2010-09-01",
        "",
        "2010-09-01",
        "",
        "",
        sixth_form,
        "",
    )
