"""What a pydantic model allows at each place: its keys, literals, bounds and unions.

Pydantic's errors say neither which keys a model knows nor which part of their location is a key
and which the label of a union's branch. Its core schema says both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from .document import DocumentPath, format_path

_Schema = Any  # pydantic-core schemas are nested dicts
_BOUNDS = ("ge", "gt", "le", "lt")
_DEEPEST = 8  # levels searched for a key that is known elsewhere


@dataclass(frozen=True)
class Branch:
    """A branch of a union that an error passed through."""

    union: DocumentPath
    label: str


@dataclass
class Spot:
    """Where in the document and in the model an error is.

    Attributes
    ----------
    path : tuple
        Place in the document.
    schemas : list of dict
        What the model has there: one schema, or several where a union was not decided.
    parents : list of dict
        What the model has one step above.
    branches : list of Branch
        Branches of unions on the way.
    key : bool
        Whether the error is about the key and not the value.
    """

    path: DocumentPath = ()
    schemas: list[_Schema] = field(default_factory=list)
    parents: list[_Schema] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    key: bool = False


class Shape:
    """The core schema of a model, ready to be walked.

    Parameters
    ----------
    model_class : type of BaseModel
        The model that a document is validated against.
    """

    def __init__(self, model_class: type[BaseModel]) -> None:
        schema = model_class.__pydantic_core_schema__
        self._definitions: dict[str, _Schema] = {}
        self._root: _Schema = schema

    def locate(self, location: tuple[str | int, ...], document_value: Any) -> Spot:
        """Return the spot that pydantic's error location means.

        Parameters
        ----------
        location : tuple
            ``loc`` of a pydantic error.
        document_value : any
            The value that was validated; decides where the model cannot.
        """
        spot = Spot(schemas=self._open(self._root))
        value = document_value
        for step in location:
            if step == "[key]":
                spot.key = True
                continue
            inner = [s for schema in spot.schemas for s in self._step(schema, step)]
            if inner or not spot.schemas:
                if not inner and not _has(value, step):
                    continue  # below a hand-written validator a label cannot be told from a key
            elif any(schema["type"] == "union" for schema in spot.schemas):
                spot.branches.append(Branch(spot.path, str(step)))
                spot.schemas = self._branch(spot.schemas, str(step))
                continue
            elif tagged := [s for s in spot.schemas if s["type"] == "tagged-union"]:
                chosen = [self._choice(schema, str(step)) for schema in tagged]
                spot.schemas = [s for one in chosen if one for s in self._open(one)]
                continue
            spot.path = (*spot.path, step)
            spot.parents, spot.schemas = spot.schemas, inner
            value = _get(value, step)
        return spot

    def keys(self, schemas: Iterable[_Schema]) -> list[str]:
        """Return the keys that the models among `schemas` know, in order of declaration."""
        found: dict[str, None] = {}
        for schema in schemas:
            if schema["type"] in ("union", "tagged-union"):
                found.update(dict.fromkeys(self.keys(self._choices(schema))))
            for name, one in schema.get("fields", {}).items():
                alias = one.get("validation_alias")
                found[alias if isinstance(alias, str) else name] = None
        return list(found)

    def literals(self, schemas: Iterable[_Schema]) -> list[str]:
        """Return the values that literals, enums and tags among `schemas` allow."""
        found: list[str] = []
        for schema in schemas:
            if schema["type"] == "literal":
                found += [str(value) for value in schema["expected"]]
            elif schema["type"] == "enum":
                found += [str(member.value) for member in schema["members"]]
            elif schema["type"] == "tagged-union":
                found += [str(tag) for tag in schema["choices"]]
        return found

    def bounds(self, spot: Spot) -> dict[str, Any]:
        """Return the bounds ge, gt, le, lt that hold at a spot."""
        found: dict[str, Any] = {}
        for schema in spot.schemas:
            found.update(schema.get("bounds", {}))
            found.update({key: schema[key] for key in _BOUNDS if schema.get(key) is not None})
        return found

    def elsewhere(self, key: str) -> str | None:
        """Return the shallowest place that knows `key`, e.g. ``parties.<name>.threat``."""
        found: list[DocumentPath] = []
        level: list[tuple[DocumentPath, _Schema]] = [((), s) for s in self._open(self._root)]
        seen: set[int] = set()
        while level:
            below: list[tuple[DocumentPath, _Schema]] = []
            for path, schema in level:
                if "fields" in schema:
                    if id(schema["fields"]) in seen:
                        continue
                    seen.add(id(schema["fields"]))
                    if key in self.keys([schema]):
                        found.append((*path, key))
                for step, inner in self._below(schema):
                    below += [((*path, *step), s) for s in self._open(inner)]
            level = below if len(level[0][0]) < _DEEPEST else []
        words = [[s for s in path if s != "<name>" and isinstance(s, str)] for path in found]
        if not found:
            return None
        return format_path(found[min(range(len(found)), key=lambda i: len(words[i]))])

    def _below(self, schema: _Schema) -> Iterator[tuple[DocumentPath, _Schema]]:
        kind = schema["type"]
        if kind == "model-fields":
            for name, one in schema["fields"].items():
                yield (name,), one
        elif kind == "dict" and "values_schema" in schema:
            yield ("<name>",), schema["values_schema"]
        elif kind in ("union", "tagged-union"):
            yield from (((), choice) for choice in self._choices(schema))
        elif kind == "list" and "items_schema" in schema:
            yield (0,), schema["items_schema"]
        elif kind == "tuple":
            yield from (((i,), item) for i, item in enumerate(schema["items_schema"][:1]))

    def _step(self, schema: _Schema, step: str | int) -> list[_Schema]:
        """Return what lies one key or list position below; nothing if `step` leads nowhere."""
        kind = schema["type"]
        if kind == "model-fields" and isinstance(step, str):
            for name, one in schema["fields"].items():
                if step in (one.get("validation_alias"), name):
                    return self._open(one)
        elif kind == "dict" and "values_schema" in schema:
            return self._open(schema["values_schema"])
        elif kind in ("list", "set", "frozenset") and isinstance(step, int):
            return self._open(schema["items_schema"]) if "items_schema" in schema else []
        elif kind == "tuple" and isinstance(step, int):
            items = schema["items_schema"]
            variadic = schema.get("variadic_item_index")
            if variadic is not None and step >= variadic:
                return self._open(items[variadic])
            return self._open(items[step]) if step < len(items) else []
        return []

    def _choices(self, schema: _Schema) -> list[_Schema]:
        if schema["type"] == "tagged-union":
            choices = [self._choice(schema, tag) for tag in schema["choices"]]
        else:
            choices = [c[0] if isinstance(c, tuple) else c for c in schema["choices"]]
        return [opened for choice in choices if choice for opened in self._open(choice)]

    def _choice(self, schema: _Schema, tag: Any) -> _Schema | None:
        by_name = {str(name): choice for name, choice in schema["choices"].items()}
        return by_name.get(str(tag))

    def _branch(self, schemas: list[_Schema], label: str) -> list[_Schema]:
        """Return the choices of unions that a branch label can mean."""
        choices = [c for s in schemas if s["type"] == "union" for c in self._choices(s)]
        words = set(re.findall(r"\w+", label))
        named = [c for c in choices if c.get("model_name") in words]
        return named or [c for c in choices if "fields" not in c]

    def _open(self, schema: _Schema) -> list[_Schema]:
        """Return the structural schema inside wrappers such as defaults; none if it is opaque."""
        bounds: dict[str, Any] = {}
        while True:
            kind = schema["type"]
            if kind == "definitions":
                self._definitions.update({d["ref"]: d for d in schema["definitions"]})
            # A bound that follows another validator is a partial of a function of pydantic's.
            checks = getattr(schema.get("function", {}).get("function"), "keywords", {})
            bounds.update({k: v for k, v in checks.items() if k in _BOUNDS})
            if kind == "definition-ref":
                schema = self._definitions[schema["schema_ref"]]
            elif kind == "chain":
                schema = schema["steps"][0]
            elif kind == "lax-or-strict":
                schema = schema["lax_schema"]
            elif kind == "json-or-python":
                schema = schema["python_schema"]
            elif "schema" in schema and kind != "model-fields":
                schema = schema["schema"]
            elif kind.startswith("function-"):
                return []  # a hand-written validator decides alone
            else:
                return [{**schema, "bounds": bounds}]


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list | tuple) and isinstance(step, int) and step < len(value)


def _get(value: Any, step: str | int) -> Any:
    return value[step] if _has(value, step) else None
