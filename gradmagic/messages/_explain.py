"""Sentences of `explain`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {}
