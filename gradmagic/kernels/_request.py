"""From the arguments of an ordinary start to a request; what a fork cannot do is said."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from gradmagic.kernels import _inherit
from gradmagic.kernels._client import ask_for_kernel
from gradmagic.kernels._errors import Unavailable
from gradmagic.kernels._process import WarmProcess
from gradmagic.kernels._server import PROTOCOL

__all__ = ["Start"]

_LAUNCHERS = ("ipykernel_launcher", "ipykernel")
# What a provisioner is given beside the arguments of `subprocess.Popen` that a fork can honour.
_KNOWN = {"env", "cwd", "independent", "stdin", "stdout", "stderr", "extra_arguments", "kernel_id"}


@dataclass(frozen=True)
class Start:
    """An ordinary start of a kernel, as `jupyter_client` would make it.

    Attributes:
        python: the interpreter.
        command: what `sys.argv` is to be in the kernel.
        arguments: the kernel application's.
        environment: the kernel's variables.
        options: the other keyword arguments of `subprocess.Popen`.
    """

    python: str
    command: tuple[str, ...]
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    options: Mapping[str, Any]

    @classmethod
    def of(cls, command: Sequence[str], options: Mapping[str, Any]) -> Start:
        """Read a command line and the options beside it.

        Raises:
            Unavailable: it starts something else than ipykernel, or asks for what a fork cannot do.
        """
        words = [os.path.expanduser(word) for word in command]
        if len(words) < 3 or words[1] != "-m" or words[2] not in _LAUNCHERS:
            raise Unavailable("command", command=" ".join(words))
        unknown = sorted(name for name in options.keys() - _KNOWN if options[name] is not None)
        if unknown:
            raise Unavailable("option", names=", ".join(unknown))
        environment = dict(os.environ if options.get("env") is None else options["env"])
        python = shutil.which(words[0], path=environment.get("PATH")) or words[0]
        return cls(python, tuple(words[2:]), tuple(words[3:]), environment, options)

    def ask(self, path: Path, confine: Mapping[str, Any] | None) -> WarmProcess:
        """Ask the parent at `path` for this kernel.

        Raises:
            Unavailable: it cannot be had there.
        """
        independent = bool(self.options.get("independent"))
        beside = {} if independent else {"JPY_PARENT_PID": str(os.getpid())}
        request = {
            "ask": "kernel",
            "protocol": PROTOCOL,
            "command": list(self.command),
            "arguments": list(self.arguments),
            "environment": {**self.environment, **beside},
            "folder": os.path.abspath(self.options.get("cwd") or os.getcwd()),
            "inherited": _inherit.capture(),
            "independent": independent,
            "confine": confine,
        }
        with ExitStack() as stack:
            streams = _Streams(stack, self.options)
            process = ask_for_kernel(path, request, streams.theirs)
            process.stdin, process.stdout, process.stderr = streams.ours
            return process


class _Streams:
    """The kernel's standard descriptors, and the ends of pipes that stay here.

    An ordinary kernel has a standard input at its end, and this process's own output and error.
    """

    def __init__(self, stack: ExitStack, options: Mapping[str, Any]) -> None:
        self._stack = stack
        self.ours: list[IO[bytes] | None] = [None, None, None]
        stdin = options.get("stdin")
        self.theirs = [self._null(os.O_RDONLY) if stdin is None else self._given(0, stdin)]
        self.theirs.append(self._given(1, options.get("stdout")))
        self.theirs.append(self._given(2, options.get("stderr")))

    def _given(self, number: int, wanted: Any) -> int:
        if wanted == subprocess.PIPE:
            return self._pipe(number)
        if wanted == subprocess.STDOUT and number == 2:
            return self.theirs[1]
        if wanted == subprocess.DEVNULL:
            return self._null(os.O_RDWR)
        descriptor = number if wanted is None else wanted if isinstance(wanted, int) else wanted.fileno()
        try:
            os.fstat(descriptor)
        except OSError:  # this process has closed its own
            return self._null(os.O_RDWR)
        return int(descriptor)

    def _pipe(self, number: int) -> int:
        reading, writing = os.pipe()
        theirs, ours = (reading, writing) if number == 0 else (writing, reading)
        self._stack.callback(os.close, theirs)
        self.ours[number] = open(ours, "wb" if number == 0 else "rb")  # noqa: SIM115 - the caller's, as with Popen
        return theirs

    def _null(self, mode: int) -> int:
        descriptor = os.open(os.devnull, mode | os.O_CLOEXEC)
        self._stack.callback(os.close, descriptor)
        return descriptor
