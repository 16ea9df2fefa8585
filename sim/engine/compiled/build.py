"""Compiling the batch engine once, and never running a stale version of it.

Numba's own cache looks only at the file of the compiled function, not at the rules that it calls
from other files. So the cache lives in a folder named after a hash of all those sources.
"""

from __future__ import annotations

import gc
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numba

from ...rules.rule import OPTIONS

config: Any = numba.config  # its settings are made at import


@cache
def source_hash() -> str:
    """Hash of the sources that decide results: the rules, the compiled engine and how it is fed."""
    package = Path(__file__).parents[2]
    digest = hashlib.sha256(numba.__version__.encode())
    files = [*package.glob("rules/**/*.py"), *package.glob("engine/**/*.py")]
    for path in sorted(files, key=lambda p: p.relative_to(package).as_posix()):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where the compiled engine of these sources is kept."""
    base = config.CACHE_DIR or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "summitry" / source_hash()


def can_be_kept() -> bool:
    """Whether the compiled engine can be kept on disk for the next start."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def compiled_before() -> bool:
    """Whether the engine has been compiled on this machine, so that it starts at once."""
    return any(cache_folder().rglob("*.nbc"))


#: Compiles what only compiled functions call: without a door to Python it compiles faster.
compile_inner: Any = numba.njit(**OPTIONS)
#: The same, taken into its caller: to pass a whole problem costs as much as a small function does.
compile_inlined: Any = numba.njit(**OPTIONS, forceinline=True)


def _compile(function: Callable[..., Any], cache: bool = False) -> Any:
    options = {**OPTIONS, "no_cpython_wrapper": False}
    compiled: Callable[..., Any] = numba.njit(**options, cache=cache)(function)
    return compiled


def compile_cached(function: Callable[..., Any]) -> Any:
    """Compile a function on its first call and keep the result on disk.

    Where no folder can be written the function is compiled anew in each process.
    """
    if not can_be_kept():
        return _compile(function)
    before = config.CACHE_DIR
    config.CACHE_DIR = str(cache_folder())
    try:
        return _compile(function, cache=True)
    finally:
        config.CACHE_DIR = before


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python's garbage collector away while something is compiled.

    The compiler holds on to all that it makes, so to look for garbage only costs time.
    """
    pause = gc.isenabled()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.enable()
