"""Other processes cannot be seen, read, signalled or traced; nothing is left behind."""

import os
import signal
import subprocess

import pytest


@pytest.fixture
def victim(worker):
    """A process of the same user outside, with a secret in its environment."""
    them = {"user": worker.user, "group": worker.user, "extra_groups": []} if os.geteuid() == 0 else {}
    process = subprocess.Popen(["/bin/sleep", "120"], env={"TOKEN": "REACHED"}, **them)
    yield process
    process.kill()
    process.wait()


def test_no_other_process_is_seen(worker):
    code = """
    import os
    numbers = [name for name in os.listdir("/proc") if name.isdigit()]
    print(os.getpid(), os.getppid(), numbers)
    print("REACHED" if len(numbers) > 1 else "")
    """
    assert worker.attack(code).out.split("\n")[0] == "1 0 ['1']"


def test_the_environment_of_a_process_outside(worker, victim):
    code = f"print(open('/proc/{victim.pid}/environ').read())"
    worker.attack(code)


def test_the_memory_of_a_process_outside(worker, victim):
    code = f"""
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    for pid in {{{victim.pid}, 2}}:
        if libc.ptrace(16, pid, None, None) == 0:  # PTRACE_ATTACH
            libc.ptrace(17, pid, None, None)
            print("REACHED")
        print(ctypes.get_errno())
    """
    assert worker.attack(code).out == "1\n1\n"


def test_a_process_outside_cannot_be_signalled(worker, victim):
    code = f"""
    import os
    os.kill({victim.pid}, 0)
    print("REACHED")
    """
    assert "No such process" in worker.attack(code).err
    worker.confined("import os, signal; os.kill(-1, signal.SIGKILL)")
    assert victim.poll() is None


def test_a_daemon_ends_with_it(worker, tmp_path):
    name = f"gm-left-{worker.user or 0}"  # the other user's, let free below, may still be there
    code = f"""
    import os, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            import ctypes
            ctypes.CDLL(None).prctl(15, b"{name}", 0, 0, 0)
            import signal
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            time.sleep(30)
        os._exit(0)
    time.sleep(0.3)
    """
    held = worker.confined(code)
    assert held.status == 0, held.err
    assert held.wall < 10
    assert not named(name)
    worker.free(code.replace("sleep(30)", "sleep(5)"))
    assert named(name)


def named(name):
    """Running processes of that name; one that has ended and is not yet waited for does not count."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                before, _, after = file.read().rpartition(")")
        except OSError:
            continue
        if before.partition("(")[2] == name and after.split()[0] != "Z":
            found.append(pid)
    return found


def test_it_cannot_outlive_its_keeper(worker):
    """What makes it die with the keeper cannot be undone from inside."""
    code = """
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    print("REACHED" if libc.prctl(1, 0, 0, 0, 0) == 0 else ctypes.get_errno())
    """
    assert worker.attack(code).out == "1\n"


def test_a_killed_keeper_takes_it_along(worker):
    code = """
    import os, signal, sys, time
    sys.path.insert(0, {root!r})
    from gradmagic.grading.sandbox import Confinement, confine
    child = os.fork()
    if child == 0:
        confine(Confinement().to_json())
        import ctypes
        ctypes.CDLL(None).prctl(15, b"gm-orphan", 0, 0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(1)
    time.sleep(1)
    print("started", flush=True)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    time.sleep(0.3)
    """.replace("{root!r}", repr(os.getcwd()))
    assert worker.free(code).out == "started\n"
    assert not named("gm-orphan")


def test_signals_reach_it_and_its_end_is_the_keepers_end(worker):
    code = """
    import os, signal, sys, time
    from gradmagic.grading.sandbox import Confinement, confine
    def run(body, number):
        child = os.fork()
        if child == 0:
            confine(Confinement().to_json())
            body()
            os._exit(7)
        if number:
            time.sleep(0.8)
            os.kill(child, number)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    def told():
        try:
            time.sleep(20)
        except KeyboardInterrupt:
            os._exit(42)
    def crash():
        import ctypes
        ctypes.string_at(0)
    print(run(lambda: None, 0), run(told, signal.SIGINT), run(told, signal.SIGTERM), run(crash, 0))
    """
    assert worker.free(code).out.split() == ["7", "42", str(-signal.SIGTERM), str(-signal.SIGSEGV)]


def test_new_namespaces_cannot_be_made(worker):
    code = """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    for flag in (0x10000000, 0x00020000, 0x20000000, 0x40000000):
        print("REACHED" if libc.unshare(flag) == 0 else ctypes.get_errno())
        pid = libc.syscall({"x86_64": 56, "aarch64": 220}[os.uname().machine], flag | 17, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        print("REACHED" if pid > 0 else ctypes.get_errno())
    print("REACHED" if libc.syscall(435, 0, 0) >= 0 else ctypes.get_errno())
    handle = os.open("/proc/self/ns/user", os.O_RDONLY)
    print("REACHED" if libc.setns(handle, 0) == 0 else ctypes.get_errno())
    """
    assert worker.attack(code).out.split() == [*"11111111", "38", "1"]


def test_calls_that_nobody_needs_are_refused(worker):
    code = """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    column = ["x86_64", "aarch64"].index(os.uname().machine)
    from gradmagic.grading.sandbox._filter import DENIED
    for name, numbers in DENIED.items():
        if numbers[column]:
            ctypes.set_errno(0)
            answer = libc.syscall(numbers[column], *[ctypes.c_long(-1)] * 6)
            if answer >= 0 or ctypes.get_errno() != 1:
                print("REACHED", name, answer, ctypes.get_errno())
    print("keyring", libc.syscall((250, 219)[column], 0, -3, 1), ctypes.get_errno())
    print("unknown", libc.syscall(500), ctypes.get_errno())
    """
    held = worker.confined(code)
    assert held.out == "keyring -1 1\nunknown -1 38\n", held.err
    keyring = """
    import ctypes, os
    number = {"x86_64": 250, "aarch64": 219}[os.uname().machine]
    print("REACHED" if ctypes.CDLL(None).syscall(number, 0, -3, 1) >= 0 else "")
    """
    worker.attack(keyring)


def test_a_terminal_cannot_be_typed_into(worker):
    code = """
    import fcntl
    try:
        fcntl.ioctl(0, 0x5412, b"x")
    except OSError as error:
        print(error.errno)
    """
    assert worker.confined(code).out == "1\n"


def test_it_has_no_privilege_and_cannot_change_who_it_is(worker):
    code = """
    import os
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print({status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")})
    print(os.getresuid(), os.getresgid(), os.uname().nodename)
    for number in (0, 1, 65534):
        for act in (os.setuid, os.setgid):
            try:
                act(number)
                print("REACHED")
            except OSError:
                pass
    """
    held = worker.attack(code, sure=worker.user == 0)
    assert held.out == f"{{'{0:016x}'}}\n(1000, 1000, 1000) (1000, 1000, 1000) gradmagic\n"
