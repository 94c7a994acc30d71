"""Tab completion on the magics' lines: options, their values, and the learner's tensors first."""

from __future__ import annotations

import sys
from typing import Any

from gradmagic.magics._exercise import known_names
from gradmagic.magics._options import MAGICS, OPTIONS
from gradmagic.tape import is_tensor

__all__ = ["Completion", "complete"]


class Completion:
    """The completers of one shell."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.commands = {
            f"{sign}{name}"
            for name, sign in (
                ("tape", "%%"),
                ("tape", "%"),
                ("grad", "%"),
                ("train", "%"),
                ("train", "%%"),
                ("check", "%"),
                ("hint", "%"),
                ("gradmagic", "%"),
            )
        }

    def add(self) -> None:
        """Complete the lines of every magic."""
        for command in self.commands:
            self.shell.set_hook("complete_command", self._complete, str_key=command)

    def remove(self) -> None:
        """Complete them no longer."""
        dispatcher = self.shell.strdispatchers.get("complete_command")
        if dispatcher is not None:
            for command in self.commands:
                dispatcher.strs.pop(command, None)

    def _complete(self, shell: Any, event: Any) -> list[str]:
        return complete(event.line, event.symbol, self.shell.user_ns)


def complete(line: str, symbol: str, namespace: dict[str, Any]) -> list[str]:
    """Return what may stand where `symbol` is being typed at the end of `line`."""
    words = line.split()
    command = words[0] if words else ""
    shape = MAGICS.get("train_cell" if command == "%%train" else command.lstrip("%"))
    if shape is None:
        return []
    before = words[:-1] if symbol and not line.endswith(" ") else words
    options = {flag: OPTIONS[name] for name in shape.options for flag in OPTIONS[name].flags}
    previous = options.get(before[-1]) if len(before) > 1 else None
    if previous is not None and previous.metavar is not None:
        return [value for value in previous.values() if value.startswith(symbol)]
    if symbol.startswith("-") or (words and words[-1].startswith("-") and not line.endswith(" ")):
        typed = words[-1] if words[-1].startswith("-") else symbol
        # IPython replaces the part after the last delimiter, and `-` is one: give that part alone.
        cut = len(typed) - len(symbol)
        return [flag[cut:] for flag in options if flag.startswith(typed) and flag not in before]
    if "checks" in shape.operands:
        return [name for name in known_names() if name.startswith(symbol) and name not in before]
    if not {"sources", "variables", "target", "loss"} & set(shape.operands):
        return []
    return _names(symbol, namespace)


def _names(symbol: str, namespace: dict[str, Any]) -> list[str]:
    names = [name for name in namespace if name.startswith(symbol) and not name.startswith("_")]
    if "tensorflow" not in sys.modules:
        return sorted(names)
    fitting = [name for name in names if is_tensor(namespace[name]) or _is_function(namespace[name])]
    return sorted(fitting) or sorted(names)


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, type) and not hasattr(value, "run_cell")
