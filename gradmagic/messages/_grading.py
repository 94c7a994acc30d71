"""Sentences of `grading`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "grading-no-folder": (
        "the folder of submissions, {folder}, cannot be read: {reason}.",
        "无法读取提交文件夹 {folder}：{reason}。",
    ),
    "grading-no-submissions": (
        "there is no submission in {folder}. A student's notebook is looked for in {folder}/<student>/{example}.ipynb.",
        "{folder} 中没有提交。学生的笔记本应位于 {folder}/<学生>/{example}.ipynb。",
    ),
    "grading-no-solutions": (
        "no notebook in {folder} has checks. Name the folder of the solutions: `--solutions solutions`.",
        "{folder} 中没有带检查的笔记本。请指明参考答案的文件夹：`--solutions solutions`。",
    ),
    "grading-bad-solution": ("{path} cannot be graded by: {reason}.", "无法用 {path} 评分：{reason}。"),
    "grading-no-cell-for-check": (
        "{path} has no cell for the check {name}: a cell `%check {name}` with nbgrader's metadata is needed. `gradmagic verify` says more.",
        "{path} 中没有检查 {name} 的单元格：需要一个带 nbgrader 元数据的 `%check {name}` 单元格。详情请用 `gradmagic verify` 查看。",
    ),
    "grading-no-tier": (
        "there is no sandbox {tier!r}: there are {tiers}.",
        "没有名为 {tier!r} 的沙箱；可用的有 {tiers}。",
    ),
    "grading-below-tier": (
        "this machine gives the sandbox {tier!r}, and {wanted!r} is asked for; missing: {missing}. `gradmagic doctor` says why. "
        "To grade with less all the same: `--below-full-tier {tier}`.",
        "本机只能提供 {tier!r} 级沙箱，而要求的是 {wanted!r}；缺少：{missing}。原因可用 `gradmagic doctor` 查看。"
        "若仍要在较弱的沙箱中评分：`--below-full-tier {tier}`。",
    ),
    "grading-bad-time": (
        "{text!r} is no time. Type it as 2026-11-30T23:59, or with a zone, 2026-11-30T23:59+08:00.",
        "{text!r} 不是时间。请写成 2026-11-30T23:59，或带时区：2026-11-30T23:59+08:00。",
    ),
    "grading-bad-penalty": (
        "{text!r} is no late penalty. Type 10/day for 10 % of the points for each day that has begun, 1/hour, or 10/day,50 for 50 % at most.",
        "{text!r} 不是迟交扣分。10/day 表示每迟交一天（不足一天按一天计）扣 10 %，也可写 1/hour，或 10/day,50（最多扣 50 %）。",
    ),
    "grading-bad-times": (
        "{path} is no table of times: {reason}. It needs the columns student, time and, if wanted, exercise.",
        "{path} 不是时间表：{reason}。它需要 student、time 两列，可另有 exercise 列。",
    ),
    "grading-unknown-name": (
        "there is no {name!r}.{hint} There are: {known}.",
        "没有 {name!r}。{hint}可用的有：{known}。",
    ),
    "grading-other-rubric": (
        "{exercise} was planned with other solutions, checks or another key than these. Grade with those, or with an output folder of its own.",
        "{exercise} 是用另外的参考答案、检查或密钥安排评分的。请用原来的那些，或另选输出文件夹。",
    ),
    "grading-solution-fails": (
        "the solution of {name} does not get every point itself ({about}), so nothing was graded. `gradmagic verify {name}` says more.",
        "{name} 的参考答案自己也得不到满分（{about}），因此没有评分。详情请用 `gradmagic verify {name}` 查看。",
    ),
    "grading-pytest-nbval": (
        "--gradmagic grades what nbval runs: add --nbval.",
        "--gradmagic 为 nbval 运行的笔记本评分：请加上 --nbval。",
    ),
    "grading-pytest-xdist": (
        "submissions share one parent of kernels: add -n 0 (`gradmagic grade --jobs N` grades side by side).",
        "各提交共用一个内核父进程：请加上 -n 0（需要并行请用 `gradmagic grade --jobs N`）。",
    ),
    "grading-pytest-points": ("points", "得分"),
    "grading-no-session": (
        "pytest did not begin (exit status {status}); nothing was graded.",
        "pytest 未能启动（退出状态 {status}）；没有进行评分。",
    ),
    "grading-why-no-answer": (
        "no answer came that can be read: what was sent was not numbers, was sent twice, or was too much.",
        "没有收到可以读取的答案：发来的不是数值、发了两次，或者太多。",
    ),
    "grading-why-killed": (
        "the kernel ended while this was asked: too much memory, or code that ends the process.",
        "提问时内核终止了：内存用得太多，或者代码结束了进程。",
    ),
    "grading-why-out-of-time": (
        "the time for the whole notebook was used up before this was answered.",
        "在得到答案之前，整个笔记本的时间已经用完。",
    ),
    "grading-why-not-read": (
        "there is no notebook that can be read, so nothing was asked.",
        "没有可以读取的笔记本，因此没有提问。",
    ),
    "grading-note-cell-missing": (
        "the answer cell {name} is missing; the exercise's empty one took its place.",
        "答案单元格 {name} 缺失，已用练习原来的空白单元格代替。",
    ),
    "grading-note-duplicate-cell": (
        "{count} cells are marked as the answer {name}; all were run, in their order.",
        "有 {count} 个单元格标记为答案 {name}；已按顺序全部运行。",
    ),
    "grading-note-relabelled-cell": (
        "the answer cell {name} has lost its mark, and was known by its id.",
        "答案单元格 {name} 的标记已丢失，根据其 id 识别。",
    ),
    "grading-note-cell-failed": (
        "a cell of {name} raised an error; what it had defined before was kept.",
        "{name} 中的一个单元格出错；出错之前的定义已保留。",
    ),
    "grading-note-cell-killed": (
        "a cell of {name} ended the kernel or did not end; it was left out, and the rest was run again.",
        "{name} 中的一个单元格使内核终止或无法结束；已跳过它，其余部分重新运行。",
    ),
    "grading-note-probe-killed": (
        "the kernel ended while {name} was asked; the rest was run in a new one.",
        "检查 {name} 时内核终止；其余部分已在新内核中运行。",
    ),
    "grading-note-out-of-time": (
        "the time for the whole notebook was used up.",
        "整个笔记本的时间已用完。",
    ),
    "grading-note-not-taken-apart": (
        "its cells could not be taken apart, which is our mistake: {reason}",
        "无法拆分其单元格，这是我们的错误：{reason}",
    ),
    "grading-needs-nbval": (
        "grading runs notebooks by nbval, which is not installed. This adds it: {command}",
        "评分需要用 nbval 运行笔记本，但尚未安装。安装命令：{command}",
    ),
    "grading-all-fail": (
        "{count} submissions in a row could not be graded ({reason}); stopped. They are tried again at the next run.",
        "连续 {count} 份提交未能评分（{reason}）；已停止。下次运行时会再试。",
    ),
    "grading-note-no-kernel": ("no kernel could be had: {reason}", "无法获得内核：{reason}"),
    # A Dask cluster.
    "cluster-missing": (
        "grading on a cluster needs Dask's `distributed`, which is not installed. This adds it: {command}",
        "在集群上评分需要 Dask 的 `distributed`，尚未安装。安装命令：{command}",
    ),
    "cluster-silent": (
        "no Dask scheduler answers at {address}: {reason}. `dask scheduler` starts one, `dask worker {address}` a worker.",
        "{address} 处没有 Dask 调度器应答：{reason}。可用 `dask scheduler` 启动调度器，用 `dask worker {address}` 启动工作进程。",
    ),
    "cluster-version": (
        "the worker {worker} has gradmagic {theirs}, and this is {ours}. Install the same everywhere.",
        "工作进程 {worker} 的 gradmagic 版本为 {theirs}，而本机为 {ours}。请在各处安装相同的版本。",
    ),
    "cluster-folder": (
        "{host} has no folder {folder}. Every machine of the cluster needs the submissions and the solutions under the same path.",
        "{host} 上没有文件夹 {folder}。集群中的每台机器都须以相同路径访问提交和参考答案。",
    ),
}
