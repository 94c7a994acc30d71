"""A training under a strategy gives the numbers of one without: two logical devices, two processes."""

import json
import os
import random
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradmagic.training import train
from tests.training.distribution.problem import TRAININGS, data, numbers, plane

ROOT = Path(__file__).parents[3]
FOLDER = "tests.training.distribution"


def free_ports(count):
    """Ports that nobody has, below those that the system hands out: nobody is given one before it is used."""
    try:
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except OSError:
        first = 32768
    found = []
    below = range(1024, first if first > 2048 else 65536)
    for port in random.SystemRandom().sample(below, len(below)):
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
        if len(found) == count:
            return found
    raise OSError("no free port")


def session(name, **environment):
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-m", f"{FOLDER}.{name}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "GRADMAGIC_LANGUAGE": "en", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process):
    out, err = process.communicate(timeout=900)
    assert process.returncode == 0, err[-3000:]
    return json.loads(out.splitlines()[-1])


@pytest.fixture(scope="module")
def mirrored():
    return answer(session("mirrored_session"))


def assert_same(ours, alone):
    assert ours["status"] == "finished"
    for name in ("loss", "rate", "values", "last"):
        one, other = np.asarray(ours[name]), np.asarray(alone[name])
        assert one.shape == other.shape
        assert np.all(np.abs(one - other) <= 1e-5 * np.abs(other)), name


@pytest.mark.parametrize("name", [*TRAININGS, "instance", "model"])
def test_two_devices_give_the_numbers_of_one(mirrored, name):
    found = mirrored["mirrored"][name]
    assert_same(found, mirrored["alone"][name])
    assert found["engine"] == "graph"
    assert "MirroredStrategy" in found["reason"]


def test_every_replica_holds_the_same(mirrored):
    assert all(one == other for one, other in mirrored["replicas"])


def test_the_run_can_be_asked(mirrored):
    rate, in_program, diagnosis = mirrored["settable"]
    assert rate == pytest.approx(0.05)
    assert in_program
    assert diagnosis == "none"


def test_batch_normalisation_and_dropout_train(mirrored):
    for name in ("norm", "dropout"):
        assert mirrored[name]["status"] == "finished"
        assert mirrored[name]["loss"][-1] < mirrored[name]["loss"][0]
        assert "batch normalisation sees a replica's share" in mirrored[name]["reason"]
    means, variances = mirrored["norm"]["own"]
    assert max(map(abs, means)) > 0.01  # the moving statistics moved
    assert variances != [1.0] * 8


def test_a_logical_device_by_name(mirrored):
    found = mirrored["moved"]
    assert found["there"]
    found["eager"]["last"] = found["alone"]["last"]  # a loss that is seen is not called once more
    assert_same(found["eager"], found["alone"])
    assert_same(found["moved"], found["alone"])
    assert found["moved"]["engine"] == "graph"  # XLA compiles for the first of several logical CPUs only
    assert "XLA" in found["moved"]["reason"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sum", "take tf.reduce_mean instead of tf.reduce_sum"),
        ("scope", "with strategy.scope()"),
        ("name", "Did you mean 'mirrored'?"),
        ("number", "not 2"),
        ("other", "MultiWorkerMirroredStrategy"),
        ("optimizer", "was not made under the strategy"),
        ("own", "not by a Own"),
        ("clipped", "clipnorm"),
        ("scaled", "mixed_bfloat16"),
        ("validation", "validation does not go with strategy"),
        ("noise", "noise does not go with strategy"),
        ("xla", "compile='xla'"),
        ("sweep", "strategy"),
        ("rows", "a batch of 1 rows"),
        ("device", "there is no device 'gpu:7'"),
    ],
)
def test_what_cannot_be_combined_is_refused(mirrored, name, said):
    assert said in mirrored["refused"][name]


def test_a_refused_loss_leaves_the_variables_alone(mirrored):
    assert mirrored["refused"]["kept"] == [0.0, 0.0]


def test_two_processes_give_the_numbers_of_one():
    workers = [f"127.0.0.1:{port}" for port in free_ports(2)]
    tasks = [
        json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}})
        for index in range(2)
    ]
    processes = [session("worker_session", TF_CONFIG=task) for task in tasks]
    try:
        found = [answer(process) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    for name in ("adam", "batches"):
        alone = numbers(train(*plane(), data=data(), **TRAININGS[name]))
        for ours in found:
            assert_same(ours[name], alone)
            assert "MultiWorkerMirroredStrategy" in ours[name]["reason"]
        assert found[0][name]["values"] == found[1][name]["values"]
