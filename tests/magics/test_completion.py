"""Tab completion on a magic's line: pure, in a shell with and without Jedi, and asked of a real kernel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from IPython.core.completer import provisionalcompleter

from gradmagic import training
from gradmagic.magics._candidates import KINDS, candidates
from gradmagic.magics._options import MAGICS, OPTIONS
from tests.magics.conftest import Notebook
from tests.magics.test_kernel import Kernel, kernel  # noqa: F401  a fixture

LEARNERS = """
import numpy as np
weights, bias = tf.Variable(1.0), tf.Variable(2.0)
params = {"w": weights, "b": [bias]}
words, rows, _hidden = "text", np.zeros((4, 2)), tf.Variable(0.0)
def loss(): return weights * bias
class Momentum:
    def __init__(self): self.v = 0.0
    def apply_gradients(self, grads_and_vars): pass
mine = Momentum()
def plain(gradient, variable, state): return variable
adamant = tf.keras.optimizers.Adam()
lookup = {}
spread = tf.distribute.OneDeviceStrategy("cpu")
"""


@pytest.fixture
def learner(notebook: Notebook) -> Notebook:
    notebook.fine(LEARNERS)
    notebook.fine("%%tape first\ny = weights * weights")
    return notebook


@pytest.fixture
def become(learner: Notebook) -> Callable[[str], list[str]]:
    """Every line that a line can become."""

    def lines(text: str) -> list[str]:
        typed, found = candidates(text, learner.names)
        assert text.endswith(typed)
        return [text[: len(text) - len(typed)] + one.text for one in found]

    return lines


@pytest.mark.parametrize("magic", MAGICS.values(), ids=lambda magic: magic.name)
def test_every_option_of_every_magic_is_offered_and_no_other(magic, become):
    start = magic.written + " "
    offered = {line.removeprefix(start) for line in become(start + "--")}
    flags = {flag for name in magic.options for flag in OPTIONS[name].flags if flag.startswith("--")}
    assert offered == flags


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("%train loss --opt", ["%train loss --optimizer"]),
        ("%train loss --compile a", ["%train loss --compile auto"]),
        ("%train loss --compile=x", ["%train loss --compile=xla"]),
        ("%%train weights --dec", ["%%train weights --decay"]),
        ("run = %train loss --dec", ["run = %train loss --decay"]),
        ("    g, h = %grad y --hes", ["    g, h = %grad y --hessian"]),
        ("grad y wei", ["grad y weights"]),
        ("%grad y -o", ["%grad y -o"]),
        ("%train loss --race sgd,mom", ["%train loss --race sgd,momentum"]),
        ("%train loss --surface weights,b", ["%train loss --surface weights,bias"]),
        ("%train loss --strategy s", ["%train loss --strategy spread"]),
        ("%train loss --data r", ["%train loss --data rows"]),
        ("%train loss --steps ", ["%train loss --steps 1000"]),
        ("%grad y --tape ", ["%grad y --tape first"]),
        ("%%tape --watch weights,bi", ["%%tape --watch weights,bias"]),
        ("%train loss weights bi", ["%train loss weights bias"]),
        ("%gradmagic ", ["%gradmagic --lang"]),
        ("%gradmagic --lang ", ["%gradmagic --lang en", "%gradmagic --lang zh"]),
        ("%check derivative_", [f"%check derivative_{n}" for n in (1, 2, 3)]),
        ("%hint 02", ["%hint 02-higher-derivatives"]),
    ],
)
def test_what_a_line_becomes(typed, lines, become):
    assert become(typed) == lines


def test_an_optimizer_is_one_of_ones_own_or_a_name(become):
    offered = [line.rpartition(" ")[2] for line in become("%train loss --optimizer ")]
    assert offered == ["adamant", "mine", "plain", *training.optimizer_names()]
    assert not {"lookup", "loss", "Momentum"} & set(offered)


def test_what_is_given_or_excluded_is_not_offered_again(become):
    assert become("%grad y weights --hessian --jac") == []
    assert become("%train loss --steps 5 --epo") == []
    assert "%check derivative_1 derivative_1" not in become("%check derivative_1 der")
    assert become("%grad y weights wei") == []
    assert become("%train loss --race sgd,mom,sg") == []


def test_tensors_and_what_holds_them_are_the_sources(become):
    assert become("%grad y ") == [f"%grad y {name}" for name in ("bias", "params", "weights")]
    assert become("%grad pl") == ["%grad plain"]
    assert become("%grad y wor") == ["%grad y words"]  # nothing else fits: it may begin an expression


@pytest.mark.parametrize(
    "line",
    [
        "",
        "%",
        "%gra",
        "x = 3",
        "grad = wei",
        "%%grad y --o",
        "%timeit --o",
        "%grad tf.redu",
        "%grad (y + wei",
        "%train 'loss + ",
        "# %grad y --",
        "print('%grad y --",
        "%train loss --no-shuffle=",
        "%train model.tr",
    ],
)
def test_the_rest_is_left_to_python(line, become):
    assert become(line) == []


def test_a_name_of_the_learners_own_is_no_magic(learner):
    assert candidates("grad y --o", {**learner.names, "grad": 1}) == ("", ())
    assert candidates("grad y --o", learner.names, automagic=False) == ("", ())


def test_a_property_of_the_learners_is_not_run(learner):
    class Fragile:
        def __getattr__(self, name):
            raise AssertionError(name)

        @property
        def update(self):
            raise AssertionError

    for name in ("function", "optimizer", "tape", "data", "strategy"):
        KINDS[name](Fragile())
    circle: list[object] = []
    circle.append(circle)
    assert not KINDS["tensors"](circle)
    assert KINDS["data"](np.zeros(3))


@pytest.mark.parametrize("jedi", [True, False])
@pytest.mark.parametrize("greedy", [True, False])
def test_in_a_shell_nothing_else_is_mixed_in(jedi, greedy, learner):
    completer = learner.shell.Completer
    completer.use_jedi, before = jedi, completer.use_jedi
    completer.evaluation, policy = ("unsafe" if greedy else "limited"), completer.evaluation
    try:
        for text, expected in (
            ("%grad y --hes", {"%grad y --hessian"}),
            ("%train loss --compile x", {"%train loss --compile xla"}),
            ("g = %grad y wei", {"g = %grad y weights"}),
            ("x = 1\n%grad y --ord", {"x = 1\n%grad y --order"}),
        ):
            with provisionalcompleter():
                found = list(completer.completions(text, len(text)))
            assert {text[: one.start] + one.text + text[one.end :] for one in found} == expected
        with provisionalcompleter():
            assert "weights" in {one.text for one in completer.completions("wei", 3)}
    finally:
        completer.use_jedi, completer.evaluation = before, policy


def test_a_kernel_completes_too(kernel: Kernel) -> None:  # noqa: F811
    kernel.fine("mine = tf.keras.optimizers.SGD(0.1)")

    def become(text: str, cursor: int | None = None) -> list[str]:
        place = len(text) if cursor is None else cursor
        content = kernel.client.complete(text, place, reply=True, timeout=300)["content"]
        start, end = content["cursor_start"], content["cursor_end"]
        kinds = {one["type"] for one in content["metadata"].get("_jupyter_types_experimental", [])}
        assert kinds <= {"param", "keyword", "function", "instance"}
        return [text[:start] + match + text[end:] for match in content["matches"]]

    assert become("%train loss --opt") == ["%train loss --optimizer"]
    assert become("%train loss --optimizer ")[:2] == [
        "%train loss --optimizer mine",
        "%train loss --optimizer sgd",
    ]
    assert become("import tensorflow\n%grad y x --chec") == ["import tensorflow\n%grad y x --check"]
    assert become("%grad y --ord\nz = 1", cursor=13) == ["%grad y --order\nz = 1"]
    kernel.fine("%unload_ext gradmagic")
    assert "%grad y --order" not in become("%grad y --ord")
    kernel.fine("%load_ext gradmagic")


@pytest.fixture
def every_page(notebook: Notebook) -> dict[str, str]:
    manager = notebook.shell.magics_manager.magics
    return {
        name: manager["line"][name].__doc__
        for name in ("tape", "grad", "train", "check", "hint", "gradmagic")
    }


def test_help_pages_fit_a_page_and_say_everything_once(every_page):
    for name, page in every_page.items():
        lines = page.splitlines()
        assert max(map(len, lines)) <= 100, name
        assert lines[0].endswith(".")
        assert lines[1] == "", name
        headings = [line for line in lines if line and not line.startswith(" ")][1:]
        assert headings[:2] == ["Examples", "Usage"], name
        for magic in (m for m in MAGICS.values() if m.written.lstrip("%") == name):
            for option in magic.options:
                flag = OPTIONS[option].flags[-1]
                assert (
                    len(
                        [
                            line
                            for line in lines
                            if line.lstrip().split(" ")[0] == flag or f", {flag} " in line
                        ]
                    )
                    == 1
                ), flag
