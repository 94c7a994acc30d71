"""`Explorer` and a learner's optimizer that takes another way when a hyperparameter is moved."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.training import Explorer, train


class Branching:
    """Makes its state at the first step, and only on one of its two ways."""

    def __init__(self, rate, damping=0.5):
        self.rate, self.damping, self.v, self.t = rate, damping, {}, 0

    def step(self, gradients, variables):
        self.t += 1
        for place, (gradient, variable) in enumerate(zip(gradients, variables, strict=True)):
            if self.damping > 0.3:
                before = self.v.get(place, tf.zeros_like(gradient))
                self.v[place] = self.damping * before + gradient
                variable.assign_sub(self.rate * self.v[place])
            else:
                variable.assign_sub(self.rate * gradient)


@pytest.mark.parametrize("first", [0.5, 0.1])
def test_another_way_is_compiled_and_has_the_numbers_of_train(first):
    w = tf.Variable(0.0)

    def loss():
        return (w - 3.0) ** 2

    explorer = Explorer(loss, [w], optimizer=Branching(0.01, first), steps=60)
    for damping in (first, 0.2, 0.9, 0.05, 0.4):
        made = explorer.make({"damping": damping})
        assert float(w) == 0
        run = train(loss, [w], optimizer=Branching(0.01, damping), steps=60)
        assert np.allclose(made.history.loss, run.history.loss, rtol=1e-5)
        w.assign(0.0)
    assert explorer.traces == 2, "one program a way"
