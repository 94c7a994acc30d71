"""What the parent of grading's kernels loads, and the hook that it calls in each of them.

The parent imports this module before it forks: what is imported here, no kernel has to import again. The
exercises' checks are not, and their folder is out of a confined kernel's sight.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from gradmagic.grading.sandbox import confine

__all__ = ["confine"]

# What an exercise's first cells and a probe need.
LOADED = (
    "gradmagic.magics",
    "gradmagic.magics._magics",
    "gradmagic.tape",
    "gradmagic.training",
    "gradmagic.course.checking._probe",
    "unittest.mock",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
)
# What a kernel loads as it starts, found by comparing `sys.modules`; another version may lack one of them.
LATE = (
    "gradmagic.kernels._kernel",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.debugger_backport",
    "IPython.core.logger",
    "IPython.core.magics.extension",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "tornado.platform.asyncio",
)

for _name in LOADED:
    import_module(_name)
for _name in LATE:
    with suppress(ModuleNotFoundError):
        import_module(_name)
