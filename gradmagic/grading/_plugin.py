"""pytest's plugin: `pytest --nbval SUBMISSION.ipynb --gradmagic solutions` gives a submission's points.

It adds options and nothing else; what grades is loaded only when they are used.
"""

from __future__ import annotations

import pytest

__all__ = ["pytest_addoption", "pytest_configure"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("gradmagic", "points for a submitted notebook (with --nbval)")
    add = group.addoption
    add("--gradmagic", metavar="DIR", help="grade submissions by the solutions in this folder")
    add("--gradmagic-student", metavar="NAME", help="whose they are (default: the name of their folder)")
    add("--gradmagic-key", metavar="FILE", help="the file of the teacher's key")
    add("--gradmagic-report", metavar="FILE", help="write the points as JSON")
    add("--gradmagic-all-cells", action="store_true", help="run every cell, also those no answer needs")
    add("--gradmagic-below-full-tier", metavar="TIER", help="the least sandbox to accept")


def pytest_configure(config: pytest.Config) -> None:
    """Grade if that is asked for."""
    if config.getoption("--gradmagic"):
        from gradmagic.grading._pytest import Grader

        config.pluginmanager.register(Grader(config), "gradmagic-grader")
