"""What a machine gives is found by trying; less than full is named, told, and still does what it says."""

import os
import subprocess
import sys
from types import MappingProxyType

import pytest

from gradmagic.errors import SandboxError
from gradmagic.grading.sandbox import TIERS, Confinement, Limits, probe, tell
from gradmagic.grading.sandbox._tier import tier_of
from gradmagic.messages import use_language

ALL = (*TIERS["full"], "cgroup")


def without(*missing):
    return tier_of({name: "refused" if name in missing else None for name in ALL})


def test_the_tier_is_the_best_of_which_nothing_is_missing():
    assert without().name == without("cgroup").name == "full"
    assert without("landlock").name == without("seccomp").name == "namespaces"
    assert without("user").name == without("mount", "network").name == "landlock"
    assert without("user", "landlock").name == "limits"
    assert without(*ALL).name == "none"
    assert without("user", "cgroup").missing == ("user",)
    fallen = tier_of(without().means, {"full": "it fell"})
    assert (fallen.name, fallen.missing) == ("namespaces", ())
    assert any("it fell" in line for line in tell(fallen))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("missing", [(), ("landlock",), ("user",), ("user", "landlock"), ALL])
def test_what_is_missing_is_told_with_a_remedy(missing, language):
    use_language(language)
    try:
        tier = without(*missing, "cgroup")
        lines = tell(tier)
    finally:
        use_language(None)
    assert f"`{tier.name}`" in lines[0]
    for name in tier.missing:
        assert any(name in line and "refused" in line for line in lines)
    assert len(lines) >= 2 + len(tier.missing) + bool(tier.missing)


def test_this_machine():
    assert probe() is probe()
    assert set(probe().means) == set(ALL)
    assert isinstance(probe().means, MappingProxyType)


def test_where_no_namespace_can_be_made(worker):
    """As in many containers, whose filters refuse them."""
    code = f"""
    import os
    from gradmagic.errors import SandboxError
    from gradmagic.grading.sandbox import Confinement, _filter, probe, run_confined
    _filter.DENIED = {{"unshare": _filter.DENIED["unshare"]}}
    _filter._PRCTL = (0x7000, 0x7000)
    _filter.install()
    os.environ["PYTHONPATH"] = {os.getcwd()!r}
    tier = probe.__wrapped__()
    print(sorted(tier.missing), tier.means["user"])
    try:
        run_confined(lambda: print("REACHED"), Confinement())
    except SandboxError as error:
        print(error)
    print(tier.name, *tier.fallen.values())
    """
    out = worker.free(code).out.split("\n")
    assert out[0] == "['ipc', 'mount', 'network', 'pid', 'user', 'uts'] [Errno 1] Operation not permitted"
    assert "a part of the sandbox" in out[1]
    # Root changes its id, and without a view this interpreter may then be out of reach.
    assert out[2] == "landlock" or "cannot be read" in out[2]


@pytest.fixture
def ordinary(worker):
    if worker.user == 0:
        pytest.skip("root changes its id, so that this interpreter may be out of reach without a view")
    return worker


LESS = {"tier": "landlock"}


def test_less_hides_files_by_landlock(ordinary, secret, open_folder):
    (open_folder / "sub").mkdir()
    for name in ("shown", "hidden", "sub/shown", "sub/hidden"):
        (open_folder / name).write_text("REACHED" if "hidden" in name else "fine")
    code = f"""
    import os
    print(open({str(open_folder)!r} + "/shown").read(), open({str(open_folder)!r} + "/sub/shown").read())
    os.chdir(os.environ["HOME"])
    open("mine", "w").write("x")
    for path in ({str(secret)!r}, {str(open_folder)!r} + "/hidden", {str(open_folder)!r} + "/sub/hidden"):
        try:
            print(open(path).read())
        except OSError as error:
            print(error.errno)
    """
    secret.unlink()
    outside = secret.with_name("outside")
    outside.write_text("REACHED")
    hidden = [str(open_folder / name) for name in ("hidden", "sub/hidden", "outside", "secret.txt")]
    held = ordinary.attack(code, readable=[str(open_folder)], hidden=hidden, **LESS)
    assert held.out.split() == ["fine", "fine", "13", "13", "13"] or held.out.split()[:2] == ["fine", "fine"]


def test_less_has_no_network_and_no_tracing(ordinary):
    code = """
    import ctypes, os, socket
    libc = ctypes.CDLL(None, use_errno=True)
    for act in (lambda: socket.socket(socket.AF_INET), lambda: socket.socket(socket.AF_INET6)):
        try:
            act()
            print("REACHED")
        except OSError as error:
            print(error.errno)
    print("REACHED" if libc.ptrace(0x4206, os.getppid(), 0, 0) == 0 else ctypes.get_errno())
    try:
        os.kill(os.getppid(), 0)
        print("REACHED")
    except OSError as error:
        print(error.errno)
    """
    held = ordinary.attack(code, **LESS)
    assert held.out.split()[:3] == ["97", "97", "1"]


def test_less_leaves_no_daemon_and_no_scratch_folder(ordinary):
    code = """
    import os, time
    print(os.environ["HOME"], flush=True)
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(60)
            os._exit(0)
    print(os.listdir("/proc/self/task") and "going", flush=True)
    """
    held = ordinary.confined(code, **LESS)
    assert held.status == 0, held.err
    assert held.wall < 20
    home = held.out.split()[0]
    assert home.startswith("/tmp/gradmagic-")
    assert not os.path.exists(home)


@pytest.mark.parametrize("tier", ["namespaces", "limits"])
def test_the_other_tiers_run_too(ordinary, tier):
    held = ordinary.confined("import resource; print(resource.getrlimit(resource.RLIMIT_NPROC))", tier=tier)
    assert held.out == "(256, 256)\n", held.err
    assert set(TIERS[tier]) <= set(held.means)


def test_nothing_runs_in_the_tier_none(worker):
    assert "confines nothing" in worker.confined("print('REACHED')", tier="none").refused


def test_an_environment_that_only_its_owner_can_read_is_named(worker, open_folder):
    if worker.user != 0:
        pytest.skip("an ordinary user stays the owner")
    script = open_folder / "python"
    script.write_text("")
    script.chmod(0o700)
    code = f"""
    import sys
    from gradmagic.errors import SandboxError
    from gradmagic.grading.sandbox import Confinement, run_confined
    sys.executable = {str(script)!r}
    try:
        run_confined(print, Confinement(readable=({str(open_folder)!r},)))
    except SandboxError as error:
        print(error)
    """
    assert f"{script} cannot be read" in worker.free(code).out


# The plain data


def test_a_confinement_comes_back_from_json_as_it_was():
    there = Confinement(
        tier="landlock", readable=("/a",), hidden=("/a/b",), connection="/c", environment={"A": "1"},
        descriptors=(5,), limits=Limits(memory=1, wall=2.5), report="/r",
    )  # fmt: skip
    assert Confinement.from_json(there.to_json()) == there
    assert Confinement.from_json({}) == Confinement()
    assert Confinement.from_json({"descriptors": None}).descriptors is None


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"tier": "best"}, "no tier 'best'"),
        ({"hiden": []}, "no setting 'hiden'"),
        ({"limits": {"ram": 1}}, "no setting 'ram'"),
        ({"readable": ["data"]}, "'data' is not an absolute path"),
    ],
)
def test_what_cannot_be_meant_is_refused(spec, said):
    with pytest.raises(SandboxError, match=said):
        Confinement.from_json(spec)


def test_a_path_to_show_that_is_not_there_is_refused(worker):
    held = worker.confined("print('REACHED')", readable=["/no/such/folder"])
    assert "/no/such/folder is to be shown" in held.refused
    both = worker.confined("print('REACHED')", readable=["/usr"], hidden=["/usr"])
    assert "both to be shown and to be hidden" in both.refused


def test_a_process_with_threads_is_refused(worker):
    code = """
    import threading, time
    threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
    from gradmagic.errors import SandboxError
    from gradmagic.grading.sandbox import Confinement, confine
    try:
        confine(Confinement().to_json())
    except SandboxError as error:
        print(error)
    """
    assert "has started threads" in worker.free(code).out


def test_importing_the_sandbox_brings_nothing_of_what_it_is_to_keep_away():
    """A parent of confined kernels imports it: what that holds in memory, every submission can find there."""
    code = (
        "import sys; import gradmagic.grading.sandbox;"
        "print(sorted(name for name in sys.modules if name.startswith(('gradmagic.course', 'tensorflow', 'nbval', 'sqlite3'))))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
