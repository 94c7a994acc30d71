"""Automatic, symbolic and numeric derivatives side by side."""
