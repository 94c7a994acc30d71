"""Sentences of the gradebook: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    # The teacher's key.
    "key-missing": (
        "there is no key in {path}. `gradmagic grade` makes one the first time; a gradebook made elsewhere needs the key "
        "it was made with: copy that file here, or name it with `--key`.",
        "{path} 中没有密钥。首次运行 `gradmagic grade` 时会自动生成；若成绩册是在别处生成的，则需要当时的密钥：请把该文件复制到这里，或用 `--key` 指明。",
    ),
    "key-unreadable": ("the key {path} cannot be read: {reason}.", "无法读取密钥 {path}：{reason}。"),
    "key-not-a-key": (
        "{place} holds no key: {digits} hexadecimal digits belong there.",
        "{place} 中不是密钥：应为 {digits} 位十六进制数字。",
    ),
    "key-length": (
        "a key has {bytes} bytes ({digits} hexadecimal digits), and {came} bytes came.",
        "密钥应为 {bytes} 字节（{digits} 位十六进制数字），而得到 {came} 字节。",
    ),
    "key-open-to-others": (
        "others may read the key {path} (mode {mode}), and with it forge grades. Type `chmod 600 {path}`, and if anyone may have "
        "read it, make a new one.",
        "其他用户可以读取密钥 {path}（权限 {mode}），并借此伪造成绩。请运行 `chmod 600 {path}`；若可能已有人读过，请另生成新的密钥。",
    ),
    "key-not-made": ("the key {path} cannot be made: {reason}.", "无法生成密钥 {path}：{reason}。"),
    # The file.
    "book-readonly": (
        "the gradebook {path} was opened for reading only.",
        "成绩册 {path} 是以只读方式打开的。",
    ),
    "book-another-file": (
        "{path} is not a gradebook of gradmagic. Name another file or folder.",
        "{path} 不是 gradmagic 的成绩册。请指定其他文件或文件夹。",
    ),
    "book-newer": (
        "a newer gradmagic made the gradebook {path} (version {version}; this one knows {known}). Update: "
        "`pip install -U gradmagic`.",
        "成绩册 {path} 由更新版本的 gradmagic 生成（版本 {version}，当前最高支持 {known}）。请升级：`pip install -U gradmagic`。",
    ),
    "book-layout": (
        "the tables of the gradebook {path} are not as gradmagic made them. `gradmagic verify` says what differs; go back "
        "to a copy from before.",
        "成绩册 {path} 的表结构与 gradmagic 所建的不同。`gradmagic verify` 会指出差别；请恢复此前的备份。",
    ),
    "book-full": (
        "the disk is full: nothing more can be written to {folder}. What was recorded is kept; make room and "
        "start the same command again.",
        "磁盘已满：无法再写入 {folder}。已记录的内容不会丢失；请腾出空间后重新运行同一命令。",
    ),
    "book-busy": (
        "another program has held the gradebook {path} for {seconds} seconds. Close it (a database viewer, a backup) and "
        "start the same command again.",
        "成绩册 {path} 已被其他程序占用 {seconds} 秒。请关闭该程序（如数据库查看器、备份工具），再重新运行同一命令。",
    ),
    "book-closed": (
        "the gradebook {path} cannot be opened for this: {reason}. Look at the permissions of the file and its folder.",
        "无法打开成绩册 {path}：{reason}。请检查该文件及其文件夹的权限。",
    ),
    "book-broken": (
        "the gradebook {path} is broken: {reason}. Go back to a copy from before, or move it away and grade again.",
        "成绩册 {path} 已损坏：{reason}。请恢复此前的备份，或将其移走后重新评分。",
    ),
    "book-disk": (
        "the disk did not do as asked for the gradebook {path}: {reason}. It belongs on a disk of this machine, "
        "not on a network folder.",
        "读写成绩册 {path} 时磁盘出错：{reason}。成绩册应放在本机磁盘上，不要放在网络文件夹里。",
    ),
    "book-other-key": (
        "the gradebook {path} is signed with the key {theirs}, and yours is {yours}. Name the right one with `--key`.",
        "成绩册 {path} 是用密钥 {theirs} 签名的，而您的密钥是 {yours}。请用 `--key` 指明正确的密钥。",
    ),
    "book-edited": (
        "the gradebook {path} has been changed by something other than gradmagic, and nothing is added to it. "
        "`gradmagic verify` names the rows.",
        "成绩册 {path} 曾被 gradmagic 以外的程序改动，因此不再写入。`gradmagic verify` 会指出是哪些行。",
    ),
    "book-twice": (
        "there are two submissions of {student} for {exercise}. Keep one.",
        "{student} 的 {exercise} 有两份提交。请只保留一份。",
    ),
    "book-odd-name": (
        "the name {name} (of {path}) is not text that can be written down. Rename the folder.",
        "名称 {name}（{path}）不是可以书写的文字。请为该文件夹改名。",
    ),
    "book-not-graded": (
        "there is no result of {student} for {exercise} yet. Grade it first.",
        "{student} 的 {exercise} 尚无评分结果。请先评分。",
    ),
    "book-other-item": (
        "a result of {came} came for the claim of {asked}, or it carries another rubric.",
        "认领的是 {asked}，得到的却是 {came} 的结果，或其评分标准的指纹不符。",
    ),
    # What an audit finds.
    "audit-edited": (
        "entry {entries} is not as it was signed ({about}).",
        "第 {entries} 条记录与签名时不同（{about}）。",
    ),
    "audit-missing": (
        "entry {entries} is missing; what follows directly cannot be checked either.",
        "缺少第 {entries} 条记录；紧随其后的一条也无法核对。",
    ),
    "audit-extra": (
        "entry {entries} was put in by something other than gradmagic.",
        "第 {entries} 条记录是由 gradmagic 以外的程序加入的。",
    ),
    "audit-end": (
        "the signed end of the log is not as it was written: entries may be missing after the last one.",
        "日志末尾的签名与写入时不同：最后一条之后可能缺少记录。",
    ),
    "audit-index": (
        "the index says something else than the log about {student}, {exercise}.",
        "关于 {student} 的 {exercise}，索引与日志不一致。",
    ),
    "audit-layout": (
        "the definition of `{name}` is not gradmagic's.",
        "`{name}` 的定义不是 gradmagic 所建。",
    ),
    "audit-file": ("SQLite finds the file damaged: {problem}", "SQLite 发现文件已损坏：{problem}"),
    "audit-seal": (
        "the log does not contain what was sealed as {seal}: it has {entries} entries. An earlier or another gradebook was put in "
        "its place.",
        "日志中没有封签 {seal} 所对应的内容：现有 {entries} 条记录。成绩册被换成了更早的或另一份副本。",
    ),
    # Exports.
    "export-format": (
        "there is no format {name!r}. There are: {known}.",
        "没有格式 {name!r}。可用的有：{known}。",
    ),
    "export-edited-book": (
        "nothing is exported from the gradebook {path}: it has been edited (findings: {count}). `gradmagic verify` names them.",
        "成绩册 {path} 有 {count} 处被改动，不予导出。`gradmagic verify` 会逐一指出。",
    ),
    "export-failed": ("{path} cannot be written or read: {reason}.", "无法读写 {path}：{reason}。"),
    "export-link": (
        "{path} is a symbolic link, and grades are not written through it. Remove it.",
        "{path} 是符号链接，成绩不会写到它所指之处。请将其删除。",
    ),
    "export-unsealed": (
        "{name} is missing: nothing says which files were exported.",
        "缺少 {name}：无从得知导出过哪些文件。",
    ),
    "export-missing": ("{name} was exported and is missing.", "导出过的 {name} 不见了。"),
    "export-edited": ("{name} is not as it was exported.", "{name} 与导出时不同。"),
    "export-unknown": ("{name} was not exported by gradmagic.", "{name} 不是 gradmagic 导出的。"),
    # The learner's page.
    "feedback-points": ("{points} of {possible} points", "{points} / {possible} 分"),
    "feedback-passed": ("{passed} of {checks} checks passed", "通过 {passed} / {checks} 项检查"),
    "feedback-late": (
        "Handed in {late} late, which costs {percent} % of the points: before that there were {earned}.",
        "迟交 {late}，扣除 {percent}% 的得分：扣分前为 {earned} 分。",
    ),
    "feedback-minutes": ("{count} min", "{count} 分钟"),
    "feedback-hours": ("{count} h", "{count} 小时"),
    "feedback-days": ("{count} days", "{count} 天"),
    "feedback-footer": (
        "Graded by gradmagic, {when} UTC, entry {entry} of the gradebook.",
        "由 gradmagic 评分，{when} UTC，成绩册第 {entry} 条记录。",
    ),
    "status-missing": ("Nothing was handed in.", "没有提交。"),
    "status-symbolic-link": (
        "What was handed in is a link to another file, and links are not followed. Hand in the notebook itself.",
        "提交的是指向其他文件的链接，评分时不会跟随链接。请提交笔记本文件本身。",
    ),
    "status-not-a-file": (
        "What was handed in under this name is not a file. Hand in the notebook itself.",
        "以此名称提交的不是文件。请提交笔记本文件本身。",
    ),
    "status-no-permission": (
        "The file could not be opened: it belongs to somebody who lets nobody read it. Hand it in again.",
        "无法打开该文件：其权限不允许他人读取。请重新提交。",
    ),
    "status-too-large": (
        "The file is too large to be a notebook of this exercise. Clear its outputs and hand it in again.",
        "文件过大，不像是本练习的笔记本。请清除输出后重新提交。",
    ),
    "status-not-json": (
        "The file cannot be read as a notebook: it was cut short or is of another kind. Download it again and hand it in.",
        "无法将该文件作为笔记本读取：文件不完整或类型不符。请重新下载后提交。",
    ),
    "status-too-deep": (
        "The file is nested more deeply than any notebook is. Hand in the notebook as Jupyter saves it.",
        "文件的嵌套层数超过了任何正常的笔记本。请提交 Jupyter 保存的笔记本。",
    ),
    "status-too-complex": (
        "The notebook's code takes too long to read. Hand in a notebook with the exercise's cells and your answers.",
        "读取笔记本中的代码耗时过长。请提交只含练习单元格与您的答案的笔记本。",
    ),
    "status-not-a-notebook": (
        "The file is not a notebook. Hand in the `.ipynb` file.",
        "该文件不是笔记本。请提交 `.ipynb` 文件。",
    ),
    "status-unsupported-format": (
        "The notebook has a format that is not known here. Open it in Jupyter, save it, and hand it in again.",
        "笔记本的格式版本不受支持。请用 Jupyter 打开并保存，然后重新提交。",
    ),
    "status-failed": (
        "Grading failed for a reason that is not yours. It will be tried again.",
        "评分因故失败，与您的提交无关，稍后会重试。",
    ),
    "status-other": ("The checks could not be asked: {status}.", "未能进行检查：{status}。"),
    # The teacher's page.
    "summary-title": ("How the class did", "班级成绩总览"),
    "summary-students": ("students", "学生"),
    "summary-submissions": ("submissions", "提交"),
    "summary-graded": ("graded", "已评分"),
    "summary-not-graded": ("not graded", "未评分"),
    "summary-missing": ("not handed in", "未提交"),
    "summary-late": ("late", "迟交"),
    "summary-points": ("points", "得分"),
    "summary-distribution": (
        "Submissions: {count}. Points: mean {mean}, median {median} (dashed) of {possible}.",
        "{count} 份提交的得分：平均 {mean}，中位数 {median}（虚线），满分 {possible}。",
    ),
    "summary-hardest": ("The hardest checks", "最难的检查"),
    "summary-hardest-said": (
        "Checks that fewest passed: {count}. From left to right: passed, failed, could not run; on the right the "
        "share that passed.",
        "通过率最低的 {count} 项检查：自左至右为通过、未通过、未能运行；右侧为通过率。",
    ),
    "summary-mistakes": ("The commonest mistakes", "最常见的错误"),
    "summary-mistakes-said": (
        "How many submissions each mistake, or other reason not to pass, was found in.",
        "每种错误（或其他未通过的原因）出现在多少份提交中。",
    ),
    "summary-mistake": ("mistake", "错误"),
    "summary-times": ("submissions", "提交数"),
    "summary-exercise": ("exercise", "练习"),
    "summary-student": ("student", "学生"),
    "summary-what": ("what", "情况"),
    "summary-attention": ("To look at", "需要留意"),
    "summary-attention-said": (
        "Submissions that were not graded, and what was noticed about others; no note moves a point.",
        "未评分的提交，以及其他提交中值得注意之处；这些附注不影响得分。",
    ),
    "summary-rest": ("{count} more", "另外 {count} 条"),
    "summary-left-out": ("{count} more are in `grades.json`.", "另有 {count} 条见 `grades.json`。"),
    "summary-as-table": ("the same as a table", "以表格显示"),
    "summary-tiers": ("Sandbox: {tiers}.", "沙箱：{tiers}。"),
    "summary-seal": ("Seal of the gradebook: `{seal}`", "成绩册封签：`{seal}`"),
}
