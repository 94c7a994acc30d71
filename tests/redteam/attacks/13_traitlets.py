"""Patch traitlets' own `__get__` and validation, on which shell, session and kernel are built.

It breaks its own kernel, and nothing else: a kernel that does not answer has not answered.
"""

WHY = {"derivative_1": "killed"}
CELLS = {
    "by-hand": """
import os, traitlets
def first(x):
    def lying(self, *_, **__):
        os._exit(0)
    traitlets.TraitType.__get__ = traitlets.TraitType.set = lying
    get_ipython().display_pub
    return 52.0
""",
}
