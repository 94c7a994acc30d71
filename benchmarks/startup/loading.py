"""What `%load_ext gradmagic` costs over plain IPython, in processes of their own, in turn.

python benchmarks/startup/loading.py [--rounds N]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from statistics import median
from time import perf_counter

SHELL = "from IPython.core.interactiveshell import InteractiveShell as S; shell = S.instance()"
LOAD = SHELL + "; shell.run_line_magic('load_ext', 'gradmagic')"
CHECK = LOAD + "; import sys; print('tensorflow' in sys.modules)"


def seconds(program):
    began = perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    checked = subprocess.run([sys.executable, "-c", CHECK], check=True, capture_output=True, text=True)
    imported = checked.stdout.strip()
    seconds(SHELL), seconds(LOAD)
    pairs = [(seconds(SHELL), seconds(LOAD)) for _ in range(rounds)]
    print("| IPython, s | with `%load_ext`, s | difference, s (median, largest) | TensorFlow imported |")
    print("| --- | --- | --- | --- |")
    plain, ours = (median(column) for column in zip(*pairs, strict=True))
    extra = [b - a for a, b in pairs]
    print(f"| {plain:.3f} | {ours:.3f} | {median(extra):.3f}, {max(extra):.3f} | {imported} |")


if __name__ == "__main__":
    main()
