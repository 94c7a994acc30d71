"""What a notebook shows of a `Graph`: the picture, and the same as text for who cannot see it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from gradmagic.display._graph_svg import graph_svg
from gradmagic.display._graph_text import graph_text
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import Graph

__all__ = ["graph_bundle"]


def graph_bundle(graph: Graph) -> dict[str, str]:
    """Return the tree as text, and the picture as HTML with the tree under it, folded away."""
    tree = graph_text(graph)
    picture = graph_svg(graph)
    if not picture:
        return {"text/plain": tree}
    # A wide picture scrolls: shrunk to the page its words could not be read.
    page = (
        f'<div style="overflow-x:auto">{picture}</div>'
        f'<details><summary style="cursor:pointer">{escape(say("graph-as-text"))}</summary>'
        f'<pre style="line-height:1.3;overflow-x:auto">{escape(tree)}</pre></details>'
    )
    return {"text/plain": tree, "text/html": page}
