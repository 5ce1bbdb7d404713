"""A meeting's pack as one web page: no script, nothing from outside, so that it opens from a memory stick."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from kpi_engine.meetings.document import Definition, Document, Part, ScoreRow
from kpi_engine.packs.common import (
    BY_RULE,
    Pack,
    defined,
    exceptions_table,
    facts,
    grouped,
    packed,
    signs,
)
from kpi_engine.packs.html_items import element, item_section, line, section, table, terms

_STYLE = Path(__file__).with_suffix(".css")
_DRAWN = 400
"""The most pictures inside items; with more academies, what is over is tables alone."""


def html(document: Document, check: str, part: Part | None = None) -> bytes:
    """One part of the meeting, or both: scorecard, exceptions, an item after the other with its academies, definitions.

    ``check`` is the document's checksum. The page's policy allows its own style and nothing else. The years of an
    academy are drawn as long as there are not too many for one page, and a table in any case.
    """
    pack = packed(document, check, part)
    drawn = sum(len(item.details) for item in pack.items) <= _DRAWN
    parts = [
        "<!doctype html>\n",
        '<html lang="en-GB">\n',
        _head(pack),
        "<body>\n",
        '<a class="skip" href="#main">To the items</a>\n',
        _top(pack),
        '<main id="main">\n',
        _scorecard(pack),
        _exceptions(pack),
        *(item_section(item, i, drawn) for i, item in enumerate(pack.items)),
        _definitions(pack.definitions),
        "</main>\n",
        element("footer", line(pack.stamp)),
        "\n</body>\n</html>\n",
    ]
    return "".join(parts).encode("utf-8")


@cache
def _style() -> str:
    return _STYLE.read_text("utf-8")


def _head(pack: Pack) -> str:
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    title = line(f"{pack.document.label} · {pack.part_words} · {pack.document.trust}")
    return (
        '<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n"
    )


def _top(pack: Pack) -> str:
    document = pack.document
    links = [("scorecard", "Scorecard", pack.scorecard), ("exceptions", "Exceptions", pack.exceptions)]
    listed = [f'<li><a href="#{place}">{name}</a></li>' for place, name, there in links if there]
    listed += [
        f'<li dir="auto">{item.number}. <a href="#item-{i + 1}">{line(item.title)}</a></li>'
        for i, item in enumerate(pack.items)
    ]
    if pack.definitions:
        listed.append('<li><a href="#definitions">Definitions</a></li>')
    known = "".join(f"<li>{line(each)}</li>" for each in pack.missing)
    return (
        "<header>\n"
        f'<p class="small">{line(document.trust)}</p>\n<h1>{line(document.label)}</h1>\n'
        f"<p>{line(pack.part_words)}</p>\n"
        + "".join(f"<p>{line(each)}</p>\n" for each in pack.remarks)
        + terms(facts(pack))
        + f'<nav id="agenda" aria-label="Agenda"><h2>Agenda</h2><ol>{"".join(listed)}</ol></nav>\n'
        + (f"<h3>What had no figure when this was frozen</h3><ul>{known}</ul>\n" if known else "")
        + "</header>\n"
    )


def _scorecard(pack: Pack) -> str:
    if not pack.scorecard:
        return ""
    names = ["KPI", "Year", "Trust", *(academy.name for academy in pack.document.academies)]
    head = "".join(f'<th scope="col">{line(name)}</th>' for name in names)
    keys = ["trust", *(academy.key for academy in pack.document.academies)]
    rows = ""
    for group, found in grouped(pack.scorecard).items():
        rows += f'<tr><th scope="rowgroup" colspan="{len(names)}">{line(group)}</th></tr>'
        rows += "".join(_score(row, keys) for row in found)
    said = (
        '<div class="scroll" tabindex="0" role="group" aria-label="Scorecard"><table class="card">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return section("scorecard", "Scorecard", f'<p class="small">{line(signs(pack.scorecard))}</p>{said}')


def _score(row: ScoreRow, keys: list[str]) -> str:
    cells = {cell.key: cell for cell in row.cells}
    drawn = [f'<th scope="row">{line(row.short)}</th><td>{line(row.year)}</td>']
    for key in keys:
        cell = cells.get(key)
        if cell is None:
            drawn.append("<td></td>")
            continue
        sign = f'<abbr class="{cell.tone}" title="{line(cell.status)}">{line(cell.sign)}</abbr> ' if cell.sign else ""
        drawn.append(f"<td>{sign}{line(cell.shown)}</td>")
    return f"<tr>{''.join(drawn)}</tr>"


def _exceptions(pack: Pack) -> str:
    if not pack.exceptions:
        return ""
    return section("exceptions", "Exceptions", f'<p class="small">{BY_RULE}</p>{table(exceptions_table(pack), False)}')


def _definitions(found: tuple[Definition, ...]) -> str:
    if not found:
        return ""
    drawn = []
    for each in found:
        names = " · ".join(t for t in (each.short, each.group) if t)
        drawn.append(f'<h3 dir="auto">{line(each.title)}</h3><p class="small">{line(names)}</p>{terms(defined(each))}')
    return section("definitions", "Definitions", "".join(drawn))
