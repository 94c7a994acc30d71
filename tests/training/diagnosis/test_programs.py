"""Sick programs get the right verdict, healthy ones none, and nothing is changed by asking."""

import numpy as np
import pytest

from gradmagic.messages import use_language
from gradmagic.training.diagnosis import KINDS

from .healthy import HEALTHY
from .sick import SICK

SILENT = {"a_loss_that_counts_its_calls", "a_logarithm_in_a_loss_that_counts_its_calls"}


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: getattr(case, "program", case).__name__)


def test_the_corpora_are_large_enough():
    assert len(SICK) >= 20
    assert len(HEALTHY) >= 15
    assert {sick.kind for sick in SICK} == {*KINDS} - {"none"}


@named(SICK)
def test_a_sick_program(case):
    run = case.program()
    kept, loss = run.parameters, run.loss
    assert all(np.isfinite(value).all() for value in kept.values())  # also of a run that diverged
    assert np.isfinite(loss)
    calls = len(getattr(run, "calls", ()))
    found = run.diagnosis
    assert found.kind == case.kind, found
    assert case.since[0] <= found.since_step <= case.since[1], found
    assert found.line == case.line, found
    assert bool(found.expression) == bool(found.line)
    assert 1 <= len(found.sentences) <= 3
    assert all(np.isfinite(value) for value in found.evidence.values())
    # Asking changes nothing, and is answered from memory the second time.
    assert run.diagnosis is found
    assert run.parameters.keys() == kept.keys()
    assert all(np.array_equal(run.parameters[name], value) for name, value in kept.items())
    assert len(getattr(run, "calls", ())) == calls
    use_language("zh")
    chinese = run.diagnosis
    assert (chinese.kind, chinese.since_step, chinese.line) == (found.kind, found.since_step, found.line)
    assert len(chinese.sentences) == len(found.sentences)
    assert chinese.text != found.text
    assert len(getattr(run, "calls", ())) == calls


@named(HEALTHY)
def test_a_healthy_program(case):
    run = case()
    calls = len(getattr(run, "calls", ()))
    for found in (run.diagnose(deep=False), run.diagnosis):
        assert found.kind == "none", found
        assert found.since_step is None
    assert "diagnosis" not in repr(run)
    assert len(getattr(run, "calls", ())) == calls
