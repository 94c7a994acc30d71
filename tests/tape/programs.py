"""Programs whose derivative is None, zero or not finite, each with its cause and line; and healthy ones.

Each is the body of a recorded cell that begins on line 2 (line 1 is `%%tape`). `x` is the source and `y`
the target; `before` is an earlier cell, `after` a later one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    name: str
    cell: str
    cause: str | None = None
    line: int = 0
    before: str = "x = tf.Variable(2.0)"
    after: str = ""


def _p(
    name: str, cause: str, line: int, cell: str, before: str = "x = tf.Variable(2.0)", after: str = ""
) -> Program:
    return Program(name, cell, cause, line, before, after)


VECTOR = "x = tf.Variable([1.0, 2.0, 3.0])"

BROKEN: list[Program] = [
    # a constant is not watched
    _p("constant", "not-watched", 2, "y = x * x", "x = tf.constant(3.0)"),
    _p("constant-in-the-cell", "not-watched", 3, "x = tf.constant(3.0)\ny = x ** 2"),
    _p("not-trainable", "not-watched", 2, "y = x * x", "x = tf.Variable(3.0, trainable=False)"),
    _p("result-of-an-earlier-cell", "not-watched", 3, "z = 2.0\ny = tf.sin(x) * z", "v = tf.Variable(1.0)\nx = v + 1"),
    _p("watched-too-late", "not-watched", 2, "y = x * x\ntape.watch(x)", "x = tf.constant(3.0)"),
    _p("numpy-scalar-made-a-tensor", "not-watched", 3, "k = 1.0\ny = x * k", "import numpy as np\nx = tf.convert_to_tensor(np.float32(3))"),
    # a Variable that a plain tensor took the place of
    _p("overwritten-before", "overwritten-variable", 2, "y = x * x", "x = tf.Variable(2.0)\nx = x + 1"),
    _p("overwritten-scaled", "overwritten-variable", 2, "y = x * x", "x = tf.Variable(2.0)\nx = 0.9 * x"),
    _p("overwritten-by-a-step", "overwritten-variable", 3, "y = x * x", "x = tf.Variable(2.0)\nstep = 0.1\nx = x - step * 4.0"),
    _p("overwritten-in-a-loop", "overwritten-variable", 3, "y = x ** 3", "x = tf.Variable(2.0)\nfor _ in range(3):\n    x = x * 0.9"),
    # the value left TensorFlow
    _p("numpy-method", "left-tensorflow", 2, "z = x.numpy() * 2\ny = tf.square(z)"),
    _p("numpy-function", "left-tensorflow", 4, "import numpy as np\nz = x * 2\nw = np.sin(z)\ny = tf.constant(w) * 3"),
    _p("float", "left-tensorflow", 3, "z = x * x\nk = float(z)\ny = tf.constant(1.0) * k"),
    _p("math-module", "left-tensorflow", 3, "import math\ny = tf.constant(math.exp(x)) + 1.0"),
    _p("tf-constant-of-a-variable", "left-tensorflow", 2, "y = tf.constant(x) * 3"),
    _p("list-and-back", "left-tensorflow", 2, "items = (x * 1).numpy().tolist()\ny = tf.reduce_sum(tf.constant(items))", VECTOR),
    _p("mean-by-numpy", "left-tensorflow", 3, "import numpy\nm = numpy.mean(x * x)\ny = tf.constant(m) - 1", VECTOR),
    _p("as-text", "left-tensorflow", 2, "y = tf.strings.to_number(tf.strings.as_string(x))"),
    _p("numpy-function-op", "left-tensorflow", 2, "z = tf.numpy_function(lambda a: a * 2, [x], tf.float32)\ny = z * 3"),
    _p("item", "left-tensorflow", 3, "z = x + 1\ny = tf.constant(z.numpy().item()) ** 2"),
    # whole numbers
    _p("integer-source", "integer-dtype", 2, "y = x * x", "x = tf.constant(3)"),
    _p("integer-target", "integer-dtype", 3, "z = x * 2\ny = tf.cast(z, tf.int32)"),
    _p("through-integers", "integer-dtype", 3, "z = x * 2\nw = tf.cast(z, tf.int32)\ny = tf.cast(w, tf.float32)"),
    _p("as-an-index", "integer-dtype", 2, "i = tf.cast(x, tf.int32)\ny = tf.gather(tf.constant([1.0, 2.0, 5.0]), i)"),
    _p("one-hot", "integer-dtype", 2, "y = tf.reduce_sum(tf.one_hot(tf.cast(x, tf.int32), 4))"),
    # stopped on purpose
    _p("stop-gradient", "stop-gradient", 3, "z = x * x\ny = tf.stop_gradient(z) * 3"),
    _p("stop-gradient-in-a-function", "stop-gradient", 3, "def frozen(v):\n    return tf.stop_gradient(v) * 2\ny = frozen(x) + 1"),
    _p("stop-gradient-in-a-tf-function", "stop-gradient", 2, "y = frozen(x) + 1", "x = tf.Variable(2.0)\n@tf.function\ndef frozen(v):\n    return tf.stop_gradient(v) * 2"),
    _p("stop-recording", "stop-gradient", 3, "with tape.stop_recording():\n    z = x * x\ny = z * 3"),
    # no derivative
    _p("round", "not-differentiable", 2, "y = tf.round(x) * 3"),
    _p("floor", "not-differentiable", 3, "z = x * 1.5\ny = tf.floor(z)"),
    _p("ceil-in-an-expression", "not-differentiable", 2, "y = (tf.math.ceil(x) + 1) ** 2"),
    _p("comparison", "not-differentiable", 2, "y = tf.cast(x > 1.0, tf.float32)"),
    _p("argmax", "not-differentiable", 2, "y = tf.cast(tf.argmax(x), tf.float32) * 2", VECTOR),
    _p("accuracy", "not-differentiable", 3, "p = tf.sigmoid(x)\ny = tf.reduce_mean(tf.cast(p > 0.5, tf.float32))", VECTOR),
    _p("custom-gradient-of-none", "not-differentiable", 2, "y = mine(x) * 2", "x = tf.Variable(2.0)\n@tf.custom_gradient\ndef mine(v):\n    return v * 2, lambda upstream: None"),
    _p("unique", "not-differentiable", 2, "y = tf.reduce_sum(tf.unique(x * 1)[0])", VECTOR),
    # through a Variable's state
    _p("assign", "state-change", 3, "v = tf.Variable(0.0)\nv.assign(x * 2)\ny = v * 3"),
    _p("assign-add", "state-change", 2, "v.assign_add(x)\ny = v ** 2", "x = tf.Variable(2.0)\nv = tf.Variable(1.0)"),
    _p("new-variable", "state-change", 2, "v = tf.Variable(x * 2)\ny = v * 3"),
    _p("accumulator", "state-change", 3, "for k in range(3):\n    total.assign_add(x * k)\ny = total * 1.0", "x = tf.Variable(2.0)\ntotal = tf.Variable(0.0)"),
    # not connected
    _p("another-name", "not-connected", 3, "z = x * x\ny = w * w", "x, w = tf.Variable(2.0), tf.Variable(3.0)"),
    _p("only-the-shape", "not-connected", 2, "y = tf.reduce_sum(tf.ones(tf.shape(x)))", VECTOR),
    _p("only-the-zeros", "not-connected", 2, "y = tf.reduce_sum(tf.zeros_like(x) + w)", VECTOR + "\nw = tf.Variable(1.0)"),
    _p("constant-target", "not-connected", 3, "z = x * x\ny = w + 1", "x, w = tf.Variable(2.0), tf.Variable(1.0)"),
    # after the recording
    _p("after-the-cell", "tape-closed", 0, "z = x * x", after="y = z * 2"),
    _p("loss-in-a-later-cell", "tape-closed", 0, "p = x * 3", after="p2 = p - 1\ny = p2 ** 2"),
    # flat
    _p("saturated-sigmoid", "saturated", 2, "y = tf.sigmoid(x)", "x = tf.Variable(200.0)"),
    _p("saturated-tanh", "saturated", 3, "z = x * 50.0\na = tf.tanh(z)\ny = a ** 2", "x = tf.Variable(5.0)"),
    _p("saturated-softmax", "saturated", 2, "y = tf.nn.softmax(x)[0]", "x = tf.Variable([500.0, 0.0, 0.0])"),
    _p("dead-relu", "zero-slope", 3, "z = x - 10.0\ny = tf.nn.relu(z)"),
    _p("clipped", "zero-slope", 2, "y = tf.clip_by_value(x, -1.0, 1.0)", "x = tf.Variable(3.0)"),
    _p("sign", "zero-slope", 2, "y = tf.sign(x) * 2"),
    _p("minimum-of-a-square", "zero-slope", 2, "y = x ** 2", "x = tf.Variable(0.0)"),
    _p("times-zero", "zero-slope", 3, "k = 0.0\ny = x * k"),
    _p("other-branch", "zero-slope", 2, "y = tf.maximum(x, 5.0)"),
    # not finite
    _p("log-of-zero", "not-finite", 3, "z = x - 2.0\ny = tf.math.log(z)"),
    _p("log-of-a-negative", "not-finite", 2, "y = tf.math.log(-x) + 1"),
    _p("division-by-zero", "not-finite", 3, "z = x - 2.0\ny = 1.0 / z"),
    _p("overflow", "not-finite", 2, "y = tf.exp(x * 100.0)"),
    _p("sqrt-at-zero", "not-finite", 3, "z = x - 2.0\ny = tf.sqrt(z)"),
    _p("norm-of-zero", "not-finite", 2, "y = tf.norm(x)", "x = tf.Variable([0.0, 0.0])"),
    _p("where-trap", "not-finite", 2, "y = tf.where(x > 0, tf.math.log(x), 0.0)", "x = tf.Variable(0.0)"),
    _p("zero-times-infinity", "not-finite", 2, "z = tf.exp(x * 100.0)\ny = z * 0.0"),
]  # fmt: skip


def _h(name: str, cell: str, before: str = "x = tf.Variable(2.0)") -> Program:
    return Program(name, cell, None, 0, before)


HEALTHY: list[Program] = [
    _h("square", "y = x * x"),
    _h("polynomial", "y = x**4 + 2*x**3 - 3*x**2 + 4*x - 5"),
    _h("watched", "tape.watch(x)\ny = x * x", "x = tf.constant(3.0)"),
    _h("sin", "y = tf.sin(x)"),
    _h("several-lines", "a = tf.exp(x)\nb = a + 1\nc = tf.math.log(b)\ny = c * c"),
    _h("loop", "y = x\nfor _ in range(5):\n    y = tf.sin(y) + x"),
    _h("branch", "if x > 1:\n    y = x ** 2\nelse:\n    y = -x"),
    _h("function", "def f(v):\n    return v ** 3\ny = f(x) + f(2 * x)"),
    _h("recursion", "def p(v, n):\n    return v if n == 1 else v * p(v, n - 1)\ny = p(x, 4)"),
    _h("numpy-data", "import numpy as np\ndata = np.array([1.0, 2.0], np.float32)\ny = tf.reduce_sum(x * data)"),
    _h("printed-on-the-way", "z = x * x\nprint(float(z))\ny = z + 1"),
    _h("logged-on-the-way", "z = x * x\nlog = [z.numpy()]\ny = z * 3"),
    _h("numpy-beside", "import numpy as np\nscale = np.sqrt(4.0)\ny = x * scale"),
    _h("stop-gradient-beside", "y = x * tf.stop_gradient(x)"),
    _h("comparison-in-where", "y = tf.where(x > 1.0, x ** 2, x)"),
    _h("relu-alive", "y = tf.nn.relu(x)"),
    _h("clip-inside", "y = tf.clip_by_value(x, 0.0, 5.0)"),
    _h("sigmoid", "y = tf.sigmoid(x)"),
    _h("softmax", "y = tf.nn.softmax(x)[0]", VECTOR),
    _h("matmul", "y = tf.reduce_sum(A @ x)", "x = tf.Variable([[1.0], [2.0]])\nA = tf.constant([[1.0, 2.0], [3.0, 4.0]])"),
    _h("mean-squared-error", "y = tf.reduce_mean((x * d - t) ** 2)", "x = tf.Variable(2.0)\nd = tf.constant([1.0, 2.0])\nt = tf.constant([2.0, 3.0])"),
    _h("gather", "y = tf.reduce_sum(tf.gather(x, [0, 2]))", VECTOR),
    _h("slice", "y = x[0] * x[1]", VECTOR),
    _h("concat", "y = tf.reduce_sum(tf.concat([x, x ** 2], 0) ** 2)", VECTOR),
    _h("reshape-by-its-shape", "y = tf.reduce_sum(tf.reshape(x, tf.shape(x)) ** 2)", VECTOR),
    _h("assigned-before", "v.assign(3.0)\ny = x * v", "x = tf.Variable(2.0)\nv = tf.Variable(1.0)"),
    _h("assigned-after", "y = x * x\nx.assign_sub(0.1)"),
    _h("counter", "count.assign_add(1.0)\ny = x * x", "x = tf.Variable(2.0)\ncount = tf.Variable(0.0)"),
    _h("tf-function", "y = f(x)", "x = tf.Variable(2.0)\n@tf.function\ndef f(v):\n    return v ** 2 + 1"),
    _h("tf-function-with-a-loop", "y = f(x)", "x = tf.Variable(2.0)\n@tf.function\ndef f(v):\n    for _ in tf.range(3):\n        v = v * 1.5\n    return v"),
    _h("custom-gradient", "y = mine(x) * 2", "x = tf.Variable(2.0)\n@tf.custom_gradient\ndef mine(v):\n    return v * 2, lambda up: up * 2"),
    _h("py-function", "y = tf.py_function(lambda v: v * v, [x], tf.float32) * 1.0"),
    _h("tensor-array", "a = tf.TensorArray(tf.float32, 2).write(0, x).write(1, x * x)\ny = tf.reduce_sum(a.stack())"),
    _h("intermediate", "x = w * w\ny = x ** 2", "w = tf.Variable(2.0)"),
    _h("float64", "y = tf.exp(x)", "x = tf.Variable(2.0, dtype=tf.float64)"),
    _h("complex", "y = tf.math.real(tf.complex(x, 1.0) * tf.complex(x, -1.0))"),
    _h("integers-beside", "n = tf.constant(3)\ny = x * tf.cast(n, tf.float32)"),
    _h("overwritten-by-assign", "x.assign_add(1.0)\ny = x * x"),
    _h("unused-nan", "bad = tf.math.log(-1.0)\ny = x * x"),
    _h("small-but-not-zero", "y = tf.sigmoid(x)", "x = tf.Variable(15.0)"),
    _h("embedding", "y = tf.reduce_sum(tf.nn.embedding_lookup(x, [1, 1]) ** 2)", "x = tf.Variable([[1.0], [2.0]])"),
    _h("keras-layer", "y = tf.reduce_sum(layer(d) ** 2)", "import keras\nlayer = keras.layers.Dense(2)\nd = tf.ones((3, 2))\nlayer(d)\nx = layer.kernel"),
    _h("huber", "y = tf.reduce_sum(tf.where(tf.abs(x) < 1.5, 0.5 * x ** 2, tf.abs(x)))", VECTOR),
    _h("max-pool", "y = tf.reduce_sum(tf.nn.max_pool1d(tf.reshape(x, (1, 4, 1)), 2, 2, 'VALID'))", "x = tf.Variable([1.0, 2.0, 3.0, 4.0])"),
]  # fmt: skip
