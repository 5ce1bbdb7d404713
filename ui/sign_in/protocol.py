"""What every way of signing in has in common: it says who is there, offers a way in, and forgets whoever leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who has proved who they are. ``user`` is the directory's key; ``session`` can be forgotten."""

    user: str
    session: str = ""
    name: str = ""


class Authenticator(Protocol):
    """One way of signing in. It never decides what somebody may see."""

    def who(self) -> Identity | None:
        """Who is signed in on this run of the page, or None. Draws nothing."""
        ...

    def offer(self) -> None:
        """Draw the way to sign in; called when nobody is signed in."""
        ...

    def leave(self, identity: Identity) -> None:
        """Sign somebody out: the server forgets the session, and the run ends."""
        ...
