"""What a grader's probe cell runs, in the learner's process: the question without the answer.

It gets the body's text and the inputs. Of the expectation, the mistakes, the rules and the hints nothing
is here, so nothing of them can be found here; and what it sends back is only numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from gradmagic.course.checking._answer import Answer, to_json
from gradmagic.course.checking._ask import ask_all
from gradmagic.course.checking._exercise import Check
from gradmagic.course.checking._rule import Seen

__all__ = ["ANSWERS", "Sent", "run"]

ANSWERS = "application/vnd.gradmagic.answers+json"


@dataclass
class Witness:
    """Takes note of what TensorFlow was seen to do, in a rule's place; it demands nothing."""

    watches_operations: bool
    name: str = "witness"
    seen: Seen = field(default_factory=Seen)

    def breach(self, asked: Mapping[str, Any], seen: Seen) -> str | None:
        """Keep what was seen."""
        self.seen = seen
        return None

    def breach_in_text(self, source: str, seen: Seen) -> str | None:
        """It reads nothing."""
        return None


@dataclass(frozen=True)
class Sent:
    """The answers to one probe, as a notebook's output of our own type."""

    answers: list[Answer]
    seen: Seen

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        seen = {"gradients": self.seen.gradients, "operations": sorted(self.seen.operations)}
        return {ANSWERS: {"answers": to_json(self.answers), "seen": seen}, "text/plain": "answers"}


def run(question: str, namespace: MutableMapping[str, Any]) -> Sent:
    """Ask the learner's code.

    Args:
        question: JSON with the body's `source` and its `body`, the names that it `asks` for, the `cases`
            that it is given, the `seed`, the `seconds`, and whether to `watch` nothing, what tapes are
            asked, or all operations.
        namespace: what the learner has defined; it is left as it was.
    """
    given = json.loads(question)
    own: dict[str, Any] = {"__name__": "gradmagic_probe"}
    exec(compile(given["source"], "<probe>", "exec"), own)  # the grader's own text, not the learner's
    witness = Witness(given["watch"] == "operations")
    check = Check(
        name=given["body"],
        exercise="",
        points=0,
        words=("", ""),
        asks=tuple(given["asks"]),
        inputs=tuple(given["cases"][0]),
        body=own[given["body"]],
        rules=(witness,) if given["watch"] else (),
        seconds=given["seconds"],
    )
    answers, _ = ask_all(check, namespace, given["cases"], given["seed"])
    return Sent(answers, witness.seen)
