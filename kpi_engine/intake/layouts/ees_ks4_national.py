"""KS4 results of England's state-funded schools by characteristic, tidy; every year that is in it.

Read from ``…_national_characteristics_summary_all_state_funded_…`` and its longer relatives. Only National
rows of state-funded schools become benchmarks; sums and totals are printed, so n and d are exact.
"""

from __future__ import annotations

from kpi_engine.facts import FACT_COLUMNS, stack
from kpi_engine.intake.layout import Accepted, Layout, Produced
from kpi_engine.intake.layouts import ees_common as ees
from kpi_engine.intake.layouts.common import national
from kpi_engine.intake.layouts.ees_checks import one_row_each
from kpi_engine.intake.layouts.ees_ks4_schools import NEW_CHECKS, NEW_COLUMNS, ks4


def _produce(item: Accepted) -> Produced:
    return {"facts": stack([], FACT_COLUMNS), "national": national(ks4(ees.england(item, "secondary")))}


LAYOUT = Layout(
    id="ees_ks4_national",
    title="KS4 results in England by characteristic (tidy)",
    publisher="Department for Education",
    dataset="ks4_england",
    needs=(*ees.GEOGRAPHY, "pupil_count", "attainment8_sum", "attainment8_average", "engmath_95_total"),
    lacks=("school_urn", "trust_id", "social_care_group"),
    columns=NEW_COLUMNS,
    checks=(
        *NEW_CHECKS,
        one_row_each(
            *("time_period", "geographic_level", "region_code", "new_la_code", "lad_code", "pcon_code"),
            *("establishment_type_group", "breakdown_topic", "breakdown", "sex", "disadvantage_status"),
            *("fsm_status", "ethnicity_major", "ethnicity_minor", "first_language", "prior_attainment"),
            *("mobility", "sen_provision", "sen_primary_need", "ks2_scaled_score_group", "young_carer"),
            *("school_admission_type", "school_religious_character"),
        ),
    ),
    produce=_produce,
    one_year=False,
    stage_of=ees.newest_stage,
)

LAYOUTS = (LAYOUT,)
