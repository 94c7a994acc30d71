"""`Diagnosis`: the answer to what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gradmagic.messages import say
from gradmagic.training.diagnosis._words import at_line

__all__ = ["KINDS", "Diagnosis"]

KINDS = (
    "diverged",
    "rate-too-high",
    "unscaled-data",
    "exploding",
    "oscillation",
    "vanishing",
    "dead-relu",
    "plateau",
    "none",
)


@dataclass(frozen=True)
class Diagnosis:
    """What went wrong in a training.

    Attributes:
        kind: One of `KINDS`; `"none"` where nothing points to a problem.
        since_step: The step since which it shows, `None` for `"none"`.
        line: The learner's line, 1-based in the file or the cell; 0 where no line is to blame.
        expression: The source text there.
        evidence: The numbers that it rests on, by name: `lambda_max`, `bound`, `learning_rate`, ...
        sentences: What, why, what to try: three at most, in the language in force when it was made.
    """

    kind: str
    since_step: int | None = None
    line: int = 0
    expression: str = ""
    evidence: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    sentences: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The kind, in the language in force."""
        return say(f"diagnosis-kind-{self.kind}")

    @property
    def head(self) -> str:
        """The kind, the step, and the line if there is one."""
        if self.since_step is None:
            return self.title
        at = at_line(self.line, self.expression)
        return say("diagnosis-head", kind=self.title, since=self.since_step, at=at)

    @property
    def text(self) -> str:
        """The sentences, one after the other."""
        return " ".join(self.sentences)

    def __repr__(self) -> str:
        """Return the head and the sentences, each on its own line."""
        return "\n".join((self.head, *self.sentences))
