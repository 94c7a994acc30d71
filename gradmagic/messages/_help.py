"""The pages that `%grad?`, `%train?` and so on show: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "help-usage": ("Usage", "用法"),
    "help-examples": ("Examples", "示例"),
    "help-notes": ("Notes", "说明"),
    "help-only": ("{sentence} ({magic} only)", "{sentence}（仅 {magic}）"),
    # Headings of options.
    "help-section-watched": ("What is watched", "监视什么"),
    "help-section-kept": ("What is kept", "保留什么"),
    "help-section-kind": ("Which derivative", "求哪种导数"),
    "help-section-look": ("A look at it", "如何查看"),
    "help-section-update": ("How to step", "如何更新"),
    "help-section-length": ("How long", "训练多久"),
    "help-section-data": ("Data", "数据"),
    "help-section-start": ("Where to begin", "从哪里开始"),
    "help-section-machine": ("How and where to run", "如何运行、在哪里运行"),
    "help-section-several": ("Several trainings", "多次训练"),
    "help-section-model": ("A Keras model", "Keras 模型"),
    "help-section-result": ("What comes back", "得到什么"),
    "help-section-checked": ("What is checked", "检查什么"),
    "help-section-status": ("Language", "语言"),
    # %%tape
    "help-tape": (
        "Record every operation of this cell, so that it can be differentiated and looked at afterwards.",
        "记录本单元格的每个运算，之后即可求导和查看。",
    ),
    "help-tape-examples": (
        "%%tape                         the first line of the cell that computes a loss\n"
        "%%tape second --order 2        under another name, for second derivatives\n"
        "%%tape --watch x               x is a constant\n"
        "%%tape --graph                 and draw what was recorded",
        "%%tape                         写在计算损失的单元格的第一行\n"
        "%%tape second --order 2        另取名称，并可求二阶导数\n"
        "%%tape --watch x               x 是常量\n"
        "%%tape --graph                 并画出所记录的内容",
    ),
    "help-tape-notes": (
        "The cell runs as it always does; its operations are kept in `tape` (or NAME).\n"
        "Trainable Variables are watched without being asked.\n"
        "As a line, `%tape` records the rest of the cell.\n"
        "In a script: `with gm.Tape() as tape:`.",
        "单元格照常运行，运算保存在 `tape`（或 NAME）中。\n"
        "可训练变量自动被监视。\n"
        "写成一行 `%tape` 时，记录本单元格余下的部分。\n"
        "在脚本中：`with gm.Tape() as tape:`。",
    ),
    # %grad
    "help-grad": (
        "Differentiate a recorded target by its sources, or a function at a point.",
        "对已记录的目标按其自变量求导，或求函数在某一点的导数。",
    ),
    "help-grad-examples": (
        "%grad loss w b                 the gradient of a recorded loss\n"
        "%grad loss                     the same by everything the recording watched\n"
        "%grad y x --order 3            first to third derivative\n"
        "%grad f 2.0 --order 2          of a function, at 2.0\n"
        "%grad y x --explain            why it is None, zero or NaN\n"
        "%grad loss w b --check         is it right?",
        "%grad loss w b                 已记录的损失的梯度\n"
        "%grad loss                     同上，对记录所监视的全部变量\n"
        "%grad y x --order 3            一阶到三阶导数\n"
        "%grad f 2.0 --order 2          函数在 2.0 处的导数\n"
        "%grad y x --explain            为什么是 None、零或 NaN\n"
        "%grad loss w b --check         它对吗？",
    ),
    "help-grad-notes": (
        "The result is displayed and returned: `g = %grad loss w`, then `g.value`.\n"
        "In a script: `tape.gradient(loss, [w, b])`, `gm.grad(f)(2.0)`.",
        "结果会显示并返回：`g = %grad loss w`，然后 `g.value`。\n"
        "在脚本中：`tape.gradient(loss, [w, b])`、`gm.grad(f)(2.0)`。",
    ),
    # %train
    "help-train": (
        "Train variables until a loss is small, at compiled speed.",
        "以编译后的速度训练变量，使损失变小。",
    ),
    "help-train-examples": (
        "%train loss a b --optimizer adam --steps 1000       `loss` is a function without arguments\n"
        "%%train a b --learning-rate 0.1                     the cell's last expression is the loss\n"
        "%train model X y --loss mse --batch 32 --epochs 5   a Keras model and its data\n"
        "%%train w --data X,y --batch 32                     in the cell, X and y are a batch\n"
        "%train loss --sweep learning_rate=0.001,0.01,0.1    one run for each, side by side\n"
        "%train loss --decay cosine                          the learning rate over the steps; also\n"
        "       step:0.5,1000  exponential:0.96,1000  inverse:0.01  polynomial:2  warmup:100+cosine",
        "%train loss a b --optimizer adam --steps 1000       `loss` 是无参数的函数\n"
        "%%train a b --learning-rate 0.1                     单元格的最后一个表达式即为损失\n"
        "%train model X y --loss mse --batch 32 --epochs 5   一个 Keras 模型和它的数据\n"
        "%%train w --data X,y --batch 32                     单元格中的 X 和 y 是一个批次\n"
        "%train loss --sweep learning_rate=0.001,0.01,0.1    每个取值训练一次，并列比较\n"
        "%train loss --decay cosine                          学习率随步数的变化；另有\n"
        "       step:0.5,1000  exponential:0.96,1000  inverse:0.01  polynomial:2  warmup:100+cosine",
    ),
    "help-train-notes": (
        "Without VAR, every trainable Variable the loss reads is trained.\n"
        "The run is displayed and returned: `run = %train ...` or `-o run`; see `run.history`.\n"
        "In a script: `gm.train(loss, [a, b], steps=1000)`.",
        "不写 VAR 时，训练损失所读取的全部可训练变量。\n"
        "训练结果会显示并返回：`run = %train ...` 或 `-o run`；参见 `run.history`。\n"
        "在脚本中：`gm.train(loss, [a, b], steps=1000)`。",
    ),
    # %check and %hint
    "help-check": (
        "Check what you have defined, here and now: what passed, what did not, and why.",
        "当场检查您所写的内容：哪些通过，哪些没有，以及原因。",
    ),
    "help-check-examples": (
        "%check derivative_1            one check, and those it needs\n"
        "%check 02-higher-derivatives   all of an exercise\n"
        "%check --all                   all of the exercise that is open",
        "%check derivative_1            一项检查，及其所依赖的检查\n"
        "%check 02-higher-derivatives   某个练习的全部检查\n"
        "%check --all                   当前练习的全部检查",
    ),
    "help-check-notes": (
        "In a script: `gradmagic.course.checking.run_checks(exercise, globals())`.",
        "脚本中：`gradmagic.course.checking.run_checks(exercise, globals())`。",
    ),
    "help-hint": (
        "Give the next hint for a check, one at a time.",
        "给出某项检查的下一条提示，每次一条。",
    ),
    "help-hint-examples": (
        "%hint derivative_1             the first hint; typed again, the next",
        "%hint derivative_1             第一条提示；再次输入则给出下一条",
    ),
    "help-hint-notes": (
        "How many were given is kept with the output in the notebook, and counted in this session.",
        "已给出的条数随输出保存在笔记本中，并在本次会话内计数。",
    ),
    # %gradmagic
    "help-gradmagic": (
        "Show what gradmagic is doing: versions, devices, language, recordings.",
        "显示 gradmagic 的状态：版本、设备、语言、记录。",
    ),
    "help-gradmagic-examples": (
        "%gradmagic                     what is loaded, and what is recorded\n"
        "%gradmagic --lang zh           messages in Chinese from here on",
        "%gradmagic                     已加载和已记录的内容\n"
        "%gradmagic --lang en           此后用英文显示信息",
    ),
}
