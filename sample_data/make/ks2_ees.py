"""KS2 by school in the tidy format, with the file of cohort sizes that is published beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sample_data.make.attainment import Ks2, ks2
from sample_data.make.ees import NOT_APPLICABLE, PLACE, SCHOOL, SUPPRESSED, of_school
from sample_data.make.ks2_wide import SMALLEST_SHOWN, _hidden, _progress
from sample_data.make.pupils import Flags
from sample_data.make.tools import fixed, plain, release, write_dicts
from sample_data.make.trust import SCHOOLS

SUBJECTS = {
    "Reading, writing and maths": "rwm",
    "Reading": "reading",
    "Writing": "writing",
    "Maths": "maths",
    "Grammar, punctuation and spelling": "gps",
}
PROGRESS_YEARS = (2021, 2022)
HEAD = [
    *PLACE,
    *SCHOOL,
    "version",
    "breakdown_topic",
    "breakdown",
    "subject",
    "expected_standard_pupil_percent",
    "higher_standard_pupil_percent",
    "average_scaled_score",
    "progress_measure_score",
    "progress_measure_lower_conf_interval",
    "progress_measure_upper_conf_interval",
]
INFORMATION = [
    *PLACE,
    *SCHOOL,
    "version",
    "telig",
    "belig",
    "gelig",
    "tfsm6cla1a",
    "ptfsm6cla1a",
    "tnotfsm6cla1a",
    "tealgrp2",
    "ptealgrp2",
    "tsenelk",
    "psenelk",
    "tsenele",
    "psenele",
]
_INDICATORS = HEAD[-6:]


def _breakdowns(found: Ks2) -> list[tuple[str, str, str, Flags]]:
    people = found.people
    return [
        ("All pupils", "Total", "", np.ones(len(people), dtype=bool)),
        ("Sex", "Boys", "B", ~people.girl),
        ("Sex", "Girls", "G", people.girl),
        ("Disadvantaged status", "Disadvantaged", "FSM6CLA1A", people.disadvantaged),
        ("Disadvantaged status", "Not known to be disadvantaged", "NotFSM6CLA1A", ~people.disadvantaged),
        ("First language", "Known or believed to be other than English", "EAL", people.eal),
        ("First language", "Known or believed to be English", "ENG", ~people.eal),
    ]


def _school_rows(found: Ks2, start: int) -> list[dict[str, str]]:
    rows = []
    parts = _breakdowns(found)
    hidden = _hidden({code: chosen for _, _, code, chosen in parts})
    if len(found.people) < SMALLEST_SHOWN:
        hidden = {code for _, _, code, _ in parts}
    for topic, group, code, chosen in parts:
        size = int(chosen.sum())
        for subject, name in SUBJECTS.items():
            row = {"breakdown_topic": topic, "breakdown": group, "subject": subject}
            if code in hidden:
                row |= dict.fromkeys(_INDICATORS, SUPPRESSED)
            elif not size:
                row |= dict.fromkeys(_INDICATORS, NOT_APPLICABLE)
            else:
                row |= dict.fromkeys(_INDICATORS, NOT_APPLICABLE)
                row["expected_standard_pupil_percent"] = plain(100 * float(found.expected[name][chosen].mean()))
                row["higher_standard_pupil_percent"] = plain(100 * float(found.higher[name][chosen].mean()))
                if name in ("reading", "maths", "gps"):
                    row["average_scaled_score"] = plain(float(found.scaled[name][chosen].mean()))
            if name in found.progress and start in PROGRESS_YEARS and code not in hidden and size:
                scores = _progress(found, name, chosen)
                row |= dict(zip(_INDICATORS[3:], (part and fixed(float(part), 1) for part in scores), strict=True))
            elif not (name in found.progress and start in PROGRESS_YEARS):
                row |= dict.fromkeys(_INDICATORS[3:], NOT_APPLICABLE)
            rows.append(row)
    return rows


def _information(found: Ks2) -> dict[str, str]:
    people, size = found.people, len(found.people)
    if size < SMALLEST_SHOWN:
        return dict.fromkeys(INFORMATION[len(PLACE) + len(SCHOOL) + 1 :], SUPPRESSED)
    counts = {
        "tfsm6cla1a": people.disadvantaged,
        "tealgrp2": people.eal,
        "tsenelk": people.send == "K",
        "tsenele": people.send == "E",
    }
    row = {
        "telig": str(size),
        "belig": str(int((~people.girl).sum())),
        "gelig": str(int(people.girl.sum())),
        "tnotfsm6cla1a": str(int((~people.disadvantaged).sum())),
    }
    for name, chosen in counts.items():
        row |= {name: str(int(chosen.sum())), "p" + name: plain(100 * float(chosen.mean()))}
    return {name: text for name, text in row.items() if name in INFORMATION}


def make(folder: Path) -> None:
    """Writes one file for 2021/22 and one for the three years after, each with its cohort sizes."""
    for name, years, version in ((release(2021), (2021,), "Final"), (release(2024), (2022, 2023, 2024), "Revised")):
        rows: list[dict[str, str]] = []
        cohorts: list[dict[str, str]] = []
        for start in years:
            stage = {"version": version if start == years[-1] else "Final"}
            for school in SCHOOLS:
                found = ks2(school, start)
                if found is None:
                    continue
                place = of_school(school, start) | stage
                rows += [place | row for row in _school_rows(found, start)]
                cohorts.append(place | _information(found))
        write_dicts(folder / f"{name}_ks2_school_attainment_data.csv", HEAD, rows)
        write_dicts(folder / f"{name}_ks2_school_information_data.csv", INFORMATION, cohorts)
