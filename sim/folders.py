"""Folders of results: whose they are, whether they are whole, and how files get into them.

While a study is played its chunks are in ``unfinished`` inside the folder of its results. The files
of the results are made there as well and moved into place at the end, the manifest last.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import SummitryError, quote

FORMAT = 4
UNFINISHED = "unfinished"


class Interrupted(SummitryError):
    """A study that stopped before its end and can be resumed."""


def identity(study: dict[str, Any]) -> str:
    """Eight characters that name a study, whatever the version of the engine."""
    text = json.dumps({k: v for k, v in study.items() if k not in ("code", "chunk")})
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def default_folder(name: str, study: dict[str, Any]) -> Path:
    """Where results go unless the user says otherwise."""
    return Path("results") / f"{name}-{identity(study)}"


def check_name(folder: Path) -> None:
    """Refuse a name that no folder can have, or that may not be looked at.

    Raises
    ------
    SummitryError
        With the reason.
    """
    try:
        str(folder).encode()
        folder.exists()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise SummitryError(f"cannot write {quote(str(folder))}: {why}") from error


def check_writable(folder: Path) -> None:
    """Refuse a folder that cannot be written: told before a long study is played, not after it.

    Raises
    ------
    SummitryError
        With the reason.
    """
    check_name(folder)
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if folder != there and not there.is_dir():
        raise SummitryError(f"cannot write {folder}: {there} is a file")
    if there.is_dir() and not os.access(there, os.W_OK | os.X_OK):
        raise SummitryError(f"cannot write {folder}: {there} may not be written")


def check_folder(folder: Path, study: dict[str, Any], *, resume: bool = False) -> None:
    """Refuse a folder that holds something else, or an unfinished study if not to be resumed.

    Raises
    ------
    SummitryError
        With the reason.
    """
    from .batch.store import MUST_AGREE, compare

    check_name(folder)
    if folder.exists() and not folder.is_dir():
        raise SummitryError(f"{folder} is a file; give another folder with --out")
    if not folder.exists() or not any(folder.iterdir()):
        check_writable(folder)
        return
    if (folder / UNFINISHED).is_dir():
        if not resume:
            raise SummitryError(
                f"{folder} holds a study that was interrupted; add --resume to go on with it, or "
                "delete the folder"
            )
        if not (folder / "manifest.json").exists():
            return
    try:
        old = dict(json.loads((folder / "manifest.json").read_text())["study"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SummitryError(
            f"{folder} holds something else and is left as it is; give another folder with --out"
        ) from None
    compare(folder, old, study, *(key for key in MUST_AGREE if key != "code"))


def complete(folder: Path, study: dict[str, Any]) -> dict[str, Any] | None:
    """The manifest of a folder that holds the whole results of a study undamaged, or None."""
    try:
        manifest = read_manifest(folder)
        if (folder / UNFINISHED).exists() or manifest["study"] != study:
            return None
        intact = all(file_hash(folder / f) == digest for f, digest in manifest["files"].items())
    except (SummitryError, OSError):
        return None
    return manifest if intact else None


def publish(final: Path, folder: Path, manifest: dict[str, Any]) -> None:
    """Move finished files into place; only with the manifest, the last one, they count."""
    from .batch.store import sync_folder, write_whole

    files = sorted(p for p in final.rglob("*") if p.is_file())
    manifest["files"] = {p.relative_to(final).as_posix(): file_hash(p) for p in files}
    (folder / "manifest.json").unlink(missing_ok=True)
    for path in sorted(final.iterdir()):
        target = folder / path.name
        if target.is_dir():
            shutil.rmtree(target)
        path.replace(target)
    sync_folder(folder)
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    write_whole(folder / "manifest.json", (text + "\n").encode())


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest.

    Raises
    ------
    SummitryError
        If the file is not a manifest of this format.
    """
    try:
        manifest = json.loads((path / "manifest.json" if path.is_dir() else path).read_text())
    except OSError as error:
        raise SummitryError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise SummitryError(
            f"{path} is not a manifest of summitry run: it is no JSON text"
        ) from error
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise SummitryError(f"{path} is not a manifest of summitry run")
    needed = {"scenario", "seed", "runs", "trace", "name", "result_hash", "files", "study"}
    if manifest["format"] != FORMAT:
        raise SummitryError(
            f"{path} has format {manifest['format']}; this version reads {FORMAT}, and results "
            "of another negotiation cannot be gone on with"
        )
    if needed - manifest.keys():
        raise SummitryError(f"{path} is not a manifest of summitry run")
    whole = isinstance(manifest["study"], dict) and isinstance(manifest["name"], str)
    files = manifest["files"]
    if not whole or not isinstance(files, dict) or not all(map(_is_text, files.values())):
        raise SummitryError(f"{path} is damaged")
    return manifest


def _is_text(value: object) -> bool:
    return isinstance(value, str)


@contextmanager
def plain_words(folder: Path, needed: Callable[[], float]) -> Iterator[None]:
    """Tell errors of the file system in words; ``needed``: bytes, in case the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise SummitryError(f"cannot write {folder}: {error.strerror or error}") from error
        free = shutil.disk_usage(folder).free / 1e6
        need = needed() / 1e6
        raise Interrupted(
            f"the disk is full: {folder} needs about {need:,.0f} MB more, and {free:,.0f} MB are "
            "free; what is done is kept"
        ) from error


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
