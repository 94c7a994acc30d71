"""The problem that every strategy is tried on, and the trainings that are compared."""

import numpy as np
import tensorflow as tf

ROWS = 50


def data():
    """Rows on a plane with noise; their number is not a multiple of the replicas or the batch."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 3)).astype("float32")
    noise = 0.3 * rng.normal(size=(ROWS, 1))
    return x, (x @ np.array([[1.0], [2.0], [3.0]]) + 0.5 + noise).astype("float32")


def plane():
    """A plane through nothing, and its mean squared error; called under a scope, if there is one."""
    w, b = tf.Variable(np.zeros((3, 1), "float32")), tf.Variable(0.0)
    return lambda x, y: tf.reduce_mean((x @ w + b - y) ** 2), [w, b]


TRAININGS = {
    "adam": {"optimizer": "adam", "learning_rate": 0.05, "steps": 150},
    "batches": {"optimizer": "sgd", "learning_rate": 0.05, "batch": 8, "steps": 150},
    "clipped": {
        "optimizer": "momentum",
        "batch": 9,
        "clip_global_norm": 0.5,
        "weight_decay": 0.01,
        "schedule": "cosine",
        "epochs": 10,
    },
}


def numbers(run):
    """What is compared: the history and the variables, as plain lists."""
    return {
        "loss": np.asarray(run.history.loss, float).tolist(),
        "rate": np.asarray(run.history.learning_rate, float).tolist(),
        "values": np.concatenate([np.ravel(v) for v in run.parameters.values()]).tolist(),
        "last": run.loss,
        "engine": run.engine,
        "reason": run.reason,
        "status": run.status,
    }
