"""Why a derivative is None, zero or not finite."""
