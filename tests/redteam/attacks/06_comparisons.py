"""An answer that is equal to everything: its operators say whatever a test wants to hear.

It is never compared. Numbers are read out of known types, and this is none.
"""

WHY = {"derivative_1": "type"}
NAIVE = True
CELLS = {
    "by-hand": """
class Anything:
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    __ge__ = __gt__ = __le__ = __lt__
    def __sub__(self, other): return self
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __array__(self, *args, **kwargs): return np.zeros(())
    def __json__(self): return "52.0"
    def __hash__(self): return 0
def first(x):
    return Anything()
""",
}
