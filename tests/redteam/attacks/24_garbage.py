"""Ask the garbage collector for all objects, and look in them for checks, mistakes and references.

The parent of the kernels has never imported a check, so no object of one was ever there.
"""

WHY = {"derivative_1": "raised"}
MARK = "done; got []"
CELLS = {
    "by-hand": """
import gc, types
gc.unfreeze()
# Backwards: this cell's own constants are objects, too.
words = [word[::-1] for word in ["tpek_srewop_", "tfel_eulav_", "atad_fo_dnuob_etar"]]
def first(x):
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType) and ".checks." in (thing.__module__ or ""):
            got.append(thing.__qualname__)
        if type(thing).__name__ == "Exercise" or (type(thing).__name__ == "Mistake" and ".checks." in thing.wrong.__module__):
            got.append(repr(thing)[:80])
        if type(thing).__name__ == "Check" and (thing.expect or thing.mistakes):
            got.append(repr(thing)[:80])
        if type(thing) is tuple:
            got.extend(part for part in thing if type(part) is str and part in words)
    raise RuntimeError(f"done; got {got[:5]}")
""",
}
