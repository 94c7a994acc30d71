"""Sentences of `course`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "course-cell-failed": (
        "cell {number} of {count} stopped with {error}\n\n{source}",
        "第 {number} 个单元格（共 {count} 个）出错：{error}\n\n{source}",
    ),
    "course-cell-too-long": (
        "a cell ran for more than {seconds} seconds and was stopped.",
        "有单元格运行超过 {seconds} 秒，已停止。",
    ),
    "course-kernel-died": (
        "the kernel died: often there was too little memory. Close other programs and try again.",
        "内核意外退出，多半是内存不足。请关闭其他程序后重试。",
    ),
    "nbval-exact": (
        "gradmagic: the outputs of notebooks are compared exactly",
        "gradmagic：精确比较笔记本的输出",
    ),
    "nbval-tolerance": (
        "gradmagic: figures in notebooks are compared with a relative tolerance of {relative}",
        "gradmagic：笔记本中的数值按相对容差 {relative} 比较",
    ),
    "nbval-tolerance-default": (
        "gradmagic: figures in notebooks that load it are compared with a relative tolerance of 1e-4 (--gradmagic-tolerance)",
        "gradmagic：加载了本扩展的笔记本，其数值按相对容差 1e-4 比较（--gradmagic-tolerance）",
    ),
    "nbval-bad-tolerance": (
        "--gradmagic-tolerance takes a number from 0 up to 1, such as 1e-4, but got {value}.",
        "--gradmagic-tolerance 应为 0 到 1 之间的数，例如 1e-4，实际为 {value}。",
    ),
    "outputs-differ": (
        "line {line}: {expected} was expected, but got {actual}.",
        "第 {line} 行：应为 {expected}，实际为 {actual}。",
    ),
    "outputs-differ-number": (
        "line {line}: {expected} was expected, but got {actual} (relative difference {relative}).",
        "第 {line} 行：应为 {expected}，实际为 {actual}（相对误差 {relative}）。",
    ),
    "course-not-a-folder": (
        "{path} is a file, and a folder is needed there. Name another folder.",
        "{path} 是文件，而这里需要文件夹。请换一个名称。",
    ),
    "course-no-exercises": (
        "the exercises are missing from {folder}. Install gradmagic again.",
        "在 {folder} 中找不到练习。请重新安装 gradmagic。",
    ),
    "course-no-solutions": (
        "there is no notebook in {folder}. Name the folder that holds the solutions.",
        "{folder} 中没有笔记本。请给出参考答案所在的文件夹。",
    ),
    "course-same-folder": (
        "{folder} is both source and target, and the solutions would be lost. Name another target.",
        "{folder} 既是来源又是目标，参考答案会被覆盖。请另选输出文件夹。",
    ),
    "course-bad-notebook": (
        "{path} is not a notebook that can be read: {reason}",
        "{path} 不是可读取的笔记本：{reason}",
    ),
    "course-stray-mark": (
        "{where}: `{mark}` has no partner. A BEGIN and its END come in turn, and do not nest.",
        "{where}：`{mark}` 没有配对。BEGIN 与 END 须依次成对出现，不能嵌套。",
    ),
    "course-open-mark": (
        "{where}: `{mark}` is never closed. Add the END line.",
        "{where}：`{mark}` 没有结束。请补上对应的 END 行。",
    ),
    "course-lone-translation": (
        "{where}: a Markdown cell tagged `zh` stands below the Markdown cell that it translates, and there is none.",
        "{where}：带有 `zh` 标签的 Markdown 单元格应紧跟在它所翻译的 Markdown 单元格之后，而这里没有。",
    ),
    "course-untranslated": (
        "{where}: no Chinese follows this cell. Add a Markdown cell below it with the tag `zh`.",
        "{where}：此单元格之后没有中文。请在其下方添加带 `zh` 标签的 Markdown 单元格。",
    ),
    "course-stale-phrase": (
        "{where}: the phrase {phrase!r} to be translated is not in the cell any more.",
        "{where}：单元格中已没有待翻译的语句 {phrase!r}。",
    ),
    "course-stub": ("YOUR CODE HERE", "在此处写您的代码"),
    "course-answer": ("YOUR ANSWER HERE", "在此处写您的回答"),
    "verify-unknown": (
        "there are no checks for {name!r}. There are for: {known}.",
        "没有 {name!r} 的检查。现有：{known}。",
    ),
    "verify-no-solution": ("there is no solution {path}.", "没有参考答案 {path}。"),
    "verify-bad-head": (
        "{path}, line {line}: write `# %% check: reason` instead of `{text}`.",
        "{path} 第 {line} 行：请写成 `# %% 检查: 原因`，而不是 `{text}`。",
    ),
    "verify-unknown-check": ("{file}: there is no check {name!r}.", "{file}：没有检查 {name!r}。"),
    "verify-few-wrong": (
        "{count} wrong answers; write {least} at least.",
        "只有 {count} 个错误答案；请至少写 {least} 个。",
    ),
    "verify-untried": ("no wrong answer to {name}.", "{name} 没有错误答案。"),
    "verify-solution-stopped": ("the solution does not run: {error}", "参考答案无法运行：{error}"),
    "verify-not-full": (
        "the solution gets {points} of {possible} points: {states}",
        "参考答案只得 {points}/{possible} 分：{states}",
    ),
    "verify-mark": (
        "{name}: the check gives {wanted} points, nbgrader's mark says {came}.",
        "{name}：检查给 {wanted} 分，而 nbgrader 标记为 {came} 分。",
    ),
    "verify-mark-twice": ("the grade id {name} is used twice.", "grade id {name} 用了两次。"),
    "verify-wrong-passed": (
        "the wrong answer of line {line} passes {check}.",
        "第 {line} 行的错误答案竟通过了 {check}。",
    ),
    "verify-other-reason": (
        "the wrong answer of line {line} is to be told {wanted}, and is told {came}.",
        "第 {line} 行的错误答案应被指出 {wanted}，却被指出 {came}。",
    ),
    "verify-fresh-stopped": (
        "a fresh exercise ({language}) does not run to its end: {error}",
        "未作答的练习（{language}）无法运行到底：{error}",
    ),
    "verify-fresh-points": (
        "a fresh exercise ({language}) gets {points} points for {name}.",
        "未作答的练习（{language}）在 {name} 得了 {points} 分。",
    ),
    "course-missing": (
        "{name} is not installed. This adds it: {command}",
        "尚未安装 {name}。安装命令：{command}",
    ),
    "course-needed": (
        "{name} is not installed, and gradmagic cannot work without it. This adds it: {command}",
        "尚未安装 {name}，gradmagic 无法运行。安装命令：{command}",
    ),
    "course-engine-broken": (
        "TensorFlow does not start here: {problem}",
        "TensorFlow 无法启动：{problem}",
    ),
    "course-recording": (
        "Operations are recorded: the hook passed its self-test.",
        "可以记录运算：钩子已通过自检。",
    ),
    "course-not-recording": (
        "Gradients work, but operations are not recorded: {detail}",
        "可以求导，但无法记录运算：{detail}",
    ),
    "course-gpu-unseen": (
        "This machine has an NVIDIA GPU that TensorFlow does not see. This adds its libraries: {command}",
        "本机有 NVIDIA GPU，但 TensorFlow 未能识别。安装 GPU 运行库的命令：{command}",
    ),
}
