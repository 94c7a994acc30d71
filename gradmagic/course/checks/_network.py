"""The references of `08-neural-network`, what its inputs are drawn from, and the mistakes that are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradmagic.course.checking import Draw, Mistake

__all__ = [
    "BACKWARD_MISTAKES",
    "BATCH_MISTAKES",
    "EPOCH_MISTAKES",
    "FORWARD_MISTAKES",
    "bounds",
    "gradients",
    "layers",
    "output",
    "rows",
    "stepped",
]


def layers(draw: Draw) -> dict[str, Any]:
    """Draw five rows and the parameters of two inputs, three hidden units, one output."""
    return {
        "x": draw.normal(5, 2),
        "W1": draw.normal(2, 3),
        "b1": draw.normal(3),
        "W2": draw.normal(3, 1),
        "b2": draw.normal(1),
    }


def rows(draw: Draw) -> dict[str, Any]:
    """Draw the same, and what the network should have said."""
    return {**layers(draw), "y": draw.normal(5, 1)}


def output(x: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    """The reference: the biases as one more row of each matrix, times one."""
    one = np.ones((len(x), 1))
    hidden = np.tanh(np.hstack([x, one]) @ np.vstack([W1, b1]))
    return np.hstack([hidden, one]) @ np.vstack([W2, b2])


def gradients(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> list[Any]:
    """The reference: a complex step along each parameter; it subtracts nothing, so it is exact."""
    h = 1e-30
    found = []
    parameters = [np.asarray(part, complex) for part in (W1, b1, W2, b2)]
    for part in parameters:
        slope = np.zeros(part.shape)
        for place in np.ndindex(part.shape):
            part[place] += 1j * h
            slope[place] = np.mean((output(x, *parameters) - y) ** 2).imag / h
            part[place] -= 1j * h
        found.append(slope)
    return found


FORWARD_MISTAKES = (
    Mistake(
        "activation-missing",
        lambda x, W1, b1, W2, b2: (x @ W1 + b1) @ W2 + b2,
        (
            "nothing bends between the layers: without `tanh`, two layers are no more than one.",
            "两层之间没有弯曲：少了 `tanh`，两层不过相当于一层。",
        ),
    ),
    Mistake(
        "activation-at-the-end",
        lambda right: np.tanh(right),
        (
            "the output went through `tanh` as well: the second layer is a product and a sum alone.",
            "输出也取了 `tanh`：第二层只有乘积与和。",
        ),
    ),
    Mistake(
        "relu-for-tanh",
        lambda x, W1, b1, W2, b2: np.maximum(x @ W1 + b1, 0) @ W2 + b2,
        ("the hidden layer bends by relu: `tanh` is asked for.", "隐藏层用的是 relu：这里要用 `tanh`。"),
    ),
    Mistake(
        "sigmoid-for-tanh",
        lambda x, W1, b1, W2, b2: (1 + np.tanh((x @ W1 + b1) / 2)) / 2 @ W2 + b2,
        (
            "the hidden layer bends by the sigmoid: `tanh` is asked for.",
            "隐藏层用的是 S 形函数：这里要用 `tanh`。",
        ),
    ),
    Mistake(
        "first-bias-missing",
        lambda x, W1, W2, b2: np.tanh(x @ W1) @ W2 + b2,
        ("`b1` does not come into it: add it before the `tanh`.", "没有用到 `b1`：应在取 `tanh` 之前加上。"),
    ),
    Mistake(
        "second-bias-missing",
        lambda right, b2: right - b2,
        ("`b2` does not come into it: add it at the end.", "没有用到 `b2`：应在最后加上。"),
    ),
    Mistake(
        "bias-after-bend",
        lambda x, W1, b1, W2, b2: (np.tanh(x @ W1) + b1) @ W2 + b2,
        ("`b1` was added after the `tanh`: it belongs inside.", "`b1` 加在了 `tanh` 之后：它应在里面。"),
    ),
    Mistake(
        "hidden-alone",
        lambda x, W1, b1: np.tanh(x @ W1 + b1),
        ("this is the hidden layer: the second layer is missing.", "这是隐藏层：还缺第二层。"),
    ),
)


def _backward(
    x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any, bend: Any, through: bool = True
) -> list[Any]:
    """What one formula for the bend's slope leads to; `bend` is given the hidden layer and what goes into it."""
    into = x @ W1 + b1
    hidden = np.tanh(into)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2.T if through else error) * bend(hidden, into)
    return [x.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


BACKWARD_MISTAKES = (
    Mistake(
        "bend-forgotten",
        lambda x, y, W1, b1, W2, b2: _backward(x, y, W1, b1, W2, b2, lambda h, z: np.ones_like(h)),
        (
            "the second layer is right; on the way into the first, the slope of `tanh` is missing: times `1 - hidden**2`.",
            "第二层是对的；往第一层去时漏了 `tanh` 的导数：还要乘以 `1 - hidden**2`。",
        ),
    ),
    Mistake(
        "bend-not-squared",
        lambda x, y, W1, b1, W2, b2: _backward(x, y, W1, b1, W2, b2, lambda h, z: 1 - h),
        (
            "the slope of `tanh` is `1 - hidden**2`, with the square.",
            "`tanh` 的导数是 `1 - hidden**2`，带平方。",
        ),
    ),
    Mistake(
        "bend-of-input",
        lambda x, y, W1, b1, W2, b2: _backward(x, y, W1, b1, W2, b2, lambda h, z: 1 - z**2),
        (
            "the slope of `tanh` was made of what goes into it: it is `1 - hidden**2`, of what comes out.",
            "`tanh` 的导数用了它的输入：应是由输出得到的 `1 - hidden**2`。",
        ),
    ),
    Mistake(
        "bend-of-sigmoid",
        lambda x, y, W1, b1, W2, b2: _backward(x, y, W1, b1, W2, b2, lambda h, z: h * (1 - h)),
        (
            "`hidden * (1 - hidden)` is the slope of a sigmoid: that of `tanh` is `1 - hidden**2`.",
            "`hidden * (1 - hidden)` 是 S 形函数的导数；`tanh` 的导数是 `1 - hidden**2`。",
        ),
    ),
    Mistake(
        "second-weights-skipped",
        lambda x, y, W1, b1, W2, b2: _backward(x, y, W1, b1, W2, b2, lambda h, z: 1 - h**2, through=False),
        (
            "the error reached the hidden layer without `W2`: it comes back through the weights by which it went out, `error @ W2.T`.",
            "误差没有经过 `W2` 就到了隐藏层：它从哪些权重出去，就从哪些权重回来，即 `error @ W2.T`。",
        ),
    ),
    Mistake(
        "mean-for-bias",
        lambda right, x: [right[0], right[1] / len(x), right[2], right[3] / len(x)],
        (
            "the biases' gradients were averaged over the rows: the mean is in `error` already, so add the rows up.",
            "偏置的梯度对各行取了平均：平均已经含在 `error` 里，各行应当相加。",
        ),
    ),
    Mistake(
        "bias-for-each-row",
        lambda x, y, W1, b1, W2, b2, right: _rows_kept(x, y, W1, b1, W2, b2, right),
        (
            "a bias's gradient has a row for each sample: a bias is added to every row, so its gradient is their sum, `.sum(axis=0)`.",
            "偏置的梯度成了每个样本一行：偏置加到了每一行上，所以它的梯度是各行之和，`.sum(axis=0)`。",
        ),
    ),
    Mistake(
        "layers-exchanged",
        lambda right: [right[2], right[3], right[0], right[1]],
        (
            "the second layer's gradients came first: return them in the order W1, b1, W2, b2.",
            "第二层的梯度排在了前面：请按 W1、b1、W2、b2 的次序返回。",
        ),
    ),
    Mistake(
        "last-layer-alone",
        lambda right: [right[2], right[3]],
        (
            "the second layer is right; the first is still missing: return four gradients.",
            "第二层是对的，还缺第一层：请返回四个梯度。",
        ),
    ),
)


def _rows_kept(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any, right: Any) -> list[Any]:
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    return [right[0], (error @ W2.T) * (1 - hidden**2), right[2], error]


def bounds(n: int, size: int) -> Any:
    """The reference: the stops are the starts of the next ones, and the end."""
    edges = np.append(np.arange(0, n, size), n)
    return np.stack([edges[:-1], edges[1:]], axis=1)


BATCH_MISTAKES = (
    Mistake(
        "empty-last",
        lambda n, size: [[i * size, min((i + 1) * size, n)] for i in range(n // size + 1)],
        (
            "where `n` divides evenly, the last batch is empty: `n // size + 1` is one too many there.",
            "当 `n` 能整除时，最后一批是空的：这时 `n // size + 1` 多了一批。",
        ),
    ),
    Mistake(
        "rest-dropped",
        lambda n, size: np.zeros(0) if n < size else [[i * size, (i + 1) * size] for i in range(n // size)],
        (
            "the rows left over at the end are in no batch: the last batch may be smaller.",
            "末尾剩下的行不在任何一批里：最后一批可以小一些。",
        ),
    ),
    Mistake(
        "past-the-end",
        lambda n, size: [[start, start + size] for start in range(0, n, size)],
        (
            "the last batch stops beyond the last row: stop at `n` at the latest.",
            "最后一批越过了最后一行：终点最多到 `n`。",
        ),
    ),
    Mistake(
        "stop-included",
        lambda n, size: [[start, min(start + size, n) - 1] for start in range(0, n, size)],
        (
            "each stop is the last row of its batch: Python's slices leave the stop out, so it is the row after.",
            "每个终点是该批的最后一行：Python 的切片不含终点，所以应是下一行。",
        ),
    ),
    Mistake(
        "starts-alone",
        lambda n, size: list(range(0, n, size)),
        (
            "these are the starts alone: return pairs, `(start, stop)`.",
            "这里只有起点：请返回成对的 `(start, stop)`。",
        ),
    ),
    Mistake(
        "sizes-for-stops",
        lambda n, size: [[start, min(size, n - start)] for start in range(0, n, size)],
        (
            "the second number is how many rows a batch has: give where it stops.",
            "第二个数是这一批有几行：应给出它到哪里为止。",
        ),
    ),
)


def _descended(
    x: Any, y: Any, w: Any, b: Any, rate: float, sizes: tuple[int, ...] = (3, 3, 1), add: bool = False
) -> list[Any]:
    """Batches of these sizes, one after the other: each by the normal equations of its rows."""
    line = np.vstack([w, b[None]])
    begin = 0
    for size in sizes:
        part, target = x[begin : begin + size], y[begin : begin + size]
        M = np.hstack([part, np.ones((len(part), 1))])
        line = line - rate * 2 * (M.T @ M @ line - M.T @ target) / (1 if add else len(part))
        begin += size
    return [line[:-1], line[-1]]


def stepped(x: Any, y: Any, w: Any, b: Any, rate: float) -> list[Any]:
    """The reference: three, three and one row."""
    return _descended(x, y, w, b, rate)


EPOCH_MISTAKES = (
    Mistake("not-applied", lambda w, b: [w, b]),
    Mistake("uphill", lambda x, y, w, b, rate: _descended(x, y, w, b, -rate)),
    Mistake("sum-for-mean", lambda x, y, w, b, rate: _descended(x, y, w, b, rate, add=True)),
    Mistake(
        "whole-data",
        lambda x, y, w, b, rate: _descended(x, y, w, b, rate, (7,)),
        (
            "one step was taken on all rows: take one on each batch.",
            "对所有行只走了一步：应对每一批走一步。",
        ),
    ),
    Mistake(
        "whole-data-each-time",
        lambda x, y, w, b, rate: _whole(x, y, w, b, rate),
        (
            "each step saw all rows: cut the batch out, `X[start:stop]` and `y[start:stop]`.",
            "每一步都看了所有行：请切出这一批，`X[start:stop]` 和 `y[start:stop]`。",
        ),
    ),
    Mistake(
        "first-batch-alone",
        lambda x, y, w, b, rate: _descended(x, y, w, b, rate, (3,)),
        (
            "only the first batch was used: is there a `return` inside the loop?",
            "只用了第一批：循环里面是不是有 `return`？",
        ),
    ),
    Mistake(
        "last-batch-alone",
        lambda x, y, w, b, rate: _descended(x[6:], y[6:], w, b, rate, (1,)),
        (
            "only the last batch was used: the gradient and the step must stand inside the loop.",
            "只用了最后一批：求梯度和走一步都应写在循环之内。",
        ),
    ),
    Mistake(
        "last-left-out",
        lambda x, y, w, b, rate: _descended(x, y, w, b, rate, (3, 3)),
        (
            "the last, smaller batch was left out: it counts as well.",
            "漏掉了最后那个较小的批：它也要算。",
        ),
    ),
    Mistake(
        "each-batch-twice",
        lambda x, y, w, b, rate: _twice(x, y, w, b, rate),
        (
            "two epochs were made: one walk through the batches is asked for.",
            "走了两遍：题目只要走一遍各批。",
        ),
    ),
    Mistake(
        "half-the-square",
        lambda x, y, w, b, rate: _descended(x, y, w, b, rate / 2),
        ("steps half as long: here the loss has no factor 1/2.", "步子短了一半：这里的损失没有因子 1/2。"),
    ),
)


def _twice(x: Any, y: Any, w: Any, b: Any, rate: float) -> list[Any]:
    once, shift = _descended(x, y, w, b, rate)
    return _descended(x, y, once, shift, rate)


def _whole(x: Any, y: Any, w: Any, b: Any, rate: float) -> list[Any]:
    for _ in range(3):
        w, b = _descended(x, y, w, b, rate, (7,))
    return [w, b]
