"""What happens to gradients before the optimizer sees them: noise, clipping; and weight decay beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradmagic.tape import tensorflow
from gradmagic.training._settings import Settings

__all__ = ["Transform"]

# Each variable has a stream of random numbers of its own, and each seed so many of them.
_STREAMS = 65_536


class Transform:
    """Gradient noise, clipping and weight decay, in this order; each is off unless asked for.

    What was asked for is kept in variables, so that it can be changed without tracing anew.

    Attributes:
        hyperparameters: `{name: variable}` of those that are on.
    """

    def __init__(self, settings: Settings) -> None:
        """Take from the settings what is asked for."""
        tf = tensorflow()
        asked = {
            "noise": settings.noise,
            "clip_value": settings.clip_value,
            "clip_norm": settings.clip_norm,
            "clip_global_norm": settings.clip_global_norm,
            "weight_decay": settings.weight_decay,
        }
        self.hyperparameters = {
            name: tf.Variable(value, trainable=False, dtype=tf.float64, name=name)
            for name, value in asked.items()
            if value is not None
        }
        # A variable, as the others are: another seed traces nothing anew.
        self._stream = tf.Variable((settings.seed or 0) * _STREAMS, trainable=False, dtype=tf.int64)

    def reseed(self, seed: int) -> None:
        """Draw the noise of another seed from now on."""
        self._stream.assign(seed * _STREAMS)

    @property
    def needs_step(self) -> bool:
        """Whether the number of the step is needed."""
        return "noise" in self.hyperparameters

    def gradients(self, gradients: Sequence[Any], step: Any) -> list[Any]:
        """Return the gradients with noise and clipped.

        Noise is normal with the standard deviation asked for, drawn from the seed and the number of
        the step. `clip_value` bounds each element, `clip_norm` the Euclidean norm of each gradient,
        `clip_global_norm` that of all together (Pascanu et al., 2013, arXiv:1211.5063).

        Args:
            gradients: One for each variable, `None` where there is none.
            step: Shape `()`, the number of updates made before.
        """
        tf = tensorflow()
        clips = any(name.startswith("clip") for name in self.hyperparameters)
        # A sparse gradient may name a row twice; its norm is that of the sum.
        found = [_dense(gradient) if clips else gradient for gradient in gradients]
        if "noise" in self.hyperparameters:
            found = [self._noisy(grad, step, place) for place, grad in enumerate(found)]
        if "clip_value" in self.hyperparameters:
            bound = self.hyperparameters["clip_value"]
            found = [_each(tf.clip_by_value, grad, -_like(bound, grad), _like(bound, grad)) for grad in found]
        if "clip_norm" in self.hyperparameters:
            bound = self.hyperparameters["clip_norm"]
            found = [_each(tf.clip_by_norm, grad, _like(bound, grad)) for grad in found]
        if "clip_global_norm" in self.hyperparameters:
            kind = next(grad.dtype for grad in found if grad is not None)
            found, _ = tf.clip_by_global_norm(found, tf.cast(self.hyperparameters["clip_global_norm"], kind))
        return list(found)

    def decay(self, variables: Sequence[Any], rate: Any) -> None:
        """Shrink the variables by `learning_rate * weight_decay` of themselves, as AdamW does.

        Decoupled weight decay (Loshchilov and Hutter, 2019, arXiv:1711.05101).
        """
        if "weight_decay" not in self.hyperparameters:
            return
        tf = tensorflow()
        for variable in variables:
            share = _like(self.hyperparameters["weight_decay"], variable) * tf.cast(rate, variable.dtype)
            variable.assign_sub(variable * share)

    def _noisy(self, gradient: Any, step: Any, place: int) -> Any:
        if gradient is None:
            return None
        tf = tensorflow()
        gradient = tf.convert_to_tensor(gradient)
        seed = tf.stack([self._stream + place, tf.cast(step, tf.int64)])
        # Philox gives the same numbers in the eager loop, in a graph and under XLA.
        noise = tf.random.stateless_normal(tf.shape(gradient), seed, dtype=gradient.dtype, alg="philox")
        return gradient + noise * _like(self.hyperparameters["noise"], gradient)


def _like(value: Any, gradient: Any) -> Any:
    tf = tensorflow()
    return tf.cast(value, tf.float32 if gradient is None else gradient.dtype)


def _each(clip: Any, gradient: Any, *bounds: Any) -> Any:
    return None if gradient is None else clip(gradient, *bounds)


def _dense(gradient: Any) -> Any:
    return None if gradient is None else tensorflow().convert_to_tensor(gradient)
