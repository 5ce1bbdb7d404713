"""The academies accounts return of 2023/24 as a workbook: the trust's academies among invented comparators."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]

from sample_data.make import trust
from sample_data.make.census_workforce import teachers
from sample_data.make.pupils import roll
from sample_data.make.returns_money import _shares, income
from sample_data.make.tools import chance, header, settle_workbook, to_hundreds
from sample_data.make.trust import ACADEMIES, School

START = 2023
NAMES = (
    "Alder",
    "Birch",
    "Cherry",
    "Dove",
    "Elm",
    "Fern",
    "Gull",
    "Hazel",
    "Iris",
    "Juniper",
    "Kite",
    "Larch",
    "Maple",
    "Nettle",
    "Otter",
    "Plover",
    "Quince",
    "Rook",
    "Sedge",
    "Teasel",
)
Row = dict[str, object]


def _lines(total_income: int, balance: int, shares: dict[str, float], key: str) -> Row:
    """Income and spending lines that add up to the totals beside them."""
    draw = chance("aar", key)
    spend = total_income - balance
    grant = round(total_income * 0.93)
    own = total_income - grant
    part = {line: round(spend * share * float(draw.uniform(0.97, 1.03))) for line, share in shares.items()}
    rest = spend - sum(part[line] for line in shares if line != "non_staff")
    staff = (
        part["teaching"]
        + part["supply"]
        + part["education_support"]
        + part["admin"]
        + part["other_staff"]
        + part["agency"]
    )
    premises, catering = round(rest * 0.17), round(rest * 0.12)
    occupation, learning = round(rest * 0.20), round(rest * 0.18)
    services = round(rest * 0.16)
    supplies = rest - premises - catering - occupation - learning - services
    return {
        "DFE/EFA Revenue grants (includes Coronavirus Government Funding": grant,
        "SEN funding": round(grant * 0.02),
        "All income from facilities and services": round(own * 0.6),
        "Income from catering": own - round(own * 0.6),
        "Teaching staff": part["teaching"],
        "Supply teaching staff": part["supply"],
        "Education support staff": part["education_support"],
        "Administrative and clerical staff": part["admin"],
        "Premises staff": part["premises_staff"],
        "Catering staff": part["catering_staff"],
        "Other staff": part["other_staff"],
        "Agency supply teaching staff": part["agency"],
        "Indirect employee expenses": 0,
        "Building and Grounds maintenance and improvement": premises,
        "Energy": round(occupation * 0.6),
        "Rent and Rates": occupation - round(occupation * 0.6),
        "Learning resources (not ICT equipment)": learning,
        "Educational Consultancy": services,
        "Catering supplies": catering,
        "Administrative supplies - non educational": supplies,
        "In year balance": balance,
        "Revenue reserve": round(total_income * float(draw.uniform(0.02, 0.12))),
        "Total Grant Funding": grant,
        "Direct Grants": grant,
        "Total Self Generated Funding": own,
        "Total Income": total_income,
        "Supply Staff Costs": part["supply"] + part["agency"],
        "Total Staff Costs": staff,
        "Premises Costs": premises + part["premises_staff"],
        "Catering Expenses": catering + part["catering_staff"],
        "Occupation Costs": occupation,
        "Total Costs of Supplies and Services": learning + supplies,
        "Costs of Brought in Professional Services": services,
        "Total Expenditure": spend,
    }


def _member(school: School) -> Row:
    pupils = roll(school, START, sixth=True)
    size = len(pupils)
    row: Row = {
        "LAEstab": school.laestab,
        "LA": int(trust.LA_CODE),
        "Estab": int(school.estab),
        "URN": int(school.urn),
        "Academy UPIN": 990000 + int(school.urn[-3:]),
        "School Name": school.name,
        "Period covered by return": 12,
        "MAT SAT or Central Services": "Multi Academy Trust (MAT)",
        "Lead UPIN": 990900,
        "UID": int(trust.TRUST_UID),
        "Company Number": 990001,
        "Trust or Company Name": trust.TRUST_NAME,
        "Date opened": dt.datetime.fromisoformat(school.opened),
        "Number of pupils in academy (FTE)": size,
        "Number of teachers in academy (FTE)": teachers(school, START),
        "Gender": "Mixed",
        "Overall Phase": {
            "primary": "Primary",
            "secondary": "Secondary",
            "all-through": "All-through",
            "special": "Special",
        }[school.phase],
        "Type": school.kind,
        "Region": trust.REGION_NAME,
        "Has a 6th form": "Has a sixth form" if school.sixth_form else "No sixth form",
        "% of pupils eligible for FSM": round(85 * float(pupils.disadvantaged.mean()), 1),
        "% of pupils with an EHCP": round(100 * float((pupils.send == "E").mean()), 1),
        "% of pupils with SEN support": round(100 * float((pupils.send == "K").mean()), 1),
        "% of pupils with English as an additional language": round(100 * float(pupils.eal.mean()), 1),
        "Lowest age of pupils": school.low,
        "Highest age of pupils": school.high,
    }
    total = income(school, START)
    return row | _lines(
        total, -62000 if school.key == "corvane" else to_hundreds(total * 0.006), _shares(school), school.key
    )


def _comparator(number: int) -> Row:
    draw = chance("comparator", number)
    phase = "Primary" if number < 34 else "Secondary" if number < 54 else "Special"
    size = (
        int(draw.randint(170, 460))
        if phase == "Primary"
        else int(draw.randint(650, 1500))
        if phase == "Secondary"
        else int(draw.randint(70, 160))
    )
    per_pupil = {"Primary": 5500, "Secondary": 6650, "Special": 24800}[phase] * float(draw.uniform(0.94, 1.07))
    like = next(school for school in ACADEMIES if school.phase == phase.lower())
    fsm = round(float(draw.uniform(8, 42)), 1)
    total = to_hundreds(size * per_pupil)
    name = f"{NAMES[number % 20]}{('combe', 'thwaite', 'hurst')[number // 20]} {phase} Academy"
    row: Row = {
        "LAEstab": f"998{2300 + number}",
        "LA": 998,
        "Estab": 2300 + number,
        "URN": 900300 + number,
        "Academy UPIN": 991000 + number,
        "School Name": name,
        "Period covered by return": 12,
        "MAT SAT or Central Services": "Single Academy Trust (SAT)",
        "Lead UPIN": 991000 + number,
        "UID": 99300 + number,
        "Company Number": 991000 + number,
        "Trust or Company Name": name,
        "Date opened": dt.date(2013, 9, 1),
        "Number of pupils in academy (FTE)": size,
        "Number of teachers in academy (FTE)": round(
            size / (20 if phase == "Primary" else 16 if phase == "Secondary" else 6.5), 1
        ),
        "Gender": "Mixed",
        "Overall Phase": phase,
        "Type": "Academy converter",
        "Region": trust.REGION_NAME,
        "% of pupils eligible for FSM": fsm,
        "% of pupils with an EHCP": 100.0 if phase == "Special" else round(float(draw.uniform(1, 5)), 1),
        "% of pupils with SEN support": 0.0 if phase == "Special" else round(float(draw.uniform(9, 20)), 1),
        "% of pupils with English as an additional language": round(float(draw.uniform(1, 30)), 1),
    }
    if number == 20:
        return row | {"Period covered by return": 12, "Did Not Supply flag": "DNS"}
    shares = _shares(like)
    shares = shares | {"teaching": shares["teaching"] * float(draw.uniform(0.95, 1.06))}
    return row | _lines(total, to_hundreds(total * float(draw.uniform(-0.02, 0.03))), shares, f"comparator {number}")


def make(folder: Path) -> None:
    """Writes the workbook; central services stand on their own sheet, as DfE publishes them."""
    folder.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Academies"
    head = header("aar_Academies_header.csv")
    sheet.append(head)
    members = [school for school in ACADEMIES if school.current and school.key != "osierholt"]
    for row in [_member(school) for school in members] + [_comparator(number) for number in range(60)]:
        unknown = set(row) - set(head)
        assert not unknown, unknown
        sheet.append(
            [row.get(name, "NULL" if name.startswith("Date") or name.endswith("flag") else None) for name in head]
        )
    central = book.create_sheet("CentralServices")
    head = header("aar_CentralServices_header.csv")
    central.append(head)
    total = to_hundreds(sum(income(school, START) for school in members) * 0.045)
    services: Row = {
        "MAT SAT or Central Services": "Central services",
        "UID": int(trust.TRUST_UID),
        "Lead UPIN": 990900,
        "Company Number": 990001,
        "Trust or Company Name": trust.TRUST_NAME,
        "Did Not Supply flag": "NULL",
        "Academies": total,
        "Total Income ": total,
        "Education support staff": round(total * 0.06),
        "Administrative and clerical staff": round(total * 0.52),
        "Premises staff": round(total * 0.04),
        "Other staff": round(total * 0.05),
        "Legal & Professional": round(total * 0.18),
        "Auditor costs": round(total * 0.03),
        "Staff Total ": round(total * 0.63),
        "Total Expenditure": round(total * 0.99),
        "In Year Balance": total - round(total * 0.99),
        "Total number of Pupils": sum(len(roll(school, START, sixth=True)) for school in members),
    }
    central.append([services.get(name) for name in head])
    book.properties.creator = "Sample"
    book.properties.created = dt.datetime.fromisoformat("2026-11-14")
    path = folder / "AAR_2023-24_download.xlsx"
    book.save(path)
    settle_workbook(path, "2026-11-14T00:00:00Z")
