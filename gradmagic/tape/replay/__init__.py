"""A recording repeated with other values of its sources."""
