"""The deck as a component of Streamlit: its files, what it is sent, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from ui.sign_in.server.doors import DECK as NAME

_KEY = "deck"
_SAID = "deck: what the browser said"
_FOLDER = "deck"
_MOST = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What the browser says with one message: which deck it holds already, what was written down, and which academy's
    figures the data are asked for. Nothing of it is checked yet but its shape."""

    number: int = 0
    have: str = ""
    write: tuple[Mapping[str, object], ...] = ()
    item: str = ""
    academy: str = ""


def said() -> Said | None:
    """What the browser has said for this very run; None where it has said nothing."""
    return _read(st.session_state.pop(_SAID, None))


def show(data: Mapping[str, Any]) -> None:
    """Have the deck in the page. All slides are in ``data`` until the browser says that it holds them."""
    st.html('<p class="deck-opens" role="status">The meeting is being opened …</p>')
    _mounted()(key=_KEY, data=dict(data), height="content", on_said_change=_heard)


def _heard() -> None:
    """Callbacks come before anybody is let in: what was said is put aside, and read in the course of the run."""
    found = st.session_state.get(_KEY)
    st.session_state[_SAID] = getattr(found, "said", None)


def _mounted() -> Callable[..., Any]:
    """The component, with its script as files of this server: a script within the page would need a wider policy.

    A run of the app in a test has a registry of its own, so that it is looked up each time.
    """
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(NAME) is None:
        package, name = NAME.split(".")
        manager.register_from_manifest(
            ComponentManifest(package, "1", [ComponentConfig(name, _FOLDER)]), Path(__file__).parent
        )
    return _component()


@st.cache_resource(show_spinner=False)
def _component() -> Callable[..., Any]:
    return component(NAME, js="deck.js")


def _read(message: object) -> Said | None:
    """A message of the browser with what has not the right shape left out."""
    if not isinstance(message, Mapping):
        return None
    number, have, write, ask = (message.get(name) for name in ("number", "have", "write", "ask"))
    entries = tuple(each for each in write if isinstance(each, Mapping)) if isinstance(write, list) else ()
    asked = ask if isinstance(ask, Mapping) else {}
    return Said(
        number if isinstance(number, int) else 0,
        have if isinstance(have, str) else "",
        entries[:_MOST],
        _text(asked.get("item")),
        _text(asked.get("academy")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
