"""The options of `%train` for data, decay, clipping, stopping, sweeps: each is the same word of `gm.train`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .conftest import Notebook

DATA = """
import keras
rng = np.random.default_rng(0)
X = rng.normal(size=(50, 3)).astype("float32")
y = (X @ [1.0, 2.0, -1.0] + 0.5).astype("float32")
w, b = tf.Variable(tf.zeros(3)), tf.Variable(0.0)
def loss(X, y):
    return tf.reduce_mean((tf.linalg.matvec(X, w) + b - y) ** 2)
"""


@pytest.fixture
def rows(notebook: Notebook) -> Notebook:
    notebook.fine("import numpy as np")
    notebook.fine(DATA)
    return notebook


LINES = {
    "--data X,y --batch 8 --epochs 3": "data=(X, y), batch=8, epochs=3",
    "--data X,y --batch 8 --epochs 3 --drop-last --no-shuffle": (
        "data=(X, y), batch=8, epochs=3, drop_last=True, shuffle=False"
    ),
    "--data X,y --steps 30 --decay warmup:5+cosine": "data=(X, y), steps=30, schedule='warmup:5+cosine'",
    "--data X,y --steps 30 --decay step:0.5,10 --optimizer adam": (
        "data=(X, y), steps=30, schedule='step:0.5,10', optimizer='adam'"
    ),
    "--data X,y --steps 30 --decay 'lambda step: 0.1 / (1 + step)'": (
        "data=(X, y), steps=30, schedule=lambda step: 0.1 / (1 + step)"
    ),
    "--data X,y --steps 30 --clip-value 0.2": "data=(X, y), steps=30, clip_value=0.2",
    "--data X,y --steps 30 --clip-norm 0.2": "data=(X, y), steps=30, clip_norm=0.2",
    "--data X,y --steps 30 --clip-global-norm 0.2": "data=(X, y), steps=30, clip_global_norm=0.2",
    "--data X,y --steps 30 --weight-decay 0.1": "data=(X, y), steps=30, weight_decay=0.1",
    "--data X,y --steps 30 --noise 0.1 --seed 3": "data=(X, y), steps=30, noise=0.1, seed=3",
    "--data X,y --steps 900 --tol 1e-4 --patience 3": "data=(X, y), steps=900, tol=1e-4, patience=3",
    "--data X,y --batch 8 --epochs 9 --validation 0.2 --tol 0.01": (
        "data=(X, y), batch=8, epochs=9, validation=0.2, tol=0.01"
    ),
    "--data X,y --steps 30 --device cpu": "data=(X, y), steps=30, device='cpu'",
}


@pytest.mark.parametrize("line", LINES)
def test_the_line_is_the_call(rows: Notebook, line: str) -> None:
    names = rows.names
    rows.fine(f"run = %train loss w b --learning-rate 0.05 {line}")
    found = names["run"].history.loss, np.asarray(names["w"])
    rows.fine("w.assign(tf.zeros(3)); b.assign(0.0)")
    rows.fine(
        f"import gradmagic as gm\nrun = gm.train(loss, [w, b], **{{'learning_rate': 0.05}} | dict({LINES[line]}))"
    )
    np.testing.assert_allclose(found[0], names["run"].history.loss, rtol=1e-5)
    np.testing.assert_allclose(found[1], np.asarray(names["w"]), rtol=1e-5)


def test_in_a_cell_the_names_of_the_data_are_the_batch(rows: Notebook) -> None:
    rows.fine(
        "%%train w b --data X,y --batch 8 --epochs 3 --learning-rate 0.05 -o run\n"
        "residual = tf.linalg.matvec(X, w) + b - y\n"
        "tf.reduce_mean(residual ** 2)"
    )
    cell = np.asarray(rows.names["w"])
    rows.fine("w.assign(tf.zeros(3)); b.assign(0.0)")
    rows.fine("run = %train loss w b --data X,y --batch 8 --epochs 3 --learning-rate 0.05")
    np.testing.assert_allclose(cell, np.asarray(rows.names["w"]), rtol=1e-5)
    assert rows.names["X"].shape == (50, 3)


def test_a_model_and_its_data(rows: Notebook) -> None:
    rows.fine(
        "keras.utils.set_random_seed(1)\nmodel = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1)])"
    )
    rows.fine("run = %train model X y --loss mse --optimizer adam --batch 10 --epochs 20")
    run = rows.names["run"]
    assert run.engine == "xla", run.reason
    assert run.loss < run.history.loss[0] / 2


def test_a_schedule_from_the_notebook(rows: Notebook) -> None:
    rows.fine("rate = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)")
    rows.fine("run = %train loss w b --data X,y --steps 20 --decay rate")
    assert rows.names["run"].history.learning_rate[10] == pytest.approx(0.05)


def test_a_sweep(rows: Notebook) -> None:
    cell = rows.fine("%train loss w b --data X,y --steps 40 --sweep learning_rate=0.001,0.01,0.1 -o sweep")
    sweep = rows.names["sweep"]
    assert [row["learning_rate"] for row in sweep.settings] == [0.001, 0.01, 0.1]
    assert sweep.best == 2
    assert all(text in cell.texts[0] for text in ("0.001", "0.01", "0.1", "✓"))
    assert not np.asarray(rows.names["w"]).any()
    assert "<svg" in cell.displayed[0].data["text/html"]


def test_a_training_is_kept_and_taken_up_again(rows: Notebook, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    rows.fine(f"%train loss w b --data X,y --steps 20 --checkpoint {path}")
    rows.fine("w.assign(tf.zeros(3)); b.assign(0.0)")
    rows.fine(f"run = %train loss w b --data X,y --steps 50 --checkpoint {path} --resume")
    resumed = np.asarray(rows.names["w"])
    rows.fine("w.assign(tf.zeros(3)); b.assign(0.0)")
    rows.fine("%train loss w b --data X,y --steps 50")
    np.testing.assert_allclose(resumed, np.asarray(rows.names["w"]), rtol=1e-5)


def test_code_shows_the_program_and_trains_nothing(rows: Notebook) -> None:
    cell = rows.fine(
        "%train loss w b --data X,y --batch 8 --epochs 2 --decay step:0.5,9 --clip-norm 1 --code"
    )
    text = cell.texts[0]
    assert "tf.clip_by_norm" in text
    assert "for step in range(14)" in text
    assert not np.asarray(rows.names["w"]).any()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%train loss w b --data X,y --batch 51", "51"),
        ("%train loss w b --data X,y --batch 0", "batch"),
        ("%train loss w b --data X,zz", "zz"),
        ("%train loss w b --data X", "y"),
        ("%train loss w b --data X,y --decay cosin", "cosine"),
        ("%train loss w b --data X,y --decay step:0.5", "step:0.5,1000"),
        ("%train loss w b --data X,y --validation 2", "2"),
        ("%train loss w b --data X,y --clip-norm -1", "clip_norm"),
        ("%train loss w b --data X,y --sweep learning_rate", "learning_rate"),
        ("%train loss w b --data X,y --sweep momentun=1,2", "momentun"),
        ("%train loss w b --data X,y --learning-rate 0", "learning_rate"),
        ("%train loss w b --data X,y --optimizer keras.optimizers.SGD", "SGD(0.01)"),
        ("%train loss w b --data X,y --resume", "checkpoint"),
    ],
)
def test_what_cannot_be(rows: Notebook, line: str, said: str) -> None:
    cell = rows(line)
    assert said in cell.stdout + cell.stderr
    assert not np.asarray(rows.names["w"]).any()


def test_help_has_examples_of_decay_and_sweep(notebook: Notebook) -> None:
    text = notebook.shell.find_line_magic("train").__doc__
    assert "--decay" in text
    assert "warmup:100+cosine" in text
