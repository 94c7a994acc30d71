"""Show a `Tape`: its operations as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradmagic.display._columns import padded, width
from gradmagic.display._numbers import count, number, shape_text
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import OpRecord, Tape, TensorRecord

__all__ = ["tape_bundle", "tape_text"]

# Rows shown of a long recording: the first and the last ones.
ROWS = 40


def tape_bundle(tape: Tape) -> dict[str, str]:
    """Return the table as text."""
    return {"text/plain": tape_text(tape)}


def tape_text(tape: Tape) -> str:
    """Return a line about the recording and a table of its forward operations."""
    forward = [record for record in tape.records if record.phase == "forward"]
    names = [tape.name_of(variable) or f"({shape_text(variable.shape)})" for variable in tape.variables]
    head = say(
        "display-tape-recording" if tape.recording else "display-tape",
        count=count(len(forward)),
        watched=", ".join(names) or say("display-nothing"),
    )
    lines = [head]
    if forward:
        columns = ["line", "operation", "expression", "output"]
        if any(map(_layer, forward)):  # Keras layers, and the learner's own name scopes
            columns.insert(1, "layer")
        rows = []
        for record in forward:
            rows.append(_row(record))
            if tape.expand:
                inside = tape.inside(record)
                rows += [{"operation": f"  {operation}", "expression": name} for operation, name in inside]
        header = [say(f"display-column-{column}") for column in columns]
        lines += _table(header, [[row.get(column, "") for column in columns] for row in rows])
    if tape.values_end is not None:
        lines.append(say("display-tape-full", index=count(tape.values_end)))
    return "\n".join(lines)


def _row(record: OpRecord) -> dict[str, str]:
    expression = record.place.expression
    if len(expression) > 48:
        expression = expression[:47] + "…"
    return {
        "line": str(record.place.line or ""),
        "layer": _layer(record),
        "operation": record.operation,
        "expression": expression,
        "output": ", ".join(_tensor(output) for output in record.outputs),
    }


def _layer(record: OpRecord) -> str:
    # Making a Variable opens a scope of its own, which is no layer.
    return "" if record.scope.rpartition("/")[2].startswith("Variable") else record.scope


def _tensor(tensor: TensorRecord) -> str:
    value = ""
    if (
        tensor.value is not None
        and tensor.shape == ()
        and tensor.dtype not in ("resource", "variant", "string")
    ):
        value = f" = {number(tensor.value.numpy()[()])}"
    name = f"{tensor.name}: " if tensor.name else ""
    return f"{name}{tensor.dtype} {shape_text(tensor.shape)}{value}"


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    left_out = max(0, len(rows) - ROWS)
    shown = rows if not left_out else rows[: ROWS // 2] + rows[-ROWS // 2 :]
    widths = [max(width(row[column]) for row in [header, *shown]) for column in range(len(header))]
    lines = [
        "  ".join(padded(cell, places) for cell, places in zip(row, widths, strict=True)).rstrip()
        for row in [header, *shown]
    ]
    if left_out:
        lines.insert(1 + ROWS // 2, say("display-left-out", count=count(left_out)))
    return lines
