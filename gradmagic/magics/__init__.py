"""The magics, thin: parse the line, call one engine function, display, return the result."""

from gradmagic.magics._extension import load, unload

__all__ = ["load", "unload"]
