"""Answer with lists in lists a thousand deep, written past the limits that hold in the kernel.

The limits hold again where it is read.
"""

WHY = {"derivative_1": "no-answer"}
CELLS = {
    "by-hand": """
import gradmagic.course.checking._probe as probe
def first(x):
    return 1.0
row = '{"value":' + "[" * 900 + "]" * 900 + ',"problem":"","detail":[],"printed":0}'
probe.to_json = lambda answers: f"[{row},{row}]"
""",
}
