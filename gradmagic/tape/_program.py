"""The plain TensorFlow program that does what a magic did: `--code`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Recipe", "program"]

_ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True)
class Recipe:
    """What is to be written down.

    Attributes:
        body: the source of the recorded cell; of a function's call when a function was differentiated.
        target: what is differentiated, as it is written.
        sources: by what, as it is written.
        watch: names of constants to watch.
        kind: `"gradient"`, `"jacobian"`, `"hessian"`, `"batch_jacobian"`, `"vjp"`, `"jvp"`, `"hvp"`,
            `"newton_step"`, `"check"` or `"adjoints"`.
        order: of a gradient.
        vector: of a product, as it is written.
        names: for `"adjoints"`, the names of tensors of the cell.
        zero: of a gradient, 0 where there is no dependence.
    """

    body: str
    target: str
    sources: tuple[str, ...]
    watch: tuple[str, ...] = ()
    kind: str = "gradient"
    order: int = 1
    vector: str = ""
    names: tuple[str, ...] = ()
    zero: bool = False


def program(recipe: Recipe) -> str:
    """Return the program; run where the cell's names are defined, it leaves its result in `result`."""
    lines = ["import tensorflow as tf", ""]
    writer = {
        "gradient": _gradient,
        "hessian": _second_order,
        "hvp": _second_order,
        "newton_step": _newton,
        "jvp": _forward,
        "check": _check,
    }.get(recipe.kind, _first_order)
    lines += writer(recipe)
    if recipe.kind != "check":
        lines += ["print(result)"]
    return "\n".join(lines) + "\n"


def _gradient(recipe: Recipe) -> list[str]:
    if recipe.order == 1:
        return _first_order(recipe)
    # One tape inside the other; each source by itself, as `%grad --order` does it.
    lines: list[str] = []
    for source in recipe.sources:
        lines += _nested(recipe, source, recipe.order)
        lines += [f"result_{_plain(source)} = {_ordinal(recipe.order)}"] if len(recipe.sources) > 1 else []
    if len(recipe.sources) > 1:
        return [*lines, f"result = [{', '.join(f'result_{_plain(source)}' for source in recipe.sources)}]"]
    return [*lines, f"result = {_ordinal(recipe.order)}"]


def _nested(recipe: Recipe, source: str, order: int) -> list[str]:
    names = [f"tape_{level}" for level in range(1, order + 1)]
    lines = [
        "    " * depth + f"with tf.GradientTape(persistent=True) as {name}:"
        for depth, name in enumerate(reversed(names))
    ]
    lines += _indented(_watched(recipe, names), order)
    derivative = recipe.target
    for level, name in enumerate(names, 1):
        lines.append(
            "    " * (order - level) + f"{_ordinal(level)} = {name}.gradient({derivative}, {source})"
        )
        derivative = _ordinal(level)
    return lines


def _first_order(recipe: Recipe) -> list[str]:
    lines = ["with tf.GradientTape(persistent=True) as tape:", *_indented(_watched(recipe, ["tape"]), 1), ""]
    sources = _listed(recipe.sources)
    call = {
        "gradient": f"tape.gradient({recipe.target}, {sources}{_zero(recipe)})",
        "jacobian": f"tape.jacobian({recipe.target}, {sources})",
        "batch_jacobian": f"tape.batch_jacobian({recipe.target}, {sources})",
        "vjp": f"tape.gradient({recipe.target}, {sources}, tf.convert_to_tensor({recipe.vector or 1.0}))",
        "adjoints": f"tape.gradient({recipe.target}, {_listed(recipe.names, always=True)})",
    }[recipe.kind]
    return [*lines, f"result = {call}"]


def _second_order(recipe: Recipe) -> list[str]:
    lines = ["with tf.GradientTape(persistent=True) as outer:"]
    lines += ["    with tf.GradientTape(persistent=True) as inner:"]
    lines += _indented(_watched(recipe, ["inner", "outer"]), 2)
    sources = _listed(recipe.sources)
    if recipe.kind == "hvp":
        lines += [f"    gradient = inner.gradient({recipe.target}, {sources})", ""]
        return [*lines, f"result = outer.gradient(gradient, {sources}, output_gradients={_vector(recipe)})"]
    lines += [f"    gradients = inner.gradient({recipe.target}, {_listed(recipe.sources, always=True)})", ""]
    found = [f"outer.jacobian(gradients[{place}], {source})" for place, source in enumerate(recipe.sources)]
    return [*lines, f"result = {_listed(found)}"]


def _newton(recipe: Recipe) -> list[str]:
    lines = ["with tf.GradientTape(persistent=True) as outer:"]
    lines += ["    with tf.GradientTape(persistent=True) as inner:"]
    lines += _indented(_watched(recipe, ["inner", "outer"]), 2)
    sources = _listed(recipe.sources, always=True)
    return [
        *lines,
        f"    gradients = inner.gradient({recipe.target}, {sources})",
        "    flat = tf.concat([tf.reshape(gradient, [-1]) for gradient in gradients], 0)",
        "",
        f"rows = [tf.reshape(outer.jacobian(flat, source), [flat.shape[0], -1]) for source in {sources}]",
        "step = tf.linalg.solve(tf.concat(rows, 1), -flat[:, None])[:, 0]",
        f"parts = tf.split(step, [tf.size(source) for source in {sources}])",
        f"result = [tf.reshape(part, source.shape) for part, source in zip(parts, {sources})]",
    ]


def _forward(recipe: Recipe) -> list[str]:
    sources = _listed(recipe.sources)
    lines = [f"with tf.autodiff.ForwardAccumulator({sources}, {_vector(recipe)}) as forward:"]
    return [*lines, *_indented(_statements(recipe.body), 1), "", f"result = forward.jvp({recipe.target})"]


def _check(recipe: Recipe) -> list[str]:
    """Central differences of every coordinate, beside the gradient."""
    arguments = ", ".join(recipe.sources)
    lines = [f"def target({arguments}):", *_indented(_statements(recipe.body), 1)]
    lines += [f"    return tf.reduce_sum({recipe.target})", ""]
    sources = _listed(recipe.sources, always=True)
    return [
        *lines,
        f"sources = [tf.convert_to_tensor(source) for source in {sources}]",
        "with tf.GradientTape() as tape:",
        "    tape.watch(sources)",
        "    value = target(*sources)",
        "automatic = tape.gradient(value, sources)",
        "",
        "numeric = []",
        "for place, source in enumerate(sources):",
        "    step = tf.cast(1e-2 if source.dtype == tf.float32 else 1e-5, source.dtype)",
        "    slopes = []",
        "    for index in range(tf.size(source).numpy()):",
        "        shift = step * tf.one_hot(index, tf.size(source), dtype=source.dtype)",
        "        shift = tf.reshape(shift, source.shape)",
        "        above = target(*sources[:place], source + shift, *sources[place + 1 :])",
        "        below = target(*sources[:place], source - shift, *sources[place + 1 :])",
        "        slopes.append((above - below) / (2 * step))",
        "    numeric.append(tf.reshape(tf.stack(slopes), source.shape))",
        "result = automatic",
        "print(automatic)",
        "print(numeric)",
    ]


def _watched(recipe: Recipe, tapes: Sequence[str]) -> list[str]:
    """The body, with each constant watched from the moment it is bound, or at once."""
    if not recipe.watch:
        return _statements(recipe.body)
    tree = ast.parse(recipe.body)
    lines = recipe.body.splitlines()
    bound: dict[str, int] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    bound[node.id] = statement.end_lineno or statement.lineno
    after: dict[int, list[str]] = {}
    for name in recipe.watch:
        after.setdefault(bound.get(name, 0), []).extend(f"{tape}.watch({name})" for tape in tapes)
    found = list(after.get(0, []))
    for number, line in enumerate(lines, 1):
        found += [line, *after.get(number, [])]
    return [line for line in found if line.strip()]


def _statements(body: str) -> list[str]:
    return [line for line in body.splitlines() if line.strip()]


def _indented(lines: Sequence[str], depth: int) -> list[str]:
    return ["    " * depth + line for line in lines]


def _listed(names: Sequence[str], *, always: bool = False) -> str:
    return names[0] if len(names) == 1 and not always else f"[{', '.join(names)}]"


def _zero(recipe: Recipe) -> str:
    return ", unconnected_gradients=tf.UnconnectedGradients.ZERO" if recipe.zero else ""


def _vector(recipe: Recipe) -> str:
    if len(recipe.sources) == 1:
        return f"tf.convert_to_tensor({recipe.vector})"
    return f"[tf.convert_to_tensor(part) for part in {recipe.vector}]"


def _ordinal(order: int) -> str:
    return _ORDINALS[order - 1] if order <= len(_ORDINALS) else f"derivative_{order}"


def _plain(name: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in name)
