"""Cells of Ofsted's files that every vintage prints alike: the school, the place, the event, the grades."""

from __future__ import annotations

from sample_data.make import trust
from sample_data.make.gias import OTHER_TRUST
from sample_data.make.inspections import AREAS, Inspection
from sample_data.make.pupils import roll
from sample_data.make.school import School

Row = dict[str, str]
KINDS = {
    "Academy converter": "Academy Converter",
    "Academy sponsor led": "Academy Sponsor Led",
    "Free schools": "Free School",
    "Academy special converter": "Academy Special Converter",
    "Community school": "Community School",
    "Voluntary aided school": "Voluntary Aided School",
}
_PHASE = {"primary": "Primary", "secondary": "Secondary", "all-through": "All-Through", "special": "Special"}


def uk(iso: str) -> str:
    """``2016-09-01`` as Ofsted writes it: ``01/09/2016``."""
    return "/".join(reversed(iso.split("-"))) if iso else "NULL"


def about(school: School, date: str, link: str) -> Row:
    """The columns about the school as it stands on a date."""
    inside = school.in_trust and school.joined <= date and not (school.left and school.left < date)
    left = bool(school.left and school.left < date)
    pupils = len(roll(school, min(int(date[:4]), trust.THIS_YEAR) - (date[5:7] < "09"), sixth=True))
    uid, name = (
        (trust.TRUST_UID, trust.TRUST_NAME)
        if inside
        else ((OTHER_TRUST[0], OTHER_TRUST[2]) if left else ("NULL", "NULL"))
    )
    sponsored = "sponsor" in school.kind and inside
    old = bool(school.old_urn) and school.opened > date
    return {
        link: school.old_urn if old else school.urn,
        "URN": school.old_urn if old else school.urn,
        "LAESTAB": school.laestab,
        "School name": school.old_name if old else school.name,
        "Ofsted phase": _PHASE[school.phase],
        "Type of education": "Community School" if old else KINDS[school.kind],
        "School open date": uk(school.opened) if not old and school.opened > "1990" else "NULL",
        "Admissions policy": "Non-selective" if school.phase == "secondary" else "Not applicable",
        "Sixth form": "Has a sixth form" if school.sixth_form else "Does not have a sixth form",
        "Designated religious character": "Does not apply",
        "Religious ethos": "Does not apply",
        "Faith grouping": "Non-faith",
        "Ofsted region": trust.REGION_NAME,
        "Region": trust.REGION_NAME,
        "Local authority": trust.LA_NAME,
        "Parliamentary constituency": "Wychbourne and Fenn",
        "Multi-academy trust UID": uid,
        "Multi-academy trust name": name,
        "Academy sponsor UID": "99003" if sponsored else "NULL",
        "Academy sponsor name": trust.TRUST_NAME if sponsored else "NULL",
        "Postcode": school.postcode,
        "The income deprivation affecting children index (IDACI) quintile": "NULL"
        if school.phase == "special"
        else str(school.idaci),
        "Total number of pupils": str(pupils),
        "Statutory lowest age": str(school.low),
        "Statutory highest age": str(school.high),
    }


def where(found: Inspection, label: str, current: str) -> Row:
    """Under which URN and name an inspection took place."""
    return {
        f"URN at time of {label}": found.urn,
        f"LAESTAB at time of {label}": found.school.laestab,
        f"School name at time of {label}": found.name,
        f"School type at time of {label}": "Community School" if found.old_urn else KINDS[found.school.kind],
        current: "No" if found.old_urn else "Yes",
    }


def areas(found: Inspection, prefix: str = "", overall: str = "Overall effectiveness") -> Row:
    """Grade columns of the 2019 framework; 9 fills what an older inspection did not judge."""
    assert found.grades is not None
    total, quality, behaviour, personal, leaders, early, sixth = map(str, found.grades)
    older = found.date < "2019-09-01"

    def small(name: str) -> str:
        return name[0].lower() + name[1:] if prefix else name

    return {
        prefix + overall if overall else "": total if total != "0" else "Not judged",
        prefix + small("Category of concern"): found.concern,
        prefix + small("Quality of education"): "9" if older else quality,
        prefix + small("Behaviour and attitudes"): "9" if older else behaviour,
        prefix + small("Personal development"): "9" if older else personal,
        prefix + small("Effectiveness of leadership and management"): leaders,
        prefix + small("Safeguarding is effective?"): found.safeguarding,
        prefix + small("Early years provision (where applicable)"): early,
        prefix + small("Sixth form provision (where applicable)"): sixth,
    }


def event(found: Inspection) -> Row:
    """Kind and dates of an inspection."""
    return {
        "Inspection type": found.kind,
        "Inspection type grouping": "S5 Inspection" if found.graded else found.kind,
        "Event type grouping": "Schools - S5" if found.graded or found.card else "Schools \u2013 Section 8",
        "Inspection start date": uk(found.date),
        "Publication date": uk(found.published),
    }


def card(found: Inspection) -> Row:
    """A report card's words."""
    return dict(zip(AREAS, found.card, strict=True)) | {
        "Safeguarding standards": found.safeguarding,
        "Early years (where applicable)": found.early_years,
        "Post-16 provision (where applicable)": found.post16,
    }
