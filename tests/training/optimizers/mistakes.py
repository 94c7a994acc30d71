"""Typical bugs, whose trajectory must come out as it is; and what only Python can do at each step."""

import itertools
import random

import numpy as np
import tensorflow as tf

from .corpus import entry


@entry()
def one_velocity_for_each_shape(variables):
    class Momentum:
        def __init__(self):
            self.v = {}

        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                key = tuple(w.shape)
                self.v[key] = 0.9 * self.v.get(key, 0.0) + g
                w.assign_sub(0.05 * self.v[key])

    return Momentum()


@entry()
def no_bias_correction(variables):
    class Adam:
        def __init__(self):
            self.m, self.v = {}, {}

        def step(self, gradients, variables):
            for i, (g, w) in enumerate(zip(gradients, variables)):
                self.m[i] = 0.9 * self.m.get(i, 0.0) + 0.1 * g
                self.v[i] = 0.999 * self.v.get(i, 0.0) + 0.001 * g * g
                w.assign_sub(0.01 * self.m[i] / (tf.sqrt(self.v[i]) + 1e-8))

    return Adam()


@entry()
def the_counter_counts_variables(variables):
    class Adam:
        t = 0

        def __init__(self):
            self.m = {}

        def update(self, gradient, variable, state):
            self.t += 1  # once for each variable, not once for each step
            state["m"] = 0.9 * state.get("m", 0.0) + 0.1 * gradient
            variable.assign_sub(0.1 * state["m"] / (1 - 0.9**self.t))

    return Adam()


@entry()
def the_sign_is_wrong(variables):
    class SGD:
        lr = 0.01

        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                w.assign_add(self.lr * g)

    return SGD()


@entry()
def the_variable_is_not_assigned(variables):
    class SGD:
        def __init__(self):
            self.t = 0

        def step(self, gradients, variables):
            self.t += 1
            for g, w in zip(gradients, variables):
                w = w - 0.1 * g

    return SGD()


@entry(engine="eager")
def a_list_that_grows(variables):
    class SGD:
        def __init__(self):
            self.norms = []

        def step(self, gradients, variables):
            self.norms.append(tf.norm(gradients[0]))
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * g)

    return SGD()


@entry(engine="eager")
def a_list_that_grows_now_and_then(variables):
    class SGD:
        def __init__(self):
            self.t, self.kept = 0, []

        def step(self, gradients, variables):
            self.t += 1
            if self.t % 10 == 0:
                self.kept.append(self.t)
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * g)

    return SGD()


@entry(engine="eager")
def a_line_printed_at_each_step(variables):
    class SGD:
        def step(self, gradients, variables):
            print("step", end=" ")
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * g)

    return SGD()


@entry(engine="eager")
def a_line_printed_by_a_helper(variables):
    class SGD:
        t = 0

        def report(self):
            self.t += 1
            print(f"step {self.t}", end=" ")

        def step(self, gradients, variables):
            self.report()
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * g)

    return SGD()


@entry(engine="eager")
def noise_of_tensorflow(variables):
    tf.random.set_seed(5)

    class Noisy:
        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * (g + tf.random.normal(g.shape, stddev=0.01)))

    return Noisy()


@entry(engine="eager")
def noise_of_numpy(variables):
    class Noisy:
        def __init__(self):
            self.rng = np.random.default_rng(0)

        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * (g + self.rng.normal(0.0, 0.01)))

    return Noisy()


@entry(engine="eager")
def noise_of_python(variables):
    generator = random.Random(0)

    class Noisy:
        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * (g + generator.gauss(0.0, 0.01)))

    return Noisy()


@entry(engine="eager")
def gradients_as_numbers(variables):
    class SGD:
        largest = 0.0

        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                self.largest = max(self.largest, float(tf.reduce_max(tf.abs(g))))
                w.assign_sub(0.1 * g.numpy())

    return SGD()


@entry(engine="eager")
def a_counter_in_c(variables):
    class Hidden:
        def __init__(self):
            self.tick = itertools.count().__next__

        def step(self, gradients, variables):
            rate = 0.1 if self.tick() < 10 else 0.01
            for g, w in zip(gradients, variables):
                w.assign_sub(rate * g)

    return Hidden()


@entry(engine="eager")
def a_counter_in_c_in_a_closure(variables):
    counter = itertools.count()

    def update(gradient, variable, state):
        rate = 0.1 if counter.__next__() < 30 else 0.01
        variable.assign_sub(rate * gradient)

    return update


@entry(engine="eager")
def a_generator(variables):
    def rates():
        for t in itertools.count(1):
            yield 0.1 if t < 10 else 0.1 / t

    class SGD:
        def __init__(self):
            self.rates = rates()

        def step(self, gradients, variables):
            lr = next(self.rates)
            for g, w in zip(gradients, variables):
                w.assign_sub(lr * g)

    return SGD()


@entry()
def applied_twice(variables):
    class SGD:
        def apply_gradients(self, grads_and_vars):
            for _ in range(2):
                for g, w in grads_and_vars:
                    w.assign_sub(0.05 * g)

    return SGD()


@entry()
def the_state_is_never_updated(variables):
    class Momentum:
        def __init__(self, variables):
            self.v = [tf.zeros_like(v) for v in variables]

        def step(self, gradients, variables):
            for v, g, w in zip(self.v, gradients, variables):
                v = 0.9 * v + g  # a local name, gone with the loop
                w.assign_sub(0.05 * v)

    return Momentum(variables)


@entry()
def one_velocity_for_all(variables):
    class Momentum:
        velocity = 0.0

        def step(self, gradients, variables):
            for g, w in zip(gradients[:2], variables):
                self.velocity = 0.9 * self.velocity + g
                w.assign_sub(0.05 * self.velocity)

    return Momentum()
