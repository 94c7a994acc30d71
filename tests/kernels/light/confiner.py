"""Stand-ins for a sandbox: what a parent's `--confine` may do."""

import os


def note(spec):
    """Leave a mark, and make the surroundings as the specification says."""
    with open(spec["mark"], "w") as file:
        file.write(
            f"{len(os.listdir('/proc/self/task'))} {sorted(map(int, os.listdir('/proc/self/fd')))[:3]}"
        )
    os.environ.clear()
    os.environ.update(spec["environment"])
    os.chdir(spec["folder"])


def fork(spec):
    """Be two processes, as a new PID namespace needs it; the kernel is the second."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) % 256)


def refuse(spec):
    """Fail, as on a machine without what is needed."""
    raise PermissionError(f"no {spec['wanted']} here")


def leave(spec):
    """End without a word."""
    os._exit(7)
