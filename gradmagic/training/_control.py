"""Steer a training from any thread: pause, resume, single steps, stop, a speed, set a hyperparameter."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from time import monotonic
from typing import Any

from gradmagic.messages import say
from gradmagic.training._pace import CHUNK_SECONDS

__all__ = ["Control"]

# How long a paused training sleeps before it looks up: an interrupt must reach it.
_LOOK_UP = 0.05


class Control:
    """What was wished for, and by whom it is heard: the training asks between two chunks.

    Attributes:
        stopping: Whether the training is to end.
        pausing: Whether it is to wait.
        speed: Steps a second, at most; `None` for as many as can be made.
        longest: Steps a chunk, at most; `None` for as many as fit its time.
    """

    def __init__(self) -> None:
        """Begin with no wishes."""
        self._changed = threading.Condition()
        self._wishes: dict[str, float] = {}
        self._listeners: list[Callable[[Any], Any]] = []
        self.stopping = False
        self.pausing = False
        self._single = 0
        self.speed: float | None = None
        self.longest: int | None = None

    def pause(self) -> None:
        """Wait after the chunk that is running."""
        with self._changed:
            self.pausing, self._single = True, 0
            self._changed.notify_all()

    def step(self, count: int) -> None:
        """Make this many steps more, and wait then."""
        with self._changed:
            self.pausing = True
            self._single += count
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on."""
        with self._changed:
            self.pausing, self._single = False, 0
            self._changed.notify_all()

    def set_speed(self, speed: float | None) -> None:
        """Make so many steps a second at most."""
        with self._changed:
            self.speed = speed
            self._changed.notify_all()

    def stop(self) -> None:
        """End after the chunk that is running."""
        with self._changed:
            self.stopping, self.pausing = True, False
            self._changed.notify_all()

    def wish(self, values: dict[str, float]) -> None:
        """Set these hyperparameters before the next chunk."""
        with self._changed:
            self._wishes.update(values)

    def heard(self) -> dict[str, float]:
        """Return what was wished for since the last time."""
        with self._changed:
            wishes, self._wishes = self._wishes, {}
            return wishes

    @property
    def waits(self) -> bool:
        """Whether no step is to be made now."""
        return self.pausing and not self.stopping and not self._single

    def wait_while_paused(self) -> None:
        """Return at once, or when a pause is over."""
        with self._changed:
            while self.waits:
                self._changed.wait(_LOOK_UP)

    def allowed(self, count: int) -> int:
        """How many of these steps may be made before the next look at what was wished for."""
        with self._changed:
            if self.pausing and self._single:
                count = min(count, self._single)
            if self.longest is not None:
                count = min(count, self.longest)
            if self.speed is not None:
                count = min(count, max(1, int(self.speed * CHUNK_SECONDS)))
            return count

    def made(self, count: int, seconds: float) -> None:
        """Take note of steps that took so long, and rest if they were made faster than wished."""
        with self._changed:
            self._single = max(0, self._single - count)
            end = monotonic() - seconds
            while self.speed is not None and not self.stopping and not self.pausing:
                left = end + count / self.speed - monotonic()
                if left <= 0:
                    return
                self._changed.wait(min(left, _LOOK_UP))

    def follow(self, other: Control) -> None:
        """Take the speed and the listeners of another training."""
        self.speed, self._listeners = other.speed, other._listeners

    def subscribe(self, listener: Callable[[Any], Any]) -> Callable[[], None]:
        """Call `listener(run)` after each chunk; return what ends it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def tell(self, run: Any) -> None:
        """Call every listener; one that fails is not called again, and a warning says so."""
        for listener in tuple(self._listeners):
            try:
                listener(run)
            except Exception as error:  # noqa: BLE001  # whatever a listener does, the training goes on
                self._listeners.remove(listener)
                name = getattr(listener, "__name__", type(listener).__name__)
                said = say("train-listener-failed", name=name, error=f"{type(error).__name__}: {error}")
                warnings.warn(said, stacklevel=2)
