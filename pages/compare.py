"""Compare: one KPI over any academies of a phase, and which of them can be told apart."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qsl

import streamlit as st

from kpi_engine.answers import Result
from kpi_engine.engine import funnels
from kpi_engine.model import TRUST
from ui import comparison, comparison_figures, comparison_parts, frame, funnel, links_copied, spread, words
from ui.comparison import Asked
from ui.context import Context
from ui.draw import chart
from ui.entrance import to_the_app
from ui.figure import Figure
from ui.place import Place

_GO = "compare: a mark that leads on"
_DRAWN_FOR = "the address that the academies were drawn for"
_PICKED = "compare-with"


def page(context: Context) -> None:
    """Draw the page."""
    asked, notes = comparison.read(context)
    _lead_on(asked)
    found = asked.compared()
    scope = asked.context.choice
    whole = scope.academy if asked.focus else TRUST
    result = asked.context.ask.result(asked.kpi.id, whole, found.academic_year, asked.within, scope.among)
    place = asked.place(result)
    st.set_page_config(page_title=f"Compare: {asked.kpi.short} · {context.trust_name}")
    frame.strip(asked.context, found.academic_year)
    frame.told((*links_copied.since(context), *notes))
    left, right = st.columns([3, 10], gap="medium")
    with left:
        st.html(comparison_parts.kpis(asked))
    with right:
        st.html(comparison_parts.heading(asked, found, found.academic_year))
        if not asked.kpi.trust_only:
            st.html(comparison_parts.choices(asked, funnels.suits(asked.kpi)))
            _academies(asked)
            _drawn(asked, place, found)
            st.html(comparison_parts.similar(asked))
        st.html(f"<p>{asked.copied(found.academic_year)}</p>")
        links_copied.live()


def _drawn(asked: Asked, place: Place, found: comparison.Comparison) -> None:
    """The chosen picture with its words, and the table beside it."""
    with st.container(border=True, key="picture"):
        if asked.picture == "years":
            trends = _trends(asked, found)
            figure = comparison_figures.over_years(asked, place, trends)
            said = f"{words.axis_words(asked.kpi)} of {len(trends)} academies and the trust over the academic years."
            notes = ["No line crosses a break, another series or a year without a figure; a year so far stands alone."]
            table = comparison_parts.years_table(asked, trends) if figure is not None else ""
            _picture("over the academic years", asked, figure, said, notes, table)
        elif asked.picture == "funnel" and (pictured := funnel.picture(place, asked.chosen)) is not None:
            table = comparison_parts.table(asked, found)
            _picture(pictured.subtitle, asked, pictured.figure, pictured.alt, list(pictured.notes), table)
        elif asked.picture == "spread":
            shown = [s.result for s in found.stands if comparison_figures.applicable(s.result)]
            signs = {s.result.academy: comparison_figures.sign(found, s) for s in found.stands}
            notes = [*spread.explained(place, shown, signs), *found.notes]
            notes += comparison_parts.others_hidden(asked, found)
            notes += words.restricted(found.results)
            figure = comparison_figures.spread_out(asked, place, found)
            table = comparison_parts.table(asked, found)
            when = f"a dot for each academy, {found.academic_year}"
            _picture(when, asked, figure, found.sentence or place.result.sentence, notes, table)
        else:
            notes = [comparison_parts.CAUTION] if asked.ranked else []
            if asked.picture == "funnel":
                notes.append("A funnel needs three academies with a rate or a share and its numbers; dots are shown.")
            notes += found.notes
            marked = any(comparison_figures.sign(found, s) for s in found.stands)
            notes += ["▲ and ▼ beside a name: clearly above and clearly below."] if marked else []
            if comparison_figures.several_englands(found):
                notes.append("The dashed mark in a row is England’s figure for schools of that phase.")
            notes += comparison_parts.others_hidden(asked, found)
            notes += words.restricted(found.results)
            figure = comparison_figures.side_by_side(asked, place, found)
            table = comparison_parts.table(asked, found)
            when = f"academies by {'value' if asked.ranked else 'name'}, {found.academic_year}"
            _picture(when, asked, figure, found.sentence or place.result.sentence, notes, table)


def _picture(subtitle: str, asked: Asked, figure: Figure | None, alt: str, notes: list[str], table: str) -> None:
    st.html(f'<h2 class="panel-title">{escape(words.axis_words(asked.kpi))} <span>· {escape(subtitle)}</span></h2>')
    if figure is not None:
        chart(figure, f"compare-{asked.picture}", alt, _clicked)
    else:
        st.html('<p class="quiet">There is no figure to draw here; the table says why for each academy.</p>')
    listed = "".join(f"<li>{words.text(n)}</li>" for n in notes if n)
    st.html((f'<ul class="notes">{listed}</ul>' if listed else "") + table)


def _trends(asked: Asked, found: comparison.Comparison) -> list[tuple[str, str, list[Result]]]:
    """Every academy's answers over the years, and those of the trust or the phase."""
    ask, choice = asked.context.ask, asked.context.choice
    out = [
        (s.result.academy, s.result.academy_name, ask.trend(asked.kpi.id, s.result.academy, asked.within))
        for s in found.stands
        if comparison_figures.applicable(s.result)
    ]
    name = f"{choice.phase.capitalize()} academies" if choice.phase else "The trust"
    return [*out, (TRUST, name, ask.trend(asked.kpi.id, TRUST, asked.within, choice.among))]


def _academies(asked: Asked) -> None:
    """Which academies are compared; none chosen stands for all of them."""
    names = {a.urn: a.name for a in asked.academies}
    st.session_state[_PICKED] = list(asked.picked)
    st.session_state[_DRAWN_FOR] = st.query_params.to_dict()
    st.multiselect(
        "Academies",
        list(names),
        format_func=lambda urn: names[urn],
        key=_PICKED,
        placeholder=f"All {len(names)}, or choose two or more",
        on_change=_picked,
    )


def _picked() -> None:
    """Write the academies into the address, from where they are read again and checked."""
    if st.query_params.to_dict() != st.session_state.get(_DRAWN_FOR):
        return
    links_copied.dropped()
    chosen = st.session_state[_PICKED]
    if chosen:
        st.query_params["with"] = ",".join(chosen)
    else:
        st.query_params.pop("with", None)


def _clicked(key: str) -> None:
    """A mark was clicked. Where it leads is read from it, and checked there like any link."""
    try:
        st.session_state[_GO] = str(st.session_state[key]["selection"]["points"][0]["customdata"][1])
    except (LookupError, TypeError):
        return


def _lead_on(asked: Asked) -> None:
    """Go to the KPI's page for the academy and year of the mark that was clicked.

    The browser follows the link itself (``links.js``), so that "back" leads to this page as it was.
    """
    lead = dict(parse_qsl(str(st.session_state.pop(_GO, ""))))
    if "academy" not in lead:
        return
    link = escape(asked.group_link(lead["academy"], lead.get("year", "")))
    st.html(f'<a class="go lead sr" href="{link}">The measure’s own page</a>')


if __name__ == "__main__":
    to_the_app("compare")
