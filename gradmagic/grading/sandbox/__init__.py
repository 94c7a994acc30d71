"""Shut a process in, so that a stranger's notebook can run: the operating system's own means, in tiers."""

from gradmagic.grading.sandbox._confine import confine
from gradmagic.grading.sandbox._ending import Ending
from gradmagic.grading.sandbox._environment import allowed as allowed_variables
from gradmagic.grading.sandbox._probe import probe
from gradmagic.grading.sandbox._run import Result, run_confined
from gradmagic.grading.sandbox._spec import Confinement, Limits
from gradmagic.grading.sandbox._tell import tell
from gradmagic.grading.sandbox._tier import TIERS, Tier

__all__ = [
    "TIERS",
    "Confinement",
    "Ending",
    "Limits",
    "Result",
    "Tier",
    "allowed_variables",
    "confine",
    "probe",
    "run_confined",
    "tell",
]
