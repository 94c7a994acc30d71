"""Hand in a named pipe, at which a reader waits for ever.

It is opened without waiting, and is no file.
"""

import os

STATUS = "not-a-file"


def submit(folder, world):
    """A pipe in the place of the notebook."""
    own = folder / "54_fifo"
    own.mkdir()
    os.mkfifo(own / "02-higher-derivatives.ipynb")
