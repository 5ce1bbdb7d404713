"""The sample's raw files as text frames, read with pandas alone: never with the code that is meant to read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

FILES = Path(__file__).parents[2] / "sample_data" / "files"


def _read(path: str, encoding: str = "utf-8-sig", **how: object) -> pd.DataFrame:
    return pd.read_csv(FILES / path, dtype=str, keep_default_na=False, encoding=encoding, **how)  # type: ignore[call-overload, no-any-return]


@pytest.fixture(scope="session")
def read() -> Callable[..., pd.DataFrame]:
    """A file of the sample by its path; every cell as text."""
    return _read


@pytest.fixture(scope="session")
def returns() -> Callable[[str], pd.DataFrame]:
    """A return of the sample by its name."""
    return lambda name: _read(f"returns/{name}.csv")


@pytest.fixture(scope="session")
def ofsted() -> Callable[..., pd.DataFrame]:
    """A vintage of Ofsted's management information by the end of its file's name."""

    def find(ending: str, encoding: str = "cp1252", **how: object) -> pd.DataFrame:
        (path,) = (FILES / "ofsted").glob(f"*{ending}.csv")
        return _read(f"ofsted/{path.name}", encoding, **how)

    return find
