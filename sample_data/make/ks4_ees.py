"""KS4 by school, nationally and by trust in the tidy format, provisional and revised."""

from __future__ import annotations

from pathlib import Path

from sample_data.make import trust
from sample_data.make.attainment import Ks4, ks4
from sample_data.make.ees import NOT_APPLICABLE, PLACE, SCHOOL, SUPPRESSED, national, of_school
from sample_data.make.ks4 import BAND_WORDS, Figures, band, everyone, figures, without_some
from sample_data.make.pupils import Flags, roll
from sample_data.make.tools import england, fixed, header, plain, table, time_period, write, write_dicts
from sample_data.make.trust import ACADEMIES, SCHOOLS, School

Row = dict[str, str]
FILTERS = [
    "breakdown_topic",
    "breakdown",
    "sex",
    "disadvantage_status",
    "first_language",
    "prior_attainment",
    "mobility",
]
INDICATORS = [
    "pupil_count",
    "pupil_percent",
    "attainment8_sum",
    "attainment8_average",
    "engmath_94_total",
    "engmath_94_percent",
    "engmath_95_total",
    "engmath_95_percent",
    "progress8_pupil_count",
    "progress8_pupil_percent",
    "progress8_sum",
    "progress8_average",
    "progress8_lower_95_ci",
    "progress8_upper_95_ci",
]
HEAD = [*PLACE, *SCHOOL, "version", "establishment_type_group", *FILTERS, *INDICATORS]
PROGRESS_YEARS = (2021, 2022, 2023)
RELEASES = (
    (2021, "Final", "final"),
    (2022, "Final", "final"),
    (2023, "Final", "final"),
    (2024, "Provisional", "provisional"),
    (2024, "Revised", "revised"),
    (2025, "Provisional", "provisional"),
)


def _breakdowns(found: Ks4) -> list[tuple[Row, Flags]]:
    people = found.people
    parts: list[tuple[Row, Flags]] = [({}, everyone(found))]
    parts += [
        ({"breakdown_topic": "Sex", "breakdown": label, "sex": label}, chosen)
        for label, chosen in (("Boys", ~people.girl), ("Girls", people.girl))
    ]
    parts += [
        ({"breakdown_topic": "Disadvantage status", "breakdown": label, "disadvantage_status": label}, chosen)
        for label, chosen in (
            ("Disadvantaged", people.disadvantaged),
            ("Not known to be disadvantaged", ~people.disadvantaged),
        )
    ]
    parts += [
        ({"breakdown_topic": "First language", "breakdown": label, "first_language": label}, chosen)
        for label, chosen in (
            ("Known or believed to be other than English", people.eal),
            ("Known or believed to be English", ~people.eal),
        )
    ]
    return parts


def _values(found: Figures, whole: int, start: int, hidden: bool) -> Row:
    if hidden:
        return dict.fromkeys(INDICATORS, SUPPRESSED)
    if not found.pupils:
        return dict.fromkeys(INDICATORS, NOT_APPLICABLE)
    size = found.pupils
    row = {
        "pupil_count": str(size),
        "pupil_percent": plain(100 * size / whole, 1),
        "attainment8_sum": fixed(found.points, 1),
        "attainment8_average": fixed(found.average, 1),
        "engmath_94_total": str(found.grade4),
        "engmath_94_percent": fixed(100 * found.grade4 / size, 1),
        "engmath_95_total": str(found.grade5),
        "engmath_95_percent": fixed(100 * found.grade5 / size, 1),
    }
    if start not in PROGRESS_YEARS or found.progress is None or found.lower is None or found.upper is None:
        return row | dict.fromkeys(INDICATORS[8:], NOT_APPLICABLE)
    return row | {
        "progress8_pupil_count": str(found.covered),
        "progress8_pupil_percent": plain(100 * found.covered / size),
        "progress8_sum": fixed(found.progress * found.covered, 2),
        "progress8_average": fixed(found.progress, 2),
        "progress8_lower_95_ci": fixed(found.lower, 2),
        "progress8_upper_95_ci": fixed(found.upper, 2),
    }


def _school_rows(school: School, found: Ks4, start: int, version: str) -> list[Row]:
    provisional = version == "Provisional"
    known = without_some(found, 3 if provisional and len(found.people) > 40 else 0)
    parts = [(labels, chosen & known) for labels, chosen in _breakdowns(found)]
    small = {labels.get("breakdown_topic", "Total") for labels, chosen in parts if 0 < int(chosen.sum()) < 6}
    rows = []
    for labels, chosen in parts:
        # both sides of a topic go when one is small, or the other would give it away
        hidden = labels.get("breakdown_topic", "Total") in small
        # reviews of marking lift a few grades between the two stages
        values = _values(
            figures(found, chosen, -0.3 if provisional and start == 2024 else 0.0), int(known.sum()), start, hidden
        )
        rows.append(
            of_school(school, start)
            | {"version": version, "establishment_type_group": school.kind}
            | dict.fromkeys(FILTERS, "Total")
            | labels
            | values
        )
    return rows


_ABOUT = [
    *PLACE,
    *SCHOOL,
    "version",
    "agerange",
    "admpol_pt",
    "egender",
    "reldenom",
    "allks_pupil_count",
    "allks_boys_count",
    "allks_girls_count",
    "endks4_pupil_count",
    "sen_pupil_count",
    "sen_pupil_percent",
    "sen_with_ehcp_pupil_count",
    "sen_with_ehcp_pupil_percent",
    "sen_no_ehcp_pupil_count",
    "sen_no_ehcp_pupil_percent",
    "ks2_scaledscore_average",
    "progress8_banding",
    "attainment8_diffn",
    "progress8_diffn",
]


def _about(school: School, found: Ks4, start: int, version: str) -> Row:
    people = found.people
    all_of, poor = figures(found, everyone(found)), figures(found, people.disadvantaged)
    pupils = roll(school, start, sixth=True)
    row = of_school(school, start) | {
        "version": version,
        "agerange": f"{school.low}-{school.high}",
        "admpol_pt": "NON-SELECTIVE",
        "egender": "MIXED",
        "reldenom": "Does not apply",
        "allks_pupil_count": str(len(pupils)),
        "allks_boys_count": str(int((~pupils.girl).sum())),
        "allks_girls_count": str(int(pupils.girl.sum())),
        "endks4_pupil_count": str(all_of.pupils),
        "ks2_scaledscore_average": NOT_APPLICABLE,
        "progress8_banding": NOT_APPLICABLE,
        "progress8_diffn": NOT_APPLICABLE,
    }
    for name, chosen in (
        ("sen", people.send != "N"),
        ("sen_with_ehcp", people.send == "E"),
        ("sen_no_ehcp", people.send == "K"),
    ):
        count = int(chosen.sum())
        row |= {f"{name}_pupil_count": str(count), f"{name}_pupil_percent": plain(100 * count / all_of.pupils)}
    if not poor.shown:
        return row | dict.fromkeys(("attainment8_diffn", "progress8_diffn"), SUPPRESSED)
    other = england("ks4_att8", start, group="not disadvantaged")
    row["attainment8_diffn"] = NOT_APPLICABLE if other is None else fixed(float(fixed(poor.average, 1)) - other, 1)
    if start in PROGRESS_YEARS and poor.progress is not None and all_of.progress is not None:
        other = england("ks4_p8", start, group="not disadvantaged") or 0.0
        row["progress8_diffn"] = fixed(float(fixed(poor.progress, 2)) - other, 2)
        row["progress8_banding"] = BAND_WORDS[band(all_of.progress, all_of.lower or 0, all_of.upper or 0)]
    return row


def _trust_rows(folder: Path) -> None:
    """The 2024/25 revised tables of multi-academy trusts, for this trust alone."""
    start, stage = 2024, "Revised"
    members = [school for school in ACADEMIES if school.current and school.phase != "special" and ks4(school, start)]
    about = national(start) | {
        "geographic_level": "MAT",
        "trust_id": trust.TRUST_ID,
        "trust_name": trust.TRUST_NAME,
        "trust_uid": trust.TRUST_UID,
        "trust_companies_house_number": "00990001",
        "trust_ukprn": "19990001",
        "trust_leadregion": trust.REGION_NAME,
        "version": stage,
        "establishment_type_group": "Multi-academy trust",
    }
    rows, whole = [], 0
    for label, pick in (("Total", 0), ("Disadvantaged", 1), ("Not known to be disadvantaged", 2)):
        parts = []
        for school in members:
            found = ks4(school, start)
            assert found is not None
            poor = found.people.disadvantaged
            parts.append(figures(found, (everyone(found), poor, ~poor)[pick]))
        size = sum(part.pupils for part in parts)
        whole = whole or size
        rows.append(
            about
            | dict.fromkeys(header("ks4_performance_tables_mats_header.csv")[15:], NOT_APPLICABLE)
            | {
                "breakdown_topic": "Total" if label == "Total" else "Disadvantage status",
                "disadvantage_status": label,
                "pupil_count": str(size),
                "attainment8_average_weighted": fixed(sum(part.points for part in parts) / size, 1),
                "engmath_95_percent_weighted": fixed(100 * sum(part.grade5 for part in parts) / size, 1),
            }
        )
    write_dicts(
        folder / f"{time_period(start)}_performance_tables_multi_academy_trusts_revised.csv",
        header("ks4_performance_tables_mats_header.csv"),
        rows,
        quote_all=True,
    )
    head = header("ks4_information_about_mats_header.csv")
    few = int(rows[1]["pupil_count"])
    count = str(len(members))
    row = (
        about
        | dict.fromkeys(head[17:], NOT_APPLICABLE)
        | {
            "pupil_count": str(whole),
            "disadvantaged_pupil_percent": plain(100 * few / whole),
            "not_disadvantaged_pupil_percent": plain(100 - 100 * few / whole),
            "urns": ";".join(school.urn for school in members),
            "school_count": count,
            "converter_school_count": "1",
            "sponsored_school_count": "1",
            "free_school_count": "1",
            "studio_school_count": "0",
            "utc_school_count": "0",
            "disadvantaged_school_count": count,
            "years3_school_count": "0",
            "years4_school_count": "0",
            "years5plus_school_count": count,
        }
    )
    write_dicts(
        folder / f"{time_period(start)}_information_about_multi_academy_trusts_revised.csv",
        head,
        [
            row | {"academy_eligibility": text}
            for text in ("Included in MAT performance tables", "All mainstream KS4 academies in MAT")
        ],
        quote_all=True,
    )


def make(folder: Path) -> None:
    """Writes school tables for 2021/22 to 2025/26, what stands beside them, and England by characteristic."""
    for start, version, stage in RELEASES:
        rows: list[Row] = []
        about: list[Row] = []
        for school in SCHOOLS:
            found = ks4(school, start)
            if found is not None:
                rows += _school_rows(school, found, start, version)
                about.append(_about(school, found, start, version))
        write_dicts(folder / f"{time_period(start)}_performance_tables_schools_{stage}.csv", HEAD, rows)
        if england("ks4_att8", start, group="not disadvantaged") is not None and version != "Provisional":
            write_dicts(folder / f"{time_period(start)}_information_about_schools_{stage}.csv", _ABOUT, about)
    write(
        folder / "202425_national_characteristics_summary_all_state_funded_revised.csv",
        table("ks4_national_characteristics.csv"),
    )
    _trust_rows(folder)
