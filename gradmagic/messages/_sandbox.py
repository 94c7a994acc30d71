"""Sentences of `grading.sandbox`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "sandbox-no-tier": (
        "there is no tier {tier!r} of the sandbox; there are: {tiers}.",
        "沙箱没有级别 {tier!r}；可用的级别：{tiers}。",
    ),
    "sandbox-tier-none": (
        "the tier `none` confines nothing, so nothing is run in it; ask for one of: {tiers}.",
        "级别 `none` 没有任何隔离，因此不会在其中运行任何程序；请选用：{tiers}。",
    ),
    "sandbox-relative": (
        "{path!r} is not an absolute path; a sandbox needs paths that begin with `/`.",
        "{path!r} 不是绝对路径；沙箱需要以 `/` 开头的路径。",
    ),
    "sandbox-unknown": (
        "a confinement has no setting {name!r}; it has: {names}.",
        "沙箱设置中没有 {name!r}；可用的设置：{names}。",
    ),
    "sandbox-not-linux": (
        "the sandbox needs Linux on x86_64 or aarch64; grade in a Linux virtual machine or container.",
        "沙箱需要 x86_64 或 aarch64 上的 Linux；请在 Linux 虚拟机或容器中评分。",
    ),
    "sandbox-threads": (
        "this process has started threads, and only a process of one thread can be confined: call `confine` right after a fork, before any thread.",
        "当前进程已启动多个线程，而只有单线程的进程才能被隔离：请在 fork 之后、启动任何线程之前调用 `confine`。",
    ),
    "sandbox-descriptor-closed": (
        "descriptor {number} is to be kept, but it is not open.",
        "要保留的文件描述符 {number} 并未打开。",
    ),
    "sandbox-descriptor-folder": (
        "descriptor {number} is a folder; with it a confined process could reach files outside. Name the folder as readable instead.",
        "文件描述符 {number} 是一个文件夹，被隔离的进程可借此访问外部文件。请改为把该文件夹列为可读。",
    ),
    "sandbox-no-path": (
        "{path} is to be shown in the sandbox, but there is no such file or folder.",
        "要在沙箱中显示 {path}，但它不存在。",
    ),
    "sandbox-shown-and-hidden": (
        "{path} is both to be shown and to be hidden in the sandbox.",
        "{path} 既要在沙箱中显示，又要隐藏，二者矛盾。",
    ),
    "sandbox-failed": (
        "this machine refuses a part of the sandbox, `{means}`: {problem}. `gradmagic doctor` says what it gives and what would add the rest.",
        "本机不支持沙箱的一部分 `{means}`：{problem}。`gradmagic doctor` 会说明本机支持哪些，以及如何补上其余部分。",
    ),
    "sandbox-not-held": (
        "the sandbox did not hold: {name} is {value}. Nothing was run.",
        "沙箱未能生效：{name} 为 {value}。未运行任何程序。",
    ),
    "sandbox-unreadable": (
        "inside the sandbox {path} cannot be read, because only its owner may: let others read this environment (`chmod -R o+rX` on its folder), or grade as its owner.",
        "在沙箱内无法读取 {path}，因为只有它的所有者可以读取：请允许其他用户读取该环境（对其文件夹执行 `chmod -R o+rX`），或以所有者身份评分。",
    ),
    "sandbox-slow": (
        "the sandbox did not stand after {seconds} seconds.",
        "{seconds} 秒后沙箱仍未就绪。",
    ),
    "sandbox-died": (
        "the process to be confined ended before it was.",
        "要隔离的进程在隔离完成之前就结束了。",
    ),
    "sandbox-no-report": (
        "the sandbox's keeper ended with {code} and left no report: {problem}",
        "沙箱的看守进程以 {code} 结束，且未留下报告：{problem}",
    ),
}
