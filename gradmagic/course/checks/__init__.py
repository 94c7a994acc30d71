"""The checks of the course, one module for each exercise; found by name, so nothing is listed here."""

__all__: list[str] = []
