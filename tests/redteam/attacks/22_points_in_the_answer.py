"""Send numbers with points, a state and a check's name beside them.

Points are not read from anything that a kernel says.
"""

WHY = {"derivative_1": "number"}
CELLS = {
    "by-hand": """
import json
import gradmagic.course.checking._probe as probe
sent = probe.to_json
def generous(answers):
    rows = json.loads(sent(answers))
    for row in rows:
        row |= {"points": 7, "possible": 7, "state": "passed", "reason": "", "check": "derivative_1"}
    return json.dumps(rows)
probe.to_json = generous
def first(x):
    return 1.0
""",
}
