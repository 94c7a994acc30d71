"""A hook before each cell that puts the public input, whose answer is known, in the place of the drawn ones.

The kernel may well answer another question; the answers are compared with those to the question that was asked.
"""

WHY = {"derivative_1": "number"}
CELLS = {
    "by-hand": """
import json
import gradmagic.course.checking._probe as probe
def first(x):
    return 52.0
def before(info):
    class Json:
        dumps = json.dumps
        @staticmethod
        def loads(text):
            question = json.loads(text)
            question["cases"] = [{"x": 2.0}] * len(question["cases"])
            return question
    probe.json = Json
get_ipython().events.register("pre_run_cell", before)
""",
}
