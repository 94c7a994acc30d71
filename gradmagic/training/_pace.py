"""How many steps to make before looking up: about 50 ms of them."""

from __future__ import annotations

__all__ = ["CHUNK_SECONDS", "EvenPace", "Pace"]

CHUNK_SECONDS = 0.05

# A first, short chunk measures mostly the cost of a call: its rate is not to be trusted further.
_MAX_GROWTH = 64


class Pace:
    """Adapts the chunk to the measured time of a step."""

    def __init__(self, step_seconds: float) -> None:
        """Begin with an estimate of the time of one step, in seconds."""
        self._count = max(1, int(CHUNK_SECONDS / max(step_seconds, 1e-9)))

    def count(self, left: int) -> int:
        """Return how many of the steps that are left to make next."""
        return min(self._count, left)

    def made(self, count: int, seconds: float) -> None:
        """Learn from a chunk of `count` steps that took `seconds`."""
        fitting = int(count * CHUNK_SECONDS / max(seconds, 1e-9))
        self._count = max(1, min(fitting, count * _MAX_GROWTH))


class EvenPace(Pace):
    """Chunks that are all alike: machines that train together may not each take their own."""

    def __init__(self, count: int) -> None:
        """Always take `count` steps, or what is left."""
        self._count = count

    def made(self, count: int, seconds: float) -> None:
        """Learn nothing."""
