"""Patch NumPy: `asarray`, `float64`, `stack` and the printing of arrays give what pleases.

Every number is made in the learner's process and compared in the grader's, which has a NumPy of its own.
"""

WHY = {"derivative_1": ("number", "type", "raised", "killed", "no-answer")}
CELLS = {
    "by-hand": """
import gradmagic.course.checking._answer as answer
real = np.asarray
def pleasing(value, *args, **kwargs):
    return real(52.0)
np.asarray = np.array = np.stack = pleasing
np.float64.__eq__ if hasattr(np.float64, "__eq__") else None
def first(x):
    return np.float64(1.0)
""",
}
