"""What the parent's imports have read from its own surroundings, read again in the kernel's."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from typing import Any

__all__ = ["Logs", "matplotlib_settings"]


class Logs:
    """The log handlers of preloaded libraries: they write to the streams of the time of their import.

    In an ordinary kernel those are the notebook's, since a cell imports the library.
    """

    def __init__(self) -> None:
        loggers = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
        self._handlers = [
            handler
            for logger in loggers
            if isinstance(logger, logging.Logger)
            for handler in logger.handlers
            if isinstance(handler, logging.StreamHandler)
        ]

    def follow(self, old: tuple[Any, Any]) -> None:
        """Send to today's standard output and error what went to the `old` ones."""
        for handler in self._handlers:
            for before, now in zip(old, (sys.stdout, sys.stderr), strict=True):
                if handler.stream is before:
                    handler.setStream(now)
                    break


def matplotlib_file() -> str | None:
    """The file that Matplotlib's settings are from, if it has been imported."""
    matplotlib: Any = sys.modules.get("matplotlib")
    return None if matplotlib is None else str(matplotlib.matplotlib_fname())


def matplotlib_settings(parents: str | None) -> None:
    """Take Matplotlib's settings from the kernel's folder and variables: Keras imports it in the parent.

    Args:
        parents: the file that the parent took them from.
    """
    # ipykernel's own rule. It comes too late for a Matplotlib that has been imported.
    os.environ["MPLBACKEND"] = os.environ.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline"
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is None:
        return
    if matplotlib_file() == parents:
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        settings = matplotlib.rc_params()
        # Named before it is ever looked up, or pyplot would choose one for a script, for good.
        settings["backend"] = os.environ["MPLBACKEND"]
        matplotlib.rcParams.update(settings)
