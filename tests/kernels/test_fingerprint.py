"""What makes a parent out of date, and what a kernel takes over from whoever asks."""

import json
import os
import resource
import sys
import types

import pytest

from gradmagic.kernels import _inherit
from gradmagic.kernels._fingerprint import Files, differing


@pytest.mark.parametrize(
    "name",
    ["TF_XLA_FLAGS", "XLA_FLAGS", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "PYTHONPATH", "LD_PRELOAD"],
)
def test_variables_read_at_import_count(name):
    assert differing({name: "1"}, {}) == [name]
    assert differing({}, {name: "1"}) == [name]
    assert differing({name: "1"}, {name: "2"}) == [name]
    assert differing({name: "1"}, {name: "1"}) == []


def test_other_variables_do_not():
    assert differing({"HOME": "/a", "PATH": "/b", "TMPDIR": "/c"}, {"LANG": "C", "MY_SETTING": "1"}) == []


def test_a_file_that_is_written_anew_is_found(tmp_path, monkeypatch):
    path = tmp_path / "module.py"
    path.write_text("")
    module = types.ModuleType("watched_module")
    module.__file__ = str(path)
    monkeypatch.setitem(sys.modules, "watched_module", module)
    files = Files()
    assert files.changed() == []
    os.utime(path, ns=(1, 1))
    assert files.changed() == ["watched_module"]
    path.unlink()
    assert files.changed() == ["watched_module"]


def test_what_an_ordinary_kernel_would_inherit_is_taken_over():
    """In a child: this process keeps its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        wanted = json.loads(json.dumps(_inherit.capture()))
        wanted |= {"umask": 0o077, "niceness": 5, "processors": wanted["processors"][:1]}
        wanted["limits"]["RLIMIT_NOFILE"] = [200, hard]
        _inherit.apply(wanted)
        os.write(writing, json.dumps(_inherit.capture() == _told(wanted)).encode())
        os._exit(0)
    os.close(writing)
    assert os.read(reading, 100) == b"true"
    os.close(reading)
    os.waitpid(child, 0)


def _told(captured):
    return captured | {"limits": {name: tuple(pair) for name, pair in captured["limits"].items()}}
