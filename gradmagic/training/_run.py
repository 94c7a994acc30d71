"""A training, while it runs and afterwards: what it made so far, and the handles to steer it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gradmagic._views import view
from gradmagic.errors import ArgumentError, GradmagicError
from gradmagic.messages import language, say
from gradmagic.training._control import Control
from gradmagic.training._history import History
from gradmagic.training._names import Name
from gradmagic.training._settings import Settings, suggestion
from gradmagic.training._source import program_source
from gradmagic.training._training import Training
from gradmagic.training.diagnosis import Diagnosis, diagnose

__all__ = ["Run"]


class Run:
    """A training.

    `train` returns it when the training is over, or at once with `background=True`; either way it shows
    what was made so far. Its methods may be called from any thread, also from a listener.

    Attributes:
        status: `"running"`; `"paused"`; `"finished"`; `"stopped"`, by `stop()`; `"interrupted"`, by
            Ctrl-C or the interrupt button: the variables and the history are as they were after the
            last finished chunk; `"diverged"`: the loss was not finite, and the variables hold the last
            values that gave a finite one; or `"failed"`: `wait()` raises what went wrong.
        engine: `"xla"`, `"graph"` or `"eager"`.
        reason: Why this engine, and what else there is to say, such as the step of a divergence.
        history: The loss, gradient norm, learning rate and small parameters at each step.
        variables: The variables that are trained, as they were given or in order of first use.
        loss: The loss that the variables have now. Before the end, and where the loss cannot be
            computed once more (its Python does something visible at each call; the data are streamed),
            the one before the last update.
        steps: The number of steps made.
        seconds: The time that the training took, compilation included.
        settings: What was asked for.
        changes: Triples of step, hyperparameter and value: what was set while it ran.
    """

    def __init__(self, training: Training, anew: Callable[[Settings, dict[str, float]], Training]) -> None:
        """Wrap a training; `train` does.

        Args:
            training: What it is about.
            anew: From settings and hyperparameters to another training of the same loss.
        """
        self._training, self._anew = training, anew
        self._diagnoses: dict[tuple[bool, str], Diagnosis] = {}

    @property
    def status(self) -> str:
        """One word; see the class."""
        return self._training.status

    @property
    def engine(self) -> str:
        """What makes the steps; see the class."""
        return self._training.engine

    @property
    def reason(self) -> str:
        """Why; see the class."""
        return self._training.reason

    @property
    def history(self) -> History:
        """The record so far."""
        return self._training.history()

    @property
    def variables(self) -> Sequence[Any]:
        """What is trained."""
        return tuple(self._training.problem.variables)

    @property
    def names(self) -> tuple[Name, ...]:
        """What the variables are called."""
        return tuple(self._training.problem.names)

    @property
    def loss(self) -> float:
        """The loss now; see the class."""
        return self._training.loss

    @property
    def steps(self) -> int:
        """The steps made."""
        return self._training.steps

    @property
    def seconds(self) -> float:
        """The time it took."""
        return self._training.seconds

    @property
    def settings(self) -> Settings:
        """What was asked for."""
        return self._training.settings

    @property
    def changes(self) -> tuple[tuple[int, str, float], ...]:
        """What was set while it ran."""
        return tuple(self._training.marks)

    @property
    def hyperparameters(self) -> dict[str, float]:
        """`{name: value}` of what `set` takes."""
        return self._training.hyperparameters()

    @property
    def batch(self) -> int | None:
        """Rows of a mini-batch now; `None` without them, and for a `tf.data.Dataset`."""
        return self._training.batches[0]

    @property
    def rows(self) -> int:
        """The rows of the data, where the size of a batch can be set; else 0."""
        return self._training.batches[1]

    @property
    def parameters(self) -> dict[str, Any]:
        """`{name: value}` of the trained variables now, as NumPy arrays of their shapes."""
        values = (variable.numpy() for variable in self.variables)
        return {name.shown: value for name, value in zip(self.names, values, strict=True)}

    @property
    def is_over(self) -> bool:
        """Whether no more steps will be made."""
        return self._training.over.is_set()

    @property
    def diagnosis(self) -> Diagnosis:
        """What went wrong, since which step, why, and what to try; kind `"none"` where nothing did.

        The loss is run again where it began, ended or diverged, unless its Python does something
        visible at each call; the variables are put back.
        """
        return self.diagnose()

    def diagnose(self, *, deep: bool = True) -> Diagnosis:
        """Return the diagnosis; a finished run is examined once.

        Args:
            deep: Also run the loss again where the history shows nothing. Without it a run that
                looks healthy costs a glance at the history, as when it is displayed.
        """
        if not self.steps:
            return Diagnosis("none")
        key = deep, language()
        if key in self._diagnoses:
            return self._diagnoses[key]
        found = diagnose(self._training.evidence(), deep=deep)
        if self.is_over:
            self._diagnoses[key] = found
        return found

    @property
    def is_paused(self) -> bool:
        """Whether it waits, or will after the chunk that is running."""
        return self._control.pausing and not self.is_over

    def pause(self) -> Run:
        """Wait after the chunk of about 50 ms that is running; returns the run."""
        self._control.pause()
        return self

    def resume(self) -> Run:
        """Go on after a pause; returns the run."""
        self._control.resume()
        return self

    def step(self, count: int = 1) -> Run:
        """Make so many steps more, and wait then; returns the run.

        Raises:
            ArgumentError: `count` is not a whole number of at least 1.
        """
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ArgumentError(say("train-step-count", value=repr(count)))
        self._control.step(count)
        return self

    def pace(self, steps_per_second: float | None) -> Run:
        """Make so many steps a second at most, `None` for as many as can be made; returns the run.

        The numbers do not depend on it.

        Raises:
            ArgumentError: It is not a positive number.
        """
        number = isinstance(steps_per_second, int | float) and not isinstance(steps_per_second, bool)
        if steps_per_second is not None and not (number and 0 < steps_per_second < math.inf):
            raise ArgumentError(say("train-pace", value=repr(steps_per_second)))
        self._control.set_speed(steps_per_second)
        return self

    def reset(self, *, seed: int | None = None, paused: bool = True, **hyperparameters: float) -> Run:
        """End it, put the variables back where they were before, and begin anew; returns the run.

        The listeners stay, and so does the optimizer's name; an optimizer that was given as an object gets
        its state back.

        Args:
            seed: Another seed; the same unless given.
            paused: Wait at the start, for `step()` or `resume()`.
            hyperparameters: What to begin with; unless given, what is set now.

        Raises:
            ArgumentError: As for `set`.
        """
        before = self._training
        self._check(hyperparameters)
        values = {**self.hyperparameters, **{name: float(value) for name, value in hyperparameters.items()}}
        self.stop()
        before.over.wait()
        before.put_back()
        batch = int(values.pop("batch", 0)) or self.batch
        settings = Settings.of(
            before.settings, seed=before.settings.seed if seed is None else seed, batch=batch
        )
        training = self._anew(settings, values)
        training.control.follow(before.control)
        if paused:
            training.control.pause()
        self._training = training
        self._diagnoses.clear()
        training.start(self)
        return self

    def stop(self) -> Run:
        """End after the chunk that is running, and keep what was learned; returns the run."""
        self._control.stop()
        return self

    def set(self, **hyperparameters: float) -> Run:
        """Change hyperparameters from the next chunk on, without compiling anew; returns the run.

        Args:
            hyperparameters: Of those that `hyperparameters` shows; and `batch`, where rows are picked from
                data: a new epoch begins with it, and its program is compiled and compared as the first was.

        Raises:
            ArgumentError: There is no such hyperparameter, or its value is not a finite number of at
                least 0; or not a whole number of rows.
        """
        self._check(hyperparameters)
        self._training.set({name: float(value) for name, value in hyperparameters.items()})
        return self

    def wait(self, timeout: float | None = None) -> Run:
        """Return when the training is over, or after `timeout` seconds; returns the run.

        Raises:
            BaseException: What went wrong, if the training failed.
        """
        self._training.over.wait(timeout)
        if self._training.error is not None:
            raise self._training.error
        return self

    def join(self, timeout: float | None = None) -> Run:
        """Return when its thread is at its end, or after `timeout` seconds; raises nothing."""
        self._training.join(timeout)
        return self

    def subscribe(self, listener: Callable[[Run], Any]) -> Callable[[], None]:
        """Call `listener(run)` after each chunk and at the end, in the thread that trains; return its end."""
        return self._control.subscribe(listener)

    def plot(self) -> Any:
        """Return a Matplotlib figure of the loss at each step."""
        return view("plot_run", self)

    def to_python(self, loss_source: str | None = None) -> str:
        """Return a plain TensorFlow program that does the same training, step by step.

        Args:
            loss_source: Python that defines the loss and its variables; without it the program
                continues a script or notebook that has defined them.
        """
        return program_source(self._training.parts(), loss_source)

    def save(self, path: Any) -> Path:
        """Write the run to a file: history, variables, the optimizer's state; numbers and text only.

        The file (NumPy's `.npz`) is written whole or not at all. `train(..., checkpoint=path, resume=True)`
        goes on from it, `Run.load` shows it.

        Args:
            path: Where; `.npz` is added if there is no ending.

        Returns:
            The path.

        Raises:
            ArgumentError: The training is still running.
            GradmagicError: The file cannot be written, a full disk included.
        """
        if not self.is_over:
            raise ArgumentError(say("train-save-running"))
        place = Path(path)
        place = place if place.suffix else place.with_suffix(".npz")
        try:
            self._training.checkpoint().write(place)
        except OSError as error:
            said = say(
                "train-checkpoint-failed", path=str(place), error=error.strerror or type(error).__name__
            )
            raise GradmagicError(said) from error
        return place

    @staticmethod
    def load(path: Any) -> Any:
        """Return what `save` wrote: a `SavedRun` with `history`, `parameters`, `settings` and `steps`.

        Raises:
            GradmagicError: There is no such file, or it cannot be read.
        """
        from gradmagic.training._saved import SavedRun

        return SavedRun.read(Path(path))

    def __repr__(self) -> str:
        """Return the text that a notebook shows."""
        return str(view("run_text", self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return every form that a notebook can show."""
        return view("run_bundle", self)

    def _check(self, hyperparameters: Mapping[str, float]) -> None:
        known = self.hyperparameters
        for name, value in hyperparameters.items():
            if name == "batch" and self.rows:
                self._check_batch(value)
                continue
            if name not in known:
                hint = suggestion(name, tuple(known))
                raise ArgumentError(say("train-set-unknown", name=repr(name), known=", ".join(known)) + hint)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not math.isfinite(value) or value < 0:
                raise ArgumentError(say("train-set-value", name=name, value=repr(value)))

    def _check_batch(self, value: float) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 1 or value % 1:
            raise ArgumentError(say("train-batch", value=repr(value)))
        if value > self.rows:
            raise ArgumentError(say("train-batch-large", batch=int(value), length=self.rows))

    @property
    def _control(self) -> Control:
        return self._training.control
