"""Sentences of `check`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {
    "check-no-replay": (
        "this TensorFlow cannot repeat a recorded operation ({detail}). `gradmagic doctor` tells which versions do.",
        "当前的 TensorFlow 不能重新执行已记录的运算（{detail}）。运行 `gradmagic doctor` 可查看哪些版本支持。",
    ),
    "check-no-values": (
        "the recording kept no values at {operation}, so it cannot be repeated: record again with values "
        '(`max_memory="1GB"` keeps more, `%%tape --max-memory 1GB`).',
        "记录在 {operation} 处没有保留数值，因此无法重算：请保留数值后重新记录"
        '（`max_memory="1GB"` 或 `%%tape --max-memory 1GB` 可保留更多）。',
    ),
}
