"""From the symptom to the cause, and to the sentences."""

from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np

from gradmagic.messages import say
from gradmagic.tape import LayerFlow
from gradmagic.training._seed import may_draw
from gradmagic.training.diagnosis._asked import Asked, Curved
from gradmagic.training.diagnosis._curvature import extremes, largest
from gradmagic.training.diagnosis._diagnosis import Diagnosis
from gradmagic.training.diagnosis._evidence import Evidence
from gradmagic.training.diagnosis._scales import Unscaled
from gradmagic.training.diagnosis._spots import Spot
from gradmagic.training.diagnosis._symptoms import Symptom, find_symptom, flat_since, is_flat
from gradmagic.training.diagnosis._words import digits, rough, round_down, safe_form, span

__all__ = ["diagnose"]

# A change of the variables by their own size would change the loss by less than a thousandth: the gradient is
# as good as 0. By more than a twentieth: there is something left to gain.
STATIONARY, MOVING = 1e-3, 0.05
# One step of the right length would gain a twentieth of the loss.
WORTH = 0.05
# A negative eigenvalue of a twentieth of the largest is no rounding, and no noise of a net near its minimum.
SADDLE = 0.05
# On data that are not scaled: half of the loss is still to be gained, while the steps gain a hundredth.
LEFT_TO_GAIN = 0.5
# Of a loss that has fallen by nineteen twentieths it is not said that a layer could not learn.
DONE = 0.05
# What has moved by less than a hundredth of itself has not learned.
UNMOVED = 0.01
# An adaptive optimizer moves each number by about the learning rate, at each step.
LONG_STEP = 0.01
# From layer to layer; see `tape.gradient_flow`. Two layers are not enough for a gradient to grow on its way.
DEEP, GROWN = 3, 1e3
# A loss that has fallen so far below 0, in units of its first value, has no smallest value.
UNBOUNDED = 1e3
# A rate so near the bound neither settles nor diverges: power iteration is exact to one in a thousand.
AT_THE_BOUND = 0.998


def diagnose(evidence: Evidence, *, deep: bool = True) -> Diagnosis:
    """Say what went wrong in a training, if anything did.

    Args:
        evidence: The training.
        deep: Also run the loss again where the history shows no symptom.

    Returns:
        Three sentences at most; `kind` is `"none"` where nothing points to a problem.
    """
    history = evidence.history
    symptom = find_symptom(
        history.loss,
        history.grad_norm,
        evidence.last_loss,
        diverged=evidence.not_finite is not None,
        all_rows=evidence.all_rows,
        random=may_draw(evidence.problem.reached),
    )
    case = _Case(evidence, symptom or Symptom("none", 0))
    found: Diagnosis | None = None
    if symptom is not None:
        found = {
            "diverged": case.grown,
            "growing": case.grown,
            "spike": case.spike,
            "swinging": case.swinging,
            "stalled": case.stalled,
        }[symptom.name]()
    elif deep and len(history) and is_flat(np.asarray(history.loss, np.float64)):
        found = case.flat()
    return found or case.nothing()


class _Case:
    def __init__(self, evidence: Evidence, symptom: Symptom) -> None:
        self.evidence, self.since = evidence, symptom.since
        self.loss = np.asarray(evidence.history.loss, np.float64)
        self.ask = Asked(evidence)

    # -- one for each symptom ---------------------------------------------------------------------

    def grown(self) -> Diagnosis:
        """The loss grew, or is not finite any more."""
        evidence, since = self.evidence, self.since
        spot = self.ask.first_not_finite() if evidence.not_finite is not None else None
        sudden = since == len(self.loss) - 1
        if evidence.not_finite is None:
            what = say("diagnosis-what-growing", since=since, low=self._at(since), high=self._last)
        else:
            ending = ("sudden" if sudden else "diverged") if spot is None else "diverged-spot"
            what = say(
                "diagnosis-what-undefined" if sudden and spot is not None else f"diagnosis-what-{ending}",
                since=since,
                low=self._at(since),
                loss=digits(evidence.not_finite),
                step=len(self.loss),
                operation="" if spot is None else spot.operation,
                at="" if spot is None else spot.at,
            )
        explosion = self._explosion()
        if explosion is not None:
            return self._made("exploding", spot, explosion[1], what, explosion[0], say("diagnosis-try-clip"))
        curved = self.ask.too_fast(self.since)
        if curved is None and sudden:
            undefined = self._undefined(spot, what)
            if undefined is not None:
                return undefined
        column = self.ask.column if curved is not None or self.ask.descent is None else None
        if column is not None:
            return self._unscaled(column, curved, spot, what)
        if curved is not None:
            numbers = self._curved_numbers(curved)
            return self._made(
                "rate-too-high", spot, numbers, what, self._why_rate(curved), self._slower(curved)
            )
        return self._made("diverged", spot, self._rate_number, what, self._why_long, self._slower(None))

    def _undefined(self, spot: Spot | None, what: str) -> Diagnosis | None:
        """From one step to the next the loss was not finite any more."""
        first, last = float(self.loss[0]), float(self.loss[-1])
        if last < 0 and abs(last) >= UNBOUNDED * max(abs(first), 1.0):
            why = say("diagnosis-why-unbounded", first=self._at(0))
            return self._made("diverged", spot, {"loss": last}, what, why, say("diagnosis-try-bound"))
        if not self.ask.may_look:
            why = say("diagnosis-why-unseen")
            return self._made("diverged", None, {}, what, why, say("diagnosis-try-debug"))
        safe = None if spot is None else safe_form(spot.operation)
        if spot is None or safe is None:
            return None
        key = "diagnosis-why-input-backward" if spot.backward else "diagnosis-why-input"
        numbers = {"low": spot.low, "high": spot.high}
        why = say(key, span=span(spot.low, spot.high))
        return self._made("diverged", spot, numbers, what, why, say("diagnosis-try-safe", example=safe))

    def spike(self) -> Diagnosis:
        """One gradient was far beyond the usual, and the loss jumped."""
        norms = np.asarray(self.evidence.history.grad_norm, np.float64)
        usual = float(np.median(norms[max(0, self.since - 100) : self.since]))
        times = float(norms[self.since]) / usual if usual else math.inf
        what = say(
            "diagnosis-what-spike",
            since=self.since,
            times=rough(times),
            low=self._at(self.since),
            high=digits(float(self.loss[self.since : self.since + 5].max())),
        )
        numbers = {"grad_norm": float(norms[self.since]), "usual_grad_norm": usual}
        why = say("diagnosis-why-spike")
        return self._made("exploding", None, numbers, what, why, say("diagnosis-try-clip"))

    def swinging(self) -> Diagnosis:
        """The loss goes up and down and does not get better."""
        tail = self.loss[-(len(self.loss) // 4) :]
        low, high = float(tail.min()), float(tail.max())
        what = say("diagnosis-what-swinging", since=self.since, low=digits(low), high=digits(high))
        curved = self.ask.too_fast(self.since)
        numbers = {"low": low, "high": high} | (
            self._rate_number if curved is None else self._curved_numbers(curved)
        )
        why = self._why_long if curved is None else self._why_rate(curved)
        return self._made("oscillation", None, numbers, what, why, self._slower(curved))

    def stalled(self) -> Diagnosis | None:
        """The loss does not get better, and never got much better."""
        found = self.flat()
        if found is not None:
            return found
        norm, share = self.ask.gradient()
        if share < STATIONARY:
            return self._saturated() or self._saddle(norm)
        if share < MOVING:
            return None
        curved = self.ask.too_fast(self.since, margin=AT_THE_BOUND)
        if curved is not None and self.evidence.all_rows:
            numbers = self._curved_numbers(curved)
            why, again = self._why_rate(curved), self._slower(curved)
            return self._made("rate-too-high", None, numbers, self._still, why, again)
        if self.ask.column is not None:
            return self._unscaled(self.ask.column, None, None, self._still)
        return self._slow(norm)

    def flat(self) -> Diagnosis | None:
        """The loss does not get better any more: is there a reason beside that it is done?"""
        self.since = flat_since(self.loss)
        dead = self.ask.dead()
        if dead is not None:
            rate = self._rate
            why = say(
                "diagnosis-why-dead",
                dead=dead.dead,
                units=dead.units,
                operation=dead.spot.operation,
                at=dead.spot.at,
            )
            again = (
                say("diagnosis-try-leaky-alone")
                if rate is None
                else say("diagnosis-try-leaky", rate=digits(rate / 10))
            )
            numbers = {"dead": float(dead.dead), "units": float(dead.units)}
            return self._made("dead-relu", dead.spot, numbers, self._still, why, again)
        vanished = self._vanished()
        if vanished is not None:
            return vanished
        gain = None if self.ask.column is None else self.ask.gain()
        if (
            self.ask.column is not None
            and gain is not None
            and gain >= LEFT_TO_GAIN * abs(self.evidence.last_loss)
        ):
            return self._unscaled(self.ask.column, None, None, self._still)
        return None

    def nothing(self) -> Diagnosis:
        """Nothing points to a problem."""
        if not len(self.loss):
            return Diagnosis("none")
        return Diagnosis("none", sentences=(say("diagnosis-none", first=self._at(0), last=self._last),))

    # -- causes -----------------------------------------------------------------------------------

    def _unscaled(self, column: Unscaled, curved: Curved | None, spot: Spot | None, what: str) -> Diagnosis:
        reader = self.ask.reader(column)
        values = {
            "name": f"`{column.name}`",
            "at": "" if reader is None else reader.at,
            "mean": digits(column.mean),
            "deviation": digits(column.deviation),
            "typical": digits(column.typical),
        }
        numbers = {"mean": column.mean, "deviation": column.deviation, "typical": column.typical}
        key = "diagnosis-why-far" if column.is_far else "diagnosis-why-wide"
        if curved is not None:
            numbers |= self._curved_numbers(curved)
            why = say(f"{key}-rate", **values, **self._curved_words(curved))
        else:
            why = say(key, **values)
        if column.array == column.name:
            again = say("diagnosis-try-scale-far", **values | {"name": column.name})
        elif column.is_far:
            again = say("diagnosis-try-scale-column", **values)
        else:
            again = say("diagnosis-try-scale-columns", array=column.array)
        return self._made("unscaled-data", reader or spot, numbers, what, why, again)

    def _saturated(self) -> Diagnosis | None:
        spot = self.ask.saturated()
        if spot is None:
            return None
        if self.ask.column is not None:
            return self._unscaled(self.ask.column, None, spot, self._still)
        why = say(
            "diagnosis-why-saturated",
            operation=spot.operation,
            at=spot.at,
            span=span(spot.low, spot.high),
        )
        numbers = {"low": spot.low, "high": spot.high}
        return self._made("vanishing", spot, numbers, self._still, why, say("diagnosis-try-logits"))

    def _saddle(self, norm: float) -> Diagnosis | None:
        found = self.ask.curvature("now", extremes)
        if found is None or found[0] >= -SADDLE * max(abs(found[1]), abs(found[0])):
            return None
        why = say("diagnosis-why-saddle", norm=rough(norm), curvature=rough(found[0]))
        numbers = {"grad_norm": norm, "lambda_min": found[0]}
        return self._made("plateau", None, numbers, self._still, why, say("diagnosis-try-start"))

    def _slow(self, norm: float) -> Diagnosis | None:
        """The gradient is not small, the steps are."""
        rate = self._rate
        curvature = self.ask.curvature("now", largest)
        if rate is None or curvature is None or curvature <= 0:
            return None
        if norm**2 / (2 * curvature) < WORTH * abs(self.evidence.last_loss):
            return None
        better = round_down(1 / curvature) if self.ask.descent is not None else 10 * rate
        if better <= rate:
            return None
        why = say("diagnosis-why-slow", norm=rough(norm), rate=digits(rate))
        numbers = {"grad_norm": norm, "lambda_max": curvature, "learning_rate": rate}
        return self._made(
            "plateau", None, numbers, self._still, why, say("diagnosis-try-rate", rate=digits(better))
        )

    def _explosion(self) -> tuple[str, dict[str, float]] | None:
        """The sentence of a gradient that grows from layer to layer, and its numbers."""
        flow = self.ask.flow()
        if flow is None or len(flow.layers) < DEEP or flow.verdict != "exploding":
            return None
        layers = [layer for layer in flow.layers if layer.typical]
        first = next(layer for layer in layers if flow.verdict_of(layer.name) == "exploding")
        last = min(layers[layers.index(first) :], key=lambda layer: layer.typical or 0.0)
        numbers = _typical(last, first)
        if numbers["largest"] >= GROWN * numbers["smallest"]:
            return _between("diagnosis-why-exploding", first, last), numbers
        # Large in every layer: only a stack of matrices makes that by itself.
        stack = sum(any(len(one.shape) > 1 for one in layer.variables) for layer in layers)
        if stack < DEEP or self.ask.column is not None:
            return None
        ratio = max(layer.ratio or 0.0 for layer in layers)
        return say("diagnosis-why-exploding-weights", ratio=rough(ratio)), {"ratio": ratio}

    def _vanished(self) -> Diagnosis | None:
        """Layers that the gradient hardly reached at the start, and that have not moved since."""
        if abs(self.evidence.last_loss) <= DONE * abs(float(self.loss[0])):
            return None
        flow = self.ask.flow()
        found = [] if flow is None else [one for one in flow.findings if one.verdict == "vanishing"]
        if flow is None or not found or len(flow.layers) < DEEP:
            return None
        if self.ask.moved(flow, found[0].layers) > UNMOVED:
            return None
        layers = [layer for layer in flow.layers if layer.typical]
        first = next(layer for layer in layers if layer.name in found[0].layers)
        last = max(layers, key=lambda layer: layer.typical or 0.0)
        slope = self.ask.slope()
        why = _between("diagnosis-why-vanishing", first, last, at="" if slope is None else slope.at)
        again = say("diagnosis-try-relu")
        return self._made("vanishing", slope, _typical(first, last), self._still, why, again)

    # -- words --------------------------------------------------------------------------------------

    @property
    def _rate(self) -> float | None:
        rates = self.evidence.history.learning_rate
        rate = float(rates[min(self.since, len(rates) - 1)])
        return rate if math.isfinite(rate) and rate > 0 else None

    @property
    def _rate_number(self) -> dict[str, float]:
        return {} if self._rate is None else {"learning_rate": self._rate}

    @property
    def _last(self) -> str:
        last = self.evidence.last_loss
        return digits(last if math.isfinite(last) else float(self.loss[-1]))

    @property
    def _still(self) -> str:
        return say("diagnosis-what-stalled", loss=self._last, since=self.since)

    @property
    def _why_long(self) -> str:
        if self._rate is None:
            return say("diagnosis-why-no-rate")
        return say("diagnosis-why-rate-unknown", rate=digits(self._rate))

    def _at(self, step: int) -> str:
        return digits(float(self.loss[min(step, len(self.loss) - 1)]))

    def _why_rate(self, curved: Curved) -> str:
        rate = float(self.evidence.history.learning_rate[min(curved.step, len(self.loss) - 1)])
        return say("diagnosis-why-rate", rate=digits(rate), at=curved.step, **self._curved_words(curved))

    def _curved_words(self, curved: Curved) -> dict[str, str]:
        formula = "" if self.ask.descent is None else self.ask.descent.formula
        return {
            "formula": formula,
            "bound": rough(curved.bound),
            "curvature": rough(curved.value),
            "rows": "" if self.evidence.sees_all else say("diagnosis-rows"),
        }

    def _curved_numbers(self, curved: Curved) -> dict[str, float]:
        return {"lambda_max": curved.value, "bound": curved.bound, **self._rate_number}

    def _slower(self, curved: Curved | None) -> str:
        if curved is not None:
            return say("diagnosis-try-rate", rate=digits(round_down(curved.bound / 2)))
        if self._rate is None:
            return say("diagnosis-try-shorter")
        tenth = self._rate / 10
        return say("diagnosis-try-rate", rate=digits(tenth if self.ask.descent else min(tenth, LONG_STEP)))

    def _made(self, kind: str, spot: Spot | None, numbers: dict[str, float], *sentences: str) -> Diagnosis:
        line, expression = (0, "") if spot is None else (spot.line, spot.expression)
        return Diagnosis(kind, self.since, line, expression, MappingProxyType(dict(numbers)), sentences)


def _typical(small: LayerFlow, large: LayerFlow) -> dict[str, float]:
    return {"smallest": small.typical or 0.0, "largest": large.typical or 0.0}


def _between(key: str, first: LayerFlow, last: LayerFlow, **words: str) -> str:
    sizes = sorted((first.typical or 0.0, last.typical or 0.0))
    return say(key, small=rough(sizes[0]), large=rough(sizes[1]), first=first.name, last=last.name, **words)
