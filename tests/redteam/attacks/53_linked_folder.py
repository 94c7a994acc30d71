"""Be a symbolic link to the folder of a good student.

A student is a folder; a link is not entered, and its submission is a link's.
"""

STATUS = "symbolic-link"


def submit(folder, world):
    """A link in the place of the student's folder."""
    (folder / "53_linked_folder").symlink_to(folder / "00-before")
