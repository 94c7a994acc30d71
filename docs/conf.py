"""The site: Markdown pages, magics from their own parsers, the Python API from docstrings.

`just docs` builds it. A warning, a dead link and a name that leads nowhere are errors.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]
sys.path.insert(0, str(HERE / "extensions"))

project = PROJECT["name"]
author = PROJECT["authors"][0]["name"]
release = version = PROJECT["version"]
# Nothing is copied to the year: a page is the same whenever it is built.
html_show_copyright = False

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "docstrings",
    "magic_pages",
    "outside",
    "languages",
    "mathml",
]
exclude_patterns = ["README.md", "template"]
nitpicky = True
# Other projects' pages are not fetched, and what the package keeps private has none.
nitpick_ignore_regex = [
    ("py:class", r"(collections\.abc|numpy|typing|pathlib|datetime|re)\..*"),
    ("py:class", r"(Path|NDArray|Numbers|Learner|CompareReport)"),
    ("py:class", r"gradmagic\..*\._.*"),
]
# Docstrings use one back-tick for code, as the messages do.
default_role = "literal"

myst_enable_extensions = ["dollarmath", "html_image"]
myst_heading_anchors = 3
# Formulas are few and small: the reader's browser fetches nothing for them.
html_math_renderer = "mathml"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_class_signature = "separated"
python_maximum_signature_line_length = 88
add_module_names = False

html_theme = "furo"
html_title = "gradmagic"
html_static_path = ["static"]
html_css_files = ["house.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5394", "color-brand-content": "#0b5394"},
    "dark_css_variables": {"color-brand-primary": "#8ab8ff", "color-brand-content": "#8ab8ff"},
}
html_copy_source = False
html_show_sourcelink = False
