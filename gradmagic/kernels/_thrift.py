"""Keep a starting kernel from touching what it shares: every object that is looked at is a page copied."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["loaded_files", "loaded_names", "without_counting_modules"]


def loaded_files() -> list[str]:
    """The files of all modules, as ipykernel lists them for its debugger. For the parent, once."""
    modules = sys.modules.copy().values()
    return [path for module in modules if (path := getattr(module, "__file__", None)) is not None]


def loaded_names() -> set[str]:
    """The names of all modules, as IPython keeps them for `%reset --aggressive`. For the parent, once."""
    return set(sys.modules)


class _SysWithoutModules:
    """`sys`, but it names no module."""

    modules: dict[str, Any] = {}  # noqa: RUF012 - never written to

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(sys, name, value)


def without_counting_modules(app: Any, files: list[str], names: set[str]) -> None:
    """Have the kernel application take the parent's lists of modules instead of making its own.

    ipykernel looks at each of TensorFlow's thousands of modules when a kernel starts, and IPython at each
    name, and a reference count is written for each: 20 MB and 7 MB of pages copied. An ipykernel or IPython
    that does this elsewhere does it as ever.

    Args:
        app: the `IPKernelApp`, not initialized yet.
        files: what `loaded_files` returned in the parent.
        names: what `loaded_names` returned there.
    """
    _without_counting_files(app, files)
    _without_counting_names(app, names)


def _without_counting_names(app: Any, names: set[str]) -> None:
    module: Any = sys.modules.get("IPython.core.shellapp")  # ipykernel has imported it
    if not hasattr(module, "sys"):
        return
    run_code = app.init_code

    def init_code() -> None:
        module.sys = _SysWithoutModules()
        try:
            run_code()
        finally:
            module.sys = sys
        kept = getattr(app.shell, "_sys_modules_keys", None)
        if kept is None:
            return
        # Imported since the fork: the latest names, down to the first that the parent had.
        for name in reversed(sys.modules):
            if name in names:
                break
            names.add(name)
        app.shell._sys_modules_keys = names

    app.init_code = init_code


def _without_counting_files(app: Any, files: list[str]) -> None:
    from ipykernel import ipkernel

    make_kernel = app.init_kernel

    def init_kernel() -> None:
        module: Any = ipkernel
        if not hasattr(module, "sys"):
            make_kernel()
            return
        module.sys = _SysWithoutModules()
        try:
            make_kernel()
        finally:
            module.sys = sys
        app.kernel._kernel_modules = files
        if getattr(app.kernel, "debugger", None) is not None:
            app.kernel.debugger.kernel_modules = files

    app.init_kernel = init_kernel
