"""State in NumPy: arrays that become tensors, arrays changed in place, scalars."""

import numpy as np
import tensorflow as tf

from .corpus import entry


@entry()
def arrays_that_become_tensors(variables):
    class Momentum:
        def __init__(self, variables):
            self.v = [np.zeros(v.shape) for v in variables]

        def step(self, gradients, variables):
            for i in range(len(variables)):
                self.v[i] = 0.9 * self.v[i] + 0.05 * gradients[i]
                variables[i].assign_sub(self.v[i])

    return Momentum(variables)


@entry(engine="eager")
def arrays_by_numpy(variables):
    class Momentum:
        def __init__(self, variables):
            self.v = [np.zeros(v.shape, np.float32) for v in variables]

        def step(self, gradients, variables):
            for i, (g, w) in enumerate(zip(gradients, variables)):
                self.v[i] = 0.9 * self.v[i] + g.numpy()
                w.assign_sub(0.05 * self.v[i])

    return Momentum(variables)


@entry()
def array_of_powers(variables):
    class Adam:
        def __init__(self):
            self.betas = np.array([0.9, 0.999], np.float32)
            self.powers = np.ones(2, np.float32)
            self.m, self.v = {}, {}

        def step(self, gradients, variables):
            self.powers = self.powers * self.betas
            for i, (g, w) in enumerate(zip(gradients, variables)):
                self.m[i] = 0.9 * self.m.get(i, 0.0) + 0.1 * g
                self.v[i] = 0.999 * self.v.get(i, 0.0) + 0.001 * g * g
                w.assign_sub(
                    0.1
                    * self.m[i]
                    / (1 - self.powers[0])
                    / (tf.sqrt(self.v[i] / (1 - self.powers[1])) + 1e-8)
                )

    return Adam()


@entry()
def numpy_scalars(variables):
    class SGD:
        def __init__(self):
            self.lr, self.decay, self.t = np.float32(0.1), np.float64(0.97), np.int64(0)

        def step(self, gradients, variables):
            self.t += 1
            for g, w in zip(gradients, variables):
                w.assign_sub(self.lr * self.decay**self.t * g)
            self.lr = self.lr * np.float32(0.99)

    return SGD()


@entry()
def arrays_changed_in_place(variables):
    class Momentum:
        def __init__(self, variables):
            self.v = [np.zeros(v.shape, np.float32) for v in variables]

        def step(self, gradients, variables):
            for v, g, w in zip(self.v, gradients, variables):
                v *= 0.9
                v += g  # Python makes a tensor here, and self.v stays zero
                w.assign_sub(0.05 * v)

    return Momentum(variables)


@entry()
def an_array_of_one_number(variables):
    class Decay:
        def __init__(self):
            self.t = np.zeros(())

        def step(self, gradients, variables):
            self.t += 1
            for g, w in zip(gradients, variables):
                w.assign_sub(tf.cast(0.1 / self.t, tf.float32) * g)

    return Decay()


@entry(engine="eager")
def rows_noted_in_an_array(variables):
    class Noting:
        def __init__(self):
            self.norms, self.t = np.zeros(50), 0

        def step(self, gradients, variables):
            self.norms[self.t] = tf.linalg.global_norm(gradients)
            self.t += 1
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * g)

    return Noting()
