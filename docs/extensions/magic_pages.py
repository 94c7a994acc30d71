"""The directive `{magic}`: what a magic takes, read off the vocabulary that its parser is made of.

    ```{magic} grad
    ```

gives the sentence, the line, every option with what it does and its values, and which of them exclude each
other; in the page's language. So no option can be forgotten here, or invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from gradmagic import messages
from gradmagic.magics._options import MAGICS, OPTIONS, Magic, Option

AT_MOST_ONE = {"en": "Give at most one of", "zh": "以下选项最多使用一个："}
VALUES = {"en": "Values:", "zh": "可取的值："}
STOP = {"en": ".", "zh": "。"}


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Messages in this language meanwhile."""
    before = messages.language()
    messages.use_language(language)
    try:
        yield
    finally:
        messages.use_language(before)


def written(option: Option) -> str:
    """An option as a learner types it: `--order N`, `-o, --output NAME`; an operand is its name."""
    if option.operand:
        return f"{option.metavar}{' ...' if option.nargs == '*' else ''}"
    return ", ".join(option.flags) + (f" {option.metavar}" if option.metavar else "")


def usage(magic: Magic) -> str:
    """The line: `%grad TARGET [SOURCE ...] [options]`."""
    words = [magic.written]
    for name in magic.operands:
        word = written(OPTIONS[name])
        words.append(f"[{word}]" if OPTIONS[name].nargs else word)
    if magic.options:
        words.append(f"[{messages.say('magics-options')}]")
    return " ".join(words)


class MagicDirective(SphinxDirective):
    """`{magic} NAME`, where the name is one of the vocabulary's: `train_cell` is `%%train`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Describe the magic."""
        name = self.arguments[0]
        if name not in MAGICS:
            raise self.error(f"there is no magic {name!r}: there are {', '.join(MAGICS)}")
        self.magic = name.replace("_", "-")
        self.language = "zh" if self.env.docname.startswith("zh/") else "en"
        with speaking(self.language):
            return list(self.described(MAGICS[name]))

    def described(self, magic: Magic) -> Iterator[nodes.Node]:
        """The sentence, how it is written, its operands, its options, what else there is to know."""
        base = magic.name.removesuffix("_cell")
        yield nodes.paragraph("", "", *self.text(messages.say(f"help-{base}")))
        line = nodes.literal_block(usage(magic), usage(magic), language="text", classes=["usage"])
        yield self.section("help-usage", [line, self.items(magic.operands)])
        for section, names in magic.sections.items():
            groups = [group for group in magic.groups if group[0] in names]
            found = [self.items(names), *(self.group(group) for group in groups)]
            yield self.section(f"help-section-{section}", found)
        for key, show in (("help-examples", self.code), ("help-notes", self.sentences)):
            words = f"help-{base}-{key.removeprefix('help-')}"
            if words in messages.catalogue():
                yield self.section(key, [show(messages.say(words))])

    def section(self, key: str, found: list[nodes.Node]) -> nodes.section:
        """A part of the page; its id is the same in both languages, so that a link is too."""
        anchor = f"{self.magic}-{key.removeprefix('help-').removeprefix('section-')}"
        return nodes.section("", nodes.title("", messages.say(key)), *found, ids=[anchor])

    def items(self, names: Sequence[str]) -> nodes.definition_list:
        """Operands or options, and what each does."""
        return nodes.definition_list("", *map(self.item, names), classes=["options"])

    def code(self, text: str) -> nodes.literal_block:
        """Lines to type."""
        return nodes.literal_block(text, text, language="text")

    def sentences(self, text: str) -> nodes.bullet_list:
        """A sentence a line."""
        lines = [nodes.paragraph("", "", *self.text(line)) for line in text.splitlines()]
        return nodes.bullet_list("", *(nodes.list_item("", line) for line in lines))

    def item(self, name: str) -> nodes.definition_list_item:
        """One option and what it does."""
        option = OPTIONS[name]
        term = nodes.term("", "", nodes.literal("", written(option)), ids=[f"{self.magic}-option-{name}"])
        sentence = messages.say(f"option-{name}")
        body = nodes.paragraph("", "", *self.text(sentence[0].upper() + sentence[1:] + STOP[self.language]))
        if option.values():
            body += [nodes.Text(f" {VALUES[self.language]} "), *self.codes(option.values())]
            body += nodes.Text(STOP[self.language])
        return nodes.definition_list_item("", term, nodes.definition("", body))

    def group(self, names: tuple[str, ...]) -> nodes.paragraph:
        """Options of which one can be given."""
        flags = [OPTIONS[name].flags[-1] for name in names]
        lead = nodes.Text(AT_MOST_ONE[self.language] + " ")
        return nodes.paragraph("", "", lead, *self.codes(flags), nodes.Text(STOP[self.language]))

    def text(self, sentence: str) -> list[nodes.Node]:
        """A sentence of the catalogue, its code in back-ticks."""
        parts = sentence.split("`")
        return [
            nodes.literal("", part) if at % 2 else nodes.Text(part) for at, part in enumerate(parts) if part
        ]

    def codes(self, words: Any) -> list[nodes.Node]:
        """Words of code, with commas between them."""
        found: list[nodes.Node] = []
        for word in words:
            found += [nodes.Text(", ")] if found else []
            found.append(nodes.literal("", word))
        return found


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive."""
    app.add_directive("magic", MagicDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
