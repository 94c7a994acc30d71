"""gradmagic: record, differentiate, explain and train in a notebook cell.

`%load_ext gradmagic` brings `%%tape`, `%grad` and `%train`; everything they do is also an ordinary
function of this package. Importing it does not import TensorFlow: that happens on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradmagic._lazy import lookup

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
    from gradmagic.training import History, Race, Run, SavedRun, Sweep, model_loss, race, sweep, train

__all__ = [
    "CheckReport",
    "History",
    "OpRecord",
    "Race",
    "Run",
    "SavedRun",
    "Sweep",
    "Tape",
    "__version__",
    "check_grads",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "load_ipython_extension",
    "model_loss",
    "race",
    "sweep",
    "train",
    "unload_ipython_extension",
    "value_and_grad",
]

_find, __dir__ = lookup(
    __name__,
    {
        "CheckReport": "tape",
        "History": "training",
        "OpRecord": "tape",
        "Race": "training",
        "Run": "training",
        "SavedRun": "training",
        "Sweep": "training",
        "Tape": "tape",
        "check_grads": "tape",
        "grad": "tape",
        "hessian": "tape",
        "hvp": "tape",
        "jacobian": "tape",
        "jvp": "tape",
        "model_loss": "training",
        "race": "training",
        "sweep": "training",
        "train": "training",
        "value_and_grad": "tape",
    },
)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("gradmagic")
    return _find(name)


def load_ipython_extension(shell: Any) -> None:
    """Add the magics to a notebook or an IPython session: `%load_ext gradmagic`."""
    from gradmagic.magics import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take away everything that loading added: `%unload_ext gradmagic`."""
    from gradmagic.magics import unload

    unload(shell)
