"""Numbers that are too long to write: how much was printed, in 4,300 digits, twice.

Python refuses to write a number so long. Where judging fails, there is no answer.
"""

WHY = {"derivative_1": ("no-answer", "killed")}
CELLS = {
    "by-hand": """
import gradmagic.course.checking._probe as probe
def first(x):
    return 1.0
row = '{"value":{"shape":[],"numbers":[1]},"problem":"","detail":[],"printed":' + "9" * 4300 + "}"
probe.to_json = lambda answers: "[" + ",".join([row] * len(answers)) + "]"
""",
}
