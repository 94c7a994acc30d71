"""How an object of an engine finds its display.

`tape` and `training` may not import `display` (the import contracts say so), yet their objects show
themselves in a notebook and plot themselves. This leaf is the one place where they find out how: it
looks the view up by name when it is asked for, so that an engine used in a script never pays for
matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["view"]


def view(name: str, subject: object, /, **options: Any) -> Any:
    """Return what the display function `name` makes of `subject`."""
    return getattr(import_module("gradmagic.display"), name)(subject, **options)
