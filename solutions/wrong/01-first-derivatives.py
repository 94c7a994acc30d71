# Wrong answers to 01-first-derivatives, each with the check that must fail and the reason it must find.

# %% slope_at: nothing-recorded
def slope(function, x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


# %% slope_at: nothing-recorded
def slope(function, x):
    x = tf.Variable(x)
    y = function(x)
    with tf.GradientTape() as tape:
        pass
    return tape.gradient(y, x)


# %% slope_at: value-for-derivative
def slope(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return y


# %% slope_at: order-too-high
def slope(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        once = inner.gradient(y, x)
    return outer.gradient(once, x)


# %% slope_at: divided-by-x
def slope(function, x):
    return function(x) / x


# %% slope_at: twice-too-large
def slope(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x) + function(x)
    return tape.gradient(y, x)


# %% slope_at: times-value
def slope(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x) ** 2 / 2
    return tape.gradient(y, x)


# %% slope_at: sign-flipped
def slope(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = -function(x)
    return tape.gradient(y, x)


# %% slope_at: no-tape
def slope(function, x):
    return (function(x + 1e-6) - function(x - 1e-6)) / 2e-6


# %% slope_at: nothing-recorded
def slope(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    print(tape.gradient(y, x))


# %% slope_at: raised
def slope(function, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


# %% slope_at: nothing-recorded
def slope(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(x, y)


# %% partial_derivatives: swapped
def partial(function, a, b):
    a, b = tf.Variable(a), tf.Variable(b)
    with tf.GradientTape() as tape:
        y = function(a, b)
    return tape.gradient(y, [b, a])


# %% partial_derivatives: first-only
def partial(function, a, b):
    a, b = tf.Variable(a), tf.Variable(b)
    with tf.GradientTape() as tape:
        y = function(a, b)
    return tape.gradient(y, a)


# %% partial_derivatives: first-twice
def partial(function, a, b):
    a, b = tf.Variable(a), tf.Variable(b)
    with tf.GradientTape() as tape:
        y = function(a, b)
    return tape.gradient(y, [a, a])


# %% partial_derivatives: one-not-watched
def partial(function, a, b):
    a = tf.Variable(a)
    b = tf.constant(b)
    with tf.GradientTape() as tape:
        y = function(a, b)
    return tape.gradient(y, [a, b])


# %% partial_derivatives: nothing-recorded
def partial(function, a, b):
    a, b = tf.constant(a), tf.constant(b)
    with tf.GradientTape() as tape:
        y = function(a, b)
    return tape.gradient(y, [a, b])


# %% partial_derivatives: added-up
def partial(function, a, b):
    a, b = tf.Variable(a), tf.Variable(b)
    with tf.GradientTape() as tape:
        y = function(a, b)
    return sum(tape.gradient(y, [a, b]))


# %% partial_derivatives: raised
def partial(function, a, b):
    a, b = tf.Variable(a), tf.Variable(b)
    with tf.GradientTape() as tape:
        y = function(a, b)
    return tape.gradient(y, a), tape.gradient(y, b)


# %% watched_constant: not-watched
def input_slope(function, w, x):
    with tf.GradientTape() as tape:
        y = function(w, x)
    return tape.gradient(y, x)


# %% watched_constant: not-watched
def input_slope(function, w, x):
    with tf.GradientTape() as tape:
        y = function(w, x)
        tape.watch(x)
    return tape.gradient(y, x)


# %% watched_constant: by-the-weight
def input_slope(function, w, x):
    with tf.GradientTape() as tape:
        y = function(w, x)
    return tape.gradient(y, w)


# %% watched_constant: both
def input_slope(function, w, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(w, x)
    return tape.gradient(y, [w, x])


# %% watched_constant: value-for-derivative
def input_slope(function, w, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(w, x)
    return y


# %% two_stages: raised
def stages(inner, outer, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = inner(x)
        z = outer(y)
    return tape.gradient(z, y), tape.gradient(z, x)


# %% two_stages: inner-for-outer
def stages(inner, outer, x):
    x = tf.Variable(x)
    with tf.GradientTape(persistent=True) as tape:
        y = inner(x)
        z = outer(y)
    return tape.gradient(y, x), tape.gradient(z, x)


# %% two_stages: swapped
def stages(inner, outer, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = inner(x)
        z = outer(y)
    return tape.gradient(z, [x, y])


# %% two_stages: chain-factor-missing
def stages(inner, outer, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = inner(x)
        z = outer(y)
    return tape.gradient(z, [y, y])


# %% two_stages: whole-twice
def stages(inner, outer, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = inner(x)
        z = outer(y)
    return tape.gradient(z, [x, x])


# %% two_stages: link-broken
def stages(inner, outer, x):
    x = tf.Variable(x)
    y = inner(x)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(y)
        z = outer(y)
    return tape.gradient(z, y), tape.gradient(z, x)


# %% two_stages: nothing-recorded
def stages(inner, outer, x):
    x = tf.constant(x)
    with tf.GradientTape(persistent=True) as tape:
        y = inner(x)
        z = outer(y)
    return tape.gradient(z, y), tape.gradient(z, x)


# %% two_stages: outer-at-x
def stages(inner, outer, x):
    return slope(outer, x), slope(lambda t: outer(inner(t)), x)


# %% whole_recording: air-not-recorded
def power(v):
    air = 0.2 * v.numpy() ** 2
    return air * v + 5 * v


# %% whole_recording: only-tyres
def power(v):
    air = 0.2 * v.numpy() ** 3
    return air + 5 * v


# %% whole_recording: nothing-recorded
def power(v):
    v = float(v)
    return 0.2 * v**3 + 5 * v


# %% whole_recording: nothing-recorded
def power(v):
    v = v.numpy()
    return tf.constant(0.2 * v**3 + 5 * v)


# %% whole_recording: square-for-cube
def power(v):
    air = 0.2 * v**2
    return air + 5 * v


# %% whole_recording: number
def power(v):
    air = 0.2 * v**2
    return air * v + 5
