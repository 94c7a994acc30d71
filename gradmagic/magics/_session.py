"""What the magics of one shell share: its namespace, its recordings, its defaults."""

from __future__ import annotations

import ast
import sys
import weakref
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from IPython.display import display

from gradmagic.errors import OptionError, RecordingError
from gradmagic.magics._cell import assigned_names
from gradmagic.magics._code import Cell
from gradmagic.magics._names import undefined
from gradmagic.magics._panels import Panels
from gradmagic.messages import say
from gradmagic.tape import Tape, hook_status, leaves

if TYPE_CHECKING:
    from gradmagic.course.checking import Desk
    from gradmagic.tape import Span

__all__ = ["Session"]

# Of a line that tells which cell is meant.
LINE = 60


class Shown(Protocol):
    """A result that a notebook can show."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        """Return every form of it."""


Result = TypeVar("Result", bound=Shown)


class Session:
    """The state behind the magics of one shell; gone when the extension is unloaded."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.depth = 0
        self._tree: ast.Module | None = None
        self._text = ""
        self._texts: deque[str] = deque(maxlen=50)
        self._statements: tuple[ast.stmt, ...] = ()
        self._open: list[tuple[int, Tape]] = []
        # Weak: a recording lives as long as the learner's name for it.
        self._tapes: list[tuple[str, weakref.ref[Tape]]] = []
        # What a name recorded before the name was taken again, and the first line of the cell that took it.
        self._replaced: deque[tuple[str, Span, str]] = deque(maxlen=50)
        self._cells: weakref.WeakKeyDictionary[Tape, Cell] = weakref.WeakKeyDictionary()
        self._to_draw: list[Tape] = []
        self.panels = Panels(shell, lambda: self._text)
        # For each running cell, the lines whose value IPython displays by itself.
        # What %check and %hint remember; made when it is needed.
        self.desk: Desk | None = None
        self._displayed_lines: dict[int, set[int]] = {}

    @property
    def namespace(self) -> dict[str, Any]:
        """The learner's names."""
        names: dict[str, Any] = self.shell.user_ns
        return names

    # -- cells ---------------------------------------------------------------------------------

    def cell_begins(self) -> None:
        """A cell, or a piece of code run by one, begins."""
        self.depth += 1

    def cell_ends(self) -> None:
        """The innermost running cell has ended, well or badly: stop what it recorded."""
        while self._open and self._open[-1][0] >= self.depth:
            self._close(self._open.pop()[1])
        self._displayed_lines.pop(self.depth, None)
        self.depth = max(0, self.depth - 1)
        self._tree = None

    def cell_transformed(self, lines: list[str]) -> list[str]:
        """Take note of a cell's text as Python code, and leave it as it is."""
        self._text = "".join(lines).rstrip("\n")
        return lines

    def cell_parsed(self, tree: ast.Module) -> None:
        """Take note of a cell's code, and of which of its lines IPython will display."""
        self._texts.append(self._text)
        self._tree = tree
        self._statements = tuple(tree.body)
        interactivity = self.shell.ast_node_interactivity
        shown = {"none": [], "all": tree.body}.get(interactivity, tree.body[-1:])
        self._displayed_lines[self.depth] = {
            line
            for statement in shown
            if isinstance(statement, ast.Expr)
            for line in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
        }

    def close(self) -> None:
        """Stop every recording, and everything that runs behind a panel."""
        while self._open:
            self._close(self._open.pop()[1])
        self.panels.close()

    def _close(self, tape: Tape) -> None:
        tape.__exit__(None, None, None)
        tape.name_tensors(self.namespace)
        if tape in self._to_draw:
            self._to_draw.remove(tape)
            made = [record.outputs[0].value for record in tape.records if record.outputs]
            floating = [tensor for tensor in made if tensor is not None and tensor.dtype.is_floating]
            if floating:
                display(tape.graph(floating[-1])._repr_mimebundle_(), raw=True)  # type: ignore[no-untyped-call]

    # -- recordings ----------------------------------------------------------------------------

    def record(self, name: str, tape: Tape, watch: tuple[str, ...], *, graph: bool) -> None:
        """Start recording until the running cell ends, and bind the recording to `name`.

        Args:
            name: the Python name of the recording.
            tape: the recording.
            watch: names of constants to watch.
            graph: draw what the cell computed last, when it has ended.
        """
        assigned = set(assigned_names(self._tree)) if watch and self._tree else set()
        missing = [word for word in watch if word not in self.namespace and word not in assigned]
        if missing:
            raise OptionError(say("magics-watch-missing", name=missing[0]))
        tape.__enter__()
        try:
            # A name the cell is going to assign is watched then; its old value is another tensor.
            tape.watch(*(self.namespace[word] for word in watch if word not in assigned))
        except BaseException:
            tape.__exit__(None, None, None)
            raise
        before = self.namespace.get(name)
        if isinstance(before, Tape) and before.span is not None:
            self._replaced.append((name, before.span, self._first_line()))
        self._open.append((self.depth, tape))
        self._cells[tape] = Cell(self._statements[1:], watch)
        self._to_draw += [tape] if graph else []
        self._tapes = [(known, ref) for known, ref in self._tapes if ref() is not None]
        self._tapes.append((name, weakref.ref(tape)))
        self.namespace[name] = tape

    def cell_of(self, tape: Tape) -> Cell | None:
        """Return the cell that made a recording; `None` if a script did."""
        return self._cells.get(tape)

    def history(self) -> tuple[str, ...]:
        """Return the text of the cells run so far, newest first."""
        # `In` has the cells from before gradmagic was loaded; it lacks those run without history, by nbval.
        cells = [cell for cell in self.namespace.get("In", [])[-50:] if isinstance(cell, str)]
        older = [cell for cell in cells if cell not in self._texts]
        return tuple(reversed([*older, *self._texts]))

    def recordings(self) -> list[tuple[str, Tape]]:
        """Return the recordings that are still there: those with a name of the learner's, then the cells'."""
        alive = [(name, tape) for name, ref in self._tapes if (tape := ref()) is not None]
        known = {id(tape) for _, tape in alive}
        own = [(name, value) for name, value in self.namespace.items() if isinstance(value, Tape)]
        return [
            (name, tape) for name, tape in own if id(tape) not in known and not name.startswith("_")
        ] + alive

    def tape_for(self, target: Any, word: str, asked: str | None) -> Tape:
        """Return the recording that made `target`: the one asked for, else the newest that did.

        Raises:
            RecordingError: there is none, or the one asked for did not make it.
            OptionError: the name asked for is not defined, or is not a recording.
        """
        recordings = self.recordings()
        made = [(name, tape) for name, tape in reversed(recordings) if _made(tape, target)]
        if asked is not None:
            tape = self._named(asked)
            if _made(tape, target) or not hook_status()[0]:
                return tape
            if made:
                raise RecordingError(say("magics-other-tape", target=word, tape=asked, other=made[0][0]))
            raise self._not_recorded(target, word)
        if made:
            return made[0][1]
        if not recordings:
            raise RecordingError(say("magics-no-recording", target=word))
        if not hook_status()[0]:  # without a list of operations: the newest is the best guess
            return recordings[-1][1]
        raise self._not_recorded(target, word)

    def tape_reading(self, sources: Sequence[Any], word: str, asked: str | None) -> Tape:
        """Return the recording a target left that is no tensor: the one asked for, else by its sources.

        Raises:
            RecordingError: there is no recording.
            OptionError: the name asked for is not defined, or is not a recording.
        """
        if asked is not None:
            return self._named(asked)
        recordings = [tape for _, tape in reversed(self.recordings())]
        if not recordings:
            raise RecordingError(say("magics-no-recording", target=word))
        known = (tape for tape in recordings if any(map(tape.knows, leaves(list(sources)))))
        return next(known, recordings[0])

    def _not_recorded(self, target: Any, word: str) -> RecordingError:
        for name, span, line in self._replaced:
            if any(map(span.covers, leaves(target))):
                return RecordingError(say("magics-recorded-anew", target=word, tape=name, line=line))
        return RecordingError(say("magics-not-recorded", target=word))

    def _first_line(self) -> str:
        """The first line of the running cell below `%%tape`, by which a learner can tell the cell."""
        lines = self._text.splitlines()
        found = [lines[one.lineno - 1] for one in self._statements if 0 < one.lineno <= len(lines)]
        own = [line.strip() for line in found if "run_line_magic('tape'" not in line]
        return "%%tape" if not own else own[0] if len(own[0]) <= LINE else own[0][: LINE - 1] + "…"

    def _named(self, name: str) -> Tape:
        if name not in self.namespace:
            raise undefined(name, self.namespace)
        tape = self.namespace[name]
        if not isinstance(tape, Tape):
            raise OptionError(say("magics-not-a-tape", name=name, kind=type(tape).__name__))
        return tape

    # -- results -------------------------------------------------------------------------------

    def show(self, result: Result, *, name: str | None, quiet: bool) -> Result | None:
        """Display a result, bind it to `name` if one was asked for, and return it.

        A magic in the middle of a cell displays its result itself; that of the last line is the cell's value,
        which IPython displays when the magic returns it (so, to be quiet there, it returns nothing).
        """
        if name is not None:
            self.namespace[name] = result
        if self._displayed_by_the_cell():
            return None if quiet else result
        if not quiet:
            display(result)  # type: ignore[no-untyped-call] # IPython's
        return result

    def keep(self, result: Any, *, name: str | None) -> Any:
        """Bind a result whose panel is displayed to `name` if there is one, and return it.

        As the value of the cell's last line it would be displayed a second time: there nothing is returned.
        """
        if name is not None:
            self.namespace[name] = result
        return None if self._displayed_by_the_cell() else result

    def _displayed_by_the_cell(self) -> bool:
        frame = sys._getframe(1)
        while frame is not None and frame.f_globals is not self.namespace:
            frame = frame.f_back  # type: ignore[assignment]
        if frame is None or frame.f_code.co_name != "<module>":
            return False
        return frame.f_lineno in self._displayed_lines.get(self.depth, ())


def _made(tape: Tape, target: Any) -> bool:
    """Tell whether a recording made every part of a target; a Variable is there without being made."""
    return all(tape.knows(leaf) or hasattr(leaf, "handle") for leaf in leaves(target))
