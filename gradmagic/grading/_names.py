"""What a cell binds and what it looks up, read off its text; nothing is run.

Magics are read as IPython would: `%train loss w` mentions `loss` and `w`, `%%tape NAME` has a body of
Python. What cannot be read (a star import, `exec`, `globals()`) makes a cell opaque: it may bind anything.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["NO_PYTHON", "CellNames", "names_of", "python_of"]

# A function of IPython's that our text of a magic calls, so that the text is Python.
MAGIC = "run_line_magic"
LINE = re.compile(r"^(?P<indent>\s*)(?:(?P<bound>[\w, ]+?)\s*=\s*)?(?P<sign>%|!!?)(?P<rest>[^%].*)$")
QUESTION = re.compile(r"^\s*\??\??[\w.]+\?\??\s*$")
WORD = re.compile(r"[A-Za-z_]\w*")

# Cell magics whose body is Python in the notebook's own namespace.
PYTHON_CELLS = {"tape", "train", "time", "timeit", "capture", "prun"}

# Line magics that change nothing that they mention.
LOOKING = {"grad", "check", "hint", "load_ext", "matplotlib", "gradmagic", "config"}
OURS = {"tape", "train"}
COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr")

OPAQUE = {"exec", "eval", "globals", "locals", "vars", "get_ipython", "__import__"}
OPAQUE |= {"_", "__", "_i", "_ih", "In", "Out"}  # what IPython remembers of other cells
OPAQUE_ATTRIBUTES = {"user_ns", "modules", "__globals__", "f_globals", "run_cell", "__dict__"}


@dataclass(frozen=True)
class Statement:
    """The names of one statement at a cell's top level: those bound, looked up now, and looked up later."""

    bound: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CellNames:
    """The names of one cell.

    Attributes:
        defined: bound by `def`, `class` or an import.
        assigned: bound in any other way.
        used: looked up in the notebook's namespace, in functions too.
        changed: mentioned where the thing of that name may be changed: a method called on it, an item set,
            given to a magic or to a function.
        statements: of each statement at its top level what it binds, what it looks up at once, and what
            only a call of a function in it will look up.
        opaque: it may do more than its text tells.
        readable: its text is Python.
    """

    defined: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    statements: tuple[Statement, ...] = ()
    opaque: bool = False
    readable: bool = True

    @property
    def bound(self) -> frozenset[str]:
        """All that it binds."""
        return self.defined | self.assigned


# What a text may raise that is no Python, or so deep that Python itself gives up.
NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


# The exercise's own cells come with every submission.
@lru_cache(maxsize=2048)
def names_of(source: str) -> CellNames:
    """Return the names of a cell; one that is no Python binds nothing, since running it only fails."""
    try:
        return _names_of(source)
    except NO_PYTHON:
        return CellNames(readable=False, opaque=source.lstrip().startswith("%%"))


def _names_of(source: str) -> CellNames:
    text, words, more = _python(source)
    tree = ast.parse(text)
    table = symtable.symtable(text, "cell", "exec")  # finds more: `return` outside a function
    statements = [_names_in(table), Statement(frozenset(more), frozenset(words))]
    if len(tree.body) > 1:
        statements[:1] = [
            _names_in(symtable.symtable(ast.unparse(statement), "cell", "exec")) for statement in tree.body
        ]
    bound = frozenset().union(*(one.bound for one in statements))
    used = frozenset().union(*(one.now | one.later for one in statements))
    defined = bound & {name for statement in tree.body for name in _defined(statement)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    stars = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree))
    return CellNames(
        defined,
        bound - defined,
        used,
        frozenset(_changed(tree)),
        tuple(statements),
        stars or bool(used & OPAQUE) or bool(attributes & OPAQUE_ATTRIBUTES),
    )


@lru_cache(maxsize=2048)
def python_of(source: str) -> str:
    """Return a cell's text as Python: magics as calls, the body of `%%tape` as it is."""
    return _python(source)[0]


def _python(source: str) -> tuple[str, set[str], set[str]]:
    """The text as Python; the words that stand in magics; the names that magics may bind."""
    words: set[str] = set()
    bound: set[str] = set()
    lines = source.splitlines()
    if lines and lines[0].startswith("%%"):
        name, _, rest = lines[0][2:].partition(" ")
        words |= _words(rest)
        bound |= ({"tape"} | words if name == "tape" else _outs(rest)) if name in OURS else words
        lines = [f"{MAGIC}({name!r}, {rest!r})", *lines[1:]] if name in PYTHON_CELLS else []
    if not any(sign in line for line in lines for sign in "%!?"):
        return "\n".join(lines), words, bound
    try:
        ast.parse("\n".join(lines))
        return "\n".join(lines), words, bound
    except NO_PYTHON:
        pass  # there are magics in it
    for place, line in enumerate(lines):
        magic = LINE.match(line)
        if magic is not None:
            left = f"{magic['bound']} = " if magic["bound"] else ""
            name, _, rest = magic["rest"].partition(" ")
            called = f"{MAGIC}({name!r}, {rest!r})" if magic["sign"] == "%" else "None"
            lines[place] = f"{magic['indent']}{left}{called}"
            if magic["sign"] == "%":
                # It differentiates the latest recording, whose name it need not say.
                words |= _words(rest) | ({"tape"} if name == "grad" else set())
                bound |= _outs(rest)
        elif QUESTION.match(line) and "?" in line:
            lines[place] = "None"
    return "\n".join(lines), words, bound


def _words(rest: str) -> set[str]:
    """The words of a magic's line that may be names; its options are none."""
    return set(WORD.findall(re.sub(r"--?[A-Za-z][\w-]*", " ", rest)))


def _outs(rest: str) -> set[str]:
    return set(re.findall(r"-o\s+([A-Za-z_]\w*)", rest))


def _names_in(table: symtable.SymbolTable) -> Statement:
    """What a program binds at its top level, and what it looks up there."""
    bound: set[str] = set()
    now: set[str] = set()
    later: set[str] = set()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            bound.add(symbol.get_name())
        if symbol.is_referenced():
            now.add(symbol.get_name())
    for child in table.get_children():
        for name, is_assigned, at_once in _global_names(child, at_once=True):
            (bound if is_assigned else now if at_once else later).add(name)
    return Statement(frozenset(bound), frozenset(now), frozenset(later))


def _global_names(table: symtable.SymbolTable, at_once: bool) -> Iterator[tuple[str, bool, bool]]:
    """The names of the notebook in an inner scope; whether it binds them; whether it runs at once."""
    at_once = at_once and (table.get_type() == "class" or table.get_name() in COMPREHENSIONS)
    for symbol in table.get_symbols():
        if symbol.is_global():
            if symbol.is_declared_global() and symbol.is_assigned():
                yield symbol.get_name(), True, at_once
            if symbol.is_referenced():
                yield symbol.get_name(), False, at_once
    for child in table.get_children():
        yield from _global_names(child, at_once)


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.partition(".")[0] for one in statement.names)


# Calls of these change none of their arguments: modules by their usual names, and Python's own functions.
PURE = {
    "np", "numpy", "tf", "plt", "pd", "math", "display", "print", "len", "range", "float", "int", "str",
    "repr", "list", "tuple", "dict", "set", "zip", "enumerate", "sum", "min", "max", "abs", "round", "sorted",
    "reversed", "axes", "axis", "figure", "ax", "fig", "type", "isinstance", "any", "all", "bool",
}  # fmt: skip


def _changed(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            root = _root(node.func)
            match node:
                case ast.Call(
                    func=ast.Name("run_line_magic"), args=[ast.Constant(str(name)), ast.Constant(str(rest))]
                ):
                    found |= _words(rest) if name not in LOOKING else set()
                    continue
            if isinstance(node.func, ast.Attribute) and root is not None and root not in PURE:
                found.add(root)
            if root in PURE:
                continue
            for argument in (*node.args, *(word.value for word in node.keywords)):
                found |= {
                    inner.id
                    for inner in ast.walk(argument)
                    if isinstance(inner, ast.Name) and not isinstance(argument, ast.Lambda)
                }
        elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            root = _root(node)
            found |= {root} if root is not None else set()
        elif isinstance(node, ast.AugAssign | ast.Delete):
            found |= {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return found


def _root(node: ast.AST) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
