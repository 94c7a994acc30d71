"""Hostile notebooks, graded in one run with honest ones among them: no points, no harm, no trace."""

import ctypes
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gradmagic.cli import main
from gradmagic.course.checking import Leaf
from gradmagic.grading import Gradebook, Kernels, find_key, read_rubrics
from gradmagic.grading.sandbox import Limits as SandboxLimits
from gradmagic.grading.sandbox import probe
from tests.grading.notebooks import ROOT, SOLUTIONS, answered, solution, written
from tests.redteam.library import EXERCISE, attacks
from tests.redteam.world import World

ATTACKS = attacks()
WRONG = {"by-hand": "def first(x):\n    return -4 * x**3 - 6 * x**2 + 6 * x - 4"}
HALF = {"by-hand": "def first(x):\n    return 4 * x**3 + 6 * x**2 - 6 * x + 4"}
# What honest neighbours deserve; their names put them before, between and after the attacks.
HONEST = {
    "00-before": (solution(EXERCISE), 7),
    "05-between": (answered(EXERCISE, HALF), 5),
    "15-between": (answered(EXERCISE, WRONG), 4),
    "25-between": (answered(EXERCISE, HALF), 5),
    "35-between": (answered(EXERCISE, WRONG), 4),
    "45-between": (answered(EXERCISE, HALF), 5),
    "55-between": (answered(EXERCISE, WRONG), 4),
    "zz-after": (solution(EXERCISE), 7),
}
# Bombs are to be cheap: what they are held by is the same at any height.
BOUNDS = SandboxLimits(memory=600 << 20, processes=96, cpu=60, scratch=64 << 20, files=1000)
CELL_SECONDS, SECONDS = 3, 20


def graded_class(folder, chosen, honest=HONEST):
    """Grade the attacks and the honest; return what is left to look at."""
    subs, out, key = folder / "subs", folder / "out", folder / "key"
    subs.mkdir()
    for student, (notebook, _) in honest.items():
        written(subs, student, EXERCISE, notebook)
    with World(folder / "world") as world:
        told = world.told(
            solutions=SOLUTIONS,
            other=subs / "00-before" / f"{EXERCISE}.ipynb",
            gradebook=out / "gradebook.sqlite",
            out=out,
            key=key,
            checks=ROOT / "gradmagic" / "course" / "checks",
            confined="yes",
        )
        for attack in chosen:
            attack.submitted(subs, told)
        before = fingerprints(subs) | fingerprints(SOLUTIONS)
        tier = probe().name
        below = [] if tier == "full" else ["--below-full-tier", tier]
        with pytest.MonkeyPatch.context() as patch, adopted():
            patch.setattr("gradmagic.grading._grade.Kernels", lambda tier: Kernels(tier=tier, limits=BOUNDS))
            status = main(
                [
                    *("grade", str(subs), "--out", str(out), "--key", str(key), "--jobs", "2"),
                    *("--solutions", str(SOLUTIONS), "--exercise", EXERCISE),
                    *("--cell-seconds", str(CELL_SECONDS), "--seconds", str(SECONDS), *below),
                ]
            )
            left = children()
        with Gradebook.open(out / "gradebook.sqlite", find_key(key)) as book:
            results = {result.graded.student: result.graded for result in book.current()}
            sound = book.audit().ok
        return SimpleNamespace(
            status=status,
            results=results,
            sound=sound,
            left=left,
            calls=list(world.calls),
            untouched=world.untouched(),
            token=world.token,
            changed=before.items() ^ (fingerprints(subs) | fingerprints(SOLUTIONS)).items(),
            out=out,
            key=key,
            subs=subs,
        )


class adopted:
    """Orphans of ours become our children, so that whatever is left behind is seen."""

    SUBREAPER = 36

    def __enter__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.prctl(self.SUBREAPER, 1, 0, 0, 0)

    def __exit__(self, *_):
        self.libc.prctl(self.SUBREAPER, 0, 0, 0, 0)


# multiprocessing's own helper lives as long as we do.
OURS = "multiprocessing.resource_tracker"


def children():
    """The living processes below this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, above = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            words = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if int(above) == os.getpid() and state != "Z" and OURS not in words:
            found.append((entry.name, words))
    return found


def fingerprints(folder):
    return {
        str(path): os.readlink(path) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    already = children()
    found = graded_class(tmp_path_factory.mktemp("redteam"), [one for one in ATTACKS if not one.SOAK])
    found.left = [child for child in found.left if child not in already]
    return found


def texts(graded):
    return "\n".join(text for score in graded.scores for _, text in score.lines)


def assert_foiled(attack, graded):
    scores = {score.check: score for score in graded.scores}
    told = [(score.check, score.state, score.reason, score.lines) for score in graded.scores]
    assert graded.status == attack.STATUS, (graded.status, graded.notes)
    assert graded.points == attack.POINTS, told
    # An end is waited for, and a kernel that is being started is.
    assert graded.seconds < SECONDS + 15, graded.notes
    for check, reason in attack.WHY.items():
        assert scores[check].reason in (reason if isinstance(reason, tuple) else (reason,)), (
            told,
            graded.notes,
        )
    assert attack.MARK in texts(graded), told


def names(chosen):
    return {"argvalues": chosen, "ids": [one.name for one in chosen]}


@pytest.mark.parametrize("attack", **names([one for one in ATTACKS if not one.SOAK]))
def test_an_attack_gets_what_its_honest_part_deserves(run, attack):
    assert_foiled(attack, run.results[attack.STUDENT])


def test_honest_neighbours_have_exactly_their_points(run):
    assert {name: run.results[name].points for name in HONEST} == {
        name: points for name, (_, points) in HONEST.items()
    }
    assert all(run.results[name].notes == () for name in HONEST)
    assert run.status == 0


def test_nothing_is_left_and_nothing_outside_has_changed(run):
    assert run.left == []
    assert run.untouched
    assert not run.changed
    assert run.calls == []
    assert list(Path("/tmp").glob(f"gmg-{os.getpid()}-*")) == []
    assert "redteam-" not in Path("/proc/net/unix").read_text()
    assert not [name for name in os.listdir("/dev/shm") if name.startswith("redteam")]


def test_the_gradebook_and_what_was_written_out_are_sound(run, capsys):
    assert run.sound
    assert main(["verify", str(run.out), "--key", str(run.key)]) == 0
    assert set(run.results) == {*HONEST, *(one.STUDENT for one in ATTACKS if not one.SOAK)}


def test_no_expectation_and_no_secret_is_in_what_was_written_out(run):
    written_out = "\n".join(
        path.read_text("utf-8")
        for path in run.out.rglob("*")
        if path.is_file() and path.suffix in (".csv", ".json", ".html", ".xml")
    )
    assert run.token not in written_out
    assert run.key.read_text().strip() not in written_out
    secret = find_key(run.key).derive("inputs")
    rubric = read_rubrics(SOLUTIONS, secret)[EXERCISE]
    for attack in ATTACKS:
        if attack.SOAK or attack.POINTS:
            continue
        for check in rubric.exercise.checks.values():
            question = rubric.question(check, attack.STUDENT)
            for case, right in zip(question.cases, rubric.right(question), strict=True):
                numbers = right.values.ravel().tolist() if isinstance(right, Leaf) else []
                # The public input's answer is anyone's, and a short number may be anything.
                for number in () if case == {"x": 2.0} else numbers:
                    if len(f"{number:.6g}") >= 6:
                        assert f" {number:.6g}<" not in written_out, (attack.name, check.name)


def test_no_page_has_a_script_in_it(run):
    pages = list(run.out.rglob("*.html"))
    assert len(pages) > len(HONEST)
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.search(r"<\s*(script|img|iframe|object|embed|link|base|form|a)\b", text, re.I), page
        assert not re.search(r"<[^>]*\son\w+\s*=", text, re.I), page
        assert "javascript:" not in re.sub(r"<bdi>.*?</bdi>|<title>.*?</title>", "", text, flags=re.S), page


LOOSE = Path(__file__).with_name("loose.py")


def loose(world, attack, how):
    """Run an attack's cells in a process without any sandbox; return what it says."""
    told = world.told(
        solutions=SOLUTIONS,
        other=world.secret,
        gradebook=world.secret,
        out=world.outside,
        key=world.secret,
        checks=ROOT / "gradmagic" / "course" / "checks",
        confined="",
    )
    job = {"how": how, "cells": list(attack.cells(told).values())}
    result = subprocess.run(
        [sys.executable, str(LOOSE)],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        cwd=world.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(world.folder)},
        timeout=60,
    )
    return result.stdout


def test_one_hostile_notebook_beside_an_honest_one(tmp_path):
    (attack,), already = [one for one in ATTACKS if one.name == "27_solutions"], children()
    found = graded_class(tmp_path, [attack], {"00-before": HONEST["00-before"]})
    assert_foiled(attack, found.results[attack.STUDENT])
    assert found.results["00-before"].points == HONEST["00-before"][1]
    assert [child for child in found.left if child not in already] == []
    assert (found.status, found.untouched, found.calls) == (0, True, [])


@pytest.mark.parametrize("attack", **names([one for one in ATTACKS if one.NAIVE]))
def test_a_grader_in_the_learners_own_kernel_is_taken_in(attack, tmp_path):
    with World(tmp_path / "world") as world:
        assert "passed" in loose(world, attack, "assert").splitlines()


@pytest.mark.parametrize("attack", **names([one for one in ATTACKS if one.FREE]))
def test_what_the_sandbox_holds_back_succeeds_without_it(attack, tmp_path):
    with World(tmp_path / "world") as world:
        assert attack.FREE in loose(world, attack, "say")


@pytest.mark.soak
@pytest.mark.parametrize("attack", **names([one for one in ATTACKS if one.SOAK]))
def test_a_slow_attack_gets_nothing_either(attack, tmp_path):
    found = graded_class(tmp_path, [attack])
    assert_foiled(attack, found.results[attack.STUDENT])
    assert {name: found.results[name].points for name in HONEST} == {
        name: points for name, (_, points) in HONEST.items()
    }
    assert (found.left, found.untouched, found.calls) == ([], True, [])


def test_there_are_enough_attacks_and_each_says_why_it_must_fail():
    assert len(ATTACKS) >= 40
    for attack in ATTACKS:
        assert len((attack.module.__doc__ or "").split("\n\n")) >= 2, attack.name
        assert attack.WHY or attack.STATUS != "graded" or attack.POINTS, attack.name
