"""The gradebook: every run kept and signed, work shared by graders, results exported."""

from gradmagic.grading.book._audit import Audit, Finding, audit
from gradmagic.grading.book._export import FORMATS, check_formats, export
from gradmagic.grading.book._files import safe_name
from gradmagic.grading.book._gradebook import LEASE, Gradebook
from gradmagic.grading.book._key import Key, KeyFileError, find_key, key_path, make_key, read_key
from gradmagic.grading.book._result import Claim, Progress, Result
from gradmagic.grading.book._seal import GRADEBOOK, audit_folder
from gradmagic.grading.book._store import GradebookError

__all__ = [
    "FORMATS",
    "GRADEBOOK",
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
    "audit_folder",
    "check_formats",
    "export",
    "find_key",
    "key_path",
    "make_key",
    "read_key",
    "safe_name",
]
