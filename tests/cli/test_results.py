"""``results``, ``catalogue`` and ``status``: the figures that were loaded, in the shapes that are promised."""

from __future__ import annotations

import csv
import io
import json

PROMISED = {
    "kpi", "academy", "academy_name", "academic_year", "breakdown", "value", "unit", "numerator", "denominator",
    "lower", "upper", "benchmark", "target", "versus_benchmark", "direction", "certainty", "withheld", "coverage",
    "sides", "source",
}  # fmt: skip


def _results(run, *words):
    ran = run("results", *words, "--format", "json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_a_result_has_every_promised_key_and_the_loaded_figures(run, loaded):
    (trust,) = _results(run, "--kpi", "teaching-good", "--academy", "trust", "--year", "2025/26")
    assert set(trust) >= PROMISED
    assert (trust["kpi"], trust["academy"], trust["academic_year"]) == ("teaching-good", "trust", "2025/26")
    assert (trust["numerator"], trust["denominator"], trust["value"], trust["unit"]) == (9, 10, 90.0, "%")
    assert trust["breakdown"] == {}
    assert trust["withheld"] is None
    assert trust["coverage"] == {"have": 2, "of": 2, "missing": []}
    assert trust["target"]["status"] == "Missed"
    assert all(set(trust[name]) == {"status", "reason"} for name in ("target", "versus_benchmark", "direction"))
    (source,) = trust["source"]
    assert source["file"] == "lesson_quality.csv"
    assert source["rows"] == 2
    assert len(source["sha256"]) == 64


def test_without_an_academy_every_academy_and_the_trust_are_answered(run, loaded):
    found = _results(run, "--kpi", "teaching-good")
    assert [(r["academy"], r["value"]) for r in found] == [("900202", 100.0), ("900201", 75.0), ("trust", 90.0)]
    assert all(isinstance(r["academy"], str) for r in found)


def test_without_a_kpi_all_of_them_are_answered_and_none_is_blank(run, loaded):
    found = _results(run, "--academy", "trust")
    listed = json.loads(run("catalogue", "--format", "json").out)
    assert [r["kpi"] for r in found] == [k["kpi"] for k in listed]
    assert len(found) == 39
    for result in found:
        assert (result["value"] is None) == (result["withheld"] is not None)
        if result["withheld"]:
            assert result["withheld"]["kind"]
            assert result["withheld"]["reason"]


def test_several_kpis_and_years_can_be_given_at_once_or_one_by_one(run, loaded):
    at_once = _results(run, "--kpi", "cash-flow", "teaching-good", "--academy", "trust")
    one_by_one = _results(run, "--kpi", "cash-flow", "--kpi", "teaching-good", "--academy", "trust")
    assert at_once == one_by_one
    assert [(r["kpi"], r["numerator"], r["denominator"]) for r in at_once] == [
        ("cash-flow", 2, 3),
        ("teaching-good", 9, 10),
    ]


def test_a_kpi_without_data_says_so_in_every_format(run, loaded):
    (missing,) = _results(run, "--kpi", "pupils-happy", "--academy", "trust", "--year", "2025/26")
    assert missing["value"] is None
    assert missing["withheld"]["kind"] == "no data loaded"
    table = run("results", "--kpi", "pupils-happy", "--academy", "trust", "--year", "2025/26").out
    assert "no data loaded" in table
    written = run("results", "--kpi", "pupils-happy", "--academy", "trust", "--format", "csv").out
    (row,) = csv.DictReader(io.StringIO(written))
    assert row["value"] == ""
    assert row["withheld"] == "no data loaded"


def test_the_three_formats_give_the_same_figure(run, loaded):
    words = ("--kpi", "teaching-good", "--academy", "900201", "--year", "2025/26")
    (result,) = _results(run, *words)
    (row,) = csv.DictReader(io.StringIO(run("results", *words, "--format", "csv").out))
    assert float(row["value"]) == result["value"] == 75.0
    assert row["academy"] == "900201"
    assert "75.0 %" in run("results", *words).out


def test_a_breakdown_gives_a_result_for_each_part(run, loaded):
    found = _results(run, "--kpi", "teaching-good", "--academy", "trust", "--by", "academy")
    assert {r["academy"]: r["value"] for r in found if r["academy"] != "trust"} == {"900201": 75.0, "900202": 100.0}


def test_standard_output_holds_nothing_but_json_when_the_sample_trust_steps_in(run, workplace):
    ran = run("results", "--kpi", "cash-flow", "--academy", "trust", "--format", "json")
    assert ran.code == 0
    assert len(json.loads(ran.out)) == 1
    assert "showing the sample trust" in ran.err


def test_the_catalogue_lists_each_kpi_with_its_passport(run):
    listed = json.loads(run("catalogue", "--format", "json").out)
    assert len(listed) == 39
    assert len({k["kpi"] for k in listed}) == 39
    assert len({k["group"] for k in listed}) == 7
    for each in listed:
        assert all(each[name] for name in ("title", "promise", "target", "unit", "polarity"))
        assert len(each["passport"]["questions"]) == 3
    table = run("catalogue").out
    assert all(each["kpi"] in table for each in listed)


def test_the_status_names_files_rows_versions_and_what_is_missing(run, loaded):
    told = json.loads(run("status", "--from", loaded, "--format", "json").out)
    assert {f["file"]: f["rows"] for f in told["files"]} == {"academies.csv": 2, "cash.csv": 3, "lesson_quality.csv": 2}
    assert [v["current"] for v in told["versions"]] == [True]
    assert told["versions"][0]["version"] == told["version"]
    assert {a["urn"] for a in told["academies"]} == {"900201", "900202"}
    coverage = {c["kpi"]: c for c in told["coverage"]}
    assert (coverage["teaching-good"]["have"], coverage["teaching-good"]["of"]) == (2, 2)
    assert coverage["pupils-happy"]["withheld"]["kind"] == "no data loaded"
    table = run("status", "--from", loaded).out
    assert told["version"] in table
    assert "lesson_quality.csv" in table
