"""IPython in a terminal: text, progress, Tab, and no widget; driven through a pseudo-terminal."""

from __future__ import annotations

import os
import re
import sys

import pytest

pexpect = pytest.importorskip("pexpect", reason="pexpect is not installed: pip install '.[test]'")

CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\r")


class Terminal:
    """IPython in a pseudo-terminal of 100 columns."""

    def __init__(self, folder, *options):
        command = ["-m", "IPython", "--no-banner", "--no-confirm-exit", "--simple-prompt", "--colors=NoColor"]
        variables = os.environ | {"IPYTHONDIR": str(folder), "GRADMAGIC_LANG": "en", "TERM": "xterm"}
        self.child = pexpect.spawn(
            sys.executable,
            [*command, *options],
            env=variables,
            encoding="utf-8",
            dimensions=(40, 100),
            timeout=300,
        )
        self.child.expect_exact("In [1]: ")
        self.number = 1

    def __call__(self, line):
        """Run a line; return what was printed."""
        self.child.sendline(line)
        self.number += 1
        self.child.expect_exact(f"In [{self.number}]: ")
        return CONTROL.sub("", self.child.before).partition("\n")[2].strip()


@pytest.fixture(scope="module")
def terminal(tmp_path_factory):
    found = Terminal(tmp_path_factory.mktemp("ipython"))
    assert found("%load_ext gradmagic") == ""
    assert found("import tensorflow as tf") == ""
    found("x, a = tf.Variable(2.0), tf.Variable(0.0)")
    yield found
    found.child.close(force=True)


def test_a_derivative_is_text(terminal):
    assert terminal("%grad (lambda t: t**3) 2.0").endswith("= 12")


@pytest.mark.parametrize("look", ["--check", "--compare", "--plot -2:2", "--code"])
def test_looks_are_text(look, terminal):
    point = "" if look.startswith("--plot") else " 2.0"
    said = terminal(f"%grad (lambda t: t**3){point} {look}")
    assert said
    assert "Traceback" not in said
    assert "<" not in said.replace("<lambda>", "").replace("<=", ""), "no HTML, no widget's address"


def test_a_training_has_a_bar_and_a_summary(terminal):
    terminal("import time")
    terminal("loss = lambda: (time.sleep(0.02), (a - 3.0) ** 2)[1]")
    said = terminal("%train loss a --steps 60 --compile off")
    assert "%|" in said, "tqdm's bar"
    assert "60 steps of sgd" in said


@pytest.mark.parametrize("panel", ["--explore", "--race sgd,adam"])
def test_where_a_notebook_has_a_panel_there_is_text(panel, terminal):
    said = terminal(f"%train (a - 1)**2 a --steps 30 {panel}")
    assert said
    assert "Traceback" not in said
    assert "Widget" not in said


def test_help_and_an_error_are_a_page_and_a_line(terminal):
    assert "did you mean --optimizer?" in terminal("%train (a - 1)**2 a --optimiser adam")
