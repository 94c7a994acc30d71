"""Races of optimizers, and the surface of the loss."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "race-option": (
        "`{name}` is not for a race: each optimizer trains from the same start, in the foreground.",
        "比赛不接受 `{name}`：每个优化器都在前台从同一起点训练。",
    ),
    "race-unknown": (
        "There is no optimizer called {name}. Known: {known}. One of your own is given by its Python name.",
        "没有名为 {name} 的优化器。已知的有：{known}。您自己的优化器请用其 Python 名称给出。",
    ),
    "race-twice": (
        "`{label}` runs twice. Give each its own label, or another learning rate: `{label}:0.1`.",
        "`{label}` 出现了两次。请给每个不同的标签或不同的学习率：`{label}:0.1`。",
    ),
    "race-count": (
        "A race takes 1 to {most} optimizers, not {count}. Example: `--race sgd,momentum,adam`.",
        "一场比赛可有 1 到 {most} 个优化器，而不是 {count} 个。例如：`--race sgd,momentum,adam`。",
    ),
    "race-no-racer": (
        "No racer is called {label}; there are: {known}.",
        "没有名为 {label} 的选手；有：{known}。",
    ),
    "race-surface-two": (
        "A surface needs two axes, not {value}: the names of two numbers (`--surface a,b` or `--surface w[0],w[1]`), "
        "`pca`, `random`, or two lists of arrays.",
        "曲面需要两个坐标轴，而不是 {value}：可以是两个数的名称（`--surface a,b` 或 `--surface w[0],w[1]`）、`pca`、`random`，"
        "或两个数组列表。",
    ),
    "race-surface-unknown": (
        "{word!r} is no number of this model. Its variables: {known}. For all of them together: `--surface pca`.",
        "{word!r} 不是该模型中的数。模型的变量有：{known}。若要同时使用全部变量：`--surface pca`。",
    ),
    "race-surface-number": (
        "{word!r} is not one number: `{name}` has shape {shape}. Name an element of it, such as `{name}[0]`, or type "
        "`--surface pca`.",
        "{word!r} 不是单个数：`{name}` 的形状是 {shape}。请指定其中一个元素，如 `{name}[0]`，或输入 `--surface pca`。",
    ),
    "race-surface-large": (
        "`{name}` has more than 16 numbers, whose way is not recorded. Type `--surface pca`.",
        "`{name}` 的元素超过 16 个，其轨迹没有记录。请输入 `--surface pca`。",
    ),
    "race-surface-direction": (
        "A direction needs one array for each variable, not all zero, of shapes {wanted}; these came: {came}.",
        "一个方向需要与每个变量对应、不全为零的数组，形状应为 {wanted}；给出的是：{came}。",
    ),
    "race-surface-parallel": (
        "The two directions are parallel, or one is zero where the model is: they span no plane. Give others.",
        "两个方向平行，或其中一个在模型处为零：无法张成平面。请另选方向。",
    ),
    "race-surface-flat": (
        "The paths vary along fewer than two directions, so `pca` finds no plane. Try `--surface random`.",
        "轨迹变化的方向少于两个，`pca` 找不到平面。请试试 `--surface random`。",
    ),
    "race-surface-effects": (
        "No surface can be drawn: the loss does something visible each time it is called (it prints, counts or "
        "appends), and the grid would call it thousands of times. Take that out of the loss, or leave out `--surface`.",
        "无法绘制曲面：损失函数每次被调用都会产生可见的作用（打印、计数或追加），而网格会调用它数千次。请将其移出损失函数，"
        "或去掉 `--surface`。",
    ),
    "race-surface-streamed": (
        "No surface can be drawn of data that come in a stream: give arrays instead of a tf.data.Dataset, or leave out "
        "`--surface`.",
        "数据以流的方式到来时无法绘制曲面：请用数组代替 tf.data.Dataset，或去掉 `--surface`。",
    ),
    "race-first-component": ("first principal direction", "第一主方向"),
    "race-second-component": ("second principal direction", "第二主方向"),
    "race-first-random": ("first random direction", "第一随机方向"),
    "race-second-random": ("second random direction", "第二随机方向"),
    "race-first-direction": ("first direction", "第一方向"),
    "race-second-direction": ("second direction", "第二方向"),
    "race-head": (
        "{racers} optimizers, {steps} steps each, all from loss {loss}; the variables are as they were",
        "{racers} 个优化器，各 {steps} 步，均从损失 {loss} 开始；变量保持原值",
    ),
    "race-ended": ("{status} at step {step}", "第 {step} 步{status}"),
    "race-best": ("✓ lowest at the end", "✓ 最终最低"),
    "race-optimizer": ("optimizer", "优化器"),
    "race-arrived": ("99 % down", "下降 99 %"),
    "race-step": ("step {step}", "第 {step} 步"),
    "race-arrived-note": (
        "99 % down: the first step with 99 % of the way behind it, from the start to the lowest loss that any of them saw.",
        "下降 99 %：从起点到所有优化器所达到的最低损失，首次走完 99 % 路程的步。",
    ),
    "race-surface-of-variables": (
        "The contours are the loss itself at {points} points; any other variables are as the best one left them.",
        "等高线是损失函数在 {points} 个点上的真实值；如有其他变量，取最佳者结束时的值。",
    ),
    "race-surface-of-pca": (
        "The contours are the loss itself at {points} points of the plane along which the paths vary most; each path is its "
        "foot on that plane.",
        "等高线是损失函数在轨迹变化最大的平面上 {points} 个点的真实值；每条轨迹是其在该平面上的投影。",
    ),
    "race-surface-of-random": (
        "The contours are the loss itself at {points} points of a random plane, filter-normalised, through the best end; each "
        "path is its foot on that plane.",
        "等高线是损失函数在过最佳终点的随机平面（按滤波器归一化）上 {points} 个点的真实值；每条轨迹是其在该平面上的投影。",
    ),
    "race-surface-of-chosen": (
        "The contours are the loss itself at {points} points of the plane that you chose, filter-normalised, through the best "
        "end; each path is its foot on that plane.",
        "等高线是损失函数在过最佳终点的所选平面（按滤波器归一化）上 {points} 个点的真实值；每条轨迹是其在该平面上的投影。",
    ),
    "race-picture": ("Loss against step, and paths, of {names}.", "{names} 的损失随步数的变化及其轨迹。"),
    "race-title": ("Optimizers, side by side", "优化器并排比较"),
    "race-surface": ("paths over the loss", "损失等高线上的轨迹"),
    "race-loss-here": ("loss at this step", "该步的损失"),
    "race-play-hint": ("go through the steps, slowly at first", "逐步播放，开始时较慢"),
    "race-loss-chart": ("loss against the step of {names}", "{names} 的损失随步数的变化"),
    "race-surface-chart": (
        "paths of {names} over the contours of the loss; their losses at the slider's step are in the table",
        "{names} 在损失等高线上的轨迹；滑块所在步的损失见表格",
    ),
}
