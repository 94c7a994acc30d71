"""Race: the same start, the same data, several optimizers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradmagic._views import view
from gradmagic.errors import ArgumentError, LossError
from gradmagic.messages import say
from gradmagic.training._settings import DEFAULT_RACERS, SURFACE_KINDS, checked_rate, suggestion
from gradmagic.training._train import prepared
from gradmagic.training.races._plane import coordinates, plane_for
from gradmagic.training.races._racer import Racer, Ran, run_racer
from gradmagic.training.races._surface import Surface, surface_of
from gradmagic.training.update import optimizer_names

__all__ = ["Race", "race"]

# More curves than this nobody can tell apart.
MAX_RACERS = 8

# An optimizer has arrived when this share of the way down is behind it.
ARRIVED = 0.99


@dataclass(frozen=True, eq=False, repr=False)
class Race:
    """What came of a race; the variables are as they were before it.

    Attributes:
        racers: One for each optimizer, in the order that was asked.
        total: The steps that were asked of each.
        surface: The loss around their paths, `None` unless asked.
        variables: What was trained.
    """

    racers: tuple[Racer, ...]
    total: int
    surface: Surface | None
    variables: Sequence[Any]

    def __len__(self) -> int:
        """Return the number of racers."""
        return len(self.racers)

    def __iter__(self) -> Iterator[Racer]:
        """Go through the racers."""
        return iter(self.racers)

    def __getitem__(self, label: str | int) -> Racer:
        """Return a racer by its label, or its place in the order that was asked."""
        if isinstance(label, int):
            return self.racers[label]
        for racer in self.racers:
            if racer.label == label:
                return racer
        known = ", ".join(racer.label for racer in self.racers)
        raise ArgumentError(say("race-no-racer", label=repr(label), known=known))

    @property
    def best(self) -> int | None:
        """The racer whose loss at the end is the smallest; `None` if all diverged."""
        losses = [
            racer.loss if racer.status != "diverged" and np.isfinite(racer.loss) else np.inf
            for racer in self.racers
        ]
        return int(np.argmin(losses)) if np.isfinite(losses).any() else None

    def arrival(self, label: str | int) -> int | None:
        """Return after how many steps a racer had 99 % of the way down behind it, `None` if never.

        The way goes from the loss at the start to the smallest loss that any of them saw.
        """
        lowest = min(self._lowest(racer) for racer in self.racers)
        racer = self[label]
        losses = np.append(racer.history.loss, racer.loss)
        start = losses[0]
        if not start > lowest:
            return None
        there = np.flatnonzero(losses <= start - ARRIVED * (start - lowest))
        return int(there[0]) if len(there) else None

    def keep(self, label: str | int | None = None) -> Racer:
        """Give the variables the values that a racer ended with; return the racer.

        Args:
            label: Its label or place; the best one's unless given.
        """
        place = self.best if label is None else label
        racer = self[0 if place is None else place]
        for variable, value in zip(self.variables, racer.parameters.values(), strict=True):
            variable.assign(value)
        return racer

    def plot(self) -> Any:
        """Return a Matplotlib figure: the surface with the paths, if there is one, and all losses."""
        return view("plot_race", self)

    def __repr__(self) -> str:
        """Return the text that a notebook shows."""
        return str(view("race_text", self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return view("race_bundle", self)

    @staticmethod
    def _lowest(racer: Racer) -> float:
        losses = np.append(racer.history.loss, racer.loss)
        finite = losses[np.isfinite(losses)]
        return float(finite.min()) if finite.size else np.inf


def race(
    loss: Callable[..., Any],
    variables: Any = None,
    optimizers: Sequence[Any] | Mapping[str, Any] = DEFAULT_RACERS,
    *,
    surface: Any = None,
    **options: Any,
) -> Race:
    """Train with several optimizers, each from the same start, on the same data, with the same seed.

    Args:
        loss: As for `train`.
        variables: As for `train`.
        optimizers: Names of `optimizer_names()`, with a learning rate of their own if need be
            (`"adam:0.1"`), optimizers of Keras or your own; or `{label: optimizer}`.
        surface: What is drawn under the paths: two names of numbers, such as `("a", "b")` or
            `("w[0]", "w[1]")`; `"pca"`, the two directions along which the paths vary most; `"random"`; or
            two directions of your own, each a list of arrays of the variables' shapes. Random ones and your
            own are filter-normalised.
        options: Of `train`; `learning_rate` is for all that are asked for by name without their own.

    Returns:
        The race. The variables and the optimizers are as they were.

    Raises:
        ArgumentError: An argument has a value that cannot be used.
        LossError: As for `train`; or a surface was asked of a loss that does something visible at each
            call, or of data that are not all there at once.

    The surface follows Li et al. 2018, Visualizing the loss landscape of neural nets.
    """
    for name in (
        "background",
        "checkpoint",
        "resume",
        "progress",
        "pace",
        "movable",
        "optimizer",
        "strategy",
    ):
        if options.pop(name, None) is not None:
            raise ArgumentError(say("race-option", name=name))
    asked = _asked(optimizers, options.pop("learning_rate", None))
    surface = _checked_surface(surface)
    walked = surface is not None and not coordinates(surface)
    ran: list[Ran] = []
    for label, own in asked.items():
        plan = prepared(loss, variables, **options, **own)
        ran.append(run_racer(label, plan, among=len(asked), walked=walked))
        if surface is not None:
            _drawable(ran[-1])
        if ran[-1].racer.status == "interrupted":
            break
    found = Race(
        tuple(one.racer for one in ran), ran[0].plan.settings.steps, None, tuple(ran[0].problem.variables)
    )
    if surface is None or any(one.racer.status == "interrupted" for one in ran):
        return found
    best, seed = found.best or 0, ran[0].plan.settings.seed
    plane = plane_for(surface, ran, best, seed)
    racers = tuple(
        replace(one.racer, steps=steps, path=path)
        for one, (steps, path) in zip(ran, plane.paths, strict=True)
    )
    drawn = surface_of(plane, ran[best], [racer.status for racer in racers], seed)
    return replace(found, racers=racers, surface=drawn)


def _asked(optimizers: Any, rate: Any) -> dict[str, dict[str, Any]]:
    """From labels to the arguments of `train` that a racer has for itself."""
    given = optimizers.items() if isinstance(optimizers, Mapping) else [(None, one) for one in optimizers]
    found: dict[str, dict[str, Any]] = {}
    for label, optimizer in given:
        named, own = optimizer, {} if rate is None else {"learning_rate": rate}
        if isinstance(optimizer, str):
            name, colon, text = optimizer.partition(":")
            named = name
            if name.lower() not in optimizer_names():
                known = ", ".join(optimizer_names())
                hint = suggestion(name, optimizer_names())
                raise ArgumentError(say("race-unknown", name=repr(name), known=known) + hint)
            if colon:
                own = {"learning_rate": _rate(text)}
        else:
            own = {}
        label = label or (optimizer if isinstance(optimizer, str) else type(optimizer).__name__)
        label = label.replace(":", " ")
        if label in found:
            raise ArgumentError(say("race-twice", label=label))
        found[label] = {"optimizer": named, **own}
    if not 1 <= len(found) <= MAX_RACERS:
        raise ArgumentError(say("race-count", count=len(found), most=MAX_RACERS))
    return found


def _rate(text: str) -> float:
    try:
        return checked_rate("learning_rate", float(text))
    except ValueError as error:
        if isinstance(error, ArgumentError):
            raise
        raise ArgumentError(say("train-rate-not-number", value=repr(text))) from None


def _checked_surface(surface: Any) -> Any:
    if surface is None or (isinstance(surface, str) and surface in SURFACE_KINDS):
        return surface
    if isinstance(surface, str):
        raise ArgumentError(say("race-surface-two", value=surface))
    if not isinstance(surface, tuple | list) or len(surface) != 2:
        raise ArgumentError(say("race-surface-two", value=repr(surface)))
    if len({isinstance(part, str) for part in surface}) > 1:
        raise ArgumentError(say("race-surface-two", value=repr(surface)))
    return tuple(surface)


def _drawable(ran: Ran) -> None:
    """Refuse before the other racers are made to run for nothing."""
    if ran.has_effects:
        raise LossError(say("race-surface-effects"))
    if ran.plan.source.whole() is None:
        raise ArgumentError(say("race-surface-streamed"))
