"""Why there is no warm kernel."""

from __future__ import annotations

from typing import Any

from gradmagic.errors import GradmagicError
from gradmagic.messages import say

__all__ = ["KernelError", "Unavailable"]


class KernelError(GradmagicError):
    """A kernel, a parent or its folder that cannot be used."""


class Unavailable(KernelError):
    """No warm kernel can be had; an ordinary one may.

    Attributes:
        code: the reason's name, the end of a key of the catalogue: `say(f"kernels-no-{code}")`.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(say(f"kernels-no-{code}", **values))
        self.code = code
