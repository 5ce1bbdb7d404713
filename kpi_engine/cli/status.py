"""``status``: versions, files, rows, coverage, and what is missing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping

from kpi_engine.access import EVERYTHING
from kpi_engine.catalogue import CATALOGUE
from kpi_engine.cli.folders import data_folder, opened
from kpi_engine.cli.text import table
from kpi_engine.engine import Engine
from kpi_engine.model import TRUST
from kpi_engine.sample import FOLDER, has_data
from kpi_engine.warehouse.folder import current_manifest
from kpi_engine.warehouse.undo import history


def status(args: argparse.Namespace) -> int:
    """Print what is loaded and what is missing."""
    with opened(args.source, None, None) as engine:
        folder = data_folder(args.source)
        folder = folder if has_data(folder) else FOLDER
        told = _told(engine)
        manifest = current_manifest(folder)
        files = [] if manifest is None else manifest.inputs
        told["files"] = [
            {
                "file": kept.file,
                "sheet": kept.sheet,
                "sha256": kept.sha256,
                "rows": kept.rows,
                "layout": kept.layout,
                "dataset": kept.dataset,
                "academic_year": kept.year,
                "stage": kept.stage,
                "vintage": kept.vintage,
                "loaded_at": kept.loaded_at,
                "notes": list(kept.notes),
            }
            for kept in files
        ]
        told["versions"] = [
            {
                "version": each.manifest.version,
                "current": each.current,
                "as_at": each.manifest.as_at,
                "made_at": each.manifest.made_at,
                "files": len(each.manifest.inputs),
                "rows": dict(each.manifest.rows),
                "pinned_by": list(each.pinned),
            }
            for each in history(folder)
        ]
    if args.format == "json":
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        _print(told)
    return 0


def _told(engine: Engine) -> dict[str, object]:
    view = engine.as_seen_by(EVERYTHING)
    coverage = []
    for id in CATALOGUE:
        year = view.latest(id)
        result = view.result(id, TRUST, year)
        coverage.append(
            {
                "kpi": id,
                "newest_year": year,
                "have": result.coverage.have,
                "of": result.coverage.of,
                "missing": list(result.coverage.missing) if result.withheld is None else [],
                "withheld": None
                if result.withheld is None
                else {"kind": str(result.withheld.kind), "reason": result.withheld.reason},
            }
        )
    return {
        "trust": engine.meta.trust_name,
        "version": engine.meta.version,
        "as_at": engine.as_at.isoformat(),
        "academies": [
            {"urn": a.urn, "name": a.name, "phase": str(a.phase), "joined": a.joined, "left": a.left}
            for a in view.academies()
        ],
        "facts": engine.store.counts(),
        "coverage": coverage,
        "messages": [{"kind": kind, "message": text} for kind, text in engine.store.messages()],
    }


def _print(told: Mapping[str, object]) -> None:
    files: list[dict[str, object]] = told["files"]  # type: ignore[assignment]
    versions: list[dict[str, object]] = told["versions"]  # type: ignore[assignment]
    coverage: list[dict[str, object]] = told["coverage"]  # type: ignore[assignment]
    print(f"{told['trust'] or 'The trust'}: version {told['version']}, data to {told['as_at']}\n")
    rows = [
        (str(f["file"]), str(f["layout"]), str(f["academic_year"] or f["vintage"] or "in rows"), f"{f['rows']:,}")
        for f in files
    ]
    print(table(("file", "layout", "about", "rows"), rows))
    print()
    print(
        table(
            ("KPI", "newest year", "academies", "missing"),
            [
                (
                    str(c["kpi"]),
                    str(c["newest_year"]),
                    f"{c['have']} of {c['of']}",
                    ", ".join(c["missing"]) if not c["withheld"] else str(c["withheld"]["reason"]),  # type: ignore[arg-type,index]
                )
                for c in coverage
            ],
        )
    )
    print()
    print(
        table(
            ("version", "current", "data to", "made", "files"),
            [
                (str(v["version"]), "yes" if v["current"] else "", str(v["as_at"]), str(v["made_at"]), str(v["files"]))
                for v in versions
            ],
        )
    )
