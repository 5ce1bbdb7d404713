"""England's KS4 rows and DfE's rows for trusts, against the published files and the reference of national figures."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

NATIONAL = "ks4_ees/202425_national_characteristics_summary_all_state_funded_revised.csv"
TRUSTS = "ks4_ees/202425_performance_tables_multi_academy_trusts_revised.csv"
ABOUT_TRUSTS = "ks4_ees/202425_information_about_multi_academy_trusts_revised.csv"


def test_each_real_file_fits_exactly_one_layout_and_has_no_finding(real):
    for path, layout in ((NATIONAL, "ees_ks4_national"), (TRUSTS, "ees_ks4_mats")):
        file = real(path)
        assert [each.id for each in file.fitting] == [layout]
        assert file.findings() == []


def test_every_attainment_8_is_its_sum_over_its_pupils_to_the_printed_decimals(real):
    rows = real(NATIONAL).rows("national", measure="attainment8", sex="any", disadvantage="any", send="any")
    # seven years of: all, two sexes, two disadvantage groups, three kinds of SEN provision
    years = ["2018/19", "2019/20", "2020/21", "2021/22", "2022/23", "2023/24", "2024/25"]
    assert sorted(rows["academic_year"].unique()) == years
    assert len(rows) == 7 * 8
    for row in rows.itertuples():
        mean = Decimal(str(row.numerator)) / Decimal(str(row.denominator))
        assert float(mean.quantize(Decimal("0.1"), ROUND_HALF_UP)) == row.published_value


@pytest.mark.parametrize("measure", ["engmath_5", "engmath_4"])
def test_every_percentage_is_its_total_over_its_pupils_to_the_printed_decimals(real, measure):
    rows = real(NATIONAL).rows("national", measure=measure, sex="any", disadvantage="any", send="any")
    assert len(rows) == 56
    for row in rows.itertuples():
        share = 100 * Decimal(str(row.numerator)) / Decimal(str(row.denominator))
        assert float(share.quantize(Decimal("0.1"), ROUND_HALF_UP)) == row.published_value


def test_the_rows_are_those_of_the_file(real):
    file = real(NATIONAL)
    # 202425,…,Disadvantage status,Disadvantaged,…,176226,6154651.78,34.9 and the row after it
    group = file.one("national", measure="attainment8", academic_year="2024/25", disadvantage="Y")
    assert (group["published_value"], group["denominator"], group["numerator"]) == (34.9, 176226, 6154651.78)
    other = file.one("national", measure="attainment8", academic_year="2024/25", disadvantage="N")
    assert (other["published_value"], other["denominator"]) == (50.4, 449422)
    assert (other["urn"], other["phase"], other["period"], other["series"]) == (
        "England",
        "secondary",
        "Year",
        "published",
    )


def test_all_sen_provision_together_and_needs_ethnicity_and_language_are_left_out(real):
    file = real(NATIONAL)
    printed = {"E": 14.8, "K": 33.8, "N": 50.2}  # 2024/25: EHC plan, SEN support, no SEN provision
    rows = file.rows("national", measure="attainment8", academic_year="2024/25", send="any")
    assert {row.send: row.published_value for row in rows.itertuples() if row.send != "Total"} == printed
    assert sum(rows["send"] == "Total") == 1


def test_each_year_carries_its_own_stage_and_the_file_that_of_its_newest(real):
    file = real(NATIONAL)
    stages = {row.academic_year: row.stage for row in file.produced()["national"].itertuples()}
    assert stages["2024/25"] == "revised"
    assert stages["2018/19"] == "final"
    assert file.layout.stage_of(file.table) == "revised"


def test_unpublished_progress_8_is_a_code_and_not_a_figure(real):
    row = real(NATIONAL).one("national", measure="progress8", academic_year="2024/25")
    assert (row["code"], row["published_value"], row["numerator"]) == ("Z", None, None)


def test_progress_8_of_the_years_that_have_it_is_its_sum_over_the_pupils_with_a_score(real):
    raw = {row["time_period"]: row for row in _raw(real(NATIONAL)) if row["breakdown"] == "Total"}
    row = real(NATIONAL).one("national", measure="progress8", academic_year="2023/24")
    printed = raw["202324"]
    assert row["denominator"] == float(printed["progress8_pupil_count"])
    assert row["numerator"] == float(printed["progress8_sum"])
    assert row["published_value"] == float(printed["progress8_average"])
    assert (row["lower"], row["upper"]) == (
        float(printed["progress8_lower_95_ci"]),
        float(printed["progress8_upper_95_ci"]),
    )


def test_trusts_rows_are_printed_as_they_are(real):
    file = real(TRUSTS)
    raw = [row for row in _raw(file) if row["disadvantage_status"] == "Total"]
    made = file.rows("national", measure="attainment8").set_index("urn")
    assert len(made) == len(raw) == 244
    for row in raw:
        printed = row["attainment8_average_weighted"]
        if printed in ("c", "z"):
            assert made.at[row["trust_id"], "code"] == printed.upper()
        else:
            assert made.at[row["trust_id"], "published_value"] == float(printed)
            assert made.at[row["trust_id"], "people"] == float(row["pupil_count"])


def test_a_weighted_average_has_no_numerator_because_it_is_not_a_sum_over_pupils(real):
    file = real(TRUSTS)
    row = file.one("national", measure="engmath_5", urn="TR00002", disadvantage="Y")
    assert (row["published_value"], row["people"], row["phase"]) == (29.9, 184, "secondary")
    assert (row["numerator"], row["denominator"]) == (None, None)
    assert "weighted" in row["detail"]
    assert file.produced()["facts"].empty


def test_information_about_trusts_is_recognised_and_gives_nothing_but_a_note(real):
    file = real(ABOUT_TRUSTS)
    assert file.layout.id == "ees_information_about_mats"
    assert all(frame.empty for frame in file.produced().values())
    (note,) = file.findings()
    assert not note.blocking
    assert "nothing is counted" in note.message


def _raw(file):
    columns = list(file.table.frame.columns)
    return [dict(zip(columns, row, strict=True)) for row in file.table.frame.to_numpy()]


YEARS = ("2018/19", "2019/20", "2020/21", "2021/22", "2022/23", "2023/24", "2024/25")
ANOTHER_PUBLICATION = {
    # England, DfE's Local authority interactive tool of April 2026
    "Total": (46.7, 50.2, 50.9, 48.8, 46.3, 45.9, 46.0),
    "Y": (36.7, 40.2, 40.3, 37.6, 35.0, 34.6, 34.9),
    "N": (50.3, 53.7, 54.7, 52.8, 50.3, 50.0, 50.4),
}


@pytest.mark.parametrize("group", ANOTHER_PUBLICATION)
def test_another_publication_says_the_same_of_every_year(real, group):
    file = real(NATIONAL)
    for year, value in zip(YEARS, ANOTHER_PUBLICATION[group], strict=True):
        row = file.one("national", measure="attainment8", academic_year=year, disadvantage=group)
        assert row["published_value"] == value
        assert row["numerator"] / row["denominator"] == pytest.approx(value, abs=0.05)
