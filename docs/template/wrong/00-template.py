# Wrong answers to 00-template, each with the check that must fail and the reason it must find.

# %% template_slope: not-watched
def slope(x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        y = tf.sin(x**2)
    return tape.gradient(y, x)


# %% template_slope: chain-factor-missing
def slope(x):
    return tf.cos(x**2)


# %% template_slope: value-for-derivative
def slope(x):
    return tf.sin(x**2)


# %% template_slope: square-outside
def slope(x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sin(x) ** 2
    return tape.gradient(y, x)


# %% template_slope: no-tape
def slope(x):
    return 2 * x * tf.cos(x**2)


# %% template_slope: sign-flipped
def slope(x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = -tf.sin(x**2)
    return tape.gradient(y, x)


# %% template_slope: type
def slope(x):
    return tf.GradientTape()


# %% template_slope: raised
def slope(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
    return x
