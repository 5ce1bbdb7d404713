"""What axe finds on a page that is open in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("axe_playwright_python", reason="these tests run axe: pip install axe-playwright-python")

import axe_playwright_python

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
# What Streamlit itself draws and an app cannot mend, by rule and selector. Nothing so far.
STREAMLITS: dict[str, str] = {}


def found(page: Page) -> list[dict[str, Any]]:
    """What axe finds serious or critical, all folded parts open, without Streamlit's own."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    page.wait_for_timeout(250)
    page.evaluate(AXE)
    answer = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert len(answer["passes"]) > 20
    return [
        {"rule": each["id"], "impact": each["impact"], "where": [node["target"] for node in each["nodes"]][:5]}
        for each in answer["violations"]
        if each["impact"] in ("serious", "critical") and each["id"] not in STREAMLITS
    ]
