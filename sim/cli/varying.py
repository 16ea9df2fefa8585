"""Inputs that vary, as options write them: ``--input demander.leverage=0:1.2``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..analysis.inputs import Range

InputOption = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        "-i",
        metavar="KEY[=RANGE]",
        help="What varies, such as demander.leverage, demander.leverage=0:1.2, "
        "'demander.leverage={normal: [1, 0.1]}' or each:parties.baltics.fiscal_room. Can be given "
        "many times; every distribution of the scenario if not given.",
    ),
]


def parse_inputs(texts: list[str] | None) -> dict[str, Range] | None:
    """Inputs and their ranges, for :func:`sim.analysis.inputs.inputs_of`; None if none is given.

    Raises
    ------
    SummitryError
        If one cannot be read or is given twice.
    """
    from ..errors import SummitryError

    found: dict[str, Range] = {}
    for text in texts or ():
        path, spec = parse_input(text)
        if path in found:
            raise SummitryError(f"--input {path} is given twice")
        found[path] = spec
    return found or None


def parse_input(text: str) -> tuple[str, Range]:
    """One input and its range, None if it has none.

    Raises
    ------
    SummitryError
        If it cannot be read.
    """
    from ..errors import SummitryError
    from ..scenario.load import parse_value

    path, sign, spec = text.partition("=")
    path, spec = path.strip(), spec.strip()
    if not path or (sign and not spec):
        raise SummitryError(f"{text!r}: write KEY or KEY=LOW:HIGH, such as demander.leverage=0:1.2")
    if not sign:
        return path, None
    if spec.startswith("{"):
        value = parse_value(spec, f"--input {path}")
        return path, dict(value)
    try:
        low, high = (float(end) for end in spec.split(":"))
    except ValueError:
        raise SummitryError(
            f"{text!r}: a range is LOW:HIGH, such as demander.leverage=0:1.2, or a distribution "
            "such as {normal: [1, 0.1]}"
        ) from None
    return path, (low, high)
