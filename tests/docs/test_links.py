"""No link of the repository's Markdown leads nowhere: files, folders, headings; addresses outside are not asked."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT = {"site", "dist", "build", "node_modules"}
PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in sorted(ROOT.rglob("*.md"))
    if not any(part.startswith(".") or part in BUILT for part in path.relative_to(ROOT).parts)
]
# A formula or an index in code is no link.
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")


def anchors(page):
    """The ids that GitHub and the site give to the headings of a page."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    found = set()
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found.add(slug)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    page = ROOT / name
    for pair in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
        target = "".join(pair)
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path) if path else page
        assert there.exists(), target
        if anchor and there.suffix == ".md":
            # A page that takes in a file has that file's headings.
            taken = re.findall(r"<!-- file: (\S+) -->", there.read_text("utf-8"))
            known = anchors(there).union(*(anchors((there.parent / file).resolve()) for file in taken))
            assert anchor in known, target


def test_the_first_page_leads_to_every_other():
    """Sphinx says so too, where it is installed."""
    text = (ROOT / "docs" / "index.md").read_text("utf-8")
    pages = [path.stem for path in (ROOT / "docs").glob("*.md") if path.stem not in ("index", "README")]
    assert [page for page in pages if not re.search(rf"^(?:.*<)?{page}>?$", text, re.MULTILINE)] == []


def test_the_list_of_pages_is_whole():
    """docs/README.md names every file of the folder."""
    text = (ROOT / "docs" / "README.md").read_text("utf-8")
    files = [
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "docs").glob("*.py"),
        *(ROOT / "docs" / "extensions").glob("*.py"),
    ]
    missing = [path.name for path in files if path.name != "README.md" and path.name not in text]
    assert not missing
