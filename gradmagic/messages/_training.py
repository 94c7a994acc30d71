"""Sentences of `training`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    # The arguments.
    "train-did-you-mean": (" Did you mean {name!r}?", "是不是想写 {name!r}？"),
    "train-steps-and-epochs": (
        "both steps={steps} and epochs={epochs} were given: an epoch is a step here, because the loss uses"
        " all"
        " the data. Give one of them.",
        "同时给了 steps={steps} 和 epochs={epochs}：这里的损失用到全部数据，一个 epoch 就是一步，"
        "只写其中一个即可。",
    ),
    "train-steps-not-whole": (
        "{name} is {value}, but updates are counted: give a whole number, such as {name}=1000.",
        "{name} 是 {value}，但更新次数必须是整数，例如 {name}=1000。",
    ),
    "train-steps-too-few": (
        "{name} is {value}: at least one update is needed, such as {name}=1000.",
        "{name} 是 {value}：至少要更新一次，例如 {name}=1000。",
    ),
    "train-steps-too-many": (
        "{name} is {value}: one training makes {limit} updates at most, because its whole history is kept in"
        " memory. Give {name}={limit} or fewer, and call again to go on from there.",
        "{name} 是 {value}：训练的完整历史都保存在内存里，所以一次最多更新 {limit} 次。请把 {name} 设为不超过"
        " {limit}，需要时再调用一次接着训练。",
    ),
    "train-rate-not-number": (
        "learning_rate is {value}, which is not a number: give one such as learning_rate=0.01. A schedule"
        " goes"
        " into an optimizer: optimizer=tf.keras.optimizers.SGD(schedule).",
        "learning_rate 是 {value}，不是数：请给一个数，例如 learning_rate=0.01。学习率调度要放进优化器："
        "optimizer=tf.keras.optimizers.SGD(schedule)。",
    ),
    "train-rate-zero": (
        "learning_rate is 0: no variable would ever move. Give a small positive number, such as"
        " learning_rate=0.01.",
        "learning_rate 是 0：变量永远不会变。请给一个小的正数，例如 learning_rate=0.01。",
    ),
    "train-rate-negative": (
        "learning_rate is {value}: with a negative one the loss is climbed, not descended. Give"
        " learning_rate={positive}; to make something large, minimise its negative.",
        "learning_rate 是 {value}：负的学习率会让损失上升而不是下降。请写 learning_rate={positive}；"
        "如果想让某个量变大，就最小化它的相反数。",
    ),
    "train-rate-not-finite": (
        "learning_rate is {value}: give a finite positive number, such as learning_rate=0.01.",
        "learning_rate 是 {value}：请给一个有限的正数，例如 learning_rate=0.01。",
    ),
    "train-momentum-range": (
        "momentum is {value}: it must be at least 0 and less than 1, such as momentum=0.9.",
        "momentum 是 {value}：它必须大于等于 0 且小于 1，例如 momentum=0.9。",
    ),
    "train-no-momentum": (
        "optimizer {name!r} has no momentum={value} to set; these have: {known}.",
        "优化器 {name!r} 没有 momentum 可设（收到 momentum={value}）；有的是：{known}。",
    ),
    "train-option-with-instance": (
        "{name}={value} was given beside an optimizer that has its own: write it where you make the"
        " optimizer,"
        " such as tf.keras.optimizers.SGD({name}={value}).",
        "传入的优化器已经有自己的 {name}，又另外给了 {name}={value}：请写在创建优化器的地方，例如"
        " tf.keras.optimizers.SGD({name}={value})。",
    ),
    "train-seed": (
        "seed is {value}: give a whole number from 0 to 4294967295, or None to leave the random generators"
        " alone.",
        "seed 是 {value}：请给 0 到 4294967295 之间的整数，或用 None 表示不改动随机数生成器。",
    ),
    "train-compile-mode": (
        "compile is {value}: it is one of {known}.",
        "compile 是 {value}：可选的值是 {known}。",
    ),
    "train-progress": (
        "progress is a {type}: give True for a bar, or a function of (done, total, loss).",
        "progress 是 {type} 类型：请给 True 显示进度条，或给一个接收 (done, total, loss) 的函数。",
    ),
    # The optimizer.
    "train-optimizer-unknown": (
        "there is no optimizer {name}; there are: {known}.",
        "没有名为 {name} 的优化器；可用的有：{known}。",
    ),
    "train-optimizer-class": (
        "{name} is a class, not an optimizer yet: call it, as in optimizer=tf.keras.optimizers.{name}(0.01).",
        "{name} 是类，还不是优化器：要先调用它，例如 optimizer=tf.keras.optimizers.{name}(0.01)。",
    ),
    "train-optimizer-own-class": (
        "{name} is a class, not an optimizer yet: call it, as in optimizer={name}().",
        "{name} 是类，还不是优化器：要先调用它，例如 optimizer={name}()。",
    ),
    "train-optimizer-object": (
        "optimizer is a {type}, which has no way to apply gradients that is known here: give a name"
        " ({known}), or an object such as tf.keras.optimizers.SGD(0.01). A class of your own needs"
        " step(gradients, variables), apply_gradients(grads_and_vars) or update(gradient, variable, state).",
        "optimizer 是 {type} 类型，这里不知道怎样用它来应用梯度：请给一个名字（{known}），或一个对象，例如"
        " tf.keras.optimizers.SGD(0.01)。自己写的类需要有 step(gradients, variables)、"
        "apply_gradients(grads_and_vars) 或 update(gradient, variable, state)。",
    ),
    "train-optimizer-signature": (
        "{method} of {type} takes ({takes}), and cannot be given gradients: a step is called as"
        " step(gradients, variables), apply_gradients(grads_and_vars) or update(gradient, variable, state).",
        "{type} 的 {method} 的参数是（{takes}），无法把梯度交给它：每一步的调用方式是 step(gradients, variables)、"
        "apply_gradients(grads_and_vars) 或 update(gradient, variable, state)。",
    ),
    "train-optimizer-used": (
        "this {name} has already trained other variables and keeps their state: make a new one, such as"
        " tf.keras.optimizers.{name}(0.01).",
        "这个 {name} 已经训练过别的变量，还保留着它们的状态：请新建一个，例如"
        " tf.keras.optimizers.{name}(0.01)。",
    ),
    "train-keras-backend": (
        "Keras runs on {backend}, but the gradients come from TensorFlow: set the environment variable"
        " KERAS_BACKEND=tensorflow before Python starts.",
        "Keras 当前的后端是 {backend}，而梯度来自 TensorFlow：请在启动 Python 之前设置环境变量"
        " KERAS_BACKEND=tensorflow。",
    ),
    "train-optimizer-sgd": (
        "gradient descent: variable -= learning_rate * gradient",
        "梯度下降：变量 -= 学习率 × 梯度",
    ),
    "train-optimizer-momentum": (
        "gradient descent that keeps 0.9 of its last move",
        "带动量的梯度下降：保留上一步移动量的 0.9",
    ),
    "train-optimizer-nesterov": (
        "momentum whose gradient looks one move ahead",
        "Nesterov 动量：先按动量往前看一步，再用那里的梯度",
    ),
    "train-optimizer-adam": (
        "averages of the gradient and of its square set a step for each parameter",
        "Adam：用梯度及其平方的滑动平均，为每个参数定步长",
    ),
    "train-optimizer-nadam": ("Adam with Nesterov's look ahead", "Nadam：带 Nesterov 前瞻的 Adam"),
    "train-optimizer-rmsprop": (
        "the gradient divided by the root of its averaged square",
        "RMSprop：梯度除以其平方滑动平均的平方根",
    ),
    "train-optimizer-adagrad": (
        "the gradient divided by the root of the sum of all its squares",
        "Adagrad：梯度除以历史平方和的平方根",
    ),
    "train-rate-list": (
        "learning_rate is a list, {value}, but one run has one rate: give a number, a schedule"
        " (schedule='cosine'), or compare several with gm.sweep(loss, variables, over={{'learning_rate': {value}}}).",
        "learning_rate 是一个列表 {value}，但一次训练只有一个学习率：请给一个数，或一个调度（schedule='cosine'），"
        "或用 gm.sweep(loss, variables, over={{'learning_rate': {value}}}) 比较几个。",
    ),
    "train-not-positive": (
        "{name} must be a finite number above 0, and {value} came: leave it out to switch it off.",
        "{name} 应是大于 0 的有限数，得到的是 {value}：不用它就不要写。",
    ),
    "train-switch": (
        "{name} is True or False, and {value} came.",
        "{name} 只能是 True 或 False，得到的是 {value}。",
    ),
    "train-batch": (
        "batch must be a whole number of at least 1, and {value} came: batch=32 is usual; without it each step"
        " takes all the data.",
        "batch 应是不小于 1 的整数，得到的是 {value}：常用 batch=32；不写则每一步用全部数据。",
    ),
    "train-batch-large": (
        "a batch of {batch:,} rows is more than the {length:,} rows there are: take batch={length} or less.",
        "一批 {batch:,} 行超过了数据的 {length:,} 行：请取 batch={length} 或更小。",
    ),
    "train-patience-alone": (
        "patience={value} says how long to wait, but not for what: add tol=1e-4, the least gain that counts.",
        "patience={value} 只说了等多久，没说等什么：请加上 tol=1e-4，即算作进步的最小下降。",
    ),
    "train-device": (
        "there is no device {value} here: TensorFlow sees {known}.",
        "这里没有设备 {value}：TensorFlow 看到的有 {known}。",
    ),
    "train-strategy-type": (
        "strategy takes a tf.distribute.Strategy or one of {known}, not {value}: write"
        " strategy=tf.distribute.MirroredStrategy().",
        "strategy 接受 tf.distribute.Strategy 或 {known} 之一，而不是 {value}："
        "请写 strategy=tf.distribute.MirroredStrategy()。",
    ),
    "train-strategy-scope": (
        "the variables were not made under one {type}: write strategy = tf.distribute.{type}(), then make the"
        " variables or the model inside with strategy.scope(): and train with strategy=strategy.",
        "变量不是在同一个 {type} 之下创建的：请写 strategy = tf.distribute.{type}()，"
        "在 with strategy.scope(): 中创建变量或模型，然后用 strategy=strategy 训练。",
    ),
    "train-strategy-kind": (
        "the replicas of {type} do not work in step: take MirroredStrategy or MultiWorkerMirroredStrategy.",
        "{type} 的各副本不同步更新：请用 MirroredStrategy 或 MultiWorkerMirroredStrategy。",
    ),
    "train-strategy-alone": (
        "{name} does not go with strategy ({type}): leave one of the two out.",
        "{name} 不能与 strategy（{type}）同用：请去掉其中之一。",
    ),
    "train-strategy-dataset": (
        "a tf.data.Dataset does not go with strategy ({type}): give arrays, data=(X, y), and batch=64, and each"
        " replica takes its share of every batch.",
        "tf.data.Dataset 不能与 strategy（{type}）同用：请给数组 data=(X, y) 和 batch=64，"
        "每个副本会取得每批中自己的一份。",
    ),
    "train-strategy-optimizer": (
        "with a strategy the gradients of the replicas are summed by Keras's optimizers, not by a {type}: take"
        " one by name, such as optimizer='adam', or train without strategy.",
        "使用 strategy 时由 Keras 的优化器汇总各副本的梯度，{type} 做不到："
        "请按名称选一个，如 optimizer='adam'，或不用 strategy 训练。",
    ),
    "train-strategy-optimizer-scope": (
        "this {type} was not made under the strategy: make it inside with strategy.scope():, or ask for it by"
        " name.",
        "这个 {type} 不是在该 strategy 之下创建的：请在 with strategy.scope(): 中创建，或按名称指定。",
    ),
    "train-strategy-option": (
        "with a strategy an optimizer's own {name} would see the gradients of a replica, not their sum: leave it"
        " out; clip with clip_norm=1.0, clip_value= or clip_global_norm= of the training.",
        "使用 strategy 时优化器自带的 {name} 看到的是单个副本的梯度而非总和：请去掉它，"
        "改用训练的 clip_norm=1.0、clip_value= 或 clip_global_norm=。",
    ),
    "train-strategy-scale": (
        "with a strategy no LossScaleOptimizer, nor a model of the policy mixed_float16, which needs one: take"
        " keras.config.set_dtype_policy('mixed_bfloat16') for the model, or train without {type}.",
        "使用 strategy 时不支持 LossScaleOptimizer，也不支持需要它的 mixed_float16 模型："
        "请为模型改用 keras.config.set_dtype_policy('mixed_bfloat16')，或不用 {type} 训练。",
    ),
    "train-loss-scale-own": (
        "what {type} keeps in Python is out of reach inside a LossScaleOptimizer: make yours with"
        " loss_scale_factor=1024.0 and give it itself; Keras then scales by that number.",
        "{type} 放在 LossScaleOptimizer 里时，它保存在 Python 中的状态无法取得："
        "请以 loss_scale_factor=1024.0 创建它并直接传入，Keras 便按此数缩放。",
    ),
    "train-strategy-mean": (
        "the loss of the batch is {whole}, and the mean over the replicas' shares of it {parts}: with a strategy"
        " the loss must be a mean over the rows, so take tf.reduce_mean instead of tf.reduce_sum.",
        "整批的损失为 {whole}，而各副本所分数据的平均为 {parts}：使用 strategy 时损失须是各行的平均，"
        "请用 tf.reduce_mean 代替 tf.reduce_sum。",
    ),
    "train-strategy-rows": (
        "a batch of {rows} rows has not one for each of {replicas} replicas: take a larger batch, or"
        " drop_last=True for a last batch that is so small.",
        "一批 {rows} 行不够 {replicas} 个副本各得一行：请取更大的 batch；若只是最后一批过小，请用 drop_last=True。",
    ),
    "train-strategy-mode": (
        "compile={mode!r} does not go with a strategy of {replicas} replicas: XLA compiles for one device, and the"
        " replicas meet in a graph; take compile='graph' or 'auto'.",
        "compile={mode!r} 不能用于有 {replicas} 个副本的 strategy：XLA 只为一个设备编译，"
        "而各副本在计算图中同步；请取 compile='graph' 或 'auto'。",
    ),
    "train-listener-failed": (
        "the listener {name} failed and is not called again ({error}); the training goes on.",
        "监听函数 {name} 出错，之后不再调用它（{error}）；训练继续进行。",
    ),
    "train-needs-data": (
        "{name} needs data: write data=(X, y), and let the loss take them, def loss(X, y).",
        "{name} 需要数据：请写 data=(X, y)，并让损失接收它们，def loss(X, y)。",
    ),
    "train-dataset-batched": (
        "a tf.data.Dataset brings its own batches: leave {name} out, or use dataset.batch(32) and data of"
        " their own for validation=(X, y).",
        "tf.data.Dataset 自带分批：请去掉 {name}，改用 dataset.batch(32)；验证数据请单独给 validation=(X, y)。",
    ),
    "train-validation": (
        "validation={value} of {length:,} rows leaves nothing on one side: take a share such as 0.2, or give"
        " data, validation=(X, y).",
        "{length:,} 行数据取 validation={value} 会使一边为空：请取 0.2 这样的比例，或给出数据 validation=(X, y)。",
    ),
    "train-data-empty": (
        "the data are empty: at least one row is needed.",
        "数据是空的：至少需要一行。",
    ),
    "train-data-lengths": (
        "the data have different lengths ({lengths}): each column needs as many rows as the others.",
        "数据的长度不同（{lengths}）：每一列的行数应相同。",
    ),
    "train-data-ragged": (
        "{label} has rows of different lengths: make it rectangular, such as by padding.",
        "{label} 的各行长度不同：请先补齐成矩形。",
    ),
    "train-data-scalar": (
        "{label} is a single number: data are arrays with one row for each example.",
        "{label} 只是一个数：数据应是数组，每个样本一行。",
    ),
    "train-data-not-numbers": (
        "{label} holds {dtype}, such as {value}, which is not a number: turn it into numbers first, such as by"
        " tf.keras.layers.StringLookup or pandas.get_dummies.",
        "{label} 的类型是 {dtype}（例如 {value}），不是数：请先转成数，例如用 tf.keras.layers.StringLookup 或"
        " pandas.get_dummies。",
    ),
    "train-data-not-finite": (
        "{label} has {count} value(s) that are not finite, the first {value} at {index}: drop those rows"
        " (X[np.isfinite(X)], frame.dropna()) or fill them (np.nan_to_num).",
        "{label} 里有 {count} 个非有限值，第一个是 {index} 处的 {value}：请去掉这些行（X[np.isfinite(X)]、"
        "frame.dropna()），或填补（np.nan_to_num）。",
    ),
    "train-schedule-type": (
        "schedule is a {type}: give a text ({examples}), a Keras schedule, or a function from the step to the"
        " learning rate.",
        "schedule 是 {type}：请给一段文字（{examples}）、一个 Keras 调度，或一个由步数得到学习率的函数。",
    ),
    "train-schedule-unknown": (
        "schedule {value} has {name}, which is not known; there are {known}.",
        "schedule {value} 中的 {name} 不认识；可用的有 {known}。",
    ),
    "train-schedule-number": (
        "{value} does not have the numbers that it needs: write it like {example}.",
        "{value} 所带的数不对：请写成 {example} 这样。",
    ),
    "train-schedule-parts": (
        "schedule {value} joins parts that do not go together: one schedule, or a warm-up before one"
        " ({examples}).",
        "schedule {value} 的各部分不能合用：只能是一个调度，或在它前面加一个 warmup（{examples}）。",
    ),
    "train-schedule-value": (
        "the schedule gives {value} at step {step}: a learning rate is a finite number of at least 0.",
        "调度在第 {step} 步给出 {value}：学习率应是不小于 0 的有限数。",
    ),
    "train-optimizer-keras-variables": (
        "{name} asks its variables for what only Keras's have: make them with keras.Variable(...), or train a"
        " model.",
        "{name} 需要 Keras 变量才有的信息：请用 keras.Variable(...) 建立变量，或训练一个模型。",
    ),
    "train-optimizer-no-rate": (
        "a schedule sets the learning rate, and the {type} has none that can be set: let it keep one in"
        " self.learning_rate.",
        "调度要设定学习率，而 {type} 没有可设定的学习率：请把它放在 self.learning_rate 里。",
    ),
    "train-loss-data": (
        "{call} takes ({takes}), and the data are {given} column(s): let it take each column, def loss(X, y).",
        "{call} 的参数是（{takes}），而数据有 {given} 列：请让它接收每一列，def loss(X, y)。",
    ),
    "train-model-type": (
        "model_loss needs a Keras model, and a {type} came.",
        "model_loss 需要一个 Keras 模型，得到的是 {type}。",
    ),
    "train-model-loss": (
        "Keras has no loss {name}: try 'mse', 'mae', 'binary_crossentropy' or"
        " 'sparse_categorical_crossentropy'.",
        "Keras 没有名为 {name} 的损失：可以试 'mse'、'mae'、'binary_crossentropy' 或"
        " 'sparse_categorical_crossentropy'。",
    ),
    "explore-unfitting": (
        "The optimizer takes another way with {values} than the one that was compiled; type a `%train` line with these values.",
        "采用 {values} 时，优化器的走法与已编译的不同；请用这些值另写一行 `%train`。",
    ),
    "explore-option": (
        "--{name} does not go with --explore, which trains again and again; take it away.",
        "--explore 会反复训练，不能与 --{name} 同用；请去掉它。",
    ),
    "train-step-count": (
        "step() takes a whole number of at least 1, not {value}; type `run.step(10)`.",
        "step() 需要不小于 1 的整数，而不是 {value}；请写 `run.step(10)`。",
    ),
    "train-pace": (
        "pace() takes steps a second, a number greater than 0, or None, not {value}; type `run.pace(100)`.",
        "pace() 需要每秒步数（大于 0 的数）或 None，而不是 {value}；请写 `run.pace(100)`。",
    ),
    "train-set-unknown": (
        "this run has no hyperparameter {name} to set; it has {known}.",
        "这次训练没有可设定的超参数 {name}；有的是 {known}。",
    ),
    "train-set-value": (
        "{name} must be a finite number of at least 0, and {value} came.",
        "{name} 应是不小于 0 的有限数，得到的是 {value}。",
    ),
    "train-resume-what": (
        "resume goes on from a checkpoint: say which file, as in checkpoint='run.npz'.",
        "resume 要从检查点继续：请指明文件，例如 checkpoint='run.npz'。",
    ),
    "train-save-running": (
        "the training is still running: call run.wait() or run.stop() first, or give train(checkpoint=...).",
        "训练还在进行：请先 run.wait() 或 run.stop()，或在 train 中给 checkpoint=...。",
    ),
    "train-checkpoint-failed": (
        "{path} could not be written ({error}): what was there before is untouched",
        "{path} 无法写入（{error}）：原有内容未动",
    ),
    "train-checkpoint-folder": (
        "there is no folder {path} to keep the checkpoint in: make it first.",
        "没有可存放检查点的文件夹 {path}：请先建立。",
    ),
    "train-checkpoint-missing": ("there is no file {path}.", "没有文件 {path}。"),
    "train-checkpoint-unreadable": (
        "{path} is not a run that can be read ({error}): it is damaged, or something else.",
        "{path} 不是可读取的训练记录（{error}）：它已损坏，或是别的文件。",
    ),
    "train-checkpoint-other": (
        "the checkpoint belongs to another training, of {names}: give another file, or resume=False.",
        "这个检查点属于另一次训练（{names}）：请换一个文件，或用 resume=False。",
    ),
    "train-checkpoint-steps": (
        "the checkpoint has {steps:,} steps and cannot go on to {total:,} of this training: ask for more"
        " steps, or resume=False.",
        "检查点已有 {steps:,} 步，无法接到这次训练的 {total:,} 步：请增加步数，或用 resume=False。",
    ),
    "train-checkpoint-python": (
        "the checkpoint has {path}, which this optimizer does not keep: give another file, or resume=False.",
        "检查点里有 {path}，而这个优化器没有：请换一个文件，或用 resume=False。",
    ),
    "train-reason-not-carried": (
        "the optimizer changes {path} in a way that a compiled loop cannot repeat",
        "优化器改变 {path} 的方式无法在编译的循环中重复",
    ),
    "train-reason-later": (
        "step by step from the start, because at step {step} the {engine} program no longer gave what Python"
        " gives: something outside counts the calls",
        "从头逐步执行，因为在第 {step} 步 {engine} 程序给出的不再与 Python 相同：外面有东西在数调用次数",
    ),
    "train-reason-tol": (
        "stopped after step {step}: the loss no longer got better by {tol:g}",
        "第 {step} 步后停止：损失不再有 {tol:g} 的下降",
    ),
    "train-optimizer-adadelta": (
        "Adagrad with a window instead of all the past",
        "Adadelta：只看一段过去的 Adagrad",
    ),
    "train-optimizer-adamax": (
        "Adam with the largest gradient in place of the squares",
        "Adamax：以最大梯度代替平方的 Adam",
    ),
    "train-optimizer-adamw": ("Adam with decoupled weight decay", "AdamW：权重衰减与梯度分开的 Adam"),
    "train-optimizer-adafactor": (
        "Adam with the squares kept by row and column",
        "Adafactor：按行列保存平方的 Adam",
    ),
    "train-optimizer-ftrl": (
        "follow the regularised leader, for sparse linear models",
        "FTRL：用于稀疏线性模型",
    ),
    "train-optimizer-lamb": (
        "Adam with a rate for each layer, for very large batches",
        "LAMB：每层有自己步长的 Adam，用于很大的批",
    ),
    "train-optimizer-lion": ("the sign of a moving average of gradients", "Lion：梯度滑动平均的符号"),
    "train-optimizer-muon": (
        "orthogonal steps for matrices, Adam for the rest",
        "Muon：对矩阵取正交步，其余用 Adam",
    ),
    "train-optimizer-schedulefreeadamw": (
        "Adam that averages its own path instead of lowering the rate",
        "Schedule-free AdamW：以轨迹平均代替降低学习率",
    ),
    "sweep-over": (
        "over is {value}: give names and values, over={{'learning_rate': [0.001, 0.01, 0.1]}}.",
        "over 是 {value}：请给出名字和取值，over={{'learning_rate': [0.001, 0.01, 0.1]}}。",
    ),
    "sweep-no-values": ("{name} has no values to try.", "{name} 没有要试的取值。"),
    "sweep-too-many": (
        "{count:,} combinations are more than the {limit:,} of a sweep: try fewer values.",
        "{count:,} 种组合超过了一次扫描的上限 {limit:,}：请减少取值。",
    ),
    "sweep-option": (
        "a sweep takes no {name}: it is over when it returns, and leaves the variables as they were.",
        "扫描不接受 {name}：返回时它已结束，变量保持原样。",
    ),
    "sweep-hyperparameter": (
        "{name} cannot be swept here: give the optimizer by name, and a hyperparameter that Keras's class has.",
        "这里不能扫描 {name}：请用名字给出优化器，并选 Keras 该类具有的超参数。",
    ),
    "sweep-all-diverged": (
        "all {count} runs diverged: try smaller learning rates.",
        "全部 {count} 次训练都发散了：请试更小的学习率。",
    ),
    "sweep-reason-one": (
        "one XLA program makes each step of all runs; the first and the last begin as the eager loop does",
        "一个 XLA 程序同时执行所有训练的每一步；第一个和最后一个的开头与逐步执行相同",
    ),
    "sweep-reason-option": (
        "one after another, because {name} differs from run to run or cannot be vectorised",
        "逐个训练，因为 {name} 各次不同或无法向量化",
    ),
    "sweep-reason-scale": (
        "one after another, because the loss is scaled for float16, and a run may leave out a step",
        "逐个训练，因为损失为 float16 做了缩放，各次训练可能跳过某一步",
    ),
    "sweep-reason-loss": (
        "one after another, because the loss does more with its variables than read them",
        "逐个训练，因为损失对变量不只是读取",
    ),
    "sweep-reason-eager": ("one after another: {reason}", "逐个训练：{reason}"),
    "sweep-reason-failed": (
        "one after another, because the loss cannot be vectorised ({error})",
        "逐个训练，因为损失无法向量化（{error}）",
    ),
    "sweep-reason-differs": (
        "one after another, because vectorised it gives other numbers",
        "逐个训练，因为向量化后数值不同",
    ),
    # The loss.
    "train-loss-value": (
        "the loss is a {type}, a number that was computed already: training must compute it again at each"
        " step."
        " Wrap it in a function, as in train(lambda: tf.reduce_mean((w * x - y) ** 2)), or use %%train.",
        "损失是 {type}，是一个已经算好的数，而训练每一步都要重新计算它。请把它写成函数，例如"
        " train(lambda: tf.reduce_mean((w * x - y) ** 2))，或者使用 %%train。",
    ),
    "train-loss-not-callable": (
        "the loss is a {type}, which cannot be called: give a function without arguments that returns the"
        " loss,"
        " such as lambda: tf.reduce_mean((w * x - y) ** 2).",
        "损失是 {type} 类型，不能调用：请给一个没有参数、返回损失的函数，例如"
        " lambda: tf.reduce_mean((w * x - y) ** 2)。",
    ),
    "train-loss-arguments": (
        "the loss wants arguments ({arguments}), but it is called without any: fill them in, as in"
        " train(lambda: {call}({arguments})).",
        "损失函数需要参数（{arguments}），但训练时不带参数调用它：请先把参数填好，例如"
        " train(lambda: {call}({arguments}))。",
    ),
    "train-loss-none": (
        "the loss returned None: end the function with return and the loss, or the %%train cell with it as"
        " the"
        " last line.",
        "损失函数返回了 None：函数要以 return 返回损失；%%train 单元格的最后一行要是损失。",
    ),
    "train-loss-not-tensor": (
        "the loss returned a {type}, not a tensor, so there is no gradient through it: compute it with"
        " TensorFlow"
        " (tf.reduce_mean, tf.square, ...), and without .numpy(), float() or NumPy functions on the way.",
        "损失函数返回的是 {type}，不是张量，无法求梯度：请用 TensorFlow 的运算（tf.reduce_mean、tf.square"
        " 等）来计算，"
        "中间不要用 .numpy()、float() 或 NumPy 函数。",
    ),
    "train-loss-dtype": (
        "the loss has dtype {dtype}, which has no gradient: compute it in floating point, with"
        " tf.Variable(1.0)"
        " instead of tf.Variable(1), or tf.cast(x, tf.float32).",
        "损失的类型是 {dtype}，没有梯度：请用浮点数计算，例如用 tf.Variable(1.0) 而不是 tf.Variable(1)，或用"
        " tf.cast(x, tf.float32)。",
    ),
    "train-loss-shape": (
        "the loss has shape {shape}, but training needs one number, shape (): reduce it, as in"
        " tf.reduce_mean(loss).",
        "损失的形状是 {shape}，而训练需要一个标量，形状为 ()：请先归约，例如 tf.reduce_mean(loss)。",
    ),
    "train-loss-not-finite": (
        "the loss is {value} before the first step: look at the data for missing or huge values, at"
        " logarithms,"
        " roots and divisions, and at the start values of the variables.",
        "第一步之前损失就是 {value}：请检查数据里有没有缺失或过大的值，检查对数、开方和除法，"
        "以及变量的初始值。",
    ),
    # The variables.
    "train-no-variables": (
        "the loss reads no trainable variable: make what is to be learned one, as in w = tf.Variable(0.0),"
        " and"
        " use it in the loss. A constant, a number and a NumPy array stay as they are.",
        "损失没有用到任何可训练的变量：请把要学习的量写成变量，例如 w = tf.Variable(0.0)，并在损失中使用它。"
        "常量、普通数和 NumPy 数组不会被训练。",
    ),
    "train-independent": (
        "the loss does not depend on {names}: its gradient there is None. Use the variables themselves in the"
        " loss, not a value computed before it, and no .numpy() or float() on the way.",
        "损失不依赖 {names}：对它们的梯度是 None。请在损失里直接使用变量本身，不要用事先算好的值，"
        "中间也不要用"
        " .numpy() 或 float()。",
    ),
    "train-partly-independent": (
        "the loss does not depend on {names}, only on the other variables: use {names} in the loss, or leave"
        " it"
        " out of the variables to train.",
        "损失不依赖 {names}，只依赖其余的变量：请在损失中用到 {names}，或不要把它列为要训练的变量。",
    ),
    "train-variables-empty": (
        "the list of variables is empty: name the variables to train, such as [w, b], or leave the argument"
        " out to"
        " train all that the loss reads.",
        "变量列表是空的：请写出要训练的变量，例如 [w, b]；省略这个参数则训练损失用到的所有变量。",
    ),
    "train-variable-twice": (
        "{first} and {second} are the same variable: list it once.",
        "{first} 和 {second} 是同一个变量：只列一次。",
    ),
    "train-variable-constant": (
        "{label} is a tensor, which cannot be changed: make it a variable, as in w = tf.Variable(0.0).",
        "{label} 是张量，不能修改：请把它写成变量，例如 w = tf.Variable(0.0)。",
    ),
    "train-variable-type": (
        "{label} is a {type}, not a variable: make it one, as in w = tf.Variable(0.0).",
        "{label} 是 {type} 类型，不是变量：请写成变量，例如 w = tf.Variable(0.0)。",
    ),
    "train-variable-model": (
        "a {type} was given as the variables: give model.trainable_variables.",
        "变量的位置上给的是 {type}：请给 model.trainable_variables。",
    ),
    "train-variable-dtype": (
        "{label} has dtype {dtype}, and a gradient needs real numbers: write tf.Variable(3.0),"
        " not"
        " tf.Variable(3).",
        "{label} 的类型是 {dtype}，而梯度需要实数：请写 tf.Variable(3.0)，而不是 tf.Variable(3)。",
    ),
    "train-variable-frozen": (
        "{label} was made with trainable=False: make it with trainable=True, or leave it out.",
        "{label} 创建时设了 trainable=False：请改为 trainable=True，或不要列出它。",
    ),
    "train-variable-in-loss": (
        "the loss creates a variable ({name}) each time it is called, so that it can never learn: create it"
        " once,"
        " before the loss, and use it inside.",
        "损失函数每次调用都会新建一个变量（{name}），它永远学不到东西：请在损失函数之外先创建好，"
        "在里面使用它。",
    ),
    # Which engine, and why.
    "train-reason-xla": (
        "one XLA program makes many steps per call; its first {steps} equal the eager loop's",
        "一个 XLA 程序每次调用执行许多步；它的前 {steps} 步与逐步执行的结果相同",
    ),
    "train-reason-graph": (
        "one graph makes many steps per call; its first {steps} equal the eager loop's",
        "一个计算图每次调用执行许多步；它的前 {steps} 步与逐步执行的结果相同",
    ),
    "train-reason-replicas": (
        "{type} makes many steps per call ({engine}); each of its replicas, {replicas} in all, takes its share of the"
        " rows",
        "{type} 每次调用执行许多步（{engine}），共 {replicas} 个副本，各取自己的一份数据",
    ),
    "train-reason-replicas-own": (
        "batch normalisation sees a replica's share, dropout draws for each",
        "批归一化只看副本自己的一份数据，dropout 由各副本分别抽取",
    ),
    "train-reason-eager": ("step by step, because {reason}", "逐步执行，因为{reason}"),
    "train-reason-off": ("step by step, as compile='off' asks", "按 compile='off' 的要求逐步执行"),
    "train-reason-shapes": (
        "the data set's batches have shapes {first} and {other}, and one program takes one shape and a"
        " smaller last batch",
        "数据集各批的形状有 {first} 和 {other}，而一个程序只接受一种形状和较小的最后一批",
    ),
    "train-reason-short": (
        "step by step, because so few steps are not worth compiling",
        "逐步执行，因为步数太少，不值得编译",
    ),
    "train-reason-interrupted": (
        "step by step, because the interrupt came before anything was compiled",
        "逐步执行，因为在编译之前就被中断了",
    ),
    "train-reason-failed": (
        "step by step since an operation failed in the compiled program ({error})",
        "编译后的程序中有运算失败（{error}），之后改为逐步执行",
    ),
    "train-reason-outside": (
        "the loss calls {name}(), which a compiled loss would do only once",
        "损失调用了 {name}()，编译之后它只会执行一次",
    ),
    "train-reason-number": (
        "the optimizer asks Python for the value of a number that changes: a text, range() or a key made of it",
        "优化器要 Python 给出一个会变化的数的值：例如用它写成文字、range() 或作为键",
    ),
    "train-reason-ways": (
        "the optimizer's ifs on numbers that change go more than {most} ways",
        "优化器对会变化的数所做的判断超过 {most} 条路",
    ),
    "train-reason-way": (
        "the optimizer comes to lines that a compiled loop cannot run ({error})",
        "优化器走到了编译的循环无法执行的代码（{error}）",
    ),
    "train-reason-outside-optimizer": (
        "the optimizer uses {name}, which a compiled step would do only once",
        "优化器用到了 {name}，编译之后它只会执行一次",
    ),
    "train-reason-changes-optimizer": (
        "the optimizer changes {name} in Python at each step, which a compiled step would do only once",
        "优化器每一步都会在 Python 中改变 {name}，编译之后这只会发生一次",
    ),
    "train-reason-changes": (
        "the loss changes {name} in Python at each call, which a compiled loss would do only once",
        "损失每次调用都会在 Python 中改变 {name}，编译之后这只会发生一次",
    ),
    "train-reason-random": (
        "the loss draws random numbers ({name}), and a compiled loss would draw others; a tf.random.Generator"
        " draws the same",
        "损失要抽取随机数（{name}），编译之后抽到的会不一样；用 tf.random.Generator 则相同",
    ),
    "train-reason-visible": (
        "the loss prints, writes or fetches something at each step ({name})",
        "损失每一步都要打印、写出或读取内容（{name}）",
    ),
    "train-reason-float16": (
        "no XLA, which keeps more digits than float16 has and so sees fewer gradients overflow",
        "不用 XLA：它保留的位数多于 float16，因而较少发现梯度溢出",
    ),
    "train-reason-rounding": (
        "no XLA, which rounds to {name} in other places and so gives other numbers",
        "不用 XLA：它舍入为 {name} 的位置不同，因而数值不同",
    ),
    "train-reason-rounding-graph": (
        "compiled (graph) it rounds to {name} in other places, or something in Python changes between the steps",
        "编译成计算图后舍入为 {name} 的位置不同，或有 Python 状态在各步之间改变",
    ),
    "train-reason-dropped": (
        "XLA would leave out the check {name} in the loss",
        "XLA 会略去损失中的检查 {name}",
    ),
    "train-reason-untraceable": (
        "the loss cannot be turned into a graph ({error})",
        "损失无法转换成计算图（{error}）",
    ),
    "train-reason-no-xla-operation": ("XLA cannot compile {name}", "XLA 无法编译 {name}"),
    "train-reason-no-xla": ("XLA cannot compile the loss ({error})", "XLA 无法编译这个损失（{error}）"),
    "train-reason-no-graph": (
        "the loss does not run as a graph ({error})",
        "损失无法作为计算图运行（{error}）",
    ),
    "train-reason-differs-random": (
        "XLA draws other random numbers than the eager loop ({name})",
        "XLA 抽取的随机数与逐步循环不同（{name}）",
    ),
    "train-reason-differs": (
        "compiled ({engine}) it gives other numbers: the loss depends on something in Python that changes"
        " between"
        " steps",
        "编译（{engine}）之后得到的数值不同：损失依赖于 Python 中每一步都在变化的东西",
    ),
    "train-compile-refused": (
        "compile={mode!r} does not work here: {reason}. Use compile='auto'.",
        "compile={mode!r} 在这里行不通：{reason}。请用 compile='auto'。",
    ),
    "train-reason-diverged": (
        "the loss is {loss} at step {step}; the variables hold the values of step {kept}",
        "第 {step} 步的损失为 {loss}；变量保留第 {kept} 步的值",
    ),
    # Around it.
    "train-bar": ("train", "训练"),
    "train-code-defined": (
        "the loss and its variables, as defined before",
        "损失和变量，与前面的定义相同",
    ),
    "train-code-left-out": (
        "not in this program: {names}, which may end the training earlier",
        "此程序不含 {names}（它可能使训练提前结束）",
    ),
    "train-code-strategy": (
        "on one device: the training ran under {type}, whose replicas each take a share of every batch",
        "此程序只用一个设备：训练时使用 {type}，每个副本各取每批数据的一部分",
    ),
    "train-code-found": ("what the loss reads", "损失用到的变量"),
}
