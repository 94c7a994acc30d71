"""The provisioner `gradmagic-warm`: JupyterLab, nbclient, nbval get warm kernels by a kernelspec's name."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, CaselessStrEnum, Dict, Unicode
from traitlets.config import Application

from gradmagic.kernels import _record
from gradmagic.kernels._errors import KernelError, Unavailable
from gradmagic.kernels._folder import checked, fitting, socket_path
from gradmagic.kernels._process import WarmProcess
from gradmagic.kernels._request import Start
from gradmagic.kernels._start import Plan, launch
from gradmagic.messages import say

__all__ = ["WarmProvisioner"]


class WarmProvisioner(LocalProvisioner):
    """Gets a kernel from a preloaded parent; when none can be had, starts an ordinary one and says so."""

    socket = Unicode(
        None,
        allow_none=True,
        help="The parent's socket; the user's own parent, started on demand, when None.",
    ).tag(config=True)
    confine = Dict(
        default_value=None,
        allow_none=True,
        help="What the parent's own `--confine` function is called with in the kernel's process.",
    ).tag(config=True)
    fallback = Bool(
        True, help="Whether an ordinary kernel is started when no warm one can be had; never a confined one."
    ).tag(config=True)
    transport = CaselessStrEnum(
        ["tcp", "ipc"],
        None,
        allow_none=True,
        help="Of the connection; by default ipc for a confined kernel, and the manager's own otherwise.",
    ).tag(config=True)
    runtime = Unicode(
        None, allow_none=True, help="The folder of the ipc sockets and the connection file, made if need be."
    ).tag(config=True)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the connection, then prepare as for an ordinary start."""
        transport = self.transport or ("ipc" if self.confine is not None else None)
        manager = self.parent
        if transport is not None and manager is not None and manager.transport != transport:
            manager.transport = transport
        if transport == "ipc" and self.runtime is not None and manager is not None:
            folder = checked(Path(self.runtime).absolute())
            name = f"kernel-{self.kernel_id}"
            # ZeroMQ puts the number of a channel behind it.
            manager.ip = str(fitting(folder / f"{name}-ipc-00")).removesuffix("-00")
            manager.connection_file = str(folder / f"{name}.json")
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Get a warm kernel, or start an ordinary one.

        Raises:
            KernelError: there is no warm kernel, and an ordinary one will not do.
        """
        try:
            # A parent that has to be started first takes seconds, during which a server goes on serving.
            process: Any = await asyncio.to_thread(self._warm, cmd, kwargs)
        except (KernelError, OSError) as reason:
            if self.confine is not None or not self.fallback:
                raise
            self._tell(reason, kwargs.get("stderr"))
            return await super().launch_kernel(cmd, **kwargs)
        # What is inherited from LocalProvisioner asks of it what a Popen can do, too.
        self.process = process
        self.pid = process.pid
        self.pgid = process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    def _warm(self, command: list[str], options: dict[str, Any]) -> WarmProcess:
        if sys.platform != "linux":
            raise Unavailable("system", system=sys.platform)
        start = Start.of(command, options)
        if self.socket is not None:
            return start.ask(Path(self.socket), self.confine)
        path = socket_path(start.python)
        if self.confine is not None:
            raise Unavailable("confinement")
        plan = Plan(start.python, start.environment)
        try:
            return start.ask(path, None)
        except Unavailable as reason:
            # None there, or it ended between the question and the answer.
            if reason.code not in ("parent", "answer"):
                raise
        launch(path, plan)
        return start.ask(path, None)

    def _tell(self, reason: Exception, stderr: Any) -> None:
        sentence = say("kernels-ordinary", reason=reason)
        _record.write(sentence)
        if Application.initialized():
            self.log.warning(sentence)
            return
        # Without an application nobody shows the log: the line goes where the kernel's own complaints would.
        descriptor = 2 if stderr is None else stderr if isinstance(stderr, int) else stderr.fileno()
        if descriptor >= 0:
            os.write(descriptor, f"gradmagic: {sentence}\n".encode())
