"""What a confined process inherits: a short list of variables, and no descriptor but those named."""

from __future__ import annotations

import ctypes
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from gradmagic.errors import SandboxError
from gradmagic.messages import say

# By their full names: what begins with `TF_` may be Terraform's, and `LC_` travels through SSH with
# anything in it.
_KEPT = frozenset(
    {
        "LANG",
        "LANGUAGE",
        "LC_ALL",
        "LC_COLLATE",
        "LC_CTYPE",
        "LC_MESSAGES",
        "LC_MONETARY",
        "LC_NUMERIC",
        "LC_TIME",
        "TZ",
        "GRADMAGIC_LANG",
        "KERAS_BACKEND",
        "MPLBACKEND",
        "OMP_NUM_THREADS",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONHASHSEED",
        "TF_CPP_MIN_LOG_LEVEL",
        "TF_CPP_MAX_VLOG_LEVEL",
        "TF_DETERMINISTIC_OPS",
        "TF_ENABLE_ONEDNN_OPTS",
        "TF_NUM_INTEROP_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_USE_LEGACY_KERAS",
        "TF_XLA_FLAGS",
        "XLA_FLAGS",
    }
)
_PATH = "/usr/local/bin:/usr/bin:/bin"
# Where env_start and env_end stand in /proc/self/stat, counted after the name (proc(5): fields 50 and 51).
_ENV_START, _ENV_END = 47, 48


def allowed(variables: Mapping[str, str]) -> dict[str, str]:
    """Those of the variables that tell a submission nothing: language, time zone, TensorFlow's settings.

    A parent that will fork confined processes is best started with these alone: what it has once held
    in memory, its children can find there.
    """
    return {name: value for name, value in variables.items() if name in _KEPT}


def replace(scratch: str, wanted: Mapping[str, str]) -> None:
    """Leave this process the allowed variables, those that name its scratch folder, and the wanted."""
    new = {
        **allowed(os.environ),
        "PATH": _PATH,
        "HOME": scratch,
        "TMPDIR": f"{scratch}/tmp",
        "USER": "learner",
        "LOGNAME": "learner",
        **wanted,
    }
    os.environ.clear()
    _wipe()
    os.environ.update(new)
    tempfile.tempdir = None  # it remembers the folder that was right before


def _wipe() -> None:
    """Overwrite the variables that this process was started with: /proc/self/environ shows them for ever."""
    words = Path("/proc/self/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    start, end = int(words[_ENV_START]), int(words[_ENV_END])
    ctypes.CDLL(None).clearenv()
    if start and end > start:
        ctypes.memset(start, 0, end - start)


def channels() -> list[int]:
    """The pipes and sockets that this process has open, besides 0, 1 and 2."""
    numbers = [int(name) for name in os.listdir("/proc/self/fd")]
    return [number for number in numbers if number > 2 and _is_channel(number)]


def _is_channel(number: int) -> bool:
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        return False  # the descriptor of the listing itself
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def check_descriptors(kept: Iterable[int]) -> None:
    """Refuse to keep a folder: with it, a process would walk out of the view.

    Raises:
        SandboxError: it is a folder, or not open.
    """
    for number in kept:
        try:
            mode = os.fstat(number).st_mode
        except OSError as error:
            raise SandboxError(say("sandbox-descriptor-closed", number=number)) from error
        if stat.S_ISDIR(mode):
            raise SandboxError(say("sandbox-descriptor-folder", number=number))


def close_others(kept: Iterable[int]) -> None:
    """Close every descriptor but 0, 1, 2 and those named."""
    start = 3
    for number in sorted({*kept} - {0, 1, 2}):
        os.closerange(start, number)
        start = number + 1
    # closerange calls close_range(2), so the size of the number does not matter.
    os.closerange(start, 1 << 30)
