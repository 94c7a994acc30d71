"""Patch the shell's `run_cell` so that no probe is ever run, and every cell "succeeds".

A probe that was not run has sent no numbers.
"""

WHY = {"derivative_1": "no-answer", "nested_tapes": "no-answer"}
CELLS = {
    "by-hand": """
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
def nothing(self, *_, **__):
    result = ExecutionResult(None)
    result.result = {"state": "passed", "points": 7}
    return result
async def nothing_later(self, *_, **__):
    return nothing(self)
InteractiveShell.run_cell, InteractiveShell.run_cell_async = nothing, nothing_later
type(get_ipython()).run_cell, type(get_ipython()).run_cell_async = nothing, nothing_later
""",
}
