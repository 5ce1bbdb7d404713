"""Published destinations: the wide KS4 and 16-18 tables, and the tidy KS4 file of newer leavers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sample_data.make import trust
from sample_data.make.ees import PLACE, SCHOOL, SUPPRESSED, of_school
from sample_data.make.leavers import Leavers, leavers
from sample_data.make.pupils import Flags
from sample_data.make.tools import chance, percent, plain, release, table, write, write_dicts
from sample_data.make.trust import SCHOOLS, School

Row = dict[str, str]
WIDE_KINDS = (
    "OVERALL_DEST",
    "APPREN",
    "EMPLOYMENT",
    "EDUCATION",
    "FE",
    "SCH_6TH",
    "SIXTH_COL",
    "OTHER_EDU",
    "NOT_SUSTAINED",
    "UNKNOWN",
)


def _sustained(school: School, group: str, start: int) -> tuple[Leavers, dict[str, Flags]] | None:
    """Six months later some have dropped out again: DfE's count, in the wide table's kinds."""
    found = leavers(school, group, start)
    if found is None:
        return None
    draw = chance("sustained", school.key, group, start)
    lost = draw.random_sample(len(found.people)) < 0.035
    where = found.where
    kinds = {
        "APPREN": (where == "apprenticeship") & ~lost,
        "EMPLOYMENT": (where == "employment") & ~lost,
        "EDUCATION": (where == "education") & ~lost,
        "UNKNOWN": (where == "not_known") & (draw.random_sample(len(where)) < 0.5),
    }
    pick = draw.random_sample(len(where))
    own = school.sixth_form and group == "11"
    edges = (0.36, 0.86, 0.97) if own else (0.55, 0.62, 0.97)
    kinds["FE"] = kinds["EDUCATION"] & (pick < edges[0])
    kinds["SCH_6TH"] = kinds["EDUCATION"] & (pick >= edges[0]) & (pick < edges[1])
    kinds["SIXTH_COL"] = kinds["EDUCATION"] & (pick >= edges[1]) & (pick < edges[2])
    kinds["OTHER_EDU"] = kinds["EDUCATION"] & (pick >= edges[2])
    kinds["OVERALL_DEST"] = kinds["APPREN"] | kinds["EMPLOYMENT"] | kinds["EDUCATION"]
    kinds["NOT_SUSTAINED"] = ~kinds["OVERALL_DEST"] & ~kinds["UNKNOWN"]
    return found, kinds


def _wide_row(school: School, start: int, code: str, group: str, prefix: str = "") -> Row | None:
    made = _sustained(school, group, start)
    if made is None:
        return None
    found, kinds = made
    poor = found.people.disadvantaged
    row: Row = {
        "RECTYPE": "2" if school.phase == "special" else "1",
        "LEA": trust.LA_CODE,
        "ESTAB": school.estab,
        "URN": school.urn_in(start),
        "ICLOSE": "0",
        "SCHNAME": school.name_in(start),
        "NFTYPE": school.nftype if school.urn_in(start) == school.urn else code,
    }
    for tail, chosen in (("", np.ones(len(poor), dtype=bool)), ("_DIS", poor), ("_NONDIS", ~poor)):
        size = int(chosen.sum())
        hidden = size < 6
        row[f"{prefix}COHORT{tail}"] = "SUPP" if hidden else str(size)
        for kind in WIDE_KINDS:
            count = int((kinds[kind] & chosen).sum())
            row[f"{prefix}{kind}{tail}"] = "SUPP" if hidden else str(count)
            row[f"{prefix}{kind}PER{tail}"] = "SUPP" if hidden else percent(count, size)
    return row


def _wide(folder: Path) -> None:
    """The release labelled 2018-2019: leavers of summer 2017. The next: leavers of summer 2018, without England."""
    published = table("ks4_pupdest_2018-2019.csv")
    for start, labelled in ((2016, 2018), (2017, 2019)):
        head = published[0] if start == 2016 else [name for name in published[0] if not name.endswith(("_17", "_18"))]
        rows = [head]
        for school in sorted(SCHOOLS, key=lambda school: school.estab):
            row = _wide_row(school, start, "CY", "11")
            if row is not None:
                row = dict.fromkeys((name for name in head if name.endswith(("_17", "_18"))), "NA") | row
                rows.append([row.get(name, "") for name in head])
        rows.append([{"RECTYPE": "LA", "LEA": trust.LA_CODE}.get(name, "") for name in head])
        rows += published[1:] if start == 2016 else []
        write(folder / f"{release(labelled)}_england_ks4-pupdest.csv", rows, encoding="utf-8-sig", line="\r\n")
    head = [name for name in published[0] if not name.endswith(("_17", "_18"))]
    head = head[:7] + ["TOT_" + name for name in head[7:]]
    rows = [head]
    for school in sorted(SCHOOLS, key=lambda school: school.estab):
        row = _wide_row(school, 2016, "CY", "13", "TOT_")
        if row is not None:
            rows.append([row.get(name, "") for name in head])
    write(folder / "2018-2019_england_ks5-studest.csv", rows, encoding="utf-8-sig", line="\r\n")


TIDY = [
    *PLACE,
    *SCHOOL,
    "version",
    "breakdown_topic",
    "breakdown",
    "data_type",
    "cohort",
    "overall",
    "education",
    "appren",
    "all_work",
    "all_notsust",
    "all_unknown",
]
_TIDY_KINDS = {
    "overall": "OVERALL_DEST",
    "education": "EDUCATION",
    "appren": "APPREN",
    "all_work": "EMPLOYMENT",
    "all_notsust": "NOT_SUSTAINED",
    "all_unknown": "UNKNOWN",
}


def make(folder: Path) -> None:
    """Writes the wide tables of two leaving years and the tidy one of three, whose period is the leaving cohort."""
    _wide(folder)
    rows: list[Row] = []
    for start in (2020, 2021, 2022):
        for school in SCHOOLS:
            made = _sustained(school, "11", start)
            if made is None:
                continue
            found, kinds = made
            poor = found.people.disadvantaged
            parts = (
                ("Total", "Total", np.ones(len(poor), dtype=bool)),
                ("Disadvantage status", "Disadvantaged", poor),
                ("Disadvantage status", "Not known to be disadvantaged", ~poor),
            )
            for topic, label, chosen in parts:
                size = int(chosen.sum())
                for data_type in ("Number of students", "Percentage"):
                    row = of_school(school, start) | {
                        "version": "Final",
                        "breakdown_topic": topic,
                        "breakdown": label,
                        "data_type": data_type,
                        "cohort": str(size),
                    }
                    small = min(int(poor.sum()), int((~poor).sum())) < 6 and label != "Total"
                    for column, kind in _TIDY_KINDS.items():
                        count = int((kinds[kind] & chosen).sum())
                        shown = (
                            str(count)
                            if data_type.startswith("Number")
                            else plain(100 * count / size, 1)
                            if size
                            else "z"
                        )
                        row[column] = SUPPRESSED if small or size < 6 else shown
                    if small or size < 6:
                        row["cohort"] = SUPPRESSED
                    rows.append(row)
    write_dicts(folder / "ees_ks4_destinations_institution_202021_to_202223.csv", TIDY, rows)
