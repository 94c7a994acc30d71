"""Public names that are looked up on first use.

A package's `__init__` names everything it offers, and a notebook loads it before it needs any of it: what a
name imports, NumPy above all, is paid for by the first cell that uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["lookup"]


def lookup(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return a package's `__getattr__` and `__dir__`, by which its names are found on first use (PEP 562).

    Args:
        package: its `__name__`.
        homes: for each such name, the module that has it, as seen from the package.
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    def names() -> list[str]:
        module = import_module(package)
        return sorted({*vars(module), *module.__all__})

    return find, names
