"""The kernelspec `gradmagic`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager

__all__ = ["NAME", "install", "installed", "kernelspec"]

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


def install(prefix: str | None = None) -> Path:
    """Write the kernelspec, over an older one of the same name.

    Args:
        prefix: an environment's folder, `sys.prefix` for this one's; the user's own folder when None.

    Returns:
        The folder of `kernel.json`.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "kernel.json").write_text(json.dumps(kernelspec(), indent=1) + "\n", "utf-8")
        manager = KernelSpecManager()
        return Path(manager.install_kernel_spec(folder, NAME, user=prefix is None, prefix=prefix))


def installed() -> Path | None:
    """The folder of the kernelspec that Jupyter finds by the name; None when there is none."""
    found = KernelSpecManager().find_kernel_specs().get(NAME)
    return None if found is None else Path(found)
