"""`-o yaml`: an object as kubectl writes it, which is sigs.k8s.io/yaml on goyaml.v2."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key, lru_cache
from typing import Any, TextIO

from minikube_py.apimachinery.gosyntax import format_float, format_json_number
from minikube_py.cli_runtime.printers.json import check_kind, is_watch_event
from minikube_py.cli_runtime.printers.yaml_scalar import format_key, format_string

Object = dict[str, Any]
Add = Callable[[str], None]


class YAMLPrinter:
    """Prints objects with a `---` line between one and the next."""

    def __init__(self) -> None:
        self._printed = False

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print the object; CliError when it says neither apiVersion nor kind."""
        if self._printed:
            out.write("---\n")
        self._printed = True
        if not is_watch_event(obj):
            check_kind(obj)
        out.write(encode_yaml(obj))


def encode_yaml(value: Any) -> str:
    """Return a JSON value as a YAML document that ends in a newline; keys are in goyaml's natural order."""
    parts: list[str] = []
    if value.__class__ is dict and value:
        _add_mapping(value, 0, "", parts.append)
    elif value.__class__ is list and value:
        _add_sequence(value, 0, "", parts.append)
    else:
        parts.append(_format_scalar(value, 2, 0) + "\n")
    return "".join(parts)


def _add_mapping(mapping: Object, indent: int, lead: str, add: Add) -> None:
    """Add a mapping that has keys; `lead` stands before the first one, in place of the margin."""
    margin = " " * indent
    for key in sort_keys(tuple(mapping)):
        text = format_key(key)
        if text is None:
            add(lead + "? " + format_string(key, indent + 2, indent + 2) + "\n")
            _add_sequence([mapping[key]], indent, margin, add, ": ")
        else:
            add(lead + text + ":")
            _add_value(mapping[key], indent, indent + len(text) + 2, add)
        lead = margin


def _add_value(value: Any, indent: int, column: int, add: Add) -> None:
    kind = value.__class__
    if kind is str:
        add(" " + format_string(value, indent + 2, column) + "\n")
    elif kind is dict and value:
        add("\n")
        _add_mapping(value, indent + 2, " " * (indent + 2), add)
    elif kind is list and value:
        add("\n")
        _add_sequence(value, indent, " " * indent, add)
    else:
        add(" " + _format_scalar(value, indent + 2, column) + "\n")


def _add_sequence(items: list[Any], indent: int, lead: str, add: Add, mark: str = "- ") -> None:
    """Add a list that has items; a list in a mapping stands at the mapping's own indent. `mark` goes before each item."""
    margin = " " * indent
    for item in items:
        kind = item.__class__
        if kind is dict and item:
            _add_mapping(item, indent + 2, lead + mark, add)
        elif kind is list and item:
            _add_sequence(item, indent + 2, lead + mark, add)
        else:
            add(lead + mark + _format_scalar(item, indent + 2, indent + 2) + "\n")
        lead = margin


def _format_scalar(value: Any, indent: int, column: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return format_string(value, indent, column)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "[]" if isinstance(value, list) else "{}"
    return _format_number(value)


def _format_number(value: float) -> str:
    """A number goes through JSON: an integral float is an integer there, as long as it fits 64 bits."""
    number = value if isinstance(value, int) and -(1 << 63) <= value < 1 << 63 else None
    if number is None:
        text = format_json_number(float(value))
        number = int(text) if text.lstrip("-").isdigit() else None
    if number is not None and -(1 << 63) <= number < 1 << 64:
        return str(number)
    return format_float(float(value))


@lru_cache(maxsize=4096)
def sort_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return keys in goyaml's order: numbers in them by value, letters after everything else."""
    return tuple(sorted(keys, key=cmp_to_key(_compare_keys)))


def _compare_keys(a: str, b: str) -> int:
    for index, (left, right) in enumerate(zip(a, b, strict=False)):
        if left != right:
            return _compare_at(a, b, index)
    return len(a) - len(b)


def _compare_at(a: str, b: str, index: int) -> int:
    left, right = a[index], b[index]
    if left.isalpha() and right.isalpha():
        return -1 if left < right else 1
    if left.isalpha() or right.isalpha():
        return -1 if right.isalpha() else 1
    base = "1" if (left == "0" or right == "0") and _follows_digit(a, index) else "0"
    left_digits, right_digits = _take_digits(a, index), _take_digits(b, index)
    numbers = int(base + left_digits), int(base + right_digits)
    if numbers[0] != numbers[1]:
        return -1 if numbers[0] < numbers[1] else 1
    if len(left_digits) != len(right_digits):
        return len(left_digits) - len(right_digits)
    return -1 if left < right else 1


def _follows_digit(text: str, index: int) -> bool:
    """Whether the number that goes on at `index` has begun before it, with something other than zeros."""
    while index > 0 and text[index - 1].isdecimal():
        index -= 1
        if text[index] != "0":
            return True
    return False


def _take_digits(text: str, index: int) -> str:
    end = index
    while end < len(text) and text[end].isdecimal():
        end += 1
    return text[index:end]
