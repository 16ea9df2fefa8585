"""Write the kit into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import SummitryError
from .markdown import plain, table
from .paper import page
from .sheets import Sheet, sheets


def texts() -> dict[str, str]:
    """The text of every file of the kit, by file name."""
    all_sheets = sheets()
    found = {"README.md": _index(all_sheets)}
    for sheet in all_sheets:
        found[f"{sheet.name}.md"] = sheet.markdown
        found[f"{sheet.name}.html"] = page(sheet.title, sheet.parts)
    return found


def write(folder: Path) -> list[Path]:
    """Write all files of the kit, over those that are there.

    Parameters
    ----------
    folder
        Where; it is made if it does not exist.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    SummitryError
        If the folder cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts().items():
            path = folder / name
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    except OSError as error:
        raise SummitryError(f"cannot write into {folder}: {error.strerror or error}") from error
    return written


def _index(all_sheets: Sequence[Sheet]) -> str:
    rows = [
        [plain(s.title), f"[read]({s.name}.md), [print]({s.name}.html)", plain(s.use)]
        for s in all_sheets
    ]
    return (
        "# Teaching kit\n\n"
        "A lesson in the summit room, on paper: print the HTML pages from a browser (A4, nothing "
        "else needed). The room itself: `summitry play`, see [classroom.md](../classroom.md).\n\n"
        + table(["Sheet", "", "For"], rows)
        + "\n\nAll of it is made by `python -m sim.classroom.kit docs/teaching` from the shipped "
        "data and from the texts in `sim/classroom/kit/texts`; a test compares. Facts carry their "
        "source and grade; what is invented is marked.\n"
    )
