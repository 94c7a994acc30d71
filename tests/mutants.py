"""Plant defects in gradmagic, one at a time, and show that the tests find them (mutation testing).

python tests/mutants.py                     all of them
python tests/mutants.py NAME...             those named
python tests/mutants.py --list              what there is, and whether each can be planted in the tree
python tests/mutants.py --jobs 2            so many at a time; each job has a copy of the tree
python tests/mutants.py --tree PATH         another checkout: its own gradmagic/ and tests/
python tests/mutants.py --python PATH       the interpreter of the environment
python tests/mutants.py --write FILE        the results as a table in Markdown
python tests/mutants.py --no-control        do not run the tests on the unchanged copy first

The defects are in mutants.toml: the list `mutant`, and `new` for files that older commits do not have. Each names
a file, a piece of its text that occurs once, the text put in its place, and the tests that should find it.
A defect is killed when one of these tests fails, and survives when all pass. Running out of time is neither.

PYTHONPATH names the copy, for the tests and what they start. A test that gives a process a PYTHONPATH of its own,
without the copy, runs the installed package there and can find nothing: choose another (tests/cli/test_commands.py
does so for `gradmagic lab`).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).with_suffix(".toml")
# Seconds for the tests of one defect.
LIMIT = 300
# What is not copied: the tests need nothing of it, and it may be large.
ASIDE = (".git", ".venv", ".matrix", "dist", "build", "site", "shared", "shots", "__pycache__", "*.egg-info")
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis")
PYTEST = ("-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "", "-rfEs", "--tb=no")
KILLED, SURVIVED, TIME_OUT = "killed", "SURVIVED", "time out"
# The defect cannot be planted in this tree; or pytest could not run the tests that were named.
ABSENT, NOT_RUN = "does not apply", "not run"


@dataclass(frozen=True)
class Mutant:
    """A defect to plant.

    Attributes:
        name: what it is called, unique in the table.
        file: where it is planted, relative to the tree.
        old: a piece of the file's text that occurs exactly once.
        new: what is put in its place.
        tests: files or ids of tests that should find it.
        optional: the file is a new one, so that an older tree may lack it.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    optional: bool = False

    @property
    def package(self) -> str:
        """The package of gradmagic it is planted in: `tape`, or the module's name at the top."""
        return Path(self.file).parts[1].removesuffix(".py")


@dataclass(frozen=True)
class Result:
    """What became of a defect: its outcome, the first test that failed (or why there is none), and seconds."""

    mutant: Mutant
    outcome: str
    first: str = ""
    seconds: float = 0.0


def read_table(path: Path) -> list[Mutant]:
    """Return the defects of a table, in its order; refuse a name that comes twice, or a change of nothing."""
    lists = tomllib.loads(path.read_text("utf-8"))
    mutants = [
        Mutant(row["name"], row["file"], row["old"], row["new"], tuple(row["tests"]), optional=key == "new")
        for key in ("mutant", "new")
        for row in lists.get(key, ())
    ]
    twice = [name for name, count in Counter(mutant.name for mutant in mutants).items() if count > 1]
    idle = [mutant.name for mutant in mutants if mutant.old == mutant.new or not mutant.tests]
    if twice or idle:
        raise SystemExit(f"{path.name}: names that come twice: {twice}; without a change or a test: {idle}")
    return mutants


def why_not(mutant: Mutant, tree: Path) -> str:
    """Return why a defect cannot be planted and looked for in this tree; empty if it can."""
    path = tree / mutant.file
    if not path.is_file():
        return f"no file {mutant.file}"
    count = path.read_text("utf-8").count(mutant.old)
    if count != 1:
        return f"its text occurs {count} times in {mutant.file}"
    for test in mutant.tests:
        file, _, rest = test.partition("::")
        if not (tree / file).exists():
            return f"no file {file}"
        name = rest.rpartition("::")[2].partition("[")[0]
        if name and not re.search(
            rf"^\s*(async )?(def|class) {name}\b", (tree / file).read_text("utf-8"), re.M
        ):
            return f"no test {name} in {file}"
    return ""


class Copy:
    """A copy of a tree in a folder of its own, in which defects are planted one after another.

    Args:
        tree: the checkout.
        folder: where the copy is made.
        python: the interpreter of the environment that runs the tests.
    """

    def __init__(self, tree: Path, folder: Path, python: Path) -> None:
        self.folder = folder
        self._python = python
        shutil.copytree(tree, folder, ignore=shutil.ignore_patterns(*ASIDE, *CACHES), dirs_exist_ok=True)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "VIRTUAL", "PYTEST", "GRADMAGIC"))
        }
        # Before the environment's own packages, an editable install of the project among them; a test's
        # processes and kernels inherit it.
        self._variables = kept | {
            "PYTHONPATH": str(folder),
            "PATH": os.pathsep.join((str(python.parent), kept.get("PATH", os.defpath))),
            "GRADMAGIC_LANG": "en",
        }
        self._verify()

    def _verify(self) -> None:
        """Make sure that the copy is what the tests import."""
        asked = [str(self._python), "-c", "import gradmagic; print(gradmagic.__file__)"]
        done = subprocess.run(
            asked, capture_output=True, text=True, check=True, env=self._variables, cwd=self.folder.parent
        )
        found, wanted = Path(done.stdout.strip()), self.folder / "gradmagic" / "__init__.py"
        if found.resolve() != wanted.resolve():
            raise SystemExit(f"the tests would import {found}, not the copy {wanted}")

    def run(self, tests: Iterable[str], limit: float) -> tuple[int | None, str]:
        """Run tests; return pytest's exit code, `None` if it ran out of time, and what it said."""
        process = subprocess.Popen(
            [str(self._python), *PYTEST, *tests],
            cwd=self.folder,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            # The tests' own processes as well: they are in the session that was started above.
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return None, output
        return process.returncode, output

    def examine(self, mutant: Mutant) -> Result:
        """Plant a defect, run its tests, and put the file back."""
        reason = why_not(mutant, self.folder)
        if reason:
            return Result(mutant, ABSENT, reason)
        path = self.folder / mutant.file
        right = path.read_text("utf-8")
        started = time.monotonic()
        try:
            self._put(path, right.replace(mutant.old, mutant.new))
            code, output = self.run(mutant.tests, LIMIT)
        finally:
            self._put(path, right)
        return Result(mutant, *judged(code, output), time.monotonic() - started)

    def _put(self, path: Path, text: str) -> None:
        """Write a source file; what was compiled of it goes, which has the same time and may have the same size."""
        path.write_text(text, "utf-8")
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()


def judged(code: int | None, output: str) -> tuple[str, str]:
    """Return the outcome of a run of pytest, and the first test that failed, or what else there is to say."""
    lines = output.strip().splitlines()
    last = lines[-1] if lines else ""
    failed = next((line for line in lines if line.startswith(("FAILED ", "ERROR "))), "")
    first = failed.partition(" ")[2].partition(" - ")[0]
    if code is None:
        return TIME_OUT, f"not done after {LIMIT} s"
    if code == 0:
        skipped = [line.partition(" ")[2] for line in lines if line.startswith("SKIPPED ")]
        return SURVIVED, f"skipped: {'; '.join(skipped)}" if skipped else ""
    if code < 0:
        return KILLED, f"pytest ended by {signal.Signals(-code).name}"
    # 1: a test failed; 2: a file of tests could not be imported. Others are no answer of a test.
    return (KILLED, first) if code in (1, 2) and first else (NOT_RUN, f"pytest's exit code is {code}: {last}")


def control(copies: Sequence[Copy], mutants: Sequence[Mutant]) -> None:
    """Run the tests of all these defects on the unchanged copies, each of which takes a share of the files.

    Raises:
        SystemExit: one of them fails: what it would say of a defect is worth nothing.
    """
    files: dict[str, list[str]] = {}
    for test in dict.fromkeys(test for mutant in mutants for test in mutant.tests):
        files.setdefault(test.partition("::")[0], []).append(test)
    shares = [list(files.values())[number :: len(copies)] for number in range(len(copies))]
    started = time.monotonic()

    def run(copy: Copy, share: Sequence[Sequence[str]]) -> tuple[str, str, str]:
        code, output = copy.run([test for file in share for test in file], LIMIT * max(1, len(share)))
        return *judged(code, output), output

    with ThreadPoolExecutor(len(copies)) as pool:
        for outcome, first, output in pool.map(run, copies, shares):
            if outcome != SURVIVED:
                raise SystemExit(f"the unchanged copy does not pass: {first}\n{output[-2000:]}")
            if first:
                print(f"unchanged: {first}", flush=True)
    print(f"the tests pass on the unchanged copy ({time.monotonic() - started:.0f} s)", flush=True)


def table(results: Sequence[Result]) -> str:
    """Return the results as Markdown: a row for each package, then one for each defect."""
    lines = ["| package | defects | killed | survived | time out |", "| --- | --- | --- | --- | --- |"]
    packages = sorted({result.mutant.package for result in results})
    for package in packages:
        found = Counter(result.outcome for result in results if result.mutant.package == package)
        counts = (found.total(), found[KILLED], found[SURVIVED], found[TIME_OUT])
        lines.append(f"| {package} | {' | '.join(map(str, counts))} |")
    lines += [
        "",
        "| defect | file | outcome | first test that failed | s |",
        "| --- | --- | --- | --- | --- |",
    ]
    for result in results:
        file = result.mutant.file.removeprefix("gradmagic/")
        first = result.first.replace("|", "\\|")
        lines.append(f"| {result.mutant.name} | {file} | {result.outcome} | {first} | {result.seconds:.0f} |")
    return "\n".join(lines) + "\n"


def examine(mutants: Sequence[Mutant], copies: Sequence[Copy]) -> list[Result]:
    """Examine all defects, one in each copy at a time; return the results in the order of the table."""
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def one(mutant: Mutant) -> Result:
        copy = free.get()
        try:
            return copy.examine(mutant)
        finally:
            free.put(copy)

    results: dict[str, Result] = {}
    with ThreadPoolExecutor(len(copies)) as pool:
        for future in as_completed([pool.submit(one, mutant) for mutant in mutants]):
            result = future.result()
            results[result.mutant.name] = result
            print(
                f"{result.outcome:<9} {result.seconds:5.0f} s  {result.mutant.name}: {result.first}",
                flush=True,
            )
    return [results[mutant.name] for mutant in mutants]


def main() -> int:
    """Examine what was asked for; fail if a defect survives, or could not be examined."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="names of defects; all unless given")
    parser.add_argument("--list", action="store_true", help="list them, and those that cannot be planted")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--tree", type=Path, default=ROOT, help="the checkout in which they are planted")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="who runs the tests")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the results as Markdown")
    parser.add_argument("--no-control", action="store_true", help="skip the run on the unchanged copy")
    options = parser.parse_args()
    mutants = read_table(TABLE)
    unknown = set(options.names) - {mutant.name for mutant in mutants}
    if unknown:
        parser.error(f"no defect is called {sorted(unknown)}; --list shows them")
    mutants = [mutant for mutant in mutants if not options.names or mutant.name in options.names]
    tree = options.tree.resolve()
    reasons = {mutant.name: why_not(mutant, tree) for mutant in mutants}
    if options.list:
        for mutant in mutants:
            note = f"  ({ABSENT}: {reasons[mutant.name]})" if reasons[mutant.name] else ""
            print(f"{mutant.name:<40} {mutant.file}{note}")
        return int(any(reasons[mutant.name] and not mutant.optional for mutant in mutants))
    with tempfile.TemporaryDirectory(prefix="gradmagic-mutants-") as scratch:
        # Not resolved: a link is what tells Python which environment it is in.
        python = options.python.absolute()
        count = max(1, min(options.jobs, len(mutants)))
        copies = [Copy(tree, Path(scratch, f"copy{number}"), python) for number in range(count)]
        fitting = [mutant for mutant in mutants if not reasons[mutant.name]]
        if fitting and not options.no_control:
            control(copies, fitting)
        results = examine(mutants, copies)
    found = Counter(result.outcome for result in results)
    print(", ".join(f"{found[outcome]} {outcome}" for outcome in found) + f", of {len(results)}")
    if options.write:
        options.write.write_text(table(results), "utf-8")
    wrong = [
        result
        for result in results
        if result.outcome in (SURVIVED, NOT_RUN) or (result.outcome == ABSENT and not result.mutant.optional)
    ]
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
