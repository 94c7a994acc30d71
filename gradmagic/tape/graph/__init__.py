"""What a target was computed from, and the derivatives that flow along it."""
