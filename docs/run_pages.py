"""Run every block of code in the README and in docs/, and compare what is shown under it.

    python docs/run_pages.py                     run all pages, say what differs
    python docs/run_pages.py --write tour.md     write what came under the blocks of a page, draw its pictures

A page is a notebook: its `python` blocks run in one namespace, the kernel is shared by all pages. A `text`
block right below is what it prints and displays. Comments above a block, which a reader does not see, say
more:

    <!-- before: CODE -->            run first
    <!-- picture: pictures/x.svg --> the drawing it shows is this file
    <!-- fails: OptionError -->      it ends in this error, whose message is what is shown
    <!-- not run: KIND, reason -->   not run here; the kinds are those of `KINDS`, or a test that runs it
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from gradmagic.course import compare_output, compare_text
from gradmagic.course._execute import _KernelManager

ROOT = Path(__file__).parents[1]
# What cannot run here, and why.
KINDS = ("network", "cluster", "window", "changes the checkout", "time")
PYTHON = ("python", "py", "ipython")
_BLOCK = re.compile(
    r"(?P<marks>(?:<!--(?:(?!-->).)*-->\n)*)^```(?P<language>\w+)\n(?P<source>.*?)^```$"
    r"(?P<below>\n\n```text\n(?P<output>.*?)^```$)?",
    re.DOTALL | re.MULTILINE,
)
_MARK = re.compile(r"<!-- (before|picture|fails|not run): (.*?) ?-->", re.DOTALL)
# Between two pages: another namespace, and the extension as it was never loaded.
RESET = """\
%reload_ext gradmagic
%unload_ext gradmagic
%matplotlib inline
%reset -f
import gradmagic.messages
gradmagic.messages.use_language("en")
del gradmagic"""


@dataclass(frozen=True)
class Block:
    """One block of code of a page.

    Attributes:
        page: the file.
        line: where it begins, from 1.
        output: what stands below it, `None` if nothing does.
        marks: what the comments above it say.
        span: where the text of its output lies in the page.
    """

    page: Path
    line: int
    language: str
    source: str
    output: str | None
    marks: dict[str, str] = field(hash=False)
    span: tuple[int, int]
    came: list[NotebookNode] = field(default_factory=list, compare=False, repr=False)

    def __str__(self) -> str:
        """Where it stands."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def runs(self) -> bool:
        """Whether it is to be run here."""
        return "not run" not in self.marks

    @property
    def shown(self) -> str:
        """What came, as text: progress bars and warnings are not part of a page."""
        parts = [
            f"{part.ename}: {part.evalue}"
            if part.output_type == "error"
            else part.get("text") or part.get("data", {}).get("text/plain", "")
            for part in self.came
            if part.output_type != "stream" or part.name == "stdout"
        ]
        return "\n".join(part.rstrip("\n") for part in parts if part).strip("\n")

    @property
    def drawing(self) -> str | None:
        """The drawing that came, as SVG."""
        pages = [part.data["text/html"] for part in self.came if "text/html" in part.get("data", {})]
        return outermost("svg", pages[-1]) if pages else None


def outermost(name: str, page: str) -> str | None:
    """The first element of this name in a page, those within it included."""
    depth, start = 0, None
    for tag in re.finditer(rf"<(/?){name}\b", page):
        start = tag.start() if start is None else start
        depth += -1 if tag[1] else 1
        if not depth:
            return f"{page[start : tag.end()]}>\n"
    return None


def pages() -> list[Path]:
    """Every page whose blocks are run."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of code of a page, in their order."""
    text = page.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        if found["language"] not in (*PYTHON, "sh"):
            continue
        yield Block(
            page,
            text[: found.start("language")].count("\n") + 1,
            found["language"],
            found["source"],
            found["output"],
            dict(_MARK.findall(found["marks"])),
            found.span("output"),
        )


def run_python(given: Sequence[Block]) -> None:
    """Run the Python blocks of all pages in one kernel; what came is kept with each."""
    cells: list[tuple[Block | None, Any]] = []
    page = None
    for block in given:
        if block.page != page:
            page = block.page
            cells.append((None, new_code_cell(RESET)))
        if "before" in block.marks:
            cells.append((block, new_code_cell(block.marks["before"])))
        cells.append((block, new_code_cell(block.source.strip())))
    notebook = new_notebook(cells=[cell for _, cell in cells])
    with TemporaryDirectory() as folder:
        NotebookClient(
            notebook,
            timeout=120,
            allow_errors=True,
            kernel_manager_class=_KernelManager,
            resources={"metadata": {"path": folder}},
            record_timing=False,
            store_widget_state=False,
        ).execute(env={k: v for k, v in os.environ.items() if k != "MPLBACKEND"} | {"GRADMAGIC_LANG": "en"})
    for block, cell in cells:
        if block is not None:
            block.came.extend(cell.outputs)


def complaints(block: Block) -> Iterator[str]:
    """What is not as the page says."""
    for part in block.came:
        if part.output_type == "error" and part.ename != block.marks.get("fails"):
            yield f"{block}: {part.ename}: {part.evalue}"
            return
    if "fails" in block.marks and not any(part.output_type == "error" for part in block.came):
        yield f"{block}: there was no {block.marks['fails']}"
    if block.output is not None and (found := compare_text(block.output, block.shown)):
        yield f"{block}: {found}\nshows\n{block.shown}\nand not\n{block.output}"
    if "picture" in block.marks:
        path = block.page.parent / block.marks["picture"]
        if block.drawing is None or not path.exists() or not alike(path.read_text("utf-8"), block.drawing):
            yield f"{block}: {path.name} is not what is drawn; write it anew: docs/run_pages.py --write"


def alike(kept: str, drawn: str) -> bool:
    """Whether two drawings are the same; of Matplotlib's, whose lines depend on its version, the title."""
    if 'id="figure_1"' in drawn:
        titles = re.compile("<title>.*?</title>")
        kept, drawn = ("".join(titles.findall(drawing)) for drawing in (kept, drawn))
    return compare_output("image/svg+xml", kept, drawn) is None


def run_shell(block: Block, folder: Path) -> str:
    """Run a block of the shell in a folder that is its home too, with this environment's commands."""
    environment = os.environ | {
        "HOME": str(folder),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GRADMAGIC_LANG": "en",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.marks.get("before", "") + "\n" + block.source],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode:
        raise RuntimeError(f"{block}: ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def write(page: Path, given: Sequence[Block]) -> None:
    """Put what came into the page, and draw its pictures."""
    text = page.read_text("utf-8")
    for block in reversed(given):
        if block.output is not None:
            text = text[: block.span[0]] + block.shown + "\n" + text[block.span[1] :]
        if "picture" in block.marks and block.drawing is not None:
            path = page.parent / block.marks["picture"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.drawing, "utf-8")
    page.write_text(text, "utf-8")


def main() -> None:
    """Run the pages that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    parser.add_argument("pages", nargs="*", help="as seen from docs/")
    options = parser.parse_args()
    chosen = [(Path(__file__).parent / name).resolve() for name in options.pages] or pages()
    given = [block for page in chosen for block in blocks(page) if block.language in PYTHON and block.runs]
    run_python(given)
    wrong = [line for block in given for line in complaints(block)]
    if options.write:
        for page in chosen:
            write(page, [block for block in given if block.page == page])
        wrong = [line for line in wrong if "\n" not in line]  # what failed, not what is new
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
