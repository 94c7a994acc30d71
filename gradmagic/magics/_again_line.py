"""The one `%train` line that trains with what a panel shows, or races again."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from gradmagic.magics._options import MAGICS, OPTIONS
from gradmagic.messages import say
from gradmagic.training import optimizer_code_with

__all__ = ["again_line", "race_line"]

# What is not about the numbers.
_LEFT_OUT = ("live", "explore", "race", "surface", "sweep", "code", "output", "checkpoint", "resume")

# Options by the names of what they set, where these differ.
_OPTION_OF = {"steps": "training-steps"}


def again_line(
    options: Any,
    magic: str,
    values: Mapping[str, float],
    *,
    asked: Mapping[str, float],
    settings: Any,
    namespace: Mapping[str, Any],
) -> str:
    """Return the line.

    Args:
        options: What was parsed of the line that opened the panel.
        magic: `"train"` or `"train_cell"`.
        values: What the knobs have.
        asked: What they had at first.
        settings: The settings of the training.
        namespace: The learner's names.
    """
    shape = MAGICS[magic]
    given = {
        name: getattr(options, name.replace("-", "_")) for name in shape.options if name not in _LEFT_OUT
    }
    for name, value in _chosen(values, asked, settings).items():
        given[_OPTION_OF.get(name, name.replace("_", "-"))] = value
    if "steps" in values:
        given["epochs"] = None
    elif settings.epochs is None:
        given["training-steps"] = settings.steps
    own = {name: value for name, value in values.items() if not _has_option(name, settings)}
    moved = {name: value for name, value in own.items() if value != asked.get(name)}
    if isinstance(settings.optimizer, str) and not moved:
        given["optimizer"] = settings.optimizer
    elif isinstance(settings.optimizer, str) or _differ(values, asked, settings):
        code = optimizer_code_with(settings, _optimizers(values, settings), _tensorflow(namespace))
        if code is None:
            changed = ", ".join(f"{name}={value!r}" for name, value in _optimizers(values, settings).items())
            return say("steer-own-optimizer", values=changed)
        given["optimizer"], given["learning-rate"], given["momentum"] = code, None, None
    return _line(options, magic, given)


def race_line(options: Any, magic: str, **known: Any) -> str:
    """Return the line of a race, with what it took from the defaults written out.

    Args:
        options: What was parsed of the line that began it.
        magic: `"train"` or `"train_cell"`.
        known: By the names of `train`'s arguments, what was in force.
    """
    given = {name: getattr(options, name.replace("-", "_")) for name in MAGICS[magic].options}
    given |= {_OPTION_OF.get(name, name.replace("_", "-")): value for name, value in known.items()}
    if given["epochs"] is not None:
        given["training-steps"] = None
    return _line(options, magic, given)


def _line(options: Any, magic: str, given: Mapping[str, Any]) -> str:
    """The line with these options."""
    shape = MAGICS[magic]
    words = [f"{shape.sign}{shape.name.removesuffix('_cell')}", *_operands(options, shape.operands)]
    for name in shape.options:
        value = given.get(name)
        if value is None or value is False:
            continue
        flag = OPTIONS[name].flags[-1]
        words += [flag] if OPTIONS[name].metavar is None else [flag, _written(value)]
    return " ".join(words)


# Each of these is an option, not the optimizer's.
_OPTIONS = frozenset({"start_noise", "steps", "batch", "seed", "speed"})
_OF_BY_NAME = frozenset({"learning_rate", "momentum"})
_WHOLE = ("steps", "batch", "seed")


def _has_option(name: str, settings: Any) -> bool:
    """Whether a value is given by an option; AdamW has a weight decay of its own, for one."""
    if name in _OPTIONS:
        return True
    if name in _OF_BY_NAME:
        return isinstance(settings.optimizer, str)
    return getattr(settings, name, None) is not None


def _chosen(values: Mapping[str, float], asked: Mapping[str, float], settings: Any) -> dict[str, Any]:
    """What the knobs say, by the names of `train`'s arguments."""
    found: dict[str, Any] = {
        name: int(value) if name in _WHOLE else value
        for name, value in values.items()
        if name != "speed" and _has_option(name, settings)
    }
    if not found.get("start_noise"):
        found.pop("start_noise", None)
    if settings.momentum is None and found.get("momentum") == asked.get("momentum"):
        found.pop("momentum", None)  # the optimizer's own
    return found


def _optimizers(values: Mapping[str, float], settings: Any) -> dict[str, float]:
    """Those of the values that the optimizer itself has."""
    return {
        name: value
        for name, value in values.items()
        if name in _OF_BY_NAME or not _has_option(name, settings)
    }


def _differ(values: Mapping[str, float], asked: Mapping[str, float], settings: Any) -> bool:
    return any(value != asked.get(name) for name, value in _optimizers(values, settings).items())


def _tensorflow(namespace: Mapping[str, Any]) -> str:
    """What the learner calls TensorFlow."""
    for name in ("tf", *namespace):
        value = namespace.get(name)
        if isinstance(value, ModuleType) and value.__name__ == "tensorflow":
            return name
    return "__import__('tensorflow')"


def _operands(options: Any, names: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        value = getattr(options, name)
        found += value if isinstance(value, list) else [] if value is None else [value]
    return [_written(word) for word in found]


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e6 else repr(value)
    text = str(value)
    if not any(character.isspace() for character in text):
        return text
    return f'"{text}"' if '"' not in text else f"'{text}'"
