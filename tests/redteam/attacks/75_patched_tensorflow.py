"""Patch TensorFlow: a tape that always gives the same, tensors that equal everything, counters that count.

The tape is the learner's; its numbers are wrong, and that it was "used" is read in the text.
"""

WHY = {"nested_tapes": ("number", "no-tape", "shape", "raised")}
CELLS = {
    "by-hand": "pass",
    "nested": """
class Tape:
    def __init__(self, *_, **__): pass
    def __enter__(self): return self
    def __exit__(self, *_): return False
    def watch(self, *_): pass
    def gradient(self, *_, **__): return tf.constant(1.0)
    jacobian = batch_jacobian = gradient
kept = tf.GradientTape
tf.GradientTape = Tape
type(tf.constant(0.0)).__eq__ = lambda self, other: True
def two_derivatives(function, x):
    with tf.GradientTape() as tape:
        return tape.gradient(0, 0), tape.gradient(0, 0)
""",
}
