"""Reading files of issues."""

import numpy as np
import pytest

from sim.deu.issues import read
from sim.errors import SummitryError
from tests.deu.files import ACTORS, COLUMNS, NEW, OLD, row, write

ALL_OLD = {f"p{a}": 50 for a in OLD} | {f"s{a}": 50 for a in OLD}


def one(tmp_path, **given):
    return read(write(tmp_path / "one.csv", [row("i1", "p1", 40, **given)]))[0]


def test_an_issue_has_its_actors_positions_and_saliences(tmp_path) -> None:
    issue = one(tmp_path, pcom=100, scom=80, pfr=0, sfr=20, puk=55.5, suk=90, rp=10)
    assert issue.actors == ("COM", "FRA", "GBR")
    assert issue.position.tolist() == [100, 0, 55.5] and issue.salience.tolist() == [80, 20, 90]
    assert (issue.outcome, issue.reference, issue.proposal) == (40, 10, "p1")
    assert issue.co_decision and issue.usable


def test_the_council_is_that_of_the_fifteen_until_a_newer_member_speaks(tmp_path) -> None:
    """Votes of the treaties: 87 with a majority of 62; 345 with 255."""
    old = one(tmp_path, **ALL_OLD)
    assert dict(zip(old.actors, old.power, strict=True))["DEU"] == pytest.approx(10 / 87)
    assert (old.quota, old.power.sum()) == (pytest.approx(62 / 87), pytest.approx(1.0))
    new = one(tmp_path, ppl=0, spl=10, **ALL_OLD)
    assert dict(zip(new.actors, new.power, strict=True))["POL"] == pytest.approx(27 / 345)
    assert new.quota == pytest.approx(255 / 345)


def test_parliament_counts_under_co_decision_and_hardly_under_consultation(tmp_path) -> None:
    def parliament(cod: str) -> float:
        issue = one(tmp_path, pep=0, sep=50, pcom=50, scom=50, cod=cod, **ALL_OLD)
        return dict(zip(issue.actors, issue.power, strict=True))["EP"]

    assert parliament("2001/0001(COD)") == pytest.approx(10 / 87)
    assert parliament("2001/0001(CNS)") == pytest.approx(2 / 87)


def test_a_missing_salience_is_the_mean_of_the_others(tmp_path) -> None:
    issue = one(tmp_path, pfr=0, sfr=20, pde=50, sde=60, pit=100)
    assert issue.salience.tolist() == [20, 60, 40]


def test_unusable_issues_are_kept_and_marked(tmp_path) -> None:
    rows = [
        row("few", "p1", 40, pfr=0, pde=100),
        row("open", "p1", "", pfr=0, pde=100, pit=50),
        row("fine", "p1", 40, pfr=0, pde=100, pit=50),
    ]
    found = read(write(tmp_path / "all.csv", rows))
    assert [i.usable for i in found] == [False, False, True]


def test_the_case_of_the_peers_follows_and_no_salience_at_all_is_equal_salience(tmp_path) -> None:
    case = one(tmp_path, pfr=0, sfr=20, pde=50, sde=60, pit=100, sit=40, rp=0).case()
    assert case.salience[:, 0].tolist() == [0.2, 0.6, 0.4] and case.reference.tolist() == [0.0]
    silent = one(tmp_path, pfr=0, sfr=0, pde=50, sde=0, pit=100, sit=0).case()
    assert silent.salience[:, 0].tolist() == [0.5, 0.5, 0.5] and silent.reference is None


def test_every_actor_of_the_whole_file_is_known(tmp_path) -> None:
    issue = one(tmp_path, **{f"p{a}": 10 for a in ACTORS})
    assert len(issue.actors) == len(set(issue.actors)) == 29 == len(OLD) + len(NEW) + 2
    assert np.isfinite(issue.power).all() and (issue.power > 0).all()


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        ([row("i1", "p1", "much")], COLUMNS, "one.csv:2: out must be a number between 0 and 100"),
        ([row("i1", "p1", 40, pfr=120)], COLUMNS, "pfr must be a number between 0 and 100"),
        ([row("i1", "p1", 1), row("i1", "p2", 2)], COLUMNS, "the issue 'i1' is there twice"),
        ([row("", "p1", 1)], COLUMNS, "isnr and prnr name the issue"),
        ([], COLUMNS, "holds no issue"),
    ],
)
def test_mistakes_in_a_file_are_told_with_the_line(tmp_path, rows, columns, words) -> None:
    with pytest.raises(SummitryError, match=words):
        read(write(tmp_path / "one.csv", rows, columns))


def test_another_table_is_no_file_of_issues(tmp_path) -> None:
    with pytest.raises(SummitryError, match="lacks the columns isnr, prnr"):
        read(write(tmp_path / "x.csv", [{"a": 1}], ["a"]))
    with pytest.raises(SummitryError, match="cannot read"):
        read(tmp_path / "nowhere.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SummitryError, match="not a table"):
        read(tmp_path / "bytes.csv")


def test_voting_rules_come_from_a_second_file(tmp_path) -> None:
    rows = [row(name, "p1", 40, pfr=0, pde=100, pit=50) for name in ("one", "two", "three")]
    issues = write(tmp_path / "all.csv", rows)
    votes = [{"isnr": "one", "counvte": "Unan"}, {"isnr": "two", "counvte": "QMV"}]
    procedure = write(tmp_path / "votes.csv", votes, ["isnr", "counvte"])
    assert [i.unanimity for i in read(issues, procedure)] == [True, False, False]
    assert not any(i.unanimity for i in read(issues))
    with pytest.raises(SummitryError, match="nothing of voting rules: it lacks the columns counvt"):
        read(issues, issues)
    wrong = write(tmp_path / "w.csv", [{"isnr": "one", "counvte": "all"}], ["isnr", "counvte"])
    with pytest.raises(SummitryError, match=r"w\.csv:2: counvte must be Unan or QMV, got 'all'"):
        read(issues, wrong)
