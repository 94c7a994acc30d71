"""Whether a test of the full sandbox may be skipped: not in CI, on a machine that gives what it needs."""

import ctypes
import os
import shutil
import subprocess
import sys

import pytest

LANDLOCK_CREATE_RULESET, LANDLOCK_VERSION = 444, 1  # landlock_create_ruleset(2)


def gives_all(user=None):
    """Whether the system itself gives a user what the full sandbox is made of; our own probe is not asked."""
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        return False
    spaces = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--net", "--fork", "true"]
    if subprocess.run(spaces, capture_output=True, user=user).returncode:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_VERSION) < 1:
        return False
    with open("/proc/self/status", encoding="utf-8") as file:
        return "Seccomp:" in file.read()


def less_than_full(tier, user=None):
    """Skip the test, which needs the full sandbox; in CI that is an error where the machine has all of it."""
    told = f"this machine gives the tier {tier.name}: {dict(tier.means)}"
    (pytest.fail if os.environ.get("CI") and gives_all(user) else pytest.skip)(told)
