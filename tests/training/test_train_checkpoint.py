"""A training is kept on disk: killed at any time, it ends in the same numbers."""

import json
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import tensorflow as tf

import gradmagic as gm
from gradmagic.errors import ArgumentError, GradmagicError


class Momentum:
    """Its state is in Python."""

    def __init__(self):
        self.velocity, self.steps, self.rate = {}, 0, 0.02

    def apply_gradients(self, pairs):
        self.steps += 1
        if self.steps % 50 == 0:
            self.rate *= 0.9
        for gradient, variable in pairs:
            before = self.velocity.get(variable.ref(), tf.zeros_like(variable))
            self.velocity[variable.ref()] = 0.9 * before - self.rate * gradient
            variable.assign_add(self.velocity[variable.ref()])


def problem():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 4)).astype(np.float32)
    y = (x @ [1.0, -1.0, 2.0, 0.5]).astype(np.float32)
    w = tf.Variable(tf.zeros(4), name="w")

    def loss(inputs, targets):
        return tf.reduce_mean((tf.linalg.matvec(inputs, w) - targets) ** 2)

    return w, loss, (x, y)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", Momentum, "schedule"])
@pytest.mark.parametrize("engine", ["auto", "off"])
def test_a_training_in_two_parts_is_the_training_in_one(tmp_path, optimizer, engine):
    def options(steps):
        name = optimizer if isinstance(optimizer, str) else optimizer()
        found = {"optimizer": name, "batch": 8, "seed": 2, "compile": engine, "noise": 0.01}
        if optimizer == "schedule":
            found |= {"optimizer": "sgd", "schedule": "warmup:20+constant"}
        if isinstance(found["optimizer"], str):
            found["learning_rate"] = 0.02
        return found | {"steps": steps}

    w, loss, data = problem()
    whole = gm.train(loss, w, data=data, **options(400))
    wanted = w.numpy()
    path = tmp_path / "run.npz"
    w, loss, data = problem()
    gm.train(loss, w, data=data, checkpoint=path, **options(150))
    w, loss, data = problem()
    run = gm.train(loss, w, data=data, checkpoint=path, resume=True, **options(400))
    assert run.steps == 400
    assert np.allclose(w, wanted, rtol=1e-5)
    assert np.allclose(run.history.loss, whole.history.loss, rtol=1e-5)


SCRIPT = """
    import sys, time
    import numpy as np, tensorflow as tf, gradmagic as gm
    import gradmagic.training._checkpoint as checkpoint

    w = tf.Variable([3.0, -2.0, 1.0], name="w")

    def loss():
        return tf.reduce_mean((w - 1) ** 4) + tf.reduce_mean(w**2)

    def progress(done, total, value):
        print(done, flush=True)
        if done > 20_000:
            time.sleep(3600)  # whoever kills it may be late

    checkpoint._SECONDS = 0.0  # keep every chunk
    run = gm.train(loss, w, optimizer="adam", learning_rate=1e-4, steps=3_000_000,
                   checkpoint=sys.argv[1], resume=True, progress=progress if sys.argv[2] == "slow" else None)
    print("end", run.steps, repr(w.numpy().tolist()), float(run.history.loss.astype("float64").sum()))
"""


def test_a_killed_process_resumes_to_the_same_numbers(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT).replace("3_000_000", "60_000"))
    broken, whole = tmp_path / "broken.npz", tmp_path / "whole.npz"

    def start(path, pace):
        return subprocess.Popen(
            [sys.executable, str(script), str(path), pace], stdout=subprocess.PIPE, text=True
        )

    process = start(broken, "slow")
    seen = []
    for text in process.stdout:
        seen.append(text)
        if len(seen) >= 3 and broken.exists():
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL
    assert 0 < gm.SavedRun.read(broken).steps < 60_000
    ends = []
    for path in (broken, whole):
        process = start(path, "fast")
        out = process.communicate(timeout=600)[0]
        ends.append(out.strip().splitlines()[-1])
    assert ends[0].startswith("end 60000")
    # The first steps after each start are made eagerly, and may round otherwise.
    numbers = [
        np.array(end.replace("[", "").replace("]", "").replace(",", "").split()[1:], float) for end in ends
    ]
    assert len(numbers[0]) == 5
    assert np.allclose(*numbers, rtol=1e-6, atol=0)


def test_save_and_load(tmp_path):
    w, loss, data = problem()
    run = gm.train(loss, w, data=data, steps=50, learning_rate=0.05, optimizer="adam")
    path = run.save(tmp_path / "kept")
    assert path.suffix == ".npz"
    saved = gm.Run.load(path)
    assert np.array_equal(saved.history.loss, run.history.loss)
    assert np.array_equal(saved.parameters["w"], w.numpy())
    assert saved.steps == 50
    assert saved.settings["optimizer"] == "adam"
    w.assign(tf.zeros(4))
    saved.restore({"w": w})
    assert np.array_equal(saved.parameters["w"], w.numpy())
    json.dumps(dict(saved.settings))
    with np.load(path, allow_pickle=False) as file:  # nothing in it needs pickle
        assert all(file[name].dtype != object for name in file.files)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float64"])
def test_other_floating_types_are_kept_to_the_bit(tmp_path, dtype):
    v = tf.Variable(tf.constant([1.5, -2.25], dtype), name="v")
    run = gm.train(lambda: tf.reduce_sum(v * v), v, learning_rate=0.1, steps=5)
    saved = gm.Run.load(run.save(tmp_path / "kept.npz"))
    assert saved.parameters["v"].dtype == v.numpy().dtype
    assert saved.parameters["v"].tolist() == v.numpy().tolist()


def test_a_full_disk_at_save_loses_nothing(tmp_path):
    """/dev/full answers every write as a full disk does."""
    w, loss, data = problem()
    run = gm.train(loss, w, data=data, steps=20)
    first = run.save(tmp_path / "kept.npz").read_bytes()
    import gradmagic.training._checkpoint as checkpoint

    def full(file, **arrays):
        with open("/dev/full", "wb", buffering=0) as device:
            device.write(b"0")

    real = checkpoint.np.savez
    checkpoint.np.savez = full
    try:
        with pytest.raises(GradmagicError, match="No space left on device"):
            run.save(tmp_path / "kept.npz")
        w2, loss2, _ = problem()
        again = gm.train(loss2, w2, data=data, steps=20, checkpoint=tmp_path / "kept.npz")
    finally:
        checkpoint.np.savez = real
    assert again.status == "finished"
    assert "No space left on device" in again.reason
    assert (tmp_path / "kept.npz").read_bytes() == first  # the file before is whole
    assert [path.name for path in tmp_path.iterdir()] == ["kept.npz"]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off", None, "other npz", "pickle"])
def test_an_unreadable_checkpoint_is_named(tmp_path, content):
    path = tmp_path / "run.npz"
    if content == "other npz":
        np.savez(path, a=np.zeros(3))
    elif content == "pickle":
        np.savez(path, facts=np.array([{"a": 1}], object))
    elif content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    w, loss, data = problem()
    for read in (
        lambda: gm.Run.load(path),
        lambda: gm.train(loss, w, data=data, checkpoint=path, resume=True, steps=5),
    ):
        with pytest.raises(GradmagicError, match=r"run\.npz"):
            read()
    assert not w.numpy().any()


def test_a_checkpoint_cut_in_half(tmp_path):
    w, loss, data = problem()
    path = gm.train(loss, w, data=data, steps=20).save(tmp_path / "run.npz")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(GradmagicError, match=r"run\.npz"):
        gm.Run.load(path)


def test_the_checkpoint_of_another_training(tmp_path):
    w, loss, data = problem()
    path = gm.train(loss, w, data=data, steps=20).save(tmp_path / "run.npz")
    v = tf.Variable([1.0, 2.0], name="v")
    with pytest.raises(ArgumentError, match="w"):
        gm.train(lambda: tf.reduce_sum(v**2), v, checkpoint=path, resume=True, steps=30)
    assert v.numpy().tolist() == [1.0, 2.0]
    with pytest.raises(ArgumentError, match="20"):
        gm.train(loss, w, data=data, checkpoint=path, resume=True, steps=10)


def test_places_that_are_not_there(tmp_path):
    w, loss, data = problem()
    with pytest.raises(ArgumentError, match="nowhere"):
        gm.train(loss, w, data=data, steps=5, checkpoint=tmp_path / "nowhere" / "run.npz")
    with pytest.raises(GradmagicError, match="gone"):
        gm.Run.load(tmp_path / "gone.npz")
    run = gm.train(loss, w, data=data, steps=5)
    with pytest.raises(GradmagicError, match="nowhere"):
        run.save(tmp_path / "nowhere" / "run.npz")


def test_a_running_training_is_not_saved_by_hand(tmp_path):
    v = tf.Variable(1.0)
    run = gm.train(lambda: v**2, v, steps=100_000, learning_rate=1e-9, background=True, pace=100)
    try:
        with pytest.raises(ArgumentError):
            run.save(tmp_path / "run")
    finally:
        run.stop().wait()
    assert run.save(tmp_path / "run").exists()
