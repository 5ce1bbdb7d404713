"""Pictures that are tables: Ofsted's judgements by academy and area, the budget line by line."""

from __future__ import annotations

from html import escape

from kpi_engine.answers import Result
from kpi_engine.wording import number
from ui import words
from ui.picture import Kind, Picture
from ui.place import Place


def inspections(place: Place) -> Picture | None:
    """Academy by judgement area, with the words of the judgement; grades and report cards in tables of their own."""
    ask, year = place.context.ask, place.year
    by_series: dict[str, list[tuple[Result, dict[str, Result]]]] = {}
    unsaid: list[str] = []
    for academy in place.context.listed():
        whole = ask.result(place.kpi.id, academy.urn, year)
        if whole.withheld is not None:
            unsaid.append(f"{academy.name}: {whole.withheld.reason}")
            continue
        areas = ask.breakdown(place.kpi.id, "area", academy.urn, year) if "area" in place.kpi.drill else []
        found = {dict(r.breakdown)["area"]: r for r in areas if r.withheld is None and r.series == whole.series}
        by_series.setdefault(whole.series, []).append((whole, found))
    if not by_series:
        return None
    titles = {"graded": "Graded inspections", "report_card": "Report cards (from November 2025)"}
    body = "".join(
        f'<h3 class="panel-title">{escape(titles.get(series, series))}</h3>{_matrix(place, rows)}'
        for series, rows in sorted(by_series.items())
    )
    return Picture(
        title="Ofsted’s judgements",
        subtitle=f"by academy and area, {year}",
        alt=place.result.sentence,
        body=body,
        notes=(
            "Grades and report cards are two scales; Ofsted says that they cannot be compared.",
            *(f"{text}" for text in unsaid),
        ),
    )


def budget(place: Place) -> Picture | None:
    """Each line's actual and budgeted spending to date, and the difference in pounds and per cent."""
    choice = place.choice
    if "line" in dict(place.within):
        return None
    lines = place.context.ask.breakdown(place.kpi.id, "line", choice.academy, place.year, place.within, choice.among)
    known = [r for r in lines if r.numerator is not None and r.denominator]
    if not known:
        return None
    total = place.result if place.result.numerator is not None else None
    named = [(words.value("line", dict(r.breakdown)["line"]), r) for r in known]
    if total is not None:
        named.append(("All lines", total))
    rows = "".join(
        f"<tr{' class=here' if r is total else ''}><td>{escape(name)}</td>"
        f'<td class="n">£{number(r.numerator or 0, 0)}</td><td class="n">£{number(r.denominator or 0, 0)}</td>'
        f'<td class="n">{_signed((r.numerator or 0) - (r.denominator or 0))}</td>'
        f'<td class="n">{escape(words.figure(r))}</td><td>{_over(r)}</td></tr>'
        for name, r in named
    )
    return Picture(
        title="Spending against budget to date",
        subtitle=f"by line, {place.year}",
        alt=place.result.sentence,
        body=(
            '<div class="scroll"><table class="rows"><thead><tr><th scope="col">Line</th>'
            '<th scope="col" class="n">Actual</th><th scope="col" class="n">Budget</th>'
            '<th scope="col" class="n">Difference</th>'
            '<th scope="col" class="n">Of budget</th><th scope="col"></th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        ),
    )


def _matrix(place: Place, rows: list[tuple[Result, dict[str, Result]]]) -> str:
    areas = sorted({a for _, found in rows for a in found}, key=lambda a: (not a.startswith("Overall"), a))
    head = "".join(f'<th scope="col">{escape(a)}</th>' for a in ("Academy", *(areas or ("Judgement",))))
    body = ""
    for whole, found in rows:
        link = escape(place.link(academy=whole.academy, within=()))
        none = '–<span class="sr"> not compared</span>' if place.kpi.id == "ofsted-journey" else "not judged"
        cells = "".join(f"<td>{_tag(found.get(a), none)}</td>" for a in areas)
        cells = cells or f"<td>{_tag(whole, none)}</td>"
        focus = ' class="here"' if whole.academy == place.choice.academy else ""
        body += (
            f'<tr{focus}><th scope="row"><a class="go plain" href="{link}">{escape(whole.academy_name)}</a>'
            f' {words.mark(whole)}<div class="quiet">{escape(_first(whole.detail))}</div></th>{cells}</tr>'
        )
    return (
        f'<div class="scroll"><table class="matrix"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _tag(result: Result | None, none: str) -> str:
    if result is None:
        return f'<span class="quiet">{none}</span>'
    judged = (result.detail or words.figure(result)).split(" on ")[0]
    good = result.value is not None and result.value >= 100
    return f'<span class="tag {"yes" if good else "no"}">{escape(judged[:1].upper() + judged[1:])}</span>'


def _first(detail: str | None) -> str:
    return (detail or "").split(":")[0]


def _signed(difference: float) -> str:
    if abs(difference) < 0.5:
        return "£0"
    return f"{'+' if difference > 0 else '−'}£{number(abs(difference), 0)}"


def _over(result: Result) -> str:
    if result.numerator is None or result.denominator is None:
        return ""
    return "over" if result.numerator > result.denominator else "within"


KINDS = (
    Kind("areas", "Academy by judgement", lambda place: place.kpi.id.startswith("ofsted-"), inspections),
    Kind("lines", "Line by line", lambda place: place.kpi.id == "within-budget", budget),
)
"""Pictures that are tables."""
