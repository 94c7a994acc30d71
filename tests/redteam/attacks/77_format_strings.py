"""Texts with braces and percent signs, for whoever formats a sentence twice.

They are put into sentences, and are none.
"""

WHY = {"derivative_1": "raised"}
MARK = "{0.__class__.__init__.__globals__}"
CELLS = {
    "by-hand": """
def first(x):
    raise KeyError("{0.__class__.__init__.__globals__} {right} {expect} %s %(key)s $key \\\\x00 {}")
""",
}
