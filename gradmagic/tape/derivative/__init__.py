"""Derivatives of functions, over intervals, and what `%grad` returns."""
