"""Find derivatives by differences, below a tape that is opened for the rule that reads the text, and asked nothing.

A tape counts that was asked for something while the check ran.
"""

WHY = {"nested_tapes": "no-tape"}
CELLS = {
    "nested": """
def two_derivatives(function, x):
    with tf.GradientTape():
        pass
    h = 1e-3
    g = lambda t: float(function(tf.constant(t, tf.float64)))
    x = float(x)
    return (g(x + h) - g(x - h)) / (2 * h), (g(x + h) - 2 * g(x) + g(x - h)) / h**2
""",
}
