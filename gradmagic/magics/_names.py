"""From a word on a magic's line to the learner's object, and from an object to names for its parts."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from typing import Any

from gradmagic.errors import OptionError
from gradmagic.messages import say
from gradmagic.tape import is_tensor

__all__ = ["evaluate", "learners_names", "part_names", "undefined"]

# What IPython puts into every namespace.
_NOT_THE_LEARNERS = frozenset({"In", "Out", "exit", "get_ipython", "open", "quit"})


def evaluate(word: str, namespace: dict[str, Any]) -> Any:
    """Return what a word stands for in the learner's namespace: a name, a number, any expression.

    Raises:
        OptionError: the word is not an expression, or it uses a name that is not defined.
    """
    try:
        tree = ast.parse(word.strip(), mode="eval")
    except SyntaxError:
        raise OptionError(say("magics-not-expression", word=word)) from None
    try:
        return eval(compile(tree, "<magic>", "eval"), namespace)  # the learner's own words
    except NameError as error:
        name = error.name or word
        if name in namespace:
            raise
        raise undefined(name, namespace) from None
    except Exception as error:
        raise OptionError(
            say("magics-expression-failed", word=word, kind=type(error).__name__, error=error)
        ) from error


def undefined(name: str, namespace: Mapping[str, Any]) -> OptionError:
    """Return the error for a name that is not defined, with a close one if there is any."""
    close = difflib.get_close_matches(name, learners_names(namespace), n=1, cutoff=0.6)
    if close:
        return OptionError(say("magics-undefined-close", name=name, close=close[0]))
    return OptionError(say("magics-undefined", name=name))


def learners_names(namespace: Mapping[str, Any]) -> list[str]:
    """Return the names that the learner has given: not IPython's own, and none that begins with `_`."""
    return [name for name in namespace if not name.startswith("_") and name not in _NOT_THE_LEARNERS]


def part_names(word: str, value: Any) -> list[str]:
    """Return a name for each tensor of a value: `w`, `model.weights[0]`, `params['b']`.

    The order is that of TensorFlow's structures: dicts by sorted key.
    """
    if is_tensor(value):
        return [word]
    if isinstance(value, Mapping):
        return [name for key in sorted(value) for name in part_names(f"{word}[{key!r}]", value[key])]
    if isinstance(value, (list, tuple)):
        return [name for index, part in enumerate(value) for name in part_names(f"{word}[{index}]", part)]
    return [word]
