"""The token in the password way's cookie: it names a session, and nothing else about anybody."""

from __future__ import annotations

import jwt

COOKIE = "trust-kpi-session"


def session_of(token: str, key: bytes) -> str:
    """The session that a token names; "" for none, and for a token that is not ours or has ended.

    One algorithm only: a token that names another, or none, is not ours.
    """
    try:
        said = jwt.decode(token, key, algorithms=["HS256"], options={"require": ["exp", "jti"]})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        return ""
    return str(said["jti"])
