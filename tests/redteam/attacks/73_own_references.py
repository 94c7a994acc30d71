"""Call gradmagic's own references: the checks' `expect`, the hints, the solutions of the wheel, `right_answers`.

What can be imported in the sandbox is what a learner has, without the checks.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
CELLS = {
    "by-hand": """
import glob, gradmagic, os
from gradmagic.course import checking
for name in ("check", "exercise_of", "find_check", "all_exercises", "find_exercise"):
    try:
        found = getattr(checking, name)
        got += list(found("derivative_1") if name != "all_exercises" else found())
    except Exception:
        pass
folder = os.path.dirname(gradmagic.__file__)
for pattern in ("**/*derivatives*", "../solutions/*", "_solutions/*", "../tests/*", "../exercises/wrong/*"):
    got += glob.glob(os.path.join(folder, pattern), recursive=True)[:1]
try:
    checking.right_answers(got[0], [{"x": 2.0}])
except Exception:
    pass
""",
}
