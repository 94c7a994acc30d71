"""What `%grad` asks for, done: of a recording, or of a function at a point."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from numbers import Number
from typing import Any

from gradmagic.errors import OptionError
from gradmagic.magics._cell import assigned_names
from gradmagic.magics._code import program_of_cell, program_of_function, program_of_plot
from gradmagic.magics._looks import LOOKS, Asked, look, look_at_function, record_function
from gradmagic.magics._names import evaluate, part_names
from gradmagic.magics._session import Session
from gradmagic.messages import say
from gradmagic.tape import Tape, check_target, differentiate, differentiate_function, is_tensor

__all__ = ["grad_result"]

_KINDS = {
    "jacobian": "jacobian",
    "batch_jacobian": "batch_jacobian",
    "hessian": "hessian",
    "vjp": "vjp",
    "jvp": "jvp",
    "hvp": "hvp",
    "newton": "newton_step",
}


def grad_result(options: Any, session: Session) -> Any:
    """Return what the options ask for: a derivative, a look at one, or the program for either.

    Raises:
        GradmagicError: a learner's mistake; the message names the fix.
    """
    if options.target is None:
        raise OptionError(say("magics-grad-what"))
    target = evaluate(options.target, session.namespace)
    points = [evaluate(word, session.namespace) for word in options.sources]
    if callable(target) and not is_tensor(target):
        return _of_function(target, points, options, session)
    if options.plot is not None:
        raise OptionError(say("magics-plot-function", target=options.target, kind=type(target).__name__))
    # Explaining says it of integers and of NumPy's arrays too, and where they began.
    if not (options.explain and (is_tensor(target) or _left(target))):
        check_target(target, f"`{options.target}`")
    return _of_recording(target, points, options, session)


def _of_function(f: Any, points: Sequence[Any], options: Any, session: Session) -> Any:
    seen, kind = _seen(options), _kind(options)
    if options.code and seen == "plot":
        return program_of_plot(options.target, options)
    if options.code:
        return program_of_function(options.target, options.sources, seen or kind, options)
    if seen is not None:
        found = look_at_function(seen, f, points, options)
        return look(seen, record_function(f, points, options.target)) if found is None else found
    order = 1 if options.order is None else options.order
    return differentiate_function(
        f,
        points,
        name=options.target,
        order=order,
        kind=kind,
        vector=_vector(options, session),
        unconnected_gradients="zero" if options.zero else "none",
    )


def _of_recording(target: Any, points: Sequence[Any], options: Any, session: Session) -> Any:
    seen, kind = _seen(options), _kind(options)
    if _left(target):
        tape = session.tape_reading(points, options.target, options.tape)
    else:
        tape = session.tape_for(target, options.target, options.tape)
    words, sources, labels = _sources(tape, points, options)
    if options.code:
        names = _tensors_of(tape, session)
        return program_of_cell(session.cell_of(tape), options.target, words, names, seen or kind, options)
    history = session.history()
    if seen is not None:
        return look(seen, Asked(tape, target, sources, options.target, tuple(labels), history))
    return differentiate(
        tape,
        target,
        sources,
        target_name=options.target,
        source_names=labels,
        order=tape.order if options.order is None else options.order,
        kind=kind,
        vector=_vector(options, session),
        history=history,
        unconnected_gradients="zero" if options.zero else "none",
    )


def _left(target: Any) -> bool:
    """Whether a target is a number, or an array of numbers, that is not TensorFlow's."""
    return isinstance(target, Number) or (hasattr(target, "__array__") and not is_tensor(target))


def _seen(options: Any) -> str | None:
    return next((name for name in LOOKS if getattr(options, name) is not None), None)


def _kind(options: Any) -> str:
    flags = (kind for flag, kind in _KINDS.items() if getattr(options, flag) is not None)
    return next(flags, "gradient")


def _vector(options: Any, session: Session) -> Any:
    word = options.vjp or options.jvp or options.hvp
    return None if word is None else evaluate(word, session.namespace)


def _sources(tape: Tape, points: Sequence[Any], options: Any) -> tuple[list[str], Any, list[str]]:
    """The sources as they are written, as they are, and a label for each tensor of them."""
    if points:
        pairs = zip(options.sources, points, strict=True)
        labels = [name for word, value in pairs for name in part_names(word, value)]
        return list(options.sources), points[0] if len(points) == 1 else list(points), labels
    found = list(tape.variables)
    if not found:
        raise OptionError(say("magics-nothing-watched", target=options.target))
    labels = [tape.name_of(source) or f"source {place}" for place, source in enumerate(found)]
    return labels, found[0] if len(found) == 1 else found, labels


def _tensors_of(tape: Tape, session: Session) -> list[str]:
    """The names that the recorded cell bound to tensors, in the order of the cell."""
    cell = session.cell_of(tape)
    if cell is None:
        return []
    tree = ast.Module(list(cell.statements), [])
    names = dict.fromkeys(assigned_names(tree))
    return [name for name in names if name in session.namespace and tape.knows(session.namespace[name])]
