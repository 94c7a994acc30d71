"""What `%grad` shows, stored by one kernel and compared by nbval with what another one shows."""

import nbformat
import pytest
from nbclient import NotebookClient

from tests.notebooks.conftest import in_warm_kernels, nbval

WIDGET = "application/vnd.jupyter.widget-view+json"
CELLS = (
    "%load_ext gradmagic\nimport tensorflow as tf\nfrom gradmagic.tape import compare_function",
    "%%tape\nx = tf.Variable([0.5, 2.0])\ny = tf.reduce_sum(tf.sin(x) * tf.exp(x))",
    "%grad y x --compare",
    "report = %grad y x --compare",
    "report",
    "%grad y x --compare\nprint(type(report).__name__)",
    "compare_function(lambda x: x**3, (2.0,))",
    "%grad y x --steps",
    "s = %grad y x --steps\nprint(type(s).__name__, len(s), s[0].label)",
    "%grad y x --steps;",
    "tape.steps(y, x)",
)
COMPARED = [2, 4, 5, 6]
STEPPED = [7, 10]


@pytest.fixture(scope="module")
def stored(tmp_path_factory, warm_folder):
    """A notebook as a kernel leaves it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    with in_warm_kernels(warm_folder):
        NotebookClient(notebook, timeout=120, kernel_name="gradmagic").execute()
    path = tmp_path_factory.mktemp("again") / "again.ipynb"
    nbformat.write(notebook, path)
    return path


def data(stored, index):
    cell = nbformat.read(stored, as_version=4).cells[index]
    return [dict(output.data) for output in cell.outputs if "data" in output]


def test_another_kernel_shows_the_same(stored):
    """A cold one, with another order of hashes."""
    result = nbval(stored, kernel="--nbval-current-env", rootdir=stored.parent, PYTHONHASHSEED="2")
    assert result.returncode == 0, result.stdout
    assert f"{len(CELLS)} passed" in result.stdout


@pytest.mark.parametrize("index", COMPARED)
def test_a_comparison_is_a_table_and_a_picture_with_the_times(stored, index):
    table, picture = data(stored, index)
    assert set(table) == {"text/plain", "text/html"}
    assert set(picture) == {"text/plain", "image/png"}
    outputs = nbformat.read(stored, as_version=4).cells[index].outputs
    words = [
        output.metadata["image/png"]["alt"] for output in outputs if "image/png" in output.get("data", {})
    ]
    assert "Times: automatic" in words[0]


def test_a_comparison_that_is_assigned_is_not_shown_again(stored):
    assert len(data(stored, 3)) == 2  # as every magic shows its result, assigned or not


@pytest.mark.parametrize("index", STEPPED)
def test_the_steps_have_their_panel_in_the_bundle(stored, index):
    (bundle,) = data(stored, index)
    assert set(bundle) == {"text/plain", "text/html", WIDGET}


def test_the_steps_are_the_engines_own_object(stored):
    cell = nbformat.read(stored, as_version=4).cells[8]
    (line,) = [output.text for output in cell.outputs if output.output_type == "stream"]
    assert line.startswith("Steps ")
    assert data(stored, 9) == []
