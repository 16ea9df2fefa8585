"""Reading a user's file: either values with places, or problems in plain words, in bounded time."""

import gzip
import os
import pickle
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.errors import Problem, ScenarioError, SummitryError, visible
from sim.scenario.yaml_reader import Document, Scalar, read_file, read_text


def problems(text: str | bytes) -> tuple[Problem, ...]:
    """Everything wrong with a text, whether it could be read or not."""
    try:
        return read_text(text).problems
    except ScenarioError as error:
        return error.problems


def only_problem(text: str | bytes) -> Problem:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


# --- values ---------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", ["NO", "ON", "yes", "0100", "1e3", "2025-06-24", ".nan", "0x1F"])
def test_plain_scalars_stay_text_as_written(raw: str) -> None:
    value = read_text(f"code: {raw}").value["code"]
    assert value == raw
    assert not value.quoted


def test_scalars_know_quotes_and_place() -> None:
    document = read_text("a: 1\nb:\n  - 'x'\n  - |\n    y\n")
    quoted, block = document.value["b"]
    assert (quoted, quoted.quoted, quoted.line, quoted.column) == ("x", True, 3, 5)
    assert (block, block.quoted) == ("y\n", True)


@pytest.mark.parametrize("raw", ["", "~", "null", "Null", "NULL"])
def test_empty_values_are_none_with_a_place(raw: str) -> None:
    document = read_text(f"a: 1\nname: {raw}\n")
    assert document.value["name"] is None
    assert document.find(("name",)).line == 2


def test_quoted_null_is_text() -> None:
    assert read_text('name: "null"').value["name"] == "null"


def test_places_of_keys_values_items_and_missing_keys() -> None:
    document = read_text("members:\n  ESP:\n    threat: 0.5\nevents: [{date: x}]\n")
    assert document.find(("members", "ESP", "threat"))[1:] == (3, 13)
    assert document.find(("members", "ESP", "threat"), key=True)[1:] == (3, 5)
    assert document.find(("events", 0, "date"))[1:] == (4, 17)
    assert document.find(("members", "ESP", "absent"))[1:] == (2, 3)
    assert document.find(("absent",))[1:] == (1, 1)


def test_byte_order_mark_and_windows_line_ends_do_not_count() -> None:
    document = read_text(b"\xef\xbb\xbfa: 1\r\nb: T\xc3\xbcrkiye\r\n")
    assert document.value == {"a": "1", "b": "Türkiye"}
    assert document.find(("b",), key=True)[1:] == (2, 1)


def test_scalar_survives_pickling() -> None:
    scalar = pickle.loads(pickle.dumps(Scalar("x", True, 3, 4)))
    assert (scalar, scalar.quoted, scalar.line, scalar.column) == ("x", True, 3, 4)


keys = st.text("abcXYZ_", min_size=1, max_size=6)
leaves = st.text(st.characters(categories=["L", "N", "P"]), max_size=12)
trees = st.dictionaries(
    keys,
    st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


def flow(tree: object) -> str:
    """Write nested values as YAML in one line, every text in single quotes."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(flow(v) for v in tree) + "]"
    return "'" + str(tree).replace("'", "''") + "'"


@given(trees)
def test_what_is_written_is_read(tree: dict[str, object]) -> None:
    assert read_text(flow(tree)).value == tree


# --- faults that still allow reading on ----------------------------------------------------


def test_duplicate_key_names_the_first_line_and_keeps_the_first_value() -> None:
    document = read_text("a: 1\nb: 2\na: 3\n")
    assert str(document.problems[0]) == "<text>:3:1: a: 'a' appears twice (first at line 1)"
    assert document.value["a"] == "1"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: &x 1", (1, 4), "anchors (&x) are not allowed"),
        ("a: *x", (1, 4), "aliases (*x) are not allowed"),
        ("*x : 1", (1, 1), "a key must be a simple word, got an alias"),
        ('a: !!python/object/apply:os.system ["id"]', (1, 4), "tags"),
        ("a: !text b", (1, 4), "tags ('!text') are not allowed"),
        ("m: {a: 1, <<: {b: 2}}", (1, 11), "'<<' is not allowed; write the values out"),
        ("? [a, b]\n: {c: 1}\nd: 2", (1, 3), "a key must be a simple word"),
        ("~: 1\n'': 1", (2, 1), "a key is empty"),
        ("m:\n-name: A", (2, 1), "put a space after '-' in '-name'"),
        ("m: {name:Norway}", (1, 5), "put a space after ':' in 'name:Norway'"),
        ("m: {a: 0,7}", (1, 10), "use a decimal point: 0.7"),
        ("a: x\u00a0", (1, 4), "U+00A0 NO-BREAK SPACE"),
        ('"a\\u202e": 1', (1, 1), "the key 'a\\u202e' contains an invisible"),
        ('"\\ud800": 1', (1, 1), "the key '\\ud800' contains an invisible"),
    ],
)
def test_a_fault_of_one_entry(text: str, place: tuple[int, int], words: str) -> None:
    problem = only_problem(text)
    assert (problem.line, problem.column) == place
    assert words in problem.message


def test_odd_spaces_are_fine_in_quotes_and_comments() -> None:
    assert not problems("a: 'Sommet\u00a0: La Haye' # l'été\u00a0!\n")


def test_all_faults_of_a_text_are_collected() -> None:
    found = problems("a: &x 1\na: 2\nb: !t 3\n<<: {}\n")
    assert [p.line for p in found] == [1, 2, 3, 4]


def test_dropped_parts_leave_the_rest_alone() -> None:
    document = read_text("? {k: [1, {l: 2}]}\n: [3, {m: {n: 4}}]\na: 1\n")
    assert document.value == {"a": "1"}


# --- texts that cannot be read -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", (1, 1), "is empty"),
        ("# only a comment\n", (1, 1), "is empty"),
        ("hello", (1, 1), "must be 'key: value' lines, got only the text 'hello'"),
        ("runs:10", (1, 1), "put a space after ':'"),
        ("-a", (1, 1), "put a space after '-'"),
        ("\n- a\n- b", (2, 1), "must be 'key: value' lines at the top, got a list"),
        ("runs: 1\n---\nruns: 2", (2, 1), "a second document starts here"),
        ("members:\n\t- name: A", (2, 1), "a TAB is used for indentation"),
        ("members:\n  - a: 1\n\tb: 2", (3, 1), "a TAB is used for indentation"),
        ('title: "Hague\nmembers: []\n', (1, 8), "the quote opened on line 1 is not closed"),
        ("title: 'Hague\nmembers: []\n", (1, 8), "the quote opened on line 1 is not closed"),
        ('title: "Hague\n---\n', (1, 8), "the quote opened on line 1 is not closed"),
        ("title: %goal", (1, 8), "cannot start with '%'; put quotes around it"),
        ("title: @goal", (1, 8), "cannot start with '@'; put quotes around it"),
        ("title: `goal`", (1, 8), "cannot start with '`'; put quotes around it"),
        ("%goal: 1\na: 2", (1, 1), "a line cannot start with '%'"),
        ("title: *", (1, 8), "cannot start with *; put quotes around it"),
        ("title: | x", (1, 8), "cannot start with | or >; put quotes around it"),
        ("title: The Hague: a summit", (1, 17), "a second ': ' on one line"),
        ("a: b\n  c: d", (2, 4), "check the indentation"),
        ("a:\n  b: 1\n c: 2", (3, 2), "check its indentation"),
        ("a: b\n- c", (2, 1), "line it up with the items above"),
        ("a: - b", (1, 4), "must start on a line of its own"),
        ("title: A\nruns:10\nseed: 1", (2, 1), "put a space after ':' in 'runs:10'"),
        ("m:\n- a\n-b\n- c: 1", (3, 1), "put a space after '-'"),
        ("a: 1\nnonsense\nb: 2", (2, 1), "no ': ' in 'nonsense'"),
        ("a: [1, 2\nb: 3", (2, 2), "the '[' was opened on line 1"),
        ("a: {b: 1\n", (1, 4), "the '{' opened on line 1 is not closed"),
        ("a: ]", (1, 4), "a value is missing before ']'"),
        ('a: "x" y', (1, 8), "text goes on after a closing quote"),
        ('a: "C:\\Hague"', (1, 8), "\\H is not a valid escape in double quotes"),
        ('a: "\\UFFFFFFFF"', (1, 7), "names a character that does not exist"),
        ("a: " + "[" * 1000 + "]" * 1000, (1, 23), "nested deeper than 20 levels"),
        ("a: " + "[" * 100_000, (1, 23), "nested deeper than 20 levels"),
        ("a: 1\nb: x\u200by", (2, 5), "U+200B ZERO WIDTH SPACE; delete it"),
        ("a: x\u202ey", (1, 5), "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("a: x\x1b[2J", (1, 5), "U+001B"),
        ("a: x\x00", (1, 5), "U+0000"),
        ("# a\u2028b", (1, 4), "U+2028 LINE SEPARATOR"),
        ("a: \ud800", (1, 4), "U+D800"),
        ("a: T\ufffdrkiye", (1, 5), "a letter was lost"),
        ("m:\n  A:\xa01\n  B: 2", (3, 4), "line 2 contains U+00A0 NO-BREAK SPACE"),
    ],
)
def test_an_unreadable_text_is_one_problem_in_plain_words(
    text: str, place: tuple[int, int], words: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_text(text)
    (problem,) = caught.value.problems
    assert words in problem.message
    assert (problem.line, problem.column) == place


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04rest", "a zip archive or spreadsheet"),
        (b"%PDF-1.7\n", "a PDF"),
        (gzip.compress(b"a: 1", mtime=0), "a gzip archive"),
        (b"<!DOCTYPE html><p>", "a web page"),
        ("a: Türkiye\n".encode("utf-16"), "save the file as UTF-8"),
        ("a: Türkiye\n".encode("utf-16-le"), "save the file as UTF-8"),
        ("a: Türkiye\n".encode("utf-16-be"), "save the file as UTF-8"),
        ("a: Türkiye\n".encode("utf-32"), "save the file as UTF-8"),
        (b"# " + b"x" * 1_100_000, "has 1.1 MB; the limit is 1 MB"),
        (b"# " + b"x" * 999_999, "has 1,000,001 bytes; the limit is 1 MB"),
    ],
)
def test_other_kinds_of_files_are_named(data: bytes, words: str) -> None:
    assert words in only_problem(data).message


def test_a_byte_of_another_encoding_is_found_and_guessed() -> None:
    problem = only_problem("members:\n- {name: Türkiye}\n".encode("cp1252"))
    assert (problem.line, problem.column) == (2, 11)
    assert "byte 0xfc is not UTF-8 (in Windows-1252 it is 'ü')" in problem.message


def test_a_file_of_the_largest_size_is_read() -> None:
    text = "a: 1\n# "
    assert read_text((text + "x" * (1_000_000 - len(text))).encode()).value == {"a": "1"}


def test_too_many_values() -> None:
    assert "more than 100,000 values" in only_problem("a: [" + "1," * 100_001 + "]").message


def test_many_aliases_cost_no_memory() -> None:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9)
    )
    assert len(problems(bomb)) == 9 + 8 * 9


# --- files ---------------------------------------------------------------------------------


def failure(path: str | Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_file(path)
    assert isinstance(caught.value, SummitryError)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (1, 1)
    return str(caught.value)


def test_file_is_read_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "hague.yaml"
    path.write_text("title: x\n", encoding="utf-8")
    document = read_file(path)
    assert document.value == {"title": "x"}
    assert document.find(("title",)).source == str(path)


def test_missing_file_suggests_a_near_name(tmp_path: Path) -> None:
    (tmp_path / "hague_2025.yaml").write_text("a: 1")
    for wrong in ("hague2025.yaml", "hague_2025", "Hague-2025.yaml"):
        assert f"did you mean '{tmp_path / 'hague_2025.yaml'}'?" in failure(tmp_path / wrong)
    assert failure(tmp_path / "zzz.txt").endswith("no such file")
    assert "folder" in failure(tmp_path / "nowhere" / "x.yaml")


def test_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("a: 1")
    assert "is a folder; name a scenario file in it, for example 'b.yaml'" in failure(tmp_path)


def test_real_archive_is_not_yaml(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as book:
        book.writestr("sheet", "1")
    assert "spreadsheet" in failure(tmp_path / "book.xlsx")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_and_devices_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is a device or pipe" in failure(tmp_path / "pipe")
    assert "is a device or pipe" in failure("/dev/zero")


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text("a: 1")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # file modes do not stop root
    assert "may not be read; check its permissions" in failure(path)


def test_link_to_itself_and_impossible_names(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    assert "cannot be read" in failure(tmp_path / "loop.yaml")
    assert "is not a file name" in failure("a\0b")
    assert "cannot be read" in failure("x" * 5000)


def test_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(10**12)
    assert "has 1000000.0 MB; the limit is 1 MB" in failure(path)


# --- whatever comes ------------------------------------------------------------------------

pieces = st.lists(
    st.sampled_from(
        [*"-:?[]{},#&*!|>'\"%@` \n\t~<\\", "a", "key", ": ", "- ", "\n  ", "---\n", "...\n", "&a ",
         "*a", "!!int ", "%YAML 1.2\n", "%TAG ! x\n", "<<: ", "\\u12", "\ud800", "\u202e", "\r",
         "\ufeff", "\x85", "0.7", "é"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


def check_total(text: str | bytes) -> None:
    try:
        document = read_text(text)
    except ScenarioError as error:
        assert error.problems
        found = error.problems
        assert len(str(error).splitlines()) == min(len(found), 100) + (len(found) > 100)
    else:
        assert isinstance(document, Document)
        assert isinstance(document.value, dict)
        found = document.problems
        for path in document.places:
            mark = document.find(path)
            assert mark.line >= 1
            assert mark.column >= 1
    for problem in found:
        assert problem.line >= 1
        assert problem.column >= 1
        assert str(problem).isprintable()


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
def test_any_bytes(data: bytes) -> None:
    check_total(data)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check_total(text)


@given(pieces)
@settings(max_examples=400)
def test_any_sequence_of_yaml_pieces(text: str) -> None:
    check_total(text)
    check_total("a: 1\nb:\n" + text)


@pytest.mark.parametrize(
    "piece", ["[", "{a: ", "- ", "? ", "k: ", "a: b\n", "'", "&a ", "*a ", "\n", "- |\n", "x " * 50]
)
def test_a_megabyte_of_anything_ends_in_time(piece: str) -> None:
    start = time.process_time()
    check_total(("a: " + piece * (1_000_000 // len(piece)))[:1_000_000])
    assert time.process_time() - start < 15


# --- errors --------------------------------------------------------------------------------


@given(st.text())
def test_visible_text_is_printable_and_plain_text_is_kept(text: str) -> None:
    assert visible(text).isprintable()
    if text.isprintable():
        assert visible(text) == text


def test_problems_are_sorted_by_place_without_repeats() -> None:
    first, second = Problem("f", 2, 10, "a", "x"), Problem("f", 10, 1, "", "y")
    error = ScenarioError([second, first, second])
    assert str(error) == "f:2:10: a: x\nf:10:1: y"
    assert pickle.loads(pickle.dumps(error)).problems == (first, second)


def test_a_long_list_of_problems_is_cut() -> None:
    lines = str(ScenarioError(Problem("f", i, 1, "", "x") for i in range(1, 1001))).splitlines()
    assert len(lines) == 101
    assert lines[-1] == "... and 900 more problems"
