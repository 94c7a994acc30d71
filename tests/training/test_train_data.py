"""Where the batches come from: every kind of data gives what the plain loop over the same rows gives."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

import gradmagic as gm
from gradmagic.errors import ArgumentError
from gradmagic.training.feed import Batches, Streamed, make_columns
from gradmagic.training.feed._order import Order

RNG = np.random.default_rng(5)
X = RNG.normal(size=(23, 3)).astype(np.float32)
Y = (X @ np.array([1.0, -2.0, 0.5]) + 0.3).astype(np.float32)


def line():
    w, b = tf.Variable(tf.zeros(3), name="w"), tf.Variable(0.0, name="b")

    def loss(inputs, targets):
        return tf.reduce_mean((tf.linalg.matvec(inputs, w) + b - targets) ** 2)

    return w, b, loss


def trained(**options):
    w, b, loss = line()
    run = gm.train(loss, [w, b], learning_rate=0.05, **{"data": (X, Y), **options})
    return run, np.append(w.numpy(), b.numpy())


def plain(batches, rate=0.05):
    """The loop of every tutorial over the batches."""
    w, b, loss = line()
    losses = []
    for inputs, targets in batches:
        with tf.GradientTape() as tape:
            value = loss(tf.convert_to_tensor(inputs), tf.convert_to_tensor(targets))
        for variable, gradient in zip([w, b], tape.gradient(value, [w, b]), strict=True):
            variable.assign_sub(rate * gradient)
        losses.append(float(value))
    return np.array(losses), np.append(w.numpy(), b.numpy())


def rows_of(batch, seed, epochs, *, drop_last=False, shuffle=True):
    source = Batches(make_columns((X, Y), "float32"), batch, seed, drop_last=drop_last, shuffle=shuffle)
    return [source.eager(step).values for step in range(epochs * source.steps_per_epoch)]


@pytest.mark.parametrize("engine", ["xla", "graph", "off"])
@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("shuffle", [False, True])
def test_mini_batches_equal_the_plain_loop(engine, drop_last, shuffle):
    run, found = trained(batch=5, epochs=7, compile=engine, drop_last=drop_last, shuffle=shuffle, seed=3)
    losses, wanted = plain(rows_of(5, 3, 7, drop_last=drop_last, shuffle=shuffle))
    assert len(losses) == 7 * (4 if drop_last else 5)
    assert np.allclose(run.history.loss, losses, rtol=1e-5)
    assert np.allclose(found, wanted, rtol=1e-5)


@pytest.mark.parametrize(("batch", "drop_last"), [(1, False), (5, True), (5, False), (22, False), (23, True)])
def test_an_epoch_takes_every_row_once_and_no_batch_is_empty(batch, drop_last):
    source = Batches(
        make_columns((np.arange(23.0)[:, None],), "float32"), batch, 1, drop_last=drop_last, shuffle=True
    )
    for epoch in range(3):
        steps = range(epoch * source.steps_per_epoch, (epoch + 1) * source.steps_per_epoch)
        sizes = [source.eager(step).values[0].shape[0] for step in steps]
        seen = np.concatenate([source.eager(step).values[0].numpy().ravel() for step in steps])
        assert min(sizes) > 0
        assert len(set(seen)) == len(seen) == (23 - 23 % batch if drop_last else 23)


def test_epochs_are_shuffled_differently_and_by_the_seed_alone():
    first, again, other = (np.concatenate([b[1] for b in rows_of(5, s, 2)]) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[:23], first[23:])
    assert sorted(first[:23]) == sorted(first[23:]) == sorted(Y)


def test_without_shuffling_rows_come_in_order():
    assert np.array_equal(np.concatenate([b[1] for b in rows_of(5, 1, 1, shuffle=False)]), Y)


def test_kinds_of_data_are_the_same_data():
    pandas = pytest.importorskip("pandas")
    wanted = trained(batch=5, epochs=3)[1]
    for data in (
        [X, Y],
        (tf.constant(X), tf.constant(Y)),
        (X.astype(np.float64), Y.astype(np.float64)),
        (X.tolist(), Y.tolist()),
        {"inputs": X, "targets": Y},
        {"targets": Y, "inputs": X},
        (pandas.DataFrame(X), pandas.Series(Y)),
        (tf.Variable(X), Y),
    ):
        assert np.allclose(trained(data=data, batch=5, epochs=3)[1], wanted, rtol=1e-6), type(data)


@pytest.mark.parametrize("engine", ["auto", "graph", "off"])
@pytest.mark.parametrize("drop", [False, True])
def test_a_dataset_keeps_its_own_order_and_batches(engine, drop):
    dataset = tf.data.Dataset.from_tensor_slices((X, Y)).batch(5, drop_remainder=drop)
    run, found = trained(data=dataset, epochs=4, compile=engine)
    batches = [(X[i : i + 5], Y[i : i + 5]) for i in range(0, 23 - 3 * drop, 5)] * 4
    losses, wanted = plain(batches)
    assert run.engine == {"auto": "xla", "graph": "graph", "off": "eager"}[engine]
    assert np.allclose(run.history.loss, losses, rtol=1e-5)
    assert np.allclose(found, wanted, rtol=1e-5)


def test_a_dataset_of_dictionaries_and_one_without_end():
    named = tf.data.Dataset.from_tensor_slices({"inputs": X, "targets": Y}).batch(23)
    endless = tf.data.Dataset.from_tensors((X, Y)).repeat()
    wanted = trained(steps=9)[1]
    assert np.allclose(trained(data=named, steps=9)[1], wanted, rtol=1e-6)
    assert np.allclose(trained(data=endless, steps=9)[1], wanted, rtol=1e-6)


def test_data_larger_than_the_device_are_streamed(tmp_path, monkeypatch):
    wanted = trained(batch=5, epochs=30)[1]
    monkeypatch.setattr("gradmagic.training._train.MAX_DATA_BYTES", 100)
    made = []
    make = Streamed.__init__
    monkeypatch.setattr(Streamed, "__init__", lambda self, *a, **k: (made.append(1), make(self, *a, **k))[1])
    # A chunk holds two batches, so that many are needed.
    monkeypatch.setattr("gradmagic.training.feed._source._CHUNK_BYTES", 160)
    run, found = trained(batch=5, epochs=30)
    assert made
    assert run.engine == "xla"
    assert np.allclose(found, wanted, rtol=1e-5)


def test_a_file_on_disk_is_read_as_it_is_needed(tmp_path):
    x = np.memmap(tmp_path / "x", np.float32, "w+", shape=X.shape)
    x[:] = X
    x.flush()
    data = (np.memmap(tmp_path / "x", np.float32, "r", shape=X.shape), Y)
    assert np.allclose(trained(data=data, batch=5, epochs=3)[1], trained(batch=5, epochs=3)[1], rtol=1e-6)


def test_no_retrace_when_values_of_the_data_or_the_steps_change():
    traced = []

    def loss(inputs, targets):
        if not tf.executing_eagerly():
            traced.append(1)
        return tf.reduce_mean((w * inputs - targets) ** 2)

    w = tf.Variable(0.5)
    counts = []
    for steps in (200, 20_000):
        before = len(traced)
        gm.train(loss, w, data=(X[:, 0], Y), batch=4, steps=steps, learning_rate=1e-3)
        counts.append(len(traced) - before)
    assert counts[0] == counts[1]


BAD = [
    ({"data": (X, Y[:-1])}, "data[0]: 23, data[1]: 22"),
    ({"data": (X[:0], Y[:0])}, "empty"),
    ({"data": ()}, "empty"),
    ({"data": (np.where(X > 2, np.nan, X) * np.nan, Y)}, "nan"),
    ({"data": (np.full((23, 3), "a"), Y)}, "'a'"),
    ({"data": ([[1.0], [1.0, 2.0]], [1.0, 2.0])}, "data[0]"),
    ({"data": (X, 3.0)}, "data[1]"),
    ({"batch": 24}, "24"),
    ({"batch": 0}, "0"),
    ({"batch": -1}, "-1"),
    ({"batch": 2.5}, "2.5"),
    ({"batch": "four"}, "'four'"),
    ({"data": None, "batch": 4}, "batch"),
    ({"data": tf.data.Dataset.from_tensors((X, Y)), "batch": 4}, "batch"),
    ({"data": tf.data.Dataset.from_tensors((X, Y)).take(0)}, "empty"),
    ({"validation": 1.5}, "1.5"),
    ({"validation": 0.0}, "0"),
    ({"data": None, "validation": 0.5}, "validation"),
]


@pytest.mark.parametrize(("options", "said"), BAD, ids=[str(place) for place in range(len(BAD))])
def test_bad_data_are_named_and_nothing_is_changed(options, said):
    w, b, loss = line()
    w.assign([1.0, 2.0, 3.0])
    with pytest.raises(ArgumentError) as caught:
        gm.train(loss, [w, b], **{"data": (X, Y), "steps": 5, **options})
    assert said in str(caught.value)
    assert w.numpy().tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("sizes", [(5, 4, 3, 2), (3, 4, 5, 5)])
def test_batches_of_many_shapes_are_trained_step_by_step(sizes):
    parts = [(X[:size], Y[:size]) for size in sizes] * 5
    spec = (tf.TensorSpec(None, tf.float32), tf.TensorSpec(None, tf.float32))
    dataset = tf.data.Dataset.from_generator(lambda: iter(parts), output_signature=spec)
    run, found = trained(data=dataset, steps=20)
    losses, wanted = plain(parts)
    assert run.engine == "eager"
    assert str((sizes[0], 3)) in run.reason
    assert np.allclose(run.history.loss, losses, rtol=1e-5)
    assert np.allclose(found, wanted, rtol=1e-5)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), length=st.integers(1, 60), drop_last=st.booleans(), shuffle=st.booleans())
def test_the_rows_of_many_steps_are_those_of_each(data, length, drop_last, shuffle):
    sizes = st.integers(1, length)
    order = Order(length, data.draw(sizes), 3, drop_last=drop_last, shuffle=shuffle)
    for _ in range(3):
        start, count = data.draw(st.integers(0, 200)), data.draw(st.integers(0, 90))
        table, is_rest = order.table(start, count, count + 2), order.is_rest(start, count + 2)
        for place in range(count):
            rows = order.rows(start + place)
            assert np.array_equal(table[place, : len(rows)], rows)
            assert not table[place, len(rows) :].any()
            assert len(rows) == (order.rest if order.rest and is_rest[place] else order.batch)
        assert not table[count:].any()
        order.rebatch(data.draw(sizes), start)
        epoch = [order.rows(start + place) for place in range(order.steps_per_epoch)]
        seen = np.concatenate(epoch)
        assert len(np.unique(seen)) == len(seen) >= length - order.batch + 1, "a new epoch begins"
