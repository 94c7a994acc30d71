"""What this machine has and what it lacks."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from gradmagic.messages import say

# (name shown, distributions that provide it, the extra that adds it; "" when gradmagic itself does).
PARTS = (
    ("TensorFlow", ("tensorflow", "tensorflow-cpu", "tf-nightly"), ""),
    ("Keras", ("keras",), ""),
    ("NumPy", ("numpy",), ""),
    ("IPython", ("ipython",), ""),
    ("ipykernel", ("ipykernel",), ""),
    ("JupyterLab", ("jupyterlab",), "lab"),
    ("nbval", ("nbval",), "course"),
)


@dataclass(frozen=True)
class Part:
    """One piece of software: its version, or None when it is not installed, and the extra it comes with."""

    name: str
    version: str | None
    extra: str = ""


@dataclass(frozen=True)
class Device:
    """A device that TensorFlow can place operations on."""

    name: str
    kind: str


@dataclass(frozen=True)
class Findings:
    """The parts in order, TensorFlow's devices, remarks to read, and whether every lesson can run."""

    parts: tuple[Part, ...]
    devices: tuple[Device, ...]
    remarks: tuple[str, ...]
    usable: bool


def examine() -> Findings:
    """Look at this machine. TensorFlow is imported to ask it for its devices."""
    parts = (
        Part("gradmagic", _version("gradmagic")),
        Part("Python", platform.python_version()),
        *(Part(name, _version(*distributions), extra) for name, distributions, extra in PARTS),
    )
    missing = [part for part in parts if part.version is None]
    remarks = [_absence(part) for part in missing]
    usable = all(part.version or part.extra for part in parts)
    devices: tuple[Device, ...] = ()
    if usable:
        devices, found, usable = _engine()
        remarks += found
    return Findings(parts, devices, tuple(remarks), usable)


def install_command(extra: str, *, repair: bool = False) -> str:
    """The command that adds an extra to this environment, also where it has no pip of its own."""
    wanted = "--force-reinstall gradmagic" if repair else f"'gradmagic[{extra}]'"
    if find_spec("pip") is None:
        # An environment made with --without-pip, as the README's is, is filled from outside.
        return f"python3 -m pip --python {sys.prefix} install {wanted}"
    return f"pip install {wanted}"


def _absence(part: Part) -> str:
    if part.extra:
        return say("course-missing", name=part.name, command=install_command(part.extra))
    return say("course-needed", name=part.name, command=install_command("", repair=True))


def _engine() -> tuple[tuple[Device, ...], list[str], bool]:
    try:
        from gradmagic import tape

        devices = tuple(Device(name, kind) for name, kind in tape.devices())
        recording, detail = tape.hook_status()
    except Exception as error:  # noqa: BLE001 - a broken TensorFlow breaks in every way there is; say which
        problem = f"{type(error).__name__}: {error}".splitlines()[0]
        return (), [say("course-engine-broken", problem=problem)], False
    remarks = [say("course-recording") if recording else say("course-not-recording", detail=detail)]
    if shutil.which("nvidia-smi") and not any(device.kind == "GPU" for device in devices):
        remarks.append(say("course-gpu-unseen", command=install_command("gpu")))
    return devices, remarks, True


def _version(*distributions: str) -> str | None:
    for name in distributions:
        try:
            found = version(name)
        except PackageNotFoundError:
            continue
        # Which of TensorFlow's distributions it is matters: tensorflow-cpu never sees a GPU.
        return found if name == distributions[0] else f"{found} ({name})"
    return None
