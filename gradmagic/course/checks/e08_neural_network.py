"""Checks of `08-neural-network`: two dense layers by hand, batches, an epoch."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.course.checking import Avoids, Exercise, UsesOperation, UsesTape
from gradmagic.course.checks._network import (
    BACKWARD_MISTAKES,
    BATCH_MISTAKES,
    EPOCH_MISTAKES,
    FORWARD_MISTAKES,
    bounds,
    gradients,
    layers,
    output,
    rows,
    stepped,
)
from gradmagic.tape import tensorflow

exercise = Exercise("08-neural-network", ("A neural network", "神经网络"))


@exercise.check(
    points=2,
    draw=layers,
    expect=output,
    rtol=1e-3,
    atol=1e-5,
    tried=(
        "two_layers(x, W1, b1, W2, b2) for five rows of two numbers, and three hidden units",
        "two_layers(x, W1, b1, W2, b2)，五行、每行两个数，三个隐藏单元",
    ),
    mistakes=FORWARD_MISTAKES,
    rules=(
        UsesOperation(
            ("MatMul", "BatchMatMulV2", "MatVec", "Einsum"),
            (
                "the numbers are right, but NumPy computed them, and no tape can record that. Use `tf.tanh`, and `@` between tensors.",
                "数值是对的，但它们由 NumPy 算出，磁带无法记录。请用 `tf.tanh`，并在张量之间用 `@`。",
            ),
            name="left-tensorflow",
        ),
        Avoids(
            ("keras.layers", "keras.Sequential", "keras.Model", "keras.models", "tensorflow.keras"),
            (
                "the numbers are right, but Keras's layers found them: here the product and the sum are asked for.",
                "数值是对的，但用的是 Keras 的层：这里要自己写出乘积与和。",
            ),
        ),
    ),
    hints=(
        ("`x @ W1 + b1` is the first layer, without its bend.", "`x @ W1 + b1` 是第一层，还没有弯曲。"),
        (
            "`tf.tanh` of that is the hidden layer; the second layer is a product and a sum again, without `tanh`.",
            "对它取 `tf.tanh` 就是隐藏层；第二层又是一次乘积与和，不再取 `tanh`。",
        ),
    ),
)
def forward(two_layers: Any, *, x: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    """`two_layers(x, W1, b1, W2, b2)` is the output of two dense layers with tanh in between.

    `two_layers(x, W1, b1, W2, b2)` 是两个全连接层的输出，中间为 tanh。
    """
    convert = tensorflow().constant
    return two_layers(convert(x), convert(W1), convert(b1), convert(W2), convert(b2))


@exercise.check(
    points=3,
    draw=rows,
    expect=gradients,
    rtol=1e-3,
    atol=1e-5,
    tried=(
        "backward(x, y, W1, b1, W2, b2) for five rows of two numbers, and three hidden units",
        "backward(x, y, W1, b1, W2, b2)，五行、每行两个数，三个隐藏单元",
    ),
    mistakes=BACKWARD_MISTAKES,
    rules=(
        Avoids(
            ("tensorflow.GradientTape", "gradmagic"),
            (
                "the numbers are right, but a tape found them: here you are to be the tape.",
                "数值是对的，但它们是由磁带求得的：这里请您自己来当磁带。",
            ),
        ),
    ),
    hints=(
        (
            "the second layer first: `hidden.T @ error` has the shape of `W2`, `error.sum(axis=0)` that of `b2`.",
            "先做第二层：`hidden.T @ error` 的形状与 `W2` 相同，`error.sum(axis=0)` 与 `b2` 相同。",
        ),
        (
            "`error @ W2.T` has a column for each hidden unit; multiply it by `1 - hidden**2`, element by element.",
            "`error @ W2.T` 每个隐藏单元一列；再逐个元素乘以 `1 - hidden**2`。",
        ),
        (
            "call that `inner`: `x.T @ inner` and `inner.sum(axis=0)` are the first two gradients.",
            "把它记为 `inner`：`x.T @ inner` 和 `inner.sum(axis=0)` 就是前两个梯度。",
        ),
    ),
)
def backward_by_hand(backward: Any, *, x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    """`backward(x, y, W1, b1, W2, b2)` returns the gradients of the mean squared error by W1, b1, W2, b2, in NumPy.

    `backward(x, y, W1, b1, W2, b2)` 用 NumPy 返回均方误差对 W1、b1、W2、b2 的梯度。
    """
    return backward(x, y, W1, b1, W2, b2)


@exercise.check(
    points=1,
    always=({"n": 48, "size": 16}, {"n": 50, "size": 16}, {"n": 5, "size": 8}),
    draw=lambda draw: {"n": draw.whole(20, 60), "size": draw.whole(3, 9)},
    cases=2,
    expect=bounds,
    mistakes=BATCH_MISTAKES,
    hints=(
        (
            "`range(0, n, size)` gives every start, and stops by itself.",
            "`range(0, n, size)` 给出每一批的起点，并且自己会停下。",
        ),
        (
            "the last batch stops at `n`: `min(start + size, n)`.",
            "最后一批到 `n` 为止：`min(start + size, n)`。",
        ),
    ),
)
def batch_bounds(batches: Any, *, n: int, size: int) -> Any:
    """`batches(n, size)` lists where each batch starts and stops: every row once, none empty.

    `batches(n, size)` 列出每一批的起点和终点：每行恰好一次，没有空批。
    """
    return batches(n, size)


class _Line:
    """A model of the check's own: y = x w + b, small enough to be followed in NumPy."""

    def __init__(self, w: Any, b: Any) -> None:
        tf = tensorflow()
        self.trainable_variables = [tf.Variable(w), tf.Variable(b)]
        self.trainable_weights = self.weights = self.variables = self.trainable_variables

    def __call__(self, x: Any, training: bool = False) -> Any:
        w, b = self.trainable_variables
        return tensorflow().convert_to_tensor(x) @ w + b


@exercise.check(
    points=3,
    needs=("batch_bounds",),
    draw=lambda draw: {
        "x": draw.normal(7, 2),
        "y": draw.normal(7, 1),
        "w": draw.normal(2, 1),
        "b": draw.vector(1),
        "rate": draw.number(0.05, 0.2),
    },
    expect=stepped,
    rtol=1e-3,
    atol=1e-4,
    tried=(
        "epoch(model, optimizer, X, y, 3) of a linear model and plain gradient descent with rate {rate}, 7 rows: weights and bias afterwards",
        "epoch(model, optimizer, X, y, 3)，线性模型，学习率为 {rate} 的梯度下降，7 行数据：之后的权重和偏置",
    ),
    mistakes=EPOCH_MISTAKES,
    rules=(UsesTape(),),
    hints=(
        (
            "for each pair of `batches(len(X), size)`, the rows are `X[start:stop]` and `y[start:stop]`.",
            "对 `batches(len(X), size)` 中的每一对，这一批的行就是 `X[start:stop]` 和 `y[start:stop]`。",
        ),
        (
            "inside a tape, `tf.reduce_mean((model(...) - ...) ** 2)`; below it the gradient, and a step, still inside the loop.",
            "在磁带之内写 `tf.reduce_mean((model(...) - ...) ** 2)`；其后求梯度并走一步，都还在循环之内。",
        ),
        (
            "`optimizer.apply_gradients(zip(grads, model.trainable_variables))`.",
            "`optimizer.apply_gradients(zip(grads, model.trainable_variables))`。",
        ),
    ),
)
def one_epoch(epoch: Any, *, x: Any, y: Any, w: Any, b: Any, rate: float) -> Any:
    """`epoch(model, optimizer, X, y, size)` takes one step for each batch, in order.

    `epoch(model, optimizer, X, y, size)` 依次对每一批走一步。
    """
    model = _Line(w, b)
    epoch(model, tensorflow().keras.optimizers.SGD(rate), x, y, 3)
    return list(model.trainable_variables)


@exercise.check(
    points=1,
    needs=("one_epoch",),
    always=({"x": np.linspace(-3, 3, 48)[:, None].tolist()},),
    between=(0.0, 0.01),
    measure=lambda came, x: np.mean((np.reshape(came, -1) - np.sin(2 * x[:, 0])) ** 2),
    tried=("better(X) against sin 2x: the mean squared error", "better(X) 与 sin 2x 之间的均方误差"),
    hints=(
        (
            "`Network(12)` has twelve hidden units. The loss lies on plateaus for a long time: is the learning rate too timid, or the training too short?",
            "`Network(12)` 有十二个隐藏单元。损失会在平台上停留很久：学习率是不是太小，或者训练太短？",
        ),
        (
            "1,500 epochs of Adam with learning rate 0.05, in batches of 16, are enough for twelve units.",
            "对十二个单元，Adam 以学习率 0.05、每批 16 行走 1500 遍就够了。",
        ),
    ),
)
def wave_network(better: Any, *, x: Any) -> Any:
    """`better(X)` errs by less than 0.01, in mean square, against sin 2x.

    `better(X)` 相对于 sin 2x 的均方误差小于 0.01。
    """
    return better(x)
