"""Sentences of `cli`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "cli-summary": (
        "Record, differentiate, explain and train in a notebook cell.",
        "在笔记本单元格里记录运算、求导、解释梯度、训练模型。",
    ),
    "cli-commands": ("commands", "命令"),
    "cli-command": ("COMMAND", "命令"),
    "cli-help-help": ("show this help and exit", "显示帮助并退出"),
    "cli-help-version": ("show the version and exit", "显示版本并退出"),
    "cli-missing-word": ("the command also needs: {names}\n{usage}", "命令还缺少参数：{names}\n{usage}"),
    "cli-option-value": ("{option} needs a value after it.", "选项 {option} 后面需要一个值。"),
    "cli-unknown-command": (
        "there is no command {name!r}.{hint} There are: {commands}.",
        "没有命令 {name!r}。{hint}可用的命令：{commands}。",
    ),
    "cli-unknown-option": (
        "there is no option {option!r}.{hint} `{command} --help` lists them.",
        "没有选项 {option!r}。{hint}可用 `{command} --help` 查看全部选项。",
    ),
    "cli-unexpected-word": (
        "{word!r} is one word too many. `{command} --help` says what the command takes.",
        "多出了一个参数 {word!r}。可用 `{command} --help` 查看用法。",
    ),
    "cli-did-you-mean": (" Did you mean `{name}`?", "您是不是想输入 `{name}`？"),
    "cli-interrupted": ("interrupted.", "已中断。"),
    "cli-demo": (
        "run a lesson in a real Jupyter kernel: a derivative, a training, a page to read",
        "在真实的 Jupyter 内核中运行一课：求导、训练，并生成可供阅读的网页",
    ),
    "cli-demo-out": (
        "where the notebook and the page go (default: %(default)s)",
        "笔记本和网页的存放位置（默认：%(default)s）",
    ),
    "cli-demo-start": (
        "House prices, 2013 to 2017: a line fitted by its gradient, in a Jupyter kernel.",
        "2013 至 2017 年的房价：在 Jupyter 内核中用梯度拟合一条直线。",
    ),
    "cli-demo-unit": ("cells", "个单元格"),
    "cli-demo-written": (
        "The notebook  {notebook}\nThe page      {page}",
        "笔记本  {notebook}\n网页    {page}",
    ),
    "cli-lab": ("open JupyterLab on your own copy of the exercises", "复制一份练习，并用 JupyterLab 打开"),
    "cli-lab-folder": ("FOLDER", "文件夹"),
    "cli-lab-folder-help": (
        "where your copy is, or is to be (default: %(default)s)",
        "练习副本所在（或将要创建）的文件夹（默认：%(default)s）",
    ),
    "cli-lab-no-browser": ("print the address, open no browser", "只显示网址，不打开浏览器"),
    "cli-lab-allow-root": (
        "let JupyterLab run as root, as in a container",
        "允许以 root 身份运行 JupyterLab（例如在容器中）",
    ),
    "cli-lab-copied": ("Copied into {folder}: {count}.", "已复制到 {folder} 的文件数：{count}。"),
    "cli-lab-kept": (
        "Kept as they are, because they differ from ours: {names}.",
        "下列文件与原版不同，已原样保留：{names}。",
    ),
    "cli-lab-missing": (
        "JupyterLab is not installed. This adds it: {command}",
        "尚未安装 JupyterLab。安装命令：{command}",
    ),
    "cli-doctor": (
        "say what is installed, what TensorFlow sees, and what is missing",
        "检查安装了什么、TensorFlow 能用哪些设备、还缺什么",
    ),
    "cli-doctor-absent": ("not installed", "未安装"),
    "cli-doctor-device": ("TensorFlow sees {kind}  {name}", "TensorFlow 可用设备 {kind}  {name}"),
    "cli-doctor-usable": ("Ready: every lesson can run here.", "一切就绪：所有课程都可以在这里运行。"),
    "cli-doctor-unusable": (
        "Not ready: the lessons cannot run until the above is put right.",
        "尚未就绪：请先解决上述问题，课程才能运行。",
    ),
    "cli-kernel": (
        "warm kernels: install their kernelspec; start, stop or look at the process they are forked from",
        "预热内核：安装 kernelspec；启动、停止或查看派生内核的父进程",
    ),
    "cli-kernel-action": (
        "install the kernelspec `gradmagic`; start, stop or show the preloaded parent",
        "安装名为 `gradmagic` 的 kernelspec；启动、停止或查看预加载父进程",
    ),
    "cli-kernel-sys-prefix": (
        "install into this Python environment instead of your home folder",
        "安装到当前 Python 环境，而不是用户目录",
    ),
    "cli-kernel-name": (
        "what notebooks call it; `python3` makes every notebook's kernel a warm one; `gradmagic` unless given",
        "笔记本使用的名称；`python3` 使每个笔记本的内核都成为预热内核；默认 `gradmagic`",
    ),
    "cli-kernel-prefix": ("install into this environment's folder", "安装到此环境的文件夹"),
    "cli-kernel-pool": (
        "how many idle kernels wait (default: %(default)s)",
        "备用内核的数量（默认：%(default)s）",
    ),
    "cli-kernel-minutes": ("MINUTES", "分钟"),
    "cli-kernel-idle": (
        "the parent ends after this time without a kernel (default: %(default)s)",
        "没有内核在使用时，父进程在此时间后结束（默认：%(default)s）",
    ),
    "cli-kernel-unknown": (
        "there is no action {name!r}.{hint} There are: {actions}.",
        "没有操作 {name!r}。{hint}可用的操作：{actions}。",
    ),
    "cli-kernel-installed": (
        "Kernelspec written: {folder}\nJupyterLab, nbclient and nbval find it by the name `{name}`.",
        "kernelspec 已写入：{folder}\nJupyterLab、nbclient 和 nbval 可通过名称 `{name}` 找到它。",
    ),
    "cli-kernel-none": (
        "Warm kernels: no preloaded parent is running; the first kernel starts one.",
        "预热内核：没有正在运行的预加载父进程；启动第一个内核时会自动启动它。",
    ),
    "cli-kernel-stopped": (
        "The preloaded parent takes no more requests. Kernels still in use: {count}; it ends with the last.",
        "预加载父进程不再接受请求。仍在使用的内核：{count} 个；最后一个结束后它随之结束。",
    ),
    "cli-kernel-stale": (
        "Warm kernels: the parent {pid} is older than what is installed now ({names}); the next kernel gets a new one.",
        "预热内核：父进程 {pid} 早于现在安装的版本（{names}）；之后的内核会使用新的父进程。",
    ),
    "cli-kernel-runs": (
        "Warm kernels: the parent {pid} has run for {minutes:.0f} min; idle kernels: {idle}, in use: {used}.",
        "预热内核：父进程 {pid} 已运行 {minutes:.0f} 分钟；备用内核 {idle} 个，使用中 {used} 个。",
    ),
    "cli-kernel-hidden": (
        "Jupyter finds another of that name first: {folder}. `gradmagic kernel install --sys-prefix --name {name}` writes over it.",
        "Jupyter 会先找到另一个同名的 kernelspec：{folder}。`gradmagic kernel install --sys-prefix --name {name}` 可将其覆盖。",
    ),
    "cli-kernel-spec": ("Kernelspec `{name}`: {folder}", "名为 `{name}` 的 kernelspec：{folder}"),
    "cli-kernel-no-spec": (
        "The kernelspec is not installed. `gradmagic kernel install` adds it.",
        "尚未安装 kernelspec。可用 `gradmagic kernel install` 安装。",
    ),
    "cli-kernel-ordinary": ("Latest ordinary start: {line}", "最近一次普通启动：{line}"),
    "cli-release": ("cut the learners' exercises from the solutions", "由参考答案生成学生练习"),
    "cli-verify": (
        "put exercises to the test, or search a gradebook for edits",
        "检验练习，或检查成绩册是否被改动",
    ),
    "cli-verify-word": ("EXERCISE", "练习"),
    "cli-verify-exercise": (
        "its name (all that have checks if left out); or a gradebook, or a folder that `gradmagic grade` wrote",
        "练习的名称（省略则检验所有带检查的练习）；或成绩册，或 `gradmagic grade` 写出的文件夹",
    ),
    "cli-grade-dask": (
        "grade on the Dask cluster whose scheduler is there, tcp://HOST:8786; it sees the same folders as this machine",
        "在该 Dask 集群上评分，地址如 tcp://HOST:8786；集群须能访问与本机相同的文件夹",
    ),
    "cli-grade-seal": (
        "Seal  {seal}  (noted elsewhere, it shows `gradmagic verify --seal` whether the gradebook was put back)",
        "封签  {seal}（请另行记下：用 `gradmagic verify --seal` 可发现成绩册是否被换回旧状态）",
    ),
    "cli-verify-key": (
        "the teacher's key (default: $GRADMAGIC_KEY, $GRADMAGIC_KEY_FILE, then the one in your configuration folder)",
        "教师密钥（默认依次为 $GRADMAGIC_KEY、$GRADMAGIC_KEY_FILE、配置文件夹中的密钥）",
    ),
    "cli-verify-seal": (
        "what an earlier run printed: finds a gradebook that was put back to an earlier state",
        "此前运行时输出的封签：可发现被换回旧状态的成绩册",
    ),
    "cli-verify-mixed": (
        "{words}: exercises and gradebooks are verified one kind at a time.",
        "{words}：练习与成绩册请分开检验。",
    ),
    "cli-verify-unedited": (
        "{place}: as it was signed. Entries: {entries}; results: {results}.\nSeal  {seal}",
        "{place}：与签名时一致。{entries} 条记录，{results} 个结果。\n封签  {seal}",
    ),
    "cli-verify-edited": (
        "{place}: edited. Findings: {count}; entries: {entries}; results: {results}.",
        "{place}：已被改动，共发现 {count} 处；{entries} 条记录，{results} 个结果。",
    ),
    "cli-verify-messages": (
        "keep what each wrong answer is told in this folder, a file for each exercise",
        "把每个错误答案得到的反馈保存到此文件夹，每个练习一个文件",
    ),
    "cli-verify-solutions": (
        "the folder of the solutions (default: %(default)s)",
        "参考答案所在的文件夹（默认：%(default)s）",
    ),
    "cli-verify-done": (
        "{exercises} exercises put to the test, {wrong} wrong answers tried.",
        "共检验 {exercises} 个练习，试了 {wrong} 个错误答案。",
    ),
    "cli-release-source": ("the folder of the solutions", "参考答案所在的文件夹"),
    "cli-release-target": ("the folder that the exercises go to", "练习的输出文件夹"),
    "cli-grade": (
        "grade a folder of submissions: points, feedback pages, a gradebook",
        "为一个文件夹的提交评分：得分、反馈网页、成绩册",
    ),
    "cli-grade-submissions": (
        "the folder with STUDENT/EXERCISE.ipynb",
        "含有 学生/练习.ipynb 的文件夹",
    ),
    "cli-grade-solutions": (
        "the folder of the solutions (default: %(default)s)",
        "参考答案所在的文件夹（默认：%(default)s）",
    ),
    "cli-grade-out": (
        "the folder of the gradebook and of all that is written (default: %(default)s)",
        "成绩册及全部输出所在的文件夹（默认：%(default)s）",
    ),
    "cli-grade-jobs": (
        "how many submissions are graded side by side (default: one for each processor)",
        "同时评分的提交数（默认：每个处理器一个）",
    ),
    "cli-grade-exercise": (
        "grade this exercise alone; may be given again",
        "只评这个练习；可多次给出",
    ),
    "cli-grade-only": (
        "ask only this check again, of everything that has been graded; may be given again",
        "对已评分的提交只重评这个检查；可多次给出",
    ),
    "cli-grade-format": (
        "what is written, with commas between (default: %(default)s)",
        "要写出的格式，以逗号分隔（默认：%(default)s）",
    ),
    "cli-grade-key": (
        "the file of the teacher's key; made if it is not there (default: in your configuration folder)",
        "教师密钥文件，不存在则生成（默认：在您的配置文件夹中）",
    ),
    "cli-grade-due": (
        "when submissions were due: 2026-11-30T23:59",
        "提交截止时间：2026-11-30T23:59",
    ),
    "cli-grade-late-penalty": (
        "what lateness costs: 10/day is 10 %% for each day begun; 1/hour; 10/day,50 takes 50 %% at most",
        "迟交扣分：10/day 为每迟交一天（不足一天按一天计）扣 10 %%；1/hour；10/day,50 最多扣 50 %%",
    ),
    "cli-grade-handed-in": (
        "a CSV table student,time[,exercise] of when they came; else the files' own times count",
        "记录提交时间的 CSV 表 student,time[,exercise]；否则以文件的修改时间为准",
    ),
    "cli-grade-cell-seconds": (
        "how long one cell may run (default: %(default)s)",
        "一个单元格最长运行的秒数（默认：%(default)s）",
    ),
    "cli-grade-seconds": (
        "how long one submission may take in all (default: %(default)s)",
        "一份提交总共最长运行的秒数（默认：%(default)s）",
    ),
    "cli-grade-all-cells": (
        "run every cell, also those that no answer needs",
        "运行所有单元格，包括答案用不到的",
    ),
    "cli-grade-below-full-tier": (
        "go on where this machine gives no full sandbox: the least tier to accept; `gradmagic doctor` names them",
        "本机没有完整沙箱时仍继续：可接受的最低级别，名称见 `gradmagic doctor`",
    ),
    "cli-grade-unit": ("submissions", "份提交"),
    "cli-grade-bad-jobs": (
        "--jobs {jobs}: give 1 or more, or leave it out.",
        "--jobs {jobs}：请给 1 或更大的数，或省略。",
    ),
    "cli-grade-no-due": (
        "--late-penalty needs to know when submissions were due: add --due 2026-11-30T23:59.",
        "--late-penalty 需要截止时间：请加上 --due 2026-11-30T23:59。",
    ),
    "cli-grade-done": (
        "Submissions graded: {graded}, in {seconds} s, {rate} s each; the gradebook has {known}. Results: {out}",
        "已评分 {graded} 份提交，用时 {seconds} 秒，每份 {rate} 秒；成绩册中共有 {known} 份。结果：{out}",
    ),
    "cli-grade-tier": ("Sandbox: {tier}.", "沙箱级别：{tier}。"),
    "cli-grade-ignored": ("not a submission: {path}", "不是提交：{path}"),
    "cli-grade-failed": (
        "could not be graded, and is tried again at the next run: {path}",
        "未能评分，下次运行时会再试：{path}",
    ),
}
