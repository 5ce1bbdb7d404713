"""Repeatable measurements against the goals of ``docs/architecture.md``; run by ``python -m benchmarks``.

They are measurements and never tests: a busy machine makes them slower, and nothing fails. What to look at are the
medians, beside the goal that stands in the same row and the machine that is named above the table.
"""
