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
    "sandbox-half-root": (
        "root without CAP_SYS_ADMIN, as in most containers, can make no namespaces",
        "没有 CAP_SYS_ADMIN 的 root（多数容器如此）无法创建命名空间",
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
    "sandbox-tier": ("Grading's sandbox here: the tier `{name}`.", "本机评分沙箱的级别：`{name}`。"),
    "sandbox-is-full": (
        "  A submission sees no network, no other process, and no file but Python's and its own scratch folder; its memory, processes, time and disk are bounded.",
        "  学生作业看不到网络、其他进程，除 Python 本身和私有临时文件夹外也看不到任何文件；内存、进程、时间和磁盘均有限制。",
    ),
    "sandbox-is-namespaces": (
        "  A submission is kept apart by namespaces and a read-only view of the files, but a second wall is missing. `gradmagic grade` asks for a flag.",
        "  学生作业由命名空间和只读文件视图隔离，但缺少第二道屏障。`gradmagic grade` 会要求明确的选项。",
    ),
    "sandbox-is-landlock": (
        "  A submission can read no file outside and open no connection, but it sees that other processes exist, and its disk space is not bounded. `gradmagic grade` asks for a flag.",
        "  学生作业不能读取外部文件，也不能建立连接，但能看到其他进程的存在，磁盘用量也不受限制。`gradmagic grade` 会要求明确的选项。",
    ),
    "sandbox-is-limits": (
        "  Only memory, time and the number of processes are bounded: a submission can read your files. Grade work that you trust, or in a virtual machine made for it.",
        "  只限制了内存、时间和进程数：学生作业可以读取您的文件。请只评可信的作业，或在专用的虚拟机中评分。",
    ),
    "sandbox-is-none": (
        "  Nothing holds a submission here. Grade in a Linux virtual machine or container.",
        "  本机无法隔离学生作业。请在 Linux 虚拟机或容器中评分。",
    ),
    "sandbox-missing": ("  Missing: {name} ({problem}).", "  缺少：{name}（{problem}）。"),
    "sandbox-fallen": (
        "  The tier `{name}` was tried and did not stand: {problem}",
        "  已尝试级别 `{name}`，但未能成立：{problem}",
    ),
    "sandbox-remedy-max": (
        "  User namespaces are switched off. As root: `sysctl -w user.max_user_namespaces=15000`.",
        "  用户命名空间已被关闭。请以 root 身份执行：`sysctl -w user.max_user_namespaces=15000`。",
    ),
    "sandbox-remedy-clone": (
        "  Ordinary users may not make user namespaces. As root: `sysctl -w kernel.unprivileged_userns_clone=1`.",
        "  普通用户无权创建用户命名空间。请以 root 身份执行：`sysctl -w kernel.unprivileged_userns_clone=1`。",
    ),
    "sandbox-remedy-apparmor": (
        "  AppArmor keeps ordinary users from user namespaces (Ubuntu 23.10 and later). As root: `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`.",
        "  AppArmor 禁止普通用户使用用户命名空间（Ubuntu 23.10 及以后）。请以 root 身份执行：`sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`。",
    ),
    "sandbox-remedy-container": (
        "  Inside a container this is often its policy: for Docker and Podman, `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined` gives it; or grade outside the container.",
        "  在容器中，这通常是容器策略所致：Docker 与 Podman 可加上 `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined`；也可以在容器外评分。",
    ),
    "sandbox-remedy-landlock": (
        "  Landlock needs Linux 5.13 or later, built with it; in a container, a policy that allows its system calls.",
        "  Landlock 需要 5.13 及以后、且编译时启用了它的 Linux；在容器中，还需要允许其系统调用的策略。",
    ),
    "sandbox-remedy-landlock-off": (
        "  Landlock is built in but switched off: add `landlock` to the list after `lsm=` on the kernel's command line.",
        "  内核包含 Landlock 但未启用：请在内核启动参数 `lsm=` 的列表中加入 `landlock`。",
    ),
    "sandbox-remedy-kernel": (
        "  The kernel, or the container around this, does not offer it: another kernel, or a less strict container, does.",
        "  内核或外层容器不提供此功能：请更换内核，或放宽容器的限制。",
    ),
    "sandbox-without-cgroup": (
        "  Memory is measured from outside, because there is no cgroup to hold it ({problem}). With systemd, `systemd-run --user --scope -p Delegate=yes gradmagic grade ...` gives one.",
        "  没有可用的 cgroup，因此由外部进程测量内存（{problem}）。在使用 systemd 的系统上，`systemd-run --user --scope -p Delegate=yes gradmagic grade ...` 可提供 cgroup。",
    ),
}
