"""What a confined process may see and use: plain data that travels as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from gradmagic.errors import SandboxError
from gradmagic.grading.sandbox._tier import TIERS
from gradmagic.messages import say

_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How much a confined process and all that it starts may use, together unless another thing is said."""

    memory: int = 2048 * _MIB
    """Bytes of memory beyond what was there at the start."""
    processes: int = 256
    """Processes and threads."""
    cpu: int = 600
    """Seconds of processor time."""
    wall: float | None = None
    """Seconds by the clock, counted by the keeper; None leaves it to the caller."""
    scratch: int = 256 * _MIB
    """Bytes of all files in the scratch folder."""
    files: int = 4096
    """Files and folders in the scratch folder."""
    file_size: int = 128 * _MIB
    """Bytes of any one file."""
    open_files: int = 512
    """Open descriptors of any one process."""


@dataclass(frozen=True)
class Confinement:
    """Where a confined process lives. Paths are absolute and as the caller sees them.

    The interpreter's folders, gradmagic's own and the system's programs and libraries are always readable.
    """

    tier: str = "full"
    """The least tier to accept (see `TIERS`): what it promises is applied, or nothing runs."""
    readable: tuple[str, ...] = ()
    """More folders and files to show, read-only."""
    hidden: tuple[str, ...] = ()
    """Folders and files inside readable ones that are not to be seen."""
    connection: str | None = None
    """A folder of this sandbox alone, shared with the outside, in which only Unix sockets can be made."""
    scratch: str = "/scratch"
    """Where the private writable folder appears: home, temporary and working folder."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables to set; of those inherited only an allow-list is kept."""
    descriptors: tuple[int, ...] | None = ()
    """Open descriptors to keep, besides 0, 1 and 2. None keeps the pipes and sockets that are open: for a
    caller that has closed whatever leads outside."""
    limits: Limits = Limits()
    report: str | None = None
    """A file that the keeper writes when all is over: an `Ending` as JSON. Never visible inside."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.tier not in TIERS:
            raise SandboxError(say("sandbox-no-tier", tier=self.tier, tiers=", ".join(TIERS)))
        for path in (*self.readable, *self.hidden, self.scratch, self.connection or "/", self.report or "/"):
            if not path.startswith("/"):
                raise SandboxError(say("sandbox-relative", path=path))

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers."""
        plain = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}

    @classmethod
    def from_json(cls, spec: Mapping[str, Any]) -> Confinement:
        """The other way about; a name that is not known is refused, so that no wish is lost.

        Raises:
            SandboxError: an unknown name, or a value that cannot be meant.
        """
        values = _known(cls, spec)
        values["limits"] = Limits(**_known(Limits, values.get("limits", {})))
        for name in ("readable", "hidden", "descriptors"):
            if values.get(name) is not None:
                values[name] = tuple(values[name])
        return cls(**values)


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    names = {entry.name for entry in fields(kind)}
    strange = sorted(values.keys() - names)
    if strange:
        raise SandboxError(say("sandbox-unknown", name=strange[0], names=", ".join(sorted(names))))
    return dict(values)
