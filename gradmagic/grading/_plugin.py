"""pytest's plugin: with nbval, figures of notebooks within a tolerance, and a submission's points.

The points: `pytest --nbval SUBMISSION.ipynb --gradmagic solutions`. What compares and what grades is loaded
only when nbval runs.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from gradmagic.messages import say

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_configure", "pytest_report_header"]

_TOLERANCE = "gradmagic_tolerance"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup(
        "gradmagic", "notebooks with nbval: figures within a tolerance, and points for submissions"
    )
    add = group.addoption
    add(
        "--gradmagic-tolerance",
        metavar="RELATIVE",
        help="compare the figures of every notebook within this relative tolerance, 0 for nbval's own "
        "comparison; by default 1e-4 for notebooks that load gradmagic, and nbval's own for others",
    )
    add("--gradmagic", metavar="DIR", help="grade submissions by the solutions in this folder")
    add("--gradmagic-student", metavar="NAME", help="whose they are (default: the name of their folder)")
    add("--gradmagic-key", metavar="FILE", help="the file of the teacher's key")
    add("--gradmagic-report", metavar="FILE", help="write the points as JSON")
    add("--gradmagic-all-cells", action="store_true", help="run every cell, also those no answer needs")
    add("--gradmagic-below-full-tier", metavar="TIER", help="the least sandbox to accept")
    parser.addini(_TOLERANCE, "the same as --gradmagic-tolerance, for all runs in this folder")


def pytest_configure(config: pytest.Config) -> None:
    """Read the tolerance; grade if that is asked for."""
    if _runs_notebooks(config):
        _relative(config)
    if config.getoption("--gradmagic"):
        from gradmagic.grading._pytest import Grader

        config.pluginmanager.register(Grader(config), "gradmagic-grader")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say how figures are compared."""
    if not _runs_notebooks(config):
        return None
    relative = _relative(config)
    if relative == 0:
        return say("nbval-exact")
    return (
        say("nbval-tolerance-default")
        if relative is None
        else say("nbval-tolerance", relative=f"{relative:g}")
    )


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Put a notebook with a tolerance in the place of nbval's."""
    found = yield
    if file_path.suffix != ".ipynb" or not _runs_notebooks(parent.config):
        return found
    from nbval.plugin import IPyNbFile

    from gradmagic.course import TolerantNotebook

    collectors = []
    for collector in found:
        if type(collector) is IPyNbFile:
            collector = TolerantNotebook.from_parent(parent, path=file_path)
            collector.relative = _relative(parent.config)
        collectors.append(collector)
    return collectors


def _runs_notebooks(config: pytest.Config) -> bool:
    return bool(config.getoption("nbval", False) or config.getoption("nbval_lax", False))


def _relative(config: pytest.Config) -> float | None:
    """The tolerance that is asked for; `None` if none is.

    Raises:
        UsageError: it is no number from 0 to 1.
    """
    given = config.getoption("--gradmagic-tolerance") or config.getini(_TOLERANCE)
    if not given:
        return None
    try:
        relative = float(given)
    except ValueError:
        relative = math.nan
    if not 0 <= relative < 1:
        raise pytest.UsageError(say("nbval-bad-tolerance", value=given))
    return relative
