# Wrong answers to 02-higher-derivatives, each with the check that must fail and the reason it must find.

# %% derivative_1: sign-flipped
def first(x):
    return -4 * x**3 - 6 * x**2 + 6 * x - 4


# %% derivative_1: constant-kept
def first(x):
    return 4 * x**3 + 6 * x**2 - 6 * x + 4 - 5


# %% derivative_1: power-not-lowered
def first(x):
    return 4 * x**4 + 6 * x**3 - 6 * x**2 + 4 * x


# %% derivative_1: factor-not-brought-down
def first(x):
    return x**3 + 2 * x**2 - 3 * x + 4


# %% derivative_1: order-too-low
def first(x):
    return f(x)


# %% derivative_1: order-too-high
def first(x):
    return 12 * x**2 + 12 * x - 6


# %% derivative_1: sign-of-square
def first(x):
    return 4 * x**3 + 6 * x**2 + 6 * x + 4


# %% derivative_1: number
def first(x):
    return 4 * x**3 + 6 * x**2 - 6 * x + 5


# %% derivative_1: none
def first(x):
    4 * x**3 + 6 * x**2 - 6 * x + 4


# %% derivative_1: number
def first(x):
    return 48


# %% derivative_1: number
def first(x):
    return (f(x + 0.1) - f(x)) / 0.1


# %% derivative_1: type
def first(x):
    return "4x^3 + 6x^2 - 6x + 4"


# %% derivative_1: type
class Agreeable:
    def __eq__(self, other):
        return True

    def __float__(self):
        return 48.0

    def __sub__(self, other):
        return 0.0


def first(x):
    return Agreeable()


# %% derivative_1: unanswered
def first(x):
    # YOUR CODE HERE
    ...


# %% derivative_1: missing
del first


# %% derivative_1: raised
def first(x):
    return 4 * X**3 + 6 * X**2 - 6 * X + 4


# %% derivative_1: slow
def first(x):
    while x != 0.1:
        x = x / 1
    return x


# %% derivative_1: not-function
first = 48


# %% derivative_1: not-finite
def first(x):
    return float("nan")


# %% derivative_2: order-too-low
def second(x):
    return 4 * x**3 + 6 * x**2 - 6 * x + 4


# %% derivative_2: half
def second(x):
    return 6 * x**2 + 6 * x - 3


# %% derivative_2: constant-kept
def second(x):
    return 12 * x**2 + 12 * x - 6 + 4


# %% derivative_3: twice-too-large
def third(x):
    return 2 * (24 * x + 12)


# %% derivative_3: factor-not-brought-down
def third(x):
    return 12 * x + 12


# %% derivative_3: shape
def third(x):
    return 24 * x, 12


# %% nested_tapes: not-watched
def two_derivatives(function, x):
    x = tf.constant(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        once = inner.gradient(y, x)
    return once, outer.gradient(y, x)


# %% nested_tapes: outer-not-watched
def two_derivatives(function, x):
    x = tf.constant(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = function(x)
    once = inner.gradient(y, x)
    return once, outer.gradient(once, x)


# %% nested_tapes: first-twice
def two_derivatives(function, x):
    x = tf.constant(x)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = function(x)
        once = inner.gradient(y, x)
    return once, outer.gradient(y, x)


# %% nested_tapes: squared
def two_derivatives(function, x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    once = tape.gradient(y, x)
    return once, once**2


# %% nested_tapes: value-for-derivative
def two_derivatives(function, x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return y, tape.gradient(y, x)


# %% nested_tapes: swapped
right = two_derivatives


def two_derivatives(function, x):
    once, twice = right(function, x)
    return twice, once


# %% nested_tapes: no-tape
def two_derivatives(function, x):
    h = 1e-4
    low, middle, high = function(x - h), function(x), function(x + h)
    return (high - low) / (2 * h), (high - 2 * middle + low) / h**2


# %% nested_tapes: first-only
def two_derivatives(function, x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


# %% newton: uphill
def newton_step(function, x):
    once, twice = two_derivatives(function, x)
    return x + float(once) / float(twice)


# %% newton: step-alone
def newton_step(function, x):
    once, twice = two_derivatives(function, x)
    return float(once) / float(twice)


# %% newton: upside-down
def newton_step(function, x):
    once, twice = two_derivatives(function, x)
    return x - float(twice) / float(once)


# %% newton: multiplied
def newton_step(function, x):
    once, twice = two_derivatives(function, x)
    return x - float(once) * float(twice)


# %% newton: curvature-missing
def newton_step(function, x):
    once, twice = two_derivatives(function, x)
    return x - float(once)


# %% newton: value-for-slope
def newton_step(function, x):
    once, twice = two_derivatives(function, x)
    return x - float(function(x)) / float(once)


# %% newton: applied-twice
def newton_step(function, x):
    for _ in range(2):
        once, twice = two_derivatives(function, x)
        x = x - float(once) / float(twice)
    return x
