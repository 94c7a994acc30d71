"""Sentences of a training's diagnosis: `{key: (English, Simplified Chinese)}`; each is one sentence."""

SENTENCES: dict[str, tuple[str, str]] = {
    "diagnosis-line": (" (line {line}: `{expression}`)", "（第 {line} 行：`{expression}`）"),
    "diagnosis-rows": (" for the last batch", "（按最后一批数据）"),
    "diagnosis-kind-diverged": ("diverged", "发散"),
    "diagnosis-kind-rate-too-high": ("learning rate too high", "学习率过大"),
    "diagnosis-kind-unscaled-data": ("data not scaled", "数据未缩放"),
    "diagnosis-kind-exploding": ("exploding gradient", "梯度爆炸"),
    "diagnosis-kind-oscillation": ("oscillation", "振荡"),
    "diagnosis-kind-vanishing": ("vanishing gradient", "梯度消失"),
    "diagnosis-kind-dead-relu": ("dead relu", "ReLU 失活"),
    "diagnosis-kind-plateau": ("plateau", "停滞"),
    "diagnosis-kind-none": ("nothing found", "未见异常"),
    "diagnosis-head": ("{kind}, since step {since}{at}", "{kind}，自第 {since} 步起{at}"),
    "diagnosis-warning": (
        "gradmagic: {head}. The run's `.diagnosis` says why, and what to try.",
        "gradmagic：{head}。结果的 `.diagnosis` 会说明原因和办法。",
    ),
    "diagnosis-none": (
        "Nothing in the record points to a problem: the loss went from {first} to {last}.",
        "记录中没有异常迹象：损失从 {first} 变到 {last}。",
    ),
    # What.
    "diagnosis-what-diverged": (
        "The loss has grown from {low} since step {since} and was {loss} at step {step}.",
        "损失从第 {since} 步的 {low} 起不断增大，到第 {step} 步成为 {loss}。",
    ),
    "diagnosis-what-diverged-spot": (
        "The loss has grown from {low} since step {since} and was {loss} at step {step}, where {operation}{at} was the first operation to leave the finite numbers.",
        "损失从第 {since} 步的 {low} 起不断增大，到第 {step} 步成为 {loss}，最先离开有限数的运算是 {operation}{at}。",
    ),
    "diagnosis-what-undefined": (
        "The loss was {low} at step {since} and {loss} at step {step}: {operation}{at} was the first operation to leave the finite numbers.",
        "第 {since} 步的损失还是 {low}，第 {step} 步就成了 {loss}：最先离开有限数的运算是 {operation}{at}。",
    ),
    "diagnosis-what-sudden": (
        "The loss was {low} at step {since} and {loss} at step {step}.",
        "第 {since} 步的损失还是 {low}，第 {step} 步就成了 {loss}。",
    ),
    "diagnosis-what-growing": (
        "The loss has grown since step {since}, from {low} to {high}.",
        "损失从第 {since} 步起不断增大，由 {low} 到 {high}。",
    ),
    "diagnosis-what-swinging": (
        "Since step {since} the loss only goes up and down, between {low} and {high}.",
        "从第 {since} 步起，损失只在 {low} 与 {high} 之间上下摆动。",
    ),
    "diagnosis-what-spike": (
        "At step {since} the gradient was {times} times its usual norm, and the loss rose from {low} to {high}.",
        "第 {since} 步的梯度是通常大小的 {times} 倍，损失由 {low} 升到 {high}。",
    ),
    "diagnosis-what-stalled": (
        "The loss has stood still at {loss} since step {since}.",
        "从第 {since} 步起，损失停在 {loss} 不动。",
    ),
    # Why.
    "diagnosis-why-rate": (
        "The learning rate was {rate}, and gradient descent is stable only below {formula} = {bound}, where lambda_max = {curvature} is the largest eigenvalue of the Hessian at step {at}{rows}.",
        "学习率是 {rate}，而梯度下降只在 {formula} = {bound} 以下才稳定，其中 lambda_max = {curvature} 是第 {at} 步 Hessian 矩阵的最大特征值{rows}。",
    ),
    "diagnosis-why-rate-unknown": (
        "Steps at the learning rate {rate} are too long for this loss.",
        "学习率 {rate} 对这个损失来说步子太大。",
    ),
    "diagnosis-why-unseen": (
        "Its Python does something at each call, so it was not called again to find the operation.",
        "它的 Python 代码每次调用都有副作用，因此没有再次调用它来找出那个运算。",
    ),
    "diagnosis-why-unbounded": (
        "Before that it fell from {first} without coming to a smallest value: nothing stops the variables from growing.",
        "在那之前它从 {first} 一路下降而没有最小值：没有什么阻止变量不断增大。",
    ),
    "diagnosis-why-no-rate": (
        "The steps that the optimizer makes are too long for this loss.",
        "优化器的步子对这个损失来说太大。",
    ),
    "diagnosis-why-input": (
        "There it read {span}, for which its result is not a finite number.",
        "它在那里读到 {span}，结果不是有限数。",
    ),
    "diagnosis-why-input-backward": (
        "There it read {span}, for which its derivative is not a finite number.",
        "它在那里读到 {span}，导数不是有限数。",
    ),
    "diagnosis-why-far": (
        "{name}{at} has mean {mean} and standard deviation {deviation}, far from 0, so that no learning rate suits all variables.",
        "{name}{at} 的均值为 {mean}，标准差为 {deviation}，离 0 很远，没有哪个学习率适合所有变量。",
    ),
    "diagnosis-why-far-rate": (
        "{name}{at} has mean {mean} and standard deviation {deviation}, so that lambda_max, the largest eigenvalue of the Hessian{rows}, is {curvature}, and gradient descent is stable only below {formula} = {bound}.",
        "{name}{at} 的均值为 {mean}，标准差为 {deviation}，使 Hessian 矩阵的最大特征值{rows} lambda_max 为 {curvature}，梯度下降只在 {formula} = {bound} 以下才稳定。",
    ),
    "diagnosis-why-wide": (
        "{name}{at} varies by {deviation} and another column by {typical}, so that no learning rate suits all variables.",
        "{name}{at} 的标准差为 {deviation}，另一列为 {typical}，没有哪个学习率适合所有变量。",
    ),
    "diagnosis-why-wide-rate": (
        "{name}{at} varies by {deviation} and another column by {typical}, so that lambda_max, the largest eigenvalue of the Hessian{rows}, is {curvature}, and gradient descent is stable only below {formula} = {bound}.",
        "{name}{at} 的标准差为 {deviation}，另一列为 {typical}，使 Hessian 矩阵的最大特征值{rows} lambda_max 为 {curvature}，梯度下降只在 {formula} = {bound} 以下才稳定。",
    ),
    "diagnosis-why-exploding": (
        "On its way back the gradient grows from {small} an entry in {last} to {large} in {first}.",
        "梯度在反向传播中由 {last} 的每个元素 {small} 增大到 {first} 的 {large}。",
    ),
    "diagnosis-why-exploding-weights": (
        "A stack of layers multiplies it: at the start the gradient was up to {ratio} times as large as the weights it is to change.",
        "层层相乘使它变大：开始时梯度就达到它要改变的权重的 {ratio} 倍。",
    ),
    "diagnosis-why-spike": (
        "A single step as long as this undoes what many have learned.",
        "这样长的一步会毁掉许多步学到的东西。",
    ),
    "diagnosis-why-vanishing": (
        "On its way back{at} the gradient shrinks from {large} an entry in {last} to {small} in {first}, too little for it to learn.",
        "梯度在反向传播中{at}由 {last} 的每个元素 {large} 缩小到 {first} 的 {small}，小得无法学习。",
    ),
    "diagnosis-why-saturated": (
        "{operation}{at} is saturated: at its inputs, {span}, its slope is nearly 0.",
        "{operation}{at} 已饱和：输入为 {span}，那里的斜率几乎为 0。",
    ),
    "diagnosis-why-dead": (
        "{dead} of {units} units of {operation}{at} are 0 for every row, and no gradient passes through a 0.",
        "{operation}{at} 的 {units} 个单元中有 {dead} 个对每一行都是 0，而 0 处没有梯度通过。",
    ),
    "diagnosis-why-slow": (
        "The gradient's norm is still {norm}, but steps at the learning rate {rate} are too short for it.",
        "梯度的范数仍是 {norm}，但学习率 {rate} 的步子太小。",
    ),
    "diagnosis-why-saddle": (
        "The gradient is nearly 0 (norm {norm}), but this is no minimum: the Hessian has the eigenvalue {curvature}, so the loss falls on either side.",
        "梯度几乎为 0（范数 {norm}），但这不是极小值：Hessian 矩阵有特征值 {curvature}，向两侧走损失都会下降。",
    ),
    # What to try.
    "diagnosis-try-rate": (
        "Try `train(..., learning_rate={rate})`, in a cell `--learning-rate {rate}`.",
        "试试 `train(..., learning_rate={rate})`，在单元格中用 `--learning-rate {rate}`。",
    ),
    "diagnosis-try-bound": (
        "Check the sign of the loss, or add a term that grows with the variables, such as `0.01 * tf.reduce_sum(w**2)`.",
        "请检查损失的正负号，或加上一项随变量增大的惩罚，例如 `0.01 * tf.reduce_sum(w**2)`。",
    ),
    "diagnosis-try-debug": (
        "Call `tf.debugging.enable_check_numerics()` before the next training: TensorFlow then stops at that operation.",
        "请在下次训练前调用 `tf.debugging.enable_check_numerics()`：TensorFlow 会停在那个运算上。",
    ),
    "diagnosis-try-scale-column": (
        "Scale it first: take {mean} from {name}, and divide by {deviation}.",
        "请先缩放：从 {name} 减去 {mean}，再除以 {deviation}。",
    ),
    "diagnosis-try-scale-columns": (
        "Scale the columns first: `{array} = {array} / tf.reduce_max(tf.abs({array}), axis=0)`.",
        "请先缩放各列：`{array} = {array} / tf.reduce_max(tf.abs({array}), axis=0)`。",
    ),
    "diagnosis-try-shorter": (
        "Make the optimizer's steps a tenth as long.",
        "请把优化器的步子缩短到十分之一。",
    ),
    "diagnosis-try-scale-far": (
        "Scale it first: `{name} = ({name} - {mean}) / {deviation}`.",
        "请先缩放：`{name} = ({name} - {mean}) / {deviation}`。",
    ),
    "diagnosis-try-clip": (
        "Try `train(..., clip_global_norm=1.0)`, or smaller weights at the start.",
        "试试 `train(..., clip_global_norm=1.0)`，或更小的初始权重。",
    ),
    "diagnosis-try-safe": (
        "Keep its input where it is defined: `{example}`.",
        "请让它的输入处在有定义的范围内：`{example}`。",
    ),
    "diagnosis-try-relu": (
        'Try `activation="relu"` in place of sigmoid or tanh, and larger weights at the start, as `"he_normal"` makes them.',
        '试试用 `activation="relu"` 代替 sigmoid 或 tanh，并用更大的初始权重，例如 `"he_normal"`。',
    ),
    "diagnosis-try-logits": (
        "Bring its inputs near 0: scale the data, start with smaller weights, or give a loss the logits (`from_logits=True`).",
        "请让它的输入接近 0：缩放数据、用更小的初始权重，或把 logits 交给损失（`from_logits=True`）。",
    ),
    "diagnosis-try-leaky": (
        "Start again with `tf.nn.leaky_relu` and a smaller learning rate, such as `learning_rate={rate}`.",
        "请改用 `tf.nn.leaky_relu` 和更小的学习率（例如 `learning_rate={rate}`）重新开始。",
    ),
    "diagnosis-try-leaky-alone": (
        "Start again with `tf.nn.leaky_relu` and shorter steps.",
        "请改用 `tf.nn.leaky_relu` 和更小的步子重新开始。",
    ),
    "diagnosis-try-start": (
        "Start elsewhere: `w.assign(tf.random.normal(w.shape, stddev=0.1))`.",
        "请换一个起点：`w.assign(tf.random.normal(w.shape, stddev=0.1))`。",
    ),
}
