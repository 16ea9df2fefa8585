"""Write the teaching kit: ``python -m sim.classroom.kit FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from ...errors import SummitryError
from .write import write


def main(arguments: list[str]) -> int:
    """Write the kit into the folder that is given.

    Parameters
    ----------
    arguments
        What stands after the command: the folder.

    Returns
    -------
    int
        Exit code: 0, or 2 with a word on the error stream.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: python -m sim.classroom.kit FOLDER", file=sys.stderr)
        return 2
    try:
        written = write(Path(arguments[0]))
    except SummitryError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(written)} files in {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
