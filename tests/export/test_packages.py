"""What the app imports while it runs is pinned as something it needs to run, and nothing more is."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = {"docx": "python-docx", "jwt": "pyjwt", "pptx": "python-pptx", "typst": "typst", "xlsxwriter": "xlsxwriter"}
UNSEEN = {
    "authlib": "behind st.login",
    "tzdata": "read by zoneinfo where the system has no time zones",
}
"""Packages that another one imports for us, with the reason why they stand among our own."""
INDIRECT = {"httpx", "starlette", "protobuf", "extra-streamlit-components"}
"""Packages that come with others of ours, and that we import too."""


def runtime() -> dict[str, str]:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    part = text.split("# Runtime\n")[1].split("\n\n")[0]
    lines = [line for line in part.splitlines() if line]
    for line in lines:
        assert re.match(r"^[A-Za-z0-9_.-]+==\S+ +# .{5,}", line), f"no pin or no reason: {line}"
    return {re.split("==", line)[0].lower().replace("_", "-"): line for line in lines}


def imported() -> set[str]:
    found: set[str] = set()
    files = [*ROOT.glob("*.py"), *(f for p in ("kpi_engine", "ui", "pages") for f in (ROOT / p).rglob("*.py"))]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.partition(".")[0])
    own = {"kpi_engine", "ui", "pages", "server", "app", "run", "sample_data", "benchmarks", "tests", "google"}
    third = {name for name in found if name not in own and name not in sys.stdlib_module_names}
    return {NAMED.get(name, name).lower().replace("_", "-") for name in third}


def test_the_pins_of_the_running_app_are_what_it_imports() -> None:
    pinned = set(runtime())
    assert imported() - pinned <= INDIRECT
    assert pinned - imported() <= set(UNSEEN)


def test_the_packages_of_exports_are_in_force_as_pinned() -> None:
    from importlib.metadata import version

    for name in ("xlsxwriter", "typst"):
        assert f"=={version(name)} " in runtime()[name]
