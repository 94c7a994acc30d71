"""The command `gradmagic`: it parses the line, asks `course`, and prints."""

from gradmagic.cli._main import main

__all__ = ["main"]
