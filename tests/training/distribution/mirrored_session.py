"""A process with two logical devices; prints what its trainings came to as JSON."""

import json

import keras
import tensorflow as tf

from gradmagic.errors import GradmagicError
from gradmagic.training import model_loss, sweep, train
from tests.training.distribution.problem import TRAININGS, data, numbers, plane


def network(*more):
    keras.utils.set_random_seed(0)
    first = [keras.Input((3,)), keras.layers.Dense(8, activation="tanh")]
    return keras.Sequential([*first, *more, keras.layers.Dense(1)])


def refused(*args, **options):
    try:
        train(*args, data=data(), steps=5, **options)
    except GradmagicError as error:
        return str(error)
    return "it trained"


def main():
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    strategy = tf.distribute.MirroredStrategy(["cpu:0", "cpu:1"])
    found = {"alone": {}, "mirrored": {}}
    for name, options in TRAININGS.items():
        found["alone"][name] = numbers(train(*plane(), data=data(), **options))
        with strategy.scope():
            loss, variables = plane()
        found["mirrored"][name] = numbers(train(loss, variables, data=data(), strategy="mirrored", **options))
        found["replicas"] = [[v.numpy().tolist() for v in one.values] for one in variables]
    found["alone"]["instance"] = numbers(
        train(*plane(), data=data(), optimizer=keras.optimizers.Nadam(0.05), steps=60)
    )
    with strategy.scope():
        loss, variables = plane()
        nadam = keras.optimizers.Nadam(0.05)
    run = train(loss, variables, data=data(), optimizer=nadam, steps=60, strategy=strategy)
    found["mirrored"]["instance"] = numbers(run)
    found["settable"] = [run.hyperparameters["learning_rate"], "Nadam" in run.to_python(), run.diagnosis.kind]
    options = {"data": data(), "optimizer": "adam", "batch": 10, "steps": 60}
    found["alone"]["model"] = numbers(train(model_loss(network()), **options))
    with strategy.scope():
        model = network()
    found["mirrored"]["model"] = numbers(train(model_loss(model), strategy=strategy, **options))
    for name, layer in (
        ("norm", keras.layers.BatchNormalization),
        ("dropout", lambda: keras.layers.Dropout(0.3)),
    ):
        with strategy.scope():
            model = network(layer())
        found[name] = numbers(train(model_loss(model), strategy=strategy, **options))
        found[name]["own"] = [v.numpy().tolist() for v in model.non_trainable_variables]
    found["moved"] = _on_second_device()
    found["refused"] = _refusals(strategy)
    print(json.dumps(found))


def _swept(loss, variables, strategy):
    try:
        sweep(loss, variables, over={"learning_rate": [0.01, 0.1]}, data=data(), strategy=strategy)
    except GradmagicError as error:
        return str(error)
    return "it trained"


def _on_second_device():
    places = []
    with tf.device("cpu:1"):
        loss, variables = plane()

    def seen(x, y):
        value = loss(x, y)
        places.append(value.device)
        return value

    run = train(seen, variables, data=data(), steps=20, device="cpu:1", compile="off")
    there = all(place.endswith("CPU:1") for place in places)
    loss, variables = plane()
    alone = train(loss, variables, data=data(), steps=20)
    with tf.device("cpu:1"):
        loss, variables = plane()
    moved = train(loss, variables, data=data(), steps=20, device="cpu:1")
    return {"there": there, "eager": numbers(run), "alone": numbers(alone), "moved": numbers(moved)}


def _refusals(strategy):
    with strategy.scope():
        loss, variables = plane()
        w, b = variables
        scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1))
        clipped = keras.optimizers.SGD(0.1, clipnorm=1.0)
    outside, others = plane()

    def total(x, y):
        return tf.reduce_sum((x @ w + b - y) ** 2)

    class Own:
        def step(self, gradients, variables):
            for gradient, variable in zip(gradients, variables, strict=True):
                variable.assign_sub(0.1 * gradient)

    both = {"strategy": strategy}
    return {
        "sum": refused(total, variables, learning_rate=1e-4, **both),
        "scope": refused(outside, others, **both),
        "name": refused(loss, variables, strategy="miror"),
        "number": refused(loss, variables, strategy=2),
        "other": refused(loss, variables, strategy="multiworker"),
        "optimizer": refused(loss, variables, optimizer=keras.optimizers.Adam(), **both),
        "own": refused(loss, variables, optimizer=Own(), **both),
        "clipped": refused(loss, variables, optimizer=clipped, **both),
        "scaled": refused(loss, variables, optimizer=scaled, **both),
        "validation": refused(loss, variables, validation=0.2, **both),
        "noise": refused(loss, variables, noise=0.1, **both),
        "xla": refused(loss, variables, compile="xla", **both),
        "rows": refused(loss, variables, batch=49, **both),
        "sweep": _swept(loss, variables, strategy),
        "device": refused(outside, others, device="gpu:7"),
        "kept": [v.numpy().tolist() for v in variables[1].values],
    }


if __name__ == "__main__":
    main()
