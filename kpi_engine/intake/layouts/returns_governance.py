"""Records of governance, from which answers are derived on a date, and each year's DfE efficiency checks.

The records: who holds which skill, which places are filled, which reviews took place, and when management
accounts reached governors.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from kpi_engine.errors import Finding
from kpi_engine.facts import FACT_COLUMNS, facts, stack
from kpi_engine.intake.layout import Accepted, Column, Kind, Layout, Produced
from kpi_engine.intake.layouts import returns_common as common
from kpi_engine.intake.layouts.returns_rules import AMonth, AtMost, DayIn, NotBefore, findings
from kpi_engine.intake.table import RawTable
from kpi_engine.model import TOTAL, TRUST

_ROLE = re.compile(
    r"chair|chairs|chairman|vice|deputy|trustees?|governors?|members?|treasurer|clerk|directors?|head|headteacher|"
    r"principal|executive|ceo|cfo|officer|lead|link|parents?|staff|foundation|authority|co|opted|coopted|associate|"
    r"safeguarding|finance|audit|risk|send|pupil|premium|curriculum|standards|community|local|independent|"
    r"of|the|and|for|to|governing|body|board|trust|committee|academy",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[ -]?){1,4}\d{0,2}")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONG_NUMBER = re.compile(r"\d{4,}")
_SOMEBODY = "member"


def member_label(member: str) -> str:
    """Initials or a role as they are; a name as its initials, since no screen needs more.

    The label of a label is itself. A number of more than three figures (a staff number, a year of birth) is left out.
    """
    text = " ".join(_LONG_NUMBER.sub("", member).split())
    words = _WORD.findall(text)
    if not words:
        return text if len(text) <= 3 and (text or not member.strip()) else _SOMEBODY
    if _INITIALS.fullmatch(text) and text == text.upper():
        return text
    if not any(map(_ROLE.fullmatch, words)):
        return "".join(word[0].upper() for word in words)[:4]
    return _WORD.sub(lambda word: word[0] if _ROLE.fullmatch(word[0]) else word[0][0].upper(), text)


def member_labels(body: pd.Series[str], member: pd.Series[str]) -> pd.Series[str]:
    """Labels of members, with a number behind where two members of one body would share their initials."""
    label: dict[tuple[str, str], str] = {}
    taken: dict[tuple[str, str], int] = {}
    for key in sorted(set(zip(body, member, strict=True))):
        short = member_label(key[1])
        count = taken[key[0], short] = taken.get((key[0], short), 0) + 1
        label[key] = short if count == 1 else f"{short} {count}"
    return pd.Series([label[key] for key in zip(body, member, strict=True)], index=member.index, dtype=object)


def _body(table: RawTable) -> pd.Series[str]:
    return table.text("body").str.replace(r"\.0$", "", regex=True).str.lower()


def _skills(item: Accepted) -> Produced:
    table = item.table
    body = _body(table)
    columns = {
        "body": body,
        "member": member_labels(body, table.text("member")),
        "skill": table.text("skill"),
        "required": table.text("required"),
        "level": table.text("level_0_4", "level").str.replace(r"\.0$", "", regex=True),
    }
    columns |= {name: common.day(table, name) for name in ("audit_date", "training_date")}
    return common.as_record(item, "skills", columns)


def _with_labels(table: RawTable) -> RawTable:
    """The table with labels in place of the members' names, so that no name is kept."""
    name = table.columns.get("member")
    if name is None:
        return table
    return replace(table, frame=table.frame.assign(**{name: member_labels(_body(table), table.frame[name])}))


def _required_by_all_or_none(table: RawTable) -> list[Finding]:
    audit = [_body(table), common.day(table, "audit_date"), table.text("skill")]
    required = table.text("required")
    first = required.groupby(audit).transform("first")
    expected = first.map(lambda word: f"{word}, as in the audit's first row of this skill")
    message = "differs between members for the same skill of one audit"
    return findings(table, (required != "") & (required != first), "required", message, expected)


SKILLS = Layout(
    id="return_skills_audit",
    title="Skills audit of the Trust Board and governing bodies",
    publisher=common.PUBLISHER,
    dataset="return_skills_audit",
    needs=("body", "audit_date", "member", "skill", "required", "training_date"),
    columns=(
        Column("body", Kind.URN, filled=True, choices=(TRUST,)),
        common.date("audit_date", filled=True),
        Column("member", filled=True),
        Column("skill", filled=True),
        common.choice("required", "Y", "N"),
        Column("level_0_4", Kind.CHOICE, aliases=("level",), choices=("0", "1", "2", "3", "4")),
        common.date("training_date"),
    ),
    produce=_skills,
    shortened=_with_labels,
    checks=(_required_by_all_or_none,),
    one_year=False,
    own_return=True,
    urn_column="body",
    key=("body", "audit_date", "member", "skill"),
)


def _governors(item: Accepted) -> Produced:
    table = item.table
    columns = {"urn": common.urn(table), "category": table.text("category")}
    columns |= {name: common.day(table, name) for name in ("as_at", "oldest_vacancy_date")}
    columns |= {name: table.text(name).str.replace(r"\.0$", "", regex=True) for name in ("places", "filled")}
    return common.as_record(item, "governors", columns)


def _no_vacancy_date_when_full(table: RawTable) -> list[Finding]:
    full = common.value(table, "places") == common.value(table, "filled")
    broken = full & (table.text("oldest_vacancy_date") != "")
    message = "is given although every place is filled"
    return findings(table, broken, "oldest_vacancy_date", message, "an empty cell, or fewer filled places")


GOVERNORS = Layout(
    id="return_governors",
    title="Governing body places",
    publisher=common.PUBLISHER,
    dataset="return_governors",
    needs=("urn", "as_at", "category", "places", "filled", "oldest_vacancy_date"),
    columns=(
        common.URN,
        common.date("as_at", filled=True),
        Column("category", filled=True),
        common.figure("places"),
        common.figure("filled"),
        common.date("oldest_vacancy_date"),
    ),
    produce=_governors,
    checks=(
        AtMost("filled", "places"),
        NotBefore("as_at", "oldest_vacancy_date"),
        _no_vacancy_date_when_full,
    ),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "as_at", "category"),
)


def _reviews(item: Accepted) -> Produced:
    table = item.table
    plain = ("reviewer_organisation", "external", "scope", "outcome")
    columns = {name: table.text(name) for name in plain}
    columns |= {"urn": common.urn(table), "review_date": common.day(table, "review_date")}
    return common.as_record(item, "reviews", columns)


REVIEWS = Layout(
    id="return_qa_reviews",
    title="Quality assurance reviews",
    publisher=common.PUBLISHER,
    dataset="return_qa_reviews",
    needs=("urn", "review_date", "reviewer_organisation", "external", "scope", "outcome"),
    columns=(
        common.URN,
        common.date("review_date", filled=True),
        Column("reviewer_organisation", filled=True),
        common.choice("external", "Y", "N"),
        Column("scope"),
        Column("outcome"),
    ),
    produce=_reviews,
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "review_date", "reviewer_organisation", "scope"),
)


def _accounts(item: Accepted) -> Produced:
    table = item.table
    columns = {
        "urn": common.urn(table),
        "month": common.month(table),
        "presented_to": table.text("presented_to"),
    }
    columns |= {name: common.day(table, name) for name in ("due_date", "issued_date", "presented_date")}
    return common.as_record(item, "accounts", columns)


def _due_after_its_month_began(table: RawTable) -> list[Finding]:
    month, due = common.month(table), common.day(table, "due_date")
    broken = (month != "") & (due != "") & (due.str[:7] < month)
    expected = month.map(lambda text: f"a date in {text} or later")
    return findings(table, broken, "due_date", "is before the month that the accounts are for", expected)


ACCOUNTS = Layout(
    id="return_accounts_log",
    title="Management accounts: when each pack reached governors",
    publisher=common.PUBLISHER,
    dataset="return_accounts_log",
    needs=("urn", "month", "due_date", "issued_date", "presented_date", "presented_to"),
    columns=(
        common.URN,
        Column("month", filled=True),
        common.date("due_date", filled=True),
        common.date("issued_date"),
        common.date("presented_date"),
        Column("presented_to"),
    ),
    produce=_accounts,
    checks=(AMonth(), _due_after_its_month_began, NotBefore("presented_date", "issued_date")),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "month"),
)

_CHECKS = tuple(str(check) for check in range(1, 11))
_CHECK_COLUMN = ("check_1_10", "check")


def _efficiency(item: Accepted) -> Produced:
    """Each of the ten checks, and their total over ten; a check not in the return is not evidenced."""
    table = item.table
    given = pd.DataFrame(
        {
            "urn": common.urn(table),
            "year": common.year(table),
            "check": table.text(*_CHECK_COLUMN).str.replace(r"\.0$", "", regex=True),
            "status": table.text("status"),
            "date": common.day(table, "evidence_date"),
        }
    )
    given["row"] = given.index
    places = given.groupby(["urn", "year"], as_index=False, sort=False)["row"].min()
    ten = places.merge(pd.DataFrame({"check": _CHECKS}), how="cross")
    ten = ten.merge(given.drop(columns="row").assign(own=given["row"]), on=["urn", "year", "check"], how="left")
    in_year = [
        not isinstance(date, str) or not date or common.year_of_month(date[:7]) == year
        for date, year in zip(ten["date"], ten["year"], strict=True)
    ]
    ten["n"] = ((ten["status"] == "evidenced") & pd.Series(in_year, index=ten.index)).astype(float)
    ten["detail"] = [
        "not in the return" if not isinstance(status, str) else _evidence_words(status, date, timely)
        for status, date, timely in zip(ten["status"], ten["date"], in_year, strict=True)
    ]
    ten["row"] = ten["own"].where(ten["own"].notna(), ten["row"])
    total = ten.groupby(["urn", "year"], as_index=False, sort=False).agg(n=("n", "sum"), row=("row", "min"))
    made = []
    for rows, d in ((ten, 1.0), (total.assign(check=TOTAL, detail=None), 10.0)):
        rows = rows.set_index(rows["row"].astype(int))
        rows.index.name = None
        frame = facts(
            "efficiency_checks", common.SERIES, common.STAGE, "", rows["urn"], item.source_id,
            breakdown={"check": rows["check"]}, numerator=rows["n"], denominator=d, detail=rows["detail"],
        )  # fmt: skip
        frame["academic_year"] = rows["year"]
        made.append(frame)
    return {"facts": stack(made, FACT_COLUMNS)}


def _evidence_words(status: str, date: str, timely: bool) -> str:
    words = "not evidenced" if status == "no" else status
    if not date:
        return words
    return f"{words}, {date}" if timely else f"{words}, {date}: outside the year, so not counted"


EFFICIENCY = Layout(
    id="return_efficiency_checks",
    title="DfE efficiency checks evidenced",
    publisher=common.PUBLISHER,
    dataset="return_efficiency_checks",
    needs=("urn", "academic_year", "status", "evidence_date", "note"),
    columns=(
        common.URN,
        common.ACADEMIC_YEAR,
        Column("check_1_10", Kind.CHOICE, aliases=("check",), filled=True, choices=_CHECKS),
        common.choice("status", "evidenced", "partial", "no"),
        common.date("evidence_date"),
        Column("note", kept=False),
    ),
    produce=_efficiency,
    checks=(DayIn("evidence_date", blocking=False),),
    one_year=False,
    own_return=True,
    urn_column="urn",
    key=("urn", "academic_year", "check_1_10"),
)

LAYOUTS = (SKILLS, GOVERNORS, REVIEWS, ACCOUNTS, EFFICIENCY)
