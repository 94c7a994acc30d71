"""Train: from a loss to variables that make it small."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._checkpoint import Keeper
from gradmagic.training._parts import program_parts
from gradmagic.training._problem import Problem
from gradmagic.training._progress import Progress
from gradmagic.training._run import Run
from gradmagic.training._settings import DEFAULT_OPTIMIZER, DEFAULT_SEED, Settings
from gradmagic.training._source import program_source
from gradmagic.training._step import Validation
from gradmagic.training._training import Training
from gradmagic.training._xla import settle_xla
from gradmagic.training.distribution import chosen_strategy, refuse_with_strategy
from gradmagic.training.feed import (
    Arguments,
    Batches,
    Columns,
    Dataset,
    NoData,
    Schedule,
    Source,
    Streamed,
    Whole,
    make_columns,
    make_schedule,
)
from gradmagic.training.update import make_optimizer, make_update, optimizer_for

__all__ = ["Plan", "new_training", "plain_program", "prepared", "step_count", "train"]

# Data of more bytes than this stay where they are, and go to the device a chunk at a time.
MAX_DATA_BYTES = 1 << 31

# Without batches the validation data are looked at every so many steps.
_LOOKS_EVERY = 10


def train(
    loss: Callable[..., Any],
    variables: Any = None,
    *,
    optimizer: Any = DEFAULT_OPTIMIZER,
    learning_rate: float | None = None,
    momentum: float | None = None,
    schedule: Any = None,
    steps: int | None = None,
    epochs: int | None = None,
    data: Any = None,
    batch: int | None = None,
    drop_last: bool = False,
    shuffle: bool = True,
    clip_value: float | None = None,
    clip_norm: float | None = None,
    clip_global_norm: float | None = None,
    weight_decay: float | None = None,
    noise: float | None = None,
    start_noise: float | None = None,
    tol: float | None = None,
    patience: int | None = None,
    validation: Any = None,
    seed: int | None = DEFAULT_SEED,
    compile: str = "auto",
    device: str | None = None,
    strategy: Any = None,
    checkpoint: Any = None,
    resume: bool = False,
    background: bool = False,
    movable: bool = False,
    pace: float | None = None,
    progress: Progress = None,
) -> Run:
    """Change variables, step by step, so that a loss becomes small.

    Each step is what `tf.GradientTape` and the optimizer's `apply_gradients` do; many of them run in
    one compiled program, after it was checked to give the same numbers. The variables are changed in
    place.

    Ctrl-C (or the interrupt button) ends the training at the last finished chunk of about 50 ms; the
    run is returned with status `"interrupted"`, nothing is raised. A loss that is no longer finite
    ends it too: the variables then hold the last values that gave a finite loss, status `"diverged"`.

    Args:
        loss: A callable that reads variables, takes the data if there are any, and returns a scalar
            tensor. `model_loss(model, "mse")` makes one of a Keras model.
        variables: A variable, a list of them, or `{name: variable}`, which says how they are called;
            without it all trainable variables that the loss reads, in order of first use.
        optimizer: A name of `optimizer_names()`, a Keras optimizer, or one of your own: an object with
            `apply_gradients(grads_and_vars)`, `step(gradients, variables)` or `update(gradient,
            variable, state)`, or such an `update` function. What it keeps in Python is carried through
            the compiled loop and written back.
        learning_rate: 0.01 unless set; only for an optimizer asked for by name.
        momentum: At least 0 and less than 1, for an optimizer asked for by name that has one.
        schedule: What the learning rate does: a text such as `"cosine"` or `"warmup:100+step:0.5,1000"`
            (see `SCHEDULES`), a Keras schedule, or a function from the step (0, 1, 2, ...) to the rate.
        steps: The number of updates, 1000 unless set, `MAX_STEPS` at most.
        epochs: How often to go through the data instead. A loss that uses all the data at each step
            makes an epoch one step.
        data: What the loss is called with: an array, tensor or data frame, a tuple of them, `{name:
            array}`, or a `tf.data.Dataset` of batches. NumPy's floating numbers become those of the
            variables (else Keras's `floatx`); tensors stay as they are.
        batch: Rows of a batch; without it every step takes all the data.
        drop_last: Leave out a last batch that is smaller.
        shuffle: Go through the rows in another order in each epoch, given by the seed alone.
        clip_value: A bound for each element of a gradient.
        clip_norm: A bound for the Euclidean norm of each variable's gradient.
        clip_global_norm: A bound for the norm of all gradients together.
        weight_decay: Decoupled weight decay: each step takes `learning_rate * weight_decay` of a variable.
        noise: The standard deviation of normal noise added to gradients, drawn from seed and step.
        start_noise: The standard deviation of normal noise added to the variables before the first step,
            drawn from the seed: another start for each.
        tol: End when the best loss got better by less than this over `patience` looks at it.
        patience: 10 unless set. Every step is a look; with `validation`, every look at those data.
        validation: A share of the data (0 to 1) to put aside and look at after each epoch, or such data.
        seed: Python's, NumPy's and TensorFlow's global generators are set to it at the start. Python's
            and NumPy's are put back at the end; TensorFlow's, set only for a loss that may draw random
            numbers, goes on from the seed. `None` leaves all of them alone.
        compile: `"auto"` takes XLA, else a graph, else the eager loop, and `Run.reason` says which
            and why; `"xla"` and `"graph"` refuse to take another, `"off"` is the eager loop.
        device: Where to train, such as `"cpu"` or `"gpu:0"`; TensorFlow's choice unless set.
        strategy: A `tf.distribute.Strategy`, under whose scope the variables and the optimizer were made;
            or `"mirrored"` or `"multiworker"`, for the one of that kind that the variables were made
            under; or `"default"`, one device. Each replica takes its share of the rows of every batch:
            the loss must be a mean over the rows. A layer that looks at the whole batch (batch
            normalisation) sees the replica's share; dropout draws for each replica.
        checkpoint: A file in which the training is kept, every 10 seconds and at the end.
        resume: Go on from that file, if it is there: the numbers are those of a training without a break.
        background: Return the run at once, and train in a thread of its own.
        pace: Steps a second at most, see `Run.pace`.
        movable: Let `Run.set` change every hyperparameter without compiling anew, a momentum of 0 included.
        progress: `True` for a progress bar on standard error, or a callable `(done, total, loss)`
            that is called after each chunk.

    Returns:
        The run: status, history, final loss; pause, stop, set and more.

    Raises:
        ArgumentError: An argument has a value that cannot be used.
        LossError: The loss is not a scalar, not finite at the start, or independent of a variable.
        GradmagicError: The checkpoint cannot be read.
    """
    plan = prepared(
        loss,
        variables,
        optimizer=optimizer,
        learning_rate=learning_rate,
        momentum=momentum,
        schedule=schedule,
        steps=steps,
        epochs=epochs,
        data=data,
        batch=batch,
        drop_last=drop_last,
        shuffle=shuffle,
        clip_value=clip_value,
        clip_norm=clip_norm,
        clip_global_norm=clip_global_norm,
        weight_decay=weight_decay,
        noise=noise,
        start_noise=start_noise,
        tol=tol,
        patience=patience,
        validation=validation,
        seed=seed,
        compile=compile,
        device=device,
        strategy=strategy,
    )
    if resume and checkpoint is None:
        raise ArgumentError(say("train-resume-what"))
    if plan.strategy is not None:
        refuse_with_strategy(
            plan.strategy,
            plan.optimizer,
            {
                "validation": validation,
                "checkpoint": checkpoint,
                "resume": resume,
                "device": device,
                "noise": noise,
                "start_noise": start_noise,
                "tol": tol,
                "background": background,
                "movable": movable,
                "data": data,
            },
        )
    keeper = None if checkpoint is None else Keeper(checkpoint, resume=resume)
    training = new_training(plan, plan.optimizer, plan.settings, keeper, movable=movable)

    def anew(settings: Settings, values: dict[str, float]) -> Training:
        with nullcontext() if plan.strategy is None else plan.strategy.scope():
            # One that was given is the same again.
            optimizer = optimizer_for(loss, make_optimizer(settings))
        return new_training(plan, optimizer, settings, None, movable=movable, begin_with=values)

    run = Run(training, anew).pace(pace)
    if background:
        training.start(run, progress)
    else:
        training.run(progress, run)
    if training.error is not None:
        raise training.error
    return run


def new_training(
    plan: Plan,
    optimizer: Any,
    settings: Settings,
    keeper: Keeper | None,
    *,
    movable: bool,
    begin_with: Mapping[str, float] = MappingProxyType({}),
) -> Training:
    """Return a training that was prepared, before its first step."""
    if settings.seed is not None:
        plan.source.reseed(settings.seed)
    if settings.batch is not None:
        plan.source.rebatch(settings.batch, 0)
    return Training(
        plan.problem,
        make_update(optimizer),
        settings,
        plan.source,
        plan.schedule,
        plan.validation,
        keeper,
        movable=movable,
        begin_with=begin_with,
        strategy=plan.strategy,
    )


@dataclass(frozen=True)
class Plan:
    """A training that was checked, before any of its steps is made."""

    problem: Problem
    optimizer: Any
    settings: Settings
    source: Source
    schedule: Schedule | None
    validation: Validation | None
    strategy: Any = None


def prepared(
    loss: Callable[..., Any], variables: Any = None, *, data: Any = None, strategy: Any = None, **asked: Any
) -> Plan:
    """Check the arguments of `train`, and put together what they stand for.

    Raises:
        ArgumentError: An argument has a value that cannot be used.
        LossError: The loss cannot be called with the data.
    """
    settings = Settings.checked(**asked)
    settle_xla()
    chosen = chosen_strategy(strategy, _given(loss, variables))
    with nullcontext() if chosen is None else chosen.scope():
        optimizer = optimizer_for(loss, make_optimizer(settings))
    source, validation = _data(data, settings, _floating(variables))
    settings = settings.with_steps(source.steps_per_epoch)
    taken = source.example()
    problem = Problem(loss, variables, taken.keys if taken.keys else len(taken.values))
    schedule = None if settings.schedule is None else make_schedule(settings.schedule, settings.steps)
    return Plan(problem, optimizer, settings, source, schedule, validation, chosen)


def _given(loss: Any, variables: Any) -> list[Any]:
    """The variables as far as they are known before the loss is run."""
    if variables is None:
        return list(getattr(getattr(loss, "model", None), "trainable_variables", ()))
    return list(tensorflow().nest.flatten(variables))


def step_count(loss: Callable[..., Any], variables: Any = None, **asked: Any) -> int:
    """Return how many steps `train` would make with these arguments, epochs counted in steps."""
    for name in _NOT_PREPARED:
        asked.pop(name, None)
    if asked.get("epochs") is None:
        return Settings.checked(**{name: asked[name] for name in ("steps",) if name in asked}).steps
    return prepared(loss, variables, **asked).settings.steps


# Arguments of `train` that are not about what is trained.
_NOT_PREPARED = ("checkpoint", "resume", "background", "movable", "pace", "progress")


def plain_program(
    loss: Callable[..., Any],
    variables: Any = None,
    *,
    loss_source: str | None = None,
    columns: tuple[str, ...] = (),
    **asked: Any,
) -> str:
    """Return the plain TensorFlow program that makes a training step by step, without making it.

    Args:
        loss: As for `train`.
        variables: As for `train`.
        loss_source: Python that defines the loss; without it the program continues a script that has.
        columns: What the data are called.
        asked: The other arguments of `train`.

    Raises:
        ArgumentError: An argument has a value that cannot be used.
        LossError: As for `train`.
    """
    for name in _NOT_PREPARED:
        asked.pop(name, None)
    plan = prepared(loss, variables, **asked)
    plan.problem.first(plan.source.example())
    update = make_update(plan.optimizer)
    parts = program_parts(
        plan.problem, update, plan.settings, plan.source, plan.schedule, columns, strategy=plan.strategy
    )
    return program_source(parts, loss_source)


def _data(data: Any, settings: Settings, dtype: str) -> tuple[Source, Validation | None]:
    """The batches, and the data that are put aside."""
    tf = tensorflow()
    share = settings.validation
    if data is None:
        for name in ("batch", "validation"):
            if getattr(settings, name) is not None:
                raise ArgumentError(say("train-needs-data", name=name))
        return NoData(), None
    if isinstance(data, tf.data.Dataset):
        if settings.batch is not None or isinstance(share, float):
            raise ArgumentError(say("train-dataset-batched", name="validation" if share else "batch"))
        source: Source = Dataset(data)
        return source, _validation(None if share is None else make_columns(share, dtype), source)
    columns = make_columns(data, dtype)
    aside: Columns | None = None
    if isinstance(share, int | float):
        columns, aside = _split(columns, float(share), settings.seed)
    elif share is not None:
        aside = make_columns(share, dtype)
    if settings.batch is None:
        source = Whole(columns)
    elif settings.batch > columns.length:
        raise ArgumentError(say("train-batch-large", batch=settings.batch, length=columns.length))
    else:
        kind = Streamed if columns.nbytes > MAX_DATA_BYTES or columns.on_disk else Batches
        source = kind(
            columns, settings.batch, settings.seed, drop_last=settings.drop_last, shuffle=settings.shuffle
        )
    return source, _validation(aside, source)


def _split(columns: Columns, share: float, seed: int | None) -> tuple[Columns, Columns]:
    """Put a share of the rows aside, chosen by the seed."""
    count = round(columns.length * share)
    if not 0 < share < 1 or not 0 < count < columns.length:
        raise ArgumentError(say("train-validation", value=share, length=columns.length))
    rows = np.random.default_rng(seed).permutation(columns.length)
    return columns.take(np.sort(rows[count:])), columns.take(np.sort(rows[:count]))


def _validation(columns: Columns | None, source: Source) -> Validation | None:
    if columns is None:
        return None
    tensors = tuple(tensorflow().convert_to_tensor(array) for array in columns.arrays)
    every = source.steps_per_epoch if source.steps_per_epoch > 1 else _LOOKS_EVERY
    return Validation(Arguments(tensors, columns.keys), every)


def _floating(variables: Any) -> str:
    """The floating type of the variables, as far as they are given and agree."""
    import keras

    tf = tensorflow()
    given = tf.nest.flatten(variables) if variables is not None else []
    kinds = {tf.as_dtype(variable.dtype).name for variable in given if hasattr(variable, "dtype")}
    return kinds.pop() if len(kinds) == 1 else str(keras.config.floatx())
