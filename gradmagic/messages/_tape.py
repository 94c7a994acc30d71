"""Sentences of `tape`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "tape-no-hook": (
        "this TensorFlow does not report its operations ({detail}): gradients work, the list of operations stays empty. "
        "`gradmagic doctor` tells which versions do.",
        "当前的 TensorFlow 不报告它执行的运算（{detail}）：梯度照常可用，但运算列表为空。"
        "运行 `gradmagic doctor` 可查看哪些版本支持。",
    ),
    "tape-target-kind": (
        "{label} is {value} of type {kind}, not a tensor: compute it inside the recording with TensorFlow's operations "
        "(float(), .numpy() and NumPy leave the tape).",
        "{label} 是 {value}（类型 {kind}），不是张量：请在记录中用 TensorFlow 的运算来计算它"
        "（float()、.numpy() 和 NumPy 都会脱离记录）。",
    ),
    "tape-target-dtype": (
        "{label} has dtype {dtype} (shape {shape}), which has no derivative: compute it from floating numbers, "
        "for example tf.cast(x, tf.float32).",
        "{label} 的 dtype 是 {dtype}（形状 {shape}），没有导数：请用浮点数计算它，例如 tf.cast(x, tf.float32)。",
    ),
    "tape-source-kind": (
        "{label} is {value} of type {kind}, not a tensor: differentiate by a tf.Variable or a watched tensor, "
        "for example tf.Variable(3.0).",
        "{label} 是 {value}（类型 {kind}），不是张量：请对 tf.Variable 或已监视的张量求导，例如 tf.Variable(3.0)。",
    ),
    "tape-source-dtype": (
        "{label} has dtype {dtype} (shape {shape}); only floating or complex numbers have derivatives: "
        "write 3.0 instead of 3, or tf.cast(x, tf.float32).",
        "{label} 的 dtype 是 {dtype}（形状 {shape}）；只有浮点数或复数才有导数：请写 3.0 而不是 3，或用 tf.cast(x, tf.float32)。",
    ),
    "tape-argument": (
        "an argument is {value} of type {kind}, which cannot become a tensor: give a number, an array or a tensor.",
        "参数是 {value}（类型 {kind}），不能转换成张量：请给出数字、数组或张量。",
    ),
    "tape-no-sources": (
        "no source to differentiate by: give a tf.Variable or a watched tensor, for example `%grad loss w`.",
        "没有给出求导的对象：请给出 tf.Variable 或已监视的张量，例如 `%grad loss w`。",
    ),
    "tape-order": (
        "order {order} is not a whole number from 1: `--order 2` is the second derivative.",
        "阶数 {order} 不是从 1 开始的整数：`--order 2` 表示二阶导数。",
    ),
    "tape-memory": (
        "max_memory {size} is not a size: write a number with a unit, such as 256MB or 1GB.",
        "max_memory {size} 不是有效的大小：请写数字加单位，例如 256MB 或 1GB。",
    ),
    "tape-used": (
        "this Tape has recorded already: make a new one, `with gm.Tape() as tape:`.",
        "这个 Tape 已经用过：请新建一个，`with gm.Tape() as tape:`。",
    ),
    "tape-empty": (
        "this Tape has recorded nothing yet: compute inside `with gm.Tape() as tape:` first.",
        "这个 Tape 还没有记录任何内容：请先在 `with gm.Tape() as tape:` 中进行计算。",
    ),
    "tape-argnums": (
        "argnums names argument {position}, but {count} came: positions count from 0.",
        "argnums 指定了第 {position} 个参数，但只给了 {count} 个：位置从 0 开始计数。",
    ),
    "tape-result": ("the function's result", "函数的返回值"),
    "tape-callable": (
        "{value} is of type {kind}, not a function: give a function of tensors, for example `lambda x: x**3`.",
        "{value} 的类型是 {kind}，不是函数：请给出以张量为参数的函数，例如 `lambda x: x**3`。",
    ),
    "tape-jacobian-target": (
        "a Jacobian is taken of one tensor, but a {kind} of {count} came: stack them first, for example tf.stack([...]).",
        "雅可比矩阵只对一个张量求取，但给出的是含 {count} 个元素的 {kind}：请先合并，例如 tf.stack([...])。",
    ),
    "tape-not-one": (
        "one derivative is needed here, but there are {count}: take one by its place, for example g[0].",
        "这里需要一个导数，但现在有 {count} 个：请按位置取出一个，例如 g[0]。",
    ),
    "tape-no-point": (
        "{name} is a function: give the point too, for example `%grad {name} 2.0`.",
        "{name} 是函数：还需要给出求导的点，例如 `%grad {name} 2.0`。",
    ),
    "tape-none-constant": (
        "the derivative of order {order} is None: the one before it no longer depends on `{name}` (it is constant).",
        "第 {order} 阶导数为 None：前一阶导数已不再依赖 `{name}`（它是常数）。",
    ),
    "tape-none-not-watched": (
        "None: `{name}` is a constant that the tape does not watch. Write `%%tape --watch {name}`, or make it a "
        "Variable: {name} = tf.Variable(...).",
        "None：`{name}` 是常量，记录没有监视它。请写 `%%tape --watch {name}`，或把它改成变量：{name} = tf.Variable(...)。",
    ),
    "tape-none-not-connected": (
        "None: `{target}` was not computed from `{name}` with TensorFlow's operations.",
        "None：`{target}` 不是用 TensorFlow 的运算从 `{name}` 计算得到的。",
    ),
    "tape-no-gradient": (
        "TensorFlow has no derivative of order {order} here: its operation {operation} cannot be differentiated. Write "
        "that step with other operations.",
        "TensorFlow 在这里没有第 {order} 阶导数：它的运算 {operation} 不可微。请改用其他运算来写这一步。",
    ),
    "tape-unconnected": (
        'unconnected_gradients {value}: it is "none" (a missing derivative is None) or "zero".',
        'unconnected_gradients {value}：只能是 "none"（缺失的导数为 None）或 "zero"。',
    ),
    "tape-batch": (
        "a batch Jacobian needs a target and a source with the same number of rows, but their shapes are {target} and "
        "{source}: use --jacobian.",
        "批量雅可比矩阵要求目标与自变量的行数相同，但它们的形状是 {target} 和 {source}：请用 --jacobian。",
    ),
    "tape-newton-none": (
        "Newton's step needs a derivative by every source, but one of them is None: leave that source out.",
        "牛顿步需要对每个自变量的导数，但其中有一个为 None：请去掉那个自变量。",
    ),
    "tape-newton-saddle": (
        "The Hessian is indefinite here (smallest eigenvalue {least}): this step leads towards a saddle point{way}. To go "
        "down, take a gradient step, or add λ > {damping} to the Hessian's diagonal: solve (H + λI)·Δ = -g.",
        "黑塞矩阵在这里是不定的（最小特征值 {least}）：这一步走向鞍点{way}。若要下降，请改用梯度步，"
        "或给黑塞矩阵的对角线加上 λ > {damping}：解 (H + λI)·Δ = -g。",
    ),
    "tape-newton-maximum": (
        "The Hessian has no positive eigenvalue here (smallest {least}): this step leads towards a maximum{way}. To go "
        "down, take a gradient step, or add λ > {damping} to the Hessian's diagonal: solve (H + λI)·Δ = -g.",
        "黑塞矩阵在这里没有正特征值（最小为 {least}）：这一步走向极大值{way}。若要下降，请改用梯度步，"
        "或给黑塞矩阵的对角线加上 λ > {damping}：解 (H + λI)·Δ = -g。",
    ),
    "tape-newton-goes-up": (", and `{target}` rises along it", "，并且 `{target}` 沿它上升"),
    "tape-newton-goes-down": (
        ", though `{target}` falls along it at first",
        "，尽管 `{target}` 起初沿它下降",
    ),
    "tape-newton-goes-nowhere": ("", ""),
    "tape-newton-uphill": (
        "`{target}` rises along this step, since the Hessian is not positive definite here. To go down, take a gradient "
        "step, or add a positive λ to the Hessian's diagonal until it is: solve (H + λI)·Δ = -g.",
        "`{target}` 沿这一步上升，因为黑塞矩阵在这里不是正定的。若要下降，请改用梯度步，"
        "或给黑塞矩阵的对角线加上足够大的正数 λ：解 (H + λI)·Δ = -g。",
    ),
    "tape-newton-singular": (
        "Newton's step divides by the Hessian, which is singular here: take a gradient step, or another point.",
        "牛顿步要除以黑塞矩阵，而它在这里是奇异的：请改用梯度步，或换一个点。",
    ),
    "tape-vector": (
        "the vector has shape {came}, but {needed} is needed: it goes with `{name}`.",
        "向量的形状是 {came}，但需要 {needed}：它应与 `{name}` 的形状一致。",
    ),
    "memory-out": ("TensorFlow ran out of memory.", "TensorFlow 内存不足。"),
    "memory-out-operation": (
        "TensorFlow ran out of memory in the operation {operation}.",
        "TensorFlow 在执行运算 {operation} 时内存不足。",
    ),
    "memory-out-line": (
        "TensorFlow ran out of memory on line {line}, `{expression}`.",
        "TensorFlow 在第 {line} 行 `{expression}` 处内存不足。",
    ),
    "memory-operation": ("It was computing {operation}.", "当时正在计算 {operation}。"),
    "memory-tensor": (
        "One tensor of shape {shape}, {dtype}, needs {size}.",
        "单是一个形状为 {shape}、类型为 {dtype} 的张量就需要 {size}。",
    ),
    "memory-amount": ("The compiled program asked for {size}.", "编译后的程序要求 {size}。"),
    "memory-free": ("This machine has {size} free.", "本机还有 {size} 可用。"),
    "memory-held": (
        "TensorFlow already holds {size} on {device}.",
        "TensorFlow 在 {device} 上已占用 {size}。",
    ),
    "memory-device": ("It was on {device}.", "所用设备是 {device}。"),
    "memory-lower": (
        "Lower what makes it large: fewer rows at a time (`%train ... --batch 32`), smaller layers, float32 instead of float64. "
        "A recording keeps what its cell computed until its name is deleted: `del tape`.",
        "请减小占用：每次少取几行（`%train ... --batch 32`），用更小的层，用 float32 代替 float64。"
        "记录会保留单元格算出的一切，直到删除它的名字：`del tape`。",
    ),
}
