"""What the server runs: the app, behind the layers that every request and every answer passes.

``python run.py`` starts it; so does ``streamlit run server.py``.
"""

import asyncio
import contextlib
import sys
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from kpi_engine.errors import SettingsError
from ui import ahead
from ui.sign_in.server.layers import layers

ROOT = Path(__file__).resolve().parent

# The files in ``pages`` are modules of the app. Left alone, Streamlit would run them as scripts of their own, for
# whoever asks for one before the app itself has run once.
PagesManager.uses_pages_directory = False


@contextlib.asynccontextmanager
async def opening(app: st.App) -> AsyncIterator[None]:
    """Read ahead, and open the browser once the server is up, where somebody sits in front of it.

    Streamlit does not open one for an ``App``.
    """
    del app
    if not st.get_option("server.headless"):
        scheme = "https" if st.get_option("server.sslCertFile") else "http"
        path = st.get_option("server.baseUrlPath").strip("/")
        address = f"{scheme}://localhost:{st.get_option('server.port')}/{path}"
        loop = asyncio.get_running_loop()
        loop.call_later(1, lambda: loop.run_in_executor(None, webbrowser.open, address))
    with ahead.reading():
        yield


try:
    around = layers(ROOT)
except SettingsError as error:
    sys.exit(f"The explorer does not start: {error}")

app = st.App(ROOT / "app.py", middleware=around, lifespan=opening)
