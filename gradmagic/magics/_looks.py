"""What `%grad` can show besides a number: one function of the engine for each look."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradmagic import tape as engine
from gradmagic.errors import TargetError
from gradmagic.messages import say
from gradmagic.tape import Tape, as_argument, is_tensor, leaves

__all__ = ["LOOKS", "Asked", "look", "look_at_function", "record_function"]

LOOKS = ("check", "compare", "explain", "graph", "steps", "flow", "plot")


@dataclass(frozen=True)
class Asked:
    """A recorded target and its sources, with the words they were asked for by."""

    tape: Tape
    target: Any
    sources: Any
    target_word: str
    labels: tuple[str, ...]
    history: tuple[str, ...]


def look(name: str, asked: Asked) -> Any:
    """Return what one of the looks shows of a recorded target."""
    tape, target, sources = asked.tape, asked.target, asked.sources
    if name == "explain":
        pairs = zip(leaves(sources), asked.labels, strict=True)
        found = [
            tape.explain(
                target, source, target_name=asked.target_word, source_name=label, history=asked.history
            )
            for source, label in pairs
        ]
        # Of several sources, the first with something to explain.
        return next((explanation for explanation in found if explanation.cause), found[0])
    if name in ("flow", "graph", "steps") and not is_tensor(target):
        raise TargetError(say("magics-look-target", look=f"--{name}", count=len(leaves(target))))
    if name == "flow":
        return engine.gradient_flow(tape, target, leaves(sources), list(asked.labels))
    if name in ("check", "compare"):
        report = engine.check_recording if name == "check" else engine.compare_recording
        return report(tape, target, sources, target_name=asked.target_word, source_names=asked.labels)
    return getattr(tape, name)(target, sources)  # graph, steps


def look_at_function(name: str, f: Callable[..., Any], points: Sequence[Any], options: Any) -> Any:
    """Return what one of the looks shows of a function; `None` if it needs a recording."""
    if name == "plot":
        low, high = options.plot
        # A lambda has no name of its own.
        named = options.target if options.target.isidentifier() else ""
        order = 1 if options.order is None else options.order
        return engine.curve(f, low, high, order=order, name=named)
    if name == "check":
        return engine.check_grads(f, tuple(points))
    if name == "compare":
        return engine.compare_function(f, tuple(points))
    return None


def record_function(f: Callable[..., Any], points: Sequence[Any], word: str) -> Asked:
    """Record a function at a point, so that the looks of a recording can be had of it."""
    arguments = [as_argument(point) for point in points]
    names = _parameters(f, len(arguments))
    tape = Tape()
    with tape:
        tape.watch(*leaves(arguments))
        result = f(*arguments)
    tape.name_tensors({name: value for name, value in zip(names, arguments, strict=True) if is_tensor(value)})
    sources = arguments[0] if len(arguments) == 1 else arguments
    return Asked(tape, result, sources, f"{word}(…)", tuple(names), ())


def _parameters(f: Callable[..., Any], count: int) -> list[str]:
    try:
        names = list(inspect.signature(f).parameters)
    except (TypeError, ValueError):  # a builtin without a signature
        names = []
    return names[:count] if len(names) >= count else [f"x{place}" for place in range(count)]
