"""Every measure that facts may carry. KPIs are declared over these; layouts fill them.

Series: ``published`` (DfE performance tables, wide and tidy), ``return`` (the trust's own), ``census`` (DfE absence
by school), ``daily`` (registers), ``ees`` (Explore Education Statistics), ``graded`` and ``report_card`` (Ofsted),
``sustained`` (DfE destinations, a late proxy), ``aar`` (accounts returns' definition of staff costs) and ``all_staff``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kpi_engine.measures import governance, outcomes, people
from kpi_engine.measures.pools import POOLS, Pool
from kpi_engine.measures.shared import PRIMARY, SECONDARY, SIXTH_FORM
from kpi_engine.model import Measure

__all__ = ["MEASURES", "POOLS", "PRIMARY", "SECONDARY", "SIXTH_FORM", "Pool"]

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {measure.id: measure for module in (governance, outcomes, people) for measure in module.MEASURES}
)
"""All measures by id."""
