"""JSON values one after another, with the numbers of unstructured objects and a note of keys given twice."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from minikube_py.apimachinery.depth import MAX_DEPTH, TOO_DEEP, is_too_deep
from minikube_py.apimachinery.json_syntax import JSONSyntaxError, find_error, skip_space
from minikube_py.apimachinery.yaml_scalars import normalize_number


class JSONRangeError(ValueError):
    """A number no float64 holds; the text is Go's."""


class JSONValue(NamedTuple):
    """One value: where it starts and ends in the text, and the paths of keys given twice."""

    value: Any
    start: int
    end: int
    duplicates: list[str]


def read_values(text: str) -> Iterator[JSONValue]:
    """Yield the values of `text`, a stream without separators. Raises JSONSyntaxError and JSONRangeError in Go's words."""
    end = 0
    while True:
        start = skip_space(text, end)
        if start == len(text):
            return
        twice: list[_Twice] = []
        decoder = json.JSONDecoder(
            object_pairs_hook=partial(_make_object, twice=twice),
            parse_float=_parse_number,
            parse_int=_parse_number,
            parse_constant=_refuse_constant,
        )
        try:
            value, end = decoder.raw_decode(text, start)
            _check_depth(value, text, start, end)
        except JSONRangeError:
            raise
        except RecursionError:
            raise JSONSyntaxError(TOO_DEEP) from None
        except ValueError:
            raise find_error(text, start) from None
        yield JSONValue(value, start, end, _list_duplicates(value, twice) if twice else [])


class _Twice(NamedTuple):
    owner: dict[str, Any]
    key: str


def _make_object(pairs: list[tuple[str, Any]], twice: list[_Twice]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                twice.append(_Twice(out, key))
            seen.add(key)
    return out


def _parse_number(digits: str) -> int | float:
    if digits.removeprefix("-").isdigit() and len(digits) < 400:
        return normalize_number(int(digits))
    number = float(digits)
    if math.isinf(number):
        raise JSONRangeError(f"json: cannot unmarshal number {digits} into Go value of type float64")
    return number if number == 0 and digits.startswith("-") else normalize_number(number)


def _check_depth(value: Any, text: str, start: int, end: int) -> None:
    if text.count("{", start, end) + text.count("[", start, end) <= MAX_DEPTH:
        return
    if is_too_deep(value):
        raise RecursionError


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _list_duplicates(value: Any, twice: list[_Twice]) -> list[str]:
    """Return paths of the keys in `twice`; objects that were overwritten themselves are no longer found."""
    keys: dict[int, list[str]] = {}
    for owner, key in twice:
        keys.setdefault(id(owner), []).append(key)
    found: list[str] = []
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, dict):
            found += [f"{path}.{key}".removeprefix(".") for key in keys.get(id(node), ())]
            pending += [(f"{path}.{key}", item) for key, item in reversed(node.items())]
        elif isinstance(node, list):
            pending += [(f"{path}[{index}]", item) for index, item in reversed(list(enumerate(node)))]
    return found
