"""The numbers of the system calls are the kernel's, and the filter does to each call what it says."""

import errno
import re
from pathlib import Path

import pytest

from gradmagic.grading.sandbox import _filter, _landlock, _linux

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
ALLOW, REFUSE, ABSENT = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS


@pytest.fixture(params=list(HEADERS))
def family(request, monkeypatch):
    for module in (_filter, _linux):
        monkeypatch.setattr(module, "machine", lambda: request.param)
    return request.param


def numbers(family):
    if not HEADERS[family].exists():
        pytest.skip(f"the kernel's headers for {family} are not installed")
    text = HEADERS[family].read_text()
    return {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}


def test_numbers_are_those_of_the_kernels_headers(family):
    column = list(HEADERS).index(family)
    real = numbers(family)
    ours = {name: pair[column] for name, pair in _filter.DENIED.items()}
    named = {
        "clone": _filter._CLONE,
        "socket": _filter._SOCKET,
        "prctl": _filter._PRCTL,
        "ioctl": _filter._IOCTL,
        "fcntl": _filter._FCNTL,
    }
    ours |= {name: pair[column] for name, pair in named.items()} | {"clone3": _filter._CLONE3}
    ours |= _linux._NUMBERS[family] | {"mount_setattr": _linux._MOUNT_SETATTR}
    ours |= {
        "landlock_create_ruleset": _landlock._CREATE_RULESET,
        "landlock_add_rule": _landlock._ADD_RULE,
        "landlock_restrict_self": _landlock._RESTRICT_SELF,
    }
    wrong = {
        name: (number, real.get(name))
        for name, number in ours.items()
        # Calls that the headers at hand are too old to know, or that the kernel has dropped, cannot be compared.
        if name in real and number != real[name]
    }
    assert not wrong
    assert sum(name in real for name in ours) > 50


def run(steps, call, arguments=(), architecture=None, family="x86_64"):
    """Execute the filter as the kernel would; what it returns."""
    data = {0: call, 4: architecture or _filter._ARCHITECTURES[family]}
    for place, value in enumerate(arguments):
        data[16 + 8 * place] = value & 0xFFFFFFFF
        data[20 + 8 * place] = value >> 32
    loaded, at = 0, 0
    while True:
        code, true, false, value = steps[at]
        at += 1
        if code == _filter._RETURN:
            return value
        if code == _filter._LOAD:
            loaded = data.get(value, 0)
            continue
        tests = {
            _filter._EQUAL: loaded == value,
            _filter._AT_LEAST: loaded >= value,
            _filter._ANY_BIT: bool(loaded & value),
        }
        at += true if tests[code] else false


def test_what_the_filter_answers(family):
    column = list(HEADERS).index(family)
    steps = _filter.program()

    def answer(call, *arguments, **more):
        return run(steps, call, arguments, family=family, **more)

    for pair in _filter.DENIED.values():
        if pair[column]:
            assert answer(pair[column]) == REFUSE
    clone, socket = _filter._CLONE[column], _filter._SOCKET[column]
    assert answer(clone, 0x003D0F00) == ALLOW  # a thread, as libraries make it
    assert answer(clone, 17) == ALLOW
    for flag in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert answer(clone, flag | 17) == REFUSE
    assert answer(socket, 1, 1, 0) == ALLOW
    assert answer(socket, 16, 3, 0) == 0x00050000 | errno.EOPNOTSUPP
    for other in (2, 10, 17, 40):
        assert answer(socket, other, 1, 0) == 0x00050000 | errno.EAFNOSUPPORT
    assert answer(_filter._PRCTL[column], 1, 0) == REFUSE
    assert answer(_filter._PRCTL[column], 15, 0) == ALLOW
    assert answer(_filter._IOCTL[column], 0, 0x5412) == REFUSE
    assert answer(_filter._IOCTL[column], 0, 0x1_0000_5412) == REFUSE  # the kernel reads the low half
    assert answer(_filter._IOCTL[column], 0, 0x5413) == ALLOW
    assert answer(_filter._FCNTL[column], 0, 1024) == REFUSE
    assert answer(_filter._FCNTL[column], 0, 1030) == ALLOW
    assert answer(435) == answer(470) == answer(0x40000000 | 1) == ABSENT
    assert answer(1, architecture=0x40000003) == REFUSE  # 32-bit calls


def test_an_unknown_processor_has_no_filter(monkeypatch):
    for module in (_filter, _linux):
        monkeypatch.setattr(module, "machine", lambda: "riscv64")
    assert not _linux.known()
    with pytest.raises(OSError, match="riscv64"):
        _filter.program()
