"""What the confined process does to itself, each step while it still has the right to."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from gradmagic.errors import SandboxError
from gradmagic.grading.sandbox import _environment, _filter, _identity, _landlock, _places, _rlimits, _view
from gradmagic.grading.sandbox._linux import (
    NEW_CGROUP,
    NEW_IPC,
    NEW_MOUNT,
    NEW_NET,
    NEW_UTS,
    die_with_parent,
    forbid_new_privileges,
    set_hostname,
    unshare,
)
from gradmagic.grading.sandbox._spec import Confinement
from gradmagic.grading.sandbox._tier import NAMESPACES, TIERS
from gradmagic.messages import say

_HOSTNAME = "gradmagic"
_SPACES = {"mount": NEW_MOUNT, "ipc": NEW_IPC, "uts": NEW_UTS, "network": NEW_NET}
_DEVICES = ("null", "zero", "full", "random", "urandom")
# What libraries read about the machine, where /proc is the machine's own.
_ABOUT_THE_MACHINE = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat")


def shut_in(
    confinement: Confinement, identity: _identity.Identity, line: int, scratch: str | None
) -> tuple[list[str], int | None]:
    """Confine this process, already the first of its PID namespace where the tier has one.

    Args:
        confinement: what is allowed.
        identity: who it is to be.
        line: a descriptor to keep open until the end.
        scratch: a writable folder made for it, where the tier has no mount namespace.

    Returns:
        The means in force, and a descriptor of its own /proc, None without a PID namespace.

    Raises:
        SandboxError: a means that the tier needs does not work.
    """
    needed = TIERS[confinement.tier]
    spaces = "mount" in needed
    processes = None
    os.setsid()
    # Should the machine run out of memory, the kernel ends this first. Where /proc cannot be written, as
    # in some containers, it chooses by size; nothing that a tier promises depends on it.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "utf-8")
    if identity.changes and confinement.connection is not None:
        _give(confinement.connection, identity)
    if spaces:
        processes = _enter_spaces(confinement, identity)
    else:
        os.chdir(scratch or "/")
        os.mkdir("tmp", 0o700)
    home = confinement.scratch if spaces else scratch or "/"
    _environment.replace(home, confinement.environment)
    own = [line] if processes is None else [line, processes]
    _environment.close_others([*own, *(confinement.descriptors or ())])
    if identity.changes:
        if not spaces:
            for path in (home, f"{home}/tmp"):
                os.chown(path, identity.user, identity.group)
        _identity.change_to(identity)
    if identity.privileged and processes is not None:
        with_reason("user", lambda: _identity.enter_user_namespace(processes))
    _identity.give_up_privileges()
    with_reason("rlimits", lambda: _rlimits.apply(confinement.limits))
    die_with_parent(signal.SIGKILL)
    with_reason("no-new-privileges", forbid_new_privileges)
    rules = _rules_in_view(confinement) if spaces else _rules_without_view(confinement, home)
    means = [*(NAMESPACES if spaces else ()), "no-new-privileges", "rlimits"]
    for name, act in (("landlock", lambda: _landlock.restrict(rules)), ("seccomp", _filter.install)):
        if _done(name, act, needed=name in needed):
            means.append(name)
    _prove(spaces=spaces, filtered="seccomp" in means)
    return means, processes


def failed(means: str, error: OSError) -> SandboxError:
    """The error for a means that does not work here."""
    place = f" ({error.filename})" if error.filename else ""
    return SandboxError(say("sandbox-failed", means=means, problem=f"{error.strerror or error}{place}"))


def with_reason(means: str, act: Callable[[], object]) -> None:
    """Do it; a refusal by the kernel becomes a SandboxError that names the means."""
    try:
        act()
    except OSError as error:
        raise failed(means, error) from error


def _enter_spaces(confinement: Confinement, identity: _identity.Identity) -> int:
    for name, flag in _SPACES.items():
        with_reason(name, partial(unshare, flag))
    unshare(NEW_CGROUP)
    set_hostname(_HOSTNAME)
    user, group = (identity.user, identity.group) if identity.privileged else (_identity.INSIDE,) * 2
    try:
        return _view.enter(confinement, user, group).processes
    except OSError as error:
        raise failed("mount", error) from error


def _give(folder: str, identity: _identity.Identity) -> None:
    """Make the connection folder, and the files put into it, the confined process's own."""
    for path in (folder, *(entry.path for entry in os.scandir(folder))):
        os.chown(path, identity.user, identity.group, follow_symlinks=False)


def _rules_in_view(confinement: Confinement) -> list[tuple[str, int]]:
    rules = [("/", _landlock.READ), (confinement.scratch, _landlock.WRITE)]
    rules += [(f"{confinement.scratch}/tmp", _landlock.WRITE), ("/dev/shm", _landlock.WRITE)]
    return rules + _rules_anywhere(confinement)


def _rules_without_view(confinement: Confinement, home: str) -> list[tuple[str, int]]:
    """Read what a view would show; a hidden path in it is left out by naming all that stands around it."""
    hidden = [os.path.realpath(path) for path in _places.sealed(confinement.hidden)]
    shown = (os.path.realpath(path) for path in (*_places.readable(), *confinement.readable))
    readable = [piece for folder in shown for piece in _places.around(folder, hidden)]
    readable += [path for path in _ABOUT_THE_MACHINE if os.path.exists(path)] + [f"/proc/{os.getpid()}"]
    rules = [(path, _landlock.READ) for path in readable]
    return [*rules, (home, _landlock.WRITE), *_rules_anywhere(confinement)]


def _rules_anywhere(confinement: Confinement) -> list[tuple[str, int]]:
    rules = [(f"/dev/{name}", _landlock.DEVICE) for name in _DEVICES]
    if confinement.connection is not None:
        rules.append((confinement.connection, _landlock.SOCKETS_ONLY))
    return rules


def _done(name: str, act: Callable[[], None], *, needed: bool) -> bool:
    try:
        act()
    except OSError as error:
        if needed:
            raise failed(name, error) from error
        return False
    return True


def _prove(*, spaces: bool, filtered: bool) -> None:
    """Look whether it holds, and whether Python still has its own files.

    Raises:
        SandboxError: it does not.
    """
    status = Path("/proc/self/status").read_text("utf-8", "replace")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    for name, want in (("NoNewPrivs", "1"), ("Seccomp", "2" if filtered else fields["Seccomp"])):
        if fields[name].strip() != want:
            raise SandboxError(say("sandbox-not-held", name=name, value=fields[name].strip()))
    if int(fields["CapEff"], 16) or (spaces and int(fields["CapBnd"], 16)):
        raise SandboxError(say("sandbox-not-held", name="CapEff", value=fields["CapEff"].strip()))
    for path in (sys.executable, os.__file__, __file__):
        if not os.access(path, os.R_OK):
            raise SandboxError(say("sandbox-unreadable", path=path))
