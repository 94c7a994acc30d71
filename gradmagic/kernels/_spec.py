"""The kernelspec `gradmagic`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager

__all__ = ["NAME", "hiding", "install", "installed", "kernelspec"]

NAME = "gradmagic"


def kernelspec(
    python: str = sys.executable,
    *,
    name: str = "Python 3 (gradmagic)",
    config: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A kernelspec's JSON. Where the provisioner is not used, its command starts an ordinary kernel.

    Args:
        python: the interpreter that kernels run.
        name: what a launcher shows.
        config: the provisioner's settings: `socket`, `confine`, `fallback`, `transport`, `runtime`.
    """
    return {
        "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": name,
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {
            "debugger": True,
            "kernel_provisioner": {"provisioner_name": "gradmagic-warm", "config": dict(config or {})},
        },
    }


def install(prefix: str | None = None, name: str = NAME) -> Path:
    """Write the kernelspec, over an older one of the same name.

    Args:
        prefix: an environment's folder, `sys.prefix` for this one's; the user's own folder when None.
        name: what notebooks call it; `python3` makes every notebook's kernel a warm one.

    Returns:
        The folder of `kernel.json`.
    """
    with tempfile.TemporaryDirectory() as private:
        # The folder is copied with its mode, and a temporary one is closed to the environment's other users.
        folder = Path(private, name)
        folder.mkdir()
        (folder / "kernel.json").write_text(json.dumps(kernelspec(), indent=1) + "\n", "utf-8")
        manager = KernelSpecManager()
        return Path(manager.install_kernel_spec(str(folder), name, user=prefix is None, prefix=prefix))


def hiding(folder: Path) -> Path | None:
    """The folder of another kernelspec of the same name that Jupyter finds first; None when there is none.

    In a virtual environment its own kernelspecs come before the user's.
    """
    found = Path(KernelSpecManager().find_kernel_specs().get(folder.name, folder))
    return None if found.resolve() == folder.resolve() else found


def installed() -> Path | None:
    """The folder of the kernelspec that Jupyter finds, `gradmagic` or another of ours, if any."""
    found = KernelSpecManager().find_kernel_specs()
    ours = [name for name in (NAME, *sorted(found)) if name in found and _is_warm(Path(found[name]))]
    return Path(found[ours[0]]) if ours else None


def _is_warm(folder: Path) -> bool:
    try:
        content = json.loads((folder / "kernel.json").read_text("utf-8"))
        return bool(content["metadata"]["kernel_provisioner"]["provisioner_name"] == "gradmagic-warm")
    except (OSError, ValueError, KeyError, TypeError):  # somebody else's, of whatever form
        return False
