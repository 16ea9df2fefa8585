"""A user's YAML file as plain Python values that remember where they stood.

PyYAML's constructors guess types (``NO`` is false, ``0100`` is 64) and drop positions, and its C
loader can be made to end the process. So the text is checked first, and the values are built here
from the event stream of the Python parser: every scalar stays text (`Scalar`), and the type that a
field wants decides later what it means (see `sim.scenario.types`).
"""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml import events as ev

from ..errors import Problem, ScenarioError, quote
from .document import Document, DocumentPath, Mark, Place, Scalar, format_path
from .raw_text import SIZE_LIMIT, check_text, decode, too_large
from .spelling import name_of, nearest
from .yaml_words import explain

__all__ = ["DEPTH_LIMIT", "NODE_LIMIT", "Document", "Scalar", "read_file", "read_text"]

DEPTH_LIMIT = 20
NODE_LIMIT = 100_000

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def read_file(path: str | Path) -> Document:
    """Read a scenario file.

    Parameters
    ----------
    path : str or Path
        An ordinary file of at most 1 MB.

    Returns
    -------
    Document

    Raises
    ------
    ScenarioError
        If there is no such file, it cannot be read, or it is not a YAML mapping.
    """
    source = str(path)
    try:
        data = _bytes_of(Path(path), source)
    except ValueError:
        raise _failed(source, "is not a file name") from None
    except OSError as error:
        raise _failed(source, _os_words(error, Path(path))) from None
    return read_text(data, source)


def _bytes_of(path: Path, source: str) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        found = sorted(p.name for p in path.iterdir() if p.suffix in (".yaml", ".yml"))
        hint = f", for example {quote(found[0])}" if found else ""
        raise _failed(source, f"is a folder; name a scenario file in it{hint}")
    if not stat.S_ISREG(status.st_mode):
        # Opening a pipe would wait for ever, and a device may never end.
        raise _failed(source, "is a device or pipe; name an ordinary file")
    if status.st_size > SIZE_LIMIT:
        raise too_large(source, status.st_size)
    with path.open("rb") as file:
        return file.read(SIZE_LIMIT + 1)


def _os_words(error: OSError, path: Path) -> str:
    if isinstance(error, PermissionError):
        return "may not be read; check its permissions"
    if not isinstance(error, FileNotFoundError):
        return f"cannot be read: {error.strerror or error}"
    try:
        names = [p.name for p in path.parent.iterdir()]
    except OSError:
        return f"no such file; the folder {quote(str(path.parent))} cannot be opened"
    near = next((path.name + end for end in (".yaml", ".yml") if path.name + end in names), None)
    near = near or nearest(path.name, names)
    return "no such file" + (
        f" (did you mean {quote(str(path.with_name(near)), 1000)}?)" if near else ""
    )


def _failed(source: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(source, 1, 1, "", message)])


def read_text(text: str | bytes, source: str = "<text>") -> Document:
    """Read a scenario from text.

    Parameters
    ----------
    text : str or bytes
        YAML; bytes must be UTF-8.
    source : str
        Name used in messages.

    Returns
    -------
    Document

    Raises
    ------
    ScenarioError
        If the text cannot be read as one YAML mapping within the limits: 1 MB, 20 levels,
        100,000 values.
    """
    checked = decode(text, source) if isinstance(text, bytes) else check_text(text, source)
    builder = _Builder(source)
    for event in _events(checked, source):
        builder.take(event)
    if not isinstance(builder.root, dict):
        raise ScenarioError([*builder.problems, _not_a_mapping(builder, source)])
    return Document(source, builder.root, builder.places, tuple(builder.problems))


def _events(text: str, source: str) -> Iterator[ev.Event]:
    loader = yaml.SafeLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()  # type: ignore[no-untyped-call]
    except yaml.error.MarkedYAMLError as error:
        (line, column), message = explain(error, text)
        raise ScenarioError([Problem(source, line + 1, column + 1, "", message)]) from None
    except (ValueError, OverflowError):
        # PyYAML passes the number of a \U escape to chr() unchecked.
        mark = loader.get_mark()
        words = "an escape in double quotes names a character that does not exist"
        raise ScenarioError([Problem(source, mark.line + 1, mark.column + 1, "", words)]) from None
    finally:
        loader.dispose()


def _not_a_mapping(builder: _Builder, source: str) -> Problem:
    mark = builder.places[()].value if builder.places else Mark(source, 1, 1)
    root = builder.root
    if root is None:
        message = "is empty; expected 'key: value' lines"
    elif isinstance(root, list):
        message = "must be 'key: value' lines at the top, got a list"
    else:
        message = f"must be 'key: value' lines, got only the text {quote(root)}"
        if re.match(r"[\w-]+:\S", root):
            message += "; put a space after ':'"
        elif re.match(r"-\w", root):
            message += "; put a space after '-'"
    return Problem(source, mark.line, mark.column, "", message)


class _Frame:
    """A mapping or sequence that is being filled; `path` is None where nothing is kept."""

    __slots__ = ("key", "key_mark", "path", "seen", "values", "waiting")

    def __init__(self, values: dict[str, Any] | list[Any], path: DocumentPath | None) -> None:
        self.values = values
        self.path = path
        self.seen: dict[str, Mark] = {}
        self.waiting = False  # for the value of `key`
        self.key: str | None = None  # None: drop the value
        self.key_mark: Mark | None = None


class _Builder:
    """Builds values from parser events; problems that still allow reading on are collected."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root: Any = None
        self.places: dict[DocumentPath, Place] = {}
        self.problems: list[Problem] = []
        self._stack: list[_Frame] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: ev.Event) -> None:
        if isinstance(event, ev.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(event, "a second document starts here ('---'); a file holds only one")
        elif isinstance(event, ev.NodeEvent):
            self._nodes += 1
            if self._nodes > NODE_LIMIT:
                self._stop(event, f"more than {NODE_LIMIT:,} values")
            self._node(event)
        elif isinstance(event, ev.CollectionEndEvent):
            self._stack.pop()

    def _node(self, event: ev.NodeEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.values, dict) and not frame.waiting:
            self._key(event, frame)
            return
        mark = self._mark(event)
        path = self._attach(frame, mark)
        value = self._value(event, path)
        if path is not None:
            if frame is None:
                self.root = value
            elif isinstance(frame.values, list):
                frame.values.append(value)
            else:
                frame.values[str(path[-1])] = value
        if isinstance(value, dict | list):
            self._push(event, value, path)

    def _attach(self, frame: _Frame | None, mark: Mark) -> DocumentPath | None:
        """Return the path of the next value, None if it is dropped, and note its place."""
        if frame is None:
            path: DocumentPath | None = ()
            key_mark = mark
        elif isinstance(frame.values, list):
            path = None if frame.path is None else (*frame.path, len(frame.values))
            key_mark = mark
        else:
            frame.waiting = False
            dropped = frame.path is None or frame.key is None
            path = None if dropped else (*(frame.path or ()), frame.key or "")
            key_mark = frame.key_mark or mark
        if path is not None:
            self.places[path] = Place(key_mark, mark)
        return path

    def _push(
        self, event: ev.NodeEvent, value: dict[str, Any] | list[Any], path: DocumentPath | None
    ) -> None:
        if len(self._stack) == DEPTH_LIMIT:
            self._stop(event, f"nested deeper than {DEPTH_LIMIT} levels")
        self._stack.append(_Frame(value, path))

    def _value(self, event: ev.NodeEvent, path: DocumentPath | None) -> Any:
        shown = path or ()
        if isinstance(event, ev.AliasEvent):
            self._note(
                event,
                shown,
                f"aliases (*{event.anchor}) are not allowed; write the value out, "
                "or put quotes around a text that starts with *",
            )
            return None
        self._check_marks(event, shown)
        if isinstance(event, ev.MappingStartEvent):
            return {}
        if isinstance(event, ev.SequenceStartEvent):
            return []
        assert isinstance(event, ev.ScalarEvent)
        if event.style is None:
            if event.value in _NULLS:
                return None
            self._check_spaces(event, shown)
        mark = self._mark(event)
        return Scalar(event.value, event.style is not None, mark.line, mark.column)

    def _check_marks(self, event: ev.NodeEvent, path: DocumentPath) -> None:
        if event.anchor is not None:
            self._note(
                event,
                path,
                f"anchors (&{event.anchor}) are not allowed; write the value out where it is "
                "needed, or put quotes around a text that starts with &",
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._note(
                event,
                path,
                f"tags ({quote(tag)}) are not allowed; "
                "remove it, or put quotes around a text that starts with !",
            )

    def _check_spaces(self, event: ev.ScalarEvent, path: DocumentPath) -> None:
        for c in event.value:
            if c > "~" and unicodedata.category(c) == "Zs":
                words = f"contains {name_of(c)}; use an ordinary space or put the text in quotes"
                self._note(event, path, words)
                return

    def _key(self, event: ev.NodeEvent, frame: _Frame) -> None:
        frame.waiting = True
        frame.key = None
        frame.key_mark = self._mark(event)
        parent = frame.path or ()
        if not isinstance(event, ev.ScalarEvent):
            alias = isinstance(event, ev.AliasEvent)
            what = "an alias" if alias else "a list or group"
            self._note(event, parent, f"a key must be a simple word, got {what}")
            if not alias:
                values: Any = [] if isinstance(event, ev.SequenceStartEvent) else {}
                self._push(event, values, None)
            return
        key = event.value
        self._check_marks(event, parent)
        wrong = _key_fault(key, plain=event.style is None) or _decimal_comma(frame, key)
        if wrong:
            self._note(event, parent, wrong)
        elif key in frame.seen:
            words = f"{quote(key)} appears twice (first at line {frame.seen[key].line})"
            self._note(event, (*parent, key), words)
        else:
            frame.seen[key] = frame.key_mark
            if event.style is None:
                self._check_spaces(event, (*parent, key))
            frame.key = key

    def _mark(self, event: ev.Event) -> Mark:
        start = event.start_mark
        assert start is not None  # only events made by hand lack it
        return Mark(self.source, start.line + 1, start.column + 1)

    def _problem(self, event: ev.Event, path: DocumentPath, message: str) -> Problem:
        mark = self._mark(event)
        return Problem(self.source, mark.line, mark.column, format_path(path), message)

    def _note(self, event: ev.Event, path: DocumentPath, message: str) -> None:
        self.problems.append(self._problem(event, path, message))

    def _stop(self, event: ev.Event, message: str) -> None:
        raise ScenarioError([*self.problems, self._problem(event, (), message)])


def _decimal_comma(frame: _Frame, key: str) -> str | None:
    """Say that ``{a: 0,7}`` holds a decimal comma: YAML reads a value 0 and a key 7."""
    last = next(reversed(frame.values.values()), None) if isinstance(frame.values, dict) else None
    if not (isinstance(last, Scalar) and re.fullmatch(r"[+-]?[0-9]+", last) and frame.key_mark):
        return None
    touching = (last.line, last.column + len(last) + 1) == frame.key_mark[1:]
    if touching and re.fullmatch("[0-9]+", key):
        return f"use a decimal point: {last}.{key}"
    return None


def _key_fault(key: str, plain: bool) -> str | None:
    """Return what is wrong with a key, None if nothing."""
    if not key.strip():
        return "a key is empty; write a name before ':'"
    if not key.replace("\xa0", " ").isprintable():
        return f"the key {quote(key)} contains an invisible or control character"
    if not plain:
        return None
    if key == "<<":
        return "merging with '<<' is not allowed; write the values out"
    if re.match(r"-[^\W\d]", key):
        return f"put a space after '-' in {quote(key)}"
    if re.match(r"[^\W\d][\w-]*:\S", key):
        return f"put a space after ':' in {quote(key)}"
    return None
