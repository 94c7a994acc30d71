"""Counters that Python makes something else of: a float, an index, a power, a word, a key."""

import tensorflow as tf

from .corpus import entry


class Descent:
    """What the entries here share: a rate that is made of a counter."""

    lr = 0.1

    def __init__(self):
        self.t = 0

    def rate(self):
        return self.lr

    def step(self, gradients, variables):
        self.t += 1
        rate = self.rate()
        for g, w in zip(gradients, variables):
            w.assign_sub(rate * g)


@entry()
def counter_as_float(variables):
    class Root(Descent):
        def rate(self):
            t = float(self.t)
            assert isinstance(t, float)
            assert isinstance(self.t, int)
            return self.lr / t**0.5

    return Root()


@entry(steps=60)
def counter_cut_to_int(variables):
    class Steps(Descent):
        def rate(self):
            return self.lr * 0.5 ** int(self.t / 10) + 0.001 * int(-self.t / 7)

    return Steps()


@entry()
def counter_rounded(variables):
    class Steps(Descent):
        def rate(self):
            return self.lr * 0.9 ** round(self.t / 4)

    return Steps()


@entry()
def powers_of_two(variables):
    class Halved(Descent):
        def rate(self):
            return 0.01 + 0.1 / 2**self.t

    return Halved()


@entry(steps=80, engine="eager")
def powers_that_fit_no_machine(variables):
    class Halved(Descent):
        def rate(self):
            return 0.01 + 0.1 / 2**self.t  # past 2**62 only Python's whole numbers go

    return Halved()


@entry(steps=30)
def list_of_rates(variables):
    class Listed(Descent):
        rates = [0.1, 0.05, 0.01]

        def rate(self):
            return self.rates[min(self.t // 8, 2)]

    return Listed()


@entry(engine="eager", steps=70)
def list_longer_than_the_program(variables):
    class Listed(Descent):
        rates = [0.1 / n for n in range(1, 20)]

        def rate(self):
            return self.rates[self.t // 5]

    return Listed()


@entry(engine="eager")
def dictionary_of_rates(variables):
    class Milestones(Descent):
        milestones = {5: 0.05, 15: 0.01}

        def rate(self):
            self.lr = self.milestones.get(self.t, self.lr)
            return self.lr

    return Milestones()


@entry()
def list_of_milestones(variables):
    class Milestones(Descent):
        def rate(self):
            if self.t in [5, 15]:
                self.lr = self.lr / 2
            return self.lr

    return Milestones()


@entry(engine="eager")
def loop_to_the_counter(variables):
    class Repeated(Descent):
        def rate(self):
            rate = self.lr
            for _ in range(self.t):
                rate *= 0.99
            return rate

    return Repeated()


@entry(engine="eager")
def loop_while_the_counter_lasts(variables):
    class Logarithm(Descent):
        def rate(self):
            n, rate = self.t, self.lr
            while n > 1:
                n //= 2
                rate *= 0.8
            return rate

    return Logarithm()


@entry(engine="eager")
def counter_in_a_text(variables):
    class Told(Descent):
        said = ""

        def rate(self):
            self.said = f"step {self.t}"
            return self.lr

    return Told()


@entry()
def cases_of_the_counter(variables):
    class Phases(Descent):
        def rate(self):
            match self.t % 3:
                case 0:
                    return 0.1
                case 1:
                    return 0.05
                case _:
                    return 0.02

    return Phases()


@entry()
def counter_as_a_tensor(variables):
    class Halved(Descent):
        def __init__(self):
            self.t, self.lr = tf.constant(0), tf.constant(0.1)

        def rate(self):
            if self.t % 10 == 0:
                self.lr = self.lr * 0.5
            return self.lr

    return Halved()


@entry()
def counter_as_a_variable(variables):
    class Halved(Descent):
        def __init__(self):
            self.t, self.lr = tf.Variable(0, trainable=False), tf.Variable(0.1, trainable=False)

        def step(self, gradients, variables):
            self.t.assign_add(1)
            if self.t % 10 == 0:
                self.lr.assign(self.lr * 0.5)
            for g, w in zip(gradients, variables):
                w.assign_sub(self.lr * g)

    return Halved()


@entry(engine="eager")
def least_norm_so_far(variables):
    class Cautious(Descent):
        best = 1e9

        def step(self, gradients, variables):
            norm = tf.linalg.global_norm(gradients)
            if norm < self.best:
                self.best = norm
            else:
                self.lr *= 0.5
            for g, w in zip(gradients, variables):
                w.assign_sub(self.lr * g)

    return Cautious()
