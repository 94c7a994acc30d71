"""A training over several devices or machines, by TensorFlow's own strategies."""

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup
from gradmagic.training.distribution._names import STRATEGY_NAMES

if TYPE_CHECKING:
    from gradmagic.training.distribution._replicas import REPLICA_STEPS, Replicas, climb_replicas, first_loss
    from gradmagic.training.distribution._strategy import chosen_strategy, refuse_with_strategy, strategy_name

__all__ = [
    "REPLICA_STEPS",
    "STRATEGY_NAMES",
    "Replicas",
    "chosen_strategy",
    "climb_replicas",
    "first_loss",
    "refuse_with_strategy",
    "strategy_name",
]

__getattr__, __dir__ = lookup(
    __name__,
    {
        "REPLICA_STEPS": "_replicas",
        "Replicas": "_replicas",
        "chosen_strategy": "_strategy",
        "climb_replicas": "_replicas",
        "first_loss": "_replicas",
        "refuse_with_strategy": "_strategy",
        "strategy_name": "_strategy",
    },
)
