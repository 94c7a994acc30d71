"""What went wrong in a training, since when, why, and what to try."""

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup

if TYPE_CHECKING:
    from gradmagic.training.diagnosis._diagnose import diagnose
    from gradmagic.training.diagnosis._diagnosis import KINDS, Diagnosis
    from gradmagic.training.diagnosis._evidence import Evidence

__all__ = ["KINDS", "Diagnosis", "Evidence", "diagnose"]

__getattr__, __dir__ = lookup(
    __name__,
    {"KINDS": "_diagnosis", "Diagnosis": "_diagnosis", "Evidence": "_evidence", "diagnose": "_diagnose"},
)
