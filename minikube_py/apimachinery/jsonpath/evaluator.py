"""Finds what a jsonpath template says in a JSON value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.apimachinery.jsonpath.nodes import (
    Field,
    Filter,
    Identifier,
    JSONPathError,
    Literal,
    Node,
    Path,
    Recursive,
    Slice,
    Template,
    Text,
    Union,
    Wildcard,
)

Values = list[Any]

_NOTHING = object()
"""What a range without results is walked with, to find its end."""


class EvaluationError(JSONPathError):
    """The template does not fit the object. `partial` is what there was when it failed: an existence filter counts it."""

    def __init__(self, message: str, partial: Values) -> None:
        super().__init__(message)
        self.partial = partial


class Evaluation:
    """One walk of a template over one value."""

    def __init__(self, template: Template, allow_missing_keys: bool) -> None:
        self._template = template
        self._allow_missing_keys = allow_missing_keys
        self._begun = 0
        self._depth = 0
        self._ended = 0
        self._last_end = -1

    def find(self, value: Any, first: int = 0) -> list[Values]:
        """Return the results of each part from `first` on; those of a range's parts once for every element."""
        found: list[Values] = []
        index = first
        while index < len(self._template):
            part = self._template[index]
            results: Values = [part.text] if isinstance(part, Text) else self._walk([value], part)
            if 0 < self._ended <= self._depth:
                self._ended -= 1
                self._last_end = index
                break
            if self._begun:
                found += self._repeat(results, index)
                if self._last_end > index:
                    index = self._last_end
            else:
                found.append(results)
            index += 1
        return found

    def _repeat(self, elements: Values, index: int) -> list[Values]:
        """Walk the parts behind a `range` for each element; without elements once, only to find the range's end."""
        self._begun -= 1
        self._depth += 1
        found: list[Values] = []
        for element in elements:
            found += self.find(element, index + 1)
        if not elements:
            self.find(_NOTHING, index + 1)
        self._depth -= 1
        return found

    def _walk(self, values: Values, path: Path) -> Values:
        for node in path:
            values = _WALKERS[node.__class__](self, values, node)
        return values

    def _walk_text(self, values: Values, node: Text) -> Values:
        return [node.text]

    def _walk_literal(self, values: Values, node: Literal) -> Values:
        return [node.value] * len(values)

    def _walk_identifier(self, values: Values, node: Identifier) -> Values:
        if node.name == "range":
            self._begun += 1
            return values
        if node.name != "end":
            raise EvaluationError(f"unrecognized identifier {node.name}", values)
        if not self._depth:
            raise EvaluationError("not in range, nothing to end", [])
        self._ended += 1
        return []

    def _walk_field(self, values: Values, node: Field) -> Values:
        name = node.name
        results = [value[name] for value in values if isinstance(value, dict) and name in value]
        if values and not results and not self._allow_missing_keys:
            raise EvaluationError(f"{name} is not found", results)
        return results

    def _walk_slice(self, values: Values, node: Slice) -> Values:
        results: Values = []
        for value in values:
            if value is None:
                continue
            if not isinstance(value, list):
                raise EvaluationError(f"{name_type(value)} is not array or slice", values)
            start, end = _find_bounds(node, len(value))
            if start == end:
                return results
            _check_bounds(start, end, len(value), values)
            if node.step is not None and node.step <= 0:
                raise EvaluationError("step must be > 0", values)
            results += value[start : end : node.step or 1]
        return results

    def _walk_union(self, values: Values, node: Union) -> Values:
        return [result for part in node.parts for result in self._walk(values, part)]

    def _walk_wildcard(self, values: Values, node: Wildcard) -> Values:
        return [child for value in values for child in _list_children(value)]

    def _walk_recursive(self, values: Values, node: Recursive) -> Values:
        results: Values = []
        for value in values:
            children = _list_children(value)
            if children:
                results.append(value)
                results += self._walk_recursive(children, node)
        return results

    def _walk_filter(self, values: Values, node: Filter) -> Values:
        results: Values = []
        for value in values:
            if not isinstance(value, list):
                raise EvaluationError(f"{format_go_value(value)} is not array or slice and cannot be filtered", values)
            results += [element for element in value if self._passes(element, node)]
        return results

    def _passes(self, element: Any, node: Filter) -> bool:
        if node.operator == "exists":
            try:
                return bool(self._walk([element], node.left))
            except EvaluationError as error:
                return bool(error.partial)
        sides = []
        for path in (node.left, node.right):
            found = self._walk([element], path)
            if not found:
                return False
            if len(found) > 1:
                raise EvaluationError("can only compare one element at a time", [element])
            sides.append(found[0])
        return compare(node.operator, sides[0], sides[1])


_WALKERS: dict[type[Node], Callable[[Evaluation, Values, Any], Values]] = {
    Text: Evaluation._walk_text,
    Literal: Evaluation._walk_literal,
    Identifier: Evaluation._walk_identifier,
    Field: Evaluation._walk_field,
    Slice: Evaluation._walk_slice,
    Union: Evaluation._walk_union,
    Wildcard: Evaluation._walk_wildcard,
    Recursive: Evaluation._walk_recursive,
    Filter: Evaluation._walk_filter,
}


def _find_bounds(node: Slice, length: int) -> tuple[int, int]:
    start = node.start or 0
    if start < 0:
        start += length
    end = length if node.end is None else node.end
    if end < 0 or (end == 0 and node.single):
        end += length
    return start, end


def _check_bounds(start: int, end: int, length: int, values: Values) -> None:
    for index, is_bad in ((start, not 0 <= start < length), (end - 1, not 0 <= end <= length)):
        if is_bad:
            raise EvaluationError(f"array index out of bounds: index {index}, length {length}", values)
    if start > end:
        raise EvaluationError(f"starting index {start} is greater than ending index {end}", values)


def _list_children(value: Any) -> Values:
    """Return what is in a value; a map's in the order of its keys, a string's are its bytes."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    if isinstance(value, list):
        return value
    return list(value.encode()) if isinstance(value, str) else []


def name_type(value: Any) -> str:
    """Return the Go type a JSON value is decoded to."""
    names = {
        str: "string",
        bool: "bool",
        int: "int64",
        float: "float64",
        dict: "map[string]interface {}",
        list: "[]interface {}",
    }
    return names.get(value.__class__, "<nil>")


def compare(operator: str, left: Any, right: Any) -> bool:
    """Compare two scalars of one type, as Go's templates do; EvaluationError for others."""
    kinds = [value.__class__ for value in (left, right)]
    if operator not in ("==", "!=", "<", "<=", ">", ">="):
        raise EvaluationError(f"unrecognized filter operator {operator}", [])
    if any(kind not in (str, bool, int, float) for kind in kinds):
        raise EvaluationError("invalid type for comparison", [])
    if kinds[0] is not kinds[1]:
        raise EvaluationError("incompatible types for comparison", [])
    if operator in ("==", "!="):
        return bool(left == right) is (operator == "==")
    if kinds[0] is bool:
        raise EvaluationError("invalid type for comparison", [])
    below, equal = bool(left < right), bool(left == right)
    return {"<": below, "<=": below or equal, ">": not below and not equal, ">=": not below}[operator]
