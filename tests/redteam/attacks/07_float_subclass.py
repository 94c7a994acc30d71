"""A `float` that is near whatever it is compared with, under float's own name.

Its type is not `float`, whatever it calls itself: an answer of the wrong type.
"""

WHY = {"derivative_1": "type"}
NAIVE = True
CELLS = {
    "by-hand": """
class Near(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return Near(0.0)
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __lt__(self, other): return True
    __hash__ = float.__hash__
Near.__name__ = Near.__qualname__ = "float"
Near.__module__ = "builtins"
def first(x):
    return Near(1.0)
""",
}
