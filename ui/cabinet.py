"""The cabinet of meetings of the trust that is shown, and who opens it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from kpi_engine.meetings.keeping import Cabinet
from kpi_engine.meetings.who import Who
from ui.context import Context
from ui.sign_in import record


def of(context: Context) -> Cabinet:
    """The cabinet in the trust's data folder; for the invented trust one that goes when the explorer stops."""
    if context.sample:
        return Cabinet(Path(_sample_place().name))
    return Cabinet(context.settings.data_folder, record.trail(context.settings.private_folder))


def who(context: Context) -> Who:
    """Whoever looks, as the cabinet knows them."""
    return Who(context.viewer, context.admission.name)


@st.cache_resource(show_spinner=False)
def _sample_place() -> tempfile.TemporaryDirectory[str]:
    """A folder for the owner alone that is removed when the server ends."""
    return tempfile.TemporaryDirectory(prefix="trust-kpi-meetings-", ignore_cleanup_errors=True)
