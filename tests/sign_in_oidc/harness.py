"""The app as a trust would run it with OpenID: a provider on this computer, the server, a browser, people who sign in.

The provider is the package ``oidc-provider-mock``: a whole OpenID provider whose form lets one choose who to be.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from kpi_engine.access import Role
from kpi_engine.people import directory
from kpi_engine.people.directory import Person

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = (
    os.environ.get("TRUST_KPI_CHROMIUM")
    or os.environ.get("CHROMIUM")
    or next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome", "chrome")
            if (found := shutil.which(name))
        ),
        None,
    )
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # The provider's pages ask for a style sheet elsewhere, which no test waits for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"

EXECUTIVE = Person("imogen.farrow@trust.example", "Imogen Farrow", Role.EXECUTIVE)
HEADTEACHER = Person("rowan.ashdale@trust.example", "Rowan Ashdale", Role.HEADTEACHER, frozenset({"900006"}))
BY_SUBJECT = Person("idris-whitlock", "Idris Whitlock", Role.GOVERNOR)
STRANGER = "wren.tarlow"
"""Known to the provider, and to nobody else."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: its address, the provider's, the key that signs its cookies, its private folder."""

    address: str
    provider: str
    key: str
    private: Path

    def signed(self, claims: Mapping[str, Any]) -> str:
        """The cookie that this server would have set for these claims."""
        whole = {**claims, "origin": self.address, "is_logged_in": True, "provider": "default"}
        return create_signed_value(self.key, "_streamlit_user", json.dumps(whole)).decode("ascii")

    def claims(self, person: Person, issued: float, lasts: float = 3600.0) -> dict[str, Any]:
        """What the provider would say of somebody at a time (seconds since 1970)."""
        return {
            "iss": self.provider,
            "sub": person.user.partition("@")[0],
            "aud": "explorer",
            "iat": int(issued),
            "exp": int(issued + lasts),
            "nonce": secrets.token_hex(8),
            "email": person.user,
            "email_verified": True,
            "name": person.name,
        }

    def let_in(self, *people: Person) -> None:
        """Have these people in the directory, and nobody else."""
        directory.write(self.private / "directory.csv", people)


@contextlib.contextmanager
def provider() -> Iterator[str]:
    """An OpenID provider that knows these people; its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import oidc_provider_mock

    def user(subject: str, name: str) -> oidc_provider_mock.User:
        email = {"email": f"{subject}@trust.example", "email_verified": "." in subject}
        return oidc_provider_mock.User(sub=subject, claims={**email, "name": name})

    known = {person.user.partition("@")[0]: person.name for person in (EXECUTIVE, HEADTEACHER, BY_SUBJECT)}
    users = [user(subject, name) for subject, name in {**known, STRANGER: "Wren Tarlow"}.items()]
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    before = os.environ.get("AUTHLIB_INSECURE_TRANSPORT")
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    try:
        with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
            yield f"http://localhost:{server.server_port}"
    finally:
        if before is None:
            del os.environ["AUTHLIB_INSECURE_TRANSPORT"]
        else:
            os.environ["AUTHLIB_INSECURE_TRANSPORT"] = before


@contextlib.contextmanager
def served(folder: Path, data: Path, issuer: str) -> Iterator[Served]:
    """The project's own server over a data folder, with its private folder and secrets in ``folder``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Served(f"http://localhost:{port}", issuer, secrets.token_hex(32), folder / "private")
    running.let_in(EXECUTIVE, HEADTEACHER, BY_SUBJECT)
    (folder / "secrets.toml").write_text(
        "[auth]\n"
        f'redirect_uri = "{running.address}/oauth2callback"\n'
        f'cookie_secret = "{running.key}"\n'
        'client_id = "explorer"\n'
        'client_secret = "known to the provider and to the explorer"\n'
        f'server_metadata_url = "{issuer}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "streamlit", "run", "server.py", "--server.address=localhost"]
    given = {name: value for name, value in os.environ.items() if not name.startswith(("TRUST_KPI_", "AUTHLIB_"))}
    own = {"TRUST_KPI_DATA": str(data), "TRUST_KPI_PRIVATE": str(running.private), "TRUST_KPI_SIGN_IN": "oidc"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, f"--server.port={port}", f"--secrets.files={folder / 'secrets.toml'}"],
            cwd=ROOT,
            env={**given, **own},
            stdout=log,
            stderr=log,
        )
        try:
            _until_up(running.address, process)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=20)


def _until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(160):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"the server did not come up at {address}")
