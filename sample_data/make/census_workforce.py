"""School census, the workforce table of one year, and teacher turnover by school."""

from __future__ import annotations

from pathlib import Path

from sample_data.make import trust
from sample_data.make.absence import PHASES
from sample_data.make.ees import PLACE, SCHOOL, of_school
from sample_data.make.pupils import roll
from sample_data.make.tools import chance, fixed, header, plain, release, table, write, write_dicts
from sample_data.make.trust import SCHOOLS, School

Row = dict[str, str]


def _exists(school: School, start: int) -> bool:
    return bool(school.old_urn) or school.opened <= f"{start + 1}-01-15"


def census(folder: Path) -> None:
    """January censuses: plain numbers until 2019, per cent signs from 2021; England only where its row is at hand."""
    published = table("census_2018-2019.csv")
    head = published[0]
    for start in (2016, 2017, 2018, 2020, 2021, 2022, 2023, 2024, 2025):
        sign = "%" if start >= 2020 else ""
        rows = [head]
        for school in SCHOOLS:
            if not _exists(school, start):
                continue
            people = roll(school, start, sixth=True)
            size = len(people)

            def share(count: int, size: int = size, sign: str = sign) -> str:
                return plain(100 * count / size, 1) + sign

            counts = {
                "NORG": int(people.girl.sum()),
                "NORB": int((~people.girl).sum()),
                "TSENELSE": int((people.send == "E").sum()),
                "TSENELK": int((people.send == "K").sum()),
                "NUMEAL": int(people.eal.sum()),
                "NUMENGFL": int((~people.eal).sum()),
                "NUMUNCFL": 0,
                "NUMFSM": int(people.disadvantaged.sum() * 0.8),
                "NUMFSMEVER": int(people.disadvantaged.sum()),
            }
            row: Row = {
                "URN": school.urn_in(start),
                "LA": trust.LA_CODE,
                "ESTAB": school.estab,
                "SCHOOLTYPE": "State-funded special school" if school.phase == "special" else PHASES[school.phase],
                "NOR": str(size),
            }
            row |= {name: str(count) for name, count in counts.items()}
            row |= {
                "PNORG": share(counts["NORG"]),
                "PNORB": share(counts["NORB"]),
                "PSENELSE": share(counts["TSENELSE"]),
                "PSENELK": share(counts["TSENELK"]),
                "PNUMEAL": share(counts["NUMEAL"]),
                "PNUMENGFL": share(counts["NUMENGFL"]),
                "PNUMUNCFL": share(0),
                "PNUMFSMEVER": share(counts["NUMFSMEVER"]),
            }
            rows.append([row.get(name, "") for name in head])
        rows += published[1:] if start == 2018 else []
        write(folder / f"{release(start)}_england_census.csv", rows, encoding="utf-8-sig", line="\r\n")


def teachers(school: School, start: int) -> float:
    """Full-time equivalent teachers of a school in November."""
    ratio = {"primary": 20.6, "secondary": 16.8, "all-through": 17.6, "special": 6.2}[school.phase]
    return round(len(roll(school, start, sixth=True)) / ratio, 1)


def workforce(folder: Path) -> None:
    """The workforce table of November 2018; its year stands only in the file's name."""
    head = header("swf_header.csv")
    rows = [head]
    for school in SCHOOLS:
        if not _exists(school, 2018):
            continue
        fte = teachers(school, 2018)
        pay = 39000 + int(chance("pay", school.key).randint(0, 5500))
        assistants, office = fte * (1.1 if school.phase == "special" else 0.6), fte * 0.25
        rows.append(
            [
                trust.LA_CODE,
                school.estab,
                school.urn_in(2018),
                PHASES[school.phase].replace("State-funded ", "").capitalize(),
                plain(fte * 1.12),
                plain(assistants * 1.35),
                plain(office * 1.2),
                fixed(fte, 1),
                fixed(assistants, 1),
                fixed(office, 1),
                fixed(len(roll(school, 2018, sixth=True)) / fte, 1),
                f"£{pay:,}",
            ]
        )
    write(folder / "2018-2019_england_swf.csv", rows, encoding="utf-8-sig", line="\r\n")


TURNOVER = [
    *PLACE,
    *SCHOOL,
    "school_type",
    "teacher_fte_in_census_year",
    "remained_in_the_same_school",
    "left_the_state-funded_system",
    "left_to_another_state-funded_school",
]


def turnover(folder: Path) -> None:
    """Teachers of one November who were gone by the next. The three parts need not add up to the whole."""
    rows = []
    for start in range(2017, 2024):
        for school in SCHOOLS:
            if not _exists(school, start):
                continue
            draw = chance("turnover", school.key, start)
            fte = teachers(school, start)
            rate = (0.235 if school.key == "netherquill" else 0.145) * float(draw.uniform(0.7, 1.3))
            gone = round(fte * rate, 1)
            out = round(gone * float(draw.uniform(0.4, 0.6)), 1)
            rows.append(
                of_school(school, start, "November")
                | {
                    "school_type": PHASES[school.phase],
                    "teacher_fte_in_census_year": plain(fte, 1),
                    "remained_in_the_same_school": plain(fte - gone, 1),
                    "left_the_state-funded_system": plain(out, 1),
                    "left_to_another_state-funded_school": plain(
                        max(0.0, gone - out - float(draw.choice([0, 0, 0.2]))), 1
                    ),
                }
            )
    write_dicts(folder / "teacher_turnover_school_level.csv", TURNOVER, rows)
