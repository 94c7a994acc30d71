"""Tell how far a training is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.training._session import Report

__all__ = ["progress_bar", "reporting"]

Progress = bool | Report | None


@contextmanager
def progress_bar(total: int) -> Iterator[Report]:
    """Show a tqdm bar on standard error while the block runs.

    Args:
        total: The steps in all.

    Yields:
        A callable `(done, total, loss)` that moves the bar.
    """
    from tqdm.auto import tqdm

    # A training that is over before anybody could read the bar shows none, and a finished bar goes away:
    # what stays in a notebook is the same each time.
    with tqdm(
        total=total,
        desc=say("train-bar"),
        unit="step",
        unit_scale=True,
        file=sys.stderr,
        delay=0.5,
        leave=False,
    ) as bar:

        def report(done: int, _total: int, loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.6g}", refresh=False)
            bar.update(done - bar.n)

        yield report


@contextmanager
def reporting(progress: Any, total: int) -> Iterator[Report]:
    """Turn the argument `progress` into a callable.

    Args:
        progress: `None` or `False` for silence, `True` for a bar, or a callable.
        total: The steps in all.

    Raises:
        ArgumentError: It is something else.
    """
    if progress is True:
        with progress_bar(total) as report:
            yield report
    elif progress is None or progress is False:
        yield lambda done, total, loss: None
    elif callable(progress):
        call: Callable[[int, int, float], Any] = progress
        yield call
    else:
        raise ArgumentError(say("train-progress", type=type(progress).__name__))
