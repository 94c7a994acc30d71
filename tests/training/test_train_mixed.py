"""Mixed precision: a training that scales its loss for float16 is Keras's own loop, left-out steps included.

Where a processor multiplies float16 itself (AVX512-FP16, AMX), oneDNN does so, and its last digits differ from call
to call; whether a step is left out may hang on them. There the engine is right to stay step by step, and nothing can
be compared closely. So what compares float16 runs in a process without oneDNN, whose numbers are the same each time.
"""

import functools
import inspect
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError
from gradmagic.training import plain_program
from gradmagic.training._loop import EagerLoop
from gradmagic.training._rows import LOSS

RNG = np.random.default_rng(3)
X = RNG.normal(size=(48, 5)).astype(np.float32)
Y = (X @ RNG.normal(size=5) + 1).astype(np.float32)
STEPS = 90
Dense = keras.layers.Dense

# TensorFlow reads it once, before its first operation.
SWITCH = "TF_ENABLE_ONEDNN_OPTS"
ELSEWHERE = []


def without_onednn(test):
    """Run a test in another process, with all others that want it; here where there is no oneDNN anyway."""
    if os.environ.get(SWITCH) == "0":
        return test
    ELSEWHERE.append(test.__name__)

    @functools.wraps(test)
    def look_up(*, request, elsewhere, **_arguments):
        outcome = elsewhere(request.node.name)
        if outcome != "passed":
            pytest.fail(outcome, pytrace=False)

    own = inspect.signature(test).parameters.values()
    more = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in ("request", "elsewhere")]
    look_up.__signature__ = inspect.Signature([*own, *more])
    return look_up


@pytest.fixture(scope="module")
def elsewhere(request, tmp_path_factory):
    """From a test's name to `"passed"`, or what it said, in a process without oneDNN."""
    report = tmp_path_factory.mktemp("without_onednn") / "report.xml"
    command = [sys.executable, "-m", "pytest", "-n", "0", "-m", "", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [*command, f"--junitxml={report}", "-k", " or ".join(ELSEWHERE), __file__],
        cwd=request.config.rootpath,
        env=os.environ | {SWITCH: "0"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=1800,
    )
    assert report.exists(), result.stdout + result.stderr
    found = {
        case.get("name"): "\n".join(part.text or part.tag for part in case) if len(case) else "passed"
        for case in ElementTree.parse(report).iter("testcase")
    }
    return lambda name: found.get(name, result.stdout + result.stderr)


def network(policy="mixed_float16"):
    keras.utils.set_random_seed(1)
    hidden, last = Dense(8, "tanh", dtype=policy, name="hidden"), Dense(1, dtype=policy, name="last")
    model = keras.Sequential([keras.Input((5,)), hidden, last], name="net")
    model.dtype_policy = keras.dtype_policies.get(policy)
    return model


def scaling(optimizer=None, **options):
    return keras.optimizers.LossScaleOptimizer(optimizer or keras.optimizers.Adam(0.02), **options)


def kerass_loop(model, optimizer, steps=STEPS):
    """The loop of Keras's guide; the losses, and the scale after each step."""
    loss, losses, scales = gm.model_loss(model, "mse"), [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            value = loss(X, Y)
            scaled = optimizer.scale_loss(value)
        gradients = tape.gradient(scaled, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        losses.append(float(value))
        scales.append(float(optimizer.dynamic_scale))
    return losses, scales


def same(model, other):
    return all(
        np.allclose(one, two, rtol=1e-6, atol=0)
        for one, two in zip(model.get_weights(), other.get_weights(), strict=True)
    )


@without_onednn
@pytest.mark.parametrize("scale", [2.0**20, 1000.0])
def test_every_step_is_that_of_kerass_loop(scale):
    theirs, optimizer = network(), scaling(initial_scale=scale, dynamic_growth_steps=8)
    losses, scales = kerass_loop(theirs, optimizer)
    changes = np.diff([scale, *scales])
    assert np.any(changes < 0), "no step was left out"
    assert np.any(changes > 0), "the scale never grew"
    for mode, engine in {"auto": "graph", "off": "eager"}.items():
        ours, own = network(), scaling(initial_scale=scale, dynamic_growth_steps=8)
        run = gm.train(gm.model_loss(ours), optimizer=own, data=(X, Y), steps=STEPS, compile=mode)
        assert run.engine == engine
        assert np.allclose(run.history.loss, losses, rtol=1e-6, atol=0)
        assert same(ours, theirs)
        assert float(own.dynamic_scale) == scales[-1]
        assert int(own.iterations) == int(optimizer.iterations) < STEPS


def test_float16_that_differs_from_call_to_call_is_trained_step_by_step_and_that_is_said(monkeypatch):
    """As with oneDNN on a processor that multiplies float16 itself; here a loss is off by more than rounding."""
    advance, draw = EagerLoop.advance, np.random.default_rng(0)

    def unsteady(loop, start, count):
        rows = advance(loop, start, count)
        rows[:, LOSS] *= draw.uniform(1.02, 1.05, len(rows))
        return rows

    monkeypatch.setattr(EagerLoop, "advance", unsteady)
    run = gm.train(gm.model_loss(network()), optimizer=scaling(), data=(X, Y), steps=40)
    assert run.engine == "eager"
    assert run.steps == 40
    assert run.reason == (
        "step by step, because compiled (graph) it rounds to float16 in other places, or something in Python changes "
        "between the steps"
    )
    with pytest.raises(ArgumentError, match="rounds to float16 in other places"):
        gm.train(gm.model_loss(network()), optimizer=scaling(), data=(X, Y), steps=40, compile="graph")


def test_under_xla_float16_is_another_and_that_is_said():
    with pytest.raises(ArgumentError, match="more digits than float16"):
        gm.train(gm.model_loss(network()), data=(X, Y), steps=5, compile="xla")


@without_onednn
def test_a_model_of_mixed_precision_is_trained_as_compile_would():
    theirs = network()
    theirs.compile(optimizer=keras.optimizers.Adam(0.02), loss="mse", run_eagerly=True)
    batches = [slice(0, 20), slice(20, 40), slice(40, 48)] * 4
    losses = []
    for rows in batches:
        theirs.reset_metrics()  # else it is the mean of all losses so far
        losses.append(float(theirs.train_on_batch(X[rows], Y[rows])))
    ours = network()
    run = gm.train(
        gm.model_loss(ours),
        optimizer="adam",
        learning_rate=0.02,
        data=(X, Y),
        batch=20,
        shuffle=False,
        epochs=4,
    )
    assert run.history.loss == pytest.approx(losses, rel=1e-5)
    assert np.allclose(ours.get_weights()[0], theirs.get_weights()[0], rtol=1e-5)
    assert type(theirs.optimizer) is keras.optimizers.LossScaleOptimizer


@pytest.mark.parametrize("mode", ["xla", "graph", "off"])
def test_in_float32_scaling_changes_no_number(mode):
    found = []
    for optimizer in (
        keras.optimizers.Adam(0.02),
        scaling(),
        keras.optimizers.Adam(0.02, loss_scale_factor=1024.0),
    ):
        model = network("float32")
        run = gm.train(
            gm.model_loss(model),
            optimizer=optimizer,
            data=(X, Y),
            steps=20,
            clip_norm=0.5,
            weight_decay=0.1,
            compile=mode,
        )
        found.append((run.history.loss, run.history.grad_norm, model.get_weights()[0]))
    for others in found[1:]:
        for one, other in zip(found[0], others, strict=True):
            assert np.allclose(one, other, rtol=1e-5)


@without_onednn
@pytest.mark.parametrize("mode", ["graph", "off"])
def test_a_step_that_is_left_out_neither_clips_nor_decays(mode):
    model = network()
    before, optimizer = model.get_weights(), scaling(initial_scale=2.0**60)
    run = gm.train(
        gm.model_loss(model),
        optimizer=optimizer,
        data=(X, Y),
        steps=6,
        clip_value=1.0,
        weight_decay=0.1,
        compile=mode,
    )
    assert all(np.array_equal(one, two) for one, two in zip(before, model.get_weights(), strict=True))
    assert run.steps == 6
    assert int(optimizer.iterations) == 0
    assert float(optimizer.dynamic_scale) == 2.0**54


@without_onednn
def test_the_scale_is_in_a_checkpoint(tmp_path):
    kept, options = tmp_path / "run.npz", {"initial_scale": 2.0**20, "dynamic_growth_steps": 5}
    whole = gm.train(gm.model_loss(network()), optimizer=scaling(**options), data=(X, Y), steps=24)
    gm.train(gm.model_loss(network()), optimizer=scaling(**options), data=(X, Y), steps=11, checkpoint=kept)
    optimizer = scaling(**options)
    run = gm.train(
        gm.model_loss(network()), optimizer=optimizer, data=(X, Y), steps=24, checkpoint=kept, resume=True
    )
    assert np.array_equal(run.history.loss, whole.history.loss)


@without_onednn
@pytest.mark.parametrize("options", [{}, {"clip_global_norm": 0.5, "weight_decay": 0.05, "noise": 0.01}])
def test_the_plain_program_scales_too(options):
    ours, model = network(), network()
    run = gm.train(gm.model_loss(ours), optimizer="adam", data=(X, Y), steps=12, **options)
    names = {"X": X, "y": Y, "mse_of_net": gm.model_loss(model)}
    exec(run.to_python(), names)
    assert "LossScaleOptimizer" in run.to_python()
    assert same(ours, model)
    shown = plain_program(gm.model_loss(network()), optimizer="adam", data=(X, Y), steps=12, **options)
    assert shown.count("scale_loss") == run.to_python().count("scale_loss") == (3 if options else 1)


class Counting(keras.optimizers.SGD):
    """A learner's own, with a counter in Python."""

    count = 0

    def update_step(self, gradient, variable, learning_rate):
        self.count += 1
        super().update_step(gradient, variable, learning_rate)


def test_an_own_class_inside_is_refused_and_with_a_fixed_scale_it_trains():
    model = network()
    for optimizer in (Counting(0.01), scaling(Counting(0.01))):
        with pytest.raises(ArgumentError, match=r"Counting.*loss_scale_factor=1024"):
            gm.train(gm.model_loss(model), optimizer=optimizer, data=(X, Y), steps=5)
    fixed = Counting(0.01, loss_scale_factor=1024.0)
    run = gm.train(gm.model_loss(model), optimizer=fixed, data=(X, Y), steps=5)
    assert run.loss < run.history.loss[0]
    assert fixed.count == 5 * 4


def test_a_sweep_says_why_it_goes_one_after_another():
    sweep = gm.sweep(gm.model_loss(network()), over={"learning_rate": [0.01, 0.02]}, data=(X, Y), steps=5)
    assert "float16" in sweep.reason
