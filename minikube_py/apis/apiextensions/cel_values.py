"""Values as CEL sees them: what a schema says of a text's format makes it a time or a duration, a number is never an int."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from minikube_py.apimachinery.cel.functions import FUNCTIONS
from minikube_py.apimachinery.cel.nodes import CelError

Schema = Mapping[str, Any]
_READERS: dict[str, Callable[[str], Any]] = {
    "date": lambda text: FUNCTIONS["timestamp"](f"{text}T00:00:00Z"),
    "date-time": FUNCTIONS["timestamp"],
    "duration": FUNCTIONS["duration"],
    "byte": lambda text: base64.b64decode(text, validate=True),
}


def to_cel(schema: Schema, value: Any) -> Any:
    """Return a value for an expression; what is not of its schema's form stays as it is. `value` is not changed."""
    if isinstance(value, dict):
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        rest = additional if isinstance(additional, Mapping) else {}
        return {name: to_cel(properties.get(name, rest), inner) for name, inner in value.items()}
    if isinstance(value, list):
        items = schema.get("items")
        return [to_cel(items, item) for item in value] if isinstance(items, Mapping) else value
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value) if schema.get("type") == "number" and not schema.get("x-kubernetes-int-or-string") else value
    read = _READERS.get(schema.get("format") or "") if isinstance(value, str) else None
    if read is None:
        return value
    try:
        return read(value)
    except (CelError, binascii.Error, ValueError):
        return value
