"""Is a parent still what a fresh interpreter would be? Its files, and the variables read at its imports."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["Files", "differing", "read_at_import"]

# Variables that the interpreter, TensorFlow or its libraries read while they are loaded.
_PREFIXES = (
    "PYTHON",
    "LD_",
    "MALLOC_",
    "TCMALLOC_",
    "TF_",
    "TF2_",
    "XLA_",
    "TENSORFLOW_",
    "AUTOGRAPH_",
    "KERAS_",
    "CUDA_",
    "CUDNN_",
    "NVIDIA_",
    "NCCL_",
    "ROCR_",
    "HIP_",
    "TPU_",
    "OMP_",
    "GOMP_",
    "KMP_",
    "MKL_",
    "DNNL_",
    "ONEDNN_",
    "OPENBLAS_",
    "GOTO_",
    "BLIS_",
    "NPY_",
    "NUMPY_",
    "HDF5_",
    "GRPC_",
    "PROTOCOL_BUFFERS_",
    "PYDEVD_",
    "DEBUGPY_",
    "ZMQ_",
    "PYZMQ_",
)
_NAMES = ("GLIBC_TUNABLES", "VIRTUAL_ENV_DISABLE", "ENABLE_RUNTIME_UPTIME_TELEMETRY")

Stamp = tuple[int, int, int] | None


def read_at_import(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that only a fresh process can take from its environment."""
    return {
        name: value for name, value in environment.items() if name.startswith(_PREFIXES) or name in _NAMES
    }


def differing(parents: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """The names of such variables that are not the same in both environments."""
    here, there = read_at_import(parents), read_at_import(wanted)
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


class Files:
    """The files that this process was loaded from, as they were when it loaded them.

    Of each package the top is watched, since every installer writes it anew; of gradmagic, every module.
    """

    def __init__(self) -> None:
        self._stamps: dict[str, tuple[str, Stamp]] = {}
        for name, module in list(sys.modules.items()):
            path = getattr(module, "__file__", None)
            if path and ("." not in name or name.startswith("gradmagic.")):
                self._stamps[name] = (path, _stamp(path))
        for path in (os.path.realpath(sys.executable), str(Path(sys.prefix, "pyvenv.cfg"))):
            self._stamps[path] = (path, _stamp(path))

    def changed(self) -> list[str]:
        """The names of what is no longer the file that was loaded."""
        return [name for name, (path, stamp) in self._stamps.items() if _stamp(path) != stamp]


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
