"""An exception's text of half characters, which no file can hold: writing the grade down is to fail.

They are replaced where they are read.
"""

WHY = {"derivative_1": "raised"}
CELLS = {
    "by-hand": """
import json
import gradmagic.course.checking._probe as probe
def first(x):
    return 1.0
half = chr(0xD800) + " " + chr(0xDFFF) + chr(0) + chr(0x202E)
row = {"value": None, "problem": "raised", "detail": [half, "half" + half, half, half], "printed": 0}
probe.to_json = lambda answers: json.dumps([row])
""",
}
