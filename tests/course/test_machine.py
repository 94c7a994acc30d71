"""What the doctor finds, here and on a machine that lacks something."""

from importlib.metadata import PackageNotFoundError, version

import pytest

from gradmagic import course, tape
from gradmagic.course import _machine


@pytest.fixture
def without(monkeypatch):
    """Make distributions look uninstalled."""

    def take_away(*names):
        def find(name):
            if name in names:
                raise PackageNotFoundError(name)
            return version(name)

        monkeypatch.setattr(_machine, "version", find)

    return take_away


def test_this_machine_is_usable():
    findings = course.examine()
    assert findings.usable
    versions = {part.name: part.version for part in findings.parts}
    for name in ("gradmagic", "Python", "TensorFlow", "Keras", "NumPy", "IPython", "ipykernel"):
        assert versions[name], f"{name} was not found"
    assert any(device.kind == "CPU" for device in findings.devices)


def test_an_extra_that_is_missing_comes_with_its_command(without):
    without("jupyterlab")
    findings = course.examine()
    assert findings.usable, "the lessons run without JupyterLab"
    (remark,) = [remark for remark in findings.remarks if "JupyterLab" in remark]
    assert "install 'gradmagic[lab]'" in remark


def test_without_tensorflow_nothing_runs(without):
    without("tensorflow", "tensorflow-cpu", "tf-nightly")
    findings = course.examine()
    assert not findings.usable
    assert any("TensorFlow is not installed" in remark for remark in findings.remarks)


def test_tensorflow_cpu_is_named(without, monkeypatch):
    monkeypatch.setattr(
        _machine, "version", lambda name: {"tensorflow-cpu": "2.21"}.get(name) or version("pip-not")
    )
    with pytest.raises(PackageNotFoundError):
        version("pip-not")
    assert _machine._version("tensorflow", "tensorflow-cpu") == "2.21 (tensorflow-cpu)"


def test_a_tensorflow_that_does_not_start_is_told(monkeypatch):
    def broken():
        raise ImportError("libcuda went missing\nmore of it")

    monkeypatch.setattr(tape, "devices", broken)
    findings = course.examine()
    assert not findings.usable
    assert "TensorFlow does not start here: ImportError: libcuda went missing" in findings.remarks


def test_degraded_recording_is_told_and_usable(monkeypatch):
    monkeypatch.setattr(tape, "hook_status", lambda: (False, "the private API has gone"))
    findings = course.examine()
    assert findings.usable
    assert any(
        "operations are not recorded: the private API has gone" in remark for remark in findings.remarks
    )


def test_an_environment_without_pip_is_filled_from_outside(monkeypatch):
    monkeypatch.setattr(_machine, "find_spec", lambda name: None)
    assert course.install_command("lab").startswith("python3 -m pip --python ")
    assert course.install_command("lab").endswith("install 'gradmagic[lab]'")
