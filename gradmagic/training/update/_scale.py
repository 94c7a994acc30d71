"""The loss is scaled before its gradients are taken, where float16 could not hold them: mixed precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow
from gradmagic.training._reach import is_library_class

__all__ = ["LossScale", "loss_scale", "optimizer_for", "skips_steps"]


class LossScale:
    """How one of Keras's optimizers scales the loss; it divides the gradients by the same factor itself.

    The factor is fixed (`loss_scale_factor`), or that of a `LossScaleOptimizer`: it is halved, and the step
    left out, where a gradient is not finite; it is doubled after so many steps without one (Micikevicius et
    al., 2018, arXiv:1710.03740).

    Attributes:
        skips: Whether a step is left out where a gradient is not finite.
    """

    def __init__(self, optimizer: Any) -> None:
        """Take what the optimizer does; see `loss_scale`."""
        self._optimizer = optimizer
        self.skips = skips_steps(optimizer)

    def scaled(self, loss: Any) -> Any:
        """Return the loss of which the gradients are to be taken; traced or eager, shape `()`."""
        return self._optimizer.scale_loss(loss)

    def unscaled(self, gradients: Sequence[Any]) -> list[Any]:
        """Return the gradients of the loss itself, those of 16 bits in float32; traced or eager."""
        tf, factor = tensorflow(), self._factor()

        def divided(values: Any) -> Any:
            wide = tf.cast(values, tf.float32) if values.dtype.size < 4 else values
            return wide / tf.cast(factor, wide.dtype)

        return [_mapped(divided, gradient) for gradient in gradients]

    def rescaled(self, gradients: Sequence[Any], scaled: Sequence[Any]) -> list[Any]:
        """Return what the optimizer expects for gradients that were changed since `unscaled`.

        Args:
            gradients: The changed ones.
            scaled: Those before `unscaled`. Where they decide that the step is left out, they are returned:
                a bound may have made something finite of them.
        """
        tf, factor, kept = tensorflow(), self._factor(), self.finite(scaled)

        def multiplied(gradient: Any, before: Any) -> Any:
            if gradient is None:
                return None
            values = tf.convert_to_tensor(gradient)
            back = tf.cast(values * tf.cast(factor, values.dtype), before.dtype)
            return back if kept is None else tf.where(kept, back, tf.convert_to_tensor(before))

        return [multiplied(*pair) for pair in zip(gradients, scaled, strict=True)]

    def finite(self, scaled: Sequence[Any]) -> Any:
        """Whether the step is made, shape `()`; `None` if every step is. Traced or eager."""
        if not self.skips:
            return None
        tf = tensorflow()
        parts = [_values(gradient) for gradient in scaled if gradient is not None]
        return tf.reduce_all([tf.reduce_all(tf.math.is_finite(values)) for values in parts])

    def _factor(self) -> Any:
        return self.scaled(tensorflow().ones((), "float32"))


def loss_scale(optimizer: Any) -> LossScale | None:
    """Return how a Keras optimizer scales the loss, `None` if it leaves it as it is.

    Raises:
        ArgumentError: A `LossScaleOptimizer` around a learner's own class, whose Python state it hides.
    """
    if skips_steps(optimizer):
        inner = optimizer.inner_optimizer
        if not is_library_class(type(inner)):
            raise ArgumentError(say("train-loss-scale-own", type=type(inner).__name__))
        return LossScale(optimizer)
    return None if optimizer.loss_scale_factor is None else LossScale(optimizer)


def optimizer_for(loss: Any, optimizer: Any) -> Any:
    """Return the optimizer that Keras's `compile` would take: it scales the loss of a mixed_float16 model.

    Args:
        loss: What is trained; the model is that of a `ModelLoss`.
        optimizer: What was asked for. A learner's own class that has a fixed `loss_scale_factor` keeps it.
    """
    import keras

    policy = getattr(getattr(loss, "model", None), "dtype_policy", None)
    mixed = getattr(policy, "name", "") == "mixed_float16"
    if not mixed or not isinstance(optimizer, keras.optimizers.Optimizer):
        return optimizer
    own = not is_library_class(type(optimizer)) and optimizer.loss_scale_factor is not None
    if own or skips_steps(optimizer):
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer, name="loss_scale_optimizer")


def skips_steps(optimizer: Any) -> bool:
    """Whether it is a `LossScaleOptimizer`."""
    import keras

    return isinstance(optimizer, keras.optimizers.LossScaleOptimizer)


def _mapped(function: Any, gradient: Any) -> Any:
    """Apply a function to a gradient's values; one of an embedding stays sparse."""
    tf = tensorflow()
    if gradient is None:
        return None
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(function(gradient.values), gradient.indices, gradient.dense_shape)
    return function(gradient)


def _values(gradient: Any) -> Any:
    return gradient.values if isinstance(gradient, tensorflow().IndexedSlices) else gradient
