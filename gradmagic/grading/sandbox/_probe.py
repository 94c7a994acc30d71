"""Find out what this machine gives, by trying each means in a process that then ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache, partial

from gradmagic.errors import SandboxError
from gradmagic.grading.sandbox import _cgroup, _filter, _identity, _landlock, _linux
from gradmagic.grading.sandbox._confine import confine
from gradmagic.grading.sandbox._spec import Confinement, Limits
from gradmagic.grading.sandbox._tier import TIERS, Tier, tier_of
from gradmagic.messages import say

_PATIENCE = 60  # seconds for all of it; it takes a fraction of one
_TRIED = (*TIERS["full"], "cgroup")


@cache
def probe() -> Tier:
    """What this machine gives this user, tried once in each process of ours.

    After the means one by one, the tier that they make is tried as a whole; none is claimed that fails.
    """
    if not _linux.known():
        return tier_of(dict.fromkeys(_TRIED, say("sandbox-not-linux")))
    # A new interpreter, because namespaces and filters need a process of one thread. -P: see `_run`.
    command = [sys.executable, "-P", "-m", __name__]
    told = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    if told.returncode != 0:
        return tier_of(dict.fromkeys(_TRIED, told.stderr.strip()[-500:]))
    means, fallen = json.loads(told.stdout)
    return tier_of(means, fallen)


def _try_all() -> tuple[dict[str, str | None], dict[str, str]]:
    """Each means to None or why it does not work; each tier that fell as a whole to why, until one stands."""
    tries: dict[str, Callable[[], object]] = {
        "user": _user,
        "mount": lambda: _space(_linux.NEW_MOUNT),
        "pid": lambda: _space(_linux.NEW_PID),
        "ipc": lambda: _space(_linux.NEW_IPC),
        "uts": lambda: _space(_linux.NEW_UTS),
        "network": lambda: _space(_linux.NEW_NET),
        "landlock": _landlock.version,
        "seccomp": _filter.install,
        "no-new-privileges": _linux.forbid_new_privileges,
        "rlimits": lambda: None,  # POSIX has them
        "cgroup": _group,
    }
    means = {name: _in_a_child(act) for name, act in tries.items()}
    fallen: dict[str, str] = {}
    for name, needs in TIERS.items():
        if needs and all(means[need] is None for need in needs):
            whole = _in_a_child(partial(confine, Confinement(tier=name).to_json()))
            if whole is None:
                break
            fallen[name] = whole
    return means, fallen


def _user() -> None:
    processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    _identity.enter_user_namespace(processes)


def _space(flag: int) -> None:
    if not _identity.choose().privileged:
        _user()
    _linux.unshare(flag)


def _group() -> None:
    group = _cgroup.make(Limits())
    child = os.fork()
    if child == 0:
        os.read(os.pipe()[0], 1)  # waits until it is killed
    try:
        group.join(child)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        group.remove()


def _in_a_child(act: Callable[[], object]) -> str | None:
    """Do it in a fork: None when it went well, else what was said."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        said = ""
        try:
            act()
        except (OSError, SandboxError) as error:
            said = str(error)
            os.write(write, said.encode())
        os._exit(1 if said else 0)
    os.close(write)
    with open(read, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return said or (None if status == 0 else say("sandbox-died"))


if __name__ == "__main__":
    print(json.dumps(_try_all()))
