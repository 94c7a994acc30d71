"""A thread that does the newest of what it is asked: nothing queues up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Newest"]

Wish = TypeVar("Wish")


class Newest(Generic[Wish]):
    """Calls a function with the last wish, in a thread of its own, and skips those that were overtaken.

    Attributes:
        error: What the function raised last, `None` if it did not.
    """

    def __init__(
        self, do: Callable[[Wish], None], quiet: tuple[float, Callable[[], None]] | None = None
    ) -> None:
        """Start the thread; `close` ends it.

        Args:
            do: Called with a wish; it may ask `overtaken` to give up early.
            quiet: Seconds without a wish after one was done, and what is called then, once.
        """
        self._quiet = quiet
        self.error: Exception | None = None
        self._do = do
        self._changed = threading.Condition()
        self._wishes: list[Wish] = []
        self._busy = self._closed = False
        # Whether something was done since the last time that it was quiet.
        self._rests = False
        self._thread = threading.Thread(target=self._run, name="gradmagic-newest", daemon=True)
        self._thread.start()

    def ask(self, wish: Wish) -> None:
        """Want this, and nothing that was wanted before and has not begun."""
        with self._changed:
            if not self._closed:
                self._wishes[:] = [wish]
                self._changed.notify_all()

    def overtaken(self) -> bool:
        """Whether what is being done is out of date."""
        return bool(self._wishes) or self._closed

    def settle(self, timeout: float | None = None) -> bool:
        """Wait until the last wish is done; return whether it is."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._closed or not (self._wishes or self._busy), timeout=timeout
            )

    def close(self) -> None:
        """End the thread, and wait for its end; a second time is harmless."""
        with self._changed:
            self._closed = True
            self._wishes.clear()
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                wait = None if self._quiet is None or not self._rests else self._quiet[0]
                self._changed.wait_for(lambda: self._wishes or self._closed, wait)
                if self._closed:
                    return
                wishes, self._busy = self._wishes[:], bool(self._wishes)
                self._wishes.clear()
            try:
                if wishes:
                    self._do(wishes[-1])
                elif self._quiet is not None:
                    self._quiet[1]()
                self.error = None
            except Exception as error:  # noqa: BLE001  # whoever looks at `error` is told; the thread lives on
                self.error = error
            self._rests = bool(wishes)
