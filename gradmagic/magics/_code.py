"""`%grad --code`: from the options and the recorded cell to the plain TensorFlow program."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradmagic.errors import OptionError
from gradmagic.messages import say
from gradmagic.tape import Recipe, program

__all__ = ["Cell", "Program", "program_of_cell", "program_of_function", "program_of_plot"]

# The looks that a program can only give the numbers of.
_SHOWN_AS = {
    "check": "check",
    "compare": "check",
    "graph": "adjoints",
    "steps": "adjoints",
    "flow": "gradient",
    "explain": "gradient",
}


class Program(str):
    """A program as text that a notebook shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self).rstrip()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": repr(self)}


@dataclass(frozen=True)
class Cell:
    """A recorded cell: its statements, and the constants it watched."""

    statements: tuple[ast.stmt, ...]
    watch: tuple[str, ...]

    def text(self) -> str:
        """Return the statements that are plain Python, without magics."""
        texts = [ast.unparse(statement) for statement in self.statements]
        return "\n".join(text for text in texts if "get_ipython()" not in text)


def program_of_cell(
    cell: Cell | None, target: str, sources: Sequence[str], names: Sequence[str], what: str, options: Any
) -> Program:
    """Return the program that records the cell and does what the options ask for.

    Raises:
        OptionError: the target was not recorded by a cell.
    """
    if cell is None:
        raise OptionError(say("magics-no-source-text", target=target))
    recipe = _recipe(cell.text(), target, sources, cell.watch, what, options)
    return Program(program(_with_names(recipe, names)))


def program_of_function(function: str, points: Sequence[str], what: str, options: Any) -> Program:
    """Return the program that differentiates a function at a point."""
    names = [f"x{place}" for place in range(len(points))] if len(points) != 1 else ["x"]
    bound = zip(names, points, strict=True)
    lines = [f"{name} = tf.convert_to_tensor({_as_float(point)})" for name, point in bound]
    call = f"y = {function}({', '.join(names)})"
    if what in ("check", "compare", "jvp"):  # the points stand before what is shifted, or pushed forward
        recipe = _recipe(call, "y", names, (), what, options)
        return Program("\n".join(["import tensorflow as tf", *lines, ""]) + program(recipe))
    recipe = _recipe("\n".join([*lines, call]), "y", names, tuple(names), what, options)
    return Program(program(_with_names(recipe, [*names, "y"])))


def program_of_plot(function: str, options: Any) -> Program:
    """Return the program that computes a function and its derivatives over an interval, and draws them."""
    low, high = options.plot
    points = f"tf.linspace(tf.constant({low}, tf.float64), {high}, 401)"
    order = 1 if options.order is None else options.order
    lines = ["import matplotlib.pyplot as plt", "import tensorflow as tf", "", f"x = {points}"]
    for level in range(order, 0, -1):
        lines.append("    " * (order - level) + f"with tf.GradientTape() as tape_{level}:")
        lines.append("    " * (order - level + 1) + f"tape_{level}.watch(x)")
    lines.append("    " * order + f"y = {function}(x)")
    for level in range(1, order + 1):
        lower = "y" if level == 1 else f"y_{level - 1}"
        lines.append("    " * (order - level) + f"y_{level} = tape_{level}.gradient({lower}, x)")
    names = ", ".join(["y", *(f"y_{level}" for level in range(1, order + 1))])
    lines += ["", f"result = [{names}]", "for values in result:", "    plt.plot(x, values)", "plt.show()"]
    return Program("\n".join(lines) + "\n")


def _recipe(
    body: str, target: str, sources: Sequence[str], watch: Sequence[str], what: str, options: Any
) -> Recipe:
    return Recipe(
        body=body,
        target=target,
        sources=tuple(sources),
        watch=tuple(watch),
        kind=_SHOWN_AS.get(what, what),
        order=1 if options.order is None else options.order,
        vector=getattr(options, what, None) or "",
        zero=bool(options.zero),
    )


def _with_names(recipe: Recipe, names: Sequence[str]) -> Recipe:
    return Recipe(**{**vars(recipe), "names": tuple(names)})


def _as_float(word: str) -> str:
    # `%grad f 2` differentiates at 2.0; so does the program.
    return f"{word}.0" if word.lstrip("-").isdigit() else word
