"""Why a derivative is None, zero or not finite: every cause found, no false alarm."""

from __future__ import annotations

import linecache
from itertools import count

import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic import messages
from gradmagic.tape import CAUSES, Explanation

from .programs import BROKEN, HEALTHY, Program

_numbers = count()


def execute(text: str, names: dict) -> None:
    """Run a text as a cell: under a file name of its own, whose source can be looked up."""
    filename = f"<cell {next(_numbers)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), names)


def explained(program: Program) -> Explanation:
    names: dict = {"tf": tf}
    execute(program.before, names)
    tape = gm.Tape()
    names["tape"] = tape
    with tape:
        execute("\n" + program.cell, names)
    tape.name_tensors(names)
    execute(program.after, names)
    return tape.explain(
        names["y"], names["x"], target_name="y", source_name="x", history=[program.before, program.after]
    )


def test_the_corpora_are_large_and_cover_every_cause() -> None:
    assert len(BROKEN) >= 40
    assert len(HEALTHY) >= 40
    assert {program.cause for program in BROKEN} == set(CAUSES)
    assert len({program.name for program in (*BROKEN, *HEALTHY)}) == len(BROKEN) + len(HEALTHY)


@pytest.mark.parametrize("program", BROKEN, ids=lambda program: program.name)
def test_the_cause_and_the_line(program: Program) -> None:
    found = explained(program)
    assert found.cause == program.cause, found
    if program.line:
        assert found.line == program.line, found
        assert found.expression
    assert found.what
    assert found.fix
    assert program.cause in repr(found)


@pytest.mark.parametrize("program", HEALTHY, ids=lambda program: program.name)
def test_no_false_explanation(program: Program) -> None:
    found = explained(program)
    assert found.cause is None, found
    assert found.fix == ""


def test_in_chinese() -> None:
    messages.use_language("zh")
    try:
        assert "四舍五入" not in repr(explained(BROKEN[0]))
        assert "记录不会监视常量" in repr(explained(BROKEN[0]))
    finally:
        messages.use_language(None)


def test_a_target_that_is_no_tensor() -> None:
    x = tf.Variable(2.0)
    with gm.Tape() as tape:
        y = (x * x).numpy()
    found = tape.explain(y, x)
    assert found.cause == "left-tensorflow"
