"""Loading, reloading and unloading leave exactly the right things; loading is light."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from .conftest import Notebook


def everything(notebook: Notebook) -> dict[str, object]:
    """All that an extension could leave behind in a shell."""
    shell = notebook.shell
    shell.run_line_magic("load_ext", "IPython.extensions.storemagic")  # loads IPython's own magics for it
    return {
        "line": sorted(shell.magics_manager.magics["line"]),
        "cell": sorted(shell.magics_manager.magics["cell"]),
        "registry": sorted(shell.magics_manager.registry),
        "configurables": [type(item).__name__ for item in shell.configurables],
        "transforms": list(shell.input_transformer_manager.cleanup_transforms),
        "ast": list(shell.ast_transformers),
        "events": {name: list(found) for name, found in shell.events.callbacks.items()},
        "completers": [matcher.__qualname__ for matcher in shell.Completer.custom_matchers],
        "finders": [type(finder).__name__ for finder in sys.meta_path],
        "namespace": sorted(
            name for name in shell.user_ns if not name.startswith("_") and name not in ("In", "Out")
        ),
    }


def test_loading_adds_and_unloading_takes_away(bare: Notebook) -> None:
    before = everything(bare)
    bare.fine("%load_ext gradmagic")
    during = everything(bare)
    assert set(during["line"]) - set(before["line"]) == {
        "tape",
        "grad",
        "train",
        "check",
        "hint",
        "gradmagic",
    }
    assert set(during["cell"]) - set(before["cell"]) == {"tape", "train"}
    assert "GradMagic" in during["configurables"]
    assert len(during["completers"]) == len(before["completers"]) + 1
    bare.fine("%unload_ext gradmagic")
    assert everything(bare) == before


def test_loading_twice_and_reloading_add_nothing_twice(bare: Notebook) -> None:
    before = everything(bare)
    bare.fine("%load_ext gradmagic")
    once = everything(bare)
    bare.fine("%load_ext gradmagic")
    bare.fine("%reload_ext gradmagic")
    import gradmagic

    gradmagic.load_ipython_extension(bare.shell)
    again = everything(bare)
    for kind in ("line", "cell", "registry", "configurables", "completers", "finders", "namespace"):
        assert again[kind] == once[kind], kind
    for kind in ("transforms", "ast"):
        assert len(again[kind]) == len(once[kind]), kind
    assert {name: len(found) for name, found in again["events"].items()} == {
        name: len(found) for name, found in once["events"].items()
    }
    bare.fine("import gradmagic\ngradmagic.unload_ipython_extension(get_ipython())\ndel gradmagic")
    assert everything(bare) == before
    gradmagic.unload_ipython_extension(bare.shell)


def test_unloading_in_the_middle_of_a_recording_stops_it(bare: Notebook) -> None:
    from tensorflow.python.eager import context

    bare.fine("%load_ext gradmagic")
    bare.fine("import tensorflow as tf")
    bare.fine("%%tape\nx = tf.Variable(3.0)\n%unload_ext gradmagic\ny = x * x")
    assert context.context().op_callbacks == []
    assert not bare.names["tape"].recording


def test_a_magic_that_somebody_else_put_in_place_is_left_alone(bare: Notebook) -> None:
    bare.fine("%load_ext gradmagic")
    bare.shell.register_magic_function(lambda line: "mine", "line", "grad")
    bare.fine("%unload_ext gradmagic")
    assert bare.shell.run_line_magic("grad", "") == "mine"


def test_neither_importing_nor_loading_imports_what_only_a_cell_needs() -> None:
    """What IPython imports by itself is not ours to keep out."""
    program = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "before = set(sys.modules)\n"
        "import gradmagic\n"
        "shell.run_line_magic('load_ext', 'gradmagic')\n"
        "shell.run_line_magic('gradmagic', '')\n"
        "heavy = 'numpy tensorflow keras pandas sympy matplotlib graphlay ipywidgets jupyter_client tqdm'\n"
        "print(sorted(set(heavy.split()) & (set(sys.modules) - before)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
    assert ran.stderr == ""


@pytest.mark.parametrize("package", ["gradmagic", "gradmagic.tape", "gradmagic.training"])
def test_a_package_that_looks_names_up_on_first_use_has_them_all(package: str) -> None:
    module = import_module(package)
    assert set(module.__all__) <= set(dir(module))
    for name in set(module.__all__) - {"__version__"}:  # which an installed package has
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'nothing'"):
        _ = module.nothing


def test_the_learners_own_import_of_tensorflow_is_quiet() -> None:
    program = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_line_magic('load_ext', 'gradmagic')\n"
        "import tensorflow as tf, sys\n"
        "print(tf.constant(1.0).numpy(), tf.__spec__.loader.__class__.__name__)\n"
        "print('kept', file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["1.0", "SourceFileLoader"]
    assert ran.stderr == "kept\n"


def test_documentation(notebook: Notebook) -> None:
    for magic, told in [
        ("%tape", "--watch"),
        ("%%tape", "--watch"),
        ("%grad", "--order N"),
        ("%train", "adam"),
        ("%gradmagic", "--lang"),
    ]:
        shown = notebook.fine(f"{magic}?").stdout
        assert told in shown, magic
        assert "Docstring" in shown


def test_every_option_of_the_vocabulary_is_used_and_documented(notebook: Notebook) -> None:
    from gradmagic.magics._options import MAGICS, OPTIONS
    from gradmagic.messages import catalogue

    used = {name for magic in MAGICS.values() for name in (*magic.operands, *magic.options)}
    assert used == set(OPTIONS)
    assert {key.removeprefix("option-") for key in catalogue() if key.startswith("option-")} == set(OPTIONS)


def test_status_and_language(notebook: Notebook) -> None:
    notebook.fine("%%tape mine\nx = tf.Variable(1.0)")
    shown = notebook.fine("%gradmagic").stdout
    assert "recordings  mine" in shown
    assert "CPU:0" in shown
    try:
        assert "语言" in notebook.fine("%gradmagic --lang zh").stdout
        assert "没有选项" in notebook("%grad x --oder 2").stdout
    finally:
        notebook.fine("%gradmagic --lang en")


def test_completion(notebook: Notebook) -> None:
    notebook.fine("weights = tf.Variable(1.0)\nwords = 'text'\ndef waste(): pass")

    def complete(text: str) -> list[str]:
        return notebook.shell.complete(None, text, len(text))[1]

    assert complete("%grad loss --or") == ["--order"]
    assert set(complete("%grad loss --")) >= {"--order", "--hessian", "--tape"}
    assert "--order" not in complete("%grad loss --order 2 --")
    assert sorted(complete("%train loss --optimizer ada")) == [
        "adadelta",
        "adafactor",
        "adagrad",
        "adam",
        "adamax",
        "adamw",
    ]
    assert complete("%train loss --compile g") == ["graph"]
    assert complete("%grad wei") == ["weights"]
    assert "words" not in complete("%grad w")
    assert set(complete("%grad w")) >= {"weights", "waste"}
    assert "--watch" in complete("%%tape --w")
