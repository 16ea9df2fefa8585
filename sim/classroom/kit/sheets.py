"""The sheets of the kit: what is printed together."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from ...api import Scenario, load
from ..questionnaire import ITEMS, SCALE, WHEN
from . import bulletins, facts
from .cards import cards
from .markdown import plain, table

_LARGE, _SMALL = "hague_2025", "classroom_six"
_SUMMIT = "hague_2025"
#: The words of the room over the questionnaire, see ``page/strings.en.js``.
_ASKED = {
    "before": "Before we begin: what do you expect?",
    "after": "Now that you have played: what do you think?",
}


@dataclass(frozen=True)
class Sheet:
    """A document of the kit.

    Attributes
    ----------
    name
        Name of its files, without ending.
    title
        Its title.
    use
        For what, in a few words.
    parts
        Kind (see :func:`sim.classroom.kit.paper.page`) and Markdown of each part, which starts on a
        page of its own.
    """

    name: str
    title: str
    use: str
    parts: tuple[tuple[str, str], ...]

    @property
    def markdown(self) -> str:
        """The document as Markdown."""
        return "\n\n".join(text.strip() for _, text in self.parts) + "\n"


def sheets() -> tuple[Sheet, ...]:
    """All sheets of the kit, in the order of use."""
    large, small = load(_LARGE), load(_SMALL)
    return (
        _written("lesson_45", "Lesson plan: 45 minutes", "for the teacher"),
        _written("lesson_90", "Lesson plan: 90 minutes", "for the teacher"),
        _role_cards("role_cards", large, "32 capitals and the Secretary General, a page each"),
        _role_cards("role_cards_six", small, "the seats of the short lesson, a page each"),
        _bulletins(large, small),
        _written("debrief", "Debrief questions", "for the teacher"),
        _real(),
        _questionnaire(),
    )


def _text(name: str) -> str:
    return files(__package__).joinpath("texts", f"{name}.md").read_text(encoding="utf-8")


def _written(name: str, title: str, use: str) -> Sheet:
    return Sheet(name, title, use, (("text", _text(name)),))


def _role_cards(name: str, scenario: Scenario, use: str) -> Sheet:
    title = f"Role cards: {scenario.title}"
    cover = f"# {plain(title)}\n\n{_text('cover')}"
    chair, *members = cards(scenario)
    parts = (("text", cover), ("chair", chair), *(("card", card) for card in members))
    return Sheet(name, title, use, parts)


def _bulletins(large: Scenario, small: Scenario) -> Sheet:
    title = "News to read out"
    first = (
        f"# {title}\n\n"
        "Read a bulletin when its date comes up on the wall, slowly, once. What the room does with "
        "the news, it does by itself.\n\n"
        "## News that moves the model\n\n" + bulletins.events(large, small)
    )
    second = (
        "## What the capitals said\n\n"
        "True, and said before the summit. It moves people, not the model. Leave out those whose "
        "seat somebody holds: the class speaks for itself.\n\n" + bulletins.capitals(_SUMMIT)
    )
    third = (
        "## Words for the events that you can add\n\n"
        "All invented. The room offers them under “Add an event”, with sizes that you can "
        "change.\n\n" + bulletins.presets()
    )
    return Sheet(
        "bulletins", title, "to read out", tuple(("text", t) for t in (first, second, third))
    )


def _real() -> Sheet:
    title = "What really happened"
    text = (
        f"# {title}: The Hague, 24 and 25 June 2025\n\n"
        "For the debrief, not before. Grades: A primary source; B two sources agree; B1 one "
        "source; C common knowledge or estimate; none: nothing found.\n\n"
        f"## The drafts and the text\n\n{facts.drafts(_SUMMIT)}\n\n"
        f"## What the governments said\n\n{facts.said(_SUMMIT)}"
    )
    return Sheet("what_happened", title, "for the debrief", (("text", text),))


def _questionnaire() -> Sheet:
    parts = []
    for when in WHEN:
        lines = [f"# {_ASKED[when]}", "Two minutes. No name, please. Tick one box on each line."]
        for j, item in enumerate(ITEMS, 1):
            head = ["", *map(str, range(1, SCALE + 1)), ""]
            boxes = [plain(item["low"]), *["☐"] * SCALE, plain(item["high"])]
            lines += [f"**{j}. {plain(item['words'])}**", table(head, [boxes])]
        parts.append(("form", "\n\n".join(lines)))
    use = "a page before, a page after; the room can collect it instead"
    return Sheet("questionnaire", "Questionnaire, before and after", use, tuple(parts))
