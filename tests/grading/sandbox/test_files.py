"""What a confined process sees of the file tree, and what it can change there."""

import os
import shutil
from pathlib import Path

import pytest

import gradmagic

PACKAGE = Path(gradmagic.__file__).parent


def test_a_file_outside_is_not_there(worker, secret):
    assert "No such file" in worker.attack(f"print(open({str(secret)!r}).read())").err


def test_it_is_not_found_by_other_names(worker, secret):
    code = f"""
    import os
    path = {str(secret)!r}
    os.symlink(path, "link")
    for way in ("link", "/proc/self/root" + path, "/proc/1/root" + path, "/.." + path, "/proc/self/cwd/../.." + path):
        try:
            print(open(way).read())
        except OSError as error:
            print(way, error)
    """
    worker.attack(code)


def test_it_is_not_found_in_the_old_root(worker, secret):
    code = """
    import os
    for folder, folders, files in os.walk("/"):
        if folder in ("/proc", "/usr") or folder.endswith("site-packages"):
            folders.clear()
        if "secret.txt" in files or "solutions" in folders:
            print("REACHED", folder)
    """
    assert worker.confined(code).out == ""


def test_a_hidden_folder_inside_a_readable_one(worker):
    checks = f"{PACKAGE}/course/checks"
    code = f"""
    import os
    print(os.path.exists({str(PACKAGE)!r}))
    for look in (os.listdir, os.scandir, lambda path: open(path + "/__init__.py").read()):
        try:
            print("REACHED", look({checks!r}))
        except OSError as error:
            print(type(error).__name__)
    import gradmagic.course.checks
    print("REACHED" if gradmagic.course.checks.__file__ else "")
    """
    held = worker.attack(code, hidden=[checks])
    assert held.out.split()[:4] == ["True", "PermissionError", "PermissionError", "PermissionError"]


def test_a_hidden_module_and_its_compiled_form(worker, open_folder):
    folder = open_folder / "lib"
    (folder / "__pycache__").mkdir(parents=True)
    for name in ("answer.py", "__pycache__/answer.cpython-311.pyc", "other.py"):
        (folder / name).write_text("REACHED" if "answer" in name else "fine")
    code = f"""
    import os
    print(open({str(folder)!r} + "/other.py").read())
    for name in ("answer.py", "__pycache__/answer.cpython-311.pyc"):
        try:
            print(open({str(folder)!r} + "/" + name).read())
        except OSError as error:
            print(type(error).__name__)
    """
    held = worker.attack(code, readable=[str(folder)], hidden=[str(folder / "answer.py")])
    assert held.out.split() == ["fine", "PermissionError", "PermissionError"]


@pytest.mark.parametrize("place", ["/usr/lib", "/etc", "/", "/dev", os.path.dirname(os.__file__)])
def test_nothing_can_be_written_but_scratch(worker, place):
    code = f"""
    try:
        open({place!r} + "/gradmagic-test", "w")
        print("REACHED")
    except OSError as error:
        print(type(error).__name__)
    open("mine", "w").write("ok")
    open("/tmp/mine", "w").write("ok")
    """
    held = worker.attack(code, sure=False)
    assert held.status == 0, held.err


def test_files_cannot_be_made_writable(worker):
    code = """
    import os
    for path in ("/usr", os.__file__, "/", "/proc/sys/kernel/hostname"):
        for act in (lambda: os.chmod(path, 0o777), lambda: os.utime(path), lambda: os.truncate(path, 0)):
            try:
                act()
                print("REACHED", path)
            except OSError:
                pass
    """
    worker.attack(code, sure=False)


def test_mounts_stay_as_they_are(worker):
    code = """
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    READ_WRITE = 32 | 4096
    for target in (b"/", b"/usr", b"/proc"):
        if libc.mount(None, target, None, READ_WRITE, None) == 0:
            print("REACHED remount", target)
    if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0:
        print("REACHED mount")
    if libc.umount2(b"/proc", 2) == 0:
        print("REACHED unmount")
    if libc.chroot(b"/tmp") == 0:
        print("REACHED chroot")
    if libc.syscall(428, -100, b"/", 1) >= 0:
        print("REACHED open_tree")
    print(ctypes.get_errno())
    """
    assert worker.attack(code, sure=False).out == "1\n"


def test_a_set_user_id_program_gives_nothing(worker):
    program = shutil.which("su") or shutil.which("passwd") or "/bin/mount"
    code = f"""
    import os, subprocess
    print(os.stat({program!r}).st_mode & 0o4000 > 0)
    status = open("/proc/self/status").read()
    print("NoNewPrivs:\\t1" in status)
    print(bool(os.statvfs({program!r}).f_flag & os.ST_NOSUID))
    uid = subprocess.run(["/usr/bin/id", "-u"], capture_output=True, text=True).stdout
    print("REACHED" if uid.strip() == "0" else "ordinary")
    """
    held = worker.confined(code)
    assert held.out.split()[1:] == ["True", "True", "ordinary"], held.err


def test_nobody_who_opens_a_shared_file_can_be_made_to_wait_or_be_watched(worker, open_folder):
    path = open_folder / "module.py"
    path.write_text("x = 1")
    if os.geteuid() == 0:
        os.chown(path, worker.user, worker.user)
    code = f"""
    import ctypes, fcntl, os
    shared = os.open({str(path)!r}, os.O_RDONLY)
    try:
        fcntl.fcntl(shared, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        print("REACHED")
    except OSError as error:
        print(error.errno)
    libc = ctypes.CDLL(None, use_errno=True)
    print("REACHED" if libc.inotify_init() >= 0 else ctypes.get_errno())
    """
    assert worker.attack(code, readable=[str(open_folder)]).out == "1\n1\n"


def test_the_interpreter_itself_cannot_be_written(worker):
    """/proc/self/exe leads to the file past the view: the old mount, from before the sandbox."""
    code = """
    import os
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_TRUNC):
        for path in ("/proc/self/exe", "/proc/1/exe"):
            try:
                os.open(path, flags)
                print("REACHED")
            except OSError as error:
                print(error.errno)
    """
    assert set(worker.attack(code, sure=False).out.split()) == {"13"}


def test_links_in_the_scratch_folder_lead_nowhere_outside(worker, secret):
    code = f"""
    import os
    os.symlink("/", "root")
    try:
        os.link({str(secret)!r}, "hard")
        print("REACHED hard link")
    except OSError as error:
        print(type(error).__name__)
    print(os.path.exists("root" + {str(secret)!r}) and "REACHED")
    """
    worker.attack(code)
