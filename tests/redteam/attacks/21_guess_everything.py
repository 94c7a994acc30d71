"""Forge an answer that holds thousands of numbers, and thousands of answers: one of them will be right.

There may be one answer for each input, of the right shape.
"""

WHY = {"derivative_1": "no-answer"}
CELLS = {
    "by-hand": """
import gradmagic.course.checking._probe as probe
from gradmagic.course.checking import Answer, as_numbers
sent = probe.to_json
def first(x):
    return np.arange(10000) / 10
probe.to_json = lambda answers: sent([Answer(as_numbers(n / 10)) for n in range(2000)])
""",
}
