"""Names in a scenario: which member or group of members a text means."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from ..errors import quote
from . import builtin
from .document import DocumentPath
from .schema import ScenarioFile
from .spelling import nearest

# Looking for near names takes time: for so many unknown ones, among so many.
_SEARCHES, _SEARCHED = 50, 400
_NAMED = 15  # allowed words that a message spells out

#: Who makes the demand of a spending pledge that does not say it.
DEMANDER = "USA"

#: A place in the scenario and what is wrong there.
Fault = tuple[DocumentPath, str]


def similar(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that was probably meant: a near spelling, or one that begins so."""
    words = list(allowed)
    begins = [w for w in words if len(word) > 2 and w.casefold().startswith(word.casefold())]
    return min(begins, key=len) if begins else nearest(word, words)


class Names:
    """The names by which members and groups of members can be called in one scenario.

    Attributes
    ----------
    codes
        Codes of the members that take part.
    groups
        Members of each region of the built-in data and of each group of the scenario.
    builtin
        Built-in members at the summit of the roster, whether they take part or not.
    """

    def __init__(self, file: ScenarioFile) -> None:
        self._searches = 0
        self.groups: dict[str, tuple[str, ...]] = {}
        self.builtin = builtin.members(file.roster.data) if file.roster else {}
        if file.roster:
            self.groups = dict(builtin.regions(file.calendar.summit.year))
        self.codes: set[str] = set(self.builtin)
        self._by_name = {
            name.casefold(): key
            for key, member in file.parties.items()
            for name in (member.name, key)
            if name and not member.members
        }

    def code(self, text: str) -> str:
        """The code of a member: it answers to its printed name, built-in ones to others as well."""
        if text in self.codes:
            return text
        known = builtin.alias(text) if self.builtin else None
        if known in self.builtin:
            return known
        named = self._by_name.get(text.casefold())
        return named if named in self.codes else text

    def demanders(self, file: ScenarioFile) -> tuple[str, ...]:
        """Codes, or names of parties of several, of who makes the demand; none if nobody does."""
        if file.demander is None:
            return ()
        party = file.demander.party
        if party is None:
            return (self.code(DEMANDER),) if file.preferences == "pledge" else ()
        return tuple(self.code(name) for name in party)

    def find(
        self, texts: Iterable[str], path: DocumentPath, faults: list[Fault]
    ) -> tuple[str, ...]:
        """The members that codes, names and groups mean, in order of the alphabet.

        Built-in members that stay away may be named; they do not count.
        """
        found: set[str] = set()
        for j, text in enumerate(texts):
            if text in self.groups:
                found.update(code for code in self.groups[text] if code in self.codes)
            elif self.code(text) in self.codes:
                found.add(self.code(text))
            elif self.code(text) not in self.builtin:
                faults.append(((*path, j), self.unknown(text)))
        return tuple(sorted(found))

    def unknown(self, text: str) -> str:
        """What is wrong with a name that nobody has."""
        if self.code(text) in self.builtin:
            return f"'{self.code(text)}' does not take part; see roster.only and roster.without"
        return f"no member or group is called {quote(text)}{self.hint(text, groups=True)}"

    def no_term(self, text: str, terms: Sequence[str]) -> str:
        """What is wrong with the name of a term that the scenario does not have."""
        near = similar(text, terms[:_SEARCHED]) if self._may_search() else None
        hint = f" (did you mean '{near}'?)" if near else ""
        more = len(terms) - _NAMED
        listed = ", ".join(terms[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        return f"there is no term {quote(text)}; terms are {listed or 'missing'}{hint}"

    def _may_search(self) -> bool:
        self._searches += 1
        return self._searches <= _SEARCHES

    def hint(self, text: str, *, groups: bool = False, absent: bool = False) -> str:
        """A "did you mean" for a name, empty if none is near.

        ``groups`` lets it be that of a group, ``absent`` of a built-in member that stays away.
        """
        if not self._may_search():
            return ""
        known_codes = {*self.codes, *(self.builtin if absent else ())} - {text}
        codes = sorted(known_codes, key=lambda code: (code not in self.builtin, code))[:_SEARCHED]
        known = [*codes, *(self.groups if groups else ())]
        near = nearest(text, [*known, *(self.builtin[c].name for c in codes if c in self.builtin)])
        if near is None and len(text) <= 4:  # of three letters two may be swapped, or one wrong
            letters = sorted(text.upper())
            near = next((code for code in codes if sorted(code) == letters), None)
            close = difflib.get_close_matches(text.upper(), known, n=1, cutoff=0.6)
            near = near or (close[0] if close else None)
        return f" (did you mean '{near}'?)" if near else ""
