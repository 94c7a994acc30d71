"""The ways to train a problem: gradmagic, the loops of tutorials, `Model.fit`, PyTorch, JAX, NumPy.

Each is prepared once, which compiles what there is to compile; then it makes as many steps as it is asked to.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from libraries import of_jax, of_tensorflow, of_torch
from problems import Problem

from gradmagic.tape import tensorflow
from gradmagic.training import train
from gradmagic.training._train import prepared
from gradmagic.training._training import Training
from gradmagic.training.update import make_update

# Makes this many steps, and fetches what was recorded.
Steps = Callable[[int], Any]

_MAX_RECORDED = 16  # elements of a parameter whose history gradmagic keeps, and so does JAX's scan here


def in_tensorflow(problem: Problem) -> tuple[list[Any], Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """The variables, the loss, what it is called with, and the arguments of `train`."""
    tf, lib = tensorflow(), of_tensorflow()
    variables = [tf.Variable(value) for value in problem.start]
    data = tuple(tf.constant(part) for part in problem.data)
    asked = {"optimizer": problem.optimizer, "learning_rate": problem.learning_rate, "steps": problem.steps}
    if problem.batch is None:
        return variables, lambda: problem.loss(lib, variables, *data), (), asked

    def loss(x: Any, y: Any) -> Any:
        return problem.loss(lib, variables, x, y)

    return variables, loss, data, {**asked, "data": data, "batch": problem.batch}


def whole_training(problem: Problem) -> float:
    """Seconds of `gm.train` on a loss that it has never seen: tracing, compiling and checking included."""
    variables, loss, _, asked = in_tensorflow(problem)
    began = perf_counter()
    run = train(loss, variables, **asked)
    took = perf_counter() - began
    assert run.engine == "xla", run.reason
    return took


def gradmagic(problem: Problem) -> Steps:
    """The compiled program alone, its history fetched to NumPy."""
    variables, loss, _, asked = in_tensorflow(problem)
    plan = prepared(loss, variables, **asked)
    update = make_update(plan.optimizer)
    training = Training(
        plan.problem, update, plan.settings, plan.source, plan.schedule, plan.validation, None
    )
    program = training.program(xla=True)
    return lambda steps: program.advance(0, steps)


def _loop(problem: Problem, *, compiled: bool) -> Steps:
    tf = tensorflow()
    variables, loss, data, _ = in_tensorflow(problem)
    optimizer = tf.keras.optimizers.get(problem.optimizer)
    optimizer.learning_rate = problem.learning_rate
    optimizer.build(variables)

    def step(*batch: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(*batch)
        gradients = tape.gradient(value, variables)
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return value

    made = tf.function(step) if compiled else step

    def steps(count: int) -> list[Any]:
        if not data:
            return [made() for _ in range(count)]
        batches = tf.data.Dataset.from_tensor_slices(data).shuffle(len(data[0])).repeat()
        return [made(*batch) for batch in batches.batch(problem.batch, drop_remainder=True).take(count)]

    return steps


def eager_loop(problem: Problem) -> Steps:
    """The tutorial's loop: a tape and `apply_gradients` at each step."""
    return _loop(problem, compiled=False)


def function_a_step(problem: Problem) -> Steps:
    """The same, each step a `tf.function`."""
    return _loop(problem, compiled=True)


def model_fit(problem: Problem, *, jit: bool, at_once: int) -> Steps:
    """`Model.fit` on a data set that never ends, without anything printed."""
    tf = tensorflow()
    tf.keras.utils.set_random_seed(0)
    model = tf.keras.Sequential(problem.layers(tf.keras.layers))
    optimizer = tf.keras.optimizers.get(problem.optimizer)
    optimizer.learning_rate = problem.learning_rate
    model.compile(optimizer, problem.keras_loss, jit_compile=jit, steps_per_execution=at_once)
    x, y = problem.features(np.asarray(problem.data[0])), np.asarray(problem.data[1])
    rows = tf.data.Dataset.from_tensor_slices((x, y))
    if problem.batch is None:
        batches = rows.batch(len(x)).cache().repeat()
    else:
        batches = rows.cache().shuffle(len(x)).repeat().batch(problem.batch, drop_remainder=True)
    batches = batches.prefetch(tf.data.AUTOTUNE)
    return lambda steps: model.fit(batches, epochs=1, steps_per_epoch=steps, shuffle=False, verbose=0)


def pytorch(problem: Problem) -> Steps:
    """PyTorch, one eager step at a time."""
    import torch

    lib = of_torch()
    parameters = [torch.tensor(value, requires_grad=True) for value in problem.start]
    data = [torch.tensor(part) for part in problem.data]
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "nadam": torch.optim.NAdam}
    optimizer = kinds[problem.optimizer](parameters, lr=problem.learning_rate)
    rows, size = len(data[0]), problem.batch

    def steps(count: int) -> list[Any]:
        order, losses = torch.randperm(rows), []
        for number in range(count):
            batch = data
            if size is not None:
                first = number * size % (rows - size + 1)
                chosen = order[first : first + size]
                batch = [part[chosen] for part in data]
            loss = problem.loss(lib, parameters, *batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        return losses

    return steps


def jax_scan(problem: Problem) -> Steps:
    """JAX's jitted `lax.scan` of Optax's step; it records what gradmagic records."""
    import jax
    import jax.numpy as jnp
    import optax

    lib = of_jax()
    optimizer = getattr(optax, problem.optimizer)(problem.learning_rate)
    kept = [place for place, value in enumerate(problem.start) if value.size <= _MAX_RECORDED]

    def scan(parameters: Any, state: Any, data: Any, order: Any, rate: Any, length: int) -> Any:
        def step(carried: Any, chosen: Any) -> Any:
            parameters, state = carried
            batch = data if chosen is None else [part[chosen] for part in data]
            value, gradients = jax.value_and_grad(lambda p: problem.loss(lib, p, *batch))(parameters)
            changes, state = optimizer.update(gradients, state, parameters)
            norm = jnp.sqrt(sum(jnp.sum(g * g) for g in gradients))
            fixed = jnp.stack([value, norm, rate])
            row = jnp.concatenate([fixed, *(parameters[place].reshape(-1) for place in kept)])
            return (optax.apply_updates(parameters, changes), state), row

        return jax.lax.scan(step, (parameters, state), order, length=length)

    call = jax.jit(scan, static_argnums=5)
    parameters = [jnp.asarray(value) for value in problem.start]
    data, state = [jnp.asarray(part) for part in problem.data], optimizer.init(parameters)
    rate = jnp.float32(problem.learning_rate)
    rng = np.random.default_rng(0)

    def steps(count: int) -> Any:
        order = None
        if problem.batch is not None:
            rows, batch = len(problem.data[0]), problem.batch
            epochs = -(-count * batch // rows)
            order = np.concatenate([rng.permutation(rows) for _ in range(epochs)]).astype(np.int32)
            order = order[: count * batch].reshape(count, batch)
        after, history = call(parameters, state, data, order, rate, count)
        jax.block_until_ready(after)
        return np.asarray(history)

    return steps


def numpy_loop(problem: Problem) -> Steps:
    """The gradients by hand, one step at a time."""
    parameters = [np.array(value) for value in problem.start]
    by_hand = problem.by_hand
    assert by_hand is not None

    def steps(count: int) -> None:
        for _ in range(count):
            gradients = by_hand(parameters, *problem.data)
            for place, gradient in enumerate(gradients):
                parameters[place] = parameters[place] - np.float32(problem.learning_rate) * gradient

    return steps
