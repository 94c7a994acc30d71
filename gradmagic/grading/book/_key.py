"""The teacher's key: what results are signed with, and what every other secret of grading is derived from."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gradmagic.errors import GradmagicError
from gradmagic.messages import say

__all__ = ["Key", "KeyFileError", "find_key", "key_path", "make_key", "read_key"]

BYTES = 32
ENVIRONMENT = "GRADMAGIC_KEY"
ENVIRONMENT_FILE = "GRADMAGIC_KEY_FILE"


class KeyFileError(GradmagicError):
    """A teacher's key that is missing, cannot be read, or can be read by others."""


@dataclass(frozen=True, repr=False)
class Key:
    """A secret of 32 bytes; it is never used itself, only keys that are derived from it.

    Attributes:
        secret: the bytes.
    """

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != BYTES:
            raise KeyFileError(say("key-length", bytes=BYTES, digits=2 * BYTES, came=len(self.secret)))

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose; they tell nothing of the secret or of other purposes.

        This is the expand step of HKDF (RFC 5869) for one block.
        """
        return hmac.digest(self.secret, f"gradmagic {purpose}".encode() + b"\x01", hashlib.sha256)

    @property
    def name(self) -> str:
        """Twelve hexadecimal digits by which a key is told from another."""
        return self.derive("key name").hex()[:12]

    def __repr__(self) -> str:
        return f"Key({self.name})"


def key_path() -> Path:
    """Where the key lies if nothing else is said: `gradmagic/key` in the user's configuration folder."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "gradmagic" / "key"


def find_key(path: Path | None = None, *, make: bool = False) -> Key:
    """Return the teacher's key.

    Args:
        path: its file. Left out: the 64 hexadecimal digits in the environment's GRADMAGIC_KEY, else the file
            that GRADMAGIC_KEY_FILE names, else `key_path()`.
        make: make the file if it is not there.

    Raises:
        KeyFileError: there is none, it is no key, or others may read its file.
    """
    text = os.environ.get(ENVIRONMENT, "")
    if path is None and text:
        return _parsed(text, f"${ENVIRONMENT}")
    if path is None:
        path = Path(os.environ.get(ENVIRONMENT_FILE) or key_path())
    if not path.exists() and make:
        return make_key(path)
    return read_key(path)


def read_key(path: Path) -> Key:
    """Return the key in a file that only its owner may read."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except FileNotFoundError:
        raise KeyFileError(say("key-missing", path=path)) from None
    except OSError as error:
        raise KeyFileError(say("key-unreadable", path=path, reason=error.strerror)) from None
    except UnicodeDecodeError:
        raise KeyFileError(say("key-not-a-key", place=path, digits=2 * BYTES)) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(say("key-open-to-others", path=path, mode=f"{stat.S_IMODE(mode):04o}"))
    return _parsed(text, str(path))


def make_key(path: Path) -> Key:
    """Make a key in a new file of mode 0600; if another process was faster, return the key it made."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written beside and then linked: nobody ever reads half a key, and of two makers one wins.
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    except OSError as error:
        raise KeyFileError(say("key-not-made", path=path, reason=error.strerror)) from None
    return read_key(path)


def _parsed(text: str, place: str) -> Key:
    try:
        return Key(bytes.fromhex(text.strip()))
    except ValueError:
        raise KeyFileError(say("key-not-a-key", place=place, digits=2 * BYTES)) from None
