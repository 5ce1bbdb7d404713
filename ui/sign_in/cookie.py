"""Who is signed in by a request's cookies: for downloads and uploads, which reach the server past every page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from kpi_engine.people import private
from kpi_engine.people.sessions import Sessions
from kpi_engine.settings import Settings
from ui.sign_in.protocol import Identity
from ui.sign_in.server.cookies import USER
from ui.sign_in.token import COOKIE, session_of


def with_password(cookies: Mapping[str, str], settings: Settings) -> Identity | None:
    """Who is signed in with a password by these cookies; None for nobody, and for a session that was forgotten."""
    folder = settings.private_folder
    session = session_of(cookies.get(COOKIE, ""), private.secret(folder, private.COOKIE_KEY))
    user = Sessions(folder / private.PEOPLE).user(session) if session else None
    return None if user is None else Identity(user, session)


def claims(cookies: Mapping[str, str], secret: str) -> Mapping[str, Any]:
    """What the provider said, out of Streamlit's signed cookie; empty for none, and for one signed by others."""

    def one(name: str) -> bytes | None:
        raw = cookies.get(name)
        return None if raw is None else decode_signed_value(secret, name, raw.encode("latin-1", "replace"))

    if not secret:
        return {}
    whole = get_cookie_with_chunks(one, USER)
    try:
        found = json.loads(whole) if whole else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) and found.get("is_logged_in") is True else {}
