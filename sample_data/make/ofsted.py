"""Ofsted management information in the layouts of five vintages."""

from __future__ import annotations

from pathlib import Path

from sample_data.make.inspections import INSPECTIONS, NO_HEADLINE, REPORT_CARDS, UNGRADED, before
from sample_data.make.ofsted_cells import Row, about, areas, card, event, uk, where
from sample_data.make.ofsted_columns import ALL_2019, PREVIOUS, YTD_2025, YTD_2026
from sample_data.make.tools import header, write, write_dicts
from sample_data.make.trust import SCHOOLS

_GRADED_NOW = "Does the latest graded inspection relate to the URN of the current school?"


def _latest_2024() -> list[Row]:
    date, rows = "2024-08-31", []
    for school in SCHOOLS:
        row = about(school, date, "Web link")
        graded = [found for found in before(school.key, date) if found.graded]
        names = header("ofsted_2024-08_header.csv")
        row |= {name: "NULL" for name in names if name not in row}
        row["Ungraded inspection overall outcome"] = row["Category of concern"] = ""
        ungraded = [found for found in before(school.key, date) if found.kind == UNGRADED]
        if ungraded:
            found = ungraded[-1]
            row |= {
                "Latest ungraded inspection number since last graded inspection": found.number,
                "Number of ungraded inspections since the last graded inspection": "1",
                "Date of latest ungraded inspection": uk(found.date),
                "Ungraded inspection publication date": uk(found.published),
                "Did the latest ungraded inspection convert to a graded inspection?": "No",
                "Ungraded inspection overall outcome": found.outcome,
            }
            row |= where(
                found,
                "the ungraded inspection",
                "Does the ungraded inspection relate to the URN of the current school?",
            )
        if graded:
            row |= {"Inspection number of latest graded inspection": graded[-1].number} | event(graded[-1])
            row |= where(graded[-1], "latest graded inspection", _GRADED_NOW) | areas(graded[-1])
        if len(graded) > 1:
            past = graded[-2]
            row |= {
                "Previous graded inspection number": past.number,
                "Previous inspection start date": uk(past.date),
                "Previous publication date": uk(past.published),
            }
            row |= where(
                past,
                "previous graded inspection",
                "Does the previous graded inspection relate to the URN of the current school?",
            )
            row |= areas(past, "Previous ", "graded inspection overall effectiveness")
        rows.append(row)
    return rows


def _ytd_2025() -> list[Row]:
    rows = []
    for found in INSPECTIONS:
        if not NO_HEADLINE <= found.date <= "2025-05-31":
            continue
        row = about(found.school, "2025-05-31", "Web Link") | {"Inspection number": found.number} | event(found)
        row |= {name: "NULL" for name in YTD_2025 if name not in row}
        row |= {"Category of concern": "", "Outcomes for ungraded and monitoring inspections": found.outcome}
        if found.graded:
            grades = areas(found)
            grades["Safeguarding is effective"] = grades.pop("Safeguarding is effective?")
            grades.pop("Overall effectiveness")
            row |= grades
        earlier = [old for old in before(found.key, found.date) if old.graded and old.date < found.date]
        if earlier:
            past = earlier[-1]
            place = where(past, "previous graded inspection", PREVIOUS[3])
            row |= {
                "Previous graded inspection number": past.number,
                "Previous inspection start date": uk(past.date),
                "Previous publication date": uk(past.published),
            }
            row |= {name: text for name, text in place.items() if name in PREVIOUS}
            row |= areas(past, "Previous ", "overall effectiveness")
        rows.append(row)
    return rows


def _ytd_2026() -> list[Row]:
    return [
        about(found.school, "2026-02-28", YTD_2026[0])
        | {"Inspection number": found.number}
        | event(found)
        | {"Category of concern": ""}
        | card(found)
        for found in INSPECTIONS
        if found.card and found.date >= REPORT_CARDS and found.published <= "2026-02-28"
    ]


def _latest_2026() -> list[Row]:
    date, rows = "2026-06-30", []
    names = header("ofsted_2026-06_header.csv")
    for school in SCHOOLS:
        row = about(school, date, names[0])
        row |= {name: "NULL" for name in names if name not in row}
        row |= {
            "Category of concern": "",
            "Latest OEIF category of concern": "",
            "Most recent category of concern": "",
            "Ungraded inspection overall outcome": "",
        }
        known = before(school.key, date)
        cards = [found for found in known if found.card]
        if cards:
            found = cards[-1]
            row |= {"Inspection number of latest full inspection": found.number} | event(found) | card(found)
            row |= where(
                found,
                "latest full inspection",
                "Does the latest full inspection relate to the URN of the current school?",
            )
            for name in names:
                if name.endswith(" - date of grade"):
                    row[name] = uk(found.date)
        graded = [found for found in known if found.graded]
        if graded:
            found = graded[-1]
            label = "of latest OEIF graded inspection"
            row |= {"Inspection number " + label: found.number}
            row |= {f"{name} {label}": text for name, text in event(found).items()}
            row |= where(
                found,
                "latest OEIF graded inspection",
                "Does the latest OEIF graded inspection relate to the URN of the current school?",
            )
            grades = areas(found, "Latest OEIF ", "overall effectiveness")
            grades["Latest OEIF  safeguarding is effective?"] = grades.pop("Latest OEIF safeguarding is effective?")
            row |= grades
        ungraded = [found for found in known if found.kind == UNGRADED]
        if ungraded:
            found = ungraded[-1]
            row |= {
                "Latest ungraded inspection number": found.number,
                "Date of latest ungraded inspection": uk(found.date),
                "Ungraded inspection publication date": uk(found.published),
                "Ungraded inspection overall outcome": found.outcome,
            }
            row |= where(
                found,
                "the ungraded inspection",
                "Does the ungraded inspection relate to the URN of the current school?",
            )
        rows.append(row)
    return rows


def _all_2019() -> list[list[str]]:
    rows: list[list[str]] = [
        ["State-funded school inspections and outcomes: 1 September 2015 to 31 August 2019"],
        ALL_2019,
    ]
    for found in INSPECTIONS:
        if found.date >= "2019-09-01" or found.grades is None:
            continue
        row = about(found.school, found.date, "Web link") | {"Inspection number": found.number} | event(found)
        total, teaching, behaviour, _, leaders, early, sixth = map(str, found.grades)
        row |= {
            "Overall effectiveness": total,
            "Category of concern": found.concern,
            "Outcomes for pupils": teaching,
            "Quality of teaching, learning and assessment": teaching,
            "Effectiveness of leadership and management": leaders,
            "Personal development, behaviour and welfare": behaviour,
            "Early years provision (where applicable)": early,
            "16 to 19 study programmes (where applicable)": sixth,
            "Is safeguarding effective?": found.safeguarding,
        }
        rows.append([row.get(name, "") for name in ALL_2019])
    return rows


def make(folder: Path) -> None:
    """Writes the five vintages under the names that Ofsted gives them."""
    stem = "Management_information_-_state-funded_schools_-_"
    write(
        folder / f"{stem}all_inspections_1_September_2015_to_31_August_2019.csv",
        _all_2019(),
        encoding="cp1252",
        line="\r\n",
    )
    write_dicts(
        folder / f"{stem}latest_inspections_as_at_31_August_2024.csv",
        header("ofsted_2024-08_header.csv"),
        _latest_2024(),
        encoding="cp1252",
        line="\r\n",
    )
    write_dicts(
        folder / f"{stem}all_inspections_-_year_to_date_published_by_31_May_2025.csv",
        YTD_2025,
        _ytd_2025(),
        encoding="cp1252",
        line="\r\n",
    )
    write_dicts(
        folder / f"{stem}all_inspections_-_year_to_date_published_by_28_February_2026.csv",
        YTD_2026,
        _ytd_2026(),
        encoding="utf-8-sig",
        line="\r\n",
    )
    write_dicts(
        folder / f"{stem}latest_inspections_as_at_30_June_2026.csv",
        header("ofsted_2026-06_header.csv"),
        _latest_2026(),
        line="\r\n",
    )
