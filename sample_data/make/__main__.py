"""``python -m sample_data.make [FOLDER]`` writes the sample trust's files (by default into ``sample_data/files``)."""

from __future__ import annotations

import argparse
from pathlib import Path

from sample_data.make import everything


def main() -> None:
    """Reads the command line and writes the files."""
    parser = argparse.ArgumentParser(prog="python -m sample_data.make", description="Make the invented sample trust.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parents[1] / "files")
    folder = parser.parse_args().folder
    everything.make(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB in {folder}")


if __name__ == "__main__":
    main()
