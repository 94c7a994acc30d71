"""The whole training again for every position of the knobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gradmagic._views import view
from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.training._again import Again, Outcome, Unfitting
from gradmagic.training._run import Run
from gradmagic.training._settings import Settings
from gradmagic.training._train import train
from gradmagic.training.steering._knobs import Knob, knobs, settings_knobs

__all__ = ["Explorer"]

# More than this and a slider's end would mean minutes, or a history of gigabytes.
_MOST_STEPS = 1_000_000

# Compiled trainings that are kept, one for each batch size that was tried.
_KEPT = 8


class Explorer:
    """A loss, and what comes of training on it with these or those hyperparameters.

    It trains once at first, which compiles the program and checks it against the plain loop. Every further
    training starts from the same variables and runs the same program: hyperparameters, seed, start and the
    number of steps are inputs of it. Only another batch size (and another seed where it decides which rows
    are put aside, or what a loss draws) has a program of its own, compiled when it is first asked for.

    The variables are in use while it trains, and afterwards as they were.

    Attributes:
        run: The first training.
        last: What came of the last one.
        knobs: What can be moved, with the values asked for.
    """

    def __init__(self, loss: Callable[..., Any], variables: Any = None, **options: Any) -> None:
        """Train once.

        Args:
            loss: As for `train`.
            variables: As for `train`.
            options: Of `train`.

        Raises:
            ArgumentError: An argument has a value that cannot be used.
            LossError: As for `train`.
        """
        for name in ("background", "checkpoint", "resume", "progress"):
            if options.pop(name, None):
                raise ArgumentError(say("explore-option", name=name))
        start_noise = float(options.pop("start_noise", None) or 0.0)
        self._ask: Callable[..., Run] = partial(train, loss, variables, movable=True, **options)
        # For each key the first run, and a program for each way that its optimizer takes.
        self._machines: dict[Any, tuple[Run, list[Again]]] = {}
        self._lock = threading.Lock()
        self.run: Run = self._ask()
        training = self.run._training
        machine = training.again()
        self._first, self._start = machine, machine.given
        rows, settings = machine.feed.source.length, self.run.settings
        self.knobs: tuple[Knob, ...] = (
            *knobs(self.run.hyperparameters),
            *settings_knobs(
                seed=settings.seed,
                steps=settings.steps,
                most=_MOST_STEPS,
                batch=settings.batch if rows else None,
                rows=rows,
                start_noise=start_noise,
            ),
        )
        # Where the seed is no input: which rows are put aside, what TensorFlow's generator gives.
        self._seed_compiles = isinstance(options.get("validation"), float)
        self._machines[self._key(self.values)] = self.run, [machine]
        self._put_back()
        made = self.make({})
        assert made is not None
        self.last: Outcome = made

    @property
    def settings(self) -> Settings:
        """What was asked for."""
        return self.run.settings

    @property
    def values(self) -> dict[str, float]:
        """`{name: value}` of the knobs, as asked for."""
        return {knob.name: knob.value for knob in self.knobs}

    @property
    def traces(self) -> int:
        """How many times a loop was traced."""
        return sum(
            machine.choice.program.traces
            for _, machines in self._machines.values()
            for machine in machines
            if machine.choice.program
        )

    def make(
        self, values: Mapping[str, float], given_up: Callable[[], bool] = lambda: False
    ) -> Outcome | None:
        """Train with these values of knobs, the others as at the beginning.

        Args:
            values: `{name: value}`.
            given_up: Asked every 50 ms; `True` ends it.

        Returns:
            What came, `None` if it was given up.

        Raises:
            ArgumentError: There is no such knob.
        """
        wanted = self.values
        for name, value in values.items():
            if name not in wanted:
                raise ArgumentError(say("train-set-unknown", name=repr(name), known=", ".join(wanted)))
            wanted[name] = value
        with self._lock:
            found = self._outcome(wanted, given_up)
            if found is not None:
                self.last = found
            return found

    def __repr__(self) -> str:
        """Return the text that a notebook shows."""
        return str(view("explorer_text", self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return view("explorer_bundle", self)

    def _outcome(self, wanted: Mapping[str, float], given_up: Callable[[], bool]) -> Outcome | None:
        key = self._key(wanted)
        if key not in self._machines:
            self._compile(key, wanted)
        run, machines = self._machines[key]
        for machine in machines:
            try:
                return self._make(machine, wanted, given_up)
            except Unfitting:
                continue
        # A learner's optimizer that asks `if self.rate > 0`, for one: this way has no program yet.
        machines.append(self._another_way(run, wanted))
        try:
            return self._make(machines[-1], wanted, given_up)
        except Unfitting as error:
            machines.pop()
            shown = ", ".join(f"{name}={value:g}" for name, value in wanted.items())
            raise ArgumentError(say("explore-unfitting", values=shown)) from error

    def _make(
        self, machine: Again, wanted: Mapping[str, float], given_up: Callable[[], bool]
    ) -> Outcome | None:
        found = machine.make(
            _hyperparameters(wanted),
            steps=int(wanted["steps"]),
            seed=int(wanted["seed"]) if "seed" in wanted else None,
            start_noise=wanted["start_noise"],
            given_up=given_up,
        )
        if found is not None:
            found = Outcome(**{**vars(found), "values": dict(wanted)})
        return found

    def _another_way(self, run: Run, wanted: Mapping[str, float]) -> Again:
        """Compile a training that begins with these hyperparameters."""
        before = self._first.state.save()
        self._first.state.load(self._first.start)
        try:
            training = run._anew(run.settings, _hyperparameters(wanted))
            training.run(None, run)
            if training.error is not None:
                raise training.error
            return training.again()
        finally:
            self._first.state.load(before)
            self._put_back()

    def _key(self, wanted: Mapping[str, float]) -> Any:
        return wanted.get("batch"), wanted.get("seed") if self._seed_compiles else None

    def _compile(self, key: Any, wanted: Mapping[str, float]) -> None:
        """Have a program for what cannot be an input."""
        changed: dict[str, Any] = {}
        if "batch" in wanted:
            changed["batch"] = int(wanted["batch"])
        if "seed" in wanted:
            changed["seed"] = int(wanted["seed"])
        while len(self._machines) >= _KEPT:
            self._machines.pop(next(iter(self._machines)))
        self._first.state.load(self._first.start)  # an optimizer that was given begins anew, too
        run = self._ask(**changed)
        self._machines[key] = run, [run._training.again()]
        self._put_back()

    def _put_back(self) -> None:
        for tensor, value in self._start:
            tensor.assign(value)


def _hyperparameters(wanted: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in wanted.items() if name not in _NO_HYPERPARAMETERS}


_NO_HYPERPARAMETERS = ("steps", "batch", "start_noise", "seed")
