"""What a page takes from outside `docs/`: whole files, and links to the rest of the repository.

`<!-- file: ../benchmarks/README.md -->` is replaced by that file, from its first second-level heading on,
so that its tables stand in one place. A link out of `docs/` leads to the page that holds the file; where none
does, to the repository, whose address stands in `[project.urls]`; until then the words stay, without a link.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

# Files of the repository that are pages of the site.
PAGES = {
    "benchmarks/README.md": "performance.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
}
_FILE = re.compile(r"<!-- file: (\S+) -->")
_LINK = re.compile(r"(!?)\[([^\]\n]*(?:\n[^\]\n]+)?)\]\(([^)\s#:]+)(#[^)\s]+)?\)")


def repository() -> str | None:
    """The repository's address, if `[project.urls]` has one."""
    root = Path(__file__).parents[2]
    urls = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"].get("urls", {})
    return next(
        (url.rstrip("/") for name, url in urls.items() if name.lower() in ("repository", "source")), None
    )


def with_files(text: str, page: Path, root: Path) -> tuple[str, list[Path]]:
    """Put the files in that a page names; links in them are then as seen from the page."""
    taken: list[Path] = []

    def read(found: re.Match[str]) -> str:
        path = (page.parent / found[1]).resolve()
        taken.append(path)
        body = path.read_text("utf-8")
        start = body.find("\n## ")
        return with_moved_links(body[start + 1 :], path.parent, page.parent, root)

    return _FILE.sub(read, text), taken


def with_moved_links(text: str, before: Path, after: Path, root: Path) -> str:
    """Relative links, written in one folder, as another folder has to write them."""

    def move(found: re.Match[str]) -> str:
        image, words, target, anchor = found[1], found[2], found[3], found[4] or ""
        if target.startswith("/"):
            return found[0]
        there = (before / target).resolve().relative_to(root)
        back = posixpath.relpath(there.as_posix(), after.relative_to(root).as_posix())
        return f"{image}[{words}]({back}{anchor})"

    return _LINK.sub(move, text)


def with_pages(text: str, page: Path, root: Path, address: str | None) -> str:
    """Links out of `docs/` lead to a page of the site, else to the repository, else nowhere."""
    docs = root / "docs"

    def lead(found: re.Match[str]) -> str:
        image, words, target, anchor = found[1], found[2], found[3], found[4] or ""
        there = (page.parent / target).resolve()
        here = there.is_relative_to(docs) and not there.is_relative_to(docs / "template")
        if image or here:
            return found[0]
        path = there.relative_to(root).as_posix()
        if path in PAGES:
            held = posixpath.relpath(PAGES[path], page.parent.relative_to(docs).as_posix())
            return f"[{words}]({held}{anchor})"
        return f"[{words}]({address}/blob/main/{path})" if address else words

    return _LINK.sub(lead, text)


def take(app: Sphinx, docname: str, content: list[str]) -> None:
    """Before a page is read."""
    page, root = Path(app.env.doc2path(docname)), Path(app.srcdir).parent
    if page.suffix != ".md":
        return
    text, taken = with_files(content[0], page, root)
    for path in taken:
        app.env.note_dependency(str(path))
    content[0] = with_pages(text, page, root, repository())


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at each page's text before it is read."""
    app.connect("source-read", take)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
