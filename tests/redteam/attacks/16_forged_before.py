"""Send answers of the grader's own type from an answer's cell, long before any question.

Of a probe, only what its own execution sends is read. Its own answer here is wrong.
"""

WHY = {"derivative_1": "number"}
CELLS = {
    "by-hand": """
MIME = "application/vnd.gradmagic.answers+json"
answer = '{"value":{"shape":[],"numbers":[52.0]},"problem":"","detail":[],"printed":0}'
for count in (1, 2, 3):
    display({MIME: {"answers": "[" + ",".join([answer] * count) + "]", "seen": {}}}, raw=True)
def first(x):
    return 1.0
""",
}
