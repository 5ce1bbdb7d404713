"""Columns of the vintages whose headers are put together here."""

from __future__ import annotations

from sample_data.make.inspections import AREAS

_YTD_START = [
    "Web Link",
    "URN",
    "LAESTAB",
    "School name",
    "Ofsted phase",
    "Type of education",
    "School open date",
    "Admissions policy",
    "Sixth form",
    "Designated religious character",
    "Religious ethos",
    "Faith grouping",
    "Ofsted region",
    "Region",
    "Local authority",
    "Parliamentary constituency",
]
_YTD_TRUST = ["Multi-academy trust UID", "Multi-academy trust name", "Academy sponsor UID", "Academy sponsor name"]
_YTD_END = [
    "The income deprivation affecting children index (IDACI) quintile",
    "Total number of pupils",
    "Statutory lowest age",
    "Statutory highest age",
]
_YTD_EVENT = [
    "Inspection number",
    "Inspection type",
    "Inspection type grouping",
    "Event type grouping",
    "Inspection start date",
    "Publication date",
]
PREVIOUS = [
    "Previous graded inspection number",
    "Previous inspection start date",
    "Previous publication date",
    "Does the previous graded inspection relate to the URN of the current school?",
    "URN at time of previous graded inspection",
    "LAESTAB at time of previous graded inspection",
    "School name at time of previous graded inspection",
    "School type at time of previous graded inspection",
    "Previous overall effectiveness",
    "Previous category of concern",
    "Previous quality of education",
    "Previous behaviour and attitudes",
    "Previous personal development",
    "Previous effectiveness of leadership and management",
    "Previous safeguarding is effective?",
    "Previous early years provision (where applicable)",
    "Previous sixth form provision (where applicable)",
]
YTD_2025 = (
    _YTD_START
    + _YTD_TRUST
    + ["Postcode"]
    + _YTD_END
    + _YTD_EVENT
    + [
        "Category of concern",
        "Outcomes for ungraded and monitoring inspections",
        "Quality of education",
        "Behaviour and attitudes",
        "Personal development",
        "Effectiveness of leadership and management",
        "Safeguarding is effective",
        "Early years provision (where applicable)",
        "Sixth form provision (where applicable)",
    ]
    + PREVIOUS
)
YTD_2026 = [
    "Web Link (opens in new window)",
    *_YTD_START[1:],
    "Postcode",
    *_YTD_TRUST,
    *_YTD_END,
    *_YTD_EVENT,
    "Category of concern",
    "Safeguarding standards",
    *AREAS[:-1],
    "Early years (where applicable)",
    "Post-16 provision (where applicable)",
    AREAS[-1],
]
ALL_2019 = [
    "Web link",
    *_YTD_START[1:],
    *_YTD_END,
    *_YTD_EVENT,
    "Overall effectiveness",
    "Category of concern",
    "Quality of teaching, learning and assessment",
    "Effectiveness of leadership and management",
    "Personal development, behaviour and welfare",
    "Outcomes for pupils",
    "Early years provision (where applicable)",
    "16 to 19 study programmes (where applicable)",
    "Is safeguarding effective?",
]
