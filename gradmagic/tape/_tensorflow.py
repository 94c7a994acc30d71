"""Import TensorFlow on first use, without its start-up log lines."""

from __future__ import annotations

import importlib.abc
import importlib.util
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["QuietFinder", "devices", "quiet_descriptor", "quiet_logger", "tensorflow"]

# What the C++ side of TensorFlow writes to descriptor 2 of its own accord, whatever the log level: glog
# lines of level I and W, the notice before the log is set up, a continuation line, and lines of level
# E that only tell which kernel it chose or that this machine has no GPU.
_NOISE = re.compile(
    r"^(?:[IW]\d{4} \d\d:\d\d:.*"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] .*"
    r"|WARNING: All log messages before absl::InitializeLog\(\).*"
    r"|E\d{4} .*oneDNN supports DT_INT32 only on platforms.*"
    r"|E\d{4} .*(?:cuInit|Unable to register cu\w+ factory|cuda_diagnostics).*"
    r"|To enable the following instructions: .*)\n?$"
)

# How such a line goes on where it tells which operation failed: Python's frames, names of nodes.
_MORE = re.compile(
    r'^(?:The op is created at:.*|Stack trace for op definition:.*|File ".*", line \d+, in .*|\t.*|\s*)\n?$'
)


def tensorflow() -> Any:
    """Return the `tensorflow` module, imported quietly if this is its first use."""
    module = sys.modules.get("tensorflow")
    if module is None or not hasattr(module, "GradientTape"):
        _set_defaults()
        with quiet_descriptor():
            module = importlib.import_module("tensorflow")
            _look_for_no_gpu(module)
    return module


def _set_defaults() -> None:
    """Set what TensorFlow reads from the environment when it starts; what a learner has set stays."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Take of a GPU's memory what is needed, not all of it at once: two notebooks can share one. TensorFlow
    # reads this when it first uses a GPU, so it holds too where TensorFlow was imported before.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")


def _look_for_no_gpu(module: Any) -> None:
    """Have TensorFlow find out now that this machine has no NVIDIA driver; it logs that, as an error.

    Where there is one nothing is logged, and CUDA is left alone: a process that has started it cannot fork.
    """
    if not os.path.exists("/dev/nvidiactl"):
        module.config.list_physical_devices()


def devices() -> list[tuple[str, str]]:
    """Return the devices that TensorFlow sees, as `(name, type)`: `("/device:CPU:0", "CPU")`."""
    found = tensorflow().config.list_logical_devices()
    return [(device.name, device.device_type) for device in found]


@contextmanager
def quiet_descriptor() -> Iterator[None]:
    """Keep TensorFlow's start-up lines off descriptor 2; whatever else was written there comes through.

    Descriptor 2 belongs to the whole process: what other threads write meanwhile is held back, and
    written when the block ends.
    """
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # a process without a standard error has nothing to keep quiet
        yield
        return
    try:
        with tempfile.TemporaryFile() as held:
            os.dup2(held.fileno(), 2)
            try:
                yield
            finally:
                sys.stderr.flush()
                os.dup2(kept, 2)
                held.seek(0)
                for line in _told(held):
                    os.write(2, line)
    finally:
        os.close(kept)


def _told(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines that are not TensorFlow's, nor the rest of one of them."""
    noise = False
    for line in lines:
        text = line.decode("utf-8", "replace")
        noise = bool(_NOISE.match(text) or (noise and _MORE.match(text)))
        if not noise:
            yield line


class _Repeated(logging.Filter):
    """Drops the warning that TensorFlow logs when a persistent tape is used inside its context.

    A recording is re-entered on purpose: that is what makes higher derivatives available afterwards.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return "on a persistent tape inside its context" not in str(record.msg)


@contextmanager
def quiet_logger() -> Iterator[None]:
    """Drop the one warning of TensorFlow's logger that a re-entered recording provokes."""
    logger = tensorflow().get_logger()
    repeated = _Repeated()
    logger.addFilter(repeated)
    try:
        yield
    finally:
        logger.removeFilter(repeated)


class _QuietLoader(importlib.abc.Loader):
    def __init__(self, loader: importlib.abc.Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # From here on the module is TensorFlow's own business: it sees its own loader.
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        with quiet_descriptor():
            self._loader.exec_module(module)
            _look_for_no_gpu(module)


class QuietFinder(importlib.abc.MetaPathFinder):
    """Makes a learner's own `import tensorflow` as quiet as ours, without importing it."""

    def install(self) -> None:
        """Put the finder in front, unless TensorFlow is imported already."""
        _set_defaults()
        if "tensorflow" not in sys.modules and self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Take the finder away again; harmless when it is not there."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find `tensorflow` as usual, with a loader that is quiet; leave every other name alone."""
        if fullname != "tensorflow":
            return None
        self.remove()
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _QuietLoader(spec.loader)
        return spec
