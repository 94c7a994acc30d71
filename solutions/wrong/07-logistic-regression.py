# Wrong answers to 07-logistic-regression, each with the check that must fail and the reason it must find.

# %% cross_entropy_loss: sign-flipped
def cross_entropy(p, y):
    return tf.reduce_mean(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))


# %% cross_entropy_loss: sum-for-mean
def cross_entropy(p, y):
    return -tf.reduce_sum(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))


# %% cross_entropy_loss: ones-alone
def cross_entropy(p, y):
    return -tf.reduce_mean(y * tf.math.log(p))


# %% cross_entropy_loss: labels-exchanged
def cross_entropy(p, y):
    return -tf.reduce_mean((1 - y) * tf.math.log(p) + y * tf.math.log(1 - p))


# %% cross_entropy_loss: one-log
def cross_entropy(p, y):
    return -tf.reduce_mean(y * tf.math.log(p) + (1 - y) * (1 - p))


# %% cross_entropy_loss: minus-on-first
def cross_entropy(p, y):
    return tf.reduce_mean(-y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))


# %% cross_entropy_loss: squared-error
def cross_entropy(p, y):
    return tf.reduce_mean((p - y) ** 2)


# %% cross_entropy_loss: each-by-itself
def cross_entropy(p, y):
    return -(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))


# %% cross_entropy_loss: base-ten
def cross_entropy(p, y):
    return -tf.reduce_mean(y * np.log10(p) + (1 - y) * np.log10(1 - p))


# %% cross_entropy_loss: base-two
def cross_entropy(p, y):
    return -tf.reduce_mean(y * np.log2(p) + (1 - y) * np.log2(1 - p))


# %% cross_entropy_loss: left-tensorflow
def cross_entropy(p, y):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# %% logistic_gradient: sign-flipped
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    error = (y - p) / len(y)
    return X.T @ error, np.sum(error)


# %% logistic_gradient: sum-for-mean
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return X.T @ (p - y), np.sum(p - y)


# %% logistic_gradient: sigmoid-slope-kept
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    error = (p - y) * p * (1 - p) / len(y)
    return X.T @ error, np.sum(error)


# %% logistic_gradient: log-slope-kept
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    error = ((1 - y) / (1 - p) - y / p) / len(y)
    return X.T @ error, np.sum(error)


# %% logistic_gradient: logit-for-probability
def gradient_by_hand(w, b, X, y):
    error = (X @ w + b - y) / len(y)
    return X.T @ error, np.sum(error)


# %% logistic_gradient: labels-forgotten
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return X.T @ p / len(y), np.mean(p)


# %% logistic_gradient: chain-factor-missing
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    error = np.mean(p - y)
    return np.array([error, error]), error


# %% logistic_gradient: factor-not-used
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return np.mean(p - y), np.mean(p - y)


# %% logistic_gradient: columns-averaged
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return np.mean((p - y)[:, None] * X), np.mean(p - y)


# %% logistic_gradient: not-averaged
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return (p - y)[:, None] * X, p - y


# %% logistic_gradient: raised
def gradient_by_hand(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return np.mean((p - y) * X, axis=0), np.mean(p - y)


# %% logistic_gradient: ready-made
def gradient_by_hand(w, b, X, y):
    w, b = tf.Variable(w, dtype=tf.float32), tf.Variable(b, dtype=tf.float32)
    with tf.GradientTape() as tape:
        z = tf.linalg.matvec(X, w) + b
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))
    return tape.gradient(loss, [w, b])


# %% share_right: count-for-share
def accuracy(w, b, X, y):
    return np.sum((X @ w + b > 0) == (y > 0.5))


# %% share_right: error-share
def accuracy(w, b, X, y):
    return np.mean((X @ w + b > 0) != (y > 0.5))


# %% share_right: half-for-zero
def accuracy(w, b, X, y):
    return np.mean((X @ w + b > 0.5) == (y > 0.5))


# %% share_right: bias-forgotten
def accuracy(w, b, X, y):
    return np.mean((X @ w > 0) == (y > 0.5))


# %% share_right: ones-found
def accuracy(w, b, X, y):
    return np.mean(X @ w + b > 0)


# %% share_right: type
def accuracy(w, b, X, y):
    return (X @ w + b > 0) == (y > 0.5)


# %% share_right: ones-among-right
def accuracy(w, b, X, y):
    return np.mean((X @ w + b > 0) * y)


# %% share_right: none
def accuracy(w, b, X, y):
    print(np.mean((X @ w + b > 0) == (y > 0.5)))


# %% boundary_width: sign-flipped
def boundary(w, b, length):
    return (w[0] * length + b) / w[1]


# %% boundary_width: weights-exchanged
def boundary(w, b, length):
    return -(w[1] * length + b) / w[0]


# %% boundary_width: bias-sign
def boundary(w, b, length):
    return (b - w[0] * length) / w[1]


# %% boundary_width: bias-forgotten
def boundary(w, b, length):
    return -w[0] * length / w[1]


# %% boundary_width: half-for-zero
def boundary(w, b, length):
    return (0.5 - w[0] * length - b) / w[1]


# %% boundary_width: not-divided
def boundary(w, b, length):
    return -(w[0] * length + b)


# %% boundary_width: logit-alone
def boundary(w, b, length):
    return w[0] * length + b


# %% stable_loss: not-finite
def loss_from_logit(z, y):
    p = tf.sigmoid(z)
    return -tf.reduce_mean(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))


# %% stable_loss: not-finite it overflows where softplus does not
def loss_from_logit(z, y):
    return tf.reduce_mean(tf.math.log(1 + tf.exp(z)) - y * z)


# %% stable_loss: clipped
def loss_from_logit(z, y):
    p = tf.clip_by_value(tf.sigmoid(z), 1e-7, 1 - 1e-7)
    return -tf.reduce_mean(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))


# %% stable_loss: sum-for-mean
def loss_from_logit(z, y):
    return tf.reduce_sum(y * tf.nn.softplus(-z) + (1 - y) * tf.nn.softplus(z))


# %% stable_loss: labels-exchanged
def loss_from_logit(z, y):
    return tf.reduce_mean(y * tf.nn.softplus(z) + (1 - y) * tf.nn.softplus(-z))


# %% stable_loss: ones-alone
def loss_from_logit(z, y):
    return tf.reduce_mean(y * tf.nn.softplus(-z))


# %% stable_loss: sigmoid-twice
def loss_from_logit(z, y):
    p = tf.sigmoid(z)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=p))


# %% stable_loss: left-tensorflow
def loss_from_logit(z, y):
    return tf.constant(np.mean(np.logaddexp(0, z) - y * z))


# %% stable_loss: raised
def loss_from_logit(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


# %% another_line: too-small
weights = w.numpy()
bias = b.numpy()

# %% another_line: too-small the sides are exchanged
weights = [-1.0, -2.0]
bias = 7.95

# %% another_line: unanswered
bias = None
