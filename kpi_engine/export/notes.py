"""What somebody has to know who opens a file without the screen beside it: what, from where, and how to name it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kpi_engine.answers import Result
from kpi_engine.export.strip import Strip, day
from kpi_engine.kpi import Kpi
from kpi_engine.model import WithheldKind

MEANING: Mapping[WithheldKind, str] = {
    WithheldKind.NOT_PUBLISHED: "nobody published this figure.",
    WithheldKind.NOT_YET_PUBLISHED: "its publisher has not published this figure so far.",
    WithheldKind.NOT_APPLICABLE: "the KPI does not speak of this academy or group.",
    WithheldKind.SUPPRESSED: "the publisher held this figure back, mostly since it is about few people.",
    WithheldKind.HIDDEN: (
        "so few people are behind this figure, or behind one that it would give away, that somebody could be "
        "recognised. It stands nowhere in this file."
    ),
    WithheldKind.NOT_DUE: "the day on which this is due has not come.",
    WithheldKind.NO_DATA: "no file with this figure has been loaded.",
    WithheldKind.NOT_INSPECTED: "Ofsted has not inspected this academy so far.",
}
"""What the words in place of a figure mean."""
RESTRICTED = (
    "Rows that say “Do not pass on” are small numbers, shown to a headteacher of their own academy. Somebody could be "
    "recognised by them. Keep this file where nobody else reads it, and pass none of these figures on."
)


class Note(NamedTuple):
    """A line of the notes: what is told, the text, and a file's checksum."""

    what: str
    text: str
    checksum: str = ""


def about(kpi: Kpi, result: Result, others: Iterable[Result], strip: Strip) -> tuple[Note, ...]:
    """The notes to one KPI's figures; ``others`` are all results in the file."""
    passport = kpi.passport
    every = [result, *others]
    told = [
        Note("What it says", result.sentence),
        *(Note("Note", note) for note in result.notes),
        Note("The plan’s promise", kpi.promise),
        Note("Definition", passport.definition),
        Note("Counted", passport.numerator),
        Note("Out of", passport.denominator),
        Note("Where it comes from", passport.source),
        Note("How late it is", passport.lag),
        *(Note("Change of method", change) for change in passport.changes),
        Note("Why a year may be missing", passport.missing_years),
    ]
    return (*_strip(strip), *(n for n in told if n.text), *_reading(every), *_files(every), _cite(strip))


def about_many(results: Sequence[Result], strip: Strip) -> tuple[Note, ...]:
    """The notes to the figures of many KPIs together."""
    return (*_strip(strip), *_reading(results), *_files(results), _cite(strip))


def _strip(strip: Strip) -> tuple[Note, ...]:
    return tuple(Note(name, said) for name, said in strip.items())


def _reading(results: Sequence[Result]) -> Iterable[Note]:
    yield Note("Percentages", "Percentages are points from 0 to 100; the unit stands beside each figure.")
    methods = sorted({r.interval_method for r in results if r.lower is not None and r.interval_method})
    if methods:
        yield Note(
            "Limits", f"95 % limits: chance alone would mostly keep a figure between them ({'; '.join(methods)})."
        )
    if any(r.restricted for r in results):
        yield Note("Handling", RESTRICTED)
    kinds = {r.withheld.kind for r in results if r.withheld is not None}
    for kind, meaning in MEANING.items():
        if kind in kinds:
            said = str(kind)
            yield Note(f"“{said[:1].upper()}{said[1:]}”", meaning[:1].upper() + meaning[1:])


def _files(results: Sequence[Result]) -> Iterable[Note]:
    """The files behind the figures. How many rows of them, is not told: of a few people it says how many they are."""
    found = {(s.file, s.sha256): s for r in results for s in r.source}
    for _, source in sorted(found.items()):
        yield Note("Source file", " · ".join(t for t in (source.file, source.title, source.stage) if t), source.sha256)


def _cite(strip: Strip) -> Note:
    what = ", ".join(part for part in (strip.kpi, strip.scope, strip.year) if part)
    return Note(
        "How to cite",
        f"{strip.trust}, Trust KPI explorer: {what}. Data to {day(strip.data_to)}, version {strip.version}.",
    )
