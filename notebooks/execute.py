"""Run notebooks from a clean kernel and keep what they show: ``python notebooks/execute.py 01 04``.

Without numbers all of them. What differs from run to run or from machine to machine is left out:
progress bars, times, versions, and names of folders.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).parent
#: Seconds for one cell; the first one that plays also compiles the engine, once on a computer.
TIMEOUT = 300


def execute(path: Path) -> NotebookNode:
    """The notebook with fresh outputs, in its own folder and from a clean kernel."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    # A checkout that is not installed will do.
    places = [str(FOLDER.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    client.execute(env=os.environ | {"PYTHONPATH": os.pathsep.join(places)})
    return clean(notebook)


def clean(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what differs from run to run."""
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = NotebookNode()
        if cell.cell_type == "code":
            cell.outputs = [kept for output in cell.outputs if (kept := _kept(output))]
    return notebook


def _kept(output: NotebookNode) -> NotebookNode | None:
    if output.output_type == "stream":
        return output if output.name == "stdout" else None
    data = output.data
    if "application/vnd.jupyter.widget-view+json" in data:
        return None
    if "image/png" in data:
        data = {"image/png": data["image/png"]}
    elif "text/html" in data:
        data = {"text/html": data["text/html"], "text/plain": data.get("text/plain", "")}
    # An address in memory, as in <Axes at 0x7f...>.
    if "text/plain" in data:
        data["text/plain"] = re.sub(r" at 0x[0-9a-f]+", "", data["text/plain"])
    output.data = NotebookNode(data)
    output.metadata = NotebookNode()
    return output


def main(asked: list[str]) -> None:
    """Run the notebooks whose names begin so, and write them where they were."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not asked or any(path.name.startswith(number) for number in asked):
            notebook = execute(path)
            nbformat.write(notebook, path)
            print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
