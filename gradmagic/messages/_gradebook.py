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
}
