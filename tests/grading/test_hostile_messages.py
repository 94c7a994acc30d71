"""What a hostile kernel sends costs its own points, a bounded time, and nobody else's."""

import time

import pytest

from gradmagic.grading import PASSED
from tests.grading.notebooks import answered, solution

NAME = "02-higher-derivatives"
SENDING = (
    "import json\nshell = get_ipython()\nsocket, session = shell.kernel.iopub_socket, shell.kernel.session\n"
    "parent = shell.kernel.get_parent('shell')\n"
)
HOSTILE = {
    "flood": "import threading, sys\ndef flood():\n    while True: print('x' * 10_000)\n"
    "for _ in range(4): threading.Thread(target=flood, daemon=True).start()",
    "giant": "from IPython.display import display\ndisplay({'text/plain': 'x' * 60_000_000}, raw=True)",
    "deep": "from IPython.display import display\nthing = []\nfor _ in range(900): thing = [thing]\n"
    "display({'application/json': thing}, raw=True)",
    "no idle": SENDING + "session.send = lambda *a, **k: None",
    "odd parents": SENDING + "for odd in ([], 'x', {'msg_id': 5}, {'msg_id': parent['header']['msg_id']}):\n"
    "    session.send(socket, 'error', {'ename': 5}, parent=None, metadata={}, header=session.msg_header('error') | {'x': odd})",
    "early idle": SENDING
    + "for _ in range(100): session.send(socket, 'status', {'execution_state': 'idle'}, parent=parent)",
    "no json": SENDING + "socket.send_multipart([b'x', b'<IDS|MSG>', b'', b'{', b'[', b'{}', b'{}'])",
    "closed": SENDING + "socket.close()",
    "stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_kernel_harms_only_itself(grade, name):
    began = time.monotonic()
    found = grade(
        {"a-hostile": answered(NAME, {"newton-step": HOSTILE[name]}), "b-honest": solution(NAME)},
        NAME,
        cell=5.0,
    )
    hostile, honest = found["a-hostile"], found["b-honest"]
    assert hostile.status == honest.status == "graded"
    assert honest.points == 7
    assert hostile["newton"].state != PASSED
    # What had been answered before stays answered.
    assert hostile.points == 5, [(score.check, score.reason) for score in hostile.scores]
    assert time.monotonic() - began < 60
