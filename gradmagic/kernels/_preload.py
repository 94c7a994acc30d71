"""What a parent holds: the imports of a kernel and of TensorFlow, in a process with one thread."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import pkgutil
import sys
import time
from pathlib import Path

from gradmagic.kernels._holes import fill
from gradmagic.kernels._pages import gather
from gradmagic.tape import read_registries

__all__ = ["load", "load_magics", "settle", "threads"]

# What a kernel imports late, when it starts, at its first message or at the first cell: found by comparing
# `sys.modules`. One that an ipykernel of another version does not have is left out.
_LATE = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "debugpy",
    "sqlite3",
    "IPython.core.debugger",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
)

# What the magics import, most of it when it is first needed; `%grad --compare` asks SymPy. Not ipywidgets,
# nor tqdm's choice of a bar: as they are imported they look for the shell that they are in.
_MAGICS = (
    "gradmagic.tape",
    "gradmagic.training",
    "gradmagic.display",
    "gradmagic.magics",
    "gradmagic.course.checking",
)
_CLEARED_SECONDS = 2.0
_SYMPY = ("sympy", "sympy.tensor.tensor")


def load() -> dict[str, str]:
    """Import TensorFlow, Keras, NumPy and ipykernel, and run no operation.

    Returns:
        The variables that the imports themselves set, which a kernel's environment must have too.
    """
    before = dict(os.environ)
    # As in gradmagic's own import of TensorFlow: its start-up lines say nothing to a learner.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    # By its prompt TensorFlow's logger knows a notebook: information, too, and on standard output.
    sys.ps1 = "In : "
    gc.disable()
    import numpy  # noqa: F401
    import tensorflow as tf
    import keras  # noqa: F401  # after TensorFlow, which chooses its backend  # isort: skip

    _ = tf.keras  # loaded by TensorFlow when it is first named
    if not os.path.exists("/dev/nvidiactl"):
        # Logs, once, that there is no driver. Where there is one, CUDA must not be started before a fork.
        tf.config.list_physical_devices()
    for name in _LATE:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            importlib.import_module(name)
    read_registries()
    del sys.ps1
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


def load_magics() -> None:
    """Import all of gradmagic that a learner's cells need, so that `%load_ext gradmagic` imports nothing.

    Not for confined kernels: theirs hold of gradmagic what grading asks for, and no more.
    """
    for name in (*_SYMPY, *_MAGICS):
        module = importlib.import_module(name)
        if name in _MAGICS:
            for found in pkgutil.walk_packages(module.__path__, f"{name}."):
                importlib.import_module(found.name)


def settle() -> None:
    """Make this process fit to be forked: one thread, nothing buffered, its objects together and frozen.

    Raises:
        RuntimeError: an import has started a thread, which a fork would lose while it holds a lock.
    """
    # OpenBLAS starts threads as NumPy is imported; when the process forks it ends them, until they are used.
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    _await_one_thread()
    gc.collect()
    fill()
    # A collection in a child would write to every object's header, and so copy every page.
    gc.freeze()
    gc.enable()
    gather()
    sys.stdout.flush()
    sys.stderr.flush()


def _await_one_thread() -> None:
    """Wait for the system to clear away the threads that have ended: a joined one is listed a moment more."""
    until = time.monotonic() + _CLEARED_SECONDS
    while (found := threads()) != 1:
        if time.monotonic() > until:
            raise RuntimeError(f"{found} threads run after the imports: forking would not be safe")
        time.sleep(0.005)


def threads() -> int:
    """How many threads this process has, as the system counts them."""
    return len(list(Path("/proc/self/task").iterdir()))
