"""The same figures as a group page shows, the way Streamlit's tutorials show it: for comparison, not for use.

Widgets keep their own state, the whole script runs at each change, charts come from plotly.express, tables are data
frames, and the garbage collector is left as it is. The engine is the same, opened once.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import plotly.express as px
import streamlit as st

from kpi_engine.access import EVERYTHING
from kpi_engine.catalogue import CATALOGUE, GROUPS, of_group
from kpi_engine.engine import Engine
from kpi_engine.model import TRUST


@st.cache_resource
def opened() -> Engine:
    """The engine over the data."""
    engine = Engine.open(Path(os.environ["TRUST_KPI_DATA"]))
    engine.warm()
    return engine


st.set_page_config(layout="wide")
view = opened().as_seen_by(EVERYTHING)
names = {TRUST: "All academies", **{a.urn: a.name for a in view.current_academies()}}
with st.sidebar:
    group = st.radio("Page", [g.id for g in GROUPS], key="group")
    academy = st.selectbox("Academy", list(names), format_func=names.__getitem__, key="academy")
kpi = CATALOGUE[st.selectbox("KPI", [k.id for k in of_group(group)], key="kpi")]
result = view.result(kpi.id, academy)
st.title(f"{kpi.title}: {names[academy]}")
left, right = st.columns([1, 2])
with left:
    rows = [view.result(each.id, academy) for each in of_group(group)]
    st.dataframe(pd.DataFrame({"KPI": [r.kpi for r in rows], "Value": [r.value for r in rows]}))
with right:
    st.metric(kpi.short, result.value)
    years = view.trend(kpi.id, academy)
    st.plotly_chart(
        px.line(
            pd.DataFrame({"Year": [r.academic_year for r in years], "Value": [r.value for r in years]}),
            x="Year",
            y="Value",
            markers=True,
        ),
        key="years",
    )
    side = view.compare(kpi.id)
    st.plotly_chart(
        px.bar(
            pd.DataFrame({"Academy": [r.academy_name for r in side], "Value": [r.value for r in side]}),
            x="Value",
            y="Academy",
            orientation="h",
        ),
        key="academies",
    )
    st.dataframe(pd.DataFrame([{"Academy": r.academy_name, "Value": r.value, "n": r.people} for r in side]))
