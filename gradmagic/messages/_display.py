"""Sentences of `display`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "display-at": ("at {point}", "在 {point} 处"),
    "display-summed": (
        "`{target}` has more than one number: these are the derivatives of their sum. `--jacobian` shows each.",
        "`{target}` 含有多个数：以上是它们之和的导数。用 `--jacobian` 可查看每一个的导数。",
    ),
    "display-summed-several": (
        "`{target}` is {count} tensors: these are the derivatives of their sum. `%grad` of one of them shows its own.",
        "`{target}` 是 {count} 个张量：以上是它们之和的导数。对其中一个使用 `%grad` 可查看它自己的导数。",
    ),
    "display-jacobian": ("Jacobian", "雅可比矩阵"),
    "display-hessian": ("Hessian", "黑塞矩阵"),
    "display-batch_jacobian": ("batch Jacobian", "批量雅可比矩阵"),
    "display-batch-advice": (
        "Right only where each row of `{target}` was computed from the same row of the source: batch normalisation, for "
        "one, mixes the rows.",
        "仅当 `{target}` 的每一行只由自变量的同一行算得时才正确：例如批归一化会混合各行。",
    ),
    "display-eigenvalues": ("eigenvalues {values}: {verdict}", "特征值 {values}：{verdict}"),
    "display-positive": ("positive definite", "正定"),
    "display-negative": ("negative definite", "负定"),
    "display-semi-positive": ("positive semidefinite", "半正定"),
    "display-semi-negative": ("negative semidefinite", "半负定"),
    "display-zero": ("zero", "零矩阵"),
    "display-indefinite": ("indefinite", "不定"),
    "display-tape": ("Tape: {count} operations, watching {watched}", "Tape：{count} 个运算，监视 {watched}"),
    "display-tape-recording": (
        "Tape, recording: {count} operations so far, watching {watched}",
        "Tape，正在记录：已有 {count} 个运算，监视 {watched}",
    ),
    "display-tape-full": (
        "values are kept up to operation {index}; raise --max-memory to keep more.",
        "运算 {index} 之后的值未保留；如需保留更多，请增大 --max-memory。",
    ),
    "display-nothing": ("nothing", "（无）"),
    "display-column-line": ("line", "行"),
    "display-column-layer": ("layer", "层"),
    "display-column-operation": ("operation", "运算"),
    "display-column-expression": ("expression", "表达式"),
    "display-column-output": ("output", "输出"),
    "display-left-out": ("… {count} operations …", "… {count} 个运算 …"),
    "display-run-finished": (
        "{steps} steps of {optimizer}, learning rate {rate} ({engine})",
        "{optimizer} 训练 {steps} 步，学习率 {rate}（{engine}）",
    ),
    "display-run-interrupted": (
        "interrupted after {steps} steps of {optimizer}, learning rate {rate} ({engine})",
        "{optimizer} 训练 {steps} 步后被中断，学习率 {rate}（{engine}）",
    ),
    "display-run-diverged": (
        "diverged after {steps} steps of {optimizer}, learning rate {rate} ({engine})",
        "{optimizer} 训练 {steps} 步后发散，学习率 {rate}（{engine}）",
    ),
    "display-run-stopped": (
        "stopped after {steps} steps of {optimizer}, learning rate {rate} ({engine})",
        "{optimizer} 训练 {steps} 步后停止，学习率 {rate}（{engine}）",
    ),
    "display-run-running": (
        "running: {steps} steps of {optimizer} so far, learning rate {rate} ({engine})",
        "正在训练：{optimizer} 已 {steps} 步，学习率 {rate}（{engine}）",
    ),
    "display-run-paused": (
        "paused after {steps} steps of {optimizer}, learning rate {rate} ({engine})",
        "{optimizer} 训练 {steps} 步后暂停，学习率 {rate}（{engine}）",
    ),
    "display-run-failed": (
        "failed after {steps} steps of {optimizer}, learning rate {rate} ({engine})",
        "{optimizer} 训练 {steps} 步后出错，学习率 {rate}（{engine}）",
    ),
    "display-sweep": ("{runs} runs of {steps} steps ({engine})", "{runs} 次训练，各 {steps} 步（{engine}）"),
    "display-sweep-diverged": ("diverged", "发散"),
    "display-sweep-best-of": ("the best {shown} of {count}.", "{count} 次中最好的 {shown} 次。"),
    "display-sweep-curves": ("Loss against step of {count} runs.", "{count} 次训练的损失与步数。"),
    "display-loss": ("loss", "损失"),
    "display-step": ("step", "步数"),
    "display-note": ("note", "说明"),
    "display-diagnosis": ("diagnosis", "诊断"),
    "display-since": ("{kind} since step {step}", "自第 {step} 步起：{kind}"),
    "display-loss-curve": (
        "Loss against step: from {first} to {last}.",
        "损失随步数的变化：从 {first} 到 {last}。",
    ),
}
