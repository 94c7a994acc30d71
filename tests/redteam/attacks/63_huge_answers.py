"""Answer with ten megabytes of numbers, a shape of 10^18 rows, and a dictionary of a million names.

More than 2 MB are not read, and a shape is only one if the numbers fill it.
"""

WHY = {"derivative_1": "no-answer"}
CELLS = {
    "by-hand": """
import gradmagic.course.checking._probe as probe
def first(x):
    return 1.0
rows = '{"value":{"shape":[1000000000000000000],"numbers":[1]},"problem":"","detail":[],"printed":0}'
big = '{"value":{"shape":[5000000],"numbers":[' + "1," * 4_999_999 + '1]},"problem":"","detail":[],"printed":0}'
probe.to_json = lambda answers: f"[{rows},{big}]"
""",
}
