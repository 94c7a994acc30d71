"""`confine`: shut the calling process in, for good."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gradmagic.errors import SandboxError
from gradmagic.grading.sandbox import _cgroup, _environment, _identity
from gradmagic.grading.sandbox._inside import failed, shut_in
from gradmagic.grading.sandbox._keeper import Keeper
from gradmagic.grading.sandbox._linux import NEW_PID, adopt_orphans, known, unshare
from gradmagic.grading.sandbox._spec import Confinement
from gradmagic.grading.sandbox._tier import TIERS
from gradmagic.messages import say

# Seconds in which a sandbox must stand; it takes some tens of milliseconds.
_PATIENCE = 30.0
_MESSAGE = 1 << 16


def confine(spec: Mapping[str, Any]) -> None:
    """Confine this process: call it right after a fork, before any thread.

    It returns in a new process, which is the confined one and, in a PID namespace, its first. The calling
    process stays outside as the keeper and never returns: it passes signals on, holds the limits, and ends
    as the confined one ends.

    Args:
        spec: a `Confinement` as JSON (`Confinement.to_json`).

    Raises:
        SandboxError: with the reason; nothing was started, and this is still the calling process.
    """
    confinement = Confinement.from_json(spec)
    needed = TIERS[confinement.tier]
    if not needed:
        raise SandboxError(say("sandbox-tier-none", tiers=", ".join(name for name in TIERS if TIERS[name])))
    if not known():
        raise SandboxError(say("sandbox-not-linux"))
    if len(os.listdir("/proc/self/task")) > 1:
        raise SandboxError(say("sandbox-threads"))
    if confinement.descriptors is None:
        confinement = replace(confinement, descriptors=tuple(_environment.channels()))
    _environment.check_descriptors(confinement.descriptors or ())
    identity = _identity.choose()
    spaces = "pid" in needed
    outer, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    scratch = None if spaces else tempfile.mkdtemp(prefix="gradmagic-")
    group = _group(confinement)
    try:
        adopt_orphans()
        if spaces:
            _leave(identity)
        pid = os.fork()
    except OSError as error:
        _forget(group, scratch)
        raise failed("pid", error) from error
    if pid == 0:
        outer.close()
        _become(confinement, identity, inner, scratch)
        return
    inner.close()
    try:
        if group is not None:
            group.join(pid)
        means, processes = _await(outer)
    except (OSError, SandboxError) as error:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        _forget(group, scratch)
        raise error if isinstance(error, SandboxError) else failed("cgroup", error) from error
    _stay(pid, confinement, processes, group, scratch, (*means, *(("cgroup",) if group else ())), outer)


def _leave(identity: _identity.Identity) -> None:
    """Let the next child be the first of a PID namespace; an ordinary user needs a user namespace for it."""
    if identity.privileged:
        unshare(NEW_PID)
        return
    if identity.changes:
        raise OSError(errno.EPERM, say("sandbox-half-root"))
    processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _identity.enter_user_namespace(processes)
    finally:
        os.close(processes)
    unshare(NEW_PID)


def _stay(
    pid: int,
    confinement: Confinement,
    processes: int | None,
    group: _cgroup.Group | None,
    scratch: str | None,
    means: tuple[str, ...],
    line: socket.socket,
) -> None:
    """Be the keeper. `line` stays open as long as it lives."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    line.send(b"go")
    _environment.close_others([number for number in (processes, line.fileno()) if number is not None])
    Keeper(pid, confinement, processes=processes, group=group, scratch=scratch, means=means).run()


def _become(
    confinement: Confinement, identity: _identity.Identity, line: socket.socket, scratch: str | None
) -> None:
    """In the child: give everything up, tell the keeper, and return; or tell it why not, and end."""
    try:
        if line.recv(_MESSAGE) != b"start":
            os._exit(1)
        means, processes = shut_in(confinement, identity, line.fileno(), scratch)
        told = json.dumps({"means": means}).encode()
        socket.send_fds(line, [told], [] if processes is None else [processes])
        if line.recv(_MESSAGE) != b"go":
            os._exit(1)  # the keeper has died
        if processes is not None:
            os.close(processes)
        line.close()
    except BaseException as error:  # noqa: BLE001 - whatever it was, a process half confined must not go on
        reason = str(error) if isinstance(error, SandboxError) else f"{type(error).__name__}: {error}"
        line.send(json.dumps({"problem": reason}).encode()[:_MESSAGE])
        os._exit(1)


def _await(line: socket.socket) -> tuple[list[str], int | None]:
    """What the child says when it is shut in: the means in force, and a descriptor of its /proc."""
    line.settimeout(_PATIENCE)
    try:
        line.send(b"start")
        told, passed, _, _ = socket.recv_fds(line, _MESSAGE, 1)
    except TimeoutError as error:
        raise SandboxError(say("sandbox-slow", seconds=f"{_PATIENCE:.0f}")) from error
    except OSError:
        told, passed = b"", []
    line.settimeout(None)
    answer: dict[str, Any] = json.loads(told) if told else {"problem": say("sandbox-died")}
    if "problem" in answer:
        raise SandboxError(answer["problem"])
    return answer["means"], passed[0] if passed else None


def _group(confinement: Confinement) -> _cgroup.Group | None:
    """A cgroup where the system gives one; without, the keeper measures and rlimits bound each process."""
    try:
        return _cgroup.make(confinement.limits)
    except OSError:
        return None


def _forget(group: _cgroup.Group | None, scratch: str | None) -> None:
    if group is not None:
        group.remove()
    if scratch is not None:
        shutil.rmtree(scratch, ignore_errors=True)
