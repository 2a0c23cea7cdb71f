"""The steps of the action: `python3 -IB main.py STEP`. Needs Python 3.9 or newer and nothing beyond its own library.

Isolated mode (`-I`) keeps the checked repository and the environment from adding modules; so this folder is named here.
"""

import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import runner  # noqa: E402

# A module each, with a function `step`; the others are not even read.
STEPS = ("install", "run", "comment", "issue", "verdict")

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in STEPS:
        runner.stop("usage: main.py " + "|".join(STEPS))
    sys.exit(runner.main(importlib.import_module(sys.argv[1]).step))
