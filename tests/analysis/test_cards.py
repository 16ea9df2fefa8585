"""The card of an ensemble: whole HTML, nothing that a name could smuggle in, the right numbers."""

from html.parser import HTMLParser

import pytest

import sim
from sim.analysis.cards import bar, ensemble_html, sparkline
from sim.analysis.summary_text import percent

EVIL = "<img src=x onerror=alert(1)>&\"'"


class Tags(HTMLParser):
    """Counts tags, and that every one is closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def parsed(html):
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert not tags.open
    return tags


@pytest.mark.parametrize(
    ("name", "changes", "runs"),
    [
        ("classroom_six", {}, 200),
        ("classroom_six", {}, 1),
        ("classroom_six", {"demander.leverage": 0.0}, 3),
        ("hague_2025", {}, 20),
        ("emission_standards", {}, 50),
    ],
)
def test_the_card_is_whole_and_holds_only_what_a_table_needs(name, changes, runs):
    many = sim.load(name).set(changes).runs(runs, seed=1)
    tags = parsed(ensemble_html(many))
    assert set(tags.seen) <= {"table", "caption", "b", "br", "tr", "th", "td", "svg", "rect"}
    assert many.scenario.title in tags.text


def test_the_card_says_what_the_summary_says():
    many = sim.load("classroom_six").runs(300, seed=1)
    s, text = many.summary(), parsed(ensemble_html(many)).text
    for p in s.outcomes.values():
        if p.count:
            assert f"{percent(p.share)} [{percent(p.low)}, {percent(p.high)}]" in text
    for letter in s.side_letters[:2]:
        if letter.probability.count:
            assert letter.name in text


def test_names_are_text():
    evil = sim.load("classroom_six").set({"title": EVIL, "parties.ESP.name": EVIL})
    html = ensemble_html(evil.runs(200, seed=1))
    tags = parsed(html)
    assert "img" not in tags.seen
    assert EVIL in tags.text


def test_bars_are_as_long_as_their_numbers():
    assert "<rect width='60.0' height='12' opacity='0.75'/>" in bar(0.5)
    assert "<rect width='0.0' height='12' opacity='0.75'/>" in bar(float("nan"))
    heights = [1, 2, 4, 0]
    drawn = [
        float(piece.split("height='")[1].split("'")[0])
        for piece in sparkline(heights).split("<rect ")[1:-1]
    ]
    assert drawn == pytest.approx([22 / 4, 22 / 2, 22], abs=0.1)  # nothing is drawn for 0
    assert sparkline([1] * 1000).count("<rect") <= 61
