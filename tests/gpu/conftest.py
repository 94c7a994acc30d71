"""The GPU that TensorFlow sees; without one the tests that ask for it are skipped, and say why."""

import pytest
import tensorflow as tf


@pytest.fixture(scope="session")
def gpu():
    found = tf.config.list_physical_devices("GPU")
    if not found:
        built = "is" if tf.test.is_built_with_cuda() else "is not"
        pytest.skip(f"TensorFlow {tf.__version__} sees no GPU here (it {built} built with CUDA)")
    return "GPU:0"
