"""KS4 performance tables, wide: provisional and final, with England's rows as far as they are at hand."""

from __future__ import annotations

from pathlib import Path

from sample_data.make import trust
from sample_data.make.attainment import Ks4, ks4
from sample_data.make.ks4 import Figures, band, everyone, figures, without_some
from sample_data.make.pupils import Flags, roll
from sample_data.make.tools import england, fixed, header, percent, plain, release, table, write
from sample_data.make.trust import SCHOOLS, School

Row = dict[str, str]
SUPPRESSED = "SUPP"


def header_of(start: int) -> list[str]:
    """The final release's columns; earlier releases without the columns that repeat later years."""
    names = header("ks4_final_2018-2019_header.csv")
    later = {2016: ("17", "18"), 2017: ("18",), 2018: ()}[start]
    return [name for name in names if not any(f"_{year}" in name for year in later)]


def _p8(found: Figures, suffix: str = "") -> Row:
    if not found.shown:
        return {f"P8MEA{suffix}": SUPPRESSED, f"P8CILOW{suffix}": SUPPRESSED, f"P8CIUPP{suffix}": SUPPRESSED}
    if found.progress is None or found.lower is None or found.upper is None:
        return {}
    return {
        f"P8MEA{suffix}": plain(found.progress, 2),
        f"P8CILOW{suffix}": plain(found.lower, 2),
        f"P8CIUPP{suffix}": plain(found.upper, 2),
    }


def _identity(school: School, start: int) -> Row:
    urn = school.urn_in(start)
    return {
        "RECTYPE": "2" if school.phase == "special" else "1",
        "LEA": trust.LA_CODE,
        "ESTAB": school.estab,
        "URN": urn,
        "SCHNAME": school.name_in(start),
        "SCHNAME_AC": "" if urn == school.urn else school.name,
        "ADDRESS1": school.street,
        "TOWN": "Wychbourne",
        "PCODE": school.postcode,
        "CONTFLAG": "0",
        "ICLOSE": "0",
        "NFTYPE": school.nftype if urn == school.urn else "CY",
        "RELDENOM": "Does not apply",
        "ADMPOL": "NON-SELECTIVE",
        "EGENDER": "MIXED",
        "FEEDER": "0",
        "TABKS2": "1" if school.entry else "0",
        "TAB1618": "1" if school.sixth_form else "0",
        "AGERANGE": f"{school.low}-{school.high}",
        "TOTPUPS": str(len(roll(school, start, sixth=True))),
    }


def provisional_row(school: School, found: Ks4, start: int) -> Row:
    """One school in the 25 columns of the provisional table."""
    chosen = without_some(found, 2 if len(found.people) > 40 else 0)
    all_of = figures(found, chosen, nudge=-0.2)
    row = {
        name: text
        for name, text in _identity(school, start).items()
        if name in ("RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME", "ICLOSE", "NFTYPE")
    }
    row |= {
        "TPUP": str(all_of.pupils),
        "ATT8SCR": plain(all_of.average, 1),
        "P8PUP": str(all_of.covered),
        "TP8ADJ": "1",
        **_p8(all_of),
        **_p8(all_of, "_ORIG"),
    }
    row["P8CILOW_ORIG"], row["P8CIUPP_ORIG"] = row.pop("P8CILOW_ORIG", ""), row.pop("P8CIUPP_ORIG", "")
    row |= {
        "PTL2BASICS_94": percent1(all_of.grade4, all_of.pupils),
        "PTL2BASICS_95": percent1(all_of.grade5, all_of.pupils),
    }
    if all_of.progress is not None and all_of.lower is not None and all_of.upper is not None:
        row["P8_BANDING"] = str(band(all_of.progress, all_of.lower, all_of.upper))
    return row


def percent1(part: int, whole: int) -> str:
    """``66.2%``: the provisional table prints one decimal."""
    return fixed(100 * part / whole, 1) + "%" if whole else ""


def _orig(found: Figures, suffix: str) -> Row:
    """The unadjusted scores carry ``_ORIG`` at the end of the name."""
    return {name + "_ORIG": value for name, value in _p8(found, suffix).items()}


def _final_row(school: School, found: Ks4, start: int, names: set[str]) -> Row:
    people = found.people
    all_of = figures(found, everyone(found))
    size = all_of.pupils
    row = _identity(school, start) | {
        "TPUP": str(size),
        "BPUP": str(int((~people.girl).sum())),
        "GPUP": str(int(people.girl.sum())),
        "PBPUP": percent(int((~people.girl).sum()), size),
        "PGPUP": percent(int(people.girl.sum()), size),
        "TFSM6CLA1A": str(int(people.disadvantaged.sum())),
        "PTFSM6CLA1A": percent(int(people.disadvantaged.sum()), size),
        "TNOTFSM6CLA1A": str(int((~people.disadvantaged).sum())),
        "PTNOTFSM6CLA1A": percent(int((~people.disadvantaged).sum()), size),
        "SENSE4": str(int((people.send == "E").sum())),
        "PSENSE4": percent(int((people.send == "E").sum()), size),
        "SENAPK4": str(int((people.send == "K").sum())),
        "PSENAPK4": percent(int((people.send == "K").sum()), size),
        "TEALGRP2": str(int(people.eal.sum())),
        "PTEALGRP2": percent(int(people.eal.sum()), size),
        "TOTATT8": plain(all_of.points, 1),
        "ATT8SCR": plain(all_of.average, 1),
        "P8PUP": str(all_of.covered),
        "TP8ADJ": "0",
        "P8MEACOV": percent(all_of.covered, size),
        **_p8(all_of),
        **_orig(all_of, ""),
        "PTL2BASICS_94": percent(all_of.grade4, size),
        "PTL2BASICS_95": percent(all_of.grade5, size),
    }
    if all_of.progress is not None and all_of.lower is not None and all_of.upper is not None:
        row["P8_BANDING"] = str(band(all_of.progress, all_of.lower, all_of.upper))
    groups: dict[str, Flags] = {
        "FSM6CLA1A": people.disadvantaged,
        "NFSM6CLA1A": ~people.disadvantaged,
        "GIRLS": people.girl,
        "BOYS": ~people.girl,
        "EAL": people.eal,
    }
    small = {name for name, chosen in groups.items() if int(chosen.sum()) < 6}
    if small & {"FSM6CLA1A", "NFSM6CLA1A"}:
        small |= {"FSM6CLA1A", "NFSM6CLA1A"}
    basics = {
        "FSM6CLA1A": "PTFSM6CLA1ABASICS_{}",
        "NFSM6CLA1A": "PTNOTFSM6CLA1ABASICS_{}",
        "GIRLS": "PGL2BASICS_{}",
        "BOYS": "PBL2BASICS_{}",
        "EAL": "PTL2BASICSEAL_{}",
    }
    for name, chosen in groups.items():
        part = figures(found, chosen)
        hidden = name in small
        row[f"ATT8SCR_{name}"] = SUPPRESSED if hidden else plain(part.average, 1)
        row[f"P8PUP_{name}"] = SUPPRESSED if hidden else str(part.covered)
        scores = _p8(part, "_" + name)
        row |= dict.fromkeys(scores, SUPPRESSED) if hidden else scores
        for grade, count in (("94", part.grade4), ("95", part.grade5)):
            row[basics[name].format(grade)] = SUPPRESSED if hidden else percent(count, part.pupils)
    for column, name, measure in (
        ("DIFFN_ATT8", "ATT8SCR_FSM6CLA1A", "ks4_att8"),
        ("DIFFN_P8MEA", "P8MEA_FSM6CLA1A", "ks4_p8"),
    ):
        mine, other = row.get(name, ""), england(measure, start, group="not disadvantaged")
        if mine == SUPPRESSED:
            row[column] = SUPPRESSED
        elif mine and other is not None:
            row[column] = plain(float(mine) - other, 1 if column.endswith("ATT8") else 2)
    for back in (1, 2):
        earlier = ks4(school, start - back) if start - back >= 2016 else None
        if earlier is not None:
            then = figures(earlier, everyone(earlier))
            suffix = f"_{(start - back + 1) % 100}"
            row |= {
                f"ATT8SCR{suffix}": plain(then.average, 1),
                f"P8PUP{suffix}": str(then.covered),
                **_p8(then, suffix),
                f"PTL2BASICS_94{suffix}": percent(then.grade4, then.pupils),
                f"PTL2BASICS_95{suffix}": percent(then.grade5, then.pupils),
            }
    return {name: text for name, text in row.items() if name in names}


def _england(start: int) -> Row:
    """England's state-funded row, from the published averages of that year."""
    row = {"RECTYPE": "7"}
    for column, measure, group, digits, tail in (
        ("ATT8SCR", "ks4_att8", "all", 1, ""),
        ("P8MEA", "ks4_p8", "all", 2, ""),
        ("PTL2BASICS_94", "ks4_engmath_94_pct", "all", 1, "%"),
        ("PTL2BASICS_95", "ks4_engmath_95_pct", "all", 1, "%"),
        ("ATT8SCR_FSM6CLA1A", "ks4_att8", "disadvantaged", 1, ""),
        ("P8MEA_FSM6CLA1A", "ks4_p8", "disadvantaged", 2, ""),
        ("ATT8SCR_NFSM6CLA1A", "ks4_att8", "not disadvantaged", 1, ""),
        ("P8MEA_NFSM6CLA1A", "ks4_p8", "not disadvantaged", 2, ""),
    ):
        value = england(measure, start, group=group)
        if value is not None:
            row[column] = plain(value, digits) + tail
    return row


def make(folder: Path) -> None:
    """Writes three final tables and, for 2018/19, the provisional one that came first."""
    for start in (2016, 2017, 2018):
        head = header_of(start)
        rows: list[list[str]] = [head]
        for school in sorted(SCHOOLS, key=lambda school: school.estab):
            found = ks4(school, start)
            if found is not None:
                row = _final_row(school, found, start, set(head))
                rows.append([row.get(name, "") for name in head])
        rows.append([{"RECTYPE": "4", "LEA": trust.LA_CODE}.get(name, "") for name in head])
        rows.append([_england(start).get(name, "") for name in head])
        write(folder / f"{release(start)}_england_ks4final.csv", rows, encoding="utf-8-sig", line="\r\n")
    published = table("ks4_provisional_2018-2019.csv")
    head = published[0]
    rows = [head]
    for school in sorted(SCHOOLS, key=lambda school: school.estab):
        found = ks4(school, 2018)
        if found is not None:
            row = provisional_row(school, found, 2018)
            rows.append([row.get(name, "") for name in head])
    rows.append([{"RECTYPE": "4", "LEA": trust.LA_CODE}.get(name, "") for name in head])
    write(folder / "2018-2019_england_ks4provisional.csv", rows + published[1:], encoding="utf-8-sig", line="\r\n")
