"""The command `gradmagic`: it parses the line, asks `course` or `kernels`, and prints."""

from gradmagic.cli._main import main

__all__ = ["main"]
