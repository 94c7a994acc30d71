"""A program of its own that confines itself and then becomes another program; `run_confined` starts it."""

from __future__ import annotations

import sys

from gradmagic.grading.sandbox._run import execute

if __name__ == "__main__":
    execute(sys.argv[1:])
