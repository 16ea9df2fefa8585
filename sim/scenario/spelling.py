"""Nearest right spelling of a word, and letters that only look right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 80  # comparing longer words costs time and never helps

# Cyrillic, Greek and typographic characters that a reader takes for ASCII (Unicode TR 39 lists
# more; these are the ones on common keyboards). Full-width forms are handled by NFKC.
_LOOKALIKES = dict(
    zip(
        "аеорсухіјѕһԁАВЕКМНОРСТХУІЈЅαορνικτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ−–—‐‑",
        "aeopcyxijshdABEKMHOPCTXYIJSaopviktABEZHIKMNOPTYX-----",
        strict=True,
    )
)


def plain_form(text: str) -> str:
    """Return `text` with look-alike characters replaced by the ASCII ones they resemble."""
    return "".join(_plain_character(c) for c in text)


def _plain_character(c: str) -> str:
    if c.isascii():
        return c
    if c in _LOOKALIKES:
        return _LOOKALIKES[c]
    digit = unicodedata.digit(c, None)
    return str(digit) if digit is not None else unicodedata.normalize("NFKC", c)


def name_of(c: str) -> str:
    """Return code point and Unicode name of a character, e.g. ``U+00A0 NO-BREAK SPACE``."""
    return f"U+{ord(c):04X} {unicodedata.name(c, '')}".rstrip()


def lookalike(text: str) -> str | None:
    """Describe the first character of `text` that only looks like an ASCII one.

    Returns
    -------
    str or None
        For example ``contains 'е' (U+0435 CYRILLIC SMALL LETTER IE), which only looks like
        'e'``; None if there is no such character.
    """
    for c in text:
        plain = _plain_character(c)
        if plain != c and plain.isascii() and plain.strip():
            return f"contains '{c}' ({name_of(c)}), which only looks like '{plain}'"
    return None


def _folded(word: str) -> str:
    return plain_form(word).strip().casefold().replace("-", "_").replace(" ", "_")


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word that `word` was probably meant to be.

    Case, hyphens, spaces and look-alike letters do not count; otherwise at least 70% of the
    letters must agree.

    Parameters
    ----------
    word : str
        What the user wrote.
    allowed : iterable of str
        The right spellings.

    Returns
    -------
    str or None
        One of `allowed`, or None if nothing is near.
    """
    if len(word) > _LONGEST:
        return None
    by_fold: dict[str, str] = {}
    for candidate in allowed:
        by_fold.setdefault(_folded(candidate), candidate)
    folded = _folded(word)
    if folded in by_fold:
        return by_fold[folded]
    close = get_close_matches(folded, by_fold, n=1, cutoff=0.7)
    return by_fold[close[0]] if close else None
