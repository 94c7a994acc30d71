"""Where a training runs: a device of this machine."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow

__all__ = ["on_device"]


def on_device(name: str | None) -> AbstractContextManager[Any]:
    """Return what enters a device; without a name TensorFlow chooses.

    Raises:
        ArgumentError: There is no such device.
    """
    where: AbstractContextManager[Any] = nullcontext() if name is None else tensorflow().device(_device(name))
    return where


def _device(name: str) -> str:
    """A device of this machine by the name that TensorFlow knows.

    Raises:
        ArgumentError: There is none.
    """
    tf = tensorflow()
    known = [device.name.removeprefix("/physical_device:") for device in tf.config.list_physical_devices()]
    known += [device.name.removeprefix("/device:") for device in tf.config.list_logical_devices()]
    wanted = name.upper().removeprefix("/").removeprefix("DEVICE:")
    wanted = wanted if ":" in wanted else f"{wanted}:0"
    if wanted not in known:
        raise ArgumentError(say("train-device", value=repr(name), known=", ".join(sorted(set(known)))))
    return f"/device:{wanted}"
