"""The sample trust as two worlds, read once for all tests that ask in both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.disclosure.view_sample import Sample, sample_of


@pytest.fixture(scope="session")
def two_worlds(sample_folder: Path) -> Iterator[Sample]:
    """The sample trust, and for each viewer another world that looks the same."""
    with sample_of(sample_folder) as sample:
        yield sample
