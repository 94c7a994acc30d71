"""What XLA of an older TensorFlow has to be told before it first compiles."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

from gradmagic.tape import tensorflow

__all__ = ["settle_xla"]

_FLAG = "xla_cpu_use_thunk_runtime"


def settle_xla(
    version: str | None = None, environment: MutableMapping[str, str] | None = None
) -> MutableMapping[str, str]:
    """Have TensorFlow 2.18 run compiled programs on the CPU as the versions before it did.

    Its new way can wait for itself for ever: a matrix product that takes two threads, in a loop, on two
    cores; an interrupt does not end it. XLA reads the variable once, when it first compiles.

    Args:
        version: TensorFlow's; the one that is installed unless given.
        environment: the variables; the process's own unless given. What a learner has set stays.

    Returns:
        The variables.
    """
    found = os.environ if environment is None else environment
    flags = found.get("XLA_FLAGS", "")
    if (version or tensorflow().__version__).startswith("2.18.") and _FLAG not in flags:
        found["XLA_FLAGS"] = f"{flags} --{_FLAG}=false".strip()
    return found
