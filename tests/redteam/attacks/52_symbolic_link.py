"""Hand in a symbolic link to the solution.

It is not followed: the status says what it is.
"""

STATUS = "symbolic-link"


def submit(folder, world):
    """A link in the place of the notebook."""
    own = folder / "52_symbolic_link"
    own.mkdir()
    (own / "02-higher-derivatives.ipynb").symlink_to(f"{world['solutions']}/02-higher-derivatives.ipynb")
