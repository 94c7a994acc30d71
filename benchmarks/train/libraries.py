"""The few functions that the losses need, as TensorFlow, JAX and PyTorch call them."""

from __future__ import annotations

from types import SimpleNamespace


def of_tensorflow() -> SimpleNamespace:
    from gradmagic.tape import tensorflow

    tf = tensorflow()
    return SimpleNamespace(
        sum=tf.reduce_sum,
        mean=tf.reduce_mean,
        relu=tf.nn.relu,
        logistic=lambda logits, y: tf.nn.sigmoid_cross_entropy_with_logits(y, logits),
        cross_entropy=lambda logits, y: tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits),
        convolve=lambda x, kernel: tf.nn.conv2d(x, kernel, 2, "VALID"),
        flat=lambda x: tf.reshape(x, (x.shape[0], -1)),
    )


def of_jax() -> SimpleNamespace:
    import jax
    import jax.numpy as jnp
    import optax

    return SimpleNamespace(
        sum=jnp.sum,
        mean=jnp.mean,
        relu=jax.nn.relu,
        logistic=optax.sigmoid_binary_cross_entropy,
        cross_entropy=optax.softmax_cross_entropy_with_integer_labels,
        convolve=lambda x, kernel: jax.lax.conv_general_dilated(
            x, kernel, (2, 2), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
        ),
        flat=lambda x: x.reshape(x.shape[0], -1),
    )


def of_torch() -> SimpleNamespace:
    import torch
    import torch.nn.functional as f

    def convolve(x: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = f.conv2d(x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), stride=2)
        return found.permute(0, 2, 3, 1)

    return SimpleNamespace(
        sum=torch.sum,
        mean=torch.mean,
        relu=torch.relu,
        logistic=lambda logits, y: f.binary_cross_entropy_with_logits(logits, y, reduction="none"),
        cross_entropy=lambda logits, y: f.cross_entropy(logits, y.long(), reduction="none"),
        convolve=convolve,
        flat=lambda x: x.reshape(x.shape[0], -1),
    )
