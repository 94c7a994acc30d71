"""gradmagic: record, differentiate, explain and train in a notebook cell.

`%load_ext gradmagic` brings `%%tape`, `%grad` and `%train`; everything they do is also an ordinary
function of this package. Importing it does not import TensorFlow: that happens on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradmagic.tape import (
        CheckReport,
        OpRecord,
        Tape,
        check_grads,
        grad,
        hessian,
        hvp,
        jacobian,
        jvp,
        value_and_grad,
    )
    from gradmagic.training import History, Run, train

__all__ = [
    "CheckReport",
    "History",
    "OpRecord",
    "Run",
    "Tape",
    "__version__",
    "check_grads",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "load_ipython_extension",
    "train",
    "unload_ipython_extension",
    "value_and_grad",
]

# Where each public name lives; looked up on first use, so that importing the package costs nothing.
_HOMES = {
    "CheckReport": "tape",
    "History": "training",
    "OpRecord": "tape",
    "Run": "training",
    "Tape": "tape",
    "check_grads": "tape",
    "grad": "tape",
    "hessian": "tape",
    "hvp": "tape",
    "jacobian": "tape",
    "jvp": "tape",
    "train": "training",
    "value_and_grad": "tape",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("gradmagic")
    if name not in _HOMES:
        raise AttributeError(f"module 'gradmagic' has no attribute {name!r}")
    return getattr(import_module(f"gradmagic.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: Any) -> None:
    """Add the magics to a notebook or an IPython session: `%load_ext gradmagic`."""
    from gradmagic.magics import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take away everything that loading added: `%unload_ext gradmagic`."""
    from gradmagic.magics import unload

    unload(shell)
