"""What a stranger relies on: pinned packages, links that lead somewhere, commands that exist."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from kpi_engine.cli.main import main

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*( ; .+?)?(\s+# .+)?$")
SAME = {
    "PIL": "pillow",
    "jwt": "pyjwt",
    "google": "protobuf",
    "docx": "python-docx",
    "page": "page-validation",
    "pptx": "python-pptx",
}
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = (
    *("check", "load", "results", "catalogue", "status", "unload", "rollback", "purge", "backup", "restore"),
    *("accounts", "notes", "meetings", "trail"),
)


def _pinned() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in kept if not PIN.match(line)] == []
    return {line.split("==")[0].lower().replace("_", "-"): line for line in kept}


def _imported(*folders: str) -> set[str]:
    """The top-level packages that the Python files of these folders import, other than our own and the library's."""
    own = {path.stem for path in ROOT.iterdir()} | {"tests"}
    found: set[str] = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {name.name.partition(".")[0] for name in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    found.add(node.module.partition(".")[0])
    return {name for name in found if name not in own and name not in sys.stdlib_module_names}


def test_every_package_that_is_imported_is_pinned():
    pinned = _pinned()
    imported = _imported("kpi_engine", "ui", "pages", "sample_data", "tests")
    local = {path.stem for path in (ROOT / "tests").rglob("*.py")}
    assert {name for name in imported - local if SAME.get(name, name).lower().replace("_", "-") not in pinned} == set()


def test_the_engine_needs_no_screen():
    assert not _imported("kpi_engine") & {"streamlit", "plotly"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


def test_every_test_that_the_data_protection_page_names_is_there():
    page = (ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[a-z_/]+)(\.py)?(?:::(test_[a-z_0-9]+))?`", page)
    assert len(named) > 25
    for path, ending, test in named:
        file = ROOT / (path + ending)
        assert file.exists(), path
        assert not test or f"def {test}(" in file.read_text(encoding="utf-8"), (path, test)


def _help(capsys, *words):
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    return capsys.readouterr().out


def test_the_documented_commands_are_the_ones_there_are(capsys):
    shown = _help(capsys)
    assert set(re.findall(r"^    ([a-z]+)(?:\s|$)", shown, re.MULTILINE)) == set(COMMANDS)
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert re.search(rf"^\| .*`{command}[ `]", page, re.MULTILINE)
        assert f"`{command}`" in readme


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(command, capsys):
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    for option in set(re.findall(r"--[a-z][a-z0-9-]+", _help(capsys, command))) - {"--help"}:
        assert option in page


def test_the_start_script_tells_an_old_python_what_it_needs():
    source = (ROOT / "run.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    oldest = re.search(r"^OLDEST = \((\d+), (\d+)\)$", source, re.MULTILINE)
    assert oldest is not None
    assert wanted == f">={oldest.group(1)}.{oldest.group(2)}"
