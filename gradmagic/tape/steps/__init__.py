"""The backward pass, one operation at a time."""
