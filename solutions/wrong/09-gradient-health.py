# Wrong answers to 09-gradient-health, each with the check that must fail and the reason it must find.

# %% central_difference: forward-difference
def numeric_gradient(f, x, h):
    return np.array([(f(x + nudge) - f(x)) / h for nudge in h * np.eye(len(x))])


# %% central_difference: backward-difference
def numeric_gradient(f, x, h):
    return np.array([(f(x) - f(x - nudge)) / h for nudge in h * np.eye(len(x))])


# %% central_difference: two-missing
def numeric_gradient(f, x, h):
    return np.array([(f(x + nudge) - f(x - nudge)) / h for nudge in h * np.eye(len(x))])


# %% central_difference: sign-flipped
def numeric_gradient(f, x, h):
    return np.array([(f(x - nudge) - f(x + nudge)) / (2 * h) for nudge in h * np.eye(len(x))])


# %% central_difference: all-at-once
def numeric_gradient(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% central_difference: all-at-once-repeated
def numeric_gradient(f, x, h):
    return np.array([(f(x + h) - f(x - h)) / (2 * h) for _ in x])


# %% central_difference: not-divided
def numeric_gradient(f, x, h):
    return np.array([f(x + nudge) - f(x - nudge) for nudge in h * np.eye(len(x))])


# %% central_difference: left-nudged
def numeric_gradient(f, x, h):
    slopes = []
    for i in range(len(x)):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        slopes.append((above - f(x)) / (2 * h))
    return np.array(slopes)


# %% central_difference: raised
def numeric_gradient(f, x, h):
    return np.array([(f(x[i] + h) - f(x[i] - h)) / (2 * h) for i in range(len(x))])


# %% central_difference: none
def numeric_gradient(f, x, h):
    print([(f(x + nudge) - f(x - nudge)) / (2 * h) for nudge in h * np.eye(len(x))])


# %% found: healthy-softplus
culprit = softplus

# %% found: healthy-bell
culprit = bell

# %% found: already-mended
culprit = mended

# %% found: raised
culprit = "swish"

# %% found: unanswered
culprit = None


# %% mended_gradient: as-it-was
@tf.custom_gradient
def mended(x):
    s = tf.sigmoid(x)

    def backward(upstream):
        return upstream * (s + x * s)

    return x * s, backward


# %% mended_gradient: upstream-missing
@tf.custom_gradient
def mended(x):
    s = tf.sigmoid(x)

    def backward(upstream):
        return s + x * s * (1 - s)

    return x * s, backward


# %% mended_gradient: upstream-on-first
@tf.custom_gradient
def mended(x):
    s = tf.sigmoid(x)

    def backward(upstream):
        return upstream * s + x * s * (1 - s)

    return x * s, backward


# %% mended_gradient: second-term-missing
@tf.custom_gradient
def mended(x):
    s = tf.sigmoid(x)

    def backward(upstream):
        return upstream * s

    return x * s, backward


# %% mended_gradient: first-term-missing
@tf.custom_gradient
def mended(x):
    s = tf.sigmoid(x)

    def backward(upstream):
        return upstream * x * s * (1 - s)

    return x * s, backward


# %% mended_gradient: factor-x-missing
@tf.custom_gradient
def mended(x):
    s = tf.sigmoid(x)

    def backward(upstream):
        return upstream * (s + s * (1 - s))

    return x * s, backward


# %% mended_gradient: upstream-alone
@tf.custom_gradient
def mended(x):
    s = tf.sigmoid(x)

    def backward(upstream):
        return upstream

    return x * s, backward


# %% saliency_map: sign-kept
def saliency(function, picture):
    picture = tf.constant(picture)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        answer = function(picture)
    return tape.gradient(answer, picture)


# %% saliency_map: not-watched
def saliency(function, picture):
    picture = tf.constant(picture)
    with tf.GradientTape() as tape:
        answer = function(picture)
    return tape.gradient(answer, picture)


# %% saliency_map: times-input
def saliency(function, picture):
    picture = tf.constant(picture)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        answer = function(picture)
    return tf.abs(picture * tape.gradient(answer, picture))


# %% saliency_map: squared
def saliency(function, picture):
    picture = tf.constant(picture)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        answer = function(picture)
    return tape.gradient(answer, picture) ** 2


# %% saliency_map: summed
def saliency(function, picture):
    picture = tf.constant(picture)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        answer = function(picture)
    return tf.reduce_sum(tf.abs(tape.gradient(answer, picture)))


# %% saliency_map: normalised
def saliency(function, picture):
    picture = tf.constant(picture)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        answer = function(picture)
    size = tf.abs(tape.gradient(answer, picture))
    return size / tf.reduce_max(size)


# %% saliency_map: value-for-derivative
def saliency(function, picture):
    return tf.abs(function(tf.constant(picture)))


# %% saliency_map: raised
def saliency(function, picture):
    with tf.GradientTape() as tape:
        tape.watch(picture)
        answer = function(picture)
    return tf.abs(tape.gradient(answer, picture.numpy()))


# %% relu_scale: variance
def scale_for_relu(inputs):
    return 2 / inputs


# %% relu_scale: half-forgotten
def scale_for_relu(inputs):
    return np.sqrt(1 / inputs)


# %% relu_scale: half-wrong-way
def scale_for_relu(inputs):
    return np.sqrt(1 / (2 * inputs))


# %% relu_scale: two-outside
def scale_for_relu(inputs):
    return 2 / np.sqrt(inputs)


# %% relu_scale: upside-down
def scale_for_relu(inputs):
    return np.sqrt(inputs / 2)


# %% line_scale: variance
def scale_for_line(inputs):
    return 1 / inputs


# %% line_scale: as-for-relu
def scale_for_line(inputs):
    return np.sqrt(2 / inputs)


# %% line_scale: upside-down
def scale_for_line(inputs):
    return np.sqrt(inputs)


# %% clip_global: each-by-itself
def clip(gradients, limit):
    return [gradient * min(1, limit / np.linalg.norm(gradient)) for gradient in gradients]


# %% clip_global: always-scaled
def clip(gradients, limit):
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))
    return [gradient * limit / norm for gradient in gradients]


# %% clip_global: values-clipped
def clip(gradients, limit):
    return [np.clip(gradient, -limit, limit) for gradient in gradients]


# %% clip_global: root-missing
def clip(gradients, limit):
    norm = sum(np.sum(gradient**2) for gradient in gradients)
    return [gradient * min(1, limit / norm) for gradient in gradients]


# %% clip_global: norms-added
def clip(gradients, limit):
    norm = sum(np.linalg.norm(gradient) for gradient in gradients)
    return [gradient * min(1, limit / norm) for gradient in gradients]


# %% clip_global: limit-forgotten
def clip(gradients, limit):
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))
    return [gradient / max(1, norm) for gradient in gradients]


# %% clip_global: never
def clip(gradients, limit):
    return gradients


# %% clip_global: ready-made
def clip(gradients, limit):
    return tf.clip_by_global_norm(gradients, limit)[0]
