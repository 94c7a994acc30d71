"""`python -m gradmagic.kernels._parent`: a preloaded process that forks kernels; `_start` starts it."""

from __future__ import annotations

import argparse
import importlib
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from gradmagic.kernels import _kernel, _preload
from gradmagic.kernels._child import Confine, become, told
from gradmagic.kernels._fingerprint import Files
from gradmagic.kernels._server import Server, Settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Preload, serve, and in each forked child be a kernel."""
    asked = _parsed(arguments)
    # Whoever starts a parent of its own does not wait for it: their child is the process that ends here.
    if asked.owner is None and os.fork():
        os._exit(0)
    given = dict(os.environ)
    # The folder that `python -m` puts first; a kernel has its own there.
    del sys.path[0]
    made = _preload.load()
    confine = _hook(asked.confine)
    if confine is None:
        _preload.load_magics()
    files = Files()
    inherited = _kernel.Inherited.look_up()
    _preload.settle()
    listener = socket.socket(fileno=asked.listen)
    settings = Settings(
        path=asked.path,
        pool=asked.pool,
        idle=asked.idle,
        confines=confine is not None,
        environment=given,
    )
    work = Server(listener, lock=asked.lock, owner=asked.owner, settings=settings, files=files).run()
    if work is not None:
        become(work, made, confine)
        _kernel.run(work.request["arguments"], work.lifeline, inherited, told(work))


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gradmagic.kernels._parent")
    parser.add_argument("--path", type=Path, required=True, help="where the socket is")
    parser.add_argument("--listen", type=int, required=True, help="descriptor of the listening socket")
    parser.add_argument("--lock", type=int, required=True, help="descriptor of the locked file")
    parser.add_argument("--owner", type=int, help="descriptor of a pipe: this process ends with it")
    parser.add_argument("--pool", type=int, default=1, help="idle kernels")
    parser.add_argument("--idle", type=float, help="seconds without a kernel after which to end")
    parser.add_argument(
        "--confine", help="package.module:function, called in each kernel before anything else"
    )
    return parser.parse_args(arguments)


def _hook(name: str | None) -> Confine | None:
    if name is None:
        return None
    module, _, function = name.partition(":")
    found: Confine = getattr(importlib.import_module(module), function)
    return found


if __name__ == "__main__":
    main()
