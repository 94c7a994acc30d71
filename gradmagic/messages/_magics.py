"""Sentences of `magics`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    # What cannot be understood on a line.
    "magics-options": ("options", "选项"),
    "magics-not-closed": ("{missing} is missing in: {line}", "缺少 {missing}：{line}"),
    "magics-not-whole": ("{value} is not a whole number", "{value} 不是整数"),
    "magics-not-number": ("{value} is not a number", "{value} 不是数字"),
    "magics-not-finite": ("{value} is not a finite number", "{value} 不是有限的数"),
    "magics-not-interval": (
        "{value} is not an interval from a smaller number to a larger one",
        "{value} 不是从小到大的区间",
    ),
    "magics-look-target": (
        "{look} shows the way to one tensor, but {count} came: add them up first, for example tf.add_n([...]).",
        "{look} 显示通往一个张量的路径，但给出了 {count} 个：请先把它们相加，例如 tf.add_n([...])。",
    ),
    "magics-plot-function": (
        "--plot draws a function, but `{target}` is of type {kind}: write `%grad f --plot -3:3`.",
        "--plot 用于画函数，但 `{target}` 的类型是 {kind}：请写 `%grad f --plot -3:3`。",
    ),
    "magics-no-source-text": (
        "--code writes down a %%tape cell or a function at a point; `{target}` was recorded in another way.",
        "--code 用于 %%tape 单元格或函数在某点的求导；`{target}` 是用其他方式记录的。",
    ),
    "magics-not-name": ("{value} is not a Python name", "{value} 不是合法的 Python 名称"),
    "magics-not-language": ("{value} is not one of en, zh", "{value} 不是 en 或 zh"),
    "magics-no-value": (
        "{option} needs a value, for example `{example}`.",
        "{option} 需要一个值，例如 `{example}`。",
    ),
    "magics-bad-value": (
        "{option}: {complaint}; write for example `{example}`.",
        "{option}：{complaint}；请写例如 `{example}`。",
    ),
    "magics-excluded": (
        "{option} and {other} exclude each other: give one of them.",
        "{option} 与 {other} 不能同时使用：请只给其中一个。",
    ),
    "magics-too-many": (
        "{magic} does not expect `{word}` here: type `{magic}?` for its options.",
        "{magic} 此处不接受 `{word}`：输入 `{magic}?` 可查看选项。",
    ),
    "magics-unknown-close": (
        "{magic} has no option {option}: did you mean {close}?",
        "{magic} 没有选项 {option}：您是不是想写 {close}？",
    ),
    "magics-unknown": (
        "{magic} has no option {option}. It has {known}.",
        "{magic} 没有选项 {option}。可用的选项有 {known}。",
    ),
    "magics-not-expression": (
        '`{word}` is not a Python expression; quote one that has blanks, for example "a + b".',
        '`{word}` 不是 Python 表达式；含空格的表达式请加引号，例如 "a + b"。',
    ),
    "magics-expression-failed": (
        "`{word}` raised {kind}: {error}. Try it in a cell of its own.",
        "`{word}` 引发了 {kind}：{error}。请在单独的单元格中试一试。",
    ),
    "magics-undefined-close": (
        "the name `{name}` is not defined: did you mean `{close}`?",
        "名称 `{name}` 未定义：您是不是想写 `{close}`？",
    ),
    "magics-undefined": (
        "the name `{name}` is not defined: run the cell that defines it first.",
        "名称 `{name}` 未定义：请先运行定义它的单元格。",
    ),
    # %%tape
    "magics-tape-empty": (
        "the cell has no code below %%tape: write what is to be recorded there, for example `y = x**2`.",
        "%%tape 下面没有代码：请在那里写要记录的内容，例如 `y = x**2`。",
    ),
    "magics-watch-missing": (
        "--watch {name}: nothing of that name is defined before or in this cell.",
        "--watch {name}：在此单元格之前或其中都没有定义这个名称。",
    ),
    # %grad
    "magics-grad-what": (
        "%grad needs a target: `%grad loss w` for a recorded one, `%grad f 2.0` for a function.",
        "%grad 需要一个目标：已记录的写 `%grad loss w`，函数写 `%grad f 2.0`。",
    ),
    "magics-no-recording": (
        "nothing is recorded yet: put `%%tape` on the first line of the cell that computes `{target}`, run it, "
        "then %grad.",
        "还没有任何记录：请在计算 `{target}` 的单元格第一行写 `%%tape`，运行后再用 %grad。",
    ),
    "magics-not-recorded": (
        "`{target}` was not computed in a recording that is still there: put `%%tape` on the first line of the cell "
        "that computes it, and run that cell again.",
        "`{target}` 不是在现存的记录中计算的：请在计算它的单元格第一行写 `%%tape`，并重新运行该单元格。",
    ),
    "magics-recorded-anew": (
        "`{target}` was recorded by `{tape}`, and then the cell that begins with `{line}` recorded under the same name: "
        "run the cell of `{target}` again, or keep both by giving one a name of its own, `%%tape {tape}2`.",
        "`{target}` 由 `{tape}` 记录，之后以 `{line}` 开头的单元格用同一名称重新记录：请重新运行计算 `{target}` 的单元格，"
        "或给其中一个另取名称以同时保留，例如 `%%tape {tape}2`。",
    ),
    "magics-other-tape": (
        "`{target}` was recorded by `{other}`, not by `{tape}`: write `%grad {target} --tape {other}`.",
        "`{target}` 由 `{other}` 记录，而不是 `{tape}`：请写 `%grad {target} --tape {other}`。",
    ),
    "magics-not-a-tape": (
        "`{name}` is not a recording but of type {kind}: `%%tape {name}` makes one.",
        "`{name}` 的类型是 {kind}，不是记录：用 `%%tape {name}` 创建一个。",
    ),
    "magics-nothing-watched": (
        "the recording of `{target}` watched nothing: make its inputs tf.Variable, or write `%%tape --watch x`.",
        "`{target}` 的记录没有监视任何对象：请把输入改为 tf.Variable，或写 `%%tape --watch x`。",
    ),
    # %train
    "magics-train-what": (
        "%train needs a loss: the name of a function without arguments, `%train loss a b`; or compute the loss in a "
        "cell that begins with %%train.",
        "%train 需要一个损失：写无参数函数的名称，如 `%train loss a b`；或在以 %%train 开头的单元格中计算损失。",
    ),
    "magics-train-empty": (
        "the cell has no code below %%train: compute the loss there; its last line is the loss.",
        "%%train 下面没有代码：请在那里计算损失，最后一行即为损失。",
    ),
    "magics-train-no-loss": (
        "the last line of a %%train cell is the loss, but it is `{line}`: end the cell with an expression, such as "
        "`loss`.",
        "%%train 单元格的最后一行应为损失，现在是 `{line}`：请以表达式结尾，例如 `loss`。",
    ),
    "magics-train-tensor": (
        "`{name}` is a result already computed ({kind}) and not a way to compute one: put the line that computes it into a cell that "
        "begins with %%train, or give a function without arguments.",
        "`{name}` 是已经算出的结果（{kind}），而不是计算方法：请把计算它的那一行放进以 %%train 开头的单元格，或给出无参数的函数。",
    ),
    "magics-train-await": (
        "a %%train cell is run many times and compiled: it cannot `await`. Fetch the data in a cell of its own first.",
        "%%train 单元格会被编译并运行很多次，不能使用 `await`：请先在单独的单元格中取得数据。",
    ),
    # %gradmagic
    "magics-status": (
        "gradmagic {version}\nTensorFlow  {tensorflow}\ndevices     {devices}\nlanguage    {language}\nrecordings  {recordings}",
        "gradmagic {version}\nTensorFlow  {tensorflow}\n设备        {devices}\n语言        {language}\n记录        {recordings}",
    ),
    "magics-status-none": ("none", "无"),
    "magics-status-later": ("not imported yet", "尚未导入"),
    # What each option does.
    "option-name": (
        "the Python name of the recording; `tape` unless given",
        "记录的 Python 名称，默认为 `tape`",
    ),
    "option-target": (
        "what to differentiate: a recorded tensor, or a function",
        "求导的对象：已记录的张量，或函数",
    ),
    "option-sources": (
        "by what: Variables or watched tensors; for a function, the point",
        "对什么求导：变量或被监视的张量；若为函数，则是求导的点",
    ),
    "option-loss": (
        "a function without arguments that returns the loss, or a quoted expression",
        "返回损失的无参数函数，或加引号的表达式",
    ),
    "option-variables": ("the Variables to train", "要训练的变量"),
    "option-watch": ("constants to watch as if they were Variables", "像变量一样被监视的常量"),
    "option-order": (
        "the order of the derivative; every one from 1 is shown",
        "导数的阶数；显示从一阶起的每一阶",
    ),
    "option-tape-order": (
        "the highest order of derivative that will be asked for; 1 unless given",
        "之后要求导的最高阶数，默认 1",
    ),
    "option-no-values": ("record operations without their values", "只记录运算，不保留其值"),
    "option-max-memory": ("bytes of values to keep; 256MB unless given", "保留的值所占的字节数，默认 256MB"),
    "option-watch-only": ("watch these alone, and no Variable besides", "只监视这些，不监视其他变量"),
    "option-cell-graph": ("draw the graph of what the cell computed", "画出单元格计算的图"),
    "option-expand": ("list the operations inside a tf.function too", "同时列出 tf.function 内部的运算"),
    "option-batch-jacobian": (
        "each row of the target by the same row of the source; right only where rows do not mix",
        "目标每一行对自变量同一行的导数；仅当各行互不影响时才正确",
    ),
    "option-vjp": ("a row vector times the Jacobian (reverse mode)", "行向量乘以雅可比矩阵（反向模式）"),
    "option-jvp": ("the Jacobian times a vector (forward mode)", "雅可比矩阵乘以向量（前向模式）"),
    "option-hvp": ("the Hessian times a vector", "黑塞矩阵乘以向量"),
    "option-newton": ("the step of Newton's method", "牛顿法的一步"),
    "option-zero": ("0 instead of None where there is no dependence", "没有依赖时显示 0 而不是 None"),
    "option-check": ("compare with central differences", "与中心差分比较"),
    "option-compare": (
        "automatic, numeric and symbolic derivatives side by side",
        "并排比较自动、数值和符号求导",
    ),
    "option-explain": (
        "say why a derivative is None, zero or not finite",
        "说明导数为何为 None、为零或不是有限数",
    ),
    "option-graph": ("draw the operations, with values and adjoints", "画出各个运算及其值与伴随值"),
    "option-steps": ("go through the backward pass, one operation at a time", "逐个运算地走一遍反向传播"),
    "option-flow": ("the size of the gradient in every layer", "每一层的梯度大小"),
    "option-plot": ("draw a function and its derivatives over an interval", "在区间上画出函数及其导数"),
    "option-code": (
        "print the plain TensorFlow program that does the same",
        "打印完成同样工作的 TensorFlow 程序",
    ),
    "option-jacobian": (
        "every entry of the target by every entry of the source",
        "目标的每个元素对自变量每个元素的导数",
    ),
    "option-hessian": ("the second derivatives as a matrix", "二阶导数组成的矩阵"),
    "option-tape": ("the recording to use; found by itself unless given", "要使用的记录；不写则自动查找"),
    "option-output": ("bind the result to this name", "把结果赋给这个名称"),
    "option-optimizer": (
        "how to step: a name, or an optimizer of Keras's or of your own",
        "优化方法：名称，或 Keras 优化器，或您自己的优化器",
    ),
    "option-learning-rate": ("the size of a step; 0.01 unless given", "步长，默认 0.01"),
    "option-momentum": ("the share of the last step that is kept", "保留上一步的比例"),
    "option-training-steps": ("how many steps; 1000 unless given", "步数，默认 1000"),
    "option-epochs": (
        "how many passes over the data; a step each when the loss uses all of it",
        "遍历数据的轮数；损失使用全部数据时一轮即一步",
    ),
    "option-seed": ("the seed of random numbers; 0 unless given", "随机数种子，默认 0"),
    "option-compile": (
        "how to run; `auto` takes the fastest that is right",
        "运行方式；`auto` 选择正确且最快的一种",
    ),
    "option-data": ("the data that the loss takes, by name", "损失所接收的数据的名称"),
    "option-batch": ("rows of a batch; all of them unless given", "每批的行数；不写则用全部"),
    "option-drop-last": ("leave out a last batch that is smaller", "舍去较小的最后一批"),
    "option-no-shuffle": ("go through the rows as they stand", "按原有顺序使用各行"),
    "option-decay": (
        "what the learning rate does: a name with numbers, a Keras schedule, or a function of the step",
        "学习率的变化：带数字的名称、Keras 调度，或步数的函数",
    ),
    "option-clip-value": ("a bound for each element of a gradient", "梯度每个元素的上限"),
    "option-clip-norm": ("a bound for the norm of each Variable's gradient", "每个变量梯度范数的上限"),
    "option-clip-global-norm": ("a bound for the norm of all gradients together", "全部梯度总范数的上限"),
    "option-weight-decay": ("decoupled weight decay, as in AdamW", "与梯度分开的权重衰减，同 AdamW"),
    "option-noise": ("the standard deviation of noise on gradients", "加在梯度上的噪声的标准差"),
    "option-start-noise": (
        "standard deviation of noise on the start, drawn from the seed",
        "加在初始值上的噪声的标准差，由种子决定",
    ),
    "option-live": (
        "train in the background, with a panel to steer it; the run is called `run`",
        "在后台训练，用面板操控；训练的名称为 `run`",
    ),
    "option-explore": ("train again and again as sliders are dragged", "拖动滑块时反复重新训练"),
    "option-race": (
        "optimizers from the same start, side by side; NAME:RATE gives one its own learning rate",
        "多个优化器从同一起点并排比较；NAME:RATE 为其单独指定学习率",
    ),
    "option-surface": (
        "their paths over the contours of the loss: two numbers of the model, or pca, or random",
        "在损失的等高线上画出其轨迹：模型中的两个数，或 pca，或 random",
    ),
    "magics-race-optimizer": (
        "--race names all that run: write `--race sgd,{optimizer}` instead of --optimizer.",
        "--race 已列出所有参赛者：请写 `--race sgd,{optimizer}`，不要用 --optimizer。",
    ),
    "magics-surface-alone": (
        "--surface shows the paths of a race: add `--race sgd,momentum,adam`.",
        "--surface 用于显示比赛的轨迹：请加上 `--race sgd,momentum,adam`。",
    ),
    "option-tol": ("end when the loss gets better by less than this", "损失的下降小于此值时结束"),
    "option-patience": ("over how many looks at the loss; 10 unless given", "在多少次查看之内，默认 10"),
    "option-validation": ("a share of the data to put aside and look at", "留出用于验证的数据比例"),
    "option-checkpoint": ("a file in which the training is kept", "保存训练进度的文件"),
    "option-resume": ("go on from that file", "从该文件继续"),
    "option-device": ("where to train, such as cpu or gpu:0", "训练所用的设备，如 cpu 或 gpu:0"),
    "option-strategy": (
        "the tf.distribute.Strategy under whose scope the variables were made, or its name",
        "创建变量时所用的 tf.distribute.Strategy，或其名称",
    ),
    "option-model-loss": ("the loss of a Keras model; mse unless given", "Keras 模型的损失，默认 mse"),
    "option-sweep": (
        "one run for each value, or for each combination: NAME=A,B;NAME=C,D",
        "每个取值（或每种组合）训练一次：NAME=A,B;NAME=C,D",
    ),
    "magics-not-grid": ("{value!r} is not NAME=A,B", "{value!r} 不是 NAME=A,B 的形式"),
    "option-checks": ("names of checks, or of an exercise", "检查的名称，或练习的名称"),
    "option-all": ("every check of the exercise", "练习的所有检查"),
    "option-learner": (
        "who learns: draws other inputs for everyone (or the environment's GRADMAGIC_LEARNER)",
        "学习者：每人抽取不同的输入（也可用环境变量 GRADMAGIC_LEARNER）",
    ),
    "option-lang": ("the language of messages", "提示信息的语言"),
}
