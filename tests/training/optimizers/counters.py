"""Counters, decays and decisions: the state is a number, and Python asks about it."""

import math
from math import cos, pi, sqrt

import numpy as np
import tensorflow as tf

from .corpus import entry


class Descent:
    """What the entries here share: a rate that may change before each step."""

    def __init__(self, lr=0.1):
        self.lr = lr
        self.t = 0

    def change(self):
        pass

    def step(self, gradients, variables):
        self.t += 1
        self.change()
        for g, w in zip(gradients, variables):
            w.assign_sub(self.lr * g)


@entry()
def bias_correction_by_math(variables):
    class Adam:
        def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
            self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
            self.t, self.m, self.v = 0, {}, {}

        def step(self, gradients, variables):
            self.t += 1
            rate = self.lr * math.sqrt(1 - self.beta2**self.t) / (1 - math.pow(self.beta1, self.t))
            for i, (g, w) in enumerate(zip(gradients, variables)):
                self.m[i] = self.beta1 * self.m.get(i, 0.0) + (1 - self.beta1) * g
                self.v[i] = self.beta2 * self.v.get(i, 0.0) + (1 - self.beta2) * g * g
                w.assign_sub(rate * self.m[i] / (tf.sqrt(self.v[i]) + self.eps))

    return Adam()


@entry()
def functions_imported_from_math(variables):
    class Cosine(Descent):
        def change(self):
            self.lr = 0.1 * (1 + cos(pi * self.t / 50)) / 2 / sqrt(self.t)

    return Cosine()


@entry()
def numpy_functions(variables):
    class Cosine(Descent):
        def change(self):
            self.lr = np.minimum(0.1, 0.2 / np.sqrt(self.t)) * np.exp(-0.01 * self.t)

    return Cosine()


@entry()
def tensors_of_the_counter(variables):
    class Adam:
        def __init__(self):
            self.t, self.m, self.v = 0, [0.0] * 9, [0.0] * 9

        def step(self, gradients, variables):
            self.t += 1
            t = tf.constant(self.t, dtype=tf.float32)
            scale = tf.sqrt(1.0 - tf.pow(0.999, tf.cast(self.t, tf.float32))) / (1.0 - 0.9**t)
            for i, (g, w) in enumerate(zip(gradients, variables)):
                self.m[i] = 0.9 * self.m[i] + 0.1 * g
                self.v[i] = 0.999 * self.v[i] + 0.001 * tf.square(g)
                w.assign_sub(0.1 * scale * self.m[i] / (tf.sqrt(self.v[i]) + 1e-7))

    return Adam()


@entry()
def halved_every_ten_steps(variables):
    class Halved(Descent):
        def change(self):
            if self.t % 10 == 0:
                self.lr *= 0.5

    return Halved()


@entry()
def never_below_a_floor(variables):
    class Floored(Descent):
        def change(self):
            self.lr = max(self.lr * 0.9, 0.03)

    return Floored()


@entry()
def another_phase_later(variables):
    class Phases(Descent):
        def change(self):
            if self.t > 12:
                self.lr = 0.02
            elif self.t > 6:
                self.lr = 0.05

    return Phases()


@entry(steps=120)
def another_phase_after_a_hundred(variables):
    class Late(Descent):
        def change(self):
            if self.t > 100:
                self.lr *= 0.9

    return Late(0.02)


@entry()
def a_flag_that_is_set_once(variables):
    class Flagged(Descent):
        def __init__(self):
            super().__init__()
            self.decayed = False

        def change(self):
            if self.t >= 10 and not self.decayed:
                self.lr /= 2
                self.decayed = True

    return Flagged()


@entry(engine="eager")
def a_word_for_the_phase(variables):
    class Named(Descent):
        phase = "early"

        def change(self):
            if self.t == 15:
                self.phase = "late"
                self.lr = 0.01

    return Named()


@entry()
def warm_up(variables):
    class Warm(Descent):
        warmup = 8

        def change(self):
            self.lr = 0.1 * min(1.0, self.t / self.warmup)

    return Warm()


@entry()
def restarts_by_remainders(variables):
    class Restarts(Descent):
        def change(self):
            cycle, place = divmod(self.t, 7)
            self.lr = 0.1 * 0.8**cycle * (1 - place / 7) + self.t // 5 * 0.001

    return Restarts()


@entry()
def an_assertion(variables):
    class Careful(Descent):
        def change(self):
            assert self.t > 0
            self.lr *= 0.97
            if self.lr < 0:
                raise ValueError("the learning rate is negative")

    return Careful()


@entry()
def rate_as_a_property(variables):
    class Decaying:
        def __init__(self, lr0):
            self.lr0, self.t = lr0, 0

        @property
        def lr(self):
            return self.lr0 / (1 + 0.05 * self.t)

        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                w.assign_sub(self.lr * g)
            self.t += 1

    return Decaying(0.1)


@entry()
def rate_as_a_property_with_an_if(variables):
    class Steps:
        t = 0

        @property
        def learning_rate(self):
            if self.t < 5:
                return 0.1
            return 0.05 if self.t < 15 else 0.5 / self.t

        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                w.assign_sub(self.learning_rate * g)
            self.t += 1

    return Steps()


@entry()
def a_schedule_inside(variables):
    class Exponential:
        def __init__(self, start, gamma):
            self.start, self.gamma, self.n = start, gamma, 0

        def __call__(self):
            self.n += 1
            return self.start * self.gamma**self.n

    class SGD:
        def __init__(self, schedule):
            self.schedule = schedule

        def step(self, gradients, variables):
            lr = self.schedule()
            for g, w in zip(gradients, variables):
                w.assign_sub(lr * g)

    return SGD(Exponential(0.1, 0.95))


@entry()
def a_schedule_as_a_function(variables):
    class SGD(Descent):
        def __init__(self, schedule):
            super().__init__()
            self.schedule = schedule

        def change(self):
            self.lr = self.schedule(self.t)

    return SGD(lambda t: 0.1 / (1 + 0.1 * t))


@entry()
def a_schedule_of_keras(variables):
    class SGD(Descent):
        def __init__(self):
            super().__init__()
            self.schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)

        def change(self):
            self.lr = self.schedule(self.t)

    return SGD()


@entry()
def clipped_if_the_norm_is_large(variables):
    class Clipped(Descent):
        def step(self, gradients, variables):
            self.t += 1
            for g, w in zip(gradients, variables):
                if tf.norm(g) > 1.0:
                    g = g / tf.norm(g)
                w.assign_sub(self.lr / self.t**0.5 * g)

    return Clipped()


@entry()
def clippings_counted(variables):
    class Counted(Descent):
        clipped = 0

        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                if tf.norm(g) > 1.0:
                    g = g / tf.norm(g)
                    self.clipped += 1
                w.assign_sub(self.lr * g)

    return Counted()
