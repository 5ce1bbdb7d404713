"""What stands around a figure to explain it: in people, years together, why it is missing, the passport."""

from __future__ import annotations

from html import escape

from kpi_engine.engine.absence import Absence
from kpi_engine.engine.in_people import in_people
from kpi_engine.engine.years_together import Together
from kpi_engine.kpi import Kpi
from kpi_engine.model import TRUST, WithheldKind
from kpi_engine.wording import number, shown, span
from ui import words
from ui.choice import href
from ui.place import Place


def absence(here: Place) -> str:
    """The panel in place of the figure: which special answer, why, what helps, when it comes, where there is one."""
    choice = here.choice
    found = here.context.ask.absence(here.kpi.id, choice.academy, here.year, here.within, choice.among)
    assert found is not None
    why = here.result.withheld
    assert why is not None
    helps = "".join(f"<p>{words.text(each)}</p>" for each in found.helps)
    if found.due:
        helps += f"<p>It is awaited {escape(found.due)}.</p>"
    if found.load:
        helps += "<p>Put the file into a folder and load it: <code>python run.py load FOLDER</code></p>"
    return (
        f'<div class="withheld"><b>{escape(words.special(why))}</b><p>{words.text(why.reason)}</p>{helps}'
        f"{_elsewhere(here, found)}</div>"
    )


def _elsewhere(here: Place, found: Absence) -> str:
    """Links to where there is a figure: another year, the undivided figure, the trust's."""
    links = []
    if found.year:
        link = href(here.kpi.group, here.choice.in_year(found.year), here.within, kpi=here.kpi.id)
        links.append((link, f"See {found.year}"))
    if found.whole:
        links.append((here.link(within=()), f"See the whole of {here.year}, undivided"))
    if found.trust:
        links.append((here.link(academy=TRUST, within=()), "See the whole trust"))
    if found.kind is WithheldKind.NOT_APPLICABLE and not links and not here.whole:
        links.append((here.link(academy=TRUST, within=()), "See the whole trust"))
    if not links:
        return ""
    listed = " · ".join(f'<a class="go plain" href="{escape(link)}">{escape(text)}</a>' for link, text in links)
    return f'<p class="elsewhere">{listed}</p>'


def people(here: Place) -> str:
    """The figure in people, as one paragraph under the answers."""
    # How many would have met the target stands under the target's answer already.
    known = here.result.distance.sentence if here.result.distance is not None else ""
    said = [each for each in in_people(here.kpi, here.result) if each != known]
    if not said:
        return ""
    title = words.people(here.kpi).lower()
    name = title if title in ("pupils", "staff", "students", "parents and carers") else "numbers"
    return f'<p class="in-people"><b>In {escape(name)}:</b> {" ".join(words.text(each) for each in said)}</p>'


def together(here: Place) -> tuple[str, str]:
    """Years taken together where a year speaks of few, as HTML, and the sentence that it tells ("" for none)."""
    choice = here.choice
    found = here.context.ask.together(here.kpi.id, choice.academy, here.year, here.within, choice.among)
    if found is None:
        return "", ""
    if found.value is None:
        return f'<p class="together quiet"><b>Several years together:</b> {words.text(found.why)}</p>', ""
    return _years(found, words.badge(found)), found.sentence


def _years(found: Together, badge: str) -> str:
    value = shown(found.value or 0.0, found.unit, found.decimals)
    interval = ""
    if found.lower is not None and found.upper is not None:
        interval = f", 95 % interval {span(found.lower, found.upper, found.unit, found.decimals)}"
    rows = "".join(
        f'<tr><td>{escape(year)}</td><td class="n">{number(n, 0)}</td><td class="n">{number(d, 0)}</td></tr>'
        for year, n, d in found.parts
    )
    count = f"{number(found.numerator or 0.0, 0)} of {number(found.denominator or 0.0, 0)} {found.people}"
    much = "Two" if len(found.years) == 2 else "Three"
    return (
        f'<div class="together"><p><b>{much} years together</b>, {escape(found.years[0])} to '
        f"{escape(found.years[-1])}: <b>{words.text(value)}</b>{badge} ({words.text(count)}{words.text(interval)}). "
        "It is compared with no single year.</p>"
        f'<details><summary>Year by year</summary><table><thead><tr><th scope="col">Year</th>'
        f'<th scope="col" class="n">Counted</th><th scope="col" class="n">Out of</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details></div>"
    )


def passport(here: Place) -> str:
    """About this measure: what is counted, how it is judged and by which method, what may mislead, what to ask."""
    kpi, told = here.kpi, here.kpi.passport
    judged = here.context.ask.judged_by(kpi.id, here.choice.academy, here.year)
    changes = "".join(f"<li>{escape(change)}</li>" for change in told.changes)
    questions = "".join(f"<li>{escape(q)}</li>" for q in told.questions)
    how = [("Target", judged.target), ("England", judged.england), ("Direction", judged.direction)]
    how.append(("Interval", judged.interval))
    ways = "".join(f"<li><b>{name}.</b> {words.text(text)}</li>" for name, text in how if text)
    facts = [
        ("The plan’s promise", escape(kpi.promise)),
        ("Definition", words.text(told.definition)),
        ("Counted", escape(told.numerator)),
        ("Out of", escape(told.denominator)),
        ("About", escape(_about(kpi))),
        ("How it is judged", f"<ul>{ways}</ul>"),
        ("Where it comes from", escape(told.source)),
        ("How late it is", escape(told.lag)),
        ("Changes of method", f"<ul>{changes}</ul>" if changes else ""),
        ("Why a year may be missing", escape(told.missing_years)),
        ("Questions to ask", f"<ol>{questions}</ol>"),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in facts if text)
    return f'<details class="about"><summary>About this measure</summary><dl class="passport">{listed}</dl></details>'


def _about(kpi: Kpi) -> str:
    """Which academies the KPI is about."""
    if kpi.trust_only:
        return "The trust as a whole."
    phases = ", ".join(str(phase) for phase in kpi.phases)
    who = "Academies of every phase" if len(kpi.phases) == len(type(kpi.phases[0])) else f"Academies: {phases}"
    if kpi.sixth_form_only:
        who += ", with a sixth form"
    return f"{who}{f'; {kpi.pool_years} years are taken together' if kpi.pool_years > 1 else ''}."
