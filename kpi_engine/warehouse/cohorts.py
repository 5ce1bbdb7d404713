"""Cohorts that a publisher prints in a file of its own, joined to the percentages they belong to.

DfE's tidy KS2 release gives each school's percentages in one file and its pupils in another; only the two together
have a numerator and a denominator, and so a figure for the trust.
"""

from __future__ import annotations

import pandas as pd

from kpi_engine.measures import MEASURES
from kpi_engine.model import DIMENSIONS

COHORTS = {
    measure.id: "ks2_cohort"
    for measure in MEASURES.values()
    if measure.id.startswith("ks2_") and measure.id != "ks2_cohort"
}
"""Measure -> the measure that counts its cohort."""

BY_ALL_PUPILS = "weighted by all pupils at the end of KS2, as the file does not say how many have a score"
_KEY = ["academic_year", "urn", "period", *DIMENSIONS]


def with_cohorts(facts: pd.DataFrame) -> pd.DataFrame:
    """The facts, with n and d where a published figure came without them and its cohort was loaded.

    Scores are weighted by the whole cohort, and say so in ``detail``. Nothing that has a denominator is touched.
    """
    cohorts = facts[facts["measure"].isin(set(COHORTS.values())) & facts["published_value"].notna()]
    lacking = (
        facts["measure"].isin(list(COHORTS))
        & (facts["series"] == "published")
        & facts["published_value"].notna()
        & facts["denominator"].isna()
    )
    if cohorts.empty or not lacking.any():
        return facts
    people = cohorts.drop_duplicates(_KEY).set_index(_KEY)["published_value"]
    wanted = pd.MultiIndex.from_frame(facts.loc[lacking, _KEY])
    found = pd.Series(people.reindex(wanted).to_numpy(), index=facts.index[lacking])
    found = found[found.notna() & (found > 0)]
    out = facts.copy()
    rows = found.index
    factors = out.loc[rows, "measure"].map({id: MEASURES[id].factor for id in COHORTS})
    out.loc[rows, "denominator"] = found
    out.loc[rows, "people"] = found
    out.loc[rows, "numerator"] = out.loc[rows, "published_value"] * found / factors
    scores = out.loc[rows, "measure"].str.endswith("_progress")
    unsaid = rows[(scores & out.loc[rows, "detail"].isna()).to_numpy()]
    out["detail"] = out["detail"].astype(object)
    out.loc[unsaid, "detail"] = BY_ALL_PUPILS
    return out
