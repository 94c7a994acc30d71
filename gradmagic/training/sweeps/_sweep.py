"""Train many times with different hyperparameters, all at once where that is possible."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gradmagic._views import view
from gradmagic.errors import ArgumentError, GradmagicError
from gradmagic.messages import say
from gradmagic.training._effects import changed_name, fingerprint
from gradmagic.training._ladder import effect_of
from gradmagic.training._problem import Problem
from gradmagic.training._reach import reach
from gradmagic.training._settings import Settings
from gradmagic.training._state import State
from gradmagic.training._train import prepared, train
from gradmagic.training.feed import NoData, Source, Whole
from gradmagic.training.sweeps._lanes import Lanes, Split, run_lanes
from gradmagic.training.sweeps._pure import NotPure
from gradmagic.training.update import KNOWN_OPTIMIZERS, skips_steps

__all__ = ["MAX_RUNS", "Sweep", "sweep"]

MAX_RUNS = 4096

# The first steps of the first and the last lane, compared with the eager loop.
_VERIFIED_STEPS = 3
_TOLERANCE = 1e-4


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """What came of many trainings that differ in their hyperparameters.

    The variables are left as they were; `keep` gives them the values of one of the runs.

    Attributes:
        over: `{name: values}` as asked.
        settings: For each run `{name: value}`.
        losses: The loss before each step, NaN after it left the finite numbers, shape `(runs, steps)`.
        final: The loss after the last step, shape `(runs,)`.
        parameters: `{name: values}` of the variables at the end, each of shape `(runs, *shape)`.
        engine: `"vectorised"`, or `"one after another"`.
        reason: One line: why.
    """

    over: Mapping[str, Sequence[Any]]
    settings: Sequence[Mapping[str, Any]]
    losses: npt.NDArray[Any]
    final: npt.NDArray[Any]
    parameters: Mapping[str, npt.NDArray[Any]]
    engine: str
    reason: str
    variables: Sequence[Any] = field(default=())

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.settings)

    @property
    def best(self) -> int:
        """The run with the smallest finite loss at the end.

        Raises:
            GradmagicError: All of them diverged.
        """
        finite = np.where(np.isfinite(self.final), self.final, np.inf)
        if not np.isfinite(finite).any():
            raise GradmagicError(say("sweep-all-diverged", count=len(self)))
        return int(np.argmin(finite))

    def keep(self, run: int | None = None) -> Mapping[str, Any]:
        """Give the variables the values that a run ended with; return its hyperparameters.

        Args:
            run: Its number; the best one unless given.
        """
        number = self.best if run is None else run
        for variable, values in zip(self.variables, self.parameters.values(), strict=True):
            variable.assign(values[number])
        return self.settings[number]

    def plot(self) -> Any:
        """Return a Matplotlib figure of all loss curves."""
        return view("plot_sweep", self)

    def to_frame(self) -> Any:
        """Return a pandas data frame: a row a run.

        Raises:
            ModuleNotFoundError: pandas is not installed; it is no dependency of gradmagic.
        """
        import pandas

        return pandas.DataFrame(
            [{**row, "loss": loss} for row, loss in zip(self.settings, self.final, strict=True)]
        )

    def __repr__(self) -> str:
        """Return the text that a notebook shows."""
        return str(view("sweep_text", self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return view("sweep_bundle", self)


def sweep(
    loss: Callable[..., Any], variables: Any = None, *, over: Mapping[str, Any], **options: Any
) -> Sweep:
    """Train once for every combination of some hyperparameters, from the same start.

    Where loss and optimizer allow it, all runs are one compiled program that makes each step for all of
    them at once; else they are made one after another. The variables are left as they were. To find out
    which way to take, the loss is called a few times more than the trainings need.

    Args:
        loss: As for `train`.
        variables: As for `train`.
        over: `{name: values}`: `learning_rate`, `momentum`, `beta_1` and such of the optimizer, or `seed`.
            Several names give every combination.
        options: Of `train`: `optimizer`, `steps`, `data`, `batch`, `schedule` and so on.

    Returns:
        All loss curves, the final losses and variables, which is best.

    Raises:
        ArgumentError: An argument has a value that cannot be used.
        LossError: As for `train`.
    """
    rows = _combinations(over)
    for name in ("background", "checkpoint", "resume", "progress", "strategy"):
        if options.pop(name, None):
            raise ArgumentError(say("sweep-option", name=name))
    found: Lanes | None
    problem = _problem(loss, variables, rows[0], options)
    state = State([*problem.variables, *problem.own_variables()])
    start = state.save()
    try:
        try:
            found, reason = _vectorised(problem, loss, rows, options), say("sweep-reason-one")
        except _Unable as unable:
            found, reason = None, unable.reason
            state.load(start)
        engine = "vectorised" if found is not None else "one after another"
        if found is None:
            found = _one_after_another(problem, loss, rows, options, lambda: state.load(start))
    finally:
        state.load(start)
    losses = np.where(np.logical_and.accumulate(np.isfinite(found.losses), axis=1), found.losses, np.nan)
    names = [name.shown for name in problem.names]
    parameters = dict(zip(names, found.parameters, strict=True))
    return Sweep(dict(over), rows, losses, found.final, parameters, engine, reason, tuple(problem.variables))


class _Unable(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _combinations(over: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not isinstance(over, Mapping) or not over:
        raise ArgumentError(say("sweep-over", value=repr(over)))
    columns: dict[str, list[Any]] = {}
    for name, values in over.items():
        listed = (
            list(values)
            if isinstance(values, list | tuple | range) or hasattr(values, "tolist")
            else [values]
        )
        if not listed:
            raise ArgumentError(say("sweep-no-values", name=name))
        columns[name] = [value.item() if hasattr(value, "item") else value for value in listed]
    count = int(np.prod([len(values) for values in columns.values()]))
    if count > MAX_RUNS:
        raise ArgumentError(say("sweep-too-many", count=count, limit=MAX_RUNS))
    return [dict(zip(columns, row, strict=True)) for row in itertools.product(*columns.values())]


def _problem(loss: Any, variables: Any, row: Mapping[str, Any], options: Mapping[str, Any]) -> Problem:
    """Check all that `train` would check, for the first combination."""
    plan = prepared(loss, variables, **_with(row, options))
    plan.problem.first(plan.source.example())
    return plan.problem


def _with(row: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `train` for one combination; others make an instance of Keras's class."""
    known = {
        "learning_rate",
        "momentum",
        "seed",
        "weight_decay",
        "clip_value",
        "clip_norm",
        "clip_global_norm",
        "noise",
    }
    other = {name: value for name, value in row.items() if name not in known}
    found = {**options, **{name: value for name, value in row.items() if name in known}}
    if not other:
        return found
    import keras

    name = found.pop("optimizer", "sgd")
    if not isinstance(name, str) or name.lower() not in KNOWN_OPTIMIZERS:
        raise ArgumentError(say("sweep-hyperparameter", name=next(iter(other))))
    entry = KNOWN_OPTIMIZERS[name.lower()]
    own = {key: found.pop(key) for key in ("learning_rate", "momentum") if found.get(key) is not None}
    arguments = {"learning_rate": 0.01, **entry.options, **own, **other}
    try:
        found["optimizer"] = getattr(keras.optimizers, entry.keras_class)(**arguments)
    except (TypeError, ValueError) as error:
        raise ArgumentError(say("sweep-hyperparameter", name=next(iter(other)))) from error
    return found


def _vectorised(problem: Problem, loss: Any, rows: list[dict[str, Any]], options: Mapping[str, Any]) -> Lanes:
    plan = prepared(loss, problem.variables, **_with(rows[0], options))
    settings, source = plan.settings, plan.source
    common = {name: value for name, value in options.items() if name != "data"}
    settings_of_all = Settings.checked(
        **{name: value for name, value in common.items() if name in _PLAIN}
    ).with_steps(source.steps_per_epoch)
    for name in (
        "batch",
        "clip_value",
        "clip_norm",
        "clip_global_norm",
        "weight_decay",
        "noise",
        "tol",
        "validation",
    ):
        if getattr(settings, name) is not None:
            raise _Unable(say("sweep-reason-option", name=name))
    if skips_steps(plan.optimizer):
        raise _Unable(say("sweep-reason-scale"))
    if settings.compile == "off" or not isinstance(settings_of_all.optimizer, str):
        name = "optimizer" if settings.compile != "off" else "compile"
        raise _Unable(say("sweep-reason-option", name=name))
    if "seed" in rows[0] or not isinstance(source, NoData | Whole):
        raise _Unable(say("sweep-reason-option", name="seed" if "seed" in rows[0] else "data"))
    if plan.schedule is not None and not plan.schedule.is_relative:
        raise _Unable(say("sweep-reason-option", name="schedule"))
    for row in rows:  # every value is checked
        asked = _with(row, options)
        Settings.checked(**{name: value for name, value in asked.items() if name != "data"})
    effect = effect_of(problem.loss) or _change(problem, source)
    if effect is not None:
        raise _Unable(say("sweep-reason-eager", reason=effect))
    try:
        lanes = _split(problem, settings_of_all, rows, plan)
    except NotPure as error:
        raise _Unable(say("sweep-reason-loss")) from error
    except Exception as error:  # whatever vectorising trips over, one after another does not
        raise _Unable(say("sweep-reason-failed", error=type(error).__name__)) from error
    if not _verified(problem, loss, rows, options, lanes):
        raise _Unable(say("sweep-reason-differs"))
    return lanes


def _change(problem: Problem, source: Source) -> str | None:
    """Call the loss once more; return what it visibly changes each time, or `None`."""
    before = fingerprint(reach(problem.loss))
    problem.gradients(source.example())
    changed = changed_name(before, fingerprint(reach(problem.loss)))
    return None if changed is None else say("train-reason-changes", name=changed)


_PLAIN = ("optimizer", "learning_rate", "momentum", "steps", "epochs", "schedule", "seed", "compile")


def _split(problem: Problem, settings: Settings, rows: list[dict[str, Any]], plan: Any) -> Lanes:
    """Run lanes, in groups of those for which the optimizer does the same."""
    try:
        return run_lanes(problem, settings, rows, plan.source.example(), plan.schedule)
    except Split as split:
        groups = [
            [i for i, answer in enumerate(split.answers) if answer is wanted] for wanted in (True, False)
        ]
    parts = [_split(problem, settings, [rows[i] for i in group], plan) for group in groups]
    order = np.argsort(np.concatenate(groups), kind="stable")
    return Lanes(
        np.concatenate([part.losses for part in parts])[order],
        np.concatenate([part.final for part in parts])[order],
        [np.concatenate(values)[order] for values in zip(*(part.parameters for part in parts), strict=True)],
    )


def _verified(
    problem: Problem, loss: Any, rows: list[dict[str, Any]], options: Mapping[str, Any], lanes: Lanes
) -> bool:
    """Whether the first and the last lane begin as the eager loop does."""
    state = State(problem.variables)
    start = state.save()
    steps = min(_VERIFIED_STEPS, lanes.losses.shape[1])
    for lane in sorted({0, len(rows) - 1}):
        arguments = {**_with(rows[lane], options), "compile": "off", "epochs": None, "steps": steps}
        if arguments.get("schedule") is not None:
            arguments["schedule"] = prepared(loss, problem.variables, **_with(rows[lane], options)).schedule
        run = train(loss, problem.variables, **arguments)
        state.load(start)
        eager = run.history.loss
        if not np.allclose(lanes.losses[lane, : len(eager)], eager, rtol=_TOLERANCE, atol=0, equal_nan=True):
            return False
    return True


def _one_after_another(
    problem: Problem,
    loss: Any,
    rows: list[dict[str, Any]],
    options: Mapping[str, Any],
    back: Callable[[], None],
) -> Lanes:
    histories, final = [], []
    parameters: list[list[Any]] = [[] for _ in problem.variables]
    for row in rows:
        run = train(loss, problem.variables, **_with(row, options))
        histories.append(run.history.loss)
        final.append(run.loss if run.status != "diverged" else np.nan)
        for kept, variable in zip(parameters, problem.variables, strict=True):
            kept.append(variable.numpy())
        back()
        if run.status == "interrupted":
            raise KeyboardInterrupt
    longest = max(map(len, histories))
    losses = np.full((len(rows), longest), np.nan, histories[0].dtype)
    for place, history in enumerate(histories):
        losses[place, : len(history)] = history
    return Lanes(losses, np.asarray(final), [np.stack(kept) for kept in parameters])
