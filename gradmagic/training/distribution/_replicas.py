"""Many steps on several replicas: each takes its share of the batch, TensorFlow's strategy does the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._ladder import Choice
from gradmagic.training._loop import Rows
from gradmagic.training._problem import Problem
from gradmagic.training._quiet import quiet_compilation
from gradmagic.training._rows import LOSS, SQUARED_NORM
from gradmagic.training._session import Session
from gradmagic.training._step import Step
from gradmagic.training.distribution._strategy import strategy_name
from gradmagic.training.feed import Arguments, Feed, Moment

__all__ = ["REPLICA_STEPS", "Replicas", "climb_replicas", "first_loss"]

# Steps per call. On several machines every call has as many everywhere: none may wait for the others.
REPLICA_STEPS = 64

# How far the shares' mean may be from the loss of the whole batch, relative to it.
_TOLERANCE = 1e-4


def first_loss(strategy: Any, problem: Problem, arguments: Arguments) -> tuple[Any, list[Any]]:
    """Run the loss on a whole batch for the first time, in every replica; return what one of them found.

    Raises:
        LossError: See `Problem.first`.
    """
    value, gradients = strategy.run(problem.first, args=(arguments,))
    return _one(strategy, value), [_one(strategy, gradient) for gradient in gradients]


def climb_replicas(
    strategy: Any, session: Session, step: Step, feed: Feed, first: tuple[Any, list[Any]], mode: str
) -> Choice:
    """Make the first step on the replicas, compare it with the whole batch, and choose their engine.

    Raises:
        ArgumentError: The mode asked for does not go with the strategy, or the loss is no mean of its rows.
    """
    replicas = strategy.num_replicas_in_sync
    alone = replicas == 1
    if mode == "off" or (mode == "xla" and not alone):
        raise ArgumentError(say("train-strategy-mode", mode=mode, replicas=replicas))
    engine = Replicas(strategy, step, feed, xla=alone and mode != "graph")
    model = getattr(step.problem.loss, "model", None)
    # Batch normalisation sees another batch, dropout draws other numbers: both keep variables for it.
    own = model is not None and bool(model.non_trainable_variables)
    row = session.advance(engine, 1)[0]
    if not own:
        engine.check(row, first)
    said = say("train-reason-replicas", replicas=replicas, type=strategy_name(strategy), engine=engine.name)
    if own:
        said = f"{said}; {say('train-reason-replicas-own')}"
    return Choice(engine, said, is_hidden=True)


class Replicas:
    """Makes steps on all replicas of a strategy at once.

    A replica computes the loss of its share of the rows, weighted by the size of the share; the sum over
    the replicas is the loss of the batch if that is a mean over its rows. Gradients are summed so too.

    Attributes:
        name: `"xla"`, on one replica, or `"graph"`.
    """

    def __init__(self, strategy: Any, step: Step, feed: Feed, *, xla: bool) -> None:
        """Prepare; the first call traces.

        Args:
            strategy: A `tf.distribute.Strategy` whose replicas work in step.
            step: The step of the training.
            feed: What the steps are given.
            xla: Compile with XLA, which knows one device only.
        """
        self.name = "xla" if xla else "graph"
        self._strategy, self._step, self._feed = strategy, step, feed
        self._capacity = feed.capacity(REPLICA_STEPS)
        self._call = tensorflow().function(self._many_steps, jit_compile=xla, autograph=False)

    def advance(self, start: int, count: int) -> Rows:
        """Make `count` steps; see `Engine`."""
        tf = tensorflow()
        rows: list[Any] = []
        for begin in range(start, start + count, self._capacity):
            steps = min(self._capacity, start + count - begin)
            inputs = self._feed.inputs(begin, steps, self._capacity)
            with quiet_compilation():
                found = np.asarray(self._call(tf.constant(steps), *inputs))[:steps]
            finite = np.isfinite(found[:, LOSS])
            rows.append(found if finite.all() else found[: np.argmin(finite) + 1])
            if not finite.all():
                break
        return np.concatenate(rows)

    def check(self, row: Any, first: tuple[Any, list[Any]]) -> None:
        """Compare the first row with the loss and the gradients of the whole batch.

        Raises:
            ArgumentError: The replicas' mean is something else: a sum over the rows, say.
        """
        whole = float(first[0])
        norm = float(tensorflow().linalg.global_norm(first[1]))
        parts, of_parts = float(row[LOSS]), float(np.sqrt(row[SQUARED_NORM]))
        if abs(parts - whole) > _TOLERANCE * abs(whole) or abs(of_parts - norm) > _TOLERANCE * norm:
            raise ArgumentError(say("train-strategy-mean", whole=f"{whole:.6g}", parts=f"{parts:.6g}"))

    def _many_steps(self, count: Any, *inputs: Any) -> Any:
        tf = tensorflow()
        layout = self._step.layout
        dtype = tf.as_dtype(layout.dtype)
        history = tf.TensorArray(dtype, size=self._capacity, element_shape=(layout.width,))

        def body(place: Any, history: Any) -> tuple[Any, Any]:
            moment = self._feed.at(inputs, place)
            if moment.arguments.rest is None:
                row = self._run(moment, moment.arguments)
            else:
                last = replace(moment.arguments, values=moment.arguments.rest)
                row = tf.cond(
                    moment.arguments.is_rest,
                    lambda: self._run(moment, last),
                    lambda: self._run(moment, moment.arguments),
                )
            return place + 1, history.write(place, row)

        _, history = tf.while_loop(
            lambda place, _history: place < count,
            body,
            (tf.constant(0), history),
            parallel_iterations=1,  # each step reads what the one before it wrote
        )
        return history.stack()

    def _run(self, moment: Moment, arguments: Arguments) -> Any:
        def replica(values: Sequence[Any]) -> Any:
            return self._replica(replace(moment, arguments=Arguments(tuple(values), arguments.keys)))

        return _one(self._strategy, self._strategy.run(replica, args=(list(arguments.values),)))

    def _replica(self, moment: Moment) -> Any:
        """The step of one replica; every one of them returns the same row."""
        tf = tensorflow()
        context = tf.distribute.get_replica_context()
        step, replicas = self._step, context.num_replicas_in_sync
        share, weight = _share(moment.arguments, context)
        step.set_scheduled(moment)
        value, gradients = step.problem.gradients(share)
        parts = [value * tf.cast(weight, value.dtype)]
        parts += [tf.convert_to_tensor(grad) * tf.cast(weight, grad.dtype) for grad in gradients]
        loss, *total = context.all_reduce(tf.distribute.ReduceOp.SUM, parts)
        row = step.layout.row(loss, total, step.update.learning_rate(), step.problem.tensors)
        with tf.control_dependencies([row]):
            # Keras's optimizers sum the gradients of the replicas: these are to sum up to the total.
            clipped = step.transform.gradients(total, moment.number)
            step.transform.decay(step.problem.tensors, step.update.learning_rate())
            step.update.apply([grad / replicas for grad in clipped], step.problem.variables)
        return row


def _share(arguments: Arguments, context: Any) -> tuple[Arguments, float]:
    """A replica's rows of a batch, and their part of it; without data the whole loss, in equal parts."""
    tf = tensorflow()
    number = int(tf.get_static_value(tf.convert_to_tensor(context.replica_id_in_sync_group)))
    replicas = int(context.num_replicas_in_sync)
    if not arguments.values:
        return arguments, 1 / replicas
    rows = int(arguments.values[0].shape[0])
    if rows < replicas:
        raise ArgumentError(say("train-strategy-rows", rows=rows, replicas=replicas))
    low, high = number * rows // replicas, (number + 1) * rows // replicas
    return replace(arguments, values=tuple(value[low:high] for value in arguments.values)), (
        high - low
    ) / rows


def _one(strategy: Any, value: Any) -> Any:
    """What the first replica of this process has."""
    return strategy.experimental_local_results(value)[0]
