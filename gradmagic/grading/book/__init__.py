"""The gradebook: every run kept and signed, work shared by graders, results exported."""

from gradmagic.grading.book._audit import Audit, Finding, audit
from gradmagic.grading.book._gradebook import LEASE, Gradebook
from gradmagic.grading.book._key import Key, KeyFileError, find_key, key_path, make_key, read_key
from gradmagic.grading.book._result import Claim, Progress, Result
from gradmagic.grading.book._store import GradebookError

__all__ = [
    "LEASE",
    "Audit",
    "Claim",
    "Finding",
    "Gradebook",
    "GradebookError",
    "Key",
    "KeyFileError",
    "Progress",
    "Result",
    "audit",
    "find_key",
    "key_path",
    "make_key",
    "read_key",
]
