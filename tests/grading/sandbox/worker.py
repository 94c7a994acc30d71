"""Runs pieces of code, confined or not, as the user it is told to be: a process of its own, of one thread.

`python worker.py UID [MODULE...]` becomes that user (0: stays as it is), imports the modules, then reads jobs as lines of
JSON and answers each with a line of JSON.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from gradmagic.errors import SandboxError
from gradmagic.grading.sandbox import Confinement, _linux, probe, run_confined


def become(uid):
    """An ordinary user, who can reach this interpreter even where only root may enter the folder around it."""
    _linux.unshare(_linux.NEW_MOUNT)
    _linux.mount(None, "/", None, _linux.RECURSIVE | _linux.PRIVATE)
    for folder in {sys.base_prefix, sys.prefix, str(Path(__file__).parents[3])}:
        open_up(folder)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _linux.be_readable()
    os.environ.update(HOME="/tmp", USER="someone")


def open_up(folder):
    """Cover the first folder on the way that others may not enter by an empty one, with nothing but this in it."""
    for above in reversed(Path(folder).parents):
        if not above.stat().st_mode & 0o001:
            with tempfile.TemporaryDirectory() as stage:
                _linux.mount(folder, stage, None, _linux.BIND | _linux.RECURSIVE)
                _linux.mount("empty", str(above), "tmpfs", 0, "mode=0755")
                os.makedirs(folder)
                _linux.mount(stage, folder, None, _linux.BIND | _linux.RECURSIVE)
                _linux.unmount(stage)
            return


def free(code, seconds):
    """The same code in a fork that nothing confines."""
    with tempfile.TemporaryFile("w+") as out:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
            with contextlib.suppress(OSError), tempfile.TemporaryDirectory() as folder:
                os.chdir(folder)
                signal.alarm(seconds)
                try:
                    exec(code, {"__name__": "__main__"})
                except BaseException:  # noqa: BLE001 - the worker goes on, whatever an attack raises
                    traceback.print_exc()
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(pid, 0)
        out.seek(0)
        return {"out": out.read()}


def confined(code, spec, output):
    try:
        result = run_confined(
            lambda: exec(code, {"__name__": "__main__"}), Confinement.from_json(spec), output=output
        )
    except SandboxError as error:
        return {"refused": str(error)}
    return vars(result)


def answer(job):
    if "probe" in job:
        tier = probe()
        return {"name": tier.name, "means": dict(tier.means)}
    if "program" in job:
        return vars(run_confined(job["program"], Confinement.from_json(job["spec"])))
    if job["confined"]:
        return confined(job["code"], job["spec"], job["output"])
    return free(job["code"], job["seconds"])


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if wanted:
        subprocess.run(["true"], check=True)  # what is imported late is imported now
        become(wanted)
    for module in sys.argv[2:]:
        importlib.import_module(module)
    for line in sys.stdin:
        replies.write(json.dumps(answer(json.loads(line))) + "\n")
        replies.flush()
