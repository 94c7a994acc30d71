"""A GPU's memory is taken as it is needed, unless the learner has said otherwise."""

import os
import subprocess
import sys

import pytest

ASKED = "import os; print(os.environ.get('TF_FORCE_GPU_ALLOW_GROWTH'))"
BEGINNINGS = {
    "the extension": "from IPython.core.interactiveshell import InteractiveShell as S; S.instance().run_line_magic('load_ext', 'gradmagic')",
    "its TensorFlow": "from gradmagic.tape import tensorflow; tensorflow()",
}


def asked(beginning, **variables):
    environment = {name: value for name, value in os.environ.items() if name != "TF_FORCE_GPU_ALLOW_GROWTH"}
    command = [sys.executable, "-c", f"{beginning}\n{ASKED}"]
    found = subprocess.run(command, env=environment | variables, capture_output=True, text=True, check=True)
    return found.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("beginning", ["the extension", "its TensorFlow"])
def test_memory_growth_is_on(beginning):
    assert asked(BEGINNINGS[beginning]) == "true"


def test_what_the_learner_has_set_stays():
    assert asked(BEGINNINGS["the extension"], TF_FORCE_GPU_ALLOW_GROWTH="false") == "false"
