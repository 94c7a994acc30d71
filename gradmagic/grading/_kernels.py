"""Kernels for submissions: warm, confined, each with a private folder for its connection."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec

from gradmagic import course
from gradmagic.errors import GradmagicError
from gradmagic.grading.sandbox import TIERS, Confinement, Limits, allowed_variables, probe
from gradmagic.kernels import Parent, kernelspec
from gradmagic.messages import say

__all__ = ["Kernels", "Place", "SandboxTooWeak", "tier_here"]

HOOK = "gradmagic.grading._shut:confine"
NAME = "gradmagic-grading"
PREFIX = "gmg-"


class SandboxTooWeak(GradmagicError):
    """This machine gives less than the full sandbox, and nobody has said that this is all right."""


@dataclass(frozen=True)
class Place:
    """Where kernels come from: plain data, so that other processes can have kernels of the same parent.

    Attributes:
        socket: the parent's.
        folder: where each kernel gets a folder of its own.
        confinement: what a kernel may see and use.
        tier: the sandbox that is applied.
        environment: the parent's variables, which its kernels share.
    """

    socket: str
    folder: str
    confinement: Confinement
    tier: str
    environment: Mapping[str, str]

    def spec(self, folder: Path) -> KernelSpec:
        """The kernelspec of one kernel, whose connection lies in `folder`."""
        confinement = replace(self.confinement, connection=str(folder), report=f"{folder}.end")
        config: dict[str, Any] = {
            "socket": self.socket,
            "fallback": False,
            "transport": "ipc",
            "runtime": str(folder),
        }
        if self.tier != "none":
            config["confine"] = confinement.to_json()
        return KernelSpec(**kernelspec(config=config))

    def room(self) -> Path:
        """Make a folder for one kernel's connection."""
        return Path(tempfile.mkdtemp(prefix="k", dir=self.folder))

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "socket": self.socket,
            "folder": self.folder,
            "confinement": self.confinement.to_json(),
            "tier": self.tier,
            "environment": dict(self.environment),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Place:
        """Return the place that `to_json` wrote."""
        confinement = Confinement.from_json(row["confinement"])
        return cls(row["socket"], row["folder"], confinement, row["tier"], row["environment"])


class Kernels:
    """A parent for confined kernels, for as long as the `with` lasts.

        with Kernels() as place:
            ...  # RunningKernel(place)

    Args:
        tier: the least sandbox to accept; without it, the full one.
        limits: what one kernel may use.
        hidden: more folders that no submission may see: a teacher's own checks.

    Raises:
        SandboxTooWeak: this machine does not give that tier.
    """

    def __init__(
        self, *, tier: str | None = None, limits: Limits | None = None, hidden: tuple[str, ...] = ()
    ) -> None:
        self.tier = tier_here(tier)
        self._limits = limits or Limits()
        self._hidden = hidden

    def __enter__(self) -> Place:
        """Start the parent, and wait until it has loaded TensorFlow."""
        # The path of a Unix socket has room for 107 bytes.
        _sweep()
        self._folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/tmp")
        os.chmod(self._folder, 0o700)
        environment = {
            **allowed_variables(os.environ),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": self._folder,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "MPLCONFIGDIR": self._folder,
        }
        socket = Path(self._folder, "parent.sock")
        hook = HOOK if self.tier != "none" else None
        self._parent = Parent(socket, confine=hook, environment=environment, python=sys.executable)
        try:
            self._parent.start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        confinement = Confinement(
            tier=self.tier if self.tier != "none" else "full",
            hidden=(*_hidden(), *self._hidden),
            descriptors=None,  # those of the request, which the forked kernel closes itself
            limits=self._limits,
        )
        return Place(str(socket), self._folder, confinement, self.tier, environment)

    def mend(self) -> bool:
        """Start another parent at the same place, if this one has ended; whether it had.

        Raises:
            KernelError: no other can be started.
        """
        if self._parent.alive:
            return False
        self._parent.stop()
        self._parent.start()
        return True

    def __exit__(self, *_: object) -> None:
        """Stop the parent; kernels that are still there end with it."""
        self._parent.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the folders of graders of ours that were killed."""
    for folder in Path("/tmp").glob(f"{PREFIX}*-*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        try:
            ours = folder.lstat().st_uid == os.geteuid() and not folder.is_symlink()
        except OSError:
            continue  # its owner has just removed it
        if ours and pid.isdigit() and not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)


def tier_here(least: str | None = None) -> str:
    """Return the sandbox that this machine gives.

    Args:
        least: a lower tier that will do, too.

    Raises:
        SandboxTooWeak: it gives less than the full one, or than `least`.
    """
    tiers = list(TIERS)
    wanted = least or "full"
    if wanted not in tiers:
        raise SandboxTooWeak(say("grading-no-tier", tier=wanted, tiers=", ".join(tiers)))
    found = probe()
    if tiers.index(found.name) > tiers.index(wanted):
        raise SandboxTooWeak(
            say("grading-below-tier", tier=found.name, wanted=wanted, missing=", ".join(found.missing))
        )
    return found.name


def _hidden() -> tuple[str, ...]:
    """What gradmagic itself has that tells an answer: the checks."""
    checks = Path(course.__file__).parent / "checks"
    own = [folder for folder in os.environ.get("GRADMAGIC_CHECKS", "").split(os.pathsep) if folder]
    return (str(checks), *(str(Path(folder).resolve()) for folder in own))
