"""What all tidy files of Explore Education Statistics share: places, codes, periods."""

from __future__ import annotations

from sample_data.make import trust
from sample_data.make.tools import time_period
from sample_data.make.trust import School

NOT_APPLICABLE, NOT_AVAILABLE, SUPPRESSED = "z", "x", "c"

PLACE = [
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "new_la_code",
    "la_name",
]
SCHOOL = ["school_urn", "school_laestab", "school_name"]


def national(start: int, identifier: str = "Academic year") -> dict[str, str]:
    """The place columns of a row about England."""
    return {
        "time_period": time_period(start),
        "time_identifier": identifier,
        "geographic_level": "National",
        "country_code": "E92000001",
        "country_name": "England",
    }


def of_school(school: School, start: int, identifier: str = "Academic year") -> dict[str, str]:
    """The place and school columns of a row about a school, under the URN of the time."""
    return national(start, identifier) | {
        "geographic_level": "School",
        "region_code": trust.REGION_CODE,
        "region_name": trust.REGION_NAME,
        "old_la_code": trust.LA_CODE,
        "new_la_code": trust.LA_NEW_CODE,
        "la_name": trust.LA_NAME,
        "school_urn": school.urn_in(start),
        "school_laestab": school.laestab,
        "school_name": school.name_in(start),
    }
