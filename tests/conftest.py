"""What several folders of tests share: the sample trust, loaded once for a whole run."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kpi_engine.access import EVERYTHING
from kpi_engine.engine import Engine, View
from kpi_engine.intake.pipeline import examine
from kpi_engine.warehouse.folder import load

settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")  # a busy machine is no reason to fail

# What a run of tests holds is much and lasts: looking through it at every turn would be a good part of the time.
gc.set_threshold(20_000, 20, 20)

SAMPLE = Path(__file__).parents[1] / "sample_data" / "files"


@pytest.fixture(scope="session", autouse=True)
def private_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The private folder of the settings for a whole run, so that no test writes into anybody's own."""
    folder = tmp_path_factory.mktemp("settings") / "private"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUST_KPI_PRIVATE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def sample_files() -> Path:
    """The raw files of the sample trust."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample trust in it; whoever changes it works on a copy."""
    folder = tmp_path_factory.mktemp("sample-trust")
    examined = examine([SAMPLE])
    assert [str(each.error) for each in examined.rejected] == []
    load(examined.accepted, folder)
    return folder


@pytest.fixture(scope="session")
def sample_engine(sample_folder: Path) -> Iterator[Engine]:
    """The engine over the sample trust, on the date that its newest data give."""
    engine = Engine.open(sample_folder)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def unguarded() -> Callable[[Engine], View]:
    """An engine's answers before anything is hidden: what small numbers really are, which nobody is shown.

    Arithmetic is tried on these; tests of what may be seen ask ``as_seen_by`` like everybody else.
    """
    return lambda engine: View(engine._holdings.whole, engine._book, EVERYTHING)


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Put ``__main__`` back after each test: a page under test takes its place, and new processes would run it."""
    own = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = own
