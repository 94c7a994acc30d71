"""Sentences of the step-through and of the rules: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "steps-no-rules": (
        "This TensorFlow does not hand out the derivatives of single operations ({detail}), so the backward pass "
        "cannot be walked through. Gradients work as ever: `%grad`.",
        "此版本的 TensorFlow 不提供单个运算的导数（{detail}），因此无法逐步演示反向传播。梯度计算不受影响：请用 `%grad`。",
    ),
    "rule-general": (
        "the adjoint times the operation's own derivative (a vector-Jacobian product)",
        "伴随乘以该运算自身的导数（向量-雅可比积）",
    ),
    "rule-function": (
        "a tf.function is differentiated as one operation: the adjoint times its derivative",
        "tf.function 作为一个整体求导：伴随乘以它的导数",
    ),
    "rule-custom": (
        "not the recorded operation's own derivative: a custom gradient, with the numbers of TensorFlow's tape",
        "这里用的不是所记录运算自身的导数，而是自定义梯度；数值取自 TensorFlow 的梯度带",
    ),
    "rule-blocked": (
        "flat or undefined everywhere: TensorFlow passes nothing on",
        "处处为常数或没有导数：TensorFlow 不再向前传递",
    ),
    "rule-broadcast": (
        "an input that was broadcast gets the sum over the axes it was spread along",
        "被广播的输入，其伴随沿广播的轴求和",
    ),
    "rule-complex": (
        "for complex numbers the factors are conjugated",
        "对于复数，各因子取共轭",
    ),
    "rule-spread": (
        "spread: the adjoint is repeated along the axes that were reduced",
        "spread：伴随沿被归约的轴重复",
    ),
    "rule-ties": (
        "only where the extreme value is, shared equally among ties",
        "只传给取到最值的元素；并列时平均分配",
    ),
    "rule-cumulative": (
        "reverse_cumsum: summed from the other end",
        "reverse_cumsum：从另一端累加",
    ),
    "rule-bias": (
        "channel_sum: summed over all axes but the channels",
        "channel_sum：沿通道以外的所有轴求和",
    ),
    "rule-chosen": (
        "each number goes to the input that was chosen; c is 1 where the condition holds and 0 elsewhere",
        "每个数只传给被选中的输入；条件成立处 c 为 1，其余为 0",
    ),
    "rule-chosen-number": (
        "passes only where x is within the bounds",
        "只有 x 在界限之内时才传递",
    ),
    "rule-elsewhere-zero": (
        "each number goes back to where it was taken from; all others get zero",
        "每个数回到它被取出的位置，其余位置为零",
    ),
    "rule-last-axis": ("Σ: over the last axis", "Σ：沿最后一个轴"),
    "rule-logits": (
        "softmax and Σ: over the last axis; one adjoint for each row",
        "softmax 与 Σ：沿最后一个轴；每行一个伴随",
    ),
    "rule-einsum": (
        "the same kind of product, of the adjoint and the other inputs",
        "同类的乘积：由伴随与其余输入相乘",
    ),
    "rule-triangle": (
        "only the triangle that was used has a derivative",
        "只有所用到的三角部分才有导数",
    ),
    "rule-cholesky": (
        "half_tril: the lower triangle with half its diagonal; sym: the mean of a matrix and its transpose",
        "half_tril：下三角，对角线减半；sym：矩阵与其转置的平均",
    ),
    "rule-rearranged": (
        "the numbers only change places: each adjoint goes back to where its number came from",
        "数值只是换了位置：每个伴随回到其数值原来的位置",
    ),
    "rule-copies": (
        "the adjoints of all copies are added",
        "所有副本的伴随相加",
    ),
    "rule-scatter-add": (
        "scatter_add: each row's adjoint is added to the row it was taken from; a row taken twice gets two",
        "scatter_add：每一行的伴随加回它被取出的那一行；取出两次的行得到两份",
    ),
    "rule-segments": (
        "each row gets the adjoint of the sum it went into",
        "每一行得到它所归入的那个和的伴随",
    ),
    "rule-convolution": (
        "to the image: the adjoint convolved with the turned kernel; to the kernel: image and adjoint correlated",
        "对图像：伴随与翻转后的卷积核作卷积；对卷积核：图像与伴随作互相关",
    ),
    "rule-max-pool": (
        "the adjoint of each window goes to its largest number",
        "每个窗口的伴随传给其中最大的数",
    ),
    "rule-mean-pool": (
        "the adjoint of each window is shared equally among its numbers",
        "每个窗口的伴随平均分给其中的各个数",
    ),
    "rule-batch-norm": (
        "hat(x) = (x - mean)/std over the batch, which x itself moves",
        "hat(x) = (x - 均值)/标准差，在批次上计算，因而也随 x 变化",
    ),
    "steps-head": (
        "Backward pass from {target}, steps: {count}. An adjoint, such as z̄, is the derivative of {target} by that value.",
        "{target} 的反向传播：共 {count} 步。伴随（如 z̄）是 {target} 对该值的导数。",
    ),
    "steps-none": (
        "Backward pass from {target}: no step. Nothing recorded leads from a source to it; `%grad {target} --explain` says why.",
        "{target} 的反向传播：没有任何步骤。没有已记录的运算从自变量通向它；用 `%grad {target} --explain` 查看原因。",
    ),
    "steps-unseen": (
        "Operations whose values were not kept: {count}. The pass cannot be followed through them; record again "
        "with values, or raise --max-memory.",
        "有 {count} 个运算的值未保留，无法逐步追踪；请保留数值重新记录，或增大 --max-memory。",
    ),
    "steps-where": ("{operation}, line {line}", "{operation}，第 {line} 行"),
    "steps-inside": ("{operation} in {expression}", "{expression} 中的 {operation}"),
    "steps-with": ("with", "其中"),
    "steps-to": ("to {owner}", "给 {owner}"),
    "steps-so-far": (", in all {total}", "，累计 {total}"),
    "steps-large": ("{shape}, norm {norm}", "{shape}，范数 {norm}"),
    "steps-unnamed": ("input {place}", "第 {place} 个输入"),
    "steps-unknown": (
        "(not told apart: another input was computed from this one)",
        "（无法单独给出：另一个输入由它计算而来）",
    ),
    "steps-term": (" (term {term} of {terms})", "（第 {term} 项，共 {terms} 项）"),
    "steps-rule": ("rule", "规则"),
    "steps-arrives": ("arrives", "传入"),
    "steps-adds": ("adds", "贡献"),
    "steps-complete": ("complete: this is the adjoint", "已完成：这就是伴随"),
    "steps-operation": ("operation", "运算"),
    "steps-result": ("Result: {name} = {value}", "结果：{name} = {value}"),
    "steps-left-out": ("… {count} more …", "… 另有 {count} 步 …"),
    "steps-caption": ("Backward pass from {target}", "{target} 的反向传播"),
    "steps-title": ("{number}. {title}  ({where})", "{number}. {title}（{where}）"),
    "steps-place": ("step {number} of {count}", "第 {number} 步，共 {count} 步"),
    "steps-list": ("the operations, in the order of the backward pass", "按反向传播顺序排列的运算"),
    "steps-all": ("All steps as a table", "以表格查看全部步骤"),
    "steps-first": ("First", "开头"),
    "steps-first-step": ("First step", "第一步"),
    "steps-previous": ("Back", "上一步"),
    "steps-previous-step": ("Previous step", "上一步"),
    "steps-play": ("Play", "播放"),
    "steps-pause": ("Pause", "暂停"),
    "steps-play-all": ("Walk on by itself, one step after another", "自动逐步播放"),
    "steps-next": ("Next", "下一步"),
    "steps-next-step": ("Next step", "下一步"),
    "steps-last": ("Last", "末尾"),
    "steps-last-step": ("Last step", "最后一步"),
    "steps-slider": ("Step", "步骤"),
}
