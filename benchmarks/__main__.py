"""``python -m benchmarks [PART ...]``: measure, and print a table with the goals beside the figures."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import asking, browsing, crowd, disclosure, loading, presenting, sign_in, viewing
from benchmarks.measuring import Line, machine, table

PARTS: dict[str, Callable[[], Iterator[Line]]] = {
    "query": asking.query,
    "answer": asking.answer,
    "scorecard": asking.scorecard,
    "viewer": viewing.viewer,
    "disclosure": disclosure.disclosure,
    "load-sample": loading.load_sample,
    "load-england": loading.load_england,
    "sign-in": sign_in.sign_in,
    "browser": browsing.browser,
    "browser-large": browsing.browser_large,
    "presenting": presenting.presenting,
    "crowd": crowd.crowd,
}
LONG: dict[str, Callable[[], Iterator[Line]]] = {"memory": crowd.memory}
"""What takes half an hour, so only when it is named."""
MARKS = "marks"
"""Half a hundred million register marks: minutes, and gigabytes of disk, so only when it is named."""


def main() -> int:
    """Run the parts that are named, else all but the marks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "part", nargs="*", help=f"which parts: {', '.join((*PARTS, *LONG, MARKS))}; all but the last two by default"
    )
    chosen = parser.parse_args().part or list(PARTS)
    for name in chosen:
        if name not in PARTS | LONG and name != MARKS:
            parser.error(f"there is no part {name!r}; there are {', '.join((*PARTS, *LONG, MARKS))}")
    print(machine())
    lines: list[Line] = []
    for name in chosen:
        print(f"measuring {name} ...", file=sys.stderr)
        if name != MARKS:
            lines += (PARTS | LONG)[name]()
    if lines:
        print(
            "Goals are for two cores and bound the median, or the 95th; ratios are to the goal, or to the line above.",
            "",
            table(lines),
            sep="\n",
        )
    if MARKS in chosen:
        return subprocess.call([sys.executable, str(Path(__file__).with_name("marks.py"))])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
