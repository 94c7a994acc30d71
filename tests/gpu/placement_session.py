"""In a process with two logical CPUs: where a recording's operations and a training's loss run; printed as JSON."""

import json

import tensorflow as tf

tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)

import gradmagic as gm  # noqa: E402  # after the devices are made
from gradmagic.errors import ArgumentError  # noqa: E402


def main():
    found = {}
    x = tf.Variable([1.0, 2.0])
    with gm.Tape() as tape, tf.device("/CPU:1"):
        y = tf.reduce_sum(x * x)
    multiplied = next(record for record in tape.records if record.operation == "Mul")
    found["recorded"] = multiplied.device
    found["adjoint"] = tape.gradient(y, x).numpy().tolist()

    for device in (None, "CPU:1", "cpu:1", "/device:CPU:1"):
        seen = []

        def loss(seen=seen):
            value = tf.reduce_sum(x * x)
            seen.append(getattr(value, "device", ""))
            return value

        gm.train(loss, [x], steps=3, device=device, compile="off")
        found[str(device)] = seen[0]
    try:
        gm.train(lambda: tf.reduce_sum(x), [x], device="GPU:7")
    except ArgumentError as error:
        found["unknown"] = str(error)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
