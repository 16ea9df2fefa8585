"""QR codes: for the screen as SVG, for the terminal as text."""

from __future__ import annotations

import io

import segno


def qr_svg(link: str) -> str:
    """A link as an SVG image, black on white with a quiet zone.

    Parameters
    ----------
    link
        The link; it holds a join code and no secret.
    """
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None,
        lineclass=None,
    )  # fmt: skip
    return out.getvalue().decode()


def qr_text(link: str) -> str:
    """A link as lines of blocks for a terminal."""
    out = io.StringIO()
    segno.make(link, error="m", micro=False).terminal(out, compact=True, border=2)
    return out.getvalue()
