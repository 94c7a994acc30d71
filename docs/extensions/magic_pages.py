"""The directive `{magic}`: what a magic takes, read off the vocabulary that its parser is made of.

    ```{magic} grad
    ```

gives the sentence, the line, every option with what it does and its values, and which of them exclude each
other; in the page's language. So no option can be forgotten here, or invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from gradmagic import messages
from gradmagic.magics._options import MAGICS, OPTIONS, Magic, Option

AT_MOST_ONE = {"en": "Give at most one of", "zh": "以下选项最多使用一个："}
VALUES = {"en": "Values:", "zh": "可取的值："}
HEADINGS = {"en": ("Operands", "Options"), "zh": ("操作数", "选项")}
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
    words = [written(OPTIONS[name]) for name in magic.operands]
    words = [f"[{w}]" if OPTIONS[n].nargs else w for w, n in zip(words, magic.operands, strict=True)]
    if magic.options:
        words.append(f"[{messages.say('magics-options')}]")
    return " ".join([f"{magic.sign}{magic.name.removesuffix('_cell')}", *words])


class MagicDirective(SphinxDirective):
    """`{magic} NAME`, where the name is one of the vocabulary's: `train_cell` is `%%train`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Describe the magic."""
        name = self.arguments[0]
        if name not in MAGICS:
            raise self.error(f"there is no magic {name!r}: there are {', '.join(MAGICS)}")
        self.language = "zh" if self.env.docname.startswith("zh/") else "en"
        with speaking(self.language):
            return list(self.described(MAGICS[name]))

    def described(self, magic: Magic) -> Iterator[nodes.Node]:
        """The sentence, the line, operands, options."""
        base = magic.name.removesuffix("_cell")
        yield nodes.paragraph("", "", *self.text(messages.say(f"help-{base}")))
        yield nodes.literal_block(usage(magic), usage(magic), language="text", classes=["usage"])
        for heading, names in zip(HEADINGS[self.language], (magic.operands, magic.options), strict=True):
            if not names:
                continue
            # A heading's id is the same in both languages, so that a link is too.
            anchor = "operands" if names is magic.operands else "options"
            section = nodes.section(ids=[anchor])
            section += nodes.title("", heading)
            listed = nodes.definition_list(classes=["options"])
            for option in names:
                listed += self.item(magic, option)
            section += listed
            if names is magic.options:
                section += [self.group(group) for group in magic.groups]
            yield section

    def item(self, magic: Magic, name: str) -> nodes.definition_list_item:
        """One option and what it does."""
        option = OPTIONS[name]
        term = nodes.term("", "", nodes.literal("", written(option)), ids=[f"option-{name}"])
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
