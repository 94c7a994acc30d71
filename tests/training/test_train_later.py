"""What the first steps do not show: a state that Python hides, and that begins to matter later."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError


class Hidden:
    """Counts in an object of C, where no attribute shows it; decays from a step on."""

    def __init__(self, begins):
        self.count = itertools.count(1).__next__
        self.begins = begins

    def apply_gradients(self, pairs):
        rate = 0.1 if self.count() < self.begins else 0.01
        for gradient, variable in pairs:
            variable.assign_sub(rate * gradient)


def trained(optimizer, mode, steps):
    v = tf.Variable([3.0, -1.0])
    run = gm.train(
        lambda: 1 + tf.reduce_sum(tf.constant([1.0, 0.5]) * v**2),
        v,
        optimizer=optimizer,
        steps=steps,
        compile=mode,
    )
    return run, v.numpy()


@pytest.mark.parametrize("begins", [5, 10, 12, 18, 60])
def test_a_decay_that_begins_later_is_found(begins):
    run, found = trained(Hidden(begins), "auto", 400)
    plain, wanted = trained(Hidden(begins), "off", 400)
    assert run.engine == "eager"
    assert np.allclose(run.history.loss, plain.history.loss, rtol=1e-6)
    assert np.allclose(found, wanted, rtol=1e-6)


def test_what_was_asked_for_by_name_is_refused_instead():
    with pytest.raises(ArgumentError, match="auto"):
        trained(Hidden(10), "xla", 400)


def test_a_decay_with_a_visible_counter_compiles():
    class Visible:
        def __init__(self):
            self.steps = 0

        def apply_gradients(self, pairs):
            self.steps += 1
            rate = 0.1 if self.steps < 10 else 0.01
            for gradient, variable in pairs:
                variable.assign_sub(rate * gradient)

    run, found = trained(Visible(), "auto", 400)
    plain, wanted = trained(Visible(), "off", 400)
    assert run.engine == "xla", run.reason
    assert np.allclose(run.history.loss, plain.history.loss, rtol=1e-5)
    assert np.allclose(found, wanted, rtol=1e-5)
