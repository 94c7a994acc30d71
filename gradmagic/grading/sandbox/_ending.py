"""How a confined process ended, as its keeper tells it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ending:
    """The end of a confined process and of all that it had started.

    `status` is the exit code, None when a signal ended it; `signal` that signal, else None. `limit` names the
    limit that was hit: "memory", "cpu", "wall", "connection", or "parent" when whoever started it had ended;
    else None. `wall` and `cpu` are seconds, `peak_memory` bytes. `means` are the ones that were in force.
    """

    status: int | None
    signal: int | None
    limit: str | None = None
    wall: float = 0.0
    cpu: float = 0.0
    peak_memory: int = 0
    means: tuple[str, ...] = field(default=())

    def write(self, path: str) -> None:
        """Write it as JSON, whole or not at all."""
        partial = f"{path}.part"
        with open(partial, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
        os.replace(partial, path)

    @classmethod
    def read(cls, path: str) -> Ending:
        """What `write` wrote.

        Raises:
            FileNotFoundError: the process has not ended yet, or its keeper was killed.
        """
        with open(path, encoding="utf-8") as file:
            values: dict[str, Any] = json.load(file)
        return cls(**{**values, "means": tuple(values["means"])})
