"""What grading needs besides gradmagic itself."""

from __future__ import annotations

from importlib.util import find_spec

from gradmagic.course import install_command
from gradmagic.errors import GradmagicError
from gradmagic.messages import say

__all__ = ["NotInstalled", "need_nbval"]


class NotInstalled(GradmagicError):
    """nbval or pytest is missing."""


def need_nbval() -> None:
    """Say how nbval is installed if it is not.

    Raises:
        NotInstalled: it is not.
    """
    if find_spec("nbval") is None or find_spec("pytest") is None:
        raise NotInstalled(say("grading-needs-nbval", command=install_command("grade")))
