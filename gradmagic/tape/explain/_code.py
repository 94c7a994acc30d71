"""What the learner's source says: where a value left TensorFlow, where a name was overwritten.

The log knows what TensorFlow did; what happened to a value outside TensorFlow only the text tells. The
analysis follows names through the statements in the order of their lines: enough for a cell, and never
used for more than to find a line once the log has shown that something is missing.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Code", "Spot", "code_of"]

# Modules whose functions give NumPy arrays or Python numbers.
_OTHER_LIBRARIES = frozenset(
    {"numpy", "math", "cmath", "scipy", "pandas", "random", "statistics", "torch", "jax"}
)
_USUAL_ALIASES = {"np": "numpy", "math": "math", "pd": "pandas"}
_LEAVING_BUILTINS = frozenset({"float", "int", "bool", "complex", "str", "round"})
_LEAVING_METHODS = frozenset({"numpy", "item", "tolist"})
_COPYING = frozenset({"constant", "numpy_function"})


@dataclass(frozen=True)
class Spot:
    """A place in the source: its line (1-based) and its text."""

    line: int
    text: str


class Code:
    """The parsed source of a cell or a file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tree = ast.parse(text)
        self._modules = dict(_USUAL_ALIASES)
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._modules[alias.asname or alias.name.split(".")[0]] = alias.name.split(".")[0]

    def leaves_tensorflow(self, source: str, target: str) -> Spot | None:
        """Return where the value of `source` leaves TensorFlow on its way to `target`."""
        derived, left = {source}, dict[str, Spot]()
        for statement in self._statements():
            names, value = _binding(statement)
            if value is None:
                continue
            reads = _names_in(value)
            leaving = self._leaving_call(value, derived)
            inherited = next((left[name] for name in reads if name in left), None)
            if not reads & derived and inherited is None:
                continue
            self._enter_functions(value, derived)
            spot = inherited or (self._spot(leaving) if leaving is not None else None)
            for name in names:
                derived.add(name)
                if spot is not None:
                    left[name] = spot
        return left.get(target)

    def overwrites(self, name: str) -> Spot | None:
        """Return where a name is computed from itself and bound again: `x = x + 1`, `x -= step`."""
        for statement in self._statements():
            if isinstance(statement, ast.AugAssign) and _text_of(statement.target) == name:
                return self._spot(statement)
            if isinstance(statement, ast.Assign):
                names, value = _binding(statement)
                if name in names and value is not None and name in _names_in(value):
                    return self._spot(statement)
        return None

    def makes_variable(self, name: str) -> bool:
        """Tell whether the source binds a name to a new Variable."""
        for statement in self._statements():
            names, value = _binding(statement)
            if name in names and isinstance(value, ast.Call) and _text_of(value.func).endswith("Variable"):
                return True
        return False

    def assigns(self, name: str) -> Spot | None:
        """Return the last statement that binds a name."""
        found = [statement for statement in self._statements() if name in _binding(statement)[0]]
        return self._spot(found[-1]) if found else None

    def has_custom_gradient(self, function: str) -> bool:
        """Tell whether a function, or the one it stands in, is decorated with `tf.custom_gradient`."""
        return any(
            isinstance(node, ast.FunctionDef)
            and node.name == function
            and any("custom_gradient" in _text_of(decorator) for decorator in node.decorator_list)
            for node in ast.walk(self._tree)
        )

    def _statements(self) -> Iterator[ast.stmt]:
        found = [node for node in ast.walk(self._tree) if isinstance(node, ast.stmt)]
        return iter(sorted(found, key=lambda node: (node.lineno, node.col_offset)))

    def _leaving_call(self, value: ast.expr, derived: set[str]) -> ast.expr | None:
        """The innermost call in `value` that takes something derived and gives no tensor of TensorFlow's."""
        found = None
        for node in ast.walk(value):
            if isinstance(node, ast.Call) and self._leaves(node) and _names_in(node) & derived:
                found = node  # `walk` goes from the outside in
        return found

    def _leaves(self, call: ast.Call) -> bool:
        function = call.func
        if isinstance(function, ast.Name):
            return function.id in _LEAVING_BUILTINS
        if not isinstance(function, ast.Attribute):
            return False
        if function.attr in _LEAVING_METHODS or function.attr in _COPYING:
            return True
        root = _text_of(function).split(".")[0]
        return self._modules.get(root) in _OTHER_LIBRARIES

    def _enter_functions(self, value: ast.expr, derived: set[str]) -> None:
        """A call of the learner's own function hands what is derived to its parameters."""
        for call in ast.walk(value):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and _names_in(call) & derived:
                for node in ast.walk(self._tree):
                    if isinstance(node, ast.FunctionDef) and node.name == call.func.id:
                        derived.update(argument.arg for argument in node.args.args)

    def _spot(self, node: ast.expr | ast.stmt) -> Spot:
        text = ast.get_source_segment(self._text, node) or ast.unparse(node)
        return Spot(node.lineno, " ".join(text.split()))


def code_of(filenames: Iterable[str], texts: Iterable[str] = ()) -> list[Code]:
    """Return the parsed sources: the files' first, then further texts; what does not parse is left out."""
    found = ["".join(linecache.getlines(filename)) for filename in dict.fromkeys(filenames)]
    return [code for text in (*found, *texts) if (code := _parsed(text)) is not None]


@lru_cache(maxsize=256)
def _parsed(text: str) -> Code | None:
    try:
        return Code(text) if text.strip() else None
    except SyntaxError:  # a cell of magics, or of another language
        return None


def _binding(statement: ast.stmt) -> tuple[list[str], ast.expr | None]:
    """The names a statement binds and the value they get."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            return [name for target in targets for name in _bound(target)], value
        case ast.AnnAssign(target=target, value=value):
            return list(_bound(target)), value
        case ast.AugAssign(target=target, value=value):
            names = list(_bound(target))
            return names, ast.Tuple([value, *[ast.Name(name, ast.Load()) for name in names]], ast.Load())
        case ast.Return(value=value) if value is not None:
            return [], value
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=[first, *_])):
            return [name], first  # `items.append(x)`, `v.assign(x)`
    return [], None


def _bound(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            yield node.id


def _names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _text_of(node: ast.AST) -> str:
    return ast.unparse(node)
