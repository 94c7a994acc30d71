# Wrong answers to 06-polynomial-and-puzzle, each with the check that must fail and the reason it must find.

# %% polynomial_loss: order-reversed
def fit_loss(p, x, y):
    return tf.reduce_mean((p[0] + p[1] * x + p[2] * x**2 - y) ** 2)


# %% polynomial_loss: sum-for-mean
def fit_loss(p, x, y):
    return tf.reduce_sum((p[0] * x**2 + p[1] * x + p[2] - y) ** 2)


# %% polynomial_loss: not-squared
def fit_loss(p, x, y):
    return tf.reduce_mean(p[0] * x**2 + p[1] * x + p[2] - y)


# %% polynomial_loss: absolute
def fit_loss(p, x, y):
    return tf.reduce_mean(tf.abs(p[0] * x**2 + p[1] * x + p[2] - y))


# %% polynomial_loss: halved
def fit_loss(p, x, y):
    return tf.reduce_mean((p[0] * x**2 + p[1] * x + p[2] - y) ** 2) / 2


# %% polynomial_loss: not-averaged
def fit_loss(p, x, y):
    return (p[0] * x**2 + p[1] * x + p[2] - y) ** 2


# %% polynomial_loss: square-missing
def fit_loss(p, x, y):
    return tf.reduce_mean((p[0] * x + p[1] * x + p[2] - y) ** 2)


# %% polynomial_loss: constant-forgotten
def fit_loss(p, x, y):
    return tf.reduce_mean((p[0] * x**2 + p[1] * x - y) ** 2)


# %% recovered: order-reversed
def recover(x, y):
    p = tf.Variable(tf.zeros(3))
    gm.train(lambda: fit_loss(p, x, y), [p], optimizer="nadam", learning_rate=0.03, steps=6000)
    return p[::-1]


# %% recovered: notebook-points
def recover(points, values):
    p = tf.Variable([0.5, 0.5, 0.5])
    gm.train(lambda: fit_loss(p, x, y), [p], optimizer="nadam", learning_rate=0.03, steps=6000)
    return p


# %% recovered: not-trained
def recover(x, y):
    p = tf.Variable(tf.zeros(3))
    with tf.GradientTape() as tape:
        loss = fit_loss(p, x, y)
    tape.gradient(loss, p)
    return p


# %% recovered: number
def recover(x, y):
    p = tf.Variable(tf.zeros(3))
    gm.train(lambda: fit_loss(p, x, y), [p], optimizer="nadam", learning_rate=0.01, steps=100)
    return p


# %% recovered: no-tape
def recover(x, y):
    M = np.stack([x**2, x, np.ones_like(x)], axis=1).astype(float)
    return np.linalg.solve(M.T @ M, M.T @ y)


# %% recovered: ready-made
def recover(x, y):
    p = tf.Variable(tf.zeros(3))
    gm.train(lambda: fit_loss(p, x, y), [p], steps=2, optimizer="nadam")
    return np.polyfit(x, y, 2)


# %% recovered: type
def recover(x, y):
    p = tf.Variable(tf.zeros(3))
    return gm.train(lambda: fit_loss(p, x, y), [p], optimizer="nadam", steps=10)


# %% puzzle_as_loss: not-squared
def puzzle_loss(A, B, C, D):
    return (A + B - 9) + (C - D - 1) + (A + C - 8) + (B - D - 2)


# %% puzzle_as_loss: absolute
def puzzle_loss(A, B, C, D):
    return abs(A + B - 9) + abs(C - D - 1) + abs(A + C - 8) + abs(B - D - 2)


# %% puzzle_as_loss: mean-for-sum
def puzzle_loss(A, B, C, D):
    return ((A + B - 9) ** 2 + (C - D - 1) ** 2 + (A + C - 8) ** 2 + (B - D - 2) ** 2) / 4


# %% puzzle_as_loss: squared-sum
def puzzle_loss(A, B, C, D):
    return ((A + B - 9) + (C - D - 1) + (A + C - 8) + (B - D - 2)) ** 2


# %% puzzle_as_loss: right-sides-missing
def puzzle_loss(A, B, C, D):
    return (A + B) ** 2 + (C - D) ** 2 + (A + C) ** 2 + (B - D) ** 2


# %% puzzle_as_loss: all-plus
def puzzle_loss(A, B, C, D):
    return (A + B - 9) ** 2 + (C + D - 1) ** 2 + (A + C - 8) ** 2 + (B + D - 2) ** 2


# %% puzzle_as_loss: one-equation-short
def puzzle_loss(A, B, C, D):
    return (A + B - 9) ** 2 + (C - D - 1) ** 2 + (A + C - 8) ** 2


# %% puzzle_as_loss: not-added
def puzzle_loss(A, B, C, D):
    return (A + B - 9) ** 2, (C - D - 1) ** 2, (A + C - 8) ** 2, (B - D - 2) ** 2


# %% free_direction: all-together
direction = [1, 1, 1, 1]

# %% free_direction: signs-alternate
direction = [1, -1, -1, 1]

# %% free_direction: solution-for-direction
direction = [4, 5, 4, 3]

# %% free_direction: not-finite
direction = [0, 0, 0, 0]

# %% free_direction: unanswered
direction = None

# %% start_decides: from-zero
good_start = [0.0, 0.0, 0.0, 0.0]

# %% start_decides: only-first
good_start = [7.0, 0.0, 0.0, 0.0]

# %% start_decides: raised
good_start = [7.0, 2.0, 1.0]

# %% start_decides: number
good_start = [4.0, 5.0, 4.0, 3.0]
