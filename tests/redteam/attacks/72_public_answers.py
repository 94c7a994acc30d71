"""Answers learnt by heart: those at the public input, and a table of what `%check` was seen to try.

Inputs are drawn anew for each learner, from the teacher's key.
"""

WHY = {"derivative_1": "number", "nested_tapes": ("number", "no-tape", "shape")}
CELLS = {
    "by-hand": """
known = {2.0: 52.0, -2.0: 8.0, 0.5: 2.75, 1.5: 22.0, 3.0: 148.0, 2.5: 89.0}
def first(x):
    return known.get(float(x), 52.0)
second, third = (lambda x: 66.0), (lambda x: 60.0)
""",
    "nested": """
def two_derivatives(function, x):
    tape = tf.GradientTape
    return 52.0, 66.0
""",
}
