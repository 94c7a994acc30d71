"""Sentences of `graph`: `{key: (English, Simplified Chinese)}`."""

SENTENCES: dict[str, tuple[str, str]] = {}
