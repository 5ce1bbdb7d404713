"""From accepted files to the tables of a version: facts, national rows, records, roster, sources, messages.

The same inputs in the same order, with the same trust and date, give the same tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kpi_engine.derive import governance, ofsted
from kpi_engine.disclosure.decide import Price, decide
from kpi_engine.errors import WarehouseError, WrongContent
from kpi_engine.facts import FACT_COLUMNS, NATIONAL_COLUMNS, RECORD_COLUMNS, stack
from kpi_engine.intake.check import check_urns
from kpi_engine.intake.layout import Accepted, Layout
from kpi_engine.intake.layouts.aar import central_urn
from kpi_engine.intake.layouts.common import urn_text
from kpi_engine.intake.layouts.pupil_level import MARKS_ID, PUPILS_ID
from kpi_engine.measures import MEASURES
from kpi_engine.model import CENTRAL, TRUST, Academy
from kpi_engine.roster import build_roster
from kpi_engine.warehouse import marks, resolve
from kpi_engine.warehouse.asat import newest_date
from kpi_engine.warehouse.cohorts import with_cohorts
from kpi_engine.warehouse.resolve import Message, Origin
from kpi_engine.warehouse.rollup import roll_up
from kpi_engine.warehouse.schema import ROSTER_COLUMNS, SOURCE_COLUMNS

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def silent(what: str, done: int, of: int) -> None:
    """No progress shown."""


@dataclass(frozen=True, slots=True)
class Built:
    """The tables of a version and what it says of itself, before it has a version id."""

    frames: Mapping[str, pd.DataFrame]
    as_at: dt.date
    trust_name: str
    trust_uid: str
    academies: tuple[Academy, ...]
    messages: tuple[Message, ...]
    memory: str = ""
    """Names what is hidden only because the version before hid it; empty where that changes nothing."""


def build(
    inputs: Sequence[Accepted],
    layouts: Mapping[str, Layout],
    *,
    trust: str | None = None,
    as_at: dt.date | None = None,
    progress: Progress = silent,
    fresh: Collection[str] = frozenset(),
    before: pd.DataFrame | None = None,
) -> Built:
    """The tables that the inputs, in the order of their loading, give for a trust.

    ``layouts`` by id. ``trust`` is a name, UID or TR number, None where ``academies.csv`` says who belongs.
    ``as_at`` None takes the newest date in the data. ``fresh`` are the source ids that are loaded for the first time:
    a return among them that speaks of another school is refused (WrongContent), while one that was right when it was
    loaded stays when an academy has left since. ``before`` are the figures that the version before did not show
    everybody. Raises NoAcademies when nothing says who belongs to the trust,
    WarehouseError for an input whose layout is not known (a later engine wrote it).
    """
    for item in inputs:
        if item.layout not in layouts:
            raise WarehouseError(
                f"{item.table.file} was read as {item.layout!r}, which this engine does not know; "
                "use the engine that loaded it, or unload the file"
            )
    origins = {
        item.source_id: Origin(order, item.layout, layouts[item.layout].title) for order, item in enumerate(inputs)
    }
    produced: dict[str, list[pd.DataFrame]] = {}

    def produce(item: Accepted) -> None:
        for name, frame in layouts[item.layout].produce(item).items():
            produced.setdefault(name, []).append(frame)

    first = [item for item in inputs if _says_who_belongs(layouts[item.layout])]
    rest = [item for item in inputs if not _says_who_belongs(layouts[item.layout])]
    done = 0
    for item in first:
        produce(item)
        done += 1
        progress("reading who belongs to the trust", done, len(inputs))
    roster = build_roster(_records(produced, origins, None), trust)
    academies = roster.academies
    wanted = frozenset(urn for academy in academies for urn in (academy.urn, *academy.predecessors))
    _refuse_strangers([item for item in rest if item.source_id in fresh], layouts, wanted, produced)
    for item in rest:
        produce(_only(item, layouts[item.layout], wanted))
        done += 1
        progress("turning files into figures", done, len(inputs))

    returns = frozenset(item.source_id for item in inputs if layouts[item.layout].own_return)
    messages = [Message("assumed", note) for note in roster.notes]
    facts = stack(produced.get("facts", []), FACT_COLUMNS)
    facts["urn"] = facts["urn"].replace(central_urn(roster.uid or ""), CENTRAL)
    messages += _outside(facts, returns, wanted)
    facts, said = resolve.standing(facts, origins, wanted | {CENTRAL, TRUST})
    messages += said
    facts, said = resolve.under_current_urns(facts, academies)
    messages += said
    facts = with_cohorts(facts)
    records = _records(produced, origins, wanted)
    if as_at is None:
        published = frozenset(origins) - returns
        as_at = newest_date([item.vintage for item in inputs], facts, published, records)
    facts = stack(
        [facts, *(derive(records, academies, as_at) for derive in (ofsted.derive, governance.derive))], FACT_COLUMNS
    )
    unknown = ~facts["measure"].isin(list(MEASURES))
    if unknown.any():
        names = ", ".join(sorted(facts.loc[unknown, "measure"].unique()))
        raise WarehouseError(f"facts of measures that nobody declared: {names}")
    progress("adding up", 0, 1)
    attendance, said = _from_marks(inputs, academies, wanted, as_at)
    messages += said
    facts, said = marks.preferred(facts, attendance, origins)
    messages += said
    facts, said = roll_up(facts, MEASURES, returns, as_at)
    facts = stack([facts, attendance], FACT_COLUMNS)
    messages += said
    progress("adding up", 1, 1)
    progress("deciding what may be shown", 0, 1)
    decided = decide(facts, returns, MEASURES, academies, as_at, before)
    messages += _hidden(decided.price)
    progress("deciding what may be shown", 1, 1)
    frames = {
        "facts": facts.assign(guard=decided.guard),
        "guarded": decided.sums,
        "national": resolve.national_rows(stack(produced.get("national", []), NATIONAL_COLUMNS), origins),
        "roster": _roster_frame(academies),
        "sources": _sources_frame(inputs, layouts),
        "messages": pd.DataFrame([(m.kind, m.text) for m in messages], columns=["kind", "message"]),
        **records,
    }
    return Built(frames, as_at, roster.trust, roster.uid or "", academies, tuple(messages), decided.memory)


def _hidden(price: Price) -> list[Message]:
    """How many figures about few people are not shown, in a sentence."""
    if not price.cells:
        return []
    text = (
        f"{price.board_first:,} of {price.cells:,} figures and sums of the trust's own returns speak of too few people "
        f"to be shown to governors, and {price.board - price.board_first:,} more would give one of them away"
    )
    return [Message("hidden", text)]


def _from_marks(
    inputs: Sequence[Accepted], academies: Sequence[Academy], wanted: frozenset[str], as_at: dt.date
) -> tuple[pd.DataFrame, list[Message]]:
    """The facts of the pupil-level extracts, complete in all groups and periods, under the academies' own URNs."""
    pupils = [item for item in inputs if item.layout == PUPILS_ID]
    registers = [item for item in inputs if item.layout == MARKS_ID]
    made, messages = marks.roll_up(pupils, registers, MEASURES, as_at)
    messages += _outside(made, frozenset(made["source_id"]), wanted)
    made, said = resolve.under_current_urns(made[made["urn"].isin(list(wanted))].reset_index(drop=True), academies)
    return made, [*messages, *said]


def _refuse_strangers(
    items: Sequence[Accepted],
    layouts: Mapping[str, Layout],
    wanted: frozenset[str],
    produced: Mapping[str, list[pd.DataFrame]],
) -> None:
    registers = produced.get("establishments", [])
    real = frozenset().union(*(frame["urn"] for frame in registers)) if registers else None
    findings = [finding for item in items for finding in check_urns(item.table, layouts[item.layout], wanted, real)]
    if findings:
        raise WrongContent(findings)


def _says_who_belongs(layout: Layout) -> bool:
    return layout.dataset == "academies" or layout.dataset.startswith("gias")


def _only(item: Accepted, layout: Layout, wanted: frozenset[str]) -> Accepted:
    """The file without the schools of others, which spares reading all of England for a few academies.

    Rows whose URN cell is no school's URN (national and local authority rows) stay.
    """
    if layout.urn_column is None or layout.own_return or not item.table.has(layout.urn_column):
        return item
    urn = urn_text(item.table.text(layout.urn_column))
    stays = urn.isin(list(wanted)) | ~urn.str.fullmatch(r"\d{5,7}")
    for name in item.table.columns:
        if name.startswith("urn at time"):
            stays |= urn_text(item.table.text(name)).isin(list(wanted))
    return replace(item, table=item.table.where(stays))


def _records(
    produced: Mapping[str, list[pd.DataFrame]], origins: Mapping[str, Origin], wanted: frozenset[str] | None
) -> dict[str, pd.DataFrame]:
    """The record tables; with ``wanted`` only those of the trust's academies, once and now."""
    found = {}
    for table, columns in RECORD_COLUMNS.items():
        frame = resolve.standing_records(table, stack(produced.get(table, []), columns), origins)
        if wanted is not None and "urn" in columns and len(frame):
            ours = frame["urn"].isin([*wanted, CENTRAL, TRUST])
            if "school_urn" in columns:
                ours |= frame["school_urn"].isin(list(wanted))
            if "predecessor_urn" in columns:
                ours |= frame["predecessor_urn"].isin(list(wanted))
            frame = frame[ours].reset_index(drop=True)
        found[table] = frame
    return found


def _outside(facts: pd.DataFrame, returns: frozenset[str], wanted: frozenset[str]) -> list[Message]:
    """A sentence when the trust's own returns speak of schools that are not (or no longer) its academies."""
    stray = facts["source_id"].isin(list(returns)) & ~facts["urn"].isin(list(wanted | {CENTRAL, TRUST}))
    if not stray.any():
        return []
    urns = ", ".join(sorted(facts.loc[stray, "urn"].unique()))
    return [Message("dropped", f"{stray.sum():,} figures of returns are not used: {urns} is not in the trust")]


def _roster_frame(academies: Sequence[Academy]) -> pd.DataFrame:
    rows = [
        (
            academy.urn,
            academy.name,
            str(academy.phase),
            academy.joined,
            academy.left,
            academy.opened,
            academy.closed,
            " ".join(academy.predecessors),
            "Y" if academy.sixth_form else "N",
            academy.local_authority,
        )
        for academy in academies
    ]
    return pd.DataFrame(rows, columns=list(ROSTER_COLUMNS), dtype=object)


def _sources_frame(inputs: Sequence[Accepted], layouts: Mapping[str, Layout]) -> pd.DataFrame:
    rows = [
        (
            item.source_id,
            item.table.file,
            item.table.sha256,
            item.table.rows,
            layouts[item.layout].title,
            item.stage,
            item.layout,
            layouts[item.layout].dataset,
            item.year,
        )
        for item in inputs
    ]
    return pd.DataFrame(rows, columns=list(SOURCE_COLUMNS), dtype=object)
