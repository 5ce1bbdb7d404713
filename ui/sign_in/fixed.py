"""Looking around the sample trust as one of three invented people. It exists only while the sample is shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from kpi_engine.access import Role
from kpi_engine.errors import SettingsError, UsageError
from kpi_engine.people.directory import Person
from ui.sign_in.protocol import Identity

VARIABLE = "TRUST_KPI_LOOK_AROUND"
"""Names one of the three to look around as without being asked; it has no effect on a trust's own data."""

_CHOSEN = "looking around as"
_LED = "900006"


@dataclass(frozen=True, slots=True)
class _Part:
    """Somebody to look around as; ``{academy}`` in the words stands for the name of the headteacher's."""

    key: str
    title: str
    name: str
    role: Role
    sees: str


_PARTS = (
    _Part(
        "headteacher",
        "A headteacher",
        "Rowan Ashdale",
        Role.HEADTEACHER,
        "Leads {academy}: sees it in full, the trust’s figure beside it, and of the other academies only what is "
        "published.",
    ),
    _Part(
        "executive",
        "The executive",
        "Imogen Farrow",
        Role.EXECUTIVE,
        "Compares all academies on all 39 KPIs. Figures that would point at one child are hidden.",
    ),
    _Part(
        "governor",
        "A governor",
        "Idris Whitlock",
        Role.GOVERNOR,
        "Reads along for the board. Nothing below an academy where the numbers are small.",
    ),
)


class Fixed:
    """The way into the sample trust. Raises UsageError when a trust's own data are shown."""

    def __init__(self, sample: bool, academies: Mapping[str, str]) -> None:
        if sample is not True:
            raise UsageError("looking around without signing in is for the sample trust only")
        self._academies = academies
        self._given = os.environ.get(VARIABLE, "")
        if self._given and self._given not in {part.key for part in _PARTS}:
            known = ", ".join(part.key for part in _PARTS)
            raise SettingsError(f"{VARIABLE} is {self._given!r}; it must be one of: {known}")

    def who(self) -> Identity | None:
        """Whom this browser tab has chosen to look around as."""
        chosen = st.session_state.get(_CHOSEN, self._given)
        part = next((part for part in _PARTS if part.key == chosen), None)
        return None if part is None else Identity(part.key, name=part.name)

    def person(self, identity: Identity) -> Person:
        """What a directory would say of them."""
        part = next(part for part in _PARTS if part.key == identity.user)
        return Person(
            part.key, part.name, part.role, frozenset({self._led()}) if part.key == "headteacher" else frozenset()
        )

    def offer(self) -> None:
        """Three people to look around as; the page asked for stays in the address."""
        with st.container(key="welcome"):
            st.html(
                '<section class="welcome"><div class="product">Trust KPI explorer</div>'
                "<h1>Look around as …</h1>"
                "<p>No trust’s data are loaded yet, so an invented trust is shown: none of its academies, pupils or "
                "staff exist. What people see depends on who they are. Choose somebody; you can change at any time.</p>"
                "</section>"
            )
            columns = st.columns(3, gap="medium")
            for column, part in zip(columns, _PARTS, strict=True):
                with column:
                    self._card(part)
            st.html(
                '<p class="own">Your own figures: <code>python run.py load FOLDER</code>. From then on people '
                "sign in, and this page is gone.</p>"
            )

    def _card(self, part: _Part) -> None:
        academy = self._academies.get(self._led(), "an academy")
        with st.container(border=True, key=f"part-{part.key}"):
            st.html(
                f'<div class="part"><h2>{escape(part.title)}</h2><div class="quiet">{escape(part.name)}</div>'
                f"<p>{escape(part.sees.format(academy=academy))}</p></div>"
            )
            st.button(
                f"Look around as {part.title[:1].lower()}{part.title[1:]}",
                key=f"as-{part.key}",
                type="primary",
                width="stretch",
                on_click=_choose,
                args=(part.key,),
            )

    def leave(self, identity: Identity) -> None:
        """Choose anew."""
        del identity
        _choose("")
        st.rerun()

    def _led(self) -> str:
        return _LED if _LED in self._academies else min(self._academies, default="")


def _choose(key: str) -> None:
    st.session_state[_CHOSEN] = key
