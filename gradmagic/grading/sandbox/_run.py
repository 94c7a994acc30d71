"""Run one program, or one function, confined, and say how it ended: for what is not a kernel."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from gradmagic.errors import SandboxError
from gradmagic.grading.sandbox._confine import confine
from gradmagic.grading.sandbox._ending import Ending
from gradmagic.grading.sandbox._spec import Confinement
from gradmagic.messages import say

_PIECE = 1 << 16


@dataclass(frozen=True)
class Result(Ending):
    """An ending with what was printed; `cut` says that it was more than was kept."""

    out: str = ""
    err: str = ""
    cut: bool = False


def run_confined(
    target: Sequence[str] | Callable[[], object], confinement: Confinement, *, output: int = 1 << 20
) -> Result:
    """Run a program, or a function in a fork of this process, in a sandbox, and wait for its end.

    Args:
        target: words of a command, or a function without arguments (this process must have one thread only).
        confinement: what it may see and use. Its `limits.wall` bounds the time; its `report` is set here.
        output: bytes to keep of each of stdout and stderr; what is more is read and dropped.

    Raises:
        SandboxError: it could not be confined, and was not run.
    """
    with tempfile.TemporaryDirectory(prefix="gradmagic-") as folder:
        report = f"{folder}/ending.json"
        asked = replace(confinement, report=report)
        pipes = [os.pipe() for _ in range(3)]
        reading = [read for read, _ in pipes]
        out, err, problem = (write for _, write in pipes)
        given = (asked, out, err, problem)
        pid = _fork(target, *given) if callable(target) else _spawn(target, *given)
        for number in (out, err, problem):
            os.close(number)
        texts, cut = _drain(reading, output)
        _, status = os.waitpid(pid, 0)
        if texts[2]:
            raise SandboxError(texts[2])
        try:
            ending = Ending.read(report)
        except FileNotFoundError:
            code = os.waitstatus_to_exitcode(status)
            raise SandboxError(say("sandbox-no-report", code=code, problem=texts[1][-2000:])) from None
    return Result(**asdict(ending), out=texts[0], err=texts[1], cut=cut)


def _fork(function: Callable[[], object], confinement: Confinement, out: int, err: int, problem: int) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _redirect(out, err)
        _confined(confinement.to_json(), problem)
        function()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # noqa: BLE001 - the caller's process must not go on twice
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _spawn(words: Sequence[str], confinement: Confinement, out: int, err: int, problem: int) -> int:
    # A process of its own, because this one may have threads. -P: a folder's own `gradmagic` is not ours.
    command = [sys.executable, "-P", "-m", f"{__package__}._command", json.dumps(confinement.to_json())]
    running = subprocess.Popen(
        [*command, str(problem), *words],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        pass_fds=(problem, *(confinement.descriptors or ())),
    )
    running.returncode = 0  # it is waited for by its pid
    return running.pid


def _confined(spec: dict[str, object], problem: int) -> None:
    """Confine this process, or say through the pipe why it cannot be, and end."""
    try:
        confine(spec)
    except SandboxError as error:
        os.write(problem, str(error).encode())
        os._exit(1)


def execute(arguments: Sequence[str]) -> None:
    """Confine this process, then become the program: the arguments are SPEC DESCRIPTOR WORD..."""
    spec, problem, *words = arguments
    _confined(json.loads(spec), int(problem))
    os.execvp(words[0], words)


def _redirect(out: int, err: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, place in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(number, place)


def _drain(reading: Sequence[int], output: int) -> tuple[list[str], bool]:
    """Read all pipes to their ends, keeping the first `output` bytes of each."""
    kept = {number: bytearray() for number in reading}
    cut = False
    with selectors.DefaultSelector() as ready:
        for number in reading:
            ready.register(number, selectors.EVENT_READ)
        while ready.get_map():
            for key, _ in ready.select():
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    ready.unregister(key.fd)
                    os.close(key.fd)
                room = output - len(kept[key.fd])
                kept[key.fd] += piece[:room]
                cut = cut or len(piece) > room
    return [bytes(kept[number]).decode("utf-8", "replace") for number in reading], cut
