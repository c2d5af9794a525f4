"""Builds JSON values from the events of libyaml as kubectl does: aliases copied, `<<` merged, the last of equal keys kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import yaml
from yaml._yaml import CParser

from minikube_py.apimachinery.depth import MAX_DEPTH, TOO_DEEP
from minikube_py.apimachinery.yaml_scalars import TagError, format_key, normalize_number, resolve_plain, resolve_tagged

_MERGE_TAG = "tag:yaml.org,2002:merge"
_MERGE_REFUSED = "map merge requires map or sequence of maps as the value"
_LOW, _HIGH = 400_000, 4_000_000  # nodes between which the allowed share of aliased nodes falls from 99 % to 10 %


class YAMLSyntaxError(ValueError):
    """A document that cannot be read; the text is what kubectl prints after `error converting YAML to JSON: `."""


class Tree(NamedTuple):
    """One document: its value, the line of its root (0 is the first line of the text) and the paths of keys given twice."""

    value: Any
    line: int
    duplicates: list[str]


class _Anchor(NamedTuple):
    value: Any
    size: int
    closed: bool = True


def build_tree(text: str, resolve: Callable[[str], Any] = resolve_plain) -> Tree | None:
    """Read the first document of `text`, None where there is none; what follows is not looked at. Raises YAMLSyntaxError.

    `resolve` gives the values of plain scalars without a tag.
    """
    parser = CParser(text)
    try:
        parser.get_event()  # the stream's start
        if not isinstance(parser.get_event(), yaml.DocumentStartEvent):
            return None
        return _TreeBuilder(parser, resolve).build()
    except yaml.reader.ReaderError as error:
        raise YAMLSyntaxError(f"yaml: {error.reason}") from None
    except yaml.MarkedYAMLError as error:
        raise YAMLSyntaxError(_word_syntax_error(error)) from None
    finally:
        parser.dispose()


def _word_syntax_error(error: yaml.MarkedYAMLError) -> str:
    """Word libyaml's error as go-yaml does, which counts lines from 1 for the scanner's errors and from 0 for the parser's."""
    line = 0
    if error.problem_mark is not None and error.problem_mark.line:
        line = error.problem_mark.line + (1 if isinstance(error, yaml.scanner.ScannerError) else 0)
    elif error.context_mark is not None:
        line = error.context_mark.line
    return f"yaml: line {line}: {error.problem}" if line else f"yaml: {error.problem}"


class _TreeBuilder:
    """The state of one document. Errors of meaning are held back until the whole document has been parsed."""

    def __init__(self, parser: CParser, resolve: Callable[[str], Any]) -> None:
        self._next, self._resolve_plain = parser.get_event, resolve
        self._anchors: dict[str, _Anchor] = {}
        self._path: list[str | int] = []
        self._duplicates: list[str] = []
        self._nodes = 0
        self._aliased = 0
        self._json_error = ""

    def build(self) -> Tree:
        event: Any = self._next()
        line: int = event.start_mark.line
        try:
            value = self._build(event)
        except _Meaning as error:
            while not isinstance(self._next(), yaml.DocumentEndEvent):
                pass
            raise YAMLSyntaxError(f"yaml: {error}") from None
        self._next()  # the document's end: go-yaml reads it too, and may fail there
        if self._json_error:
            raise YAMLSyntaxError(self._json_error)
        return Tree(value, line, self._duplicates)

    def _build(self, event: Any) -> Any:
        self._nodes += 1
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = self._resolve(event)
            if type(value) is float or type(value) is int:
                value = self._normalize(value)
            if event.anchor:
                self._anchors[event.anchor] = _Anchor(value, 1)
            return value
        if kind is yaml.AliasEvent:
            return self._expand(event.anchor)
        if len(self._path) >= MAX_DEPTH:
            raise YAMLSyntaxError(f"yaml: {TOO_DEEP}")  # at once: reading on takes the square of the depth
        if event.anchor is None:
            return self._build_mapping() if kind is yaml.MappingStartEvent else self._build_sequence()
        self._anchors[event.anchor] = _Anchor(None, 0, closed=False)
        before = self._nodes
        value = self._build_mapping() if kind is yaml.MappingStartEvent else self._build_sequence()
        self._anchors[event.anchor] = _Anchor(value, self._nodes - before + 1)
        return value

    def _resolve(self, event: Any) -> Any:
        if event.tag is None:
            return self._resolve_plain(event.value) if event.implicit[0] else event.value
        try:
            return resolve_tagged(event.tag, event.value)
        except TagError as error:
            raise _Meaning(str(error)) from None

    def _normalize(self, number: int | float) -> int | float:
        if math.isfinite(number):
            return normalize_number(number)
        text = "NaN" if math.isnan(number) else ("+Inf" if number > 0 else "-Inf")
        self._json_error = self._json_error or f"json: unsupported value: {text}"
        return number

    def _build_sequence(self) -> list[Any]:
        out: list[Any] = []
        path = self._path
        event = self._next()
        while type(event) is not yaml.SequenceEndEvent:
            path.append(len(out))
            out.append(self._build(event))
            path.pop()
            event = self._next()
        return out

    def _build_mapping(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        event = self._next()
        while type(event) is not yaml.MappingEndEvent:
            if _is_merge(event):
                self._nodes += 1
                self._merge(out)
            else:
                self._build_item(event, out)
            event = self._next()
        return out

    def _build_item(self, event: Any, out: dict[str, Any]) -> None:
        self._path.append("")  # a key may be deep too
        key = self._resolve(event) if type(event) is yaml.ScalarEvent and not event.anchor else self._build(event)
        if isinstance(key, dict | list):
            raise _Meaning(f"invalid map key: {_go_syntax(key)}")
        name = key if type(key) is str else format_key(key)
        self._path[-1] = name or ""
        if name in out:
            self._duplicates.append(_join_path(self._path))
            del out[name]
        value = self._build(self._next())
        self._path.pop()
        if name is None:
            refused = f"unsupported map key of type: %!s(<nil>), key: <nil>, value: {_go_syntax(value, top=True)}"
            self._json_error = self._json_error or refused
        else:
            out[name] = value

    def _merge(self, out: dict[str, Any]) -> None:
        event = self._next()
        self._path.append("<<")
        value = self._build(event)
        self._path.pop()
        maps = value if isinstance(value, list) and type(event) is not yaml.AliasEvent else [value]
        for item in reversed(maps):
            if not isinstance(item, dict):
                raise _Meaning(_MERGE_REFUSED)
            out.update(item)

    def _expand(self, name: str) -> Any:
        anchor = self._anchors.get(name)
        if anchor is None:
            raise _Meaning(f"unknown anchor '{name}' referenced")
        if not anchor.closed:
            raise _Meaning(f"anchor '{name}' value contains itself")
        self._nodes += anchor.size
        self._aliased += anchor.size
        if self._aliased > 100 and self._nodes > 1000 and self._aliased / self._nodes > _allowed_alias_share(self._nodes):
            raise _Meaning("document contains excessive aliasing")
        return _copy(anchor.value, MAX_DEPTH - len(self._path))


class _Meaning(Exception):
    """What is grammatical and yet refused."""


def _is_merge(event: Any) -> bool:
    return type(event) is yaml.ScalarEvent and event.value == "<<" and (event.implicit[0] or event.tag == _MERGE_TAG)


def _allowed_alias_share(nodes: int) -> float:
    return 0.99 - 0.89 * (min(max(nodes, _LOW), _HIGH) - _LOW) / (_HIGH - _LOW)


def _copy(value: Any, depth: int) -> Any:
    if not isinstance(value, dict | list):
        return value
    if depth <= 0:
        raise _Meaning(TOO_DEEP)
    if isinstance(value, dict):
        return {key: _copy(item, depth - 1) for key, item in value.items()}
    return [_copy(item, depth - 1) for item in value]


def _join_path(path: list[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _go_syntax(value: Any, top: bool = False) -> str:
    """Return a value as Go's %#v prints it."""
    import json

    if isinstance(value, dict):
        items = ", ".join(f"{json.dumps(key, ensure_ascii=False)}:{_go_syntax(value[key])}" for key in sorted(value))
        return f"map[interface {{}}]interface {{}}{{{items}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(_go_syntax(item) for item in value)}}}"
    if value is None:
        return "<nil>" if top else "interface {}(nil)"
    return json.dumps(value, ensure_ascii=False)
