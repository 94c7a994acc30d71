"""The count of hints is in the notebook's own metadata once a Jupyter server has saved it."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from urllib.error import URLError

import nbformat
import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager

from gradmagic.course._saving import hints_given, keep_hints


def hint(check, given):
    metadata = {"gradmagic": {"hint": {"check": check, "given": given, "of": 3}}}
    return nbformat.v4.new_output("display_data", {"text/plain": "a hint"}, metadata=metadata)


def notebook(*outputs, **metadata):
    cell = nbformat.v4.new_code_cell("%hint newton", id="one", outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[cell], metadata=metadata)


@pytest.fixture
def store(tmp_path):
    manager = FileContentsManager(root_dir=str(tmp_path))
    manager.register_pre_save_hook(keep_hints)

    def save(content, path="n.ipynb"):
        manager.save({"type": "notebook", "format": "json", "content": content}, path)
        return json.loads((tmp_path / path).read_text("utf-8"))["metadata"].get("gradmagic")

    return save


def test_the_most_that_was_given_counts(store):
    assert store(notebook(hint("newton", 1), hint("newton", 2), hint("descent", 1))) == {
        "hints": {"descent": 1, "newton": 2}
    }


def test_it_outlives_cleared_outputs_and_a_new_kernel(store):
    store(notebook(hint("newton", 2)))
    assert store(notebook()) == {"hints": {"newton": 2}}
    assert store(notebook(hint("newton", 1))) == {"hints": {"newton": 2}}
    assert store(notebook(hint("newton", 3))) == {"hints": {"newton": 3}}


def test_other_metadata_stays_and_none_is_made_without_a_hint(store):
    assert store(notebook(hint("newton", 1), gradmagic={"exercise": "01"})) == {
        "exercise": "01",
        "hints": {"newton": 1},
    }
    assert store(notebook(), "other.ipynb") is None


@pytest.mark.parametrize(
    "metadata",
    [
        {"gradmagic": []},
        {"gradmagic": {"hint": 3}},
        {"gradmagic": {"hint": {"check": 1, "given": 2}}},
        {"gradmagic": {"hint": {"check": "newton", "given": "many"}}},
        {"gradmagic": {"hint": {}}},
    ],
)
def test_what_is_no_count_is_passed_over(metadata):
    output = nbformat.v4.new_output("display_data", metadata=metadata)
    assert hints_given(notebook(output)) == {}


def test_a_broken_file_from_before_does_not_stop_a_save(store, tmp_path):
    (tmp_path / "n.ipynb").write_text("{", "utf-8")
    assert store(notebook(hint("newton", 1))) == {"hints": {"newton": 1}}
    assert store(notebook(hint("newton", 2)), "m.ipynb") == {"hints": {"newton": 2}}


def test_a_plain_file_is_left_alone(tmp_path):
    manager = FileContentsManager(root_dir=str(tmp_path))
    manager.register_pre_save_hook(keep_hints)
    manager.save({"type": "file", "format": "text", "content": "words"}, "a.txt")
    assert (tmp_path / "a.txt").read_text() == "words"


@pytest.fixture
def server(tmp_path):
    """A server of this environment, with nothing said to it about us; it says itself which port it got."""
    runtime = tmp_path / "runtime"
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        "--no-browser",
        "--port=0",
        "--IdentityProvider.token=",
    ]
    command += ["--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={tmp_path}", "--allow-root"]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "HOME": str(tmp_path),
    }
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        limit = time.monotonic() + 300
        while True:
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < limit, (tmp_path / "log").read_text()
            try:
                (written,) = runtime.glob("jpserver-*.json")
                address = f"http://127.0.0.1:{json.loads(written.read_text('utf-8'))['port']}/api"
                urllib.request.urlopen(address, timeout=60).close()
                break
            except (URLError, ValueError):  # not written yet, or not listening
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def test_a_server_of_the_environment_does_it_unasked(server, tmp_path):
    model = {"type": "notebook", "format": "json", "content": notebook(hint("newton", 2))}
    request = urllib.request.Request(
        f"{server}/contents/n.ipynb",
        json.dumps(model).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=300).close()
    saved = nbformat.read(tmp_path / "n.ipynb", 4)
    assert saved.metadata["gradmagic"] == {"hints": {"newton": 2}}
    nbformat.validate(saved)
