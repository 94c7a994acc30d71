"""Infinity where a tolerance is a share of it, and numbers that overflow as they are compared.

The tolerance is a share of what is right.
"""

WHY = {"derivative_1": "not-finite", "nested_tapes": ("number", "not-finite")}
CELLS = {
    "by-hand": """
def first(x):
    return np.float64("inf")
""",
    "nested": """
def two_derivatives(function, x):
    tf.GradientTape
    return 1.7e308, -1.7e308
""",
}
