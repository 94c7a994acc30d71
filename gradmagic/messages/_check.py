"""Sentences of `check`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {}
