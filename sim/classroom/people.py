"""The people of a room: who joined, which seat they hold, and how they prove who they are."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass

from .refusals import Refused
from .wording import say

#: Letters and digits that are not taken for each other.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
TOKEN_BYTES = 32
MAX_PEOPLE = 80
NAME_LENGTH = 40
MESSAGE_LENGTH = 500


def new_code() -> str:
    """A join code: short enough to be typed from the screen; it opens a seat and nothing else."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def new_token() -> str:
    """A secret of 256 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is kept of a secret: enough to know it again, nothing to use it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def clean(text: object, what: str, longest: int, code: str = "bad_message") -> str:
    """A name or message without control characters and surrounding space.

    Parameters
    ----------
    text
        What somebody typed.
    what
        Its name in the refusal.
    longest
        Number of characters allowed.
    code
        Code of the refusal.

    Raises
    ------
    Refused
        If it is not text, is empty or is too long.
    """
    if not isinstance(text, str):
        raise Refused(code, say("{what} must be text", what=what))
    kept = unicodedata.normalize("NFC", "".join(_kept(c) for c in text))
    kept = " ".join(_TOWER.sub(r"\1", kept).split())
    if not any(_is_seen(c) for c in kept):
        raise Refused(code, say("{what} is empty", what=what))
    if len(kept) > longest:
        raise Refused(
            code,
            say(
                "{what} has {n} characters; the limit is {longest}",
                what=what,
                n=len(kept),
                longest=longest,
            ),
        )
    return kept


#: More marks on one letter than any script needs would cover what stands around it.
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_TOWER = re.compile(f"([{_MARKS}]{{2}})[{_MARKS}]+")


def _kept(c: str) -> str:
    """A character, or a space for what would move or hide other text.

    Control characters, directional overrides, private and unassigned characters go, and so do lone
    surrogates, which no output can hold. The joiner inside emoji and Indic script (Cf) goes too: a
    name is read aloud, not typeset.
    """
    return " " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else c


#: Letters and signs that look like nothing.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"


def _is_seen(c: str) -> bool:
    """Whether a character is a letter, a digit or a sign that can be seen."""
    return c not in _BLANK and (c.isalnum() or unicodedata.category(c)[0] == "S")


@dataclass
class Person:
    """Somebody who joined.

    Attributes
    ----------
    id
        Number in the room, such as ``p3``.
    name
        What they call themselves; any text without control characters.
    seat
        Code of a member, ``chair``, or None.
    token
        Digest of the secret that their browser holds.
    """

    id: str
    name: str
    seat: str | None
    token: str


class People:
    """Everybody in a room.

    Attributes
    ----------
    by_id
        Those who are there, by number.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, Person] = {}
        self._by_token: dict[str, Person] = {}
        self._last = 0

    def next_id(self) -> str:
        """The number that the next person gets."""
        return f"p{self._last + 1}"

    def add(self, person: Person) -> None:
        """Let somebody in."""
        self._last = max(self._last, int(person.id[1:]))
        self.by_id[person.id] = person
        self._by_token[person.token] = person

    def remove(self, id_: str) -> Person:
        """Let somebody go; their secret opens nothing any more."""
        person = self.get(id_)
        del self.by_id[person.id]
        del self._by_token[person.token]
        return person

    def get(self, id_: object) -> Person:
        """The person with a number.

        Raises
        ------
        Refused
            If there is none.
        """
        if not isinstance(id_, str) or id_ not in self.by_id:
            raise Refused("unknown", say("there is no such person in the room"))
        return self.by_id[id_]

    def with_token(self, token: str) -> Person | None:
        """Who holds a secret."""
        return self._by_token.get(digest(token))

    def on(self, seat: str) -> list[Person]:
        """The people of a seat, in the order in which they joined."""
        return [p for p in self.by_id.values() if p.seat == seat]

    @property
    def seats(self) -> set[str]:
        """Seats that people hold."""
        return {p.seat for p in self.by_id.values() if p.seat is not None}
