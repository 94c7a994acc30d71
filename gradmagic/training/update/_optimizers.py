"""The optimizers by name, all of them Keras's own classes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.training._reach import is_library_class
from gradmagic.training._settings import Settings, suggestion
from gradmagic.training.update._rates import refuse_rate

__all__ = [
    "KNOWN_OPTIMIZERS",
    "describe_optimizers",
    "make_optimizer",
    "optimizer_code_with",
    "optimizer_names",
    "optimizer_source",
]


@dataclass(frozen=True)
class _Known:
    keras_class: str
    options: Mapping[str, Any] = field(default_factory=dict)
    takes_momentum: bool = False


KNOWN_OPTIMIZERS: Mapping[str, _Known] = MappingProxyType(
    {
        "sgd": _Known("SGD", takes_momentum=True),
        "momentum": _Known("SGD", {"momentum": 0.9}, takes_momentum=True),
        "nesterov": _Known("SGD", {"momentum": 0.9, "nesterov": True}, takes_momentum=True),
        "adam": _Known("Adam"),
        "nadam": _Known("Nadam"),
        "rmsprop": _Known("RMSprop", takes_momentum=True),
        "adagrad": _Known("Adagrad"),
        "adadelta": _Known("Adadelta"),
        "adamax": _Known("Adamax"),
        "adamw": _Known("AdamW"),
        "adafactor": _Known("Adafactor"),
        "ftrl": _Known("Ftrl"),
        "lamb": _Known("Lamb"),
        "lion": _Known("Lion"),
        "muon": _Known("Muon"),
        "schedulefreeadamw": _Known("ScheduleFreeAdamW"),
    }
)


def optimizer_names() -> tuple[str, ...]:
    """Return the names that `optimizer=` takes."""
    return tuple(KNOWN_OPTIMIZERS)


def describe_optimizers() -> dict[str, str]:
    """Return `{name: one sentence}` in the language in force, for help texts."""
    return {name: say(f"train-optimizer-{name}") for name in KNOWN_OPTIMIZERS}


def make_optimizer(settings: Settings) -> Any:
    """Return the optimizer that the settings ask for: Keras's, by name, or the object itself.

    Raises:
        ArgumentError: The name is not known, or has no momentum to set; a class was given, or an optimizer
            whose learning rate is none.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        raise ArgumentError(say("train-keras-backend", backend=keras.backend.backend()))
    asked = settings.optimizer
    if isinstance(asked, str):
        known = _known(asked)
        return getattr(keras.optimizers, known.keras_class)(**_options(settings, known))
    if inspect.isclass(asked):
        known_class = issubclass(asked, keras.optimizers.Optimizer) and is_library_class(asked)
        key = "train-optimizer-class" if known_class else "train-optimizer-own-class"
        raise ArgumentError(say(key, name=asked.__name__))
    refuse_rate(asked, driven=settings.schedule is not None)
    return asked


def optimizer_source(settings: Settings, config: Mapping[str, Any]) -> str:
    """Return the Python expression that makes the same optimizer.

    Args:
        settings: What was asked.
        config: For an instance, its `get_config()` at the start.
    """
    if isinstance(settings.optimizer, str):
        known = _known(settings.optimizer)
        options = ", ".join(f"{name}={value!r}" for name, value in _options(settings, known).items())
        return f"tf.keras.optimizers.{known.keras_class}({options})"
    kind = type(settings.optimizer)
    # Keras's own classes are reached through its public name, a learner's class by the name it has.
    prefix = "tf.keras.optimizers." if kind.__module__.split(".")[0] == "keras" else ""
    return f"{prefix}{kind.__name__}.from_config({dict(config)!r})"


def optimizer_code_with(settings: Settings, values: Mapping[str, float], tensorflow: str) -> str | None:
    """Return the Python expression for the optimizer with other hyperparameters.

    Args:
        settings: What was asked.
        values: Hyperparameters by name.
        tensorflow: What TensorFlow is called where the expression will be read.

    Returns:
        The expression, `None` for a learner's own optimizer and for one around another.
    """
    import keras

    if isinstance(settings.optimizer, str):
        known = _known(settings.optimizer)
        kind, options = getattr(keras.optimizers, known.keras_class), _options(settings, known)
    else:
        kind = type(settings.optimizer)
        if kind.__module__.split(".")[0] != "keras" or kind is keras.optimizers.LossScaleOptimizer:
            return None
        usual, own = kind().get_config(), settings.optimizer.get_config()
        options = {name: value for name, value in own.items() if value != usual.get(name) and name != "name"}
    taken = inspect.signature(kind).parameters
    options |= {name: value for name, value in values.items() if name in taken and (value or name in options)}
    written = ",".join(f"{name}={value!r}" for name, value in options.items())
    return f"{tensorflow}.keras.optimizers.{kind.__name__}({written})"


def _known(name: str) -> _Known:
    if name.lower() not in KNOWN_OPTIMIZERS:
        hint = suggestion(name, optimizer_names())
        raise ArgumentError(
            say("train-optimizer-unknown", name=repr(name), known=", ".join(KNOWN_OPTIMIZERS)) + hint
        )
    return KNOWN_OPTIMIZERS[name.lower()]


def _options(settings: Settings, known: _Known) -> dict[str, Any]:
    options: dict[str, Any] = {"learning_rate": settings.learning_rate, **known.options}
    if settings.momentum is not None:
        if not known.takes_momentum:
            having = ", ".join(name for name, entry in KNOWN_OPTIMIZERS.items() if entry.takes_momentum)
            raise ArgumentError(
                say("train-no-momentum", name=settings.optimizer, value=settings.momentum, known=having)
            )
        options["momentum"] = settings.momentum
    return options
