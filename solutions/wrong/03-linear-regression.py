# Wrong answers to 03-linear-regression, each with the check that must fail and the reason it must find.

# %% mean_squared_error: sum-for-mean
def mse(w, b, x, y):
    return tf.reduce_sum((w * x + b - y) ** 2)


# %% mean_squared_error: halved
def mse(w, b, x, y):
    return 0.5 * tf.reduce_mean((w * x + b - y) ** 2)


# %% mean_squared_error: rooted
def mse(w, b, x, y):
    return tf.sqrt(tf.reduce_mean((w * x + b - y) ** 2))


# %% mean_squared_error: not-squared
def mse(w, b, x, y):
    return tf.reduce_mean(w * x + b - y)


# %% mean_squared_error: absolute
def mse(w, b, x, y):
    return tf.reduce_mean(tf.abs(w * x + b - y))


# %% mean_squared_error: mean-squared
def mse(w, b, x, y):
    return tf.reduce_mean(w * x + b - y) ** 2


# %% mean_squared_error: target-added
def mse(w, b, x, y):
    return tf.reduce_mean((w * x + b + y) ** 2)


# %% mean_squared_error: intercept-forgotten
def mse(w, b, x, y):
    return tf.reduce_mean((w * x - y) ** 2)


# %% mean_squared_error: not-averaged
def mse(w, b, x, y):
    return (w * x + b - y) ** 2


# %% mean_squared_error: none
def mse(w, b, x, y):
    loss = tf.reduce_mean((w * x + b - y) ** 2)


# %% descent_step: not-applied
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    dw, db = tape.gradient(loss, [w, b])
    w = w - learning_rate * dw
    b = b - learning_rate * db


# %% descent_step: uphill
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    dw, db = tape.gradient(loss, [w, b])
    w.assign_add(learning_rate * dw)
    b.assign_add(learning_rate * db)


# %% descent_step: learning-rate-missing
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    dw, db = tape.gradient(loss, [w, b])
    w.assign_sub(dw)
    b.assign_sub(db)


# %% descent_step: applied-twice
def descend(w, b, x, y, learning_rate):
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = mse(w, b, x, y)
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)


# %% descent_step: one-after-the-other
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    w.assign_sub(learning_rate * tape.gradient(loss, w))
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    b.assign_sub(learning_rate * tape.gradient(loss, b))


# %% descent_step: pairs-crossed
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    dw, db = tape.gradient(loss, [b, w])
    w.assign_sub(learning_rate * dw)
    b.assign_sub(learning_rate * db)


# %% descent_step: one-left-out
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    w.assign_sub(learning_rate * tape.gradient(loss, w))


# %% descent_step: gradient-assigned
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    dw, db = tape.gradient(loss, [w, b])
    w.assign(learning_rate * dw)
    b.assign(learning_rate * db)


# %% descent_step: sum-for-mean
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum((w * x + b - y) ** 2)
    dw, db = tape.gradient(loss, [w, b])
    w.assign_sub(learning_rate * dw)
    b.assign_sub(learning_rate * db)


# %% descent_step: no-tape
def descend(w, b, x, y, learning_rate):
    error = w.numpy() * x + b.numpy() - y
    w.assign_sub(learning_rate * 2 * np.mean(error * x))
    b.assign_sub(learning_rate * 2 * np.mean(error))


# %% descent_step: ready-made
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    grads = tape.gradient(loss, [w, b])
    tf.keras.optimizers.SGD(learning_rate).apply_gradients(zip(grads, [w, b]))


# %% descent_step: raised
def descend(w, b, x, y, learning_rate):
    with tf.GradientTape() as tape:
        loss = mse(w, b, x, y)
    dw, db = tape.gradient(loss, [w, b])
    w -= learning_rate * dw
    w.assign(w)


# %% largest_rate: best-not-largest
largest = 0.1

# %% largest_rate: grid
largest = 0.2

# %% largest_rate: first-diverging
largest = 0.3

# %% largest_rate: slow-to-explode
largest = 0.24

# %% largest_rate: number
largest = 0.22

# %% largest_rate: unanswered
largest = None


# %% rate_bound_of_data: eigenvalue-itself
def rate_bound(x):
    matrix = gm.hessian(lambda p: tf.reduce_mean((p[0] * x + p[1]) ** 2))(tf.zeros(2))
    return np.linalg.eigvalsh(matrix)[-1]


# %% rate_bound_of_data: smallest-eigenvalue
def rate_bound(x):
    matrix = gm.hessian(lambda p: tf.reduce_mean((p[0] * x + p[1]) ** 2))(tf.zeros(2))
    return 2 / np.linalg.eigvalsh(matrix)[0]


# %% rate_bound_of_data: one-over
def rate_bound(x):
    matrix = gm.hessian(lambda p: tf.reduce_mean((p[0] * x + p[1]) ** 2))(tf.zeros(2))
    return 1 / np.linalg.eigvalsh(matrix)[-1]


# %% rate_bound_of_data: half-curvature
def rate_bound(x):
    M = np.stack([x, np.ones_like(x)], axis=1)
    return 2 / np.linalg.eigvalsh(M.T @ M / len(x))[-1]


# %% rate_bound_of_data: sum-for-mean
def rate_bound(x):
    matrix = gm.hessian(lambda p: tf.reduce_sum((p[0] * x + p[1]) ** 2))(tf.zeros(2))
    return 2 / np.linalg.eigvalsh(matrix)[-1]


# %% rate_bound_of_data: slope-alone
def rate_bound(x):
    return 2 / gm.hessian(lambda w: tf.reduce_mean((w * x) ** 2))(0.0)


# %% rate_bound_of_data: trace
def rate_bound(x):
    matrix = gm.hessian(lambda p: tf.reduce_mean((p[0] * x + p[1]) ** 2))(tf.zeros(2))
    return 2 / np.trace(matrix)


# %% rate_bound_of_data: both-eigenvalues
def rate_bound(x):
    matrix = gm.hessian(lambda p: tf.reduce_mean((p[0] * x + p[1]) ** 2))(tf.zeros(2))
    return 2 / np.linalg.eigvalsh(matrix)


# %% rate_bound_of_data: number
def rate_bound(x):
    return 0.2303
