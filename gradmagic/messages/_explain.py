"""Sentences of `explain`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "explain-line": ("Line {line}, `{expression}`:", "第 {line} 行，`{expression}`："),
    "explain-fine": (
        "The derivative of `{target}` by `{name}` is finite and not zero: there is nothing to explain.",
        "`{target}` 对 `{name}` 的导数有限且不为零：没有需要解释的问题。",
    ),
    "explain-not-watched": (
        "`{name}` is a constant, and the tape does not watch constants.",
        "`{name}` 是常量，而记录不会监视常量。",
    ),
    "explain-not-watched-late": (
        "`{name}` was used before the tape began to watch it.",
        "`{name}` 在记录开始监视它之前就被使用了。",
    ),
    "explain-not-watched-variable": (
        "`{name}` is a Variable that this recording does not watch: trainable=False, or left out by --watch-only.",
        "`{name}` 是此记录未监视的变量：trainable=False，或未列入 --watch-only。",
    ),
    "explain-not-watched-variable-fix": (
        "Watch it by name: `%%tape --watch {name}`, or one more name after --watch-only (in a script: "
        "tape.watch({name}) before it is used).",
        "请按名称监视它：`%%tape --watch {name}`，或把它加到 --watch-only 之后（在脚本中：使用之前调用 tape.watch({name})）。",
    ),
    "explain-not-watched-fix": (
        "Write `%%tape --watch {name}` (in a script: tape.watch({name}) before it is used), or make it a Variable: "
        "{name} = tf.Variable(...).",
        "请写 `%%tape --watch {name}`（在脚本中：使用之前调用 tape.watch({name})），或把它改成变量：{name} = tf.Variable(...)。",
    ),
    "explain-overwritten-variable": (
        "`{name}` was a Variable, and this statement binds the name to a plain tensor, which the tape does not watch.",
        "`{name}` 原本是变量，这条语句把这个名称绑定到了普通张量，而记录不会监视普通张量。",
    ),
    "explain-overwritten-variable-fix": (
        "Change the Variable instead of replacing it: {name}.assign(...), {name}.assign_add(...) or "
        "{name}.assign_sub(...).",
        "请修改变量而不是替换它：{name}.assign(...)、{name}.assign_add(...) 或 {name}.assign_sub(...)。",
    ),
    "explain-left-tensorflow": (
        "here the value leaves TensorFlow (NumPy, a Python number or text), and the tape cannot follow it.",
        "数值在这里离开了 TensorFlow（变成 NumPy 数组、Python 数字或文本），记录无法继续跟踪。",
    ),
    "explain-left-tensorflow-outside": (
        "`{target}` is of type {kind}: it was computed outside TensorFlow, where the tape cannot follow.",
        "`{target}` 的类型是 {kind}：它是在 TensorFlow 之外计算的，记录无法跟踪。",
    ),
    "explain-left-tensorflow-fix": (
        "Compute it with TensorFlow's own operations: tf.sin instead of np.sin, no .numpy(), float() or tf.constant() "
        "between `{name}` and `{target}`.",
        "请用 TensorFlow 自己的运算来计算：用 tf.sin 代替 np.sin，在 `{name}` 与 `{target}` 之间不要使用 .numpy()、float() 或 tf.constant()。",
    ),
    "explain-integer-dtype": (
        "whole numbers have no derivative, and here the numbers are whole.",
        "整数没有导数，而这里的数是整数。",
    ),
    "explain-integer-dtype-fix": (
        "Keep to floating numbers: write 3.0 instead of 3, and do not cast to an integer on the way from `{name}` to "
        "`{target}`.",
        "请使用浮点数：写 3.0 而不是 3，并且不要在从 `{name}` 到 `{target}` 的途中转换为整数。",
    ),
    "explain-stop-gradient": (
        "here the derivative is stopped on purpose (tf.stop_gradient, or recording was paused).",
        "导数在这里被有意截断（tf.stop_gradient，或记录被暂停）。",
    ),
    "explain-stop-gradient-fix": (
        "Take tf.stop_gradient (or tape.stop_recording) away from this step, or differentiate by something after it.",
        "请去掉这一步的 tf.stop_gradient（或 tape.stop_recording），或者对这一步之后的量求导。",
    ),
    "explain-not-differentiable-unregistered": (
        "`{operation}` could have a derivative, but TensorFlow has none registered for it.",
        "`{operation}` 本可以有导数，但 TensorFlow 没有为它注册导数。",
    ),
    "explain-not-differentiable-unregistered-fix": (
        "Write this step with other operations, or give it a derivative of its own with tf.custom_gradient.",
        "请用其他运算来写这一步，或用 tf.custom_gradient 为它提供导数。",
    ),
    "explain-not-differentiable": (
        "`{operation}` has no derivative: its result jumps or is not a floating number.",
        "`{operation}` 没有导数：它的结果是跳跃的，或者不是浮点数。",
    ),
    "explain-not-differentiable-fix": (
        "Replace it by something smooth: tf.sigmoid(k * (x - a)) for a comparison, tf.nn.softmax for an argmax, the "
        "value itself for a rounding.",
        "请换成光滑的写法：比较用 tf.sigmoid(k * (x - a))，取最大位置用 tf.nn.softmax，取整则直接使用原值。",
    ),
    "explain-state-change": (
        "the value goes through a Variable's state, and the tape does not differentiate through assignments.",
        "数值经过了变量的状态，而记录不会对赋值求导。",
    ),
    "explain-state-change-fix": (
        "Use the value itself instead of reading it back from the Variable; assign it after the derivative is taken.",
        "请直接使用这个值，而不是从变量中再读出来；求导之后再赋值。",
    ),
    "explain-not-connected": (
        "`{target}` was computed without `{name}`.",
        "`{target}` 的计算没有用到 `{name}`。",
    ),
    "explain-not-connected-shape": (
        "only the shape of `{name}` is used here, not its numbers.",
        "这里只用到了 `{name}` 的形状，没有用到它的数值。",
    ),
    "explain-not-connected-fix": (
        "Check that the line that computes `{target}` uses `{name}`; a name with another value may stand there.",
        "请检查计算 `{target}` 的那一行是否用到了 `{name}`；那里可能写成了另一个名称。",
    ),
    "explain-tape-closed": (
        "`{target}` was computed after the recording had ended.",
        "`{target}` 是在记录结束之后计算的。",
    ),
    "explain-tape-closed-fix": (
        "Move the line that computes `{target}` into the %%tape cell (in a script: into the `with` block).",
        "请把计算 `{target}` 的那一行移到 %%tape 单元格中（在脚本中：移到 `with` 块内）。",
    ),
    "explain-saturated": (
        "`{operation}` is saturated: its input lies so far out that the curve is flat there.",
        "`{operation}` 已饱和：输入太大（或太小），曲线在那里是平的。",
    ),
    "explain-saturated-fix": (
        "Bring its input near 0: scale the data, start with smaller weights, or take the logits (from_logits=True).",
        "请让它的输入接近 0：缩放数据、用更小的初始权重，或直接使用 logits（from_logits=True）。",
    ),
    "explain-zero-slope": (
        "the slope of `{operation}` is 0 at this point.",
        "`{operation}` 在这一点的斜率为 0。",
    ),
    "explain-zero-slope-fix": (
        "Start from another point, or use something with a slope there: tf.nn.leaky_relu for relu, no clipping, a "
        "factor that is not 0.",
        "请换一个起点，或使用在那里有斜率的写法：用 tf.nn.leaky_relu 代替 relu，不要截断，因子不要为 0。",
    ),
    "explain-not-finite": (
        "`{operation}` is the first operation whose result is not finite; its inputs were {inputs}.",
        "`{operation}` 是第一个结果不是有限数的运算；它的输入是 {inputs}。",
    ),
    "explain-not-finite-backward": (
        "the value is finite, but the derivative of `{operation}` is not; its inputs were {inputs}.",
        "数值是有限的，但 `{operation}` 的导数不是；它的输入是 {inputs}。",
    ),
    "explain-not-finite-fix": (
        "Keep its input where it is defined: tf.math.log(x + 1e-7), tf.sqrt(x + 1e-12), tf.math.divide_no_nan(a, b); "
        "inside tf.where make both branches safe.",
        "请让输入处在有定义的范围内：tf.math.log(x + 1e-7)、tf.sqrt(x + 1e-12)、tf.math.divide_no_nan(a, b)；"
        "在 tf.where 中要使两个分支都安全。",
    ),
}
