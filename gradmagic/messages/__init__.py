"""Every sentence a learner reads, in English and Simplified Chinese.

`say("no-recording")` gives the sentence in the language in force: the one set by `use_language`,
else the environment variable `GRADMAGIC_LANG`, else the locale, else English.
"""

from gradmagic.messages._catalogue import LANGUAGES, catalogue, in_language, language, say, use_language

__all__ = ["LANGUAGES", "catalogue", "in_language", "language", "say", "use_language"]
