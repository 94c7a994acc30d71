"""Tell nbval to skip, to ignore outputs and to expect exceptions: comments, tags, metadata.

They are nbval's words for notebooks that are tested; of a submission no tag is kept, and no comment read.
"""

from tests.grading.notebooks import answered, released

WHY = {"derivative_1": "raised", "nested_tapes": "unanswered"}
MARKS = ("nbval-skip", "nbval-ignore-output", "nbval-raises-exception", "raises-exception", "skip-execution")


def notebook(world):
    """Markers of every kind on every cell."""
    answer = "# NBVAL_SKIP\n# NBVAL_IGNORE_OUTPUT\n# NBVAL_RAISES_EXCEPTION\n"
    answer += "def first(x):\n    # NBVAL_SKIP\n    raise RuntimeError('done; got []')"
    found = answered("02-higher-derivatives", {"by-hand": answer}, base=released)
    for one in found["cells"]:
        one["metadata"] |= {"tags": list(MARKS), "nbval": {"skip": True}}
        if one["cell_type"] == "code":
            one["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "7 points"}]
            one["execution_count"] = 1
    found["metadata"]["nbval_skip"] = True
    return found
