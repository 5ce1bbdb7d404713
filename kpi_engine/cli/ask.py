"""``results``, ``catalogue`` and ``status``: the same engine calls that the pages make, printed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from itertools import chain

from kpi_engine import years
from kpi_engine.access import EVERYTHING
from kpi_engine.answers import Result
from kpi_engine.catalogue import CATALOGUE, GROUPS, kpi
from kpi_engine.cli.folders import opened
from kpi_engine.cli.text import comma_separated, table
from kpi_engine.engine import LATEST, View
from kpi_engine.model import NO_BREAKDOWN, TRUST
from kpi_engine.narrative import breakdown_words
from kpi_engine.wording import shown

_HEADER = ("KPI", "academy", "year", "breakdown", "value", "n", "d", "target", "national", "why or reason")


def results(args: argparse.Namespace) -> int:
    """Print results; see ``--help`` for the choices."""
    kpis = [kpi(name).id for name in _flat(args.kpi)] or list(CATALOGUE)
    asked_years = [y if y == LATEST else years.parse_year(y) for y in _flat(args.year)] or [LATEST]
    with opened(args.source, args.as_at, args.members) as engine:
        view = engine.as_seen_by(EVERYTHING)
        academies = _flat(args.academy) or [*(a.urn for a in view.academies()), TRUST]
        found: list[Result] = []
        for id in kpis:
            for year in asked_years:
                for academy in academies:
                    found += _broken_down(view, id, academy, year, _flat(args.by), NO_BREAKDOWN)
        _print(found, args.format)
    return 0


def _flat(given: Sequence[Sequence[str]] | None) -> list[str]:
    return list(chain.from_iterable(given or ()))


def _broken_down(
    view: View, id: str, academy: str, year: str, by: Sequence[str], within: Mapping[str, str]
) -> list[Result]:
    """Results by the first dimension, each by the next, and so on; the last level is printed."""
    if not by:
        return [view.result(id, academy, year, within)]
    found: list[Result] = []
    for result in view.breakdown(id, by[0], academy, year, within):
        if len(by) == 1:
            found.append(result)
        else:
            found += _broken_down(view, id, result.academy, year, by[1:], result.breakdown)
    return found


def _print(found: Sequence[Result], form: str) -> None:
    if form == "json":
        json.dump([r.as_dict() for r in found], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    if form == "csv":
        sys.stdout.write(comma_separated(_CSV_HEADER, [_csv_row(r) for r in found]))
        return
    print(table(_HEADER, [_row(r) for r in found]))


def _row(r: Result) -> tuple[str, ...]:
    value = shown(r.value, r.unit, r.decimals) if r.value is not None else ""
    reason = r.target.reason if r.withheld is None else f"{r.withheld.kind}: {r.withheld.reason}"
    return (
        r.kpi,
        r.academy_name,
        r.academic_year,
        breakdown_words(r.breakdown),
        value,
        "" if r.numerator is None else f"{r.numerator:,.10g}",
        "" if r.denominator is None else f"{r.denominator:,.10g}",
        str(r.target.status) if r.value is not None else "",
        str(r.versus_benchmark.status) if r.value is not None else "",
        reason,
    )


_CSV_HEADER = (
    "kpi",
    "academy",
    "academy_name",
    "academic_year",
    "breakdown",
    "value",
    "unit",
    "numerator",
    "denominator",
    "lower",
    "upper",
    "benchmark",
    "target_status",
    "target_reason",
    "versus_benchmark",
    "direction",
    "certainty",
    "withheld",
    "withheld_reason",
    "academies_with_a_figure",
    "academies_that_count",
    "sentence",
    "files",
)


def _csv_row(r: Result) -> tuple[object, ...]:
    return (
        r.kpi,
        r.academy,
        r.academy_name,
        r.academic_year,
        "; ".join(f"{k}={v}" for k, v in r.breakdown.items()),
        r.value,
        str(r.unit),
        r.numerator,
        r.denominator,
        r.lower,
        r.upper,
        r.benchmark,
        str(r.target.status),
        r.target.reason,
        str(r.versus_benchmark.status),
        str(r.direction.status),
        str(r.certainty.status),
        str(r.withheld.kind) if r.withheld else "",
        r.withheld.reason if r.withheld else "",
        r.coverage.have,
        r.coverage.of,
        r.sentence,
        "; ".join(s.file for s in r.source),
    )


def catalogue(args: argparse.Namespace) -> int:
    """Print the 39 KPIs with their passports."""
    if args.format == "json":
        titles = {group.id: group.title for group in GROUPS}
        listed = [
            {
                "kpi": k.id,
                "title": k.title,
                "group": k.group,
                "group_title": titles[k.group],
                "promise": k.promise,
                "unit": str(k.unit),
                "polarity": k.polarity.name.lower(),
                "target": k.target.words,
                "tolerance": k.tolerance,
                "measures": list(k.measures),
                "drill": list(k.drill),
                "benchmark": k.benchmark,
                "passport": {
                    "definition": k.passport.definition,
                    "numerator": k.passport.numerator,
                    "denominator": k.passport.denominator,
                    "source": k.passport.source,
                    "lag": k.passport.lag,
                    "changes": list(k.passport.changes),
                    "missing_years": k.passport.missing_years,
                    "questions": list(k.passport.questions),
                },
            }
            for k in CATALOGUE.values()
        ]
        json.dump(listed, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return 0
    rows = [(g.title, k.id, k.title, k.target.words) for g in GROUPS for k in CATALOGUE.values() if k.group == g.id]
    print(table(("group", "KPI", "title", "target"), rows))
    return 0
