"""The one exception family: a learner's mistake, told in a short message without a traceback.

Anything that is not a `GradmagicError` is a bug of ours and keeps its traceback.
"""

from __future__ import annotations

__all__ = [
    "ArgumentError",
    "GradmagicError",
    "LossError",
    "OptionError",
    "RecordingError",
    "SandboxError",
    "TargetError",
]


class GradmagicError(Exception):
    """Base of every error that gradmagic raises on purpose.

    The message says what was wrong, the value or shape that came, and what to type next.
    """

    def _render_traceback_(self) -> list[str]:
        # IPython asks an exception for this before it formats a traceback of its own.
        return [f"{type(self).__name__}: {self}"]


class OptionError(GradmagicError):
    """A magic's line or a command that cannot be understood: an unknown option, a missing value."""


class ArgumentError(GradmagicError, ValueError):
    """An argument with a value that cannot be used."""


class RecordingError(GradmagicError):
    """No recording, or not the one that is needed."""


class TargetError(GradmagicError, TypeError):
    """A target or a source that cannot be differentiated."""


class LossError(GradmagicError, ValueError):
    """A loss that cannot be trained: not scalar, not finite, or independent of the variables."""


class SandboxError(GradmagicError, RuntimeError):
    """A process that cannot be confined as asked: it does not run."""
