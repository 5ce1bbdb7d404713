"""Every layout that intake knows, one module per file family. A module's ``LAYOUTS`` lists its own."""

from __future__ import annotations

import importlib
import pkgutil

from kpi_engine.intake.layout import Layout


def all_layouts() -> tuple[Layout, ...]:
    """The layouts of every module of this package, by module name and then as the module lists them.

    Raises ValueError when two layouts bear the same id, since a file could then be taken for either.
    """
    found: dict[str, Layout] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
        own = getattr(importlib.import_module(f"{__name__}.{module.name}"), "LAYOUTS", ())
        for layout in own:
            if layout.id in found:
                raise ValueError(f"two layouts are called {layout.id!r}")
            found[layout.id] = layout
    return tuple(found.values())
