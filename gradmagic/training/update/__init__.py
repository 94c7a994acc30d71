"""How the variables are changed: Keras's optimizers and learners' own, with their state in Python."""

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup
from gradmagic.training.update._optimizers import (
    KNOWN_OPTIMIZERS,
    describe_optimizers,
    make_optimizer,
    optimizer_code_with,
    optimizer_names,
    optimizer_source,
)

if TYPE_CHECKING:
    from gradmagic.training.update._attributes import Attributes
    from gradmagic.training.update._keras import build_keras
    from gradmagic.training.update._make import is_optimizer, make_update
    from gradmagic.training.update._number import Number, evaluate, numbers_known
    from gradmagic.training.update._place import NotCarried, not_carried
    from gradmagic.training.update._scale import optimizer_for, skips_steps
    from gradmagic.training.update._transform import Transform
    from gradmagic.training.update._update import Update

__all__ = [
    "KNOWN_OPTIMIZERS",
    "Attributes",
    "NotCarried",
    "Number",
    "Transform",
    "Update",
    "build_keras",
    "describe_optimizers",
    "evaluate",
    "is_optimizer",
    "make_optimizer",
    "make_update",
    "not_carried",
    "numbers_known",
    "optimizer_code_with",
    "optimizer_for",
    "optimizer_names",
    "optimizer_source",
    "skips_steps",
]

__getattr__, __dir__ = lookup(
    __name__,
    {
        "Attributes": "_attributes",
        "NotCarried": "_place",
        "not_carried": "_place",
        "Number": "_number",
        "Transform": "_transform",
        "Update": "_update",
        "build_keras": "_keras",
        "evaluate": "_number",
        "is_optimizer": "_make",
        "make_update": "_make",
        "numbers_known": "_number",
        "optimizer_for": "_scale",
        "skips_steps": "_scale",
    },
)
