"""`--sort-by`: lists and tables in the order of one field, as kubectl orders them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cmp_to_key
from typing import Any, TextIO, TypeVar

from minikube_py.apimachinery.jsonpath.evaluator import name_type
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.printers.jsonpath import JSONPath, JSONPathError, relaxed_jsonpath
from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]
T = TypeVar("T")

_INSERTION_LIMIT = 12


class SortingPrinter:
    """Sorts lists and tables by `field` and prints them through `delegate`; what is neither goes through as it is."""

    def __init__(self, field: str, delegate: Printer) -> None:
        self._field = field
        self._delegate = delegate

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print the object sorted; the object given is not changed. CliError where the field cannot be sorted by."""
        if obj.get("kind") == "Table":
            if len(obj.get("rows") or []) > 1:
                obj = {**obj, "rows": sort_rows(obj["rows"], self._field)}
        elif isinstance(obj.get("items"), list) and obj["items"]:
            obj = {**obj, "items": sort_objects(obj["items"], self._field)}
        self._delegate.print_obj(obj, out)


def sort_objects(objects: Sequence[Object], field: str) -> list[Object]:
    """Return objects sorted by a jsonpath, relaxed or full; those without the field first. CliError when none has it."""
    path = relaxed_jsonpath(field)
    try:
        parser = JSONPath("sorting", True).parse(path)
        values = [_find_first(parser, obj) for obj in objects]
    except JSONPathError as error:
        raise CliError(str(error)) from None
    return _sort(objects, values, path, "*unstructured.Unstructured")


def sort_rows(rows: Sequence[Object], field: str) -> list[Object]:
    """Return a table's rows sorted by a jsonpath in their objects."""
    try:
        path = relaxed_jsonpath(field)
    except CliError:
        path = field
    try:
        parser = JSONPath("sorting", True).parse(path)
    except JSONPathError as error:
        raise CliError(f"sorting error: {error}") from None
    try:
        values = [_find_first(parser, row.get("object")) for row in rows]
    except JSONPathError as error:
        raise CliError(
            f"Failed to get values for [][]reflect.Value(nil) using {path} (&errors.errorString{{s:{quote(str(error))}}})"
        ) from None
    return _sort(rows, values, path, "[][][]reflect.Value")


def _find_first(parser: JSONPath, value: Any) -> list[Any]:
    results = parser.find(value)
    return results[0][:1] if results else []


def _sort(objects: Sequence[T], values: list[list[Any]], path: str, type_name: str) -> list[T]:
    if objects and not any(values):
        raise CliError(f"couldn't find any field with path {quote(path)} in the list of objects")

    def is_less(left: int, right: int) -> bool:
        if not values[left]:
            return True
        if not values[right]:
            return False
        try:
            return is_less_value(values[left][0], values[right][0])
        except TypeError as error:
            raise CliError(f"Field {path} in {type_name} is an unsortable type: interface, err: {error}") from None

    return [objects[index] for index in _sort_indexes(len(objects), is_less)]


def _sort_indexes(count: int, is_less: Callable[[int, int], bool]) -> list[int]:
    """Sort as Go does up to twelve elements, by insertion: elements without the field change places. More are sorted stably."""
    order = list(range(count))
    if count > _INSERTION_LIMIT:
        return sorted(order, key=cmp_to_key(_compare_by(is_less)))
    for end in range(1, count):
        place = end
        while place and is_less(order[place], order[place - 1]):
            order[place - 1], order[place] = order[place], order[place - 1]
            place -= 1
    return order


def _compare_by(is_less: Callable[[int, int], bool]) -> Callable[[int, int], int]:
    return lambda left, right: int(is_less(right, left)) - int(is_less(left, right))


def is_less_value(left: Any, right: Any) -> bool:
    """Compare two JSON values, texts as quantities where both are one; TypeError, in kubectl's words, for others."""
    if left is None or right is None:
        return left is None and right is not None
    kind = left.__class__
    if kind not in (str, int, float):
        raise TypeError(f"unsortable type: {name_type(left)}")
    if right.__class__ is not kind:
        raise TypeError("unsortable interface: interface")
    if kind is str:
        quantities = parse_quantity(left), parse_quantity(right)
        if quantities[0] is not None and quantities[1] is not None:
            return quantities[0] < quantities[1]
    return bool(left < right)


def parse_quantity(text: str) -> Fraction | None:
    """Return the value of `500m`, `1Gi` or `1e3`; None for what is no quantity."""
    from minikube_py.apimachinery import quantity

    try:
        return Fraction(quantity.parse_quantity(text).nanos, 10**9)
    except ValueError:
        return None
