"""The public address of this repository, and the links that follow from it.

`[project.urls]` in pyproject.toml is the only place that holds it: `Repository = "https://github.com/OWNER/NAME"`.
While it is not set there is no badge and no link, so none is dead.

python binder/address.py            puts the links into README.md, or takes them out
python binder/address.py --check    says whether README.md has the right ones
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).parents[1]
FIRST = "exercises/01-first-derivatives.ipynb"
BEGIN, END = "<!-- links: begin -->", "<!-- links: end -->"


def repository(project: Path = ROOT / "pyproject.toml") -> str | None:
    """Return the address of the repository, `None` while there is none."""
    urls = tomllib.loads(project.read_text("utf-8"))["project"].get("urls", {})
    return urls.get("Repository")


def binder_link(address: str, opened: str = FIRST, branch: str = "HEAD") -> str:
    """Return the link that opens a notebook on mybinder.org.

    Raises:
        ValueError: The address is not one that Binder can fetch.
    """
    parts = urlsplit(address.removesuffix("/").removesuffix(".git"))
    provider = {"github.com": "gh", "gitlab.com": "gl"}.get(parts.netloc)
    owner_and_name = parts.path.strip("/")
    if parts.scheme != "https" or provider is None or owner_and_name.count("/") != 1:
        raise ValueError(f"[project.urls] Repository = {address!r}: write https://github.com/OWNER/NAME")
    named = owner_and_name if provider == "gh" else quote(owner_and_name, safe="")
    return f"https://mybinder.org/v2/{provider}/{named}/{branch}?urlpath={quote('lab/tree/' + opened)}"


def hub_link(hub: str, address: str, opened: str = FIRST, branch: str = "main") -> str:
    """Return the nbgitpuller link of a JupyterHub: it fetches the repository and opens a notebook.

    Followed again it fetches what is new, and loses none of the learner's work.

    Args:
        hub: the address of the JupyterHub.
        address: the address of the repository, any that git can fetch.
        opened: the notebook.
        branch: what is fetched.
    """
    folder = address.removesuffix("/").removesuffix(".git").rpartition("/")[2]
    asked = {"repo": address, "branch": branch, "urlpath": f"lab/tree/{folder}/{opened}"}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
    return f"{hub.removesuffix('/')}/hub/user-redirect/git-pull?{query}"


def linked(readme: str, address: str | None) -> str:
    """Return a README with the links of an address between its two marks, or with nothing between them."""
    before, found, rest = readme.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"README.md has no place for the links: {BEGIN} {END}")
    if address is None:
        return f"{before}{BEGIN}{END}{after}"
    badge = f"[![Open exercise 01 on Binder](https://mybinder.org/badge_logo.svg)]({binder_link(address)})"
    return f"{before}{BEGIN}\n{badge}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Bring README.md in step with pyproject.toml, or say whether it is."""
    path = ROOT / "README.md"
    text = path.read_text("utf-8")
    wanted = linked(text, repository())
    if "--check" in arguments:
        print("in step" if text == wanted else "README.md is out of step: python binder/address.py")
        return int(text != wanted)
    path.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
