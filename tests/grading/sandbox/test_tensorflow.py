"""TensorFlow works in a sandbox that an ordinary user forks from a process that has imported it."""


def test_gradients_compilation_and_a_fit(learned):
    """Root's is shown by test_kernel.py."""
    code = """
    import keras, numpy as np, tensorflow as tf, threading
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x ** 3
    print(tape.gradient(y, x).numpy())
    print(tf.function(lambda v: tf.reduce_sum(v * v), jit_compile=True)(tf.ones((8, 8))).numpy())
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
    model.compile("adam", "mse", jit_compile=True)
    history = model.fit(np.ones((64, 4)), np.ones((64, 1)), epochs=3, verbose=0).history["loss"]
    print(history[-1] < history[0])
    """
    held = learned.confined(code)
    assert held.out == "12.0\n64.0\nTrue\n", held.err[-2000:]
    assert "landlock" in held.means
