"""Leave by `sys.exit` and `quit`, hoping that an unfinished notebook counts as a passed one.

Only answers earn points; the cell is one that failed. What is answered honestly below it keeps its points.
"""

POINTS = 2
WHY = {"derivative_1": "raised", "nested_tapes": ""}
CELLS = {
    "by-hand": """
import sys
sys.exit(0)
""",
    "nested": """
def two_derivatives(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        once = inner.gradient(y, x)
    return once, outer.gradient(once, x)
quit()
""",
}
