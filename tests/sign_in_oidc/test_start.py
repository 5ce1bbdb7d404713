"""Starting the server as ``python run.py`` does where somebody sits in front of it."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sign_in_oidc.harness import ROOT


@pytest.mark.parametrize(("headless", "opens"), [("false", True), ("true", False)])
def test_the_browser_opens_where_somebody_sits_in_front_of_it(headless: str, opens: bool, tmp_path: Path) -> None:
    asked, script = tmp_path / "asked", tmp_path / "browser.py"
    script.write_text(f"import sys\nopen({str(asked)!r}, 'w').write(sys.argv[1])\n", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "server.py", f"--server.port={port}"]
    served = subprocess.Popen(
        [*command, f"--server.headless={headless}", "--server.showEmailPrompt=false"],
        cwd=ROOT,
        env={**os.environ, "BROWSER": f"{shlex.quote(sys.executable)} {shlex.quote(str(script))} %s"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        up_at = None
        while served.poll() is None and (up_at is None or time.monotonic() < up_at + (20 if opens else 2)):
            if asked.exists() and asked.read_text(encoding="utf-8"):
                break
            with socket.socket() as knock:
                if up_at is None and knock.connect_ex(("localhost", port)) == 0:
                    up_at = time.monotonic()
            time.sleep(0.1)
        assert up_at is not None, "the server did not come up"
        said = asked.read_text(encoding="utf-8") if asked.exists() else ""
        assert said == (f"http://localhost:{port}/" if opens else "")
    finally:
        served.terminate()
        served.wait(timeout=20)
