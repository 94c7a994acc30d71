"""Steer a training from any thread: pause, resume, stop, set a hyperparameter."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from typing import Any

from gradmagic.messages import say

__all__ = ["Control"]

# How long a paused training sleeps before it looks up: an interrupt must reach it.
_LOOK_UP = 0.05


class Control:
    """What was wished for, and by whom it is heard: the training asks between two chunks.

    Attributes:
        stopping: Whether the training is to end.
        pausing: Whether it is to wait.
    """

    def __init__(self) -> None:
        """Begin with no wishes."""
        self._changed = threading.Condition()
        self._wishes: dict[str, float] = {}
        self._listeners: list[Callable[[Any], Any]] = []
        self.stopping = False
        self.pausing = False

    def pause(self) -> None:
        """Wait after the chunk that is running."""
        with self._changed:
            self.pausing = True

    def resume(self) -> None:
        """Go on."""
        with self._changed:
            self.pausing = False
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

    def wait_while_paused(self) -> None:
        """Return at once, or when a pause is over."""
        with self._changed:
            while self.pausing and not self.stopping:
                self._changed.wait(_LOOK_UP)

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
