"""A kernel as nbval runs it, without its waits, and safe from what a hostile one sends.

nbval's own starts with a heartbeat thread and waits a fifth of a second for messages that do not come; it
waits for a cell's whole time-out where the kernel has died; and it keeps whatever the kernel sends.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import deque
from queue import Empty
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from nbval.kernel import RunningKernel
from traitlets import Instance

from gradmagic.course.checking import ANSWERS
from gradmagic.grading._kernels import NAME, Place
from gradmagic.grading.sandbox import Ending

__all__ = ["GradingKernel", "KernelDied"]

# A message above this closes the connection: no picture and no answer needs as much.
MOST_MESSAGE_BYTES = 16_000_000
WAITING_MESSAGES = 10
# In one cell; what comes after that is not waited for.
MOST_MESSAGES = 50_000
START_SECONDS = 60.0
LOOK_SECONDS = 0.1
OUTPUTS = ("display_data", "execute_result")


class KernelDied(Exception):
    """The kernel ended while it was asked something; it says how, as far as that is known."""

    def __init__(self, ending: Ending | None = None) -> None:
        limit = ending.limit if ending is not None else None
        super().__init__(f"the kernel ended: {limit}" if limit else "the kernel ended")
        self.ending = ending


class _OneSpec(KernelSpecManager):
    """Knows one kernel."""

    spec = Instance(KernelSpec)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return self.spec


class GradingKernel(RunningKernel):  # type: ignore[misc]
    """A warm, confined kernel.

    Args:
        place: where kernels come from.
        startup_timeout: seconds.
    """

    def __init__(self, place: Place, startup_timeout: float = START_SECONDS) -> None:
        self._folder = place.room()
        self._kept: deque[dict[str, Any]] = deque()
        self.begin(startup_timeout, probing=False)
        self._context = zmq.Context()
        for option, value in (
            (zmq.MAXMSGSIZE, MOST_MESSAGE_BYTES),
            (zmq.RCVHWM, WAITING_MESSAGES),
            (zmq.LINGER, 0),
        ):
            self._context.setsockopt(option, value)
        self.km: KernelManager | None = KernelManager(
            kernel_name=NAME,
            kernel_spec_manager=_OneSpec(spec=place.spec(self._folder)),
            context=self._context,
        )
        self.kc: Any = None
        try:
            with open(os.devnull, "w") as nowhere:
                self.km.start_kernel(stdout=nowhere, stderr=nowhere, cwd="/", env=dict(place.environment))
            self.kc = self.km.client(context=self._context)
            self.kc.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
            self._await_ready(time.monotonic() + startup_timeout)
        except BaseException:
            self.stop()
            raise

    def _await_ready(self, until: float) -> None:
        """Ask until the kernel answers on both channels: what it published before was not yet heard."""
        wait = 0.02
        while time.monotonic() < until:
            asked = self.kc.kernel_info()
            try:
                self.await_reply(asked, timeout=until - time.monotonic())
                self.await_idle(asked, timeout=wait)
            except Empty:
                wait = min(2 * wait, 1.0)
            else:
                return
        raise KernelDied(self.ending())

    def begin(self, seconds: float, *, probing: bool) -> None:
        """Begin a cell: how long its messages are waited for in all, and whether an answer is wanted."""
        self._until, self._count, self._probing = time.monotonic() + seconds, 0, probing
        self._kept.clear()

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Wait for the reply to one request; see every moment whether the kernel still lives.

        What it publishes meanwhile is read as well: left waiting, much of it would be lost.

        Raises:
            Empty: the time is up.
            KernelDied: the kernel has ended.
        """
        until = time.monotonic() + (timeout if timeout is not None else 1e9)
        shell, iopub = self.kc.shell_channel, self.kc.iopub_channel
        poller = zmq.Poller()
        poller.register(shell.socket, zmq.POLLIN)
        poller.register(iopub.socket, zmq.POLLIN)
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise Empty
            ready = dict(poller.poll(int(1000 * min(left, LOOK_SECONDS)) + 1))
            if not ready and not self.is_alive():
                raise KernelDied(self.ending())
            if iopub.socket in ready:
                message = super().get_message("iopub", timeout=0)
                self._count += 1
                if self._matters(message) and len(self._kept) < WAITING_MESSAGES:
                    self._kept.append(message)
            if shell.socket in ready:
                message = super().get_message("shell", timeout=0)
                if message["parent_header"].get("msg_id") == msg_id:
                    return

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message that matters; outputs that nobody reads are dropped on the way.

        Raises:
            Empty: none came, or the cell's time or number of messages is used up.
        """
        end = min(self._until, time.monotonic() + (timeout or 0.0))
        while True:
            if stream == "iopub" and self._kept:
                return self._kept.popleft()
            left = end - time.monotonic()
            if left <= 0 or self._count > MOST_MESSAGES:
                raise Empty
            message: dict[str, Any] = super().get_message(stream, timeout=left)
            self._count += 1
            if stream != "iopub" or self._matters(message):
                return message

    def _matters(self, message: dict[str, Any]) -> bool:
        """Whether nbval is to see it: that a cell has ended or failed, or a probe's answer."""
        kind = message["msg_type"]
        if kind == "status":
            return bool(message["content"].get("execution_state") == "idle")
        if kind in OUTPUTS and self._probing:
            return ANSWERS in message["content"].get("data", ())
        return bool(kind == "error")

    def is_alive(self) -> bool:
        """Whether its process lives."""
        return self.km is not None and bool(self.km.is_alive())

    def ending(self) -> Ending | None:
        """How it ended, as the sandbox's keeper wrote it."""
        try:
            return Ending.read(f"{self._folder}.end")
        except (OSError, ValueError):
            return None

    def stop(self) -> None:
        """End the kernel and all that it has started; leave nothing behind."""
        if self.km is None:
            return
        if self.kc is not None:
            self.kc.stop_channels()
        if self.km.has_kernel:
            # jupyter_client's own way looks ten times a second whether the process has gone.
            provisioner: Any = self.km.provisioner
            process = provisioner.process
            process.kill()
            process.wait()
            self.km.cleanup_resources()
        self.km = None
        self._context.destroy(linger=0)
        shutil.rmtree(self._folder, ignore_errors=True)
        if os.path.exists(f"{self._folder}.end"):
            os.unlink(f"{self._folder}.end")
