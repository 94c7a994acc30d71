"""What a learner's code gave, as numbers that JSON can hold: nothing of the learner's own crosses.

An object with operators of its own (one whose `==` always says True) is never compared: numbers are read
out of the types known here, and anything else is an answer of the wrong type.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Answer", "Leaf", "Numbers", "as_numbers", "from_json", "inputs_of", "to_json"]

DEPTH = 6
ELEMENTS = 20_000
JSON_BYTES = 2_000_000
DETAIL = 500
# The distance of float16 numbers from one another, as a part of their size.
HALF = 2.0**-10


@dataclass(frozen=True)
class Leaf:
    """Numbers of one shape: `values` is float64, of shape `shape`.

    `rounding` is the relative error that the type they came in brings with it: 0 from float32 upwards.
    """

    values: np.ndarray[Any, Any]
    rounding: float = 0.0

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape; `()` of a single number."""
        return tuple(self.values.shape)


# None, numbers of one shape, or a list or dictionary of such.
Numbers = None | Leaf | list["Numbers"] | dict[str, "Numbers"]


@dataclass(frozen=True)
class Answer:
    """What came for one input.

    Attributes:
        value: the numbers, if `problem` is empty.
        problem: `""`, or why there are none: `"missing"`, `"unanswered"`, `"not-function"`,
            `"raised"`, `"slow"`, `"type"`, `"large"`.
        detail: the name that is missing; the kind, text and line of what was raised; the type that came.
        printed: how many characters the learner's code printed meanwhile.
    """

    value: Numbers = None
    problem: str = ""
    detail: tuple[str, ...] = ()
    printed: int = 0


class NotNumbers(Exception):
    """A value that holds something besides numbers; carries an `Answer`'s problem and detail."""

    def __init__(self, problem: str, *detail: str) -> None:
        super().__init__(problem, *detail)
        self.problem, self.detail = problem, detail


def as_numbers(value: Any, depth: int = 0) -> Numbers:
    """Read the numbers out of a Python, NumPy or TensorFlow value.

    A list of numbers and an array of them are the same; a tuple of arrays is a list of parts.

    Raises:
        NotNumbers: it holds something else, or too much.
    """
    kind = type(value)
    if value is None:
        return None
    if depth > DEPTH:
        raise NotNumbers("large", f"{DEPTH}")
    if kind in (int, float, np.float64, np.float32, np.float16) or issubclass(kind, np.integer):
        return Leaf(np.asarray(float(value)), HALF if kind is np.float16 else 0.0)
    if kind in (tuple, list, dict) and len(value) > ELEMENTS:
        raise NotNumbers("large", f"{ELEMENTS:,}")
    if kind in (tuple, list):
        return _stacked([as_numbers(part, depth + 1) for part in value])
    if kind is dict:
        return {str(name): as_numbers(part, depth + 1) for name, part in value.items()}
    if kind is np.ndarray:
        return _array(value)
    # A tensor, a Variable or IndexedSlices: known by where its class is defined, not by what it can do.
    if kind.__module__.partition(".")[0] in ("tensorflow", "keras"):
        if hasattr(value, "dense_shape"):
            from gradmagic.tape import tensorflow

            value = tensorflow().convert_to_tensor(value)
        if hasattr(value, "numpy"):
            return _array(np.asarray(value.numpy()))
    raise NotNumbers("type", kind.__name__)


def _array(array: np.ndarray[Any, Any]) -> Leaf:
    if array.dtype.kind not in "fiu" and array.dtype.name != "bfloat16":
        raise NotNumbers("type", f"array of {array.dtype.name}")
    if array.size > ELEMENTS:
        raise NotNumbers("large", f"{ELEMENTS:,}")
    return Leaf(array.astype(np.float64), HALF if array.dtype == np.float16 else 0.0)


def _stacked(parts: list[Numbers]) -> Numbers:
    """A list of numbers, or of rows of numbers, is an array; scalars that stand for parts are too."""
    leaves = [part for part in parts if isinstance(part, Leaf)]
    if parts and len(leaves) == len(parts) and len({leaf.shape for leaf in leaves}) == 1:
        stacked = np.stack([leaf.values for leaf in leaves])
        if stacked.size > ELEMENTS:
            raise NotNumbers("large", f"{ELEMENTS:,}")
        return Leaf(stacked, max(leaf.rounding for leaf in leaves))
    return parts


def inputs_of(case: Mapping[str, Any], *, exact: bool = False) -> dict[str, Any]:
    """Return a case's inputs for a call: lists become arrays, float32 or, for a reference, float64."""
    kind = np.float64 if exact else np.float32
    return {
        name: np.asarray(value, kind) if isinstance(value, list) else value for name, value in case.items()
    }


def to_json(answers: Sequence[Answer]) -> str:
    """Write answers as strict JSON: numbers, and the words "nan", "inf", "-inf" for what JSON lacks."""
    rows = [
        {
            "value": _plain(answer.value),
            "problem": answer.problem,
            "detail": [word[:DETAIL] for word in answer.detail],
            "printed": answer.printed,
        }
        for answer in answers
    ]
    return json.dumps(rows, allow_nan=False, separators=(",", ":"))


def from_json(text: str) -> list[Answer]:
    """Read answers back; the text comes from a process that is not trusted.

    Raises:
        ValueError: too long, too deep, or not what `to_json` writes.
    """
    if len(text) > JSON_BYTES:
        raise ValueError(f"answers of {len(text):,} characters; at most {JSON_BYTES:,}")
    try:
        rows = json.loads(text)
        return [
            Answer(
                _read(row["value"]),
                str(row["problem"]),
                tuple(str(word)[:DETAIL] for word in row["detail"]),
                int(row["printed"]),
            )
            for row in rows
        ]
    except (AttributeError, KeyError, OverflowError, TypeError, RecursionError) as error:
        raise ValueError(f"not a list of answers: {error}") from error


def _plain(value: Numbers) -> Any:
    if value is None:
        return None
    if isinstance(value, Leaf):
        flat = [number if math.isfinite(number) else str(number) for number in value.values.ravel().tolist()]
        half = {"half": True} if value.rounding else {}
        return {"shape": list(value.shape), "numbers": flat, **half}
    if isinstance(value, dict):
        return {"names": {name: _plain(part) for name, part in value.items()}}
    return [_plain(part) for part in value]


def _read(value: Any, depth: int = 0) -> Numbers:
    if value is None:
        return None
    if depth > DEPTH + 1:
        raise ValueError("answers nest too deeply")
    if isinstance(value, list):
        return [_read(part, depth + 1) for part in value]
    if "names" in value:
        return {str(name): _read(part, depth + 1) for name, part in value["names"].items()}
    numbers = [float(number) for number in value["numbers"]]
    values = np.asarray(numbers, np.float64).reshape([int(size) for size in value["shape"]])
    return Leaf(values, HALF if value.get("half") is True else 0.0)
