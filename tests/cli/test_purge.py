"""``purge`` says what it searched, and that it is not complete when something is left."""

from __future__ import annotations

import json
import re

REVIEWS = """urn,review_date,reviewer_organisation,external,scope,outcome
900201,2025-11-03,Ashgrove Reviews,Y,Joint review with 900202,Effective
"""


def test_a_purge_prints_what_was_searched_and_that_nothing_is_left(run, loaded):
    ran = run("purge", "--urn", "900202", "--yes")
    assert ran.code == 0
    said = re.search(
        r"^Searched ([\d,]+) files, with ([\d,]+) tables and ([\d,]+) cells in them\.$", ran.out, re.MULTILINE
    )
    assert said is not None
    files, tables, cells = (int(each.replace(",", "")) for each in said.groups())
    there = [path.name for path in loaded.rglob("*") if path.is_file()]
    assert files == len(there) + 1, "and the lock's holder, while it lasted"
    assert tables > sum(name.endswith(".parquet") for name in there) > 1
    assert cells > 100
    assert "Nothing about 900202 is left." in ran.out


def test_a_purge_that_leaves_something_fails_aloud_and_is_recorded_as_such(run, loaded, workplace):
    (workplace / "qa_reviews.csv").write_text(REVIEWS, encoding="utf-8")
    assert run("load", workplace / "qa_reviews.csv").code == 0
    ran = run("purge", "--urn", "900202", "--yes")
    assert ran.code == 1
    assert "STILL THERE: inputs/" in ran.err
    assert "(qa_reviews.csv), column 'scope', row 2" in ran.err
    assert "The purge is NOT complete" in ran.err
    assert "Nothing about" not in ran.out
    newest = json.loads(run("trail", "--event", "purged", "--format", "json").out)[0]
    assert newest["detail"].startswith("URN 900202, not complete, ")
    assert run("unload", "qa_reviews.csv", "--yes").code == 0
    assert run("purge", "--urn", "900202", "--yes").code == 0


def test_a_purge_of_everything_says_that_nothing_is_left_and_names_what_is_not_the_explorers(run, loaded):
    (loaded / "notes.txt").write_text("mine", encoding="utf-8")
    ran = run("purge", "--everything", "--yes")
    assert ran.code == 0
    assert "Nothing of the trust's data is left." in ran.out
    assert "Not the explorer's own, so look at it yourself: notes.txt" in ran.err
