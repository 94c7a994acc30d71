"""Keep a starting kernel from touching what it shares: every object that is looked at is a page copied."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["loaded_files", "without_counting_modules"]


def loaded_files() -> list[str]:
    """The files of all modules, as ipykernel lists them for its debugger. For the parent, once."""
    modules = sys.modules.copy().values()
    return [path for module in modules if (path := getattr(module, "__file__", None)) is not None]


class _SysWithoutModules:
    """`sys`, but it names no module."""

    modules: dict[str, Any] = {}  # noqa: RUF012 - never written to

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def without_counting_modules(app: Any, files: list[str]) -> None:
    """Have the kernel application take the parent's list of files instead of making its own.

    ipykernel looks at each of TensorFlow's thousands of modules when a kernel starts, and a reference count
    is written for each: 20 MB of pages copied. An ipykernel that does this elsewhere does it as ever.

    Args:
        app: the `IPKernelApp`, not initialized yet.
        files: what `loaded_files` returned in the parent.
    """
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
