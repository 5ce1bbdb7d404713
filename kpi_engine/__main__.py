"""``python -m kpi_engine``: check, load, ask, and keep the data safe."""

from __future__ import annotations

import sys

from kpi_engine.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
