"""A tier in words: what it stops, what is missing here, and what would add it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from gradmagic.grading.sandbox._tier import NAMESPACES, Tier
from gradmagic.messages import say

# A switch of the system, the value that forbids user namespaces, and the sentence that says how to turn it.
_SWITCHES = (
    ("/proc/sys/user/max_user_namespaces", "0", "sandbox-remedy-max"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sandbox-remedy-clone"),
    ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "sandbox-remedy-apparmor"),
)


def tell(tier: Tier) -> list[str]:
    """Lines for a teacher: the tier, then each means that does not work here, why, and what to do."""
    lines = [say("sandbox-tier", name=tier.name), say(f"sandbox-is-{tier.name}")]
    told = set()
    for name in tier.missing:
        lines.append(say("sandbox-missing", name=name, problem=tier.means[name]))
        told.add(_remedy(name, str(tier.means[name])))
    lines += sorted(told)
    lines += [say("sandbox-fallen", name=name, problem=problem) for name, problem in tier.fallen.items()]
    if tier.name != "none" and tier.means["cgroup"] is not None:
        lines.append(say("sandbox-without-cgroup", problem=tier.means["cgroup"]))
    return lines


def _remedy(name: str, problem: str) -> str:
    if name in NAMESPACES:
        for path, forbids, key in _SWITCHES:
            if Path(path).exists() and Path(path).read_text("utf-8").strip() == forbids:
                return say(key)
        return say("sandbox-remedy-container")
    if name == "landlock":
        off = os.strerror(errno.EOPNOTSUPP) in problem
        return say("sandbox-remedy-landlock-off" if off else "sandbox-remedy-landlock")
    return say("sandbox-remedy-kernel")
