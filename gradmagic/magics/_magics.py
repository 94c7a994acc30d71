"""The magics: each parses its line, calls one engine function, displays the result and returns it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand

from gradmagic import messages, training
from gradmagic.errors import OptionError
from gradmagic.magics._again_line import race_line
from gradmagic.magics._cell import assigned_names
from gradmagic.magics._code import Program
from gradmagic.magics._defaults import GradMagic
from gradmagic.magics._exercise import check_report, hint_for
from gradmagic.magics._grad import grad_result
from gradmagic.magics._help import help_page
from gradmagic.magics._line import parse
from gradmagic.magics._loss_cell import loss_from_cell
from gradmagic.magics._progress import progress
from gradmagic.magics._racing import raced
from gradmagic.magics._session import Session
from gradmagic.magics._steered import steered
from gradmagic.magics._training import (
    training_arguments,
    training_data,
    training_loss,
    training_variables,
)
from gradmagic.messages import say
from gradmagic.tape import Tape, devices

if TYPE_CHECKING:
    pass

__all__ = ["GradMagics"]


def _documented(*magics: str) -> Callable[[Any], Any]:
    """Give a magic the docstring that `?` shows, made from its own parser."""

    def document(method: Any) -> Any:
        method.__doc__ = help_page(*magics)
        return method

    return document


@magics_class
class GradMagics(Magics):
    """`%%tape`, `%grad`, `%train`, `%check`, `%hint`, `%gradmagic`."""

    def __init__(self, session: Session, defaults: GradMagic) -> None:
        super().__init__(shell=session.shell)
        self.session = session
        self.defaults = defaults

    @no_var_expand
    @line_cell_magic
    @_documented("tape")
    def tape(self, line: str, cell: str | None = None) -> None:
        if cell is not None:
            # Reached only by calling the magic as a function: a cell's own first line never gets here.
            if not cell.strip():
                raise OptionError(say("magics-tape-empty"))
            self.session.shell.run_cell(f"%%tape {line}\n{cell}").raise_error()
            return
        options = parse("tape", line)
        only = options.watch_only
        tape = Tape(
            order=1 if options.tape_order is None else options.tape_order,
            values=not options.no_values,
            max_memory=options.max_memory or self.defaults.max_memory,
            watch_accessed_variables=only is None,
        )
        tape.expand = bool(options.expand)
        watch = (options.watch or ()) if only is None else only
        self.session.record(options.name or "tape", tape, watch, graph=bool(options.cell_graph))

    @no_var_expand
    @line_magic
    @_documented("grad")
    def grad(self, line: str) -> Any:
        options = parse("grad", line)
        result = grad_result(options, self.session)
        if options.plot is None or options.code or not self._served(options):
            return self.session.show(result, name=options.output, quiet=options.quiet)
        from gradmagic.widgets import PlotPanel

        self.session.panels.show(PlotPanel(result))
        return self.session.keep(result, name=options.output)

    @no_var_expand
    @line_cell_magic
    @_documented("train", "train_cell")
    def train(self, line: str, cell: str | None = None) -> Any:
        options = parse("train" if cell is None else "train_cell", line)
        if options.surface and not options.race:
            raise OptionError(say("magics-surface-alone"))
        names = self.session.namespace
        words, columns = list(options.variables), options.data or ()
        if cell is None:
            loss = training_loss(options.loss, names, options.model_loss)
            if isinstance(loss, training.ModelLoss):  # `%train model X y`: the words after it are the data
                words, columns = [], columns or tuple(words)
        else:
            body = self.session.shell.transform_cell(cell)
            loss = loss_from_cell(body, names, "<%%train>", columns)
        arguments = training_arguments(options, self.defaults, names)
        arguments["data"] = training_data(columns, names)
        variables = training_variables(words, names)
        if options.code:
            source = None if cell is None else body
            text = training.plain_program(loss, variables, loss_source=source, columns=columns, **arguments)
            return self.session.show(Program(text), name=options.output, quiet=options.quiet)
        if options.sweep:
            for name in options.sweep:
                arguments.pop(name, None)
            return self.session.show(
                training.sweep(loss, variables, over=options.sweep, **arguments),
                name=options.output,
                quiet=options.quiet,
            )
        if options.race:
            magic = "train" if cell is None else "train_cell"
            return self._raced(options, magic, loss, variables, arguments)
        if options.live or options.explore:
            return self._steered(
                options, "train" if cell is None else "train_cell", loss, variables, arguments
            )
        with progress(self.session.shell) as report:
            run = training.train(loss, variables, progress=report, **arguments)
        _warn(run.diagnose(deep=False))
        if cell is not None and not columns:
            self._assign(body)
        return self.session.show(run, name=options.output, quiet=options.quiet)

    @no_var_expand
    @line_magic
    @_documented("check")
    def check(self, line: str) -> Any:
        options = parse("check", line)
        report = check_report(options, self.session)
        return self.session.show(report, name=options.output, quiet=options.quiet)

    @no_var_expand
    @line_magic
    @_documented("hint")
    def hint(self, line: str) -> Any:
        options = parse("hint", line)
        return self.session.show(hint_for(options, self.session), name=None, quiet=options.quiet)

    @no_var_expand
    @line_magic
    @_documented("gradmagic")
    def gradmagic(self, line: str) -> None:
        options = parse("gradmagic", line)
        if options.lang is not None:
            messages.use_language(options.lang)
        if not options.quiet:
            print(self._status())

    def _steered(self, options: Any, magic: str, loss: Any, variables: Any, arguments: dict[str, Any]) -> Any:
        """Train in the background, or again and again, with a panel where there is a kernel to serve one."""
        result, panel = steered(options, magic, loss, variables, arguments, self.session)
        name = options.output or ("run" if options.live else None)
        if panel is None:
            return self.session.show(result, name=name, quiet=options.quiet)
        self.session.panels.show(panel)
        return self.session.keep(result, name=name)

    def _raced(self, options: Any, magic: str, loss: Any, variables: Any, arguments: dict[str, Any]) -> Any:
        """Train with several optimizers, and show them side by side."""
        race = raced(options, loss, variables, arguments, self.session, self.defaults)
        if not self._served(options):
            return self.session.show(race, name=options.output, quiet=options.quiet)
        from gradmagic.widgets import RacePanel

        known = {name: arguments[name] for name in ("learning_rate", "seed")}
        self.session.panels.show(RacePanel(race, race_line(options, magic, steps=race.total, **known)))
        return self.session.keep(race, name=options.output)

    # -- private -------------------------------------------------------------------------------

    def _served(self, options: Any) -> bool:
        """Whether a panel is to be shown: there is a kernel behind the page, and nobody asked for quiet."""
        return not options.quiet and hasattr(self.session.shell, "kernel")

    def _assign(self, body: str) -> None:
        """Names that a `%%train` cell assigns stay assigned, to what they are after the training."""
        tree = ast.parse(body)
        if any(True for _ in assigned_names(tree)):
            exec(compile(tree, "<%%train>", "exec"), self.session.namespace)

    def _status(self) -> str:
        loaded = "tensorflow" in sys.modules
        return say(
            "magics-status",
            version=_version("gradmagic"),
            tensorflow=_version("tensorflow") if loaded else say("magics-status-later"),
            devices=", ".join(name.removeprefix("/device:") for name, _ in devices())
            if loaded
            else say("magics-status-later"),
            language=messages.language(),
            recordings=", ".join(name for name, _ in self.session.recordings()) or say("magics-status-none"),
        )


def _warn(found: training.Diagnosis) -> None:
    """Say that a training went badly, also where its result is not displayed."""
    if found.since_step is not None:
        print(say("diagnosis-warning", head=found.head), file=sys.stderr)


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    for name in (package, f"{package}-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "?"
