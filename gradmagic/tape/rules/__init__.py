"""The local derivative rule of an operation."""
