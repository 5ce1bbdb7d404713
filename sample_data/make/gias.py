"""Get Information about Schools: the register, groups, group links, links and the URN look-up (cp1252, dd-mm-yyyy)."""

from __future__ import annotations

from pathlib import Path

from sample_data.make import trust
from sample_data.make.pupils import roll
from sample_data.make.tools import header, plain, write, write_dicts
from sample_data.make.trust import ACADEMIES, NEIGHBOURS, SCHOOLS, School, academy

STAMP = "20261114"
OTHER_TRUST = ("99002", "TR99002", "Harrowmead Partnership Trust")
SPONSOR = ("99003", "SP99003", trust.TRUST_NAME)

_TYPES = {
    "Academy converter": ("34", "Academies"),
    "Academy sponsor led": ("28", "Academies"),
    "Free schools": ("35", "Free Schools"),
    "Academy special converter": ("44", "Academies"),
    "Community school": ("01", "Local authority maintained schools"),
    "Voluntary aided school": ("02", "Local authority maintained schools"),
}
_PHASES = {
    "primary": ("2", "Primary"),
    "secondary": ("4", "Secondary"),
    "all-through": ("7", "All-through"),
    "special": ("0", "Not applicable"),
}
_CODED = {
    "LA (name)": "LA (code)",
    "TypeOfEstablishment (name)": "TypeOfEstablishment (code)",
    "EstablishmentStatus (name)": "EstablishmentStatus (code)",
    "PhaseOfEducation (name)": "PhaseOfEducation (code)",
    "OfficialSixthForm (name)": "OfficialSixthForm (code)",
    "Gender (name)": "Gender (code)",
    "Trusts (name)": "Trusts (code)",
    "GOR (name)": "GOR (code)",
}


def day(iso: str) -> str:
    """``2016-09-01`` as GIAS writes it: ``01-09-2016``."""
    return "-".join(reversed(iso.split("-"))) if iso else ""


def _register_header() -> list[str]:
    names: list[str] = []
    for name in header("gias_register_header.csv"):
        code = _CODED.get(name)
        if code and code not in names and code != "LA (code)":
            names.append(code)
        names.append(name)
    return names


def _row(
    school: School, urn: str, name: str, status: str, opened: str, closed: str, trust_of: tuple[str, str]
) -> dict[str, str]:
    pupils = roll(school, trust.THIS_YEAR, sixth=True) if status == "Open" else None
    code, group = _TYPES[school.kind] if urn == school.urn else ("01", "Local authority maintained schools")
    kind = school.kind if urn == school.urn else "Community school"
    phase_code, phase = _PHASES[school.phase]
    girls = int(pupils.girl.sum()) if pupils else 0
    return {
        "URN": urn,
        "LA (code)": trust.LA_CODE,
        "LA (name)": trust.LA_NAME,
        "EstablishmentNumber": school.estab,
        "EstablishmentName": name,
        "TypeOfEstablishment (code)": code,
        "TypeOfEstablishment (name)": kind,
        "EstablishmentTypeGroup (name)": group,
        "EstablishmentStatus (code)": "1" if status == "Open" else "2",
        "EstablishmentStatus (name)": status,
        "OpenDate": day(opened),
        "CloseDate": day(closed),
        "ReasonEstablishmentClosed (name)": "Academy Converter" if closed else "Not applicable",
        "PhaseOfEducation (code)": phase_code,
        "PhaseOfEducation (name)": phase,
        "StatutoryLowAge": str(school.low),
        "StatutoryHighAge": str(school.high),
        "Boarders (name)": "No boarders",
        "OfficialSixthForm (code)": "1" if school.sixth_form else "2",
        "OfficialSixthForm (name)": "Has a sixth form" if school.sixth_form else "Does not have a sixth form",
        "Gender (code)": "3",
        "Gender (name)": "Mixed",
        "ReligiousCharacter (name)": "Does not apply",
        "AdmissionsPolicy (name)": "Non-selective",
        "SchoolCapacity": str(30 * round(len(pupils) / 28)) if pupils else "",
        "CensusDate": "15-01-2026" if pupils else "",
        "NumberOfPupils": str(len(pupils)) if pupils else "",
        "NumberOfBoys": str(len(pupils) - girls) if pupils else "",
        "NumberOfGirls": str(girls) if pupils else "",
        "PercentageFSM": plain(100 * float(pupils.disadvantaged.mean()) * 0.85, 1) if pupils else "",
        "TrustSchoolFlag (name)": "Supported by a multi-academy trust" if trust_of[0] else "Not applicable",
        "Trusts (code)": trust_of[0],
        "Trusts (name)": trust_of[1],
        "SchoolSponsorFlag (name)": "Linked to a sponsor" if "sponsor" in kind else "Not applicable",
        "SchoolSponsors (name)": trust.TRUST_NAME if "sponsor" in kind else "",
        "UKPRN": "19" + urn,
        "Street": school.street,
        "Town": "Wychbourne",
        "County (name)": "Wychshire",
        "Postcode": school.postcode,
        "GOR (code)": "K",
        "GOR (name)": trust.REGION_NAME,
        "GSSLACode (name)": trust.LA_NEW_CODE,
        "DistrictAdministrative (name)": trust.LA_NAME,
        "LastChangedDate": "02-11-2026",
        "Country (name)": "",
    }


def _register() -> list[dict[str, str]]:
    rows = []
    for school in SCHOOLS:
        if school.current:
            belongs = (trust.TRUST_UID, trust.TRUST_NAME)
        elif school.in_trust:
            belongs = (OTHER_TRUST[0], OTHER_TRUST[2])
        else:
            belongs = ("", "")
        opened = school.opened if school.opened > "1960" else "1900-01-01"
        rows.append(_row(school, school.urn, school.name, "Open", opened, "", belongs))
        if school.old_urn:
            closed = f"{int(school.opened[:4])}-08-31"
            rows.append(_row(school, school.old_urn, school.old_name, "Closed", "1900-01-01", closed, ("", "")))
    return sorted(rows, key=lambda row: row["URN"])


def _groups() -> list[dict[str, str]]:
    shared = {
        "Group Status (code)": "OPEN",
        "Group Status": "Open",
        "Group Town": "Wychbourne",
        "Head of Group Title": "Not-applicable",
    }
    return [
        {
            "Group UID": trust.TRUST_UID,
            "Group ID": trust.TRUST_ID,
            "Group Name": trust.TRUST_NAME,
            "Companies House Number": "00990001",
            "Group Type (code)": "6",
            "Group Type": "Multi-academy trust",
            "Open date": "01-04-2014",
            "Incorporated on (open date)": "01-04-2014",
            "UKPRN": "19990001",
            **shared,
        },
        {
            "Group UID": OTHER_TRUST[0],
            "Group ID": OTHER_TRUST[1],
            "Group Name": OTHER_TRUST[2],
            "Companies House Number": "00990002",
            "Group Type (code)": "6",
            "Group Type": "Multi-academy trust",
            "Open date": "01-06-2015",
            "Incorporated on (open date)": "01-06-2015",
            "UKPRN": "19990002",
            **shared,
        },
        {
            "Group UID": SPONSOR[0],
            "Group ID": SPONSOR[1],
            "Group Name": SPONSOR[2],
            "Group Type (code)": "5",
            "Group Type": "School sponsor",
            "Open date": "01-09-2016",
            **shared,
        },
    ]


def _links() -> list[dict[str, str]]:
    rows = []
    members = [(school, trust.TRUST_UID, school.joined) for school in ACADEMIES if school.current]
    members.append((academy("fennacre"), OTHER_TRUST[0], "2021-09-01"))
    members += [(NEIGHBOURS[3], OTHER_TRUST[0], "2015-06-01")]
    # a sponsor of the same name: its links are no membership, and one of them is no academy of the trust
    members += [(academy("netherquill"), SPONSOR[0], "2016-09-01"), (NEIGHBOURS[3], SPONSOR[0], "2018-01-01")]
    groups = {group["Group UID"]: group for group in _groups()}
    for school, uid, joined in members:
        group = groups[uid]
        rows.append(
            {
                "URN": school.urn,
                **{
                    name: group.get(name, "")
                    for name in (
                        "Group UID",
                        "Group ID",
                        "Group Name",
                        "Companies House Number",
                        "Group Type (code)",
                        "Group Type",
                        "Open date",
                        "Incorporated on (open date)",
                        "Group Status (code)",
                        "Group Status",
                    )
                },
                "Joined date": day(joined),
                "EstablishmentName": school.name,
                "TypeOfEstablishment (code)": _TYPES[school.kind][0],
                "TypeOfEstablishment (name)": school.kind,
                "PhaseOfEducation (code)": _PHASES[school.phase][0],
                "PhaseOfEducation (name)": _PHASES[school.phase][1],
                "LA (code)": trust.LA_CODE,
                "LA (name)": trust.LA_NAME,
            }
        )
    return rows


def make(folder: Path) -> None:
    """Writes the five files of the register."""
    write_dicts(folder / f"edubasealldata{STAMP}.csv", _register_header(), _register(), encoding="cp1252", line="\r\n")
    write_dicts(
        folder / f"allgroupsdata{STAMP}.csv",
        header("gias_groups_header.csv"),
        _groups(),
        encoding="cp1252",
        line="\r\n",
    )
    write_dicts(
        folder / f"alllinksdata{STAMP}.csv",
        header("gias_group_links_header.csv"),
        _links(),
        encoding="cp1252",
        line="\r\n",
    )
    links: list[list[str]] = [["URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate"]]
    lookup: list[list[str]] = [["OLD_URN", "LATEST_URN"]]
    for school in SCHOOLS:
        if school.old_urn:
            links.append([school.urn, school.old_urn, school.old_name, "Predecessor", day(school.opened)])
            links.append([school.old_urn, school.urn, school.name, "Successor", day(school.opened)])
            lookup.append([school.old_urn, school.urn])
        lookup.append([school.urn, school.urn])
    write(folder / f"links_edubasealldata{STAMP}.csv", links, encoding="cp1252", line="\r\n")
    write(folder / f"urn_lookup_{STAMP}.csv", [lookup[0], *sorted(lookup[1:])])
