"""A table that textbooks use, hidden by this engine's rules and attacked.

Children by county and education of the head of the household: invented figures of Statistical Policy Working Paper 22
(Federal Committee on Statistical Methodology, 2005), chapter II. Six of its sixteen cells are below 6.
"""

from __future__ import annotations

from kpi_engine.disclosure.rule import OPEN
from tests.disclosure.assessing import assess, seen
from tests.disclosure.invented import AS_AT, academies, decided, fact, together

COUNTS = {"7": (15, 20, 3, 12), "8": (1, 10, 10, 14), "9": (3, 10, 10, 7), "10": (1, 15, 2, 2)}
"""By education (here: year groups), for the counties (here: academies) Alpha, Beta, Gamma and Delta."""
PUPILS = 200


def test_the_textbooks_table_is_protected_and_keeps_its_margins():
    counties = academies(4)
    parts = []
    for place, one in enumerate(counties):
        for group, counts in COUNTS.items():
            parts.append(fact("suspensions", one, counts[place], PUPILS, {"year_group": group}))
        total = sum(counts[place] for counts in COUNTS.values())
        parts.append(fact("suspensions", one, total, 4 * PUPILS))
    facts = together(parts)
    cells = seen(facts, decided(facts, counties), counties, AS_AT, OPEN)
    inner = [cell for key, cell in cells.items() if key[5] and key[3].isdigit()]
    small = [cell for cell in inner if 1 <= cell.n <= 5]
    hidden = [cell for cell in inner if not cell.shown]
    margins = [cell for key, cell in cells.items() if not key[5] or not key[3].isdigit()]
    assert (len(inner), len(small)) == (16, 6)
    assert all(cell in hidden for cell in small)
    assert len(hidden) == 9, "three more than the six"
    assert all(cell.shown for cell in margins)
    assert sorted(cell.n for cell in margins) == [20, 20, 25, 30, 35, 35, 50, 55, 135, 135]
    found = assess([cells], counties, AS_AT)
    assert found.targets == 6
    assert [str(breach) for breach in found.breaches] == []
