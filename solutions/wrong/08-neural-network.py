# Wrong answers to 08-neural-network, each with the check that must fail and the reason it must find.

# %% forward: activation-missing
def two_layers(x, W1, b1, W2, b2):
    return (x @ W1 + b1) @ W2 + b2


# %% forward: activation-at-the-end
def two_layers(x, W1, b1, W2, b2):
    return tf.tanh(tf.tanh(x @ W1 + b1) @ W2 + b2)


# %% forward: relu-for-tanh
def two_layers(x, W1, b1, W2, b2):
    return tf.nn.relu(x @ W1 + b1) @ W2 + b2


# %% forward: sigmoid-for-tanh
def two_layers(x, W1, b1, W2, b2):
    return tf.sigmoid(x @ W1 + b1) @ W2 + b2


# %% forward: first-bias-missing
def two_layers(x, W1, b1, W2, b2):
    return tf.tanh(x @ W1) @ W2 + b2


# %% forward: second-bias-missing
def two_layers(x, W1, b1, W2, b2):
    return tf.tanh(x @ W1 + b1) @ W2


# %% forward: bias-after-bend
def two_layers(x, W1, b1, W2, b2):
    return (tf.tanh(x @ W1) + b1) @ W2 + b2


# %% forward: hidden-alone
def two_layers(x, W1, b1, W2, b2):
    return tf.tanh(x @ W1 + b1)


# %% forward: row-for-column
def two_layers(x, W1, b1, W2, b2):
    return tf.linalg.matvec(tf.tanh(x @ W1 + b1), W2[:, 0]) + b2


# %% forward: raised
def two_layers(x, W1, b1, W2, b2):
    return W2 @ tf.tanh(W1 @ x + b1) + b2


# %% forward: left-tensorflow
def two_layers(x, W1, b1, W2, b2):
    return np.tanh(x.numpy() @ W1.numpy() + b1) @ W2.numpy() + b2.numpy()


# %% forward: ready-made
def two_layers(x, W1, b1, W2, b2):
    hidden = keras.layers.Dense(3, activation="tanh")
    hidden.build(x.shape)
    hidden.set_weights([W1, b1])
    return hidden(x) @ W2 + b2


# %% backward_by_hand: sign-flipped
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (y - hidden @ W2 - b2) / len(x)
    inner = (error @ W2.T) * (1 - hidden**2)
    return x.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)


# %% backward_by_hand: half
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2.T) * (1 - hidden**2)
    return x.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)


# %% backward_by_hand: bend-forgotten
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = error @ W2.T
    return x.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)


# %% backward_by_hand: bend-not-squared
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2.T) * (1 - hidden)
    return x.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)


# %% backward_by_hand: bend-of-input
def backward(x, y, W1, b1, W2, b2):
    into = x @ W1 + b1
    hidden = np.tanh(into)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2.T) * (1 - into**2)
    return x.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)


# %% backward_by_hand: bend-of-sigmoid
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2.T) * hidden * (1 - hidden)
    return x.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)


# %% backward_by_hand: second-weights-skipped
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = error * (1 - hidden**2)
    return x.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)


# %% backward_by_hand: mean-for-bias
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2.T) * (1 - hidden**2)
    return x.T @ inner, inner.mean(axis=0), hidden.T @ error, error.mean(axis=0)


# %% backward_by_hand: bias-for-each-row
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2.T) * (1 - hidden**2)
    return x.T @ inner, inner, hidden.T @ error, error


# %% backward_by_hand: layers-exchanged
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2.T) * (1 - hidden**2)
    return hidden.T @ error, error.sum(axis=0), x.T @ inner, inner.sum(axis=0)


# %% backward_by_hand: last-layer-alone
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    return hidden.T @ error, error.sum(axis=0)


# %% backward_by_hand: transposed
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2.T) * (1 - hidden**2)
    return inner.T @ x, inner.sum(axis=0), error.T @ hidden, error.sum(axis=0)


# %% backward_by_hand: raised
def backward(x, y, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    error = 2 * (hidden @ W2 + b2 - y) / len(x)
    inner = (error @ W2) * (1 - hidden**2)
    return x.T @ inner, inner.sum(axis=0), hidden.T @ error, error.sum(axis=0)


# %% backward_by_hand: ready-made
def backward(x, y, W1, b1, W2, b2):
    parameters = [tf.Variable(part) for part in (W1, b1, W2, b2)]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((two_layers(x, *parameters) - y) ** 2)
    return tape.gradient(loss, parameters)


# %% batch_bounds: empty-last
def batches(n, size):
    return [(k * size, min((k + 1) * size, n)) for k in range(n // size + 1)]


# %% batch_bounds: rest-dropped
def batches(n, size):
    return [(k * size, (k + 1) * size) for k in range(n // size)]


# %% batch_bounds: past-the-end
def batches(n, size):
    return [(start, start + size) for start in range(0, n, size)]


# %% batch_bounds: stop-included
def batches(n, size):
    return [(start, min(start + size, n) - 1) for start in range(0, n, size)]


# %% batch_bounds: starts-alone
def batches(n, size):
    return list(range(0, n, size))


# %% batch_bounds: sizes-for-stops
def batches(n, size):
    return [(start, min(size, n - start)) for start in range(0, n, size)]


# %% batch_bounds: type
def batches(n, size):
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


# %% one_epoch: not-applied
def epoch(model, optimizer, X, y, size):
    for start, stop in batches(len(X), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X[start:stop]) - y[start:stop]) ** 2)
        tape.gradient(loss, model.trainable_variables)


# %% one_epoch: uphill
def epoch(model, optimizer, X, y, size):
    for start, stop in batches(len(X), size):
        with tf.GradientTape() as tape:
            loss = -tf.reduce_mean((model(X[start:stop]) - y[start:stop]) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% one_epoch: sum-for-mean
def epoch(model, optimizer, X, y, size):
    for start, stop in batches(len(X), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((model(X[start:stop]) - y[start:stop]) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% one_epoch: half-the-square
def epoch(model, optimizer, X, y, size):
    for start, stop in batches(len(X), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X[start:stop]) - y[start:stop]) ** 2) / 2
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% one_epoch: whole-data
def epoch(model, optimizer, X, y, size):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(X) - y) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% one_epoch: whole-data-each-time
def epoch(model, optimizer, X, y, size):
    for start, stop in batches(len(X), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X) - y) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% one_epoch: first-batch-alone
def epoch(model, optimizer, X, y, size):
    for start, stop in batches(len(X), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X[start:stop]) - y[start:stop]) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))
        return loss


# %% one_epoch: last-batch-alone
def epoch(model, optimizer, X, y, size):
    for start, stop in batches(len(X), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X[start:stop]) - y[start:stop]) ** 2)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% one_epoch: last-left-out
def epoch(model, optimizer, X, y, size):
    for start in range(0, len(X) - size, size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X[start : start + size]) - y[start : start + size]) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% one_epoch: each-batch-twice
def epoch(model, optimizer, X, y, size):
    for start, stop in 2 * batches(len(X), size):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X[start:stop]) - y[start:stop]) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% one_epoch: raised
def epoch(model, optimizer, X, y, size):
    for start, stop in batches(len(X), size):
        with tf.GradientTape() as tape:
            loss = np.mean((model(X[start:stop]).numpy() - y[start:stop]) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% one_epoch: no-tape
def epoch(model, optimizer, X, y, size):
    for start, stop in batches(len(X), size):
        error = 2 * (model(X[start:stop]) - y[start:stop]) / (stop - start)
        grads = [X[start:stop].T @ error, tf.reduce_sum(error, axis=0)]
        optimizer.apply_gradients(zip(grads, model.trainable_variables))


# %% wave_network: too-large
keras.utils.set_random_seed(4)
better = Network(12)

# %% wave_network: unanswered
better = None
