"""The panels of one shell: a cell that runs again closes its own; unloading closes all."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradmagic.widgets import Panel

__all__ = ["Panels"]


class Panels:
    """The panels that are open."""

    def __init__(self, shell: Any, text: Callable[[], str]) -> None:
        """Begin with none.

        Args:
            shell: Whose cells show them.
            text: Gives the running cell's text, by which it is known where the front end tells no name.
        """
        self._shell, self._text = shell, text
        self._open: list[tuple[str, int, Panel]] = []
        # The kernel's end: threads come to rest before the interpreter takes TensorFlow away.
        atexit.register(self._end)

    def show(self, panel: Panel) -> None:
        """Display a panel; those that the same cell showed in an earlier run of it are closed."""
        cell, count = self._cell(), int(self._shell.execution_count)
        for shown in [shown for shown in self._open if shown[0] == cell and shown[1] != count]:
            self._open.remove(shown)
            shown[2].close()
        self._open = [shown for shown in self._open if not shown[2].closed]
        self._open.append((cell, count, panel))
        panel.show()

    def close(self) -> None:
        """Close them all."""
        atexit.unregister(self._end)
        while self._open:
            self._open.pop()[2].close()

    def _end(self) -> None:
        for _, _, panel in self._open:
            if not panel.closed:
                panel.end()

    def _cell(self) -> str:
        ask = getattr(self._shell, "get_parent", None)
        parent: dict[str, Any] = (ask() if ask else None) or {}
        named = parent.get("metadata", {}).get("cellId")
        return str(named or self._text())
