"""What can be moved: every hyperparameter with its range and its scale."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Knob", "batch_knob", "knobs", "settings_knobs", "speed_knob"]

# The order in which they are shown; what is not named comes after them, as the optimizer has it.
_ORDER = ("learning_rate", "momentum", "beta_1", "beta_2", "rho", "weight_decay", "clip_norm")

# On a logarithmic scale, this many times below and above the value.
_DECADES = 3

# A learning rate of which hardly any training comes back.
_FAST = 10.0

# At most these; a momentum of 1 never comes to rest.
_HIGHEST = {"momentum": 0.999, "beta_1": 0.999, "rho": 0.999, "ema_momentum": 0.999}
_NEAR_ONE = ("beta_2",)


@dataclass(frozen=True)
class Knob:
    """A hyperparameter that can be moved.

    Attributes:
        name: As `Run.set` takes it.
        value: What it is now.
        scale: `"linear"`; `"log"`; `"near one"`, logarithmic in `1 - value`; `"count"`, logarithmic and
            whole; `"whole"`; or `"powers"`, whole powers of two and `high`.
        low: The smallest value.
        high: The largest value.
    """

    name: str
    value: float
    scale: str
    low: float
    high: float


def knobs(values: Mapping[str, float]) -> tuple[Knob, ...]:
    """Return the knobs for `Run.hyperparameters`, in the order in which they are shown."""
    # Keras keeps this one even where no average is taken.
    names = [name for name in values if name != "ema_momentum"]
    names.sort(key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    return tuple(_knob(name, _short(values[name])) for name in names)


def settings_knobs(
    *, seed: int | None, steps: int, most: int, batch: int | None, rows: int, start_noise: float
) -> tuple[Knob, ...]:
    """Return the knobs of a whole training besides its hyperparameters.

    Args:
        seed: The seed, `None` where there is none to move.
        steps: The number of steps.
        most: The largest number of steps.
        batch: Rows of a batch, `None` without batches.
        rows: Rows of the data.
        start_noise: The standard deviation of noise on the start.
    """
    found = [Knob("steps", steps, "count", 10, min(most, max(10_000, 10 * steps)))]
    if batch is not None:
        found.append(batch_knob(batch, rows))
    found.append(Knob("start_noise", start_noise, "linear", 0.0, max(3.0, start_noise)))
    if seed is not None:
        found.append(Knob("seed", seed, "whole", 0, max(99, seed)))
    return tuple(found)


def batch_knob(batch: int, rows: int) -> Knob:
    """Return the knob for the rows of a batch, of so many rows."""
    return Knob("batch", batch, "powers", 1, rows)


def speed_knob(speed: float | None, steps: int) -> Knob:
    """Return the knob for the steps a second of a run; its end stands for as many as can be made.

    Args:
        speed: What it is now, `None` for no limit.
        steps: The steps of the run.
    """
    high = float(max(1000, 10 * steps))
    return Knob("speed", high if speed is None else min(float(f"{speed:.3g}"), high), "log", 1.0, high)


def _knob(name: str, value: float) -> Knob:
    if name in _NEAR_ONE and 0 < value < 1:
        return Knob(name, value, "near one", min(0.0, value), max(0.99999, value))
    if name in _HIGHEST and value < 1:
        return Knob(name, value, "linear", 0.0, max(_HIGHEST[name], value))
    if value > 0:
        power = math.floor(math.log10(value) + 1e-9)
        low, high = 10.0 ** (power - _DECADES), 10.0 ** (power + _DECADES)
        if name == "learning_rate":
            high = min(high, max(_FAST, 10.0 ** (power + 1)))
        return Knob(name, value, "log", low, high)
    return Knob(name, value, "linear", 0.0, 1.0)


def _short(value: float) -> float:
    """The number that was written, not the float32 that it became."""
    return float(f"{value:.6g}")
