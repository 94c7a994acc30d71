"""The loss of a Keras model on a batch."""

from __future__ import annotations

from typing import Any

from gradmagic.errors import ArgumentError
from gradmagic.messages import say
from gradmagic.tape import tensorflow

__all__ = ["ModelLoss", "model_loss"]


class ModelLoss:
    """What a model gets wrong on a batch, and what its layers ask for besides (regularisation).

    Attributes:
        model: The model.
        name: The name of the loss.
    """

    def __init__(self, model: Any, name: str, function: Any) -> None:
        """Wrap them; see `model_loss`."""
        self.model, self.name, self._function = model, name, function
        self.__name__ = f"{name}_of_{model.name}"

    def __call__(self, inputs: Any, targets: Any) -> Any:
        """Return the loss while learning: with dropout, and with the batch's own statistics."""
        return self._loss(inputs, targets, training=True)

    def evaluate(self, inputs: Any, targets: Any) -> Any:
        """Return the loss as the model is used: without dropout, with the statistics it has learned."""
        return self._loss(inputs, targets, training=False)

    @property
    def variables(self) -> list[Any]:
        """All variables of the model, those that are not trained included."""
        return list(self.model.variables)

    def _loss(self, inputs: Any, targets: Any, *, training: bool) -> Any:
        import keras

        tf = tensorflow()
        predicted = self.model(inputs, training=training)
        targets = tf.convert_to_tensor(targets)
        if predicted.dtype.size == 2 and keras.config.floatx() == "float32":
            predicted = tf.cast(predicted, tf.float32)  # mixed precision: Keras sums up the loss in float32
        if predicted.shape.rank == 2 and targets.shape.rank == 1 and predicted.shape[-1] == 1:
            targets = targets[:, None]  # (n,) against (n, 1) would compare every pair
        value = tf.convert_to_tensor(self._function(targets, predicted))
        return tf.add_n([value, *(tf.cast(part, value.dtype) for part in self.model.losses)])


def model_loss(model: Any, loss: Any = "mse") -> ModelLoss:
    """Return the loss of a Keras model, as a callable of inputs and targets.

    Args:
        model: A Keras model, subclassed ones included, built or not.
        loss: Keras's name for it (`"mse"`, `"sparse_categorical_crossentropy"`), a Keras loss, or a
            function of targets and predictions.

    Raises:
        ArgumentError: The model is none, or Keras has no such loss.
    """
    import keras

    if not isinstance(model, keras.layers.Layer):
        raise ArgumentError(say("train-model-type", type=type(model).__name__))
    if callable(loss) and not isinstance(loss, type):
        found, name = loss, getattr(loss, "name", getattr(loss, "__name__", "loss"))
    else:
        try:
            found, name = keras.losses.get(loss), str(loss)
        except ValueError as error:
            raise ArgumentError(say("train-model-loss", name=repr(loss))) from error
    if not isinstance(found, keras.losses.Loss):
        function = found

        def mean(targets: Any, predicted: Any) -> Any:
            return tensorflow().reduce_mean(function(targets, predicted))

        found = mean
    return ModelLoss(model, name, found)
