"""`CheckReport`: the verdict on a gradient."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gradmagic._views import view
from gradmagic.tape.check._blame import Blame
from gradmagic.tape.check._measure import Comparison

__all__ = ["CheckReport"]


@dataclass(frozen=True, eq=False)
class CheckReport:
    """The verdict on a gradient.

    Attributes:
        ok: whether every derivative that was compared agrees, and all values are finite.
        target: the name of what was differentiated.
        sources: the names of what it was differentiated by.
        sizes: how many entries each source has.
        order: the highest order that was checked.
        comparisons: every comparison that was made, in the order of the sources.
        worst: the comparison that is furthest off; `None` when nothing was compared.
        mistake: what kind of mistake it is, where that can be told: `"sign"`, `"factor"`,
            `"transpose"`, `"missing-term"` or `"chain-rule"`; `None` otherwise.
        blame: where the mistake was made, and by which factor; see `Blame`.
        precision: the dtype in which the differences were computed.
        evaluations: how often the target was computed.
        directions: how many random directions were compared.
        complete: whether everything was compared before the evaluations were used up.
        notes: what else is worth knowing, one sentence each.
    """

    ok: bool
    target: str
    sources: tuple[str, ...]
    sizes: tuple[int, ...]
    order: int
    comparisons: tuple[Comparison, ...]
    worst: Comparison | None
    mistake: str | None
    blame: Blame | None
    precision: str
    evaluations: int
    directions: int
    complete: bool
    notes: tuple[str, ...]

    @property
    def coordinates(self) -> int:
        """How many single entries were compared."""
        return sum(comparison.index is not None for comparison in self.comparisons)

    @property
    def step(self) -> float:
        """The step of the worst comparison's difference; NaN when nothing was compared."""
        return math.nan if self.worst is None else self.worst.step

    def __bool__(self) -> bool:
        """Make `assert gm.check_grads(f, args)` say what it means."""
        return self.ok

    def __repr__(self) -> str:
        return str(view("check_text", self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(view("check_bundle", self))
