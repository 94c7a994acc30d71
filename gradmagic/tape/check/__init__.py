"""Automatic derivatives against measured ones."""
