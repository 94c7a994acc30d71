"""The line that a panel copies trains to the panel's own numbers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from gradmagic.magics._again_line import again_line, race_line
from gradmagic.magics._line import parse
from gradmagic.magics._training import training_arguments
from gradmagic.training import Explorer, train

MOVED = [
    ("--learning-rate 1e-3", {"learning_rate": 0.02, "momentum": 0.8}),
    ("--optimizer momentum", {"momentum": 0.0}),
    ("--optimizer adam --learning-rate 0.01", {"beta_1": 0.7, "beta_2": 0.95}),
    ("--optimizer adamw", {"weight_decay": 0.1, "learning_rate": 0.003}),
    ("--clip-norm 1.0 --weight-decay 0.01", {"clip_norm": 0.2, "weight_decay": 0.1}),
    ("--steps 300 --seed 3", {"steps": 120, "seed": 5, "start_noise": 0.4}),
]


@pytest.mark.parametrize(("asked", "moved"), MOVED)
def test_the_line_gives_the_panels_numbers(asked, moved):
    from gradmagic.magics._defaults import GradMagic

    w = tf.Variable([1.5, -2.0])
    names = {"w": w, "tf": tf}

    def loss():
        return 1 + tf.reduce_sum([1.0, 3.0] * (w - 1) ** 2)

    options = parse("train", f"loss w {asked} --explore")
    explorer = Explorer(loss, {"w": w}, **training_arguments(options, GradMagic(), names))
    made = explorer.make(moved)
    line = again_line(
        options, "train", made.values, asked=explorer.values, settings=explorer.settings, namespace=names
    )
    assert line.startswith("%train loss w ")
    assert "--explore" not in line
    again = parse("train", line.removeprefix("%train "))
    run = train(loss, {"w": w}, **training_arguments(again, GradMagic(), names))
    assert run.steps == len(made.history)
    assert np.allclose(run.history.loss, made.history.loss, rtol=1e-5), line
    assert np.allclose(w, made.parameters["w"], rtol=1e-4, atol=1e-6), line


@pytest.mark.parametrize(
    "asked",
    ["", "--steps 30", "--race momentum,adam:0.1 --surface w[0],w[1]", "--learning-rate 0.02 --seed 4"],
)
def test_the_line_of_a_race_races_again(asked):
    from gradmagic.magics._defaults import GradMagic
    from gradmagic.magics._racing import raced

    w = tf.Variable([1.5, -2.0])
    names = {"w": w, "tf": tf}

    def loss():
        return 1 + tf.reduce_sum([1.0, 3.0] * (w - 1) ** 2)

    def found(line):
        options = parse("train", line)
        arguments = training_arguments(options, GradMagic(), names)
        session = SimpleNamespace(namespace=names)
        race = raced(options, loss, {"w": w}, arguments, session, GradMagic())
        known = {name: arguments[name] for name in ("learning_rate", "seed")}
        return race, race_line(options, "train", steps=race.total, **known)

    first, line = found(f"loss w {asked if '--race' in asked else f'--race sgd,adam {asked}'}")
    assert line.startswith("%train loss w ")
    assert "--seed" in line
    second, same = found(line.removeprefix("%train "))
    assert line == same
    assert [racer.label for racer in first] == [racer.label for racer in second]
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.history.loss, other.history.loss)
