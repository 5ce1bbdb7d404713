"""The chosen KPI told in words: headline, answers, the panel where there is no figure, the passport."""

from __future__ import annotations

from html import escape

from kpi_engine.model import TRUST, WithheldKind
from ui import words
from ui.place import Place


def headline(here: Place) -> str:
    """What happened, where one stands, the value with its n, and the four answers with their reasons."""
    result = here.result
    said = result.sentence
    if result.withheld is not None:
        said = f"{here.kpi.title}, {result.academic_year}: {result.withheld.kind}"
        if result.withheld.kind is WithheldKind.NOT_APPLICABLE:
            said = f"{here.kpi.title}: not applicable to {'the trust' if here.whole else here.context.scope_name}"
    title = f'<h1 class="said-title">{words.text(said)}</h1>{crumbs(here)}'
    if result.withheld is not None:
        return title
    distance = f"<p>{words.text(result.distance.sentence)}</p>" if result.distance is not None else ""
    chips = "".join(
        f'<div><span class="chip mark {name}"><span class="sr">{escape(asked)}: </span>{escape(word)}</span>'
        f"<p>{words.text(reason)}</p>{distance if asked == 'Target' else ''}</div>"
        for asked, name, word, reason in words.answers(here.kpi, result)
    )
    unit = ' <span class="quiet">points</span>' if words.is_gap(here.kpi) else ""
    notes = [*result.notes]
    if result.detail:
        notes.insert(0, result.detail[:1].upper() + result.detail[1:].rstrip(".") + ".")
    notes = [*words.restricted([result]), *notes]
    listed = "".join(f"<li>{words.text(note)}</li>" for note in notes)
    value = f"{words.text(words.figure(result))}{unit}{words.badge(result)}"
    return (
        f'{title}<div class="big"><div><div class="value">{value}</div>'
        f'<div class="n">{words.text(words.counted(here.kpi, result) or words.UNCOUNTED)}</div></div>'
        f'<div class="answers">{chips}</div></div>' + (f'<ul class="notes">{listed}</ul>' if listed else "")
    )


def crumbs(here: Place) -> str:
    """Trust › academy › breakdown, each step a link up."""
    steps: list[tuple[str, str]] = [(here.context.trust_name, here.link(academy=TRUST, within=()))]
    if here.choice.phase:
        steps[0] = (f"All {here.choice.phase} academies", steps[0][1])
    if not here.whole:
        steps.append((here.context.scope_name, here.link(within=())))
    for i, (dimension, value) in enumerate(here.within):
        steps.append((words.value(dimension, value), here.link(within=here.within[: i + 1])))
    parts = [f'<a class="go plain" href="{escape(link)}">{escape(name)}</a>' for name, link in steps[:-1]]
    parts.append(f'<b aria-current="location">{escape(steps[-1][0])}</b>')
    return f'<nav class="crumbs" aria-label="Where you are">{" › ".join(parts)} · {escape(here.year)}</nav>'


def withheld(here: Place) -> str:
    """The panel in place of the figure: which special answer, why, and what would help."""
    why = here.result.withheld
    assert why is not None
    help = ""
    if why.kind is WithheldKind.NO_DATA:
        help = "<p>Put the file into a folder and load it: <code>python run.py load FOLDER</code></p>"
    elif why.kind is WithheldKind.NOT_APPLICABLE:
        up = "" if here.whole else f'<a class="go plain" href="{escape(here.link(academy=TRUST, within=()))}">'
        whole = f" {up}See the whole trust</a>, or choose another KPI of this group." if up else ""
        help = f"<p>Nothing is missing, and no judgement hangs on it.{whole}</p>"
    elif here.year in here.kpi.passport.missing_years:
        help = f"<p>{escape(here.kpi.passport.missing_years)}</p>"
    return f'<div class="withheld"><b>{escape(words.special(why))}</b><p>{words.text(why.reason)}</p>{help}</div>'


def to_load(here: Place) -> tuple[str, ...]:
    """What to load where nothing has been, as a sentence for the top of the page."""
    why = here.result.withheld
    if why is None or why.kind is not WithheldKind.NO_DATA:
        return ()
    return (f"There are no data for “{here.kpi.short}” in {here.year}. It comes from: {here.kpi.passport.source}",)


def about(here: Place) -> str:
    """The passport, and the files behind the figure."""
    kpi, passport = here.kpi, here.kpi.passport
    changes = "".join(f"<div>{escape(change)}</div>" for change in passport.changes)
    questions = "".join(f"<li>{escape(q)}</li>" for q in passport.questions)
    facts = [
        ("The plan’s promise", escape(kpi.promise)),
        ("Definition", escape(passport.definition)),
        ("Counted", escape(passport.numerator)),
        ("Out of", escape(passport.denominator)),
        ("Where it comes from", escape(passport.source)),
        ("How late it is", escape(passport.lag)),
        ("Changes of method", changes),
        ("Why a year may be missing", escape(passport.missing_years)),
        ("Questions to ask", f"<ol>{questions}</ol>"),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in facts if text)
    return (
        f'<details><summary>About this measure</summary><dl class="passport">{listed}</dl></details>'
        f"<details><summary>Where this figure comes from</summary>{_sources(here)}</details>"
    )


def _sources(here: Place) -> str:
    found = here.result.source
    if not found:
        return '<p class="quiet">No loaded file stands behind this answer.</p>'
    why = here.result.withheld
    # How many rows a file has about a few people says how many they are.
    hidden = why is not None and why.kind is WithheldKind.HIDDEN
    rows = "".join(
        f"<tr><td>{escape(s.title or s.file)}<div class='quiet'>{escape(s.file) if s.title else ''}</div></td>"
        f'<td class="n">{"–" if hidden else f"{s.rows:,}"}</td><td>{escape(s.stage)}</td>'
        f'<td><code class="sha">{escape(s.sha256[:12])}</code></td></tr>'
        for s in found
    )
    return (
        '<div class="scroll"><table><thead><tr><th scope="col">File</th><th scope="col" class="n">Rows</th>'
        '<th scope="col">Stage</th><th scope="col">Checksum</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
