"""The agenda in its order, as a component: rows that are moved with the mouse, a finger or the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from ui.sign_in.server.doors import AGENDA as NAME

_KEY = "agenda-list"
_SAID = "prepare: the order that was asked for"
_FOLDER = "prepare"
_MOST = 500


def asked() -> tuple[str, ...] | None:
    """The ids of the items in the order that was asked for in this very run; None where nothing was moved."""
    found = st.session_state.pop(_SAID, None)
    order = found.get("order") if isinstance(found, Mapping) else None
    if not isinstance(order, list):
        return None
    return tuple(str(each) for each in order[:_MOST])


def show(items: Sequence[Mapping[str, str]], chosen: str) -> None:
    """Draw the rows: ``id``, ``title``, ``about`` and ``link`` of each, and which one is open."""
    data = {"items": [dict(item) for item in items], "chosen": chosen}
    _mounted()(key=_KEY, data=data, height="content", on_ordered_change=_heard)


def _heard() -> None:
    """Callbacks come before anybody is let in: what was said is put aside, and read in the course of the run."""
    st.session_state[_SAID] = getattr(st.session_state.get(_KEY), "ordered", None)


def _mounted() -> Callable[..., Any]:
    """The component, its script a file of this server: a script within the page would need a wider policy."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(NAME) is None:
        package, name = NAME.split(".")
        manager.register_from_manifest(
            ComponentManifest(package, "1", [ComponentConfig(name, _FOLDER)]), Path(__file__).parent
        )
    return _component()


@st.cache_resource(show_spinner=False)
def _component() -> Callable[..., Any]:
    return component(NAME, js="list.js", isolate_styles=False)
