"""The strategies that have a name."""

from __future__ import annotations

__all__ = ["STRATEGY_NAMES"]

STRATEGY_NAMES = ("default", "mirrored", "multiworker")
