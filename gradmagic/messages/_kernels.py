"""Sentences of `kernels`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "kernels-ordinary": (
        "an ordinary kernel is started, without TensorFlow preloaded: {reason}",
        "已按普通方式启动内核（未预加载 TensorFlow）：{reason}",
    ),
    "kernels-folder-open": (
        "{folder} is not a folder of your own that nobody else can enter. Remove it, or type `chmod 700 {folder}` if it is yours.",
        "{folder} 不是只有您自己可以进入的文件夹。请删除它；如果它属于您，请运行 `chmod 700 {folder}`。",
    ),
    "kernels-path-long": (
        "the socket's path has more than {most} bytes: {path}. Set GRADMAGIC_RUNTIME_DIR to a shorter folder.",
        "套接字路径超过 {most} 字节：{path}。请把 GRADMAGIC_RUNTIME_DIR 设为更短的文件夹。",
    ),
    "kernels-no-system": (
        "warm kernels need Linux; this is {system}.",
        "预热内核需要 Linux，而当前系统是 {system}。",
    ),
    "kernels-no-parent": (
        "no preloaded parent is running. `gradmagic kernel start` starts one.",
        "没有正在运行的预加载父进程。可用 `gradmagic kernel start` 启动。",
    ),
    "kernels-no-stranger": (
        "{path} belongs to a process of another user. Remove it.",
        "{path} 属于其他用户的进程，请删除它。",
    ),
    "kernels-no-answer": (
        "the preloaded parent ended before it answered. Its log: {log}",
        "预加载父进程在应答之前就结束了。日志：{log}",
    ),
    "kernels-no-patience": (
        "the preloaded parent did not answer within {seconds:g} s. `gradmagic kernel stop`, then `start`, makes a new one.",
        "预加载父进程在 {seconds:g} 秒内没有应答。请先运行 `gradmagic kernel stop`，再运行 `start`。",
    ),
    "kernels-no-python": (
        "{python} does not start: {problem}",
        "无法启动 {python}：{problem}",
    ),
    "kernels-no-command": (
        "only `python -m ipykernel_launcher` can be forked, not `{command}`.",
        "只有 `python -m ipykernel_launcher` 可以由父进程派生，而不是 `{command}`。",
    ),
    "kernels-no-option": (
        "a forked kernel cannot be given: {names}.",
        "派生的内核不支持这些选项：{names}。",
    ),
    "kernels-no-unseen": (
        "the kernel's process cannot be seen from here: it is in a PID namespace beside this one.",
        "从这里看不到内核进程：它位于另一个 PID 命名空间。",
    ),
    "kernels-no-request": (
        "the preloaded parent did not understand the request: {problem}",
        "预加载父进程无法理解请求：{problem}",
    ),
    "kernels-no-protocol": (
        "the preloaded parent is of another version of gradmagic. `gradmagic kernel stop` ends it.",
        "预加载父进程来自另一个版本的 gradmagic。可用 `gradmagic kernel stop` 结束它。",
    ),
    "kernels-no-packages": (
        "the preloaded parent is older than what is installed now ({names}); the next kernel gets a new parent.",
        "预加载父进程早于现在安装的版本（{names}）；下一个内核会使用新的父进程。",
    ),
    "kernels-no-environment": (
        "the preloaded parent was started with other values of {names}, which are read only while TensorFlow is imported. `gradmagic kernel stop`, then `start` here, takes yours.",
        "预加载父进程启动时 {names} 的值不同，而这些变量只在导入 TensorFlow 时读取。请在此处先运行 `gradmagic kernel stop`，再运行 `start`。",
    ),
    "kernels-no-confines": (
        "this parent confines every kernel: the provisioner needs `confine`.",
        "此父进程会限制每个内核：provisioner 需要 `confine` 设置。",
    ),
    "kernels-no-confinement": (
        "this parent cannot confine a kernel: start one with `confine`.",
        "此父进程不能限制内核：请用 `confine` 启动一个。",
    ),
    "kernels-no-setup": (
        "the forked kernel could not be made as it was asked for: {problem}",
        "派生的内核无法按要求设置：{problem}",
    ),
}
