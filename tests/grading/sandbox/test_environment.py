"""What is inherited: variables on a list, descriptors that are named, nothing else."""

import os
import sys


def test_no_variable_of_the_teachers(worker):
    code = """
    import ctypes, os
    print(sorted(os.environ))
    print(open("/proc/self/environ").read().strip("\\0"))
    start, end = [int(word) for word in open("/proc/self/stat").read().rpartition(")")[2].split()[47:49]]
    print(set(ctypes.string_at(start, end - start)))
    print("REACHED" if "GRADMAGIC_LANG=en" in open("/proc/self/environ").read() else "")
    """
    held = worker.attack(code, environment={"MINE": "1"})
    names, memory, start, _ = held.out.split("\n")[:4]
    assert {"HOME", "TMPDIR", "PATH", "MINE"} <= set(eval(names))
    assert not {"PYTHONPATH", "SHELL", "PWD"} & set(eval(names))
    assert memory == ""
    assert start == "{0}"


def test_a_program_gets_the_same(worker):
    code = "import os; print(os.getcwd(), sorted(os.environ), os.environ['HOME'], os.environ['TMPDIR'])"
    held = worker.ask(program=[sys.executable, "-c", code], spec={"scratch": "/somewhere/else"})
    assert held.out.startswith("/somewhere/else ['GRADMAGIC_LANG', 'HOME'"), held.err
    assert held.out.endswith("/somewhere/else /somewhere/else/tmp\n")


def test_open_files_are_not_inherited(worker, secret):
    code = f"""
    import os, sys
    sys.path.insert(0, {os.getcwd()!r})
    from gradmagic.grading.sandbox import Confinement, run_confined
    kept = os.open({str(secret)!r}, os.O_RDONLY)
    other = os.open({str(secret)!r}, os.O_RDONLY)
    def look():
        found = {{int(name) for name in os.listdir("/proc/self/fd")}}
        print(found >= {{0, 1, 2, kept}}, len(found))  # one more for the listing itself
        print(os.read(kept, 10))
        try:
            print(os.read(other, 10))
        except OSError as error:
            print(error.errno)
    print(run_confined(look, Confinement(descriptors=(kept,))).out)
    """
    assert worker.free(code).out.split() == ["True", "5", "b'REACHED'", "9"]


def test_pipes_and_sockets_may_be_kept_without_naming_them(worker, secret):
    code = f"""
    import os, socket
    from gradmagic.grading.sandbox import Confinement, run_confined
    file = os.open({str(secret)!r}, os.O_RDONLY)
    folder = os.open("/", os.O_RDONLY)
    near, far = socket.socketpair()
    def look():
        far.send(b"hello")
        for number in (file, folder):
            try:
                os.fstat(number)
            except OSError as error:
                print(error.errno)
    print(run_confined(look, Confinement(descriptors=None)).out, near.recv(10))
    """
    assert worker.free(code).out.split() == ["9", "9", "b'hello'"]


def test_a_folder_is_not_kept(worker):
    code = """
    import os
    from gradmagic.errors import SandboxError
    from gradmagic.grading.sandbox import Confinement, run_confined
    for number in (os.open("/", os.O_RDONLY), 99):
        try:
            run_confined(lambda: print("REACHED"), Confinement(descriptors=(number,)))
        except SandboxError as error:
            print(error)
    """
    text = worker.free(code).out
    assert "is a folder" in text
    assert "is not open" in text
    assert "REACHED" not in text
