"""Runs a command and prints, as JSON, its seconds by the clock and of processors, and the most memory it held.

A script of its own that imports next to nothing: a process starts with the memory of the one that starts it, which the
system then counts as the most that it ever held.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main(command: list[str]) -> int:
    """Run the command without its output; its exit code."""
    start = time.perf_counter()
    busy = megabytes = None
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        if hasattr(os, "wait4"):
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            busy = used.ru_utime + used.ru_stime
            megabytes = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3 / 1.024)
        else:
            child.wait()
    print(json.dumps({"wall": time.perf_counter() - start, "busy": busy, "megabytes": megabytes}))
    return child.returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
