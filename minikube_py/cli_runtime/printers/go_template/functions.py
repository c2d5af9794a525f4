"""The functions a template can call: Go's own, and kubectl's `exists` and `base64decode`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.cli_runtime.printers.go_template.nodes import GoByte, GoInt
from minikube_py.cli_runtime.printers.go_template.printf import name_type, sprintf


class NoValue:
    """What is where nothing is: the value of a missing key, printed `<no value>`."""

    def __repr__(self) -> str:
        return "<no value>"


NO_VALUE = NoValue()


class FunctionError(Exception):
    """What a function says of its arguments."""


class Function(NamedTuple):
    """A function; `strings` tells for each fixed parameter whether it is a string (else it takes anything).

    A missing value is nil to a function, unless it `knows_missing`.
    """

    call: Callable[..., Any]
    strings: tuple[bool, ...] = ()
    variadic: bool = False
    knows_missing: bool = False


def is_true(value: Any) -> bool:
    """Whether a value counts as true: not empty, not zero, not nil."""
    return value is not NO_VALUE and bool(value)


def sprint(*args: Any) -> str:
    """Join values as Go's Sprint: a space only between two that are not strings."""
    parts: list[str] = []
    for index, arg in enumerate(args):
        if index and not isinstance(arg, str) and not isinstance(args[index - 1], str):
            parts.append(" ")
        parts.append(format_go_value(arg))
    return "".join(parts)


def _print_line(*args: Any) -> str:
    return " ".join(map(format_go_value, args)) + "\n"


def _get_length(item: Any) -> GoInt:
    if item is NO_VALUE:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    if item is None:
        raise FunctionError("len of nil pointer")
    if isinstance(item, str):
        return GoInt(len(item.encode()))
    if not isinstance(item, dict | list):
        raise FunctionError(f"len of type {name_type(item)}")
    return GoInt(len(item))


def _check_index(index: Any, limit: int) -> int:
    if index is None:
        raise FunctionError("cannot index slice/array with nil")
    if not isinstance(index, int) or isinstance(index, bool):
        raise FunctionError(f"cannot index slice/array with type {name_type(index)}")
    if not 0 <= index <= limit:
        raise FunctionError(f"index out of range: {index}")
    return int(index)


def _index(item: Any, *indexes: Any) -> Any:
    if item is None:
        raise FunctionError("index of untyped nil")
    for index in indexes:
        if item is None:
            raise FunctionError("index of nil pointer")
        if isinstance(item, dict):
            item = _look_up(item, index)
        elif isinstance(item, str | list):
            item = _pick(item, index)
        else:
            raise FunctionError(f"can't index item of type {name_type(item)}")
    return item


def _look_up(item: dict[str, Any], key: Any) -> Any:
    if key is None:
        raise FunctionError("value is nil; should be of type string")
    if not isinstance(key, str):
        raise FunctionError(f"value has type {name_type(key)}; should be string")
    return item.get(key)


def _pick(item: str | list[Any], index: Any) -> Any:
    elements = [GoByte(byte) for byte in item.encode()] if isinstance(item, str) else item
    place = _check_index(index, len(elements))
    if place == len(elements):
        raise FunctionError(f"reflect: {'string' if isinstance(item, str) else 'slice'} index out of range")
    return elements[place]


def _slice(item: Any, *indexes: Any) -> Any:
    if item is None:
        raise FunctionError("slice of untyped nil")
    if len(indexes) > 3:
        raise FunctionError(f"too many slice indexes: {len(indexes)}")
    if not isinstance(item, str | list):
        raise FunctionError(f"can't slice item of type {name_type(item)}")
    if isinstance(item, str) and len(indexes) == 3:
        raise FunctionError("cannot 3-index slice a string")
    data: Any = item.encode() if isinstance(item, str) else item
    bounds = [0, len(data)]
    bounds[: len(indexes)] = [_check_index(index, len(data)) for index in indexes]
    for low, high in pairwise(bounds):
        if low > high:
            raise FunctionError(f"invalid slice index: {low} > {high}")
    part = data[bounds[0] : bounds[1]]
    return part.decode(errors="replace") if isinstance(part, bytes) else part


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    return {str: "string", float: "float"}.get(value.__class__, "")


def _equal(first: Any, *others: Any) -> bool:
    if not others:
        raise FunctionError("missing argument for comparison")
    return any(_equal_one(first, other) for other in others)


def _equal_one(left: Any, right: Any) -> bool:
    kinds = _kind(left), _kind(right)
    if left is None or right is None:
        return left is right
    if kinds[0] != kinds[1]:
        raise FunctionError("incompatible types for comparison")
    if not kinds[0]:
        if left.__class__ is not right.__class__:
            raise FunctionError(
                f"non-comparable types {sprintf('%s', left)}: {name_type(left)}, {name_type(right)}: {format_go_value(right)}"
            )
        raise FunctionError(f"non-comparable type {sprintf('%s', right)}: {name_type(right)}")
    return bool(left == right)


def _less(left: Any, right: Any) -> bool:
    kinds = _kind(left), _kind(right)
    if not kinds[0] or not kinds[1]:
        raise FunctionError("invalid type for comparison")
    if kinds[0] != kinds[1]:
        raise FunctionError("incompatible types for comparison")
    if kinds[0] == "bool":
        raise FunctionError("invalid type for comparison")
    return bool(left < right)


def _less_or_equal(left: Any, right: Any) -> bool:
    return _less(left, right) or _equal(left, right)


def _evaluate(args: tuple[Any, ...]) -> str:
    return sprint(*["<no value>" if arg is None else arg for arg in args])


_HTML = str.maketrans({'"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": "\ufffd"})
_SCRIPT = {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}


def _escape_html(*args: Any) -> str:
    return _evaluate(args).translate(_HTML)


def _escape_script(*args: Any) -> str:
    return "".join([_SCRIPT.get(char) or _escape_script_char(char) for char in _evaluate(args)])


def _escape_script_char(char: str) -> str:
    if char < " " or (char > "~" and not char.isprintable()):
        return f"\\u{ord(char):04X}" if char != "\x7f" else char
    return char


def _escape_query(*args: Any) -> str:
    return quote_plus(_evaluate(args), safe="")


def _decode_base64(text: str) -> str:
    compact = text.replace("\r", "").replace("\n", "")
    try:
        return base64.b64decode(compact, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        raise FunctionError(f"base64 decode failed: illegal base64 data at input byte {_find_bad_byte(text)}") from None


def _find_bad_byte(text: str) -> int:
    """Return where Go's decoder gives up."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    count = 0
    for position, char in enumerate(text):
        if char in "\r\n":
            continue
        if char not in alphabet:
            padded = char == "=" and count % 4 >= 2
            rest = text[position:].replace("\n", "").replace("\r", "")
            return len(text[: position + 1]) if padded and len(rest) != 4 - count % 4 else position
        count += 1
    return len(text) - count % 4


def _exists(item: Any, *indexes: Any) -> bool:
    for index in indexes:
        if isinstance(item, dict):
            if index is not None and not isinstance(index, str):
                return False
            item = item.get(index or "")
        elif isinstance(item, str | list) and isinstance(index, int) and not isinstance(index, bool):
            elements = item.encode() if isinstance(item, str) else item
            if not 0 <= index < len(elements):
                return False
            item = elements[index]
        else:
            return False
    return item is not None or not indexes


def _call(name: str, function: Any, *args: Any) -> Any:
    """Refuse to call: no value of an object is a function. `name` is how the first argument is written."""
    if function is None:
        raise FunctionError("call of nil")
    raise FunctionError(f"non-function {name} of type {name_type(function)}")


FUNCTIONS: dict[str, Function] = {
    "and": Function(lambda *args: args, (False,), True),
    "or": Function(lambda *args: args, (False,), True),
    "not": Function(lambda arg: not is_true(arg), (False,)),
    "call": Function(_call, (False,), True),
    "html": Function(_escape_html, (), True),
    "index": Function(_index, (False,), True),
    "js": Function(_escape_script, (), True),
    "len": Function(_get_length, (False,), knows_missing=True),
    "print": Function(sprint, (), True),
    "printf": Function(sprintf, (True,), True),
    "println": Function(_print_line, (), True),
    "slice": Function(_slice, (False,), True),
    "urlquery": Function(_escape_query, (), True),
    "eq": Function(_equal, (False,), True),
    "ne": Function(lambda left, right: not _equal(left, right), (False, False)),
    "lt": Function(_less, (False, False)),
    "le": Function(_less_or_equal, (False, False)),
    "gt": Function(lambda left, right: not _less_or_equal(left, right), (False, False)),
    "ge": Function(lambda left, right: not _less(left, right), (False, False)),
    "exists": Function(_exists, (False,), True),
    "base64decode": Function(_decode_base64, (True,)),
}
