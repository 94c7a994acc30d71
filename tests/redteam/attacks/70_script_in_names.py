"""A student whose folder is called like a piece of HTML, a formula and a path.

Names are escaped in pages, guarded in tables, and files are named for them so that they stay in their folder.
"""

STUDENT = "=HYPERLINK(\"javascript:alert(1)\")<script>alert('..')<%2f..%2f"
WHY = {"derivative_1": "raised"}
MARK = "done; got []"
CELLS = {"by-hand": "pass"}
