"""Bombs: each is held by a limit, costs its own process only, and would have gone further without."""

import signal

import pytest

MIB = 1 << 20


def test_a_fork_bomb(worker):
    code = """
    import os, time
    made = 0
    try:
        for made in range(200):
            if os.fork() == 0:
                time.sleep(5)
                os._exit(0)
    except BlockingIOError as error:
        print(made, error)
    print("REACHED" if made == 199 else "", flush=True)
    os.kill(0, 9) if made == 199 else None
    """
    held = worker.attack(code, limits={"processes": 64})
    assert int(held.out.split()[0]) in (62, 63)  # an ordinary user's keeper counts, too


def test_a_fork_bomb_that_goes_on_and_on(worker):
    code = """
    import os
    while True:
        try:
            os.fork()
        except OSError:
            pass
    """
    held = worker.confined(code, limits={"processes": 100, "wall": 1.5})
    assert (held.limit, held.signal) == ("wall", signal.SIGKILL)
    assert held.wall < 10


def test_a_thread_bomb(worker):
    code = """
    import threading, time
    try:
        for made in range(200):
            threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
        print("REACHED")
    except RuntimeError as error:
        print(made, error)
    """
    held = worker.attack(code, limits={"processes": 64})
    assert int(held.out.split()[0]) in (62, 63)  # an ordinary user's keeper counts, too


def test_one_process_gets_a_memory_error_and_goes_on(worker):
    code = """
    try:
        block = bytearray(600 << 20)
        print("REACHED")
    except MemoryError:
        print("MemoryError")
    print("goes on")
    """
    held = worker.attack(code, limits={"memory": 100 * MIB})
    assert held.out == "MemoryError\ngoes on\n"
    assert (held.status, held.limit) == (0, None)


@pytest.mark.parametrize(
    "take",
    [
        "mmap.mmap(-1, 8 << 20)",  # shared, which no rlimit counts
        "bytearray(8 << 20)",
    ],
)
def test_many_processes_together(worker, take):
    code = f"""
    import mmap, os, time
    held = []
    done, tell = os.pipe()
    for child in range(8):
        if os.fork() == 0:
            for piece in range(8):
                block = {take}
                for at in range(0, len(block), 4096):
                    block[at] = 1
                held.append(block)
            os.write(tell, b"x")
            time.sleep(20)
            os._exit(0)
    for child in range(8):
        os.read(done, 1)
    time.sleep(0.5)
    print("REACHED", flush=True)
    os.kill(0, 9)
    """
    held = worker.attack(code, limits={"memory": 200 * MIB})
    assert (held.limit, held.signal) == ("memory", signal.SIGKILL)
    assert 200 * MIB < held.peak_memory < 600 * MIB


def test_what_is_shared_after_a_fork_counts_once(worker):
    code = """
    import os, time
    block = bytearray(60 << 20)
    for at in range(0, len(block), 4096):
        block[at] = 1
    for child in range(6):
        if os.fork() == 0:
            time.sleep(1)
            os._exit(0)
    time.sleep(1.5)
    print("done")
    """
    held = worker.confined(code, limits={"memory": 150 * MIB})
    assert (held.out, held.limit) == ("done\n", None)


def test_memory_that_belongs_to_no_process(worker):
    code = """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        os.memfd_create("x")
        print("REACHED")
    except OSError as error:
        print(error.errno)
    print("REACHED" if libc.shmget(0, 1 << 30, 0o1600) >= 0 else ctypes.get_errno())
    """
    assert worker.attack(code).out == "1\n1\n"


def test_a_full_disk(worker):
    code = """
    import os
    written = 0
    try:
        for name in range(6):
            with open(f"big{name}", "wb", buffering=0) as file:
                for _ in range(10):
                    written += file.write(bytes(1 << 20))
        print("REACHED")
    except OSError as error:
        print(error.errno)
    print(written >> 20)
    """
    assert worker.attack(code, limits={"scratch": 32 * MIB}).out == "28\n32\n"


def test_one_huge_file(worker):
    code = """
    import os, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("sparse", "wb") as file:
        for act in (lambda: file.truncate(1 << 40), lambda: os.posix_fallocate(file.fileno(), 0, 20 << 20)):
            try:
                act()
                print("REACHED")
            except OSError as error:
                print(error.errno)
    """
    assert worker.attack(code, limits={"file_size": 8 * MIB}).out == "27\n27\n"


def test_many_small_files(worker):
    code = """
    try:
        for number in range(3000):
            open(str(number), "w").close()
        print("REACHED")
    except OSError as error:
        print(error.errno)
    """
    assert worker.attack(code, limits={"files": 1000}).out == "28\n"


def test_shared_memory_is_bounded_too(worker):
    code = """
    import os
    written = 0
    try:
        with open("/dev/shm/gradmagic-test", "wb", buffering=0) as file:
            while written < 100 << 20:
                written += file.write(bytes(1 << 20))
        print("REACHED")
    except OSError as error:
        print(error.errno)
    finally:
        os.unlink("/dev/shm/gradmagic-test")
    """
    assert worker.attack(code).out == "28\n"


def test_open_files(worker):
    code = """
    held = []
    try:
        for number in range(300):
            held.append(open("/dev/null"))
        print("REACHED")
    except OSError as error:
        print(error.errno)
    """
    assert worker.attack(code, limits={"open_files": 100}).out == "24\n"


def test_output_without_end(worker):
    code = """
    import sys
    while True:
        sys.stdout.write("x" * 100000)
    """
    held = worker.confined(code, output=1000, limits={"wall": 1})
    assert held.limit == "wall"
    assert held.cut
    assert len(held.out) == 1000


def test_processor_time_of_one_process(worker):
    held = worker.confined("while True: pass", limits={"cpu": 1})
    assert (held.limit, held.signal) == ("cpu", signal.SIGKILL)
    assert held.cpu < 3


def test_processor_time_of_all_together(worker):
    code = """
    import os
    for child in range(3):
        os.fork()
    while True:
        pass
    """
    held = worker.confined(code, limits={"cpu": 1})
    assert held.limit == "cpu"
    assert held.wall < 15


def test_an_endless_loop_that_ignores_every_signal(worker):
    code = """
    import signal
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass
    """
    held = worker.confined(code, limits={"wall": 1})
    assert (held.limit, held.signal, held.status) == ("wall", signal.SIGKILL, None)
    assert 1 <= held.wall < 5


def test_limits_cannot_be_raised(worker):
    code = """
    import resource
    for which in range(16):
        soft, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            try:
                resource.setrlimit(which, (hard + 1, hard + 1))
                print("REACHED", which)
            except (OSError, ValueError):
                pass
    print(resource.getrlimit(resource.RLIMIT_CORE))
    """
    assert worker.attack(code, sure=False).out == "(0, 0)\n"
