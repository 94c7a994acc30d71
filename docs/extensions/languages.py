"""Two languages in one site: a page under `zh/` says so to the browser, and its frame speaks Chinese too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pygments.token import Keyword, Operator, Text, Whitespace
from sphinx.application import Sphinx
from sphinx.highlighting import lexers
from sphinx.locale import get_translation

# What furo writes around a page and Sphinx's own catalogue does not have.
FRAME = {
    "On this page": "本页内容",
    "Back to top": "回到顶部",
    "Contents": "目录",
    "Skip to content": "跳到正文",
    "Search": "搜索",
    "Next": "下一页",
    "Previous": "上一页",
    "Home": "首页",
    "Made with": "制作工具",
    "Light mode": "浅色",
    "Dark mode": "深色",
    "Toggle site navigation sidebar": "打开或关闭导航",
    "Toggle table of contents sidebar": "打开或关闭本页目录",
    "Toggle Light / Dark / Auto color theme": "切换浅色、深色或自动",
}


def speak_chinese(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give a Chinese page its language, and the words around it."""
    if not pagename.startswith("zh/"):
        return
    chinese = get_translation("sphinx", "zh_CN")

    def gettext(message: str) -> str:
        return FRAME.get(message) or app.config.frame_words.get(message) or chinese(message)

    # A page's own `gettext` goes before the environment's (jinja2's i18n extension looks it up at each call).
    context |= {"language": "zh-CN", "gettext": gettext}
    # Its own pages come first in the list of all.
    parts = re.split(r'(?=<p class="caption")', context.get("furo_navigation_tree", ""))
    context["furo_navigation_tree"] = "".join(sorted(parts, key=lambda part: "中文" not in part))


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the words; let Python's code blocks hold magics."""
    app.add_config_value("frame_words", {}, "html")
    app.connect("html-page-context", speak_chinese, priority=900)  # when the theme has put its own there
    app.connect("builder-inited", magics_in_code)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def magics_in_code(app: Sphinx) -> None:
    """`%%tape` is Python here: IPython's own lexer reads the blocks, and the body of a cell too."""
    try:
        from ipython_pygments_lexers import IPython3Lexer
    except ImportError:  # IPython 8 has it itself
        from IPython.lib.lexers import IPython3Lexer

    class CellLexer(IPython3Lexer):
        """IPython's lexer takes what is below a magic's line for text of another language."""

        def get_tokens_unprocessed(self, text: str, stack: Any = ("root",)) -> Iterator[Any]:
            first, _, rest = text.partition("\n")
            magic = re.match(r"(%%)(\w+)(.*)", first)
            if not magic:
                yield from super().get_tokens_unprocessed(text, stack)
                return
            for group, kind in enumerate((Operator, Keyword, Text), 1):
                yield magic.start(group), kind, magic[group]
            start = len(first) + 1
            yield start - 1, Whitespace, "\n"
            for at, kind, value in super().get_tokens_unprocessed(rest, stack):
                yield start + at, kind, value

    for name in ("python", "py", "ipython"):
        lexers[name] = CellLexer(stripnl=False)
