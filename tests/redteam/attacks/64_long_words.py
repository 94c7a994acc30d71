"""Answer with a megabyte of names, so that the gradebook and every page of it carry them for ever.

An answer may be large; what is said about it is short.
"""

WHY = {"derivative_1": "parts"}
CELLS = {
    "by-hand": """
import json
import gradmagic.course.checking._probe as probe
def first(x):
    return 1.0
value = {"names": {f"{number:09}" * 10: None for number in range(18_000)}}
row = {"value": value, "problem": "", "detail": [], "printed": 0}
probe.to_json = lambda answers: json.dumps([row] + [dict(row, value=None)] * (len(answers) - 1))
""",
}
