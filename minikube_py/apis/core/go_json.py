"""What is wrong with a JSON text, in the words of Go's encoding/json."""

from __future__ import annotations

import json

_EXPECTED = {
    "Expecting property name enclosed in double quotes": "looking for beginning of object key string",
    "Illegal trailing comma before end of object": "looking for beginning of object key string",
    "Expecting value": "looking for beginning of value",
    "Illegal trailing comma before end of array": "looking for beginning of value",
    "Expecting ':' delimiter": "after object key",
    "Extra data": "after top-level value",
    "Invalid control character at": "in string literal",
    "Invalid \\escape": "in string escape code",
}


def find_json_error(data: bytes) -> str:
    """Return why `data` is not a JSON object, or "" where it is one."""
    text = data.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return _word(error, text)
    if isinstance(value, dict) or value is None:
        return ""
    kind = {str: "string", bool: "bool", list: "array"}.get(type(value), "number")
    return f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"


def _word(error: json.JSONDecodeError, text: str) -> str:
    if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
        return "unexpected end of JSON input"
    context = _EXPECTED.get(error.msg)
    if context is None:
        before = text[: error.pos].rstrip()
        context = "after array element" if before.count("[") > before.count("]") else "after object key:value pair"
    return f"invalid character {_quote(text[error.pos])} {context}"


def _quote(character: str) -> str:
    if character == "'":
        return "'\\''"
    return "'" + json.dumps(character, ensure_ascii=False)[1:-1].replace('\\"', '"') + "'"
