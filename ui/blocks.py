"""The chosen KPI told in words: headline, answers, and why where there is no figure."""

from __future__ import annotations

from html import escape

from kpi_engine.model import TRUST, WithheldKind
from ui import explained, words
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
        return f"{title}{explained.absence(here)}{explained.together(here)[0]}"
    distance = f"<p>{words.text(result.distance.sentence)}</p>" if result.distance is not None else ""
    chips = "".join(
        f'<div><span class="chip mark {name}"><span class="sr">{escape(asked)}: </span>{escape(word)}</span>'
        f"<p>{words.text(reason)}</p>{distance if asked == 'Target' else ''}</div>"
        for asked, name, word, reason in words.answers(here.kpi, result)
    )
    unit = ' <span class="quiet">points</span>' if words.is_gap(here.kpi) else ""
    notes = [*result.notes]
    # Where the title is the detail itself, it is not said again.
    if result.detail and result.detail[1:].rstrip(".").lower() not in said.lower():
        notes.insert(0, result.detail[:1].upper() + result.detail[1:].rstrip(".") + ".")
    notes = [*words.restricted([result]), *notes]
    years, told = explained.together(here)
    listed = "".join(f"<li>{words.text(note)}</li>" for note in notes if note != told)
    value = f"{words.text(words.figure(result))}{unit}{words.badge(result)}"
    return (
        f'{title}<div class="big"><div><div class="value">{value}</div>'
        f'<div class="n">{words.text(words.counted(here.kpi, result) or words.UNCOUNTED)}</div></div>'
        f'<div class="answers">{chips}</div></div>{explained.people(here)}{years}'
        + (f'<ul class="notes">{listed}</ul>' if listed else "")
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


def to_load(here: Place) -> tuple[str, ...]:
    """What to load where nothing has been, as a sentence for the top of the page."""
    why = here.result.withheld
    if why is None or why.kind is not WithheldKind.NO_DATA:
        return ()
    return (f"There are no data for “{here.kpi.short}” in {here.year}. It comes from: {here.kpi.passport.source}",)
