"""Compile without TensorFlow's log lines, also when the compilation fails."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from gradmagic.tape import quiet_descriptor

__all__ = ["quiet_compilation"]

# How a line of TensorFlow's log begins: a level, the month and the day.
_LOGGED = re.compile(rb"^[IWEF]\d{4} ", re.MULTILINE)


@contextmanager
def quiet_compilation() -> Iterator[None]:
    """Keep what compiling logs off descriptor 2; whatever else was written there comes through.

    A compilation that fails logs the exception once more, over many lines that only their first one
    marks. They are dropped from there on: the exception itself says it all.
    """
    with quiet_descriptor():
        try:
            kept = os.dup(2)
        except OSError:  # a process without a standard error
            yield
            return
        failed = True
        try:
            with tempfile.TemporaryFile() as held:
                os.dup2(held.fileno(), 2)
                try:
                    yield
                    failed = False
                finally:
                    os.dup2(kept, 2)
                    held.seek(0)
                    written = held.read()
                    logged = _LOGGED.search(written)
                    os.write(2, written[: logged.start()] if failed and logged else written)
        finally:
            os.close(kept)
