"""The text of a check's body and of what it uses, and nothing else of the module that it stands in.

The expectation, the mistakes and the rules stand beside the body in the check's decorator. A probe cell gets
the body shaken free of them: the function without its decorator, docstring and annotations, and the
definitions of the module that it names, theirs, and so on.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import inspect
import symtable
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import ModuleType
from typing import Any

__all__ = ["shaken"]


@lru_cache(maxsize=512)
def shaken(function: Callable[..., Any]) -> str:
    """Return a program that defines `function` and what it uses of its module.

    What it imports from a module of its own package (`from ._network import cubic`) is written out as well,
    since that package is out of a submission's sight; every other import stays an import.

    Raises:
        ValueError: it cannot be found by its name, or two modules give one name different meanings;
            an author's mistake, so it keeps its traceback.
    """
    found: dict[str, tuple[str, ast.stmt]] = {}
    _gather(function.__name__, sys.modules[function.__module__], found)
    return ast.unparse(ast.Module([statement for _, statement in found.values()], []))


def _gather(name: str, module: ModuleType, found: dict[str, tuple[str, ast.stmt]]) -> None:
    """Put the statement that defines `name` into `found`, after the ones that it needs itself."""
    if name in found and found[name][0] == module.__name__:
        return
    statement = _definitions(module).get(name)
    if statement is None:
        if hasattr(builtins, name):
            return
        raise ValueError(f"{module.__name__} does not define {name} at its top level")
    if isinstance(statement, ast.Import | ast.ImportFrom):
        _gather_import(name, statement, module, found)
        return
    bare = _Bare().visit(ast.parse(ast.unparse(statement)).body[0])
    # A function that calls itself asks for its own name.
    _keep(name, module, bare, found)
    for needed in _needed(bare):
        _gather(needed, module, found)
    found[name] = found.pop(name)


def _keep(name: str, module: ModuleType, statement: ast.stmt, found: dict[str, tuple[str, ast.stmt]]) -> None:
    if name in found and ast.unparse(found[name][1]) != ast.unparse(statement):
        raise ValueError(f"{name} means one thing in {found[name][0]}, another in {module.__name__}")
    found[name] = (module.__name__, statement)


def _gather_import(
    name: str,
    statement: ast.Import | ast.ImportFrom,
    module: ModuleType,
    found: dict[str, tuple[str, ast.stmt]],
) -> None:
    alias = next(one for one in statement.names if (one.asname or one.name.partition(".")[0]) == name)
    if isinstance(statement, ast.Import):
        _keep(name, module, ast.Import([alias]), found)
        return
    source = "." * statement.level + (statement.module or "")
    package = module.__package__ or ""
    home = importlib.util.resolve_name(source, package) if statement.level else source
    if not package or not f"{home}.".startswith(f"{package}."):
        _keep(name, module, ast.ImportFrom(home, [alias], 0), found)
        return
    _gather(alias.name, importlib.import_module(home), found)
    if alias.asname and alias.asname != alias.name:
        _keep(name, module, ast.parse(f"{alias.asname} = {alias.name}").body[0], found)


def _definitions(module: ModuleType) -> dict[str, ast.stmt]:
    """The statements of a module by the names that they bind."""
    found: dict[str, ast.stmt] = {}
    for statement in ast.parse(inspect.getsource(module)).body:
        found.update((name, statement) for name in _bound(statement))
    return found


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.partition(".")[0] for one in statement.names)
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _needed(statement: ast.stmt) -> list[str]:
    """The names that a statement looks up outside itself."""
    own = set(_bound(statement))
    table = symtable.symtable(ast.unparse(statement), "probe", "exec")
    return [name for name in _looked_up(table) if name not in own]


def _looked_up(table: symtable.SymbolTable) -> Iterator[str]:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _looked_up(child)


class _Bare(ast.NodeTransformer):
    """Takes off decorators of checks, docstrings and annotations."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.decorator_list = [one for one in node.decorator_list if not _is_check(one)]
        node.returns = None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        if node.value is None:
            return ast.Pass()
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def _is_check(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr == "check"
