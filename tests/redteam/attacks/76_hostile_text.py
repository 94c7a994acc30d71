"""Exceptions whose `str()` raises, exits, loops or is endless, and whose type lies about its name.

What cannot be said is no answer.
"""

WHY = {"derivative_1": ("no-answer", "raised", "killed")}
CELLS = {
    "by-hand": """
class Evil(Exception):
    def __str__(self):
        raise Evil
    __repr__ = __str__
    def __getattribute__(self, name):
        raise SystemExit(0)
def first(x):
    raise Evil
""",
}
