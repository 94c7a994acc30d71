"""Loading and unloading: everything that is added to a shell is listed once, and taken away again."""

from __future__ import annotations

import sys
from typing import Any

from gradmagic.magics._cell import WatchAssigned, first_line_to_magic
from gradmagic.magics._completion import Completion
from gradmagic.magics._defaults import GradMagic
from gradmagic.magics._displays import Displays
from gradmagic.magics._magics import GradMagics
from gradmagic.magics._session import Session
from gradmagic.tape import QuietFinder, exhausted

__all__ = ["load", "unload"]


class Extension:
    """Everything gradmagic adds to one shell."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.session = Session(shell)
        self.defaults = GradMagic(parent=shell)
        self.magics = GradMagics(self.session, self.defaults)
        self.watcher = WatchAssigned(self.session.cell_parsed)
        self.reader = self.session.cell_transformed
        self.finder = QuietFinder()
        self.completion = Completion(shell)
        self.displays = Displays(shell)

    def add(self) -> None:
        """Add it all."""
        shell = self.shell
        shell.register_magics(self.magics)
        shell.configurables.append(self.defaults)
        shell.events.register("pre_execute", self.session.cell_begins)
        shell.events.register("post_execute", self.session.cell_ends)
        shell.events.register("post_run_cell", tell_of_memory)
        transforms = shell.input_transformer_manager.cleanup_transforms
        names = [getattr(transform, "__name__", "") for transform in transforms]
        # Before IPython turns the first line into the call of a cell magic.
        place = names.index("cell_magic") if "cell_magic" in names else len(transforms)
        transforms.insert(place, first_line_to_magic)
        shell.input_transformers_post.append(self.reader)
        shell.ast_transformers.append(self.watcher)
        self.completion.add()
        self.displays.add()
        self.finder.install()

    def remove(self) -> None:
        """Take it all away; what is not there any more is left alone."""
        shell = self.shell
        self.session.close()
        registry = shell.magics_manager
        for kind, names in self.magics.magics.items():
            for name in names:
                if getattr(registry.magics[kind].get(name), "__self__", None) is self.magics:
                    del registry.magics[kind][name]
        registry.registry.pop(type(self.magics).__name__, None)
        for configurable in (self.defaults, self.magics):  # IPython makes every Magics configurable
            _discard(shell.configurables, configurable)
        for event, callback in (
            ("pre_execute", self.session.cell_begins),
            ("post_execute", self.session.cell_ends),
            ("post_run_cell", tell_of_memory),
        ):
            if callback in shell.events.callbacks[event]:
                shell.events.unregister(event, callback)
        _discard(shell.input_transformer_manager.cleanup_transforms, first_line_to_magic)
        _discard(shell.input_transformers_post, self.reader)
        _discard(shell.ast_transformers, self.watcher)
        self.completion.remove()
        self.displays.remove()
        self.finder.remove()


def load(shell: Any) -> None:
    """Add gradmagic to a shell; a shell that has it gets it anew, once."""
    unload(shell)
    extension = Extension(shell)
    extension.add()
    shell.gradmagic_extension = extension


def unload(shell: Any) -> None:
    """Take gradmagic away from a shell; harmless when it is not there."""
    extension = getattr(shell, "gradmagic_extension", None)
    if extension is not None:
        extension.remove()
        del shell.gradmagic_extension


def tell_of_memory(result: Any) -> None:
    """Below the traceback of a cell for which TensorFlow had too little memory, say what did not fit."""
    error = result.error_in_exec
    said = None if getattr(error, "__notes__", None) else exhausted(error)
    if said is not None:
        print(said, file=sys.stderr)


def _discard(found: list[Any], item: Any) -> None:
    # By identity: configurables and transformers may define their own equality.
    found[:] = [kept for kept in found if kept is not item]
