"""Absence reasons under one name each, whichever DfE series prints them.

All half-days missed are ``Total``; authorised and unauthorised absence are its two parts, and each single reason is
a part of one of those, so they are never added up together.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kpi_engine.model import TOTAL

CENSUS: Mapping[str, str] = MappingProxyType(
    {
        "sess_overall": TOTAL,
        "sess_authorised": "Authorised absence",
        "sess_unauthorised": "Unauthorised absence",
        "sess_auth_illness": "Illness",
        "sess_auth_appointments": "Medical or dental appointment",
        "sess_auth_religious": "Religious observance",
        "sess_auth_study": "Study leave",
        "sess_auth_traveller": "Mobile child",
        "sess_auth_holiday": "Authorised holiday",
        "sess_auth_ext_holiday": "Extended authorised holiday",
        "sess_auth_excluded": "Suspended or excluded",
        "sess_auth_interview": "Interview",
        "sess_auth_reg_performance": "Regulated performance",
        "sess_auth_temp_reduced_timetable": "Temporary reduced timetable",
        "sess_auth_other": "Other authorised",
        "sess_unauth_holiday": "Unauthorised holiday",
        "sess_unauth_late": "Late after registers closed",
        "sess_unauth_other": "Other unauthorised",
        "sess_unauth_noyet": "No reason yet",
    }
)
"""Columns of the absence series that rests on the school census."""

DAILY: Mapping[str, str] = MappingProxyType(
    {
        "overall_absence": TOTAL,
        "authorised_absence": "Authorised absence",
        "unauthorised_absence": "Unauthorised absence",
        "reason_i_authorised_illness": "Illness",
        "reason_m_authorised_medical_dental": "Medical or dental appointment",
        "reason_r_authorised_religious_observance": "Religious observance",
        "reason_s_authorised_study_leave": "Study leave",
        "reason_t_authorised_mobile_child": "Mobile child",
        "reason_h_authorised_holiday": "Authorised holiday",
        "reason_e_authorised_excluded": "Suspended or excluded",
        "reason_j1_authorised_interview": "Interview",
        "reason_c1_authorised_regulated_performance": "Regulated performance",
        "reason_c2_authorised_temp_reduced_timetable": "Temporary reduced timetable",
        "reason_c_authorised_other": "Other authorised",
        "reason_g_unauthorised_holiday": "Unauthorised holiday",
        "reason_u_unauthorised_late_after_registers_closed": "Late after registers closed",
        "reason_o_other_unauthorised": "Other unauthorised",
        "reason_n_no_reason_yet": "No reason yet",
    }
)
"""Columns of the daily attendance series."""
