# Wrong answers to 05-house-prices, each with the check that must fail and the reason it must find.

# %% price_gradient: sign-flipped
def gradient_by_hand(a, b):
    error = y - a * X - b
    return np.sum(error * X), np.sum(error)


# %% price_gradient: twice-too-large
def gradient_by_hand(a, b):
    error = a * X + b - y
    return 2 * np.sum(error * X), 2 * np.sum(error)


# %% price_gradient: half
def gradient_by_hand(a, b):
    error = a * X + b - y
    return 0.5 * np.sum(error * X), 0.5 * np.sum(error)


# %% price_gradient: mean-for-sum
def gradient_by_hand(a, b):
    error = a * X + b - y
    return np.mean(error * X), np.mean(error)


# %% price_gradient: chain-factor-missing
def gradient_by_hand(a, b):
    error = a * X + b - y
    return np.sum(error), np.sum(error)


# %% price_gradient: factor-in-both
def gradient_by_hand(a, b):
    error = a * X + b - y
    return np.sum(error * X), np.sum(error * X)


# %% price_gradient: swapped
def gradient_by_hand(a, b):
    error = a * X + b - y
    return np.sum(error), np.sum(error * X)


# %% price_gradient: not-summed
def gradient_by_hand(a, b):
    error = a * X + b - y
    return error * X, error


# %% price_gradient: squared
def gradient_by_hand(a, b):
    error = a * X + b - y
    return np.sum(error**2 * X), np.sum(error**2)


# %% price_gradient: target-added
def gradient_by_hand(a, b):
    error = a * X + b + y
    return np.sum(error * X), np.sum(error)


# %% price_gradient: target-forgotten
def gradient_by_hand(a, b):
    error = a * X + b
    return np.sum(error * X), np.sum(error)


# %% price_gradient: value-for-derivative
def gradient_by_hand(a, b):
    loss = 0.5 * np.sum((a * X + b - y) ** 2)
    return loss, loss


# %% price_gradient: shape
def gradient_by_hand(a, b):
    error = a * X + b - y
    return np.sum(error * X)


# %% price_gradient: none
def gradient_by_hand(a, b):
    error = a * X + b - y
    print(np.sum(error * X), np.sum(error))


# %% price_gradient: raised
def gradient_by_hand(a, b):
    error = a * X + b - Y
    return np.sum(error * X), np.sum(error)


# %% price_gradient: type
def gradient_by_hand(a, b):
    error = a * X + b - y
    return f"{np.sum(error * X)}, {np.sum(error)}"


# %% one_step: not-applied
def step(optimizer, a, b):
    with tf.GradientTape() as tape:
        loss = 0.5 * tf.reduce_sum((a * X + b - y) ** 2)
    tape.gradient(loss, [a, b])


# %% one_step: applied-twice
def step(optimizer, a, b):
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = 0.5 * tf.reduce_sum((a * X + b - y) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, [a, b]), [a, b]))


# %% one_step: uphill
def step(optimizer, a, b):
    with tf.GradientTape() as tape:
        loss = -0.5 * tf.reduce_sum((a * X + b - y) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, [a, b]), [a, b]))


# %% one_step: pairs-crossed
def step(optimizer, a, b):
    with tf.GradientTape() as tape:
        loss = 0.5 * tf.reduce_sum((a * X + b - y) ** 2)
    grads = tape.gradient(loss, [a, b])
    optimizer.apply_gradients(zip(grads, [b, a]))


# %% one_step: half-missing
def step(optimizer, a, b):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum((a * X + b - y) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, [a, b]), [a, b]))


# %% one_step: mean-for-sum
def step(optimizer, a, b):
    with tf.GradientTape() as tape:
        loss = 0.5 * tf.reduce_mean((a * X + b - y) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, [a, b]), [a, b]))


# %% one_step: mean-without-half
def step(optimizer, a, b):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((a * X + b - y) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, [a, b]), [a, b]))


# %% one_step: one-left-out
def step(optimizer, a, b):
    with tf.GradientTape() as tape:
        loss = 0.5 * tf.reduce_sum((a * X + b - y) ** 2)
    optimizer.apply_gradients([(tape.gradient(loss, a), a)])


# %% one_step: no-tape
def step(optimizer, a, b):
    grads = gradient_by_hand(a.numpy(), b.numpy())
    optimizer.apply_gradients(zip(map(tf.constant, grads), [a, b]))


# %% one_step: raised
def step(optimizer, a, b):
    with tf.GradientTape() as tape:
        loss = 0.5 * np.sum((a.numpy() * X + b.numpy() - y) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, [a, b]), [a, b]))


# %% rate_without_half: unchanged
rate = 1e-3

# %% rate_without_half: wrong-way
rate = 2e-3

# %% rate_without_half: number
rate = 0.01

# %% rate_without_half: type
rate = "5e-4"

# %% rate_without_half: unanswered
rate = None
