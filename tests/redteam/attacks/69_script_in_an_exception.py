"""A script in the text, the type and the line of an exception, for the page that the teacher opens.

Everything from outside is escaped, and the page's policy allows no script.
"""

WHY = {"derivative_1": "raised"}
MARK = "<script>"
CELLS = {
    "by-hand": """
Evil = type("<img src=x onerror=alert(1)>", (Exception,), {})
def first(x):
    raise Evil("</dd></bdi><script>alert(1)</script>`</code><script>`'\\"><svg/onload=alert(2)>&#60;script>") # </script><script>alert(3)</script>
""",
}
