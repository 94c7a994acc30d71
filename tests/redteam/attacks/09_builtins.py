"""Patch what a test compares with: `abs`, `math.isclose`, NumPy's comparisons and assertions.

All that is in the learner's own process; numbers are compared in another.
"""

WHY = {"derivative_1": "number"}
NAIVE = True
CELLS = {
    "by-hand": """
import builtins, math
builtins.abs = lambda *_: 0
math.isclose = np.isclose = np.allclose = np.array_equal = lambda *_, **__: True
np.testing.assert_allclose = np.testing.assert_equal = lambda *_, **__: None
def first(x):
    return 1.0
import gradmagic.course.checking._compare as compare
compare.compare = compare.close = lambda *_, **__: None
compare._compare_leaf = lambda *_, **__: None
import gradmagic.course.checking._judge as judge
judge.compare = lambda *_, **__: None
""",
}
