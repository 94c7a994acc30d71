"""What the names in the rules' formulas mean, in NumPy: written apart from TensorFlow, to compare with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from gradmagic.tape.recording._hook import tensor_id
from gradmagic.tape.rules._rules import Rule

Array = np.ndarray[Any, Any]


class Meaning:
    """One recorded operation, as NumPy arrays, and the functions that its rule names."""

    def __init__(self, record: Any, inputs: Any, outputs: Any, incoming: list[Array], rule: Rule) -> None:
        self._rule = rule
        self._attributes = record.attributes
        own = {tensor_id(tensor): tensor.numpy() for tensor in inputs}
        self._numbers = [tensor.number for tensor in record.inputs]
        self._inputs = [
            own[tensor.number] if tensor.number in own else tensor.value.numpy() for tensor in record.inputs
        ]
        self._continuous = [number in own for number in self._numbers]
        self._outputs = [output.numpy() for output in outputs]
        self._incoming = incoming
        self.number: Callable[[Any], int] = tensor_id

    def add(self, slot: int) -> Any:
        """The formula of one input's term; of any number of alike inputs there is one formula."""
        if self._rule.inputs == ("xi",) or self._rule.inputs[:1] == ("xi",):
            return self._rule.adds[0] if self._continuous[slot] else None
        return self._rule.adds[slot] if self._continuous[slot] else None

    def values(self, slot: int) -> dict[str, Any]:
        found: dict[str, Any] = {"pi": np.pi, "i": slot, "alpha": self._alpha(), "lam": _lambda()}
        found["i"] = 1j if self._rule.operation in ("Complex", "Imag") else slot
        for name, value in zip(self._rule.inputs, self._inputs, strict=False):
            if name:
                found[name] = value
        if self._rule.inputs[:1] == ("xi",):
            found["xi"] = [value for value, ok in zip(self._inputs, self._continuous, strict=True) if ok]
            found["x"] = self._inputs[slot]
        found.update(z=self._outputs[0], g=self._incoming[0], gs=self._incoming)
        found.update(indices=None, segments=None, others=slot, labels=None, shift=None)
        if self._rule.operation in ("SelectV2", "Select"):
            found["c"] = self._inputs[0].astype(float)
        if self._rule.operation == "Mean":
            found["n"] = self._inputs[0].size / self._outputs[0].size
        if self._rule.operation == "Roll":
            found["shift"] = self._inputs[1]
        if "Logits" in self._rule.operation:
            found["g"] = self._incoming[0][:, None]
        self._x = found.get("x", self._inputs[0])
        return found

    def fitted(self, term: Any, slot: int) -> Array:
        """Sum over broadcast axes, where the rule says so; a real input takes the real part."""
        shape = self._inputs[slot].shape
        array = np.asarray(term)
        if self._rule.broadcast and array.shape != shape:
            array = _unbroadcast(array, shape)
        if np.iscomplexobj(array) and not np.iscomplexobj(self._inputs[slot]):
            array = array.real
        assert array.shape == shape
        return array

    def functions(self) -> dict[str, Callable[..., Any]]:
        own = {name[3:]: getattr(self, name) for name in dir(type(self)) if name.startswith("_f_")}
        return {**_PLAIN, **own}

    def _alpha(self) -> float:
        return float(self._attributes.get("alpha", 1.6732632423543772848170429916717))

    def _axes(self) -> tuple[int, ...]:
        return tuple(np.ravel(self._inputs[1]).tolist())

    # -- reductions ------------------------------------------------------------------------------

    def _f_spread(self, g: Array) -> Array:
        shape = [1 if axis in self._axes() else size for axis, size in enumerate(self._inputs[0].shape)]
        return np.broadcast_to(g.reshape(shape), self._inputs[0].shape)

    def _reduced(self, function: Callable[..., Any], *values: Any) -> Any:
        if len(values) == 1 and self._rule.operation in (
            "Sum",
            "Mean",
            "Prod",
            "Max",
            "Min",
            "EuclideanNorm",
        ):
            return function(values[0], axis=self._axes(), keepdims=bool(self._attributes["keep_dims"]))
        return function(values[0])

    def _f_sum(self, x: Array) -> Any:
        return self._reduced(np.sum, x)

    def _f_prod(self, x: Array) -> Any:
        return self._reduced(np.prod, x)

    def _f_norm(self, x: Array) -> Any:
        return np.sqrt(self._reduced(np.sum, x * x))

    def _f_max(self, *values: Any) -> Any:
        return np.maximum(*values) if len(values) == 2 else self._reduced(np.max, values[0])

    def _f_min(self, *values: Any) -> Any:
        return np.minimum(*values) if len(values) == 2 else self._reduced(np.min, values[0])

    def _f_ties(self, x: Array) -> Array:
        return self._f_spread(np.sum(x == self._f_spread(self._outputs[0]), axis=self._axes(), keepdims=True))

    def _f_reverse_cumsum(self, g: Array) -> Array:
        axis = int(self._inputs[1])
        flipped = g if self._attributes.get("reverse") else np.flip(g, axis)
        added = np.cumsum(flipped, axis)
        if self._attributes.get("exclusive"):
            added = added - flipped
        return added if self._attributes.get("reverse") else np.flip(added, axis)

    def _f_channel_sum(self, g: Array) -> Array:
        return g.sum(tuple(range(g.ndim - 1)))

    # -- going back where it came from -------------------------------------------------------------

    def _f_reshape_back(self, g: Array) -> Array:
        return g.reshape(self._inputs[0].shape)

    def _f_transpose_back(self, g: Array) -> Array:
        return np.transpose(g, np.argsort(self._inputs[1]))

    def _f_reverse(self, g: Array) -> Array:
        return np.flip(g, self._axes())

    def _f_roll(self, g: Array, shift: Array) -> Array:
        return np.roll(g, tuple(shift), tuple(self._inputs[2]))

    def _f_slice(self, g: Array, slot: int) -> Array:
        axis = int(self._inputs[-1])
        sizes = [value.shape[axis] for value in self._inputs[:-1]]
        return np.split(g, np.cumsum(sizes)[:-1], axis)[slot]

    def _f_unstack(self, g: Array, slot: int) -> Array:
        return np.take(g, slot, self._attributes["axis"])

    def _f_stack(self, gs: list[Array]) -> Array:
        return np.stack(gs, self._attributes["axis"])

    def _f_concat(self, gs: list[Array]) -> Array:
        return np.concatenate(gs, int(self._inputs[0 if self._rule.operation == "Split" else 2]))

    def _f_unpad(self, g: Array) -> Array:
        return g[
            tuple(
                slice(low, low + size) for (low, _), size in zip(self._inputs[1], self._x.shape, strict=True)
            )
        ]

    def _taken(self) -> Array:
        """For each number of the output, which number of the input it is."""
        places = np.arange(self._inputs[0].size).reshape(self._inputs[0].shape)
        operation, given = self._rule.operation, self._inputs
        if operation == "TopKV2":
            return np.take_along_axis(places, np.argsort(-given[0], -1)[..., : int(given[1])], -1)
        if operation == "Slice":
            ends = [b + s if s >= 0 else n for b, s, n in zip(given[1], given[2], places.shape, strict=True)]
            return places[tuple(slice(b, e) for b, e in zip(given[1], ends, strict=True))]
        if operation == "StridedSlice":
            return places[_strided(given, self._attributes)]
        if operation == "GatherNd":
            return places[tuple(np.moveaxis(given[1], -1, 0))]
        return np.take(places, given[1], int(given[2]) if len(given) > 2 else 0)

    def _f_scatter(self, g: Array, _: Any) -> Array:
        found = np.zeros(self._inputs[0].size)
        found[self._taken().ravel()] = g.ravel()
        return found.reshape(self._inputs[0].shape)

    def _f_scatter_add(self, g: Array, _: Any) -> Array:
        found = np.zeros(self._inputs[0].size)
        np.add.at(found, self._taken().ravel(), g.ravel())
        return found.reshape(self._inputs[0].shape)

    def _f_gather(self, g: Array, _: Any) -> Array:
        indices = self._inputs[0 if self._rule.operation == "ScatterNd" else 1]
        return g[indices] if "Segment" in self._rule.operation else g[tuple(np.moveaxis(indices, -1, 0))]

    def _f_sum_copies(self, g: Array) -> Array:
        x = self._inputs[0]
        if self._rule.operation == "Tile":
            shape = [size for pair in zip(self._inputs[1], x.shape, strict=True) for size in pair]
            return g.reshape(shape).sum(tuple(range(0, 2 * x.ndim, 2)))
        return _unbroadcast(g, x.shape)

    # -- matrices ----------------------------------------------------------------------------------

    def _f_diag(self, g: Array) -> Array:
        return np.diag(g)

    def _f_diag_part(self, g: Array) -> Array:
        return np.diagonal(g)

    def _f_band(self, g: Array) -> Array:
        return np.triu(g) - np.triu(g, int(self._inputs[2]) + 1)

    def _f_einsum(self, g: Array, slot: int) -> Array:
        given, made = _text(self._attributes["equation"]).split("->")
        names = given.split(",")
        other = 1 - slot
        return np.einsum(f"{made},{names[other]}->{names[slot]}", g, self._inputs[other])

    def _f_one_hot(self, _: Any) -> Array:
        return np.eye(self._inputs[0].shape[-1])[self._inputs[1]]

    # -- layers ------------------------------------------------------------------------------------

    def _windows(self, height: int, width: int) -> Any:
        """For each place of the output, the place of its window in the padded input."""
        _, down, right, _ = self._attributes["strides"]
        rows, columns = self._outputs[0].shape[1:3]
        size = self._inputs[0].shape
        same = _text(self._attributes["padding"]) == "SAME"
        top = max((rows - 1) * down + height - size[1], 0) // 2 if same else 0
        left = max((columns - 1) * right + width - size[2], 0) // 2 if same else 0
        for row in range(rows):
            for column in range(columns):
                for i in range(height):
                    for j in range(width):
                        y, x = row * down + i - top, column * right + j - left
                        if 0 <= y < size[1] and 0 <= x < size[2]:
                            yield row, column, i, j, y, x

    def _f_conv_transpose(self, g: Array, w: Array) -> Array:
        found = np.zeros_like(self._inputs[0])
        for row, column, i, j, y, x in self._windows(*w.shape[:2]):
            found[:, y, x] += g[:, row, column] @ w[i, j].T
        return found

    def _f_correlate(self, image: Array, g: Array) -> Array:
        found = np.zeros_like(self._inputs[1])
        for row, column, i, j, y, x in self._windows(*found.shape[:2]):
            found[i, j] += image[:, y, x].T @ g[:, row, column]
        return found

    def _f_route_to_max(self, g: Array) -> Array:
        image, found = self._inputs[0], np.zeros_like(self._inputs[0])
        for row, column, _, _, y, x in self._windows(*self._attributes["ksize"][1:3]):
            found[:, y, x] += g[:, row, column] * (image[:, y, x] == self._outputs[0][:, row, column])
        return found

    def _f_spread_window(self, g: Array) -> Array:
        found, sizes = np.zeros_like(self._inputs[0]), np.zeros(g.shape[1:3])
        windows = list(self._windows(*self._attributes["ksize"][1:3]))
        for row, column, *_ in windows:
            sizes[row, column] += 1
        for row, column, _, _, y, x in windows:
            found[:, y, x] += g[:, row, column] / sizes[row, column]
        return found

    def _f_batch_sum(self, g: Array) -> Array:
        return g.sum((0, 1, 2))

    def _f_batch_mean(self, g: Array) -> Array:
        return g.mean((0, 1, 2))

    def _f_std(self, x: Array) -> Array:
        return np.sqrt(x.var((0, 1, 2)) + self._attributes["epsilon"])

    def _f_hat(self, x: Array) -> Array:
        return (x - x.mean((0, 1, 2))) / self._f_std(x)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _lambda() -> float:
    # Klambauer et al. 2017, "Self-normalizing neural networks".
    return 1.0507009873554804934193349852946


def _unbroadcast(array: Array, shape: tuple[int, ...]) -> Array:
    array = array.sum(tuple(range(array.ndim - len(shape))))
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1 and array.shape[axis] != 1)
    return array.sum(axes, keepdims=True)


def _strided(given: list[Array], attributes: Any) -> tuple[Any, ...]:
    index: list[Any] = []
    for place, (begin, end, stride) in enumerate(zip(*given[1:4], strict=True)):
        bit = 1 << place
        if attributes["ellipsis_mask"] & bit:
            index.append(...)
        elif attributes["new_axis_mask"] & bit:
            index.append(None)
        elif attributes["shrink_axis_mask"] & bit:
            index.append(int(begin))
        else:
            first = None if attributes["begin_mask"] & bit else int(begin)
            index.append(slice(first, None if attributes["end_mask"] & bit else int(end), int(stride)))
    return tuple(index)


def _half_tril(x: Array) -> Array:
    return np.tril(x) - np.diag(np.diagonal(x)) / 2


_PLAIN: dict[str, Callable[..., Any]] = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "arsinh": np.arcsinh, "arcosh": np.arccosh, "artanh": np.arctanh,
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs, "sign": np.sign, "floor": np.floor, "atan2": np.arctan2,
    "sigmoid": special.expit, "erf": special.erf, "erfinv": special.erfinv, "lgamma": special.gammaln,
    "digamma": special.digamma, "trigamma": lambda x: special.polygamma(1, x), "conj": np.conj,
    "Re": np.real, "Im": np.imag, "square_norm": lambda x: np.sum(x * x), "each": sum,
    "row_sum": lambda x: x.sum(-1, keepdims=x.ndim > 1), "softmax": lambda x: special.softmax(x, -1),
    "T": lambda x: np.swapaxes(x, -1, -2), "inv": np.linalg.inv, "inv_T": lambda x: np.linalg.inv(x).T,
    "det": np.linalg.det, "tril": np.tril, "sym": lambda x: (x + x.T) / 2, "half_tril": _half_tril,
}  # fmt: skip
