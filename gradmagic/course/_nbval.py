"""nbval's notebooks and cells, with figures compared within a tolerance in the place of exactly.

What agrees within the tolerance is set equal; then nbval compares and reports as it always does.
"""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbval.plugin import IPyNbCell, IPyNbFile

from gradmagic.course._output_comparison import Tolerance, compare_output

__all__ = ["TolerantCell", "TolerantNotebook", "loads_gradmagic"]

_LOADING = re.compile(r"^\s*%(?:re)?load_ext\s+gradmagic\b", re.MULTILINE)


def loads_gradmagic(notebook: Mapping[str, Any]) -> bool:
    """Return whether a code cell of a notebook loads the extension."""
    return any(cell.cell_type == "code" and _LOADING.search(cell.source) for cell in notebook["cells"])


class TolerantNotebook(IPyNbFile):  # type: ignore[misc]
    """A notebook whose figures are compared within a tolerance.

    Attributes:
        relative: the tolerance of a figure; `None` for the default, in notebooks that load gradmagic only.
    """

    relative: float | None = None

    def collect(self) -> Iterator[IPyNbCell]:
        """Yield nbval's cells, those of ours in their place."""
        cells = list(super().collect())
        if self.relative == 0 or (self.relative is None and not loads_gradmagic(self.nb)):
            yield from cells
            return
        for cell in cells:
            ours = TolerantCell.from_parent(
                self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=cell.options
            )
            ours.tolerance = Tolerance() if self.relative is None else Tolerance(relative=self.relative)
            yield ours


class TolerantCell(IPyNbCell):  # type: ignore[misc]
    """A cell whose outputs may differ from those kept by as much as the tolerance allows."""

    tolerance: Tolerance

    def compare_outputs(
        self, test: Sequence[Mapping[str, Any]], ref: Sequence[Mapping[str, Any]], skip_compare: Any = None
    ) -> bool:
        """Set equal what agrees, and have nbval compare the rest and say what differs."""
        test = copy.deepcopy(test)
        differences = []
        actual_values, skipped = _values(test), skip_compare or self.parent.skip_compare
        for kind, expected_values in _values(ref).items():
            if kind in skipped or len(expected_values) != len(actual_values[kind]):
                continue
            for expected, actual in zip(expected_values, actual_values[kind], strict=True):
                kept, came = self.sanitize(expected.text), self.sanitize(actual.text)
                found = compare_output(kind, kept, came, self.tolerance)
                if found is None:
                    actual.text = expected.text
                else:
                    differences.append(f"{kind}, {found}")
        same: bool = super().compare_outputs(test, ref, skip_compare)
        if not same:
            self.comparison_traceback += differences
        return same


class _Value:
    """A text of an output, where it stands."""

    def __init__(self, holder: Any, key: str) -> None:
        self._holder, self._key = holder, key

    @property
    def text(self) -> Any:
        return self._holder[self._key]

    @text.setter
    def text(self, text: Any) -> None:
        self._holder[self._key] = text


def _values(outputs: Sequence[Mapping[str, Any]]) -> dict[str, list[_Value]]:
    """The texts of a cell's outputs by stream and media type, in their order, as nbval pairs them."""
    found: dict[str, list[_Value]] = defaultdict(list)
    for output in outputs:
        if output["output_type"] == "stream":
            found[output["name"]].append(_Value(output, "text"))
        elif output["output_type"] == "error":
            found["evalue"].append(_Value(output, "evalue"))
        for kind in output.get("data", {}):
            found[kind].append(_Value(output["data"], kind))
    return found
