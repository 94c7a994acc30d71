"""Whatever a file holds, it has a status or cells; nothing else."""

import json

import pytest

from gradmagic.grading._submission import CELLS, MOST_BYTES, Unreadable, read_submission


def notebook(cells, **more):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}).encode()


def code(source, **more):
    return {"cell_type": "code", "source": source, "metadata": {}, "id": "a", **more}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"\xff\xfe\x00", "not-json"),
        (b"PK\x03\x04 a zip", "not-json"),
        (b"9" * 5000, "not-json"),
        (b"[" * 100_000, "too-deep"),
        (b'{"a":' * 100_000, "too-deep"),
        (b"[]", "not-a-notebook"),
        (b'"text"', "not-a-notebook"),
        (b"{}", "not-a-notebook"),
        (b'{"nbformat": 4, "cells": {}}', "not-a-notebook"),
        (b'{"nbformat": 4, "cells": null}', "not-a-notebook"),
        (b'{"nbformat": 3, "worksheets": []}', "unsupported-format"),
        (b'{"nbformat": 5, "cells": []}', "unsupported-format"),
        (b'{"nbformat": "four", "cells": []}', "unsupported-format"),
        (b" " * (MOST_BYTES + 1), "too-large"),
        (notebook([code("x")] * (CELLS + 1)), "too-large"),
        (notebook([code("x" * 3_000_000)]), "too-large"),
    ],
)
def test_what_cannot_be_read_has_a_status(content, status):
    with pytest.raises(Unreadable) as unreadable:
        read_submission(content)
    assert unreadable.value.status == status


def test_code_cells_are_read_and_all_else_is_left_behind():
    found = read_submission(
        notebook(
            [
                code(["a = 1\n", "b = 2"], outputs=[{"data": 1}]),
                {"cell_type": "markdown", "source": "text"},
                "no cell",
                None,
                {"cell_type": "code", "source": 5},
                {"cell_type": "code", "source": ["a", 5]},
                code("c", metadata={"nbgrader": {"grade_id": "mine"}, "tags": ["nbval-skip"]}),
                code("d", metadata="none", id=7),
                code("e", metadata={"nbgrader": {"grade_id": ["x"]}}),
            ],
            metadata={"gradmagic": {"language": "zh"}},
        )
    )
    assert [cell.source for cell in found.cells] == ["a = 1\nb = 2", "c", "d", "e"]
    assert [cell.grade_id for cell in found.cells] == ["", "mine", "", ""]
    assert found.language == "zh"


def test_an_unknown_language_is_english_and_half_a_pair_does_not_stop_a_kernel():
    content = notebook([code("x = '\ud800'")], metadata={"gradmagic": {"language": ["zh"]}})
    found = read_submission(content)
    assert found.language == "en"
    found.cells[0].source.encode("utf-8")
