"""Spending against budget: line by line in pounds and per cent, and month by month as it adds up."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from kpi_engine.answers import Result
from kpi_engine.kpi import Axis
from kpi_engine.narrative import value_words
from kpi_engine.wording import number
from ui import words
from ui.bars import LINE, Part, key
from ui.figure import Figure, layout, scale
from ui.picture import Kind, Picture
from ui.place import Place
from ui.row_charts import words_at
from ui.theme import FOCUS, INK, NEAR, QUIET

_TO_DATE = Axis(0, 120)
_MONTHS = ("Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug")


class Month(NamedTuple):
    """Spending and budget from September to the end of a month, in pounds."""

    month: str
    spent: float
    allowed: float


def budget(place: Place) -> Picture | None:
    """Each line's actual and budgeted spending to date, and the difference in pounds and per cent."""
    choice = place.choice
    if "line" in dict(place.within):
        return None
    found = place.context.ask.breakdown(place.kpi.id, "line", choice.academy, place.year, place.within, choice.among)
    known = [r for r in found if r.numerator is not None and r.denominator]
    if not known:
        return None
    named = [(dict(r.breakdown)["line"], r) for r in known]
    rows = "".join(
        _row(r, f'<a class="go plain" href="{escape(place.link(within=(*place.within, ("line", line))))}">'
             f"{escape(words.value('line', line))}</a>")
        for line, r in named
    )  # fmt: skip
    if place.result.numerator is not None and place.result.denominator:
        rows += _row(place.result, "All lines", " class=here")
    heads = ("Actual", "Budget", "Difference", "Difference, %")
    columns = "".join(f'<th scope="col" class="n">{h}</th>' for h in heads)
    return Picture(
        title="Spending against budget to date",
        subtitle=f"by line, {place.year}",
        alt=place.result.sentence,
        body=(
            '<div class="scroll" tabindex="0" role="region" aria-label="Spending against budget">'
            f'<table class="rows budget"><thead><tr><th scope="col">Line</th>{columns}<th scope="col">Budget is</th>'
            f"</tr></thead><tbody>{rows}</tbody></table></div>"
        ),
        notes=("A difference above 0 is spending beyond the budget to date.",),
    )


def cumulative(place: Place) -> Picture | None:
    """Actual and budgeted spending since September as they add up, as shares of the budget to the newest month.

    Shares, since pounds would need another axis for every academy; the pounds stand in the table and on the columns.
    """
    choice = place.choice
    found = place.context.ask.breakdown(place.kpi.id, "month", choice.academy, place.year, place.within, choice.among)
    months = [
        Month(dict(r.breakdown)["month"], r.numerator, r.denominator)
        for r in found
        if r.numerator is not None and r.denominator
    ]
    if not months:
        return None
    last = months[-1]
    notes = ["Over a column: actual spending less the budget, to the end of that month."]
    whole = place.result.numerator
    if whole is not None and abs(whole - last.spent) > 1:
        notes.append(
            "A month counts the academies that were in the trust in it, the year’s figure those that were in it "
            "throughout."
        )
    return Picture(
        title="Spending and budget, added up since September",
        subtitle=f"in per cent of the budget to {value_words('month', last.month)}",
        alt=place.result.sentence,
        figure=_columns(months),
        header=("To the end of", "Actual", "Budget", "Difference", "Difference, %"),
        rows=tuple(
            (value_words("month", m.month), f"£{number(m.spent, 0)}", f"£{number(m.allowed, 0)}",
             _signed(m.spent - m.allowed), _per_cent(m.spent, m.allowed))
            for m in months
        ),
        notes=tuple(notes),
        thin=len(months) < 2,
    )  # fmt: skip


def _columns(months: Sequence[Month]) -> Figure:
    """A column for what was spent to the end of each month, and a bar across it for the budget."""
    whole = months[-1].allowed
    at = [(int(m.month[5:7]) - 9) % 12 for m in months]
    words_of = [
        f"{escape(value_words('month', m.month))}<br><b>£{number(m.spent, 0)}</b> of £{number(m.allowed, 0)} budgeted"
        f"<br>{_signed(m.spent - m.allowed)}"
        for m in months
    ]
    data = [[said, f"in=month:{m.month}"] for said, m in zip(words_of, months, strict=True)]
    both = {"x": at, "customdata": data, "hovertemplate": "%{customdata[0]}<extra></extra>"}
    spent = {
        **both,
        "type": "bar",
        "name": "Actual",
        "y": [100 * m.spent / whole for m in months],
        "marker": {"color": FOCUS},
        "width": 0.56,
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
    allowed = {
        **both,
        "type": "scatter",
        "mode": "markers",
        "name": "Budget",
        "y": [100 * m.allowed / whole for m in months],
        "marker": {"symbol": "line-ew", "size": 34, "line": {"color": NEAR, "width": 4}},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
    made = layout(330)
    made["margin"] = {"l": 8, "r": 12, "t": 12 + 2 * LINE, "b": 28}
    made["xaxis"] = {
        "range": [-0.6, 11.6],
        "tickvals": list(range(12)),
        "ticktext": list(_MONTHS),
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13, "color": QUIET},
    }
    made["yaxis"] = scale(_TO_DATE, " %", False)
    labelled = [i for i in range(len(months)) if (len(months) - 1 - i) % 3 == 0]
    made["annotations"] = [
        *key([Part("Actual spending to the end of the month"), Part("Budget to the end of the month", NEAR)]),
        *(
            {
                **words_at(at[i], 100 * max(months[i].spent, months[i].allowed) / whole, said, "center", INK),
                "yshift": 15,
            }
            for i in labelled
            for said in (_short(months[i].spent - months[i].allowed),)
        ),
    ]
    return {"data": [spent, allowed], "layout": made}


def _row(result: Result, name: str, look: str = "") -> str:
    spent, allowed = result.numerator or 0.0, result.denominator or 0.0
    over = spent > allowed + 0.5
    said = '<span class="mark missed">exceeded</span>' if over else '<span class="mark met">kept</span>'
    return (
        f'<tr{look}><td>{name}</td><td class="n">£{number(spent, 0)}</td><td class="n">£{number(allowed, 0)}</td>'
        f'<td class="n">{_signed(spent - allowed)}</td><td class="n">{_per_cent(spent, allowed)}</td>'
        f"<td>{said}</td></tr>"
    )


def _signed(difference: float) -> str:
    if abs(difference) < 0.5:
        return "£0"
    return f"{'+' if difference > 0 else '−'}£{number(abs(difference), 0)}"


def _per_cent(spent: float, allowed: float) -> str:
    share = 100 * (spent - allowed) / allowed
    if abs(share) < 0.05:
        return "0.0 %"
    return f"{'+' if share > 0 else '−'}{number(abs(share), 1)} %"


def _short(pounds: float) -> str:
    sign = "+" if pounds > 0 else "−"
    if abs(pounds) >= 1e6:
        return f"{sign}£{abs(pounds) / 1e6:.1f}m"
    return f"{sign}£{number(abs(pounds) / 1e3, 0)}k" if abs(pounds) >= 1e3 else _signed(pounds)


KINDS = (
    Kind("lines", "Line by line", lambda place: place.kpi.id == "within-budget", budget),
    Kind("cumulative", "Added up by month", lambda place: place.kpi.id == "within-budget", cumulative),
)
"""What can be drawn of spending."""
