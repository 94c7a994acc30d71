"""Import the checks, by every name and loader, and ask the library of checks for them.

Their folder is covered in the sandbox's view, and gradmagic finds none.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
FREE = "gradmagic.course.checks.e02_higher_derivatives'"
CELLS = {
    "by-hand": """
import importlib, importlib.util, os, pkgutil, sys
got += [name for name in sys.modules if ".checks" in name and "gradmagic" in name]
for name in ("gradmagic.course.checks.e02_higher_derivatives", "gradmagic.course.checks"):
    try:
        module = importlib.import_module(name)
        got += [name] if hasattr(module, "exercise") else []
    except Exception:
        pass
path = os.path.join(world["checks"], "e02_higher_derivatives.py")
try:
    spec = importlib.util.spec_from_file_location("checks", path)
    importlib.util.module_from_spec(spec)
    spec.loader.get_source("checks") and got.append(path)
    spec.loader.get_code("checks") and got.append(path)
except Exception:
    pass
for folder in (world["checks"], os.path.join(world["checks"], "__pycache__")):
    try:
        got += os.listdir(folder)
    except OSError:
        pass
try:
    from gradmagic.course.checking import all_exercises
    got += list(all_exercises())
except Exception:
    pass
got = sorted(got)[-3:]
""",
}
