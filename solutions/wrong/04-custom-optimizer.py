# Wrong answers to 04-custom-optimizer, each with the check that must fail and the reason it must find.

# %% plain_descent: not-applied
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for gradient, variable in grads_and_vars:
            variable = variable - self.learning_rate * gradient


# %% plain_descent: uphill
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for gradient, variable in grads_and_vars:
            variable.assign_add(self.learning_rate * gradient)


# %% plain_descent: learning-rate-missing
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for gradient, variable in grads_and_vars:
            variable.assign_sub(gradient)


# %% plain_descent: applied-twice
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for _ in range(2):
            for gradient, variable in grads_and_vars:
                variable.assign_sub(self.learning_rate * gradient)


# %% plain_descent: one-left-out
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for gradient, variable in grads_and_vars:
            variable.assign_sub(self.learning_rate * gradient)
            return


# %% plain_descent: once-only
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        if self.t == 0:
            for gradient, variable in grads_and_vars:
                variable.assign_sub(self.learning_rate * gradient)
        self.t += 1


# %% plain_descent: step-assigned
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for gradient, variable in grads_and_vars:
            variable.assign(-self.learning_rate * gradient)


# %% plain_descent: raised
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for variable, gradient in grads_and_vars:
            variable.assign_sub(self.learning_rate * gradient)


# %% plain_descent: ready-made
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        tf.keras.optimizers.SGD(self.learning_rate).apply_gradients(grads_and_vars)


# %% momentum_steps: momentum-ignored
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for gradient, variable in grads_and_vars:
            velocity = 0.0
            velocity = self.momentum * velocity - self.learning_rate * gradient
            variable.assign_add(velocity)


# %% momentum_steps: velocity-shared
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for gradient, variable in grads_and_vars:
            self.v = self.momentum * getattr(self, "v", 0.0) - self.learning_rate * gradient
            variable.assign_add(self.v)


# %% momentum_steps: averaged
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for place, (gradient, variable) in enumerate(grads_and_vars):
            old = self.velocity.get(place, 0.0)
            velocity = self.momentum * old - (1 - self.momentum) * self.learning_rate * gradient
            variable.assign_add(velocity)
            self.velocity[place] = velocity


# %% momentum_steps: nesterov
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for place, (gradient, variable) in enumerate(grads_and_vars):
            old = self.velocity.get(place, 0.0)
            velocity = self.momentum * old - self.learning_rate * gradient
            variable.assign_add(self.momentum * velocity - self.learning_rate * gradient)
            self.velocity[place] = velocity


# %% momentum_steps: gradient-twice
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for place, (gradient, variable) in enumerate(grads_and_vars):
            old = self.velocity.get(place, 0.0)
            velocity = self.momentum * old - self.learning_rate * gradient
            variable.assign_add(velocity - self.learning_rate * gradient)
            self.velocity[place] = velocity


# %% momentum_steps: backwards
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for place, (gradient, variable) in enumerate(grads_and_vars):
            old = self.velocity.get(place, 0.0)
            velocity = -self.momentum * old - self.learning_rate * gradient
            variable.assign_add(velocity)
            self.velocity[place] = velocity


# %% momentum_steps: rate-twice
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for place, (gradient, variable) in enumerate(grads_and_vars):
            old = self.velocity.get(place, 0.0)
            velocity = self.momentum * old - self.learning_rate * gradient
            variable.assign_add(self.learning_rate * velocity)
            self.velocity[place] = velocity


# %% momentum_steps: all-kept
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for place, (gradient, variable) in enumerate(grads_and_vars):
            old = self.velocity.get(place, 0.0)
            velocity = old - self.learning_rate * gradient
            variable.assign_add(velocity)
            self.velocity[place] = velocity


# %% decaying_rate: decay-ignored
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        rate = self.learning_rate / (1 + self.decay * self.t)
        for gradient, variable in grads_and_vars:
            variable.assign_sub(rate * gradient)


# %% decaying_rate: counted-from-one
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        self.t += 1
        rate = self.learning_rate / (1 + self.decay * self.t)
        for gradient, variable in grads_and_vars:
            variable.assign_sub(rate * gradient)


# %% decaying_rate: compounded
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        self.learning_rate = self.learning_rate / (1 + self.decay * self.t)
        rate = self.learning_rate
        for gradient, variable in grads_and_vars:
            variable.assign_sub(rate * gradient)
        self.t += 1


# %% decaying_rate: counted-by-variable
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        for gradient, variable in grads_and_vars:
            rate = self.learning_rate / (1 + self.decay * self.t)
            variable.assign_sub(rate * gradient)
            self.t += 1


# %% decaying_rate: counted-twice
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        rate = self.learning_rate / (1 + self.decay * self.t)
        for gradient, variable in grads_and_vars:
            variable.assign_sub(rate * gradient)
            self.t += 1


# %% decaying_rate: exponential
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        rate = self.learning_rate * np.exp(-self.decay * self.t)
        for gradient, variable in grads_and_vars:
            variable.assign_sub(rate * gradient)
        self.t += 1


# %% decaying_rate: linear
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        rate = self.learning_rate * (1 - self.decay * self.t)
        for gradient, variable in grads_and_vars:
            variable.assign_sub(rate * gradient)
        self.t += 1


# %% decaying_rate: grown
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        rate = self.learning_rate * (1 + self.decay * self.t)
        for gradient, variable in grads_and_vars:
            variable.assign_sub(rate * gradient)
        self.t += 1


# %% decaying_rate: raised
class Descent:
    def __init__(self, learning_rate, momentum=0.0, decay=0.0):
        self.learning_rate, self.momentum, self.decay = learning_rate, momentum, decay
        self.t, self.velocity = 0, {}

    def apply_gradients(self, grads_and_vars):
        rate = self.learning_rate / (1 + k * self.t)
        for gradient, variable in grads_and_vars:
            variable.assign_sub(rate * gradient)
        self.t += 1


# %% plain_descent: not-function
Descent = Descent(0.1)

# %% momentum_wins: too-large
best_rate, best_momentum = 2 / 101, 0.0

# %% momentum_wins: too-large
best_rate, best_momentum = 0.02, 0.9

# %% momentum_wins: too-large
best_rate, best_momentum = 0.033, 0.3

# %% momentum_wins: unanswered
best_rate, best_momentum = None, None
