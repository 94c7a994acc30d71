"""Sentences of `check`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "check-no-replay": (
        "this TensorFlow cannot repeat a recorded operation ({detail}). `gradmagic doctor` tells which versions do.",
        "当前的 TensorFlow 不能重新执行已记录的运算（{detail}）。运行 `gradmagic doctor` 可查看哪些版本支持。",
    ),
    "check-no-values": (
        "the recording kept no values at {operation}, so it cannot be repeated: record again with values "
        '(`max_memory="1GB"` keeps more, `%%tape --max-memory 1GB`).',
        "记录在 {operation} 处没有保留数值，因此无法重算：请保留数值后重新记录"
        '（`max_memory="1GB"` 或 `%%tape --max-memory 1GB` 可保留更多）。',
    ),
    "check-order": (
        "order {order} cannot be checked: 1 is the gradient, 2 the gradient and the Hessian.",
        "无法检查阶数 {order}：1 表示梯度，2 表示梯度和黑塞矩阵。",
    ),
    "check-limit": (
        "limit {limit} is not a whole number from 1: it is how often the target may be computed.",
        "limit {limit} 不是从 1 开始的整数：它是允许计算目标的次数。",
    ),
    "check-not-repeatable": (
        "the recording cannot be checked: repeated with the same values, {operation} (line {line}, `{expression}`) gives "
        "another result. Either it is random, or a Variable that it reads has changed since: record again, then check.",
        "无法检查这份记录：用相同的数值重算时，{operation}（第 {line} 行，`{expression}`）给出了不同的结果。"
        "它可能是随机的，也可能它读取的变量后来被改过：请重新记录，然后再检查。",
    ),
    "check-target": ("target", "目标"),
    "check-narrow": (
        "{operations} runs only in its recorded precision, so the differences are less exact.",
        "{operations} 只能以记录时的精度运行，因此差分不够精确。",
    ),
    "check-weighted": (
        "The derivatives of the sum agree, those of its single terms do not: the target's entries were weighted.",
        "总和的导数一致，但各项的导数不一致：检查时对目标的各个元素加了权重。",
    ),
    "check-stopped": (
        "`tf.stop_gradient` was held constant in the differences too, as the gradient takes it.",
        "差分中同样把 `tf.stop_gradient` 视为常数，与梯度的处理方式一致。",
    ),
    "check-assigned": (
        "`{name}` was assigned to during the recording; TensorFlow's gradient does not follow assignments, the differences do.",
        "`{name}` 在记录过程中被赋值；TensorFlow 的梯度不会跟踪赋值，而差分会。",
    ),
    "check-random": (
        "{target} gives another value each time: its random numbers were held as they were drawn in the recording.",
        "{target} 每次给出的值都不同：检查时随机数固定为记录时抽取的值。",
    ),
    "check-left": (
        "{target} itself changes with `{name}` otherwise than its recording does: part of it left TensorFlow (NumPy, .numpy(), "
        "float()), and the gradient misses that part. Use TensorFlow's operations throughout.",
        "{target} 本身随 `{name}` 的变化与记录不一致：其中一部分脱离了 TensorFlow（NumPy、.numpy() 或 float()），"
        "梯度缺少了这一部分。请全程使用 TensorFlow 的运算。",
    ),
    "check-right": ("The gradient of {target} is right.", "{target} 的梯度正确。"),
    "check-right-second": (
        "The gradient and the Hessian of {target} are right.",
        "{target} 的梯度和黑塞矩阵都正确。",
    ),
    "check-wrong": ("The gradient of {target} is wrong.", "{target} 的梯度有误。"),
    "check-wrong-second": (
        "The gradient of {target} is right, its Hessian is wrong.",
        "{target} 的梯度正确，但黑塞矩阵有误。",
    ),
    "check-not-finite": (
        "The gradient of {target} cannot be checked here: it, or the target, is not finite.",
        "无法在此处检查 {target} 的梯度：梯度或目标不是有限数。",
    ),
    "check-worst": (
        "furthest off: {entry}: TensorFlow {automatic}, central difference {numeric}, relative error {error}",
        "偏差最大：{entry}：TensorFlow 为 {automatic}，中心差分为 {numeric}，相对误差 {error}",
    ),
    "check-entry-direction": ("{source} along a random direction", "{source} 沿随机方向"),
    "check-entry-second": ("Hessian times a vector, {entry}", "黑塞矩阵乘向量，{entry}"),
    "check-smooth-not": (
        "not smooth at {entry}: left slope {left}, right slope {right}, TensorFlow takes {automatic}",
        "在 {entry} 处不光滑：左斜率 {left}，右斜率 {right}，TensorFlow 取 {automatic}",
    ),
    "check-jump": (
        "{entry} is where the function jumps, so there is no slope; TensorFlow takes {automatic}",
        "函数在 {entry} 处跳跃，没有斜率；TensorFlow 取 {automatic}",
    ),
    "check-edge": (
        "{entry} is at the edge of where the function is defined: compared from one side",
        "{entry} 位于函数定义域的边界：只从一侧比较",
    ),
    "check-more": ("… and {count} more", "……另有 {count} 处"),
    "check-where": ("line {line}, `{expression}`: {mistake}", "第 {line} 行，`{expression}`：{mistake}"),
    "check-mistake-sign": (
        "its derivative has the wrong sign; multiply it by -1.",
        "导数的符号反了；请乘以 -1。",
    ),
    "check-mistake-factor": (
        "its derivative is {factor} times what it should be.",
        "导数是应有值的 {factor} 倍。",
    ),
    "check-mistake-elements": (
        "its derivative is {factor} times what it should be, and {count} is a number of elements: a sum where a mean was "
        "asked, or a mean where a sum was.",
        "导数是应有值的 {factor} 倍，而 {count} 正是元素个数：可能是该求平均时求了和，或者相反。",
    ),
    "check-mistake-transpose": (
        "its derivative is transposed; look at the order of the matrix product, or transpose the Jacobian.",
        "导数被转置了；请检查矩阵乘法的顺序，或把雅可比矩阵转置。",
    ),
    "check-mistake-missing-term": (
        "a part of its derivative is missing.",
        "导数缺少了一部分。",
    ),
    "check-mistake-missing-part": (
        "the part of its derivative that goes through `{term}` is missing.",
        "导数缺少了经过 `{term}` 的那一部分。",
    ),
    "check-mistake-chain-rule": (
        "the derivative of the inner `{term}` is missing: multiply by it (chain rule).",
        "缺少内层 `{term}` 的导数：请乘上它（链式法则）。",
    ),
    "check-mistake-none": (
        "its derivative is wrong, in no way that has a name.",
        "导数有误，但不属于已知的类型。",
    ),
    "check-mistake-here": ("the mistake: {mistake}", "错误类型：{mistake}"),
    "check-column-source": ("source", "变量"),
    "check-column-compared": ("compared", "已比较"),
    "check-column-wrong": ("wrong", "有误"),
    "check-column-error": ("largest relative error", "最大相对误差"),
    "check-entries": ("{count} of {size} entries", "{size} 个元素中的 {count} 个"),
    "check-directions": ("{count} directions", "{count} 个方向"),
    "check-below": ("below {bound}", "小于 {bound}"),
    "check-how": (
        "central differences in {precision}, step {step}, {evaluations} evaluations",
        "{precision} 中心差分，步长 {step}，计算 {evaluations} 次",
    ),
    "check-incomplete": (
        "The limit of evaluations was reached: not everything was compared. A higher limit compares the rest.",
        "已达到计算次数上限：没有比较全部元素。提高 limit 可以比较其余部分。",
    ),
    "check-none": (
        "TensorFlow gives None for `{name}`, taken as 0 here, though {target} changes with it. `--explain` tells why.",
        "TensorFlow 对 `{name}` 给出 None（此处按 0 处理），但 {target} 确实随它变化。用 `--explain` 可查看原因。",
    ),
    "compare-why-complex": (
        "complex sources are not translated: split them into real and imaginary parts",
        "复数变量不翻译成公式：请拆成实部和虚部",
    ),
    "compare-why-derivative": (
        "`{expression}` has no derivative in closed form",
        "`{expression}` 没有闭式导数",
    ),
    "compare-why-value": (
        "the formula has no real value at this point",
        "公式在这一点没有实数值",
    ),
    "compare-why-size": (
        "the formula outgrows {limit} terms at {operation}: every shared value is written out again each time it is used",
        "公式在 {operation} 处超过 {limit} 项：共用的值每使用一次就要重新写出一遍",
    ),
    "compare-why-function": (
        "{operation} is one compiled operation: the records do not show what is inside",
        "{operation} 是一个编译好的整体运算：记录看不到它的内部",
    ),
    "compare-why-operation": ("{operation} has no translation", "{operation} 没有对应的公式"),
    "compare-why-elements": (
        "{name} has {count} elements, more than the {limit} that are written out one by one",
        "{name} 有 {count} 个元素，超过逐个写出的上限 {limit}",
    ),
    "compare-path": (
        "{name} has {what} (line {line} of it): the formula is that of the path taken at this point.",
        "{name} 含有{what}（第 {line} 行）：公式只对应在这一点所走的路径。",
    ),
    "compare-branch": ("a branch", "分支"),
    "compare-loop": ("a loop", "循环"),
    "compare-recursion": ("a call of itself", "递归调用"),
    "compare-no-target": (
        "a comparison is made of one tensor, but a {kind} of {count} came: add them up first, for example tf.add_n([...]).",
        "只能比较一个张量，但给出的是含 {count} 个元素的 {kind}：请先相加，例如 tf.add_n([...])。",
    ),
    "compare-why-many": (
        "{count} entries would take two evaluations each: only the curve, along one direction, is measured",
        "{count} 个元素每个都要计算两次：只沿一个方向测量误差曲线",
    ),
    "compare-head": ("Three ways to the derivative of {target}", "求 {target} 导数的三种方法"),
    "compare-automatic": ("automatic", "自动微分"),
    "compare-numeric": ("numeric", "数值微分"),
    "compare-symbolic": ("symbolic", "符号微分"),
    "compare-column-method": ("method", "方法"),
    "compare-column-value": ("value", "值"),
    "compare-column-error": ("error", "误差"),
    "compare-column-size": ("size", "规模"),
    "compare-size-automatic": ("{count} operations backward", "反向 {count} 个运算"),
    "compare-size-numeric": ("{count} evaluations", "计算 {count} 次"),
    "compare-size-symbolic": ("{count} operations in the formula", "公式含 {count} 个运算"),
    "compare-none": ("none: {reason}", "无：{reason}"),
    "compare-exact": ("exact", "精确"),
    "compare-size": (
        "The function took {recorded} recorded operations; as one formula it has {function}, its derivatives {derivative}.",
        "函数记录了 {recorded} 个运算；写成一个公式有 {function} 个运算，其导数有 {derivative} 个。",
    ),
    "compare-reference-symbolic": (
        "Errors are relative to the largest derivative of the formula, evaluated with 40 digits.",
        "误差相对于公式的最大导数，公式以 40 位精度求值。",
    ),
    "compare-reference-replay": (
        "Errors are relative to the largest derivative of the recording, repeated and differentiated in float64.",
        "误差相对于以 float64 重算并求导所得的最大导数。",
    ),
    "compare-reference-numeric": (
        "Errors are relative to the central differences: there is nothing more exact here.",
        "误差相对于中心差分：此处没有更精确的参照。",
    ),
    "compare-reference-automatic": (
        "Errors are relative to TensorFlow's derivative: there is nothing more exact here.",
        "误差相对于 TensorFlow 的导数：此处没有更精确的参照。",
    ),
    "compare-axis-step": ("step size", "步长"),
    "compare-axis-error": ("relative error", "相对误差"),
    "compare-axis-time": ("time in seconds", "用时（秒）"),
    "compare-no-time": ("none", "无"),
    "compare-line-numeric": (
        "difference, {precision}: {error} at {step}",
        "差分，{precision}：步长 {step} 时 {error}",
    ),
    "compare-line-automatic": ("automatic: {error}", "自动微分：{error}"),
    "compare-times": (
        'Times change from run to run: the picture has them, `report.plot()`; in seconds, `report["automatic"].seconds`.',
        '用时每次运行都不同：见图，`report.plot()`；以秒计：`report["automatic"].seconds`。',
    ),
    "compare-picture": (
        "Picture: the error of a central difference for {target} against its step, and the time of each way.",
        "图：求 {target} 导数时中心差分的误差随步长的变化，以及各方法的用时。",
    ),
    "compare-figure": (
        "Relative error of the central difference against its step size, both on logarithmic axes. {curves} The automatic "
        "derivative has error {automatic}. Times: {times}.",
        "中心差分的相对误差随步长的变化，两轴均为对数刻度。{curves}自动微分的误差为 {automatic}。用时：{times}。",
    ),
    "compare-figure-curve": (
        "In {precision} the smallest error is {error}, at step {step}.",
        "使用 {precision} 时最小误差为 {error}，步长为 {step}。",
    ),
    "compare-measure": ("reference", "参照"),
    "compare-rounding": ("← rounding: the difference loses its digits", "← 舍入误差：差值丢失有效数字"),
    "compare-bending": ("truncation: the curve bends →", "截断误差：曲线弯曲 →"),
    "check-symmetric": (
        "`{name}` is symmetric and only one triangle of it is read: TensorFlow spreads the gradient over both, which is right "
        "for every symmetric change.",
        "`{name}` 是对称矩阵，且只读取其中一个三角：TensorFlow 把梯度平均分到两个三角，这对任何保持对称的变化都是正确的。",
    ),
}
