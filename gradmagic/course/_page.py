"""A notebook as one HTML file that needs nothing else: no network, no script, no kernel."""

from __future__ import annotations

from copy import deepcopy
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from nbconvert import HTMLExporter
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from gradmagic.messages import language

# The first that an output has is shown. Without a script there is no one to set LaTeX, so the text
# form goes first; widgets have no kernel to speak to and are shown by their text too.
FORMS = ["text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/plain"]


def write_page(notebook: NotebookNode, path: Path) -> Path:
    """Write `notebook` as a page to `path`; its title is the notebook's first heading."""
    exporter = HTMLExporter(
        template_name="basic",
        embed_images=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    exporter.config.NbConvertBase.display_data_priority = FORMS
    notebook = deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    body, _ = exporter.from_notebook_node(notebook)
    template = Template(files("gradmagic.course").joinpath("page.html").read_text("utf-8"))
    page = template.substitute(
        language={"en": "en", "zh": "zh-Hans"}[language()],
        title=escape(_title(notebook)),
        light=_colours("default"),
        dark=_colours("github-dark"),
        body=body,
    )
    path.write_text(page, "utf-8", newline="\n")
    return path


def _colours(style: str) -> str:
    """The rules that colour code, without a background: the page has its own."""
    rules = HtmlFormatter(style=style, nobackground=True).get_style_defs(".highlight")
    return "\n".join(rule for rule in rules.splitlines() if rule.startswith(".highlight"))


def _title(notebook: NotebookNode) -> str:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source.splitlines()[0][2:])
    return "gradmagic"
