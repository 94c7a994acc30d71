"""One pytest session that runs any number of submissions, one after another, as they come.

A pytest process for each submission would cost more than the submission does; and collecting all of them
before the first is run would keep a class of thousands in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from gradmagic.errors import GradmagicError
from gradmagic.grading._cells import submission_file
from gradmagic.grading._kernels import Place
from gradmagic.grading._score import GRADED, Graded
from gradmagic.grading._stillness import Stillness
from gradmagic.grading._work import Work
from gradmagic.messages import say

__all__ = ["run_session"]

# nbval alone: no report, no cache, no capture, no configuration of the folder that we happen to be in.
ARGUMENTS = (
    *("-p", "nbval.plugin", "--nbval"),
    *(
        word
        for name in ("terminal", "cacheprovider", "logging", "warnings", "faulthandler")
        for word in ("-p", f"no:{name}")
    ),
    *("--capture=no", "--noconftest", "-c", os.devnull, "--rootdir", "/"),
)

# Of a submission, should the machine stand still each time.
_TRIES = 3


class SessionError(GradmagicError):
    """pytest did not run the submissions."""


def run_session(works: Iterable[Work], place: Place, done: Callable[[Graded], None]) -> None:
    """Grade submissions.

    Args:
        works: what to run; each is asked for when the one before is done.
        place: where kernels come from.
        done: called with each result.

    Raises:
        SessionError: pytest could not begin.
        Exception: what `works` or `done` raise.
    """
    loop = _Loop(works, place, done)
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        status = pytest.main(list(ARGUMENTS), plugins=[loop])
    finally:
        if before is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
    if loop.problem is not None:
        raise loop.problem
    if not loop.ended:
        raise SessionError(say("grading-no-session", status=int(status)))


class _Loop:
    """The session's own way of collecting and running: by the submission."""

    def __init__(self, works: Iterable[Work], place: Place, done: Callable[[Graded], None]) -> None:
        self._works, self._place, self._done = works, place, done
        self.problem: BaseException | None = None
        self.ended = False

    def pytest_configure(self, config: pytest.Config) -> None:
        """Set what nbval expects pytest's terminal reports to have set."""
        config.option.color = "no"

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect nothing beforehand."""
        session.items = []
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run what comes."""
        try:
            for work in self._works:
                self._done(self._settled(session, work).graded())
        except BaseException as problem:  # noqa: BLE001 - raised again outside pytest, which would report it
            self.problem = problem
        self.ended = True
        return True

    def _settled(self, session: pytest.Session, work: Work) -> Work:
        """Run a submission; again if it lost points while the machine stood still, and its time went by."""
        for _ in range(_TRIES - 1):
            if work.status != GRADED:
                return work
            fresh = work.afresh()
            with Stillness() as watch:
                self._run(session, work)
            if not watch.seconds or work.is_passed:
                return work
            work = fresh
        if work.status == GRADED:
            self._run(session, work)
        return work

    def _run(self, session: pytest.Session, work: Work) -> None:
        path = Path("/", work.item.student, f"{work.item.exercise}.ipynb")
        file = submission_file(session, path, work, self._place)
        try:
            items = list(file.collect())
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        finally:
            file.teardown()
