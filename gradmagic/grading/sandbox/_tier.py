"""The tiers of confinement: which means each one needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NAMESPACES = ("user", "mount", "pid", "ipc", "uts", "network")

# Best first. What a tier does not need is still applied where it works, but not promised.
TIERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "full": (*NAMESPACES, "landlock", "seccomp", "no-new-privileges", "rlimits"),
        "namespaces": (*NAMESPACES, "no-new-privileges", "rlimits"),
        "landlock": ("landlock", "seccomp", "no-new-privileges", "rlimits"),
        "limits": ("no-new-privileges", "rlimits"),
        "none": (),
    }
)


@dataclass(frozen=True)
class Tier:
    """What a machine gives: the tier, and why each means that does not work here does not.

    `means` maps each means tried (those of "full", and "cgroup", which no tier needs) to None when it works,
    else to the reason. `fallen` has the tiers that did not stand although each of their means works, and why.
    """

    name: str
    means: Mapping[str, str | None]
    fallen: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The means that do not work here, of those that the full tier needs."""
        return tuple(name for name in TIERS["full"] if self.means.get(name, "") is not None)


def tier_of(means: Mapping[str, str | None], fallen: Mapping[str, str] | None = None) -> Tier:
    """The best tier all of whose means work, and that did not fall when tried as a whole."""
    tried = fallen or {}
    name = next(
        name
        for name, needs in TIERS.items()
        if name not in tried and all(means.get(need, "") is None for need in needs)
    )
    return Tier(name, MappingProxyType(dict(means)), MappingProxyType(dict(tried)))
