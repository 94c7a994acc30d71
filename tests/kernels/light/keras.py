"""A stand-in; see `tensorflow.py` beside it."""
