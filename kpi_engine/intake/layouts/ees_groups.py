"""Which pupils the rows of a tidy EES file are about: its filters as our dimensions, and what is left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from kpi_engine.intake.layouts.ees_time import by_value
from kpi_engine.intake.table import RawTable, normal
from kpi_engine.model import TOTAL

_TOTALS = frozenset({"", "total", "all", "all pupils", "all students"})
_GROUPS: Mapping[str, tuple[str, str]] = {
    "boys": ("sex", "M"),
    "male": ("sex", "M"),
    "girls": ("sex", "F"),
    "female": ("sex", "F"),
    "disadvantaged": ("disadvantage", "Y"),
    "not known to be disadvantaged": ("disadvantage", "N"),
    "not disadvantaged": ("disadvantage", "N"),
    "non-disadvantaged": ("disadvantage", "N"),
    "all other pupils": ("disadvantage", "N"),
    "all other students": ("disadvantage", "N"),
    "no sen provision": ("send", "N"),
    "no identified sen": ("send", "N"),
    "no sen": ("send", "N"),
    "sen support / sen without an ehc plan": ("send", "K"),
    "sen support": ("send", "K"),
    "education, health and care plan": ("send", "E"),
    "education, health and care plans": ("send", "E"),
    "ehc plan": ("send", "E"),
}
_FILTERS = frozenset(
    [
        "sex",
        "gender",
        "disadvantage_status",
        "fsm_status",
        "ethnicity_major",
        "ethnicity_minor",
        "first_language",
        "prior_attainment",
        "mobility",
        "sen_status",
        "sen_provision",
        "sen_primary_need",
        "sen_description",
        "month_of_birth",
        "breakdown",
    ]
)
_NOT_FILTERS = frozenset(
    [
        "time_period",
        "time_identifier",
        "geographic_level",
        "country_code",
        "country_name",
        "region_code",
        "region_name",
        "old_la_code",
        "new_la_code",
        "la_name",
        "school_urn",
        "school_laestab",
        "school_name",
        "trust_id",
        "trust_name",
        "trust_uid",
        "version",
        "breakdown_topic",
        "education_phase",
        "school_type",
        "establishment_type_group",
        "institution_group",
        "institution_type",
        "academy_type",
        "academy_open_date",
        "data_type",
        "subject",
        "exam_cohort",
        "cohort_level_group",
        "cohort_level",
        "destination_group",
        "destination_description",
        "destination_year",
        "absence_terms",
    ]
)


def breakdowns(table: RawTable, own: Collection[str] = ()) -> tuple[dict[str, pd.Series[str]], pd.Series[bool]]:
    """Our dimensions from a file's filters, and which rows they can be said of.

    A filter is a column of a known name, or any other one that has the value ``Total``, except those in
    ``own``, which the layout reads itself. A row is kept when each of its filters is either ``Total`` or
    one of our groups (sex, disadvantage, SEN provision). Ethnicity, language, prior attainment, all SEN
    together and so on are left out: they are neither a total nor a part that may be added.
    """
    index = table.frame.index
    keep = pd.Series(True, index=index)
    found: dict[str, pd.Series[str]] = {}
    skipped = {normal(name) for name in (*_NOT_FILTERS, *own)}
    known = {normal(name) for name in _FILTERS}
    for name, column in table.columns.items():
        if name in skipped:
            continue
        text = table.frame[column]
        if name not in known and not text.isin(["Total", "total", "TOTAL"]).any():
            continue
        group = by_value(text, lambda value: _GROUPS.get(value.strip().casefold(), (None, None))[0])
        code = by_value(text, lambda value: _GROUPS.get(value.strip().casefold(), (None, None))[1])
        keep &= group.notna() | by_value(text, _is_total).notna()
        for dimension in group.dropna().unique():
            part = code.where(group == dimension, TOTAL)
            before = found.get(dimension)
            if before is not None:
                keep &= (before == part) | (before == TOTAL) | (part == TOTAL)
                part = part.where(part != TOTAL, before)
            found[dimension] = part
    if table.has("breakdown_topic"):
        broken = pd.Series(False, index=index)
        for part in found.values():
            broken |= part != TOTAL
        keep &= broken | by_value(table.text("breakdown_topic"), _is_total).notna()
    return found, keep


def _is_total(value: str) -> str | None:
    return TOTAL if value.strip().casefold() in _TOTALS else None
