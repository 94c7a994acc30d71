"""What is expected is nowhere in a kernel's reach: not in its objects, frames, modules or files."""

import json

import pytest

from gradmagic.course.checking import ANSWERS, all_exercises
from gradmagic.grading._running import GradingKernel
from gradmagic.grading.sandbox import probe
from tests.grading.machine import less_than_full
from tests.grading.notebooks import SOLUTIONS

NAME = "02-higher-derivatives"

HUNT = """
import gc, glob, os, sys
found = []
words = [word[::-1] for word in {words!r}]  # backwards, so that the hunter does not find itself
for thing in gc.get_objects():
    if isinstance(thing, dict):
        for value in list(thing.values()):
            if isinstance(value, str) and any(word in value for word in words):
                found.append(["object", value[:80]])
    elif type(thing).__name__ == "Check" and (thing.expect or thing.mistakes or thing.hints or thing.between):
        found.append(["check", thing.name])
for name, module in list(sys.modules.items()):
    if name.startswith("gradmagic.course.checks"):
        found.append(["module", name])
try:
    import gradmagic.course.checks.e02_higher_derivatives
    found.append(["import", "e02"])
except Exception:
    pass
for frame in sys._current_frames().values():
    while frame:
        found += [["frame", name] for name in frame.f_locals if name in ("expect", "right", "mistakes", "rubric")]
        frame = frame.f_back
for start in ("/", "/scratch", "/proc/1/cwd", os.path.dirname(os.path.dirname(sys.modules["gradmagic"].__file__))):
    for folder, folders, files in os.walk(start):
        if folder.startswith(("/proc", "/usr", "/lib", "/sys")) or folder.count("/") > 9:
            folders[:] = []
            continue
        folders[:] = [one for one in folders if one not in ("site-packages", "dist-packages")]
        for name in files:
            if name.startswith(("e02_", "gradebook")) or name in ("key", "grades.csv"):
                found.append(["file", folder + "/" + name])
            if name.endswith(".ipynb") and name != "demo.ipynb":
                found.append(["notebook", folder + "/" + name])
found += [["variable", name] for name in os.environ if "KEY" in name or "SECRET" in name or "GRADMAGIC_CHECKS" in name]
from IPython.display import display
display({{{mime!r}: {{"answers": __import__("json").dumps(found[:50]), "seen": {{}}}}}}, raw=True)
"""


def hunt(*words):
    return HUNT.format(words=[word[::-1] for word in words], mime=ANSWERS)


@pytest.fixture
def kernel(place):
    kernel = GradingKernel(place)
    yield kernel
    kernel.stop()


def answer(kernel, source):
    """What a cell displays as an answer."""
    kernel.begin(60.0, probing=True)
    asked = kernel.execute_cell_input(source, allow_stdin=False)
    kernel.await_reply(asked, timeout=60.0)
    while True:
        message = kernel.get_message("iopub", timeout=10.0)
        if message["parent_header"].get("msg_id") != asked:
            continue
        assert message["msg_type"] != "error", message["content"]
        if message["msg_type"] in ("display_data", "execute_result"):
            return json.loads(message["content"]["data"][ANSWERS]["answers"])


def test_hunting_in_a_confined_kernel_finds_nothing(kernel, place, rubrics):
    if place.tier != "full":
        less_than_full(probe())
    check = all_exercises()[NAME].checks["derivative_1"]
    # The question has been asked: whatever it brings is there.
    sent = answer(kernel, f"def first(x):\n    return 0.0\n{rubrics[NAME].question(check, 'ann').source}")
    assert sent[0]["value"]["numbers"] == [0.0]
    hints = [words[0][:40] for words in check.hints]
    mistakes = [mistake.words[0][:40] for mistake in check.mistakes if mistake.words]
    assert hints
    assert mistakes
    assert answer(kernel, hunt(*hints, *mistakes)) == []


def test_the_hunt_would_find_what_is_there(kernel):
    """A test of the test: a planted secret is found."""
    planted = "plain = {'hint': 'the planted expectation'}\nright = 1\n"
    found = answer(kernel, planted + hunt("planted expectation"))
    assert any(kind == "object" for kind, _ in found)


def test_solutions_are_out_of_sight(kernel, place):
    if place.tier != "full":
        less_than_full(probe())
    look = f"import os, json\nthere = os.path.exists({str(SOLUTIONS)!r})\n"
    sending = f"from IPython.display import display\ndisplay({{{ANSWERS!r}: {{'answers': json.dumps(there), 'seen': {{}}}}}}, raw=True)"
    assert answer(kernel, look + sending) is False
