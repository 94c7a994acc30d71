"""Where students keep moments: dictionaries, lists, tuples, arrays, variables, objects."""

from collections import Counter, defaultdict, namedtuple
from dataclasses import dataclass, field

import tensorflow as tf

from .corpus import entry


@entry()
def dictionary_by_name(variables):
    class Momentum:
        def __init__(self, lr=0.05, beta=0.9):
            self.lr, self.beta = lr, beta
            self.velocity = {}

        def step(self, gradients, variables):
            for i, (g, v) in enumerate(zip(gradients, variables)):
                name = f"{v.name}-{i}"
                if name not in self.velocity:
                    self.velocity[name] = tf.zeros_like(v)
                self.velocity[name] = self.beta * self.velocity[name] - self.lr * g
                v.assign_add(self.velocity[name])

    return Momentum()


@entry()
def dictionary_by_id(variables):
    class Momentum:
        def __init__(self):
            self.v = {}

        def apply_gradients(self, grads_and_vars):
            for g, w in grads_and_vars:
                old = self.v.get(id(w), tf.zeros(w.shape))
                self.v[id(w)] = 0.9 * old + g
                w.assign_sub(0.05 * self.v[id(w)])

    return Momentum()


@entry()
def dictionary_by_reference(variables):
    class Adagrad:
        def __init__(self):
            self.sums = {}

        def apply_gradients(self, grads_and_vars):
            for g, w in grads_and_vars:
                key = w.ref()
                self.sums[key] = self.sums.get(key, 0.1) + tf.square(g)
                w.assign_sub(0.2 * g / tf.sqrt(self.sums[key]))

    return Adagrad()


@entry()
def default_dictionary(variables):
    class RMSprop:
        def __init__(self):
            self.s = defaultdict(float)

        def step(self, gradients, variables):
            for i, (g, v) in enumerate(zip(gradients, variables)):
                self.s[i] = 0.9 * self.s[i] + 0.1 * g * g
                v.assign_sub(0.02 * g / (tf.sqrt(self.s[i]) + 1e-8))

    return RMSprop()


@entry()
def counter_of_collections(variables):
    class Decay:
        def __init__(self):
            self.calls = Counter()

        def step(self, gradients, variables):
            self.calls["step"] += 1
            for g, w in zip(gradients, variables):
                self.calls["update"] += 1
                w.assign_sub(0.1 / self.calls["step"] * g)

    return Decay()


@entry()
def list_made_on_the_first_step(variables):
    class Nesterov:
        def __init__(self):
            self.v = None

        def step(self, gradients, variables):
            if self.v is None:
                self.v = [tf.zeros_like(v) for v in variables]
            for i, (g, w) in enumerate(zip(gradients, variables)):
                before = self.v[i]
                self.v[i] = 0.9 * self.v[i] - 0.03 * g
                w.assign_add(-0.9 * before + 1.9 * self.v[i])

    return Nesterov()


@entry()
def list_made_when_the_counter_is_zero(variables):
    class Momentum:
        def __init__(self):
            self.t = 0

        def step(self, gradients, variables):
            if self.t == 0:
                self.v = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]
            self.t += 1
            for v, g, w in zip(self.v, gradients, variables):
                v.assign(0.9 * v + g)
                w.assign_sub(0.05 * v)

    return Momentum()


@entry()
def list_replaced_by_a_comprehension(variables):
    class Adam:
        def __init__(self, variables):
            self.m = [tf.zeros_like(v) for v in variables]
            self.v = [tf.zeros_like(v) for v in variables]
            self.t = 0

        def step(self, gradients, variables):
            self.t += 1
            self.m = [0.9 * m + 0.1 * g for m, g in zip(self.m, gradients)]
            self.v = [0.999 * v + 0.001 * g**2 for v, g in zip(self.v, gradients)]
            rate = 0.1 * tf.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
            for w, m, v in zip(variables, self.m, self.v):
                w.assign_sub(rate * m / (tf.sqrt(v) + 1e-8))

    return Adam(variables)


@entry()
def nested_dictionaries(variables):
    class Adam:
        def __init__(self):
            self.state = {"t": 0, "slots": {}}

        def step(self, gradients, variables):
            self.state["t"] += 1
            t = self.state["t"]
            for i, (g, w) in enumerate(zip(gradients, variables)):
                slot = self.state["slots"].setdefault(i, {"m": tf.zeros_like(w), "v": tf.zeros_like(w)})
                slot["m"] = 0.9 * slot["m"] + 0.1 * g
                slot["v"] = 0.99 * slot["v"] + 0.01 * g * g
                w.assign_sub(0.1 * slot["m"] / (1 - 0.9**t) / (tf.sqrt(slot["v"] / (1 - 0.99**t)) + 1e-8))

    return Adam()


@entry()
def nested_lists(variables):
    class Adam:
        def __init__(self, n):
            self.moments = [[0.0, 0.0] for _ in range(n)]
            self.t = 0

        def step(self, gradients, variables):
            self.t += 1
            for pair, g, w in zip(self.moments, gradients, variables):
                pair[0] = 0.9 * pair[0] + 0.1 * g
                pair[1] = 0.999 * pair[1] + 0.001 * g**2
                w.assign_sub(
                    0.1 * (pair[0] / (1 - 0.9**self.t)) / (tf.sqrt(pair[1] / (1 - 0.999**self.t)) + 1e-8)
                )

    return Adam(len(variables))


@entry()
def variables_as_state(variables):
    class Momentum:
        def __init__(self, variables):
            self.velocities = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]

        def apply_gradients(self, grads_and_vars):
            for (g, w), v in zip(grads_and_vars, self.velocities):
                v.assign(0.9 * v + g)
                w.assign_sub(0.05 * v)

    return Momentum(variables)


@entry()
def variables_made_on_the_first_step(variables):
    class Adagrad:
        def __init__(self):
            self.sums = {}

        def apply_gradients(self, grads_and_vars):
            for i, (g, w) in enumerate(grads_and_vars):
                if i not in self.sums:
                    self.sums[i] = tf.Variable(tf.zeros_like(w), trainable=False)
                self.sums[i].assign_add(g**2)
                w.assign_sub(0.3 * g / (tf.sqrt(self.sums[i]) + 1e-7))

    return Adagrad()


@entry(keras=True)
def keras_variables(variables):
    class Momentum:
        def __init__(self, variables):
            self.v = [tf.keras.Variable(tf.zeros(v.shape), trainable=False) for v in variables]
            self.t = tf.keras.Variable(0, trainable=False, dtype="int32")

        def step(self, gradients, variables):
            self.t.assign_add(1)
            rate = 0.05 / tf.sqrt(tf.cast(self.t.value, tf.float32))
            for v, g, w in zip(self.v, gradients, variables):
                v.assign(0.9 * v + g)
                w.assign_sub(rate * v)

    return Momentum(variables)


Slots = namedtuple("Slots", "m v")


@entry()
def named_tuples(variables):
    class Adam:
        def __init__(self, variables):
            self.t = 0
            self.slots = [Slots(tf.zeros_like(v), tf.zeros_like(v)) for v in variables]

        def step(self, gradients, variables):
            self.t += 1
            for i, (g, w) in enumerate(zip(gradients, variables)):
                m = 0.9 * self.slots[i].m + 0.1 * g
                v = 0.999 * self.slots[i].v + 0.001 * g * g
                self.slots[i] = self.slots[i]._replace(m=m, v=v)
                w.assign_sub(0.1 * m / (1 - 0.9**self.t) / (tf.sqrt(v / (1 - 0.999**self.t)) + 1e-8))

    return Adam(variables)


@entry()
def data_class(variables):
    @dataclass
    class Momentum:
        lr: float = 0.05
        beta: float = 0.9
        velocity: dict = field(default_factory=dict)
        steps: int = 0

        def step(self, gradients, variables):
            self.steps += 1
            for i, (g, w) in enumerate(zip(gradients, variables)):
                self.velocity[i] = self.beta * self.velocity.get(i, 0) + g
                w.assign_sub(self.lr * self.velocity[i])

    return Momentum()


@entry()
def frozen_data_class(variables):
    @dataclass(frozen=True)
    class SGD:
        lr: float = 0.1
        t: int = 0

        def step(self, gradients, variables):
            object.__setattr__(self, "t", self.t + 1)
            for g, w in zip(gradients, variables):
                w.assign_sub(self.lr / (1 + 0.1 * self.t) * g)

    return SGD()


@entry()
def data_class_with_slots(variables):
    @dataclass(slots=True)
    class SGD:
        lr: float = 0.1
        t: int = 0
        total: float = 0.0

        def step(self, gradients, variables):
            self.t += 1
            self.total += self.lr
            for g, w in zip(gradients, variables):
                w.assign_sub(self.lr * 0.95**self.t * g)

    return SGD()


@entry()
def private_slots(variables):
    class SGD:
        __slots__ = ("__t", "lr")

        def __init__(self):
            self.lr, self.__t = 0.1, 0

        def step(self, gradients, variables):
            self.__t += 1
            for g, w in zip(gradients, variables):
                w.assign_sub(self.lr / self.__t * g)

    return SGD()


@entry()
def an_object_for_each_variable(variables):
    class Slot:
        def __init__(self, shape):
            self.m, self.v, self.t = tf.zeros(shape), tf.zeros(shape), 0

        def direction(self, g):
            self.t += 1
            self.m = 0.9 * self.m + 0.1 * g
            self.v = 0.999 * self.v + 0.001 * g**2
            return self.m / (1 - 0.9**self.t) / (tf.sqrt(self.v / (1 - 0.999**self.t)) + 1e-8)

    class Adam:
        def __init__(self, variables):
            self.slots = [Slot(v.shape) for v in variables]

        def step(self, gradients, variables):
            for slot, g, w in zip(self.slots, gradients, variables):
                w.assign_sub(0.1 * slot.direction(g))

    return Adam(variables)


@entry()
def module_of_tensorflow(variables):
    class Momentum(tf.Module):
        def __init__(self, variables):
            super().__init__()
            self.v = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]
            self.t = 0

        def step(self, gradients, variables):
            self.t += 1
            for v, g, w in zip(self.v, gradients, variables):
                v.assign(0.9 * v + g)
                w.assign_sub(0.05 / self.t**0.5 * v)

    return Momentum(variables)
