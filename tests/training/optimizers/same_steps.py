"""The comparison: compiled, step by step and by hand an optimizer makes the same steps."""

import numpy as np

from gradmagic.training import train

from .corpus import CORPUS
from .problem import assert_close, assert_same, kept, make_problem, plain_loop


def names_of(*modules):
    """The entries that these modules put into the corpus."""
    files = {module.__name__ for module in modules}
    return sorted(name for name, entry in CORPUS.items() if entry.make.__module__ in files)


def trained(entry, mode):
    loss, variables = make_problem(keras=entry.keras)
    optimizer = entry.make(variables)
    run = train(loss, variables, optimizer=optimizer, steps=entry.steps, compile=mode)
    return run, [variable.numpy() for variable in variables], (kept(optimizer), kept(entry.more()))


def assert_same_steps(name, capsys):
    entry = CORPUS[name]
    loss, variables = make_problem(keras=entry.keras)
    optimizer = entry.make(variables)
    losses = plain_loop(loss, variables, optimizer, entry.steps)
    values, state = [v.numpy() for v in variables], (kept(optimizer), kept(entry.more()))
    printed = capsys.readouterr().out
    for mode, engine in (("off", "eager"), ("auto", entry.engine)):
        run, found, left = trained(entry, mode)
        assert run.engine == engine, run.reason
        assert capsys.readouterr().out == printed, mode
        assert np.allclose(run.history.loss, losses, rtol=1e-5, atol=0), mode
        for ours, theirs in zip(found, values, strict=True):
            assert_close(ours, theirs, 1e-5)
        assert_same(left, state, 1e-5)
