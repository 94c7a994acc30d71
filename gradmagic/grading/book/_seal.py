"""The seal of a folder of grades: a signed list of what was exported, and of which gradebook."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from gradmagic.grading.book._audit import Audit, Finding, audit
from gradmagic.grading.book._chain import Chain
from gradmagic.grading.book._files import OWN, Folder
from gradmagic.grading.book._key import Key
from gradmagic.grading.book._store import GradebookError
from gradmagic.messages import say

__all__ = ["GRADEBOOK", "audit_folder", "seal_folder"]

GRADEBOOK = "gradebook.sqlite"
SUMS = "SHA256SUMS"
SEAL = "gradebook.seal"
# What exports look like: any other file in the folder is not ours to judge.
ENDINGS = (".csv", ".json", ".xml", ".html")


def seal_folder(folder: Folder, key: Key, seal: str) -> None:
    """Write the list of exported files, as `sha256sum --check` reads it, and sign it with the seal."""
    sums = dict(sorted(folder.sums.items()))
    text = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    folder.write(text, SUMS)
    digest = folder.sums.pop(SUMS)
    row = {"gradebook": seal, "files": digest, "signature": Chain(key).sign(f"{seal} {digest}")}
    folder.write(json.dumps(row, indent=1, sort_keys=True) + "\n", SEAL)
    folder.sums.pop(SEAL)


def audit_folder(folder: Path, key: Key, *, seal: str = "") -> Audit:
    """Check a folder of grades: the gradebook in it, its seal, and every file that was exported.

    Args:
        folder: what `gradmagic grade` wrote.
        key: the one that it was signed with.
        seal: one that was noted down earlier; the folder's own is checked in any case.
    """
    findings = _check_files(folder, key)
    report = audit(folder / GRADEBOOK, key, seal=seal)
    own = _read_seal(folder)
    if own and own.get("gradebook") and own["gradebook"] != seal:
        later = audit(folder / GRADEBOOK, key, seal=str(own["gradebook"]))
        findings += [one for one in later.findings if one.kind == "seal"]
    return Audit(report.entries, report.results, report.seal, (*report.findings, *findings))


def _read_seal(folder: Path) -> dict[str, str] | None:
    try:
        row = json.loads((folder / SEAL).read_text("utf-8"))
        return {name: str(value) for name, value in row.items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError):
        return {}


def _check_files(folder: Path, key: Key) -> list[Finding]:
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix in ENDINGS and (path.is_file() or path.is_symlink())
    }
    row = _read_seal(folder)
    if row is None:
        return [_finding("export-unsealed", SEAL)] if present or (folder / SUMS).exists() else []
    try:
        sums = (folder / SUMS).read_bytes()
    except OSError:
        return [_finding("export-missing", SUMS)]
    digest = hashlib.sha256(sums).hexdigest()
    signed = Chain(key).sign(f"{row.get('gradebook')} {row.get('files')}") == row.get("signature")
    if not signed:
        return [_finding("export-edited", SEAL)]
    if digest != row["files"]:
        return [_finding("export-edited", SUMS)]
    found = []
    for line in sums.decode("utf-8").splitlines():
        right, _, name = line.partition("  ")
        path = folder / name
        present.discard(name)
        if not path.is_file():
            found.append(_finding("export-missing", name))
        elif path.is_symlink() or _digest(path) != right:
            found.append(_finding("export-edited", name))
    found += [_finding("export-unknown", name) for name in sorted(present) if name not in OWN]
    found += [_finding("export-unknown", name) for name in sorted(present) if name in OWN]
    return found


def _finding(key: str, name: str) -> Finding:
    words = {
        "export-unsealed": say("export-unsealed", name=name),
        "export-missing": say("export-missing", name=name),
        "export-edited": say("export-edited", name=name),
        "export-unknown": say("export-unknown", name=name),
    }
    return Finding("export", words[key])


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise GradebookError(say("export-failed", path=path, reason=error.strerror)) from error
