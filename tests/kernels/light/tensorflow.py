"""A stand-in that a parent preloads at once, where a test is about the parent and not about TensorFlow."""

from types import SimpleNamespace

keras = SimpleNamespace()
config = SimpleNamespace(list_physical_devices=list)
