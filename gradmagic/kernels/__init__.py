"""Warm kernels: a process that has imported TensorFlow forks ready Jupyter kernels.

The kernelspec `gradmagic` names the provisioner, `WarmProvisioner`, which asks the user's own parent for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup

if TYPE_CHECKING:
    from gradmagic.kernels._errors import KernelError, Unavailable
    from gradmagic.kernels._owned import Parent
    from gradmagic.kernels._provisioner import WarmProvisioner
    from gradmagic.kernels._spec import hiding, install, kernelspec
    from gradmagic.kernels._state import State, start, state, stop

__all__ = [
    "KernelError",
    "Parent",
    "State",
    "Unavailable",
    "WarmProvisioner",
    "hiding",
    "install",
    "kernelspec",
    "start",
    "state",
    "stop",
]

# The parent imports this package too, before anything else: it must cost nothing.
__getattr__, __dir__ = lookup(
    __name__,
    {
        "KernelError": "_errors",
        "Parent": "_owned",
        "State": "_state",
        "Unavailable": "_errors",
        "WarmProvisioner": "_provisioner",
        "hiding": "_spec",
        "install": "_spec",
        "kernelspec": "_spec",
        "start": "_state",
        "state": "_state",
        "stop": "_state",
    },
)
