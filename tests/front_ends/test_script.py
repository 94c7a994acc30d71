"""Plain Python: no IPython shell, no widgets, and nothing of IPython that TensorFlow has not imported itself."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
import sys
import tensorflow as tf
tf.keras
theirs = {name for name in sys.modules if name.split(".")[0] == "IPython"}
import gradmagic as gm

print(gm.grad(lambda x: x**3, order=2)(2.0))
x = tf.Variable(3.0)
with gm.Tape() as tape:
    y = x * x
print(tape.gradient(y, x))
print(tape)
print(tape.explain(tf.constant(1.0), x))
run = gm.train(lambda: (x - 1.0) ** 2, [x], learning_rate=0.1, steps=100)
print(run)
print(round(float(x), 4), run.status, "ipywidgets" in sys.modules, end=" ")
print({name for name in sys.modules if name.split(".")[0] == "IPython"} - theirs)
"""


def test_everything_is_text_and_nothing_of_ipython_or_widgets_is_imported(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, path],
        env=os.environ | {"GRADMAGIC_LANG": "en"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "1.0 finished False set()"
    assert "12" in done.stdout
    assert "\x1b" not in done.stdout
    assert "Traceback" not in done.stderr
