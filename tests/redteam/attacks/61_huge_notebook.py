"""A notebook beyond every size, most of it one string.

More than 20 MB are not read.
"""

STATUS = "too-large"


def notebook(world):
    """Twenty-one megabytes."""
    return b'{"cells": [], "nbformat": 4, "metadata": {"x": "' + b"x" * 21_000_000 + b'"}}'
