"""The parts of the Compare page in words: the KPIs to choose from, the choices, the tables, the similar academies."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kpi_engine.answers import Result
from kpi_engine.catalogue import GROUPS, of_group
from kpi_engine.engine.compared import ENGLAND, Comparison
from kpi_engine.engine.comparing import Stand, Verdict
from kpi_engine.kpi import Gap
from kpi_engine.model import TRUST, Unit
from kpi_engine.telling import interval
from kpi_engine.wording import number, shown
from ui import words
from ui.comparison import Asked
from ui.comparison_figures import applicable, ordered, sign

CAUTION = "Differences smaller than the bars are not reliable: read no league table here."
_Chip = tuple[str, str, bool]


def kpis(asked: Asked) -> str:
    """The KPIs in the plan's groups; the group of the one compared stands open."""
    groups = []
    current = ' aria-current="true"'
    for group in GROUPS:
        listed = [k for k in of_group(group.id) if not k.trust_only]
        items = "".join(
            f'<li><a class="go" href="{escape(asked.link(kpi=k.id))}"'
            f"{current if k.id == asked.kpi.id else ''}>{escape(k.short)}</a></li>"
            for k in listed
        )
        opened = " open" if asked.kpi.group == group.id else ""
        groups.append(f"<details{opened}><summary>{escape(group.title)}</summary><ul>{items}</ul></details>")
    return f'<nav class="compare-kpis" aria-label="KPIs"><h2 class="group">Compare</h2>{"".join(groups)}</nav>'


def heading(asked: Asked, found: Comparison, year: str) -> str:
    """Which KPI, of when, and the sentence over all academies."""
    title = found.sentence or _without_sentence(asked, found)
    phase = asked.context.choice.phase
    count = sum(1 for s in found.stands if s.result.value is not None)
    who = f"{count} {phase + ' ' if phase else ''}{'academy' if count == 1 else 'academies'} with a figure"
    outcome = dict(asked.within).get("measure")
    parts = [asked.kpi.title, *([words.outcome(outcome)] if outcome else []), year, who]
    return (
        f'<p class="compare-of">{" · ".join(words.text(part) for part in parts)}</p>'
        f'<h1 class="said-title">{words.text(title)}</h1>'
    )


def _without_sentence(asked: Asked, found: Comparison) -> str:
    if asked.kpi.trust_only:
        return f"{asked.kpi.title} is measured for the trust as a whole, so there are no academies to compare"
    if not any(s.result.value is not None for s in found.stands):
        return f"{asked.kpi.title}, {found.academic_year}: no academy has a figure to compare"
    return f"{asked.kpi.title}, {found.academic_year}: the academies side by side"


def choices(asked: Asked, funnel: bool) -> str:
    """The phase first, then what they are held against, the picture and the order: links all of them."""
    bars: list[tuple[str, list[_Chip]]] = []
    if asked.phases:
        phase = asked.context.choice.phase
        said = [(p.capitalize() if p else "All phases", asked.link(phase=p), p == phase) for p in asked.phases]
        bars.append(("Phase", said))
    whole = "The trust’s figure" if not asked.context.choice.phase else "The phase’s figure"
    held: list[_Chip] = [(whole, asked.link(against=TRUST), asked.against == TRUST)]
    if asked.kpi.benchmark:
        held.append(("England", asked.link(against=ENGLAND), asked.against == ENGLAND))
    if asked.focus:
        name = asked.context.academy(asked.focus).name
        held.append((name, asked.link(against=asked.focus), asked.against == asked.focus))
    bars.append(("Held against", held))
    pictures: list[_Chip] = [
        ("One year", asked.link(picture="dots"), asked.picture == "dots"),
        ("Over the years", asked.link(picture="years"), asked.picture == "years"),
    ]
    if funnel:
        pictures.append(("Funnel", asked.link(picture="funnel"), asked.picture == "funnel"))
    bars.append(("Picture", pictures))
    if asked.picture == "dots":
        order = [
            ("By name", asked.link(ranked=False), not asked.ranked),
            ("By value", asked.link(ranked=True), asked.ranked),
        ]
        bars.append(("Order", order))
    return '<div class="compare-choices">' + "".join(_bar(label, chips) for label, chips in bars) + "</div>"


def _bar(label: str, chips: Sequence[_Chip]) -> str:
    links = "".join(
        f'<b aria-current="true">{escape(text)}</b>' if now else f'<a class="go" href="{escape(to)}">{escape(text)}</a>'
        for text, to, now in chips
    )
    return f'<div><span class="quiet">{escape(label)}</span><div class="chips">{links}</div></div>'


def table(asked: Asked, found: Comparison) -> str:
    """Every academy with its figure and where it stands; each row leads to the KPI's page for that academy."""
    turned = found.turned
    value = "Attendance" if turned else "Gap, points" if words.is_gap(asked.kpi) else "Value"
    heads = [value, *([words.axis_words(asked.kpi)] if turned else [])]
    heads += ["n", "England", _against_head(asked)]
    body = [(stand, _cells(asked, found, stand)) for stand in ordered(asked, found)]
    kept = [i for i, _ in enumerate(heads) if i == 0 or any(cells[i] for _, cells in body)]
    if len(kept) == 1 and any(stand.result.withheld is not None for stand, _ in body):
        kept.append(len(heads) - 1)
        heads[-1] = "Why"
    right = {0, 1, 3} if turned else {0, 2}
    head = '<th scope="col">Academy</th>' + "".join(
        f'<th scope="col"{_n(i in right)}>{escape(heads[i])}</th>' for i in kept
    )
    rows = []
    for stand, cells in body:
        r = stand.result
        link = f'<a class="go plain" href="{escape(asked.group_link(r.academy))}">{escape(r.academy_name)}</a>'
        if r.withheld is not None:
            # The reason takes the room of the cells that would be empty.
            said = (
                f'<td class="n">{cells[0]}</td><td class="quiet" colspan="{len(kept)}">{escape(r.withheld.reason)}</td>'
            )
        else:
            said = "".join(f"<td{_n(i in right)}>{cells[i]}</td>" for i in kept)
        here = ' class="here"' if r.academy == asked.focus else ""
        rows.append(f'<tr{here}><th scope="row">{link}</th>{said}</tr>')
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="The academies compared">'
        f'<table class="compare-rows"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cells(asked: Asked, found: Comparison, stand: Stand) -> list[str]:
    """The cells beside the name; limits and difference stand small under what they belong to."""
    r = stand.result
    limits = f'<div class="quiet">{escape(interval(r))}</div>' if interval(r) else ""
    cells = [words.text(words.figure(r)) + words.badge(r) + limits]
    if found.turned:
        cells.append(words.text(words.on_axis(asked.kpi, r, r.value)) if r.value is not None else "")
    apart = _difference(asked, found, stand)
    cells += [
        words.text(words.counted(asked.kpi, r)) if r.value is not None else "",
        words.text(words.in_unit(r, r.benchmark)) if r.benchmark is not None else "",
        _verdict(found, stand) + (f'<div class="quiet">{apart}</div>' if apart else ""),
    ]
    return cells


def _verdict(found: Comparison, stand: Stand) -> str:
    if stand.result.value is None:
        return ""
    if stand.verdict in (Verdict.LEVEL, Verdict.UNTESTED):
        return escape(stand.verdict[:1].upper() + stand.verdict[1:])
    shape = sign(found, stand)
    if found.turned:
        said = "Clearly more missed" if shape == "▲" else "Clearly less missed"
    else:
        said = f"Clearly {'above' if stand.verdict is Verdict.ABOVE else 'below'}"
    return f'<b><span aria-hidden="true">{shape}</span> {said}</b>'


def _difference(asked: Asked, found: Comparison, stand: Stand) -> str:
    if stand.difference is None or stand.lower is None or stand.upper is None:
        return ""
    low, at, high = stand.lower, stand.difference, stand.upper
    if found.turned:
        low, at, high = -high, -at, -low
    like = stand.result
    places = like.decimals
    unit = " points" if like.unit is Unit.PERCENT or isinstance(asked.kpi.answer, Gap) else ""
    plain = shown(abs(at), like.unit, places) if like.unit in (Unit.PER_100, Unit.POUNDS) else number(abs(at), places)
    plus = "" if not round(abs(at), places) else "+" if at > 0 else "−"
    return words.text(f"{plus}{plain}{unit} ({number(low, places)} to {number(high, places)})")


def _n(right: bool) -> str:
    return ' class="n"' if right else ""


def _against_head(asked: Asked) -> str:
    if asked.against == ENGLAND:
        return "Against England"
    if asked.against != TRUST:
        return f"Against {asked.context.academy(asked.against).name}"
    return "Against the rest of the phase" if asked.context.choice.phase else "Against the rest of the trust"


def others_hidden(asked: Asked, found: Comparison) -> list[str]:
    """What a headteacher can do where the others' figures rest on their own returns."""
    own = asked.context.offered.own
    others = [s.result for s in found.stands if s.result.academy not in own and applicable(s.result)]
    if not own or not others or any(r.value is not None for r in others):
        return []
    said = (
        "The other academies’ own returns are for the executive to see. Figures that were published can be compared: "
        "choose an earlier year in the sidebar, or results of key stages among the KPIs."
    )
    return [said]


def years_table(asked: Asked, trends: Sequence[tuple[str, str, Sequence[Result]]]) -> str:
    """Academies down and years across; each figure leads to the KPI's page for that academy and year."""
    span = sorted({r.academic_year for _, _, found in trends for r in found if r.value is not None})
    head = '<th scope="col">Academy</th>' + "".join(f'<th scope="col" class="n">{year}</th>' for year in span)
    rows = []
    for urn, name, found in trends:
        by_year = {r.academic_year: r for r in found}
        cells = "".join(_of_year(asked, urn, by_year.get(year)) for year in span)
        here = ' class="here"' if urn == (asked.focus or TRUST) else ""
        rows.append(f'<tr{here}><th scope="row">{escape(name)}</th>{cells}</tr>')
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="The academies over the years">'
        f'<table class="compare-rows"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _of_year(asked: Asked, urn: str, result: Result | None) -> str:
    if result is None:
        return '<td class="n"></td>'
    said = words.text(words.figure(result)) + words.badge(result)
    if result.value is not None:
        link = escape(asked.group_link(urn, result.academic_year))
        said = f'<a class="go plain" href="{link}">{said}</a>' + ("<br>so far" if result.period == "YTD" else "")
    else:
        said = f'<span class="quiet">{said}</span>'
    return f'<td class="n">{said}</td>'


def similar(asked: Asked) -> str:
    """The academies most like the chosen one, with the reason in words, and a link that compares them."""
    if not asked.focus:
        return (
            '<details class="compare-similar"><summary>Similar academies</summary><p>Choose an academy in the sidebar: '
            "those of its phase that are nearest in size, disadvantage and SEND are then named here.</p></details>"
        )
    found = asked.context.ask.similar(asked.focus, asked.context.choice.year)
    name = asked.context.academy(asked.focus).name
    here = {a.urn for a in asked.academies}
    likes = [like for like in found.likes if like.urn in here]
    listed = "".join(f"<li><b>{escape(like.name)}</b>: {words.text(like.reason)}</li>" for like in likes)
    link = ""
    if likes:
        to = escape(asked.link(chosen=[asked.focus, *(like.urn for like in likes)]))
        link = f'<p><a class="go plain" href="{to}">Compare with similar academies</a></p>'
    return (
        f'<section class="compare-similar"><h2 class="panel-title">Similar to {escape(name)}'
        f"<span> · size, disadvantage and SEND</span></h2>"
        f'{f"<ol>{listed}</ol>" if listed else ""}{link}<p class="quiet">{words.text(found.said)}</p></section>'
    )
