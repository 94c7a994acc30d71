"""A notebook of a hundred thousand brackets, at which a reader's stack ends.

It is given up with a status of its own, and the next one is read.
"""

STATUS = "too-deep"


def notebook(world):
    """Lists in lists."""
    return b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b', "nbformat": 4}'
