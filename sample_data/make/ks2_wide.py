"""KS2 performance tables, wide: one row per school, with England's real rows of the same release."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from sample_data.make import trust
from sample_data.make.attainment import PROGRESS_DEVIATION, Ks2, ks2
from sample_data.make.pupils import Flags, roll
from sample_data.make.tools import england, percent, plain, release, table, write
from sample_data.make.trust import SCHOOLS, School

SUPPRESSED = "SUPP"
SMALLEST_SHOWN = 6
TESTS = {"READ": "reading", "WRIT": "writing", "MAT": "maths"}
SUBJECTS = {"PTREAD": "reading", "PTGPS": "gps", "PTMAT": "maths", "PTWRITTA": "writing"}
Row = dict[str, str]


def header_of(start: int) -> list[str]:
    """The release's columns. The earliest release is the next one's without what points further forward."""
    if start >= 2017:
        return table(f"ks2_{release(start)}.csv")[0]
    return [
        name
        for name in table("ks2_2017-2018.csv")[0]
        if not (name.endswith("_17") or (name.endswith("_16") and "TELIG" in name))
    ]


def national(start: int, kind: str) -> Row:
    """England's real row (``4`` all schools, ``5`` state-funded) of a release."""
    if start >= 2017:
        rows = table(f"ks2_{release(start)}.csv")
        return dict(zip(rows[0], next(row for row in rows[1:] if row[0] == kind), strict=True))
    later = national(2017, kind)
    row = {
        "RECTYPE": kind,
        "PTRWM_EXP": later["PTRWM_EXP_17"],
        "PTRWM_HIGH": later["PTRWM_HIGH_17"],
        "PTRWM_EXP_FSM6CLA1A": later["PTRWM_EXP_FSM6CLA1A_17"],
        "PTRWM_EXP_NotFSM6CLA1A": later["PTRWM_EXP_NotFSM6CLA1A_17"],
        "PTFSM6CLA1A": later["PTFSM6CLA1A_17"],
        "PTNotFSM6CLA1A": later["PTNOTFSM6CLA1A_17"],
        "READ_AVERAGE": later["READ_AVERAGE_17"],
        "MAT_AVERAGE": later["MAT_AVERAGE_17"],
        "DIFFN_RWM_EXP": "0",
    }
    if kind == "5":
        for column, name in (
            ("PTREAD_EXP", "read"),
            ("PTGPS_EXP", "gps"),
            ("PTMAT_EXP", "mat"),
            ("PTWRITTA_EXP", "writ_ta"),
        ):
            row[column] = plain(england(f"ks2_{name}_exp_pct", start) or 0) + "%"
    return row


def _progress(found: Ks2, subject: str, chosen: Flags) -> tuple[str, str, str]:
    """A group's mean progress with its 95 % limits, to one decimal."""
    who = chosen & found.covered
    count = int(who.sum())
    if not count:
        return "", "", ""
    mean = float(found.progress[subject][who].mean())
    reach = 1.96 * PROGRESS_DEVIATION[subject] / math.sqrt(count)
    return plain(mean, 1), plain(mean - reach, 1), plain(mean + reach, 1)


def _band(lower: str, upper: str, score: str) -> str:
    if not score:
        return "NA"
    if float(lower) > 0:
        return "1" if float(score) >= 2.7 else "2"
    if float(upper) < 0:
        return "5" if float(score) <= -3.0 else "4"
    return "3"


def _share(met: Flags, chosen: Flags) -> str:
    return percent(int((met & chosen).sum()), int(chosen.sum()))


def _groups(found: Ks2) -> dict[str, Flags]:
    people = found.people
    return {
        "B": ~people.girl,
        "G": people.girl,
        "FSM6CLA1A": people.disadvantaged,
        "NotFSM6CLA1A": ~people.disadvantaged,
        "EAL": people.eal,
        "MOBN": np.ones(len(people), dtype=bool),
    }


def _hidden(groups: dict[str, Flags]) -> set[str]:
    """Groups of five or fewer; a small disadvantaged or other group hides its counterpart too."""
    small = {name for name, chosen in groups.items() if 0 < int(chosen.sum()) < SMALLEST_SHOWN}
    if small & {"FSM6CLA1A", "NotFSM6CLA1A"}:
        small |= {"FSM6CLA1A", "NotFSM6CLA1A"}
    return small


def results(found: Ks2, other: str, names: set[str]) -> Row:
    """The result columns of one school; ``other`` is England's non-disadvantaged percentage."""
    people, everyone = found.people, np.ones(len(found.people), dtype=bool)
    if len(people) < SMALLEST_SHOWN:
        shown = (
            "PTRWM_EXP",
            "PTRWM_HIGH",
            "READPROG",
            "READPROG_LOWER",
            "READPROG_UPPER",
            "READCOV",
            "WRITPROG",
            "WRITPROG_LOWER",
            "WRITPROG_UPPER",
            "WRITCOV",
            "MATPROG",
            "MATPROG_LOWER",
            "MATPROG_UPPER",
            "MATCOV",
            "PTREAD_EXP",
            "PTGPS_EXP",
            "PTMAT_EXP",
            "PTWRITTA_EXP",
            "READ_AVERAGE",
            "MAT_AVERAGE",
            "PTRWM_EXP_B",
            "PTRWM_EXP_G",
            "PTRWM_EXP_FSM6CLA1A",
            "PTRWM_EXP_NotFSM6CLA1A",
            "DIFFN_RWM_EXP",
        )
        return dict.fromkeys(shown, SUPPRESSED) | {"TELIG": SUPPRESSED}
    groups = _groups(found)
    hidden = _hidden(groups)
    size = len(people)
    row = {
        "TELIG": str(size),
        "PTRWM_EXP": _share(found.expected["rwm"], everyone),
        "PTRWM_HIGH": _share(found.higher["rwm"], everyone),
    }
    for name, column in (
        ("BELIG", ~people.girl),
        ("GELIG", people.girl),
        ("TFSM6CLA1A", people.disadvantaged),
        ("TNotFSM6CLA1A", ~people.disadvantaged),
        ("TEALGRP2", people.eal),
        ("TEALGRP1", ~people.eal),
        ("TSENELE", people.send == "E"),
        ("TSENELK", people.send == "K"),
    ):
        count = int(column.sum())
        row[name] = str(count)
        row["P" + name] = percent(count, size)
    for prefix, subject in SUBJECTS.items():
        row[f"{prefix}_EXP"] = _share(found.expected[subject], everyone)
        row[f"{prefix}_HIGH"] = _share(found.higher[subject], everyone)
        for group in ("FSM6CLA1A", "NotFSM6CLA1A"):
            for level, flags in (("EXP", found.expected[subject]), ("HIGH", found.higher[subject])):
                row[f"{prefix}_{level}_{group}"] = SUPPRESSED if group in hidden else _share(flags, groups[group])
    for prefix, subject in (("READ", "reading"), ("GPS", "gps"), ("MAT", "maths")):
        row[f"{prefix}_AVERAGE"] = plain(float(found.scaled[subject].mean()))
    for prefix, subject in TESTS.items():
        score, lower, upper = _progress(found, subject, everyone)
        row |= {
            f"{prefix}PROG": score,
            f"{prefix}PROG_LOWER": lower,
            f"{prefix}PROG_UPPER": upper,
            f"{prefix}COV": _share(found.covered, everyone),
            f"{prefix}PROG_DESCR": _band(lower, upper, score),
        }
        for group, chosen in groups.items():
            parts = (SUPPRESSED,) * 3 if group in hidden else _progress(found, subject, chosen)
            row |= {
                f"{prefix}PROG_{group}{tail}": part for tail, part in zip(("", "_LOWER", "_UPPER"), parts, strict=True)
            }
    for group, chosen in groups.items():
        for level, flags in (("EXP", found.expected["rwm"]), ("HIGH", found.higher["rwm"])):
            row[f"PTRWM_{level}_{group}"] = SUPPRESSED if group in hidden else _share(flags, chosen)
    mine = row["PTRWM_EXP_FSM6CLA1A"]
    row["DIFFN_RWM_EXP"] = mine if mine in ("", SUPPRESSED) else str(int(mine[:-1]) - int(other.rstrip("%")))
    return {name: value for name, value in row.items() if name in names}


def _identity(school: School, start: int) -> Row:
    urn = school.urn_in(start)
    converted = urn != school.urn and school.opened <= f"{start + 1}-12-31"
    old = urn != school.urn
    return {
        "RECTYPE": "2" if school.phase == "special" else "1",
        "ALPHAIND": str(20000 + int(school.estab)),
        "LEA": trust.LA_CODE,
        "ESTAB": school.estab,
        "URN": urn,
        "SCHNAME": school.name_in(start),
        "ADDRESS1": school.street.replace("\u2019", "'"),
        "TOWN": "Wychbourne",
        "PCODE": school.postcode,
        "TELNUM": "01632960" + school.urn[-3:],
        "PCON_CODE": "E14999999",
        "PCON_NAME": "Wychbourne and Fenn",
        "URN_AC": school.urn if converted else "0",
        "SCHNAME_AC": school.name if converted else "",
        "OPEN_AC": school.opened.replace("-", "") if converted else "",
        "NFTYPE": "CY" if old else school.nftype,
        "ICLOSE": "1" if converted and school.opened < f"{start + 1}-09-01" else "0",
        "RELDENOM": "Does not apply",
        "AGERANGE": f"{school.low}-{school.high}",
        "TAB15": "1" if school.entry7 else "0",
        "TAB1618": "0",
    }


def _history(row: Row, school: School, start: int, names: set[str], other: str) -> None:
    """The columns that repeat earlier years, and the three years together."""
    mine = {year: ks2(school, year) for year in (start, start - 1, start - 2)}
    for year in (start - 1, start - 2):
        found = mine[year]
        suffix = f"_{(year + 1) % 100}"
        earlier = results(found, other, set(row) | {"PTRWM_EXP", "TELIG"}) if found else {}
        for name, value in earlier.items():
            for target in (name + suffix, name.replace("PTNotFSM6", "PTNOTFSM6") + suffix):
                if target in names:
                    row[target] = value
    sized = [found for found in mine.values() if found]
    if len(sized) == 3 and all(len(found.people) >= SMALLEST_SHOWN for found in sized):
        total = sum(len(found.people) for found in sized)
        row["TELIG_3YR"] = str(total)
        row["PTRWM_EXP_3YR"] = percent(sum(int(found.expected["rwm"].sum()) for found in sized), total)


def make(folder: Path) -> None:
    """Writes the three releases before the pandemic."""
    for start in (2016, 2017, 2018):
        head = header_of(start)
        names = set(head)
        england_row = national(start, "5")
        other = england_row["PTRWM_EXP_NotFSM6CLA1A"]
        rows: list[list[str]] = [head]
        for school in sorted(SCHOOLS, key=lambda school: school.estab):
            if not school.entry or (school.opened > f"{start + 1}-08-31" and not school.old_urn):
                continue
            row = {name: text for name, text in _identity(school, start).items() if name in names}
            found = ks2(school, start)
            if found is None:
                # a school that has not grown to year 6 yet: its line stops after the number on roll
                row |= {"TOTPUPS": str(len(roll(school, start))), "TPUPYEAR": "0"}
                rows.append([row.get(name, "") for name in head[: head.index("TPUPYEAR") + 1]])
                continue
            row |= {"TOTPUPS": str(len(roll(school, start))), "TPUPYEAR": str(len(found.people))}
            row |= results(found, other, names)
            _history(row, school, start, names, other)
            rows.append([row.get(name, "") for name in head])
        rows.append(_authority(head, start))
        rows += [[national(start, kind).get(name, "") for name in head] for kind in "45"]
        write(folder / f"{release(start)}_england_ks2final.csv", rows, encoding="utf-8-sig", line="\r\n")


def _authority(head: list[str], start: int) -> list[str]:
    """The invented authority's own row: its invented schools taken together."""
    found = [result for school in SCHOOLS if (result := ks2(school, start)) is not None]
    size = sum(len(result.people) for result in found)
    row = {
        "RECTYPE": "3",
        "ALPHAIND": " ",
        "LEA": trust.LA_CODE,
        "ESTAB": " ",
        "URN": " ",
        "SCHNAME": trust.LA_NAME,
        "TELIG": str(size),
        "PTRWM_EXP": percent(sum(int(result.expected["rwm"].sum()) for result in found), size),
    }
    for prefix, subject in SUBJECTS.items():
        row[f"{prefix}_EXP"] = percent(sum(int(result.expected[subject].sum()) for result in found), size)
    return [row.get(name, "") for name in head]
