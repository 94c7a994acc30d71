"""Sentences about exercises and their checks: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    # The table.
    "exercise-table-check": ("check", "检查"),
    "exercise-table-result": ("result", "结果"),
    "exercise-table-points": ("points", "得分"),
    "exercise-state-passed": ("passed", "通过"),
    "exercise-state-failed": ("failed", "未通过"),
    "exercise-state-could-not-run": ("could not run", "未能运行"),
    "exercise-progress": (
        "{bar} so far {passed} of {checks} checks, {points} of {possible} points",
        "{bar} 目前通过 {passed}/{checks} 项检查，得 {points}/{possible} 分",
    ),
    # The labels of what is said about a check.
    "exercise-line-tried": ("tried", "测试"),
    "exercise-line-came": ("came", "得到"),
    "exercise-line-off": ("off by", "偏差"),
    "exercise-line-mistake": ("looks like", "像是"),
    "exercise-line-where": ("where", "位置"),
    "exercise-line-why": ("why", "原因"),
    "exercise-line-rule": ("but", "但是"),
    "exercise-line-note": ("note", "附注"),
    "exercise-line-hint": ("help", "帮助"),
    "exercise-hints-left": (
        "`%hint {name}` gives a hint ({left} left)",
        "`%hint {name}` 给出一条提示（还有 {left} 条）",
    ),
    # What came.
    "exercise-came-at": ("{value} at {place}", "{place} 处为 {value}"),
    "exercise-missing": (
        "`{name}` is not defined here: run the cell that defines it, or after a restart every cell above this one.",
        "此处没有定义 `{name}`：请运行定义它的单元格；若重启过内核，请运行上方的所有单元格。",
    ),
    "exercise-unanswered": (
        "`{name}` is still to be written: put your code in, run that cell, and check again.",
        "`{name}` 还没有写：请填入您的代码，运行该单元格，然后再检查。",
    ),
    "exercise-not-function": (
        "`{name}` is of type {kind}, and a function was asked for: has the name been given to something else? "
        "Run the cell that defines the function again.",
        "`{name}` 的类型是 {kind}，而题目要求的是函数：这个名称是否被赋给了别的东西？请重新运行定义该函数的单元格。",
    ),
    "exercise-needs": (
        "`{name}` has to pass first: this check builds on it.",
        "请先通过 `{name}`：这项检查以它为基础。",
    ),
    "exercise-raised": ("an error, {kind}: {text}", "出错 {kind}：{text}"),
    "exercise-raised-bare": ("an error, {kind}", "出错 {kind}"),
    "exercise-raised-at": ("line {line} of your cell: `{text}`", "您的单元格第 {line} 行：`{text}`"),
    "exercise-slow": (
        "nothing within {seconds} seconds, so it was stopped: does a loop never end?",
        "{seconds} 秒内没有结果，已停止：是否有循环一直不结束？",
    ),
    "exercise-large": (
        "more than a check takes in ({limit}): return the numbers that were asked for, and no more.",
        "超出检查所能接收的范围（{limit}）：请只返回题目要求的数。",
    ),
    "exercise-type": (
        "an object of type {kind}, where a number, an array or a tensor was asked for.",
        "类型为 {kind} 的对象，而题目要求的是数、数组或张量。",
    ),
    "exercise-printed": (
        "your code printed {count} characters meanwhile; they were left out.",
        "运行期间您的代码输出了 {count} 个字符，此处从略。",
    ),
    # How far off it is.
    "exercise-off-parts": (
        "{came} values came back, and {right} were asked for",
        "返回了 {came} 个值，而题目要求 {right} 个",
    ),
    "exercise-off-several": (
        "{came} numbers came back, where one was asked for",
        "返回了 {came} 个数，而题目只要求一个",
    ),
    "exercise-off-single": (
        "one number came back, where {right} were asked for",
        "只返回了一个数，而题目要求 {right} 个",
    ),
    "exercise-off-one-element": (
        "an array of one number, shape {came}, where the number alone was asked for: `float(...)` or `[0]` takes it out",
        "得到只含一个数的数组，形状为 {came}，而题目要求这个数本身：可用 `float(...)` 或 `[0]` 取出",
    ),
    "exercise-off-none": (
        "None is no number: is a `return` missing, or does the tape know nothing of what it was asked about?",
        "None 不是数：是否漏了 `return`，还是磁带没有监视所求的变量？",
    ),
    "exercise-off-not-none": ("a number came where None is right", "应为 None，却得到了数"),
    "exercise-off-not-finite": (
        "not a finite number: look for a division by zero, or the logarithm or root of a negative number",
        "不是有限的数：请检查是否除以零，或对负数取了对数或开了方",
    ),
    "exercise-off-below": ("too small: at least {bound} is asked for", "太小：至少应为 {bound}"),
    "exercise-off-above": ("too large: at most {bound} is asked for", "太大：至多应为 {bound}"),
    "exercise-off-relative": ("{words} (relative error {error})", "{words}（相对误差 {error}）"),
    "exercise-off-count": (
        "{words}; {wrong} of {size} numbers are wrong",
        "{words}；{size} 个数中有 {wrong} 个不对",
    ),
    "exercise-off-zero": ("not zero, as it should be here", "此处应为零，却不是零"),
    "exercise-off-nothing": ("zero, and it should not be", "为零，而它不应为零"),
    "exercise-off-sign": ("the right size with the wrong sign", "大小正确，符号相反"),
    "exercise-off-times": ("{factor} times what it should be", "是应有值的 {factor} 倍"),
    "exercise-off-part": ("1/{factor} of what it should be", "只有应有值的 1/{factor}"),
    "exercise-off-other-sign": ("of the wrong sign, and of another size", "符号不对，大小也不对"),
    "exercise-off-near": ("close, but further off than rounding explains", "很接近，但超出了舍入误差"),
    "exercise-off-large": ("much too large in size", "绝对值偏大很多"),
    "exercise-off-bit-large": ("somewhat too large in size", "绝对值略微偏大"),
    "exercise-off-small": ("much too small in size", "绝对值偏小很多"),
    "exercise-off-bit-small": ("somewhat too small in size", "绝对值略微偏小"),
    "exercise-off-column": (
        "a column of shape {came}, where {right} was asked for: `tf.squeeze` or `reshape(-1)` takes the axis away",
        "得到形状为 {came} 的列向量，而要求的是 {right}：可用 `tf.squeeze` 或 `reshape(-1)` 去掉多余的轴",
    ),
    "exercise-off-flat": (
        "the shape {came}, where a column {right} was asked for: `x[:, None]` makes one",
        "形状为 {came}，而要求的是列向量 {right}：可用 `x[:, None]` 得到",
    ),
    "exercise-off-transposed": (
        "the shape {came}, where {right} was asked for: rows and columns are exchanged",
        "形状为 {came}，而要求的是 {right}：行与列颠倒了",
    ),
    "exercise-off-shape": (
        "the shape {came}, where {right} was asked for",
        "形状为 {came}，而要求的是 {right}",
    ),
    # Mistakes that are known by name.
    "mistake-sign-flipped": (
        "the right size, but the sign is the other way round.",
        "大小正确，但符号反了。",
    ),
    "mistake-twice-too-large": (
        "twice what is asked for: a 2 that should cancel is still there, or something is added up twice.",
        "是要求值的两倍：应当消去的 2 还在，或者某一项加了两次。",
    ),
    "mistake-half": (
        "half of what is asked for: a factor 2 has been lost.",
        "是要求值的一半：漏了因子 2。",
    ),
    "mistake-transposed": ("the transpose: rows and columns are exchanged.", "得到的是转置：行与列颠倒了。"),
    "mistake-column-for-row": (
        "the right numbers in a column, shape (n, 1), where (n,) was asked for.",
        "数值正确，但排成了形状为 (n, 1) 的列，而要求的是 (n,)。",
    ),
    "mistake-row-for-column": (
        "the right numbers in shape (n,), where a column (n, 1) was asked for.",
        "数值正确，但形状为 (n,)，而要求的是列 (n, 1)。",
    ),
    "mistake-swapped": ("the right values in the wrong order.", "数值正确，但次序不对。"),
    "mistake-chain-factor-missing": (
        "a factor of the chain rule is missing: the derivative of the inner function.",
        "漏了链式法则中的一个因子：内层函数的导数。",
    ),
    "mistake-sum-for-mean": (
        "a sum where a mean was asked for: divide by the number of points.",
        "题目要求平均，却求了总和：请除以数据点的个数。",
    ),
    "mistake-mean-for-sum": ("a mean where a sum was asked for.", "题目要求总和，却求了平均。"),
    "mistake-not-watched": (
        "no tape watched the tensor: a constant needs `tape.watch(x)` before it is used.",
        "磁带没有监视这个张量：常量在使用之前需要 `tape.watch(x)`。",
    ),
    "mistake-applied-twice": ("the update has been applied twice.", "更新进行了两次。"),
    "mistake-not-applied": ("nothing has been updated.", "没有进行更新。"),
    "mistake-uphill": (
        "a step uphill: the gradient is to be subtracted, and it was added.",
        "朝上坡走了一步：应减去梯度，却加上了梯度。",
    ),
    "mistake-value-for-derivative": (
        "the function's value, where its derivative was asked for.",
        "得到的是函数值，而要求的是导数。",
    ),
    "mistake-order-too-low": (
        "a derivative of one order less: differentiate once more.",
        "低了一阶：还要再求一次导。",
    ),
    "mistake-order-too-high": (
        "a derivative of one order more than was asked for.",
        "比要求的导数高了一阶。",
    ),
    "mistake-constant-kept": (
        "the constant term is still there: its derivative is zero.",
        "常数项还在：它的导数是零。",
    ),
    "mistake-power-not-lowered": (
        "the exponents came down as factors, but did not go down by one.",
        "指数已作为因子写到前面，但幂次没有减一。",
    ),
    "mistake-factor-not-brought-down": (
        "the exponents went down by one, but did not come down as factors.",
        "幂次减了一，但指数没有作为因子写到前面。",
    ),
    "mistake-learning-rate-missing": (
        "the gradient was not multiplied by the learning rate.",
        "梯度没有乘以学习率。",
    ),
    # How an answer is to be found.
    "rule-no-tape": (
        "the numbers are right, but no gradient tape was asked for them: let TensorFlow differentiate, with a "
        "`tf.GradientTape`, instead of a formula of your own.",
        "数值正确，但没有用到梯度磁带：请用 `tf.GradientTape` 让 TensorFlow 求导，而不要用自己推出的公式。",
    ),
    "rule-unreadable": (
        "the numbers are right, but `{name}` hides what is used: write the names out, so that the rule can be checked.",
        "数值正确，但 `{name}` 掩盖了所用的东西：请直接写出名称，以便检查是否符合要求。",
    ),
    "rule-ready-made": (
        "the numbers are right, but `{name}` does the work: here you are to build that part yourself.",
        "数值正确，但工作是由 `{name}` 完成的：这里请您自己实现这一部分。",
    ),
    # %check, %hint
    "exercise-hint": (
        "hint {number} of {count} for `{name}`: {text}",
        "`{name}` 的提示 {number}/{count}：{text}",
    ),
    "exercise-no-hints": ("there are no hints for `{name}`.", "`{name}` 没有提示。"),
    "exercise-unknown-close": (
        "there is no check `{name}`: did you mean `{close}`?",
        "没有检查 `{name}`：您是不是想写 `{close}`？",
    ),
    "exercise-unknown": (
        "there is no check `{name}` in this version. `%check EXERCISE` runs a whole exercise; there are: {exercises}.",
        "此版本中没有检查 `{name}`。`%check 练习名` 可运行整个练习的检查，现有：{exercises}。",
    ),
    "exercise-which": (
        "which exercise? This notebook's name does not say. Write it: `%check {example}`; there are: {exercises}.",
        "是哪个练习？从笔记本的名称看不出来。请写明：`%check {example}`；现有：{exercises}。",
    ),
    "exercise-two": (
        "`{one}` and `{other}` are two exercises: check one at a time.",
        "`{one}` 与 `{other}` 是两个不同的练习：请一次检查一个。",
    ),
    "exercise-hint-which": (
        "a hint for which check? Write its name: `%hint {example}`.",
        "要哪项检查的提示？请写出名称：`%hint {example}`。",
    ),
}
