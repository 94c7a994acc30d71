"""The three forms, and what a learning rate may be."""

import functools

import tensorflow as tf

from .corpus import entry


@entry()
def step_of_lists(variables):
    class SGD:
        def __init__(self, lr):
            self.lr = lr

        def step(self, gradients, variables):
            for g, v in zip(gradients, variables):
                v.assign_sub(self.lr * g)

    return SGD(0.1)


@entry()
def apply_gradients_of_pairs(variables):
    class SGD:
        def __init__(self, learning_rate=0.1):
            self.learning_rate = learning_rate

        def apply_gradients(self, grads_and_vars):
            for grad, var in grads_and_vars:
                var.assign(var - self.learning_rate * grad)

    return SGD()


@entry()
def variables_before_gradients(variables):
    class SGD:
        alpha = 0.1

        def step(self, params, grads):
            for p, g in zip(params, grads):
                p.assign_sub(self.alpha * g)

    return SGD()


@entry()
def update_of_one_variable(variables):
    class Momentum:
        lr, beta = 0.05, 0.9

        def update(self, gradient, variable, state):
            state["v"] = self.beta * state.get("v", 0.0) + gradient
            variable.assign_sub(self.lr * state["v"])

    return Momentum()


@entry()
def function_with_a_state(variables):
    def adam(grad, var, state):
        t = state.get("t", 0) + 1
        m = 0.9 * state.get("m", tf.zeros_like(var)) + 0.1 * grad
        v = 0.999 * state.get("v", tf.zeros_like(var)) + 0.001 * grad**2
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        return var - 0.1 * m_hat / (tf.sqrt(v_hat) + 1e-7), {"m": m, "v": v, "t": t}

    return adam


@entry()
def function_bound_by_partial(variables):
    def momentum(lr, beta, g, w, state):
        state["v"] = beta * state.get("v", 0.0) - lr * g
        w.assign_add(state["v"])

    return functools.partial(momentum, 0.05, 0.8)


@entry()
def function_with_attributes(variables):
    def update(g, w, state):
        update.calls += 1
        w.assign_sub(0.1 / update.calls**0.5 * g)

    update.calls = 0
    return update


@entry()
def callable_object(variables):
    class Decaying:
        def __init__(self):
            self.lr = 0.1

        def __call__(self, gradient, variable, state):
            variable.assign_sub(self.lr * gradient)
            self.lr *= 0.99

    return Decaying()


@entry()
def bound_method(variables):
    class Library:
        def __init__(self):
            self.lr = 0.1

        def decayed(self, gradient, variable, state):
            variable.assign_sub(self.lr * gradient)
            self.lr = self.lr * 0.98

    return Library().decayed


@entry()
def new_values_returned(variables):
    class SGD:
        lr = 0.1

        def step(self, gradients, variables):
            return [v - self.lr * g for g, v in zip(gradients, variables)]

    return SGD()


@entry()
def rate_is_a_tensor(variables):
    class SGD:
        def __init__(self):
            self.lr = tf.constant(0.1)

        def step(self, gradients, variables):
            for g, v in zip(gradients, variables):
                v.assign_sub(self.lr * g)
            self.lr = self.lr * 0.95

    return SGD()


@entry()
def rate_is_a_variable(variables):
    class SGD:
        def __init__(self):
            self.lr = tf.Variable(0.1, trainable=False)

        def step(self, gradients, variables):
            for g, v in zip(gradients, variables):
                v.assign_sub(self.lr * g)
            self.lr.assign(self.lr * 0.95)

    return SGD()


@entry()
def rate_is_an_int(variables):
    class SGD:
        def __init__(self, lr=1):
            self.lr = lr

        def step(self, gradients, variables):
            for g, v in zip(gradients, variables):
                v.assign_sub(self.lr * g / 20)

    return SGD()


@entry()
def pairs_read_twice(variables):
    class Clipped:
        def apply_gradients(self, grads_and_vars):
            norm = tf.linalg.global_norm([g for g, _ in grads_and_vars])
            for g, w in grads_and_vars:
                w.assign_sub(0.05 * g / tf.maximum(norm, 1.0))

    return Clipped()


@entry()
def step_with_a_decorator(variables):
    def counted(function):
        @functools.wraps(function)
        def wrapped(self, *args):
            self.calls = getattr(self, "calls", 0) + 1
            return function(self, *args)

        return wrapped

    class SGD:
        @counted
        def step(self, gradients, variables):
            for g, w in zip(gradients, variables):
                w.assign_sub(0.1 / self.calls * g)

    return SGD()


@entry()
def one_of_keras_wrapped(variables):
    class Clipped:
        def __init__(self):
            self.inner, self.t = tf.keras.optimizers.Adam(0.05), 0

        def apply_gradients(self, grads_and_vars):
            self.t += 1
            self.inner.apply_gradients([(tf.clip_by_norm(g, 1.0), w) for g, w in grads_and_vars])

    return Clipped()


@entry()
def one_of_keras_driven(variables):
    class Decayed:
        def __init__(self):
            self.inner, self.t = tf.keras.optimizers.SGD(0.1, momentum=0.9), 0

        def apply_gradients(self, grads_and_vars):
            self.t += 1
            self.inner.learning_rate = 0.05 / (1 + 0.1 * self.t)
            self.inner.apply_gradients(grads_and_vars)

    return Decayed()


@entry()
def method_by_a_word(variables):
    class Optimizer:
        def __init__(self, kind):
            self.kind, self.v = kind, [0.0] * 9

        def step(self, gradients, variables):
            for i, (g, w) in enumerate(zip(gradients, variables)):
                if self.kind == "sgd":
                    direction = g
                else:
                    self.v[i] = 0.9 * self.v[i] + g
                    direction = g + 0.9 * self.v[i] if self.kind == "nesterov" else self.v[i]
                w.assign_sub(0.05 * direction)

    return Optimizer("nesterov")
