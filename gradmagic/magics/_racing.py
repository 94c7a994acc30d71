"""`%train --race`: who runs, over which surface, and the panel for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradmagic import training
from gradmagic.errors import OptionError
from gradmagic.magics._names import evaluate
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.magics._defaults import GradMagic
    from gradmagic.magics._session import Session

__all__ = ["raced"]


def raced(
    options: Any, loss: Any, variables: Any, arguments: dict[str, Any], session: Session, defaults: GradMagic
) -> training.Race:
    """Return the race that the options ask for.

    Raises:
        GradmagicError: a learner's mistake; the message names the fix.
    """
    if options.optimizer is not None:
        raise OptionError(say("magics-race-optimizer", optimizer=options.optimizer))
    names = session.namespace
    arguments.pop("optimizer")
    arguments["learning_rate"] = (
        defaults.learning_rate if options.learning_rate is None else options.learning_rate
    )
    racers = {word: _racer(word, names) for word in options.race}
    return training.race(loss, variables, racers, surface=_surface(options.surface, names), **arguments)


def _racer(word: str, names: dict[str, Any]) -> Any:
    """An optimizer's name with or without a rate, or what the word stands for."""
    if word.partition(":")[0].lower() in training.optimizer_names():
        return word
    return evaluate(word, names) if word in names or not word.isidentifier() else word


def _surface(words: Any, names: dict[str, Any]) -> Any:
    """Names of numbers as they are; names of lists of arrays by their value: directions."""
    if words is None or isinstance(words, str):
        return words
    values = [names.get(word) for word in words]
    if all(isinstance(value, list | tuple) for value in values):
        return tuple(values)
    return words
