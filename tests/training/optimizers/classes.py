"""Inheritance, class attributes, closures and globals, classes of Keras; and other algorithms."""

import tensorflow as tf

from .corpus import entry


@entry()
def inheritance(variables):
    class SGD:
        def __init__(self, lr):
            self.lr = lr
            self.t = 0

        def direction(self, i, g):
            return g

        def step(self, gradients, variables):
            self.t += 1
            for i, (g, w) in enumerate(zip(gradients, variables)):
                w.assign_sub(self.lr * self.direction(i, g))

    class Momentum(SGD):
        def __init__(self, lr, beta):
            super().__init__(lr)
            self.beta, self.v = beta, {}

        def direction(self, i, g):
            self.v[i] = self.beta * self.v.get(i, 0.0) + super().direction(i, g)
            return self.v[i]

    return Momentum(0.05, 0.9)


@entry()
def class_attributes(variables):
    class Adam:
        t = 0
        velocity = None
        moments = ()

        def step(self, gradients, variables):
            cls = type(self)
            if cls.velocity is None:
                cls.velocity = [tf.zeros_like(v) for v in variables]
                cls.moments = tuple(tf.zeros_like(v) for v in variables)
            cls.t += 1
            cls.moments = tuple(0.9 * m + 0.1 * g for m, g in zip(cls.moments, gradients))
            for i, (g, w) in enumerate(zip(gradients, variables)):
                cls.velocity[i] = 0.99 * cls.velocity[i] + 0.01 * g**2
                w.assign_sub(0.1 / cls.t**0.5 * cls.moments[i] / (tf.sqrt(cls.velocity[i]) + 1e-3))

    return Adam()


@entry()
def closure_with_nonlocal(variables):
    t = 0
    velocity = {}

    def momentum(gradient, variable, state):
        nonlocal t
        t += 1
        velocity[id(variable)] = 0.9 * velocity.get(id(variable), 0.0) + gradient
        variable.assign_sub(0.1 / (1 + 0.01 * t) * velocity[id(variable)])

    return momentum


@entry()
def closure_made_into_an_object(variables):
    def make_decay(rate):
        n = 0

        def decay():
            nonlocal n
            n += 1
            return rate / (1 + 0.1 * n)

        return decay

    decay = make_decay(0.1)

    class SGD:
        def step(self, gradients, variables):
            lr = decay()
            for g, w in zip(gradients, variables):
                w.assign_sub(lr * g)

    return SGD()


STATE = {}
COUNT = 0


def reset():
    global COUNT
    STATE.clear()
    COUNT = 0


@entry(more=lambda: (dict(enumerate(STATE.values())), COUNT))
def state_in_globals(variables):
    reset()

    def momentum(gradient, variable, state):
        global COUNT
        COUNT += 1
        key = variable.ref()
        STATE[key] = 0.9 * STATE.get(key, 0.0) + gradient
        variable.assign_sub(0.1 / (1 + 0.01 * COUNT) * STATE[key])

    return momentum


@entry(more=lambda: COUNT)
def counter_in_a_global(variables):
    reset()

    class SGD:
        lr = 0.1

        def step(self, gradients, variables):
            global COUNT
            COUNT += 1
            if COUNT % 10 == 0:
                self.lr = self.lr / 2
            for g, w in zip(gradients, variables):
                w.assign_sub(self.lr * g)

    return SGD()


@entry()
def keras_with_update_step(variables):
    class Momentum(tf.keras.optimizers.Optimizer):
        def __init__(self, learning_rate=0.05):
            super().__init__(learning_rate=learning_rate)
            self.beta = 0.9
            self.calls = 0

        def build(self, variables):
            super().build(variables)
            self.v = [self.add_variable_from_reference(w, name="v") for w in variables]

        def update_step(self, gradient, variable, learning_rate):
            self.calls += 1
            v = self.v[self._get_variable_index(variable)]
            v.assign(self.beta * v + gradient)
            variable.assign_sub(learning_rate * v / (1 + 0.001 * self.calls))

    return Momentum()


@entry()
def keras_with_python_state(variables):
    class Warm(tf.keras.optimizers.SGD):
        def __init__(self):
            super().__init__(0.1)
            self.t, self.warmup = 0, 10

        def update_step(self, gradient, variable, learning_rate):
            self.t += 1
            super().update_step(gradient, variable, learning_rate * min(1.0, self.t / self.warmup))

    return Warm()


@entry()
def amsgrad(variables):
    class AMSGrad:
        def __init__(self, variables):
            self.m = {i: tf.zeros_like(v) for i, v in enumerate(variables)}
            self.v = {i: tf.zeros_like(v) for i, v in enumerate(variables)}
            self.largest = {i: tf.zeros_like(v) for i, v in enumerate(variables)}
            self.beta1_power = 1.0

        def step(self, gradients, variables):
            self.beta1_power *= 0.9
            for i, (g, w) in enumerate(zip(gradients, variables)):
                self.m[i] = 0.9 * self.m[i] + 0.1 * g
                self.v[i] = 0.99 * self.v[i] + 0.01 * g**2
                self.largest[i] = tf.maximum(self.largest[i], self.v[i])
                w.assign_sub(0.05 * self.m[i] / (1 - self.beta1_power) / (tf.sqrt(self.largest[i]) + 1e-8))

    return AMSGrad(variables)


@entry()
def lion(variables):
    class Lion:
        def __init__(self):
            self.m = {}

        def step(self, gradients, variables):
            for i, (g, w) in enumerate(zip(gradients, variables)):
                m = self.m.get(i, tf.zeros_like(w))
                w.assign_sub(0.01 * (tf.sign(0.9 * m + 0.1 * g) + 0.1 * w))
                self.m[i] = 0.99 * m + 0.01 * g

    return Lion()


@entry()
def weight_decay(variables):
    class AdamW:
        lr, decay, t = 0.05, 0.01, 0

        def __init__(self, variables):
            self.m = [tf.zeros_like(v) for v in variables]
            self.v = [tf.zeros_like(v) for v in variables]

        def apply_gradients(self, grads_and_vars):
            self.t += 1
            for i, (g, w) in enumerate(grads_and_vars):
                w.assign_sub(self.lr * self.decay * w)
                self.m[i] += 0.1 * (g - self.m[i])
                self.v[i] += 0.001 * (g * g - self.v[i])
                w.assign_sub(
                    self.lr
                    * self.m[i]
                    / (1 - 0.9**self.t)
                    / (tf.sqrt(self.v[i] / (1 - 0.999**self.t)) + 1e-8)
                )

    return AdamW(variables)


@entry()
def lookahead(variables):
    class Lookahead:
        def __init__(self, variables):
            self.slow = [tf.identity(v) for v in variables]
            self.t = 0

        def step(self, gradients, variables):
            self.t += 1
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 * g)
            if self.t % 5 == 0:
                for i, w in enumerate(variables):
                    self.slow[i] = self.slow[i] + 0.5 * (w - self.slow[i])
                    w.assign(self.slow[i])

    return Lookahead(variables)


@entry()
def compiled_by_the_student(variables):
    class SGD:
        def __init__(self, variables):
            self.v = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]
            self.lr = 0.05

        @tf.function
        def step(self, gradients, variables):
            for v, g, w in zip(self.v, gradients, variables):
                v.assign(0.9 * v + g)
                w.assign_sub(self.lr * v)

    return SGD(variables)


CALLS = [0]


@entry(more=lambda: CALLS[0])
def counter_in_a_list_outside(variables):
    CALLS[0] = 0

    def sgd(gradient, variable, state):
        CALLS[0] += 1
        variable.assign_sub(0.1 / CALLS[0] ** 0.5 * gradient)

    return sgd


@entry()
def attributes_by_name(variables):
    class Momentum:
        def step(self, gradients, variables):
            for i, (g, w) in enumerate(zip(gradients, variables)):
                name = f"velocity_{i}"
                setattr(self, name, 0.9 * getattr(self, name, 0.0) + g)
                w.assign_sub(0.05 * getattr(self, name))

    return Momentum()


@entry()
def rate_with_a_setter(variables):
    class Base:
        def __init__(self, lr):
            self._lr, self._velocity = lr, {}

        @property
        def lr(self):
            return self._lr

        @lr.setter
        def lr(self, value):
            self._lr = max(value, 0.01)

        def step(self, gradients, variables):
            for i, (g, w) in enumerate(zip(gradients, variables)):
                self._one(i, g, w)
            self.lr = self.lr * 0.95

    class Momentum(Base):
        def _one(self, i, g, w):
            self._velocity[i] = 0.9 * self._velocity.get(i, tf.zeros_like(w)) + g
            w.assign_sub(self.lr * self._velocity[i])

    return Momentum(0.03)


@entry()
def two_last_points(variables):
    class BarzilaiBorwein:
        before = None

        def step(self, gradients, variables):
            rate = 0.05
            if self.before is not None:
                points, slopes = self.before
                moved = [w - p for w, p in zip(variables, points)]
                turned = [g - q for g, q in zip(gradients, slopes)]
                rate = sum(tf.reduce_sum(s * s) for s in moved) / (
                    sum(tf.reduce_sum(s * y) for s, y in zip(moved, turned)) + 0.001
                )
            self.before = [tf.identity(w) for w in variables], gradients
            for g, w in zip(gradients, variables):
                w.assign_sub(0.3 * rate * g)

    return BarzilaiBorwein()
