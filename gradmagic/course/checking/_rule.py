"""How an answer is to be found, where the task says so: by syntax tree, and by what TensorFlow does."""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Protocol
from unittest.mock import patch

from gradmagic.course.checking._words import Words, told
from gradmagic.messages import say

__all__ = ["Avoids", "Rule", "Seen", "UsesOperation", "UsesTape", "sources_of", "watching"]


# Of gradmagic's and Keras's own functions, those that ask a tape; and the methods that do.
DIFFERENTIATES = ("gradmagic.", "keras.optimizers.", "keras.Model", "keras.Sequential", "keras.models.")
COMPILES = {"tensorflow.function", "tensorflow.autograph.to_graph", "functools.cache", "functools.lru_cache"}
COMPILING = {"get_concrete_function"}
ASKS_A_TAPE = {"gradient", "jacobian", "batch_jacobian", "minimize", "fit", "train_on_batch"}

# Names that a text is reached by which cannot be read off it.
BUILTINS = ("__import__", "compile", "eval", "exec", "getattr", "globals", "locals", "vars")
UNREADABLE = (
    *(f"builtins.{name}" for name in BUILTINS),
    "importlib.import_module",
    "operator.attrgetter",
    "sys.modules",
)


@dataclass
class Seen:
    """What TensorFlow was seen to do while the learner's code ran.

    Attributes:
        gradients: how many times a gradient tape was asked for a derivative.
        operations: the types of the operations that ran, if a rule asked for them.
    """

    gradients: int = 0
    operations: set[str] = field(default_factory=set)


class Rule(Protocol):
    """A demand on how; `name` is what a file of wrong answers calls its breach."""

    @property
    def name(self) -> str:
        """The breach's name."""

    @property
    def watches_operations(self) -> bool:
        """Whether it must know which operations ran."""

    def breach(self, asked: Mapping[str, Any], seen: Seen) -> str | None:
        """Return a kind sentence if the rule is broken.

        Args:
            asked: the learner's objects, by name.
            seen: what ran.
        """

    def breach_in_text(self, source: str, seen: Seen) -> str | None:
        """Return the sentence if the program's text breaks the rule; nothing is run.

        Args:
            source: the definitions that the answer is made of.
            seen: what the learner's own process says it saw: it may speak against the learner, never for.
        """


@dataclass(frozen=True)
class UsesTape:
    """The derivative is to come from a gradient tape, not from a formula.

    Broken if no tape was asked for a gradient while the check ran, and none stands in the code either (a
    function compiled earlier asks no tape again).
    """

    words: Words | None = None
    name: str = "no-tape"
    watches_operations: bool = False

    def breach(self, asked: Mapping[str, Any], seen: Seen) -> str | None:
        """Return the sentence, or `None`."""
        if seen.gradients or any(
            dotted.endswith(".GradientTape") for thing in asked.values() for dotted in dotted_names(thing)
        ):
            return None
        return told(self.words) if self.words else say("rule-no-tape")

    def breach_in_text(self, source: str, seen: Seen) -> str | None:
        """Return the sentence if nothing in the text asks for a derivative, or none was asked for."""
        tree = ast.parse(source)
        used = set(names_in_text(tree))
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        taped = any(name.endswith(".GradientTape") for name in used)
        # What was compiled earlier asks no tape again; any other tape that is asked nothing is for show.
        if taped and (seen.gradients or used & COMPILES or called & COMPILING):
            return None
        if seen.gradients and (any(map(_differentiates, used)) or called & ASKS_A_TAPE):
            return None
        return told(self.words) if self.words else say("rule-no-tape")


@dataclass(frozen=True)
class UsesOperation:
    """One of these TensorFlow operations is to run: `UsesOperation(("MatMul",), words)`."""

    operations: tuple[str, ...]
    words: Words
    name: str = "operation-missing"
    watches_operations: bool = True

    def breach(self, asked: Mapping[str, Any], seen: Seen) -> str | None:
        """Return the sentence, or `None`."""
        return None if seen.operations & set(self.operations) else told(self.words)

    def breach_in_text(self, source: str, seen: Seen) -> str | None:
        """Return the sentence if the text has nothing of TensorFlow's, or the operation was not seen."""
        tree = ast.parse(source)
        # Between tensors an operator is an operation.
        possible = any(name.partition(".")[0] in ("tensorflow", "keras") for name in names_in_text(tree))
        possible = possible or any(isinstance(node, ast.BinOp) for node in ast.walk(tree))
        return None if possible and seen.operations & set(self.operations) else told(self.words)


@dataclass(frozen=True)
class Avoids:
    """Something is to be done without a library's ready-made part: `Avoids(("keras.optimizers",))`.

    Names are looked up where the code would look them up, so an alias or `from ... import ... as` makes no
    difference; helpers and base classes of the learner's own are read as well.
    """

    forbidden: tuple[str, ...]
    words: Words | None = None
    name: str = "ready-made"
    watches_operations: bool = False

    def breach(self, asked: Mapping[str, Any], seen: Seen) -> str | None:
        """Return the sentence, or `None`."""
        for thing in asked.values():
            for dotted in dotted_names(thing):
                if self._forbids(dotted):
                    return told(self.words) if self.words else say("rule-ready-made", name=dotted)
        return None

    def breach_in_text(self, source: str, seen: Seen | None = None) -> str | None:
        """Return the sentence if the text uses what is forbidden, or hides what it uses; nothing is run."""
        tree = ast.parse(source)
        found = next((name for name in sorted(set(names_in_text(tree))) if self._forbids(name)), None)
        if found is not None:
            return told(self.words) if self.words else say("rule-ready-made", name=found)
        hidden = next((name for name in names_in_text(tree) if name in UNREADABLE), None)
        return say("rule-unreadable", name=hidden) if hidden is not None else None

    def _forbids(self, dotted: str) -> bool:
        return any(f"{dotted}.".startswith(f"{prefix}.") for prefix in self.forbidden)


@contextmanager
def watching(operations: bool) -> Iterator[Seen]:
    """Count the derivatives that tapes are asked for; with `operations`, take note of what runs, too."""
    import sys

    seen = Seen()
    if "tensorflow" not in sys.modules:
        yield seen
        return
    from gradmagic.tape import Tape, tensorflow

    tape_class = tensorflow().GradientTape
    with ExitStack() as stack:
        for name in ("gradient", "jacobian", "batch_jacobian"):
            stack.enter_context(patch.object(tape_class, name, _counting(getattr(tape_class, name), seen)))
        recording = None
        if operations:
            recording = stack.enter_context(Tape(values=False, watch_accessed_variables=False))
        try:
            yield seen
        finally:
            if recording is not None:
                seen.operations |= {record.operation for record in recording.records}


def _counting(method: Any, seen: Seen) -> Any:
    def counted(*arguments: Any, **named: Any) -> Any:
        seen.gradients += 1
        return method(*arguments, **named)

    return counted


def dotted_names(thing: Any) -> Iterator[str]:
    """Every name that a function or class of the learner's uses, in full: `keras.optimizers.SGD`."""
    for function, tree in sources_of(thing):
        roots = {**function.__globals__, **inspect.getclosurevars(function).nonlocals}
        # A parameter or another local of the same name is not what the notebook calls so.
        for own in function.__code__.co_varnames:
            roots.pop(own, None)
        yield from map(_plain, _names_in(tree, roots))
    bases = thing.__mro__[1:] if isinstance(thing, type) else ()
    yield from (_plain(f"{base.__module__}.{base.__qualname__}") for base in bases)


def sources_of(thing: Any, known: set[int] | None = None) -> Iterator[tuple[Any, ast.AST]]:
    """The trees of a learner's function, or of a class's methods, and of the helpers they call."""
    known = set() if known is None else known
    for function in _functions(thing):
        if id(function) in known:
            continue
        known.add(id(function))
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        except (OSError, SyntaxError, TypeError):
            continue  # a lambda cut out of its line, code typed into exec: there is no text to read
        yield function, tree
        for node in ast.walk(tree):
            helper = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
            if helper is not None:
                yield from (
                    found
                    for found in sources_of(helper, known)
                    if found[0].__globals__ is function.__globals__
                )


def _functions(thing: Any) -> list[Any]:
    thing = inspect.unwrap(thing) if inspect.isfunction(thing) else thing
    # What tf.function makes of a function keeps it under this name.
    thing = getattr(thing, "python_function", thing) if not isinstance(thing, type) else thing
    if inspect.ismethod(thing):
        thing = thing.__func__
    if inspect.isfunction(thing):
        return [thing]
    if isinstance(thing, ModuleType):
        return []
    kind = thing if isinstance(thing, type) else type(thing)
    if kind.__module__ != "__main__":
        return []
    return [method for method in vars(kind).values() if inspect.isfunction(method)]


def _names_in(tree: ast.AST, roots: Mapping[str, Any]) -> Iterator[str]:
    imported = _imported(tree)
    for node in ast.walk(tree):
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            continue
        rest = parts[::-1]
        if node.id in imported:
            yield ".".join([imported[node.id], *rest])
        elif node.id in roots:
            yield ".".join([_place_of(roots[node.id]), *rest])


def names_in_text(tree: ast.AST) -> Iterator[str]:
    """Every name that a program uses, in full: imported ones, and those of Python itself.

    `getattr(thing, "name")` is read as `thing.name`; with anything else than a word, as `getattr`.
    """
    tree = _Getattr().visit(copy.deepcopy(tree))
    yield from map(_plain, _names_in(tree, {name: getattr(builtins, name) for name in BUILTINS}))
    yield from map(_plain, _imported(tree).values())


class _Getattr(ast.NodeTransformer):
    """Write `getattr(thing, "name")` as `thing.name`."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name("getattr"), args=[thing, ast.Constant(str(name)), *_]):
                return ast.copy_location(ast.Attribute(thing, name, ast.Load()), node)
        return node


def _differentiates(name: str) -> bool:
    return name.startswith(DIFFERENTIATES)


def _imported(tree: ast.AST) -> dict[str, str]:
    """What the names are that the code itself imports."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                names[one.asname or one.name.partition(".")[0]] = (
                    one.name if one.asname else one.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                names[one.asname or one.name] = f"{node.module}.{one.name}"
    return names


def _place_of(thing: Any) -> str:
    if isinstance(thing, ModuleType):
        return thing.__name__
    named = thing if isinstance(thing, type) or inspect.isroutine(thing) else type(thing)
    return f"{named.__module__}.{getattr(named, '__qualname__', '')}"


def _plain(dotted: str) -> str:
    """Leave out where a library hides its parts: `tensorflow.keras.x`, `keras.src.x`, `keras.api.x`."""
    for hidden in ("keras.src.", "keras.api.", "keras._tf_keras.keras."):
        dotted = dotted.replace(hidden, "keras.")
    return dotted.removeprefix("tensorflow.") if dotted.startswith("tensorflow.keras") else dotted
