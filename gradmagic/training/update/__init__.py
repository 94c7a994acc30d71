"""How the variables are changed: Keras's optimizers and learners' own, with their state in Python."""

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup
from gradmagic.training.update._optimizers import (
    KNOWN_OPTIMIZERS,
    describe_optimizers,
    make_optimizer,
    optimizer_names,
    optimizer_source,
)

if TYPE_CHECKING:
    from gradmagic.training.update._carried import NotCarried
    from gradmagic.training.update._transform import Transform
    from gradmagic.training.update._update import Update, make_update

__all__ = [
    "KNOWN_OPTIMIZERS",
    "NotCarried",
    "Transform",
    "Update",
    "describe_optimizers",
    "make_optimizer",
    "make_update",
    "optimizer_names",
    "optimizer_source",
]

__getattr__, __dir__ = lookup(
    __name__,
    {"NotCarried": "_carried", "Transform": "_transform", "Update": "_update", "make_update": "_update"},
)
