"""NEET and activity not known at 16 and 17, by local authority (NCCIS): England's rows only.

The figures are averages of December, January and February of residents aged 16 and 17, not of a school's
leavers, so they are context beside the KPIs and carry a series of their own, ``nccis``. A calendar label
means the winter that ends in it: 2022 is December 2021 to February 2022 and stands under 2021/22.

Three spellings of the file: the local authority dashboard (``NEET_percent``, ``NEET_not_known_percent``,
``Cohort_DJFavg``), the release of 2025 (``NEETprop``, ``NEETNKprop``, ``avgcohort``) and that of 2026
(``neet_percent``, ``neet_nk_percent``, ``avg_cohort_count``, ages as ``16 to 17``). Only rows of all young
people are read.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kpi_engine import years
from kpi_engine.errors import Finding
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts.common import national, number, published
from kpi_engine.intake.layouts.wide_common import england, only
from kpi_engine.intake.table import RawTable

_AGES = ("16-17", "16 to 17")


@dataclass(frozen=True, slots=True)
class _Spelling:
    neet: str
    neet_or_unknown: str
    cohort: str
    neet_count: str
    neet_or_unknown_count: str


_DASHBOARD = _Spelling("NEET_percent", "NEET_not_known_percent", "Cohort_DJFavg", "", "")
_OF_2025 = _Spelling("NEETprop", "NEETNKprop", "avgcohort", "avgNEET", "avgNEETNK")
_OF_2026 = _Spelling("neet_percent", "neet_nk_percent", "avg_cohort_count", "avg_neet_count", "avg_neet_nk_count")


def _year(label: str) -> str:
    """2021/22 from the calendar label ``2022``, and from ``202122``."""
    return years.label(int(label) - 1) if len(label) == len("2022") else years.parse_year(label)


def _produce(item: Accepted, spelling: _Spelling) -> Produced:
    table = item.table
    age = table.text("age").str.lower()
    grouping = table.text("characteristic_grouping").str.lower()
    wanted = (table.text("geographic_level") == "National") & age.isin(_AGES) & grouping.isin(("", "total"))
    frames: list[pd.DataFrame] = []
    for label in table.text("time_period")[wanted].unique():
        part = only(item, wanted & (table.text("time_period") == label))
        cohort = number(part, spelling.cohort)
        for measure, share, count in (
            ("y11_neet", spelling.neet, spelling.neet_count),
            ("y11_neet_or_unknown", spelling.neet_or_unknown, spelling.neet_or_unknown_count),
        ):
            frames.append(
                published(
                    part,
                    measure,
                    england(part),
                    number(part, share),
                    cohort,
                    numerator=number(part, count) if count else None,
                    series="nccis",
                    academic_year=_year(label),
                    phase="all",
                )
            )
    return {"national": national(frames)}


def _labels(table: RawTable) -> list[Finding]:
    text = table.text("time_period")
    wrong = text[~text.str.fullmatch(r"20\d\d(\d\d)?").fillna(False).astype(bool)]
    return [
        Finding(table.file, "is not a year", row, "time_period", value, "a year as 2022")
        for row, value in zip(wrong.index.tolist(), wrong.tolist(), strict=True)
    ]


def _layout(id: str, spelling: _Spelling) -> Layout:
    return Layout(
        id=id,
        title="NEET and activity not known, ages 16 and 17",
        publisher="Department for Education",
        dataset="nccis",
        needs=(
            "time_period",
            "geographic_level",
            "age",
            spelling.neet,
            spelling.neet_or_unknown,
            spelling.cohort,
        ),
        columns=(
            Column("time_period", filled=True),
            Column("geographic_level", filled=True),
            Column("age", filled=True),
            Column(spelling.neet, Kind.PERCENT),
            Column(spelling.neet_or_unknown, Kind.PERCENT),
            Column(spelling.cohort, Kind.AMOUNT),
        ),
        produce=lambda item: _produce(item, spelling),
        checks=(_labels,),
        one_year=False,
    )


LAYOUTS = (
    _layout("nccis_dashboard", _DASHBOARD),
    _layout("nccis_2025", _OF_2025),
    _layout("nccis_2026", _OF_2026),
)
