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
}
