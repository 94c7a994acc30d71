"""One of two processes that train together; the first prints what it came to as JSON."""

import json

import tensorflow as tf

from gradmagic.training import train
from tests.training.distribution.problem import TRAININGS, data, numbers, plane


def main():
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    found = {}
    for name in ("adam", "batches"):
        with strategy.scope():
            loss, variables = plane()
        run = train(loss, variables, data=data(), strategy="multiworker", **TRAININGS[name])
        found[name] = numbers(run)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
