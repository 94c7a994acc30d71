"""`gradmagic grade`: a folder of submissions to points, pages and tables."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from gradmagic import grading
from gradmagic.errors import OptionError
from gradmagic.messages import say

NAME = "grade"
BAR = "{percentage:3.0f}% |{bar:24}| {n_fmt}/{total_fmt} {unit} {elapsed}<{remaining} {desc}"


def describe() -> str:
    """One line for `gradmagic --help`."""
    return say("cli-grade")


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("submissions", type=Path, metavar="SUBMISSIONS", help=say("cli-grade-submissions"))
    add("--solutions", type=Path, default=Path("solutions"), metavar="DIR", help=say("cli-grade-solutions"))
    add("--out", type=Path, default=Path("grades"), metavar="DIR", help=say("cli-grade-out"))
    add("--jobs", type=int, default=0, metavar="N", help=say("cli-grade-jobs"))
    add("--dask", default="", metavar="ADDRESS", help=say("cli-grade-dask"))
    add("--exercise", action="append", default=[], metavar="NAME", help=say("cli-grade-exercise"))
    add("--only", action="append", default=[], metavar="CHECK", help=say("cli-grade-only"))
    add("--format", default=",".join(grading.FORMATS), metavar="NAMES", help=say("cli-grade-format"))
    add("--key", type=Path, metavar="FILE", help=say("cli-grade-key"))
    add("--due", metavar="TIME", help=say("cli-grade-due"))
    add("--late-penalty", metavar="PART", help=say("cli-grade-late-penalty"))
    add("--handed-in", type=Path, metavar="FILE", help=say("cli-grade-handed-in"))
    add("--cell-seconds", type=float, default=60.0, metavar="S", help=say("cli-grade-cell-seconds"))
    add("--seconds", type=float, default=300.0, metavar="S", help=say("cli-grade-seconds"))
    add("--all-cells", action="store_true", help=say("cli-grade-all-cells"))
    add("--below-full-tier", metavar="TIER", help=say("cli-grade-below-full-tier"))


def run(arguments: argparse.Namespace) -> int:
    """Grade, write everything out, and say how it went; 0 when nothing is left to do."""
    grading.need_nbval()
    formats = tuple(word.strip() for word in arguments.format.split(",") if word.strip())
    grading.check_formats(formats)  # before hours of work, not after
    settings = _settings(arguments)
    key = grading.find_key(arguments.key, make=True)
    settings.out.mkdir(parents=True, exist_ok=True)
    with grading.Gradebook.open(settings.out / grading.GRADEBOOK, key) as book:
        with tqdm(
            unit=say("cli-grade-unit"),
            file=sys.stderr,
            bar_format=BAR,
            leave=False,
        ) as bar:

            def tell(done: int, due: int, graded: grading.Graded | None) -> None:
                bar.total, bar.n = due, done
                bar.set_description_str(graded.path[-40:] if graded is not None else "")

            summary = grading.grade(settings, key, book, tell)
        seal = grading.export(book, settings.out, formats, grading.titles())
    _print(summary, settings)
    print(say("cli-grade-seal", seal=seal))
    return 1 if summary.failed else 0


def _settings(arguments: argparse.Namespace) -> grading.Settings:
    if arguments.jobs < 0:
        raise OptionError(say("cli-grade-bad-jobs", jobs=arguments.jobs))
    if arguments.late_penalty and not arguments.due:
        raise OptionError(say("cli-grade-no-due"))
    lateness = grading.Lateness()
    if arguments.due:
        part, unit, most = grading.read_penalty(arguments.late_penalty or "0/day")
        times = grading.read_times(arguments.handed_in) if arguments.handed_in else {}
        lateness = grading.Lateness(grading.read_due(arguments.due), part, unit, most, times)
    return grading.Settings(
        arguments.submissions,
        arguments.solutions,
        arguments.out,
        arguments.jobs,
        tuple(arguments.exercise),
        tuple(arguments.only),
        arguments.below_full_tier,
        grading.Limits(arguments.cell_seconds, arguments.seconds, arguments.all_cells),
        lateness,
        arguments.dask,
    )


def _print(summary: grading.Summary, settings: grading.Settings) -> None:
    rate = summary.seconds / summary.graded if summary.graded else 0.0
    print(
        say(
            "cli-grade-done",
            graded=summary.graded,
            known=summary.known,
            seconds=f"{summary.seconds:.0f}",
            rate=f"{rate:.2f}",
            out=settings.out,
        )
    )
    if summary.tier:
        print(say("cli-grade-tier", tier=summary.tier))
    for path in summary.ignored:
        print(say("cli-grade-ignored", path=path), file=sys.stderr)
    for path in summary.failed:
        print(say("cli-grade-failed", path=path), file=sys.stderr)
