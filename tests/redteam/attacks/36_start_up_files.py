"""Write files that Python, IPython and TensorFlow read as they start, end the kernel, and look from the next one.

Each kernel's home is its own and new; nothing of the one before is in it.
"""

WHY = {"derivative_1": "raised"}
MARK = "looked; got []"
CELLS = {
    "by-hand": """
import os, site
text = "import builtins; builtins.redteam_was_here = True"
home = os.path.expanduser("~")
for path in (
    f"{home}/.ipython/profile_default/startup/00.py", f"{home}/.keras/redteam", f"{home}/usercustomize.py",
    f"{site.getusersitepackages()}/usercustomize.py", f"{site.getusersitepackages()}/evil.pth",
    f"{home}/.pythonrc.py", f"{home}/.jupyter/jupyter_config.py", "/tmp/sitecustomize.py",
):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").write(text)
    except OSError:
        pass
os._exit(0)
""",
    # Run by the next kernel; the check of `first` is asked below it.
    "nested": """
import builtins, os
got = [name for name in ("redteam_was_here",) if hasattr(builtins, name)]
for path in ("~/.ipython/profile_default/startup/00.py", "~/.keras/redteam", "/tmp/sitecustomize.py"):
    if os.path.exists(os.path.expanduser(path)):
        got.append(path)
def first(x):
    raise RuntimeError(f"looked; got {got}")
""",
}
