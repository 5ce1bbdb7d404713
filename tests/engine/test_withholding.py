"""Every special answer with its reason, and which of two reasons comes first."""

import pytest

from kpi_engine.engine import withholding
from kpi_engine.measures import MEASURES
from kpi_engine.model import Academy, Phase, WithheldKind

ACADEMY = Academy("3", "Cedar High", Phase.SECONDARY, "2010-09-01", opened="2010-09-01")


@pytest.fixture
def why(trust):
    def ask(measure, academy=ACADEMY, year="2022/23", code=None, detail=None, as_at="2026-01-15"):
        made = trust([], academies=(ACADEMY,), as_at=as_at)
        return withholding.why(made.holdings, MEASURES[measure], academy, year, code, detail)

    return ask


@pytest.mark.parametrize(
    ("measure", "given", "kind", "words"),
    [
        ("ks2_reading", {}, WithheldKind.NOT_APPLICABLE, "not measured in a secondary school such as Cedar High"),
        ("post16_va", {}, WithheldKind.NOT_APPLICABLE, "Cedar High has no sixth form"),
        ("ofsted_journey", {"code": "NOT_DUE", "detail": "Joined in May"}, WithheldKind.NOT_DUE, "Joined in May."),
        ("ofsted_good", {"code": "NOT_INSPECTED", "detail": "None yet"}, WithheldKind.NOT_INSPECTED, "None yet."),
        ("progress8", {"year": "2019/20"}, WithheldKind.NOT_PUBLISHED, "because of the pandemic"),
        ("progress8", {"year": "2024/25"}, WithheldKind.NOT_PUBLISHED, "took no KS2 tests in 2019/20"),
        ("progress8", {"year": "2024/25", "code": "SUPP"}, WithheldKind.NOT_PUBLISHED, "no KS2 tests"),
        ("attainment8", {"code": "SUPP"}, WithheldKind.SUPPRESSED, "(SUPP): it speaks of too few people"),
        ("attainment8", {"code": "LOWCOV"}, WithheldKind.SUPPRESSED, "too few pupils have a score"),
        ("y11_neet", {"code": "LOW"}, WithheldKind.SUPPRESSED, "too small to be shown"),
        ("attainment8", {"code": "Z"}, WithheldKind.NOT_APPLICABLE, "does not apply"),
        ("attainment8", {"code": "NA"}, WithheldKind.NOT_PUBLISHED, "not available"),
        ("attainment8", {"year": "2008/09"}, WithheldKind.NOT_APPLICABLE, "had not opened"),
        ("staff_turnover", {"year": "2026/27"}, WithheldKind.NO_DATA, "has not begun on 15 January 2026"),
        ("engmath_5", {"year": "2025/26"}, WithheldKind.NOT_YET_PUBLISHED, "October 2026"),
        ("attainment8", {}, WithheldKind.NO_DATA, "No file with Attainment 8 has been loaded."),
        ("efficiency_checks", {}, WithheldKind.NO_DATA, "about DfE efficiency checks evidenced for Cedar High"),
        ("staff_turnover", {}, WithheldKind.NO_DATA, "about staff turnover for Cedar High in 2022/23."),
    ],
)
def test_the_answer_and_its_reason(why, measure, given, kind, words):
    found = why(measure, **given)
    assert found.kind is kind
    assert words in found.reason
    assert found.reason.endswith(".")


def test_an_academy_that_left_is_said_to_have_left(trust):
    gone = Academy("3", "Cedar High", Phase.SECONDARY, "2010-09-01", left="2021-08-31")
    made = trust([], academies=(gone,))
    found = withholding.why(made.holdings, MEASURES["staff_turnover"], gone, "2022/23")
    assert found.kind is WithheldKind.NOT_APPLICABLE
    assert found.reason == "Cedar High left the trust on 31 August 2021."


def test_a_trust_whose_academies_are_all_suppressed_does_not_call_itself_hidden(trust, fact):
    rows = [fact("attainment8", "3", None, None, series="published", code="SUPP", year="2022/23")]
    found = trust(rows, academies=(ACADEMY,)).view.result("gap-sex", "trust", "2022/23", {"measure": "attainment8"})
    assert found.withheld is not None
    whole = trust(rows, academies=(ACADEMY,)).view.result("key-stage-attainment", "trust", "2022/23")
    assert whole.withheld.kind is WithheldKind.SUPPRESSED
    assert whole.coverage.of == len(whole.coverage.missing) == 1


def test_a_withheld_trust_figure_names_everybody_that_would_count(trust, fact):
    found = trust([fact("ks2_reading", "1", 1, 2, year="2018/19")]).view.result("ks2-reading", "trust", "2024/25")
    assert (found.coverage.have, found.coverage.of) == (0, 3)
    assert found.coverage.missing == ("Ash Primary", "Beech Primary", "Dogwood All-through")
