"""However a recording ends, nothing stays hooked and no tensor is kept."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import tensorflow as tf
from tensorflow.python.eager import context, execute
from tensorflow.python.eager import record as tensorflow_record

import gradmagic as gm
from gradmagic.errors import GradmagicError
from gradmagic.tape import quiet_descriptor
from gradmagic.tape.graph._adjoints import differentiable

REPETITIONS = 20


def clean() -> None:
    """Nothing of a recording is left in this process."""
    assert context.context().op_callbacks == []
    assert execute.execute is execute.quick_execute
    assert not tensorflow_record.could_possibly_record()
    assert not any(type(finder).__module__.startswith("gradmagic") for finder in sys.meta_path)


def live_tensors() -> int:
    gc.collect()
    kind = type(tf.constant(0.0))
    return sum(isinstance(thing, kind) for thing in gc.get_objects())


def no_growth(act: Callable[[], None]) -> None:
    """Repeated, `act` leaves the process as it was after its first two times (TensorFlow keeps a few for good)."""
    act()
    act()
    clean()
    threads, before = threading.active_count(), live_tensors()
    for _ in range(REPETITIONS):
        act()
    assert live_tensors() <= before
    assert threading.active_count() == threads
    clean()


@pytest.fixture(autouse=True)
def clean_before_and_after() -> Iterator[None]:
    clean()
    yield
    clean()


def chain(x: Any) -> Any:
    y = tf.sin(x) * x
    return tf.reduce_sum(y * y + 1.0)


def derive(tape: gm.Tape, y: Any, x: Any) -> None:
    """What keeps something on the tape."""
    tape.gradient(y, x, 2)
    tape.records  # noqa: B018
    tape.graph(y)
    tape.adjoints(y)
    tape.backward_records(y, x)
    repr(tape)


def test_a_recording_and_all_its_derivatives() -> None:
    def act() -> None:
        x = tf.Variable([1.0, 2.0])
        with gm.Tape() as tape:
            y = chain(x)
            tape.gradient(y, x)
        derive(tape, y, x)
        tape.hvp(y, x, tf.ones(2))

    no_growth(act)


def test_del_tape_frees_its_tensors_at_once() -> None:
    x = tf.Variable([1.0, 2.0])
    before = live_tensors()
    with gm.Tape() as tape:
        y = chain(x)
    derive(tape, y, x)
    assert live_tensors() > before + 5
    del tape, y
    assert live_tensors() <= before + 2


def test_del_while_it_records() -> None:
    def act() -> None:
        tape = gm.Tape()
        tape.__enter__()
        chain(tf.Variable([1.0, 2.0]))
        tape.__exit__(None, None, None)
        del tape

    no_growth(act)


@pytest.mark.parametrize("kind", [ZeroDivisionError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_exception(kind: type[BaseException]) -> None:
    def act() -> None:
        x = tf.Variable([1.0, 2.0])
        try:
            with gm.Tape() as tape:
                chain(x)
                raise kind
        except kind:
            assert not tape.recording
            clean()

    no_growth(act)


def test_an_error_of_tensorflow() -> None:
    def act() -> None:
        x = tf.Variable([1.0, 2.0])
        chain(x)
        with pytest.raises(tf.errors.InvalidArgumentError), gm.Tape():
            tf.matmul(tf.ones((2, 2)), tf.ones((3, 3)))

    no_growth(act)


def test_a_real_interrupt() -> None:
    def act() -> None:
        x = tf.Variable([1.0, 2.0])
        after = []
        try:
            with gm.Tape() as tape:
                y = chain(x)
                signal.raise_signal(signal.SIGINT)
                after.append(chain(x))
        except KeyboardInterrupt:
            assert not tape.recording
        assert not after
        clean()
        assert tape.gradient(y, x) is not None

    no_growth(act)


# Not tested: an interrupt inside one of TensorFlow's own C++ calls. TensorFlow 2.21 crashes there now and then,
# with a plain `tf.GradientTape` as with ours (2 of 3 runs of 400 timed interrupts each).


def test_nested_and_crossed_tapes() -> None:
    def act() -> None:
        x = tf.Variable([1.0, 2.0])
        with gm.Tape() as outer:
            y = chain(x)
            with gm.Tape() as inner:
                z = chain(x)
            clean_of(inner)
        derive(outer, y, x)
        derive(inner, z, x)
        first, second = gm.Tape(), gm.Tape()
        first.__enter__()
        second.__enter__()
        y = chain(x)
        first.__exit__(None, None, None)
        assert second.recording
        second.__exit__(None, None, None)
        clean()
        derive(first, y, x)
        derive(second, y, x)

    no_growth(act)


def clean_of(tape: gm.Tape) -> None:
    assert tape._recorder._callback not in context.context().op_callbacks


def test_an_exception_in_the_inner_one_leaves_the_outer_one_recording() -> None:
    def act() -> None:
        x = tf.Variable([1.0, 2.0])
        with gm.Tape() as outer:
            with pytest.raises(ZeroDivisionError), gm.Tape() as inner:
                raise ZeroDivisionError
            assert outer.recording
            clean_of(inner)
            chain(x)
        assert len(outer.records) > 3

    no_growth(act)


def test_a_worker_thread_with_a_tape_of_its_own() -> None:
    def work(found: list[Any]) -> None:
        x = tf.Variable([1.0, 2.0])
        with gm.Tape() as tape:
            y = chain(x)
        derive(tape, y, x)
        found.append((len(tape.records), list(context.context().op_callbacks)))

    def act() -> None:
        x = tf.Variable([1.0, 2.0])
        found: list[Any] = []
        with gm.Tape() as tape:
            chain(x)
            count = len(tape._recorder)
            worker = threading.Thread(target=work, args=(found,))
            worker.start()
            worker.join()
            assert len(tape._recorder) == count
        assert found[0][0] > 3
        assert found[0][1] == []

    no_growth(act)


def test_a_worker_thread_that_outlives_the_recording() -> None:
    def act() -> None:
        x = tf.Variable([1.0, 2.0])
        begun, go = threading.Event(), threading.Event()
        left: list[Any] = []

        def work() -> None:
            with gm.Tape():
                chain(x)
                begun.set()
                assert go.wait(120)
                chain(x)
            left.append(list(context.context().op_callbacks))

        worker = threading.Thread(target=work)
        worker.start()
        assert begun.wait(120)
        assert context.context().op_callbacks == []
        with gm.Tape():
            chain(x)
        go.set()
        worker.join()
        assert left == [[]]

    no_growth(act)


def test_a_recording_in_one_thread_that_ends_does_not_end_those_of_others() -> None:
    double = tf.function(lambda v: v * 2.0)
    double(tf.constant(1.0))

    def work() -> None:
        with gm.Tape():
            double(tf.constant(1.0))

    with gm.Tape() as tape:
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
        double(tf.constant(1.0))
        tf.raw_ops.AddN(inputs=[tf.constant(1.0), tf.constant(2.0)])
    assert len(tape.records) == 2
    assert tape.records[0].function


def test_a_tape_ended_in_another_thread_is_unhooked_in_its_own() -> None:
    tape = gm.Tape()
    tape.__enter__()
    chain(tf.Variable([1.0, 2.0]))
    try:
        worker = threading.Thread(target=tape.__exit__, args=(None, None, None))
        worker.start()
        worker.join()
        assert not tape.recording
        assert context.context().op_callbacks == []
        assert execute.execute is execute.quick_execute
    finally:
        # `tf.GradientTape` cannot be left from another thread: it goes on watching in its own.
        tape._gradient_tape.__exit__(None, None, None)


def test_a_tf_function_traced_inside_and_called_again() -> None:
    def act() -> None:
        x = tf.Variable([1.0, 2.0])

        @tf.function
        def wave(v: tf.Tensor) -> tf.Tensor:
            return tf.reduce_sum(tf.sin(v) * v)

        with gm.Tape() as tape:
            y = wave(tf.identity(x)) + wave(tf.identity(x))
        tape.gradient(y, x, 2)
        repr(tape)
        with gm.Tape() as again:
            y = wave(tf.identity(x))
        again.gradient(y, x)

    no_growth(act)


def test_adjoints_lose_no_more_than_tensorflow_does() -> None:
    """TensorFlow never frees a derivative that it returns for two sources, such as those of `tf.identity`."""

    def growth(derive: Callable[[gm.Tape, Any, Any], Any]) -> int:
        def act() -> None:
            x = tf.Variable([1.0, 2.0])
            with gm.Tape() as tape:
                y = tf.reduce_sum(tf.identity(tf.sin(x)) * 2.0)
            derive(tape, y, x)

        act()
        before = live_tensors()
        for _ in range(REPETITIONS):
            act()
        return live_tensors() - before

    def plain(tape: gm.Tape, y: Any, x: Any) -> None:
        tape._gradient_tape.gradient(y, list(differentiable(tape.records, tape.variables).values()))

    theirs = growth(plain)
    assert growth(lambda tape, y, x: tape.adjoints(y)) <= theirs
    assert growth(lambda tape, y, x: tape.graph(y)) <= theirs
    assert growth(lambda tape, y, x: tape.gradient(y, x, 2)) == 0


def test_a_tape_inside_a_tf_function() -> None:
    def act() -> None:
        @tf.function
        def slope(v: tf.Tensor) -> tf.Tensor:
            with gm.Tape(watch=v) as tape:
                y = tf.reduce_sum(v * v)
            return tape.gradient(y, v)

        assert slope(tf.constant([1.0, 2.0])).numpy().tolist() == [2, 4]

    no_growth(act)


def test_an_exception_while_tracing() -> None:
    def act() -> None:
        @tf.function
        def broken(v: tf.Tensor) -> tf.Tensor:
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"), gm.Tape():
            broken(tf.constant(1.0))

    no_growth(act)


def test_reset_and_stop_recording() -> None:
    def act() -> None:
        x = tf.Variable([1.0, 2.0])
        with gm.Tape() as tape:
            chain(x)
            tape.reset()
            with pytest.raises(ZeroDivisionError), tape.stop_recording():
                raise ZeroDivisionError
            y = chain(x)
        derive(tape, y, x)

    no_growth(act)


def test_reset_forgets_what_was_recorded() -> None:
    x = tf.Variable([1.0, 2.0])
    with gm.Tape() as tape:
        before = live_tensors()
        for _ in range(10):
            chain(x)
        assert live_tensors() > before + 30
        tape.reset()
        assert live_tensors() <= before + 2
        assert tape.records == []


def test_a_generator_left_open() -> None:
    x = tf.Variable([1.0, 2.0])

    def recording() -> Iterator[Any]:
        with gm.Tape() as tape:
            while True:
                yield tape, chain(x)

    def act() -> None:
        generator = recording()
        tape, _ = next(generator)
        next(generator)
        assert tape.recording
        del generator, _
        gc.collect()
        assert not tape.recording
        clean()

    no_growth(act)


def test_a_failure_in_the_names_leaves_nothing_hooked(monkeypatch: pytest.MonkeyPatch) -> None:
    x = tf.Variable([1.0, 2.0])
    tape = gm.Tape()
    monkeypatch.setattr(tape, "name_tensors", lambda names: 1 / 0)
    with pytest.raises(ZeroDivisionError), tape:
        chain(x)
    assert not tape.recording
    clean()


def test_functions_that_differentiate() -> None:
    def act() -> None:
        gm.grad(lambda x: x**3, order=3)(2.0)
        gm.hessian(lambda x: tf.reduce_sum(x**3))([1.0, 2.0])
        with pytest.raises(ZeroDivisionError):
            gm.grad(lambda x: 1 / 0)(2.0)

    no_growth(act)


def test_explanations_and_failed_derivatives() -> None:
    def act() -> None:
        x, k = tf.Variable(0.5), tf.constant(2.0)
        with gm.Tape() as tape:
            y = tf.nn.softsign(x) * k
        tape.explain(y, k)
        with pytest.raises(GradmagicError):
            tape.gradient(y, x, 2)
        with pytest.raises(GradmagicError):
            tape.gradient(3.0, x)

    no_growth(act)


def test_what_is_not_tensorflows_log_stays(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_descriptor():
        lines = (
            "W0000 00:00:1795330867.5 24717 op_kernel.cc:1841] OP_REQUIRES failed: unsupported operation",
            "The op is created at:",
            'File "<string>", line 7, in <module>',
            "\t [[while]]",
            "",
            "the learner's own",
            'File "mine.py", line 1, in <module>',
            "I0000 00:00:1795330867.6 24717 service.cc:148] XLA service initialized",
            "the learner's, too",
        )
        os.write(2, "\n".join(lines).encode() + b"\n")
    kept = capfd.readouterr().err.splitlines()
    assert kept == ["the learner's own", 'File "mine.py", line 1, in <module>', "the learner's, too"]
