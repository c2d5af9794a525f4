"""What a server sends that should be JSON."""

from __future__ import annotations

import json
from typing import Any

from minikube_py.client.request import RequestError

Object = dict[str, Any]


def read_json(data: bytes, go_type: str) -> Object:
    """Return the JSON object that `data` is. Raises RequestError with what Go says of other text, which would read it as a `go_type`."""
    try:
        found = json.loads(data)
    except ValueError:
        from minikube_py.apimachinery.json_syntax import explain

        raise RequestError(explain(data.decode(errors="replace"))) from None
    if isinstance(found, dict):
        return found
    kind = {list: "array", str: "string", bool: "bool"}.get(type(found), "number")
    raise RequestError(f"json: cannot unmarshal {kind} into Go value of type {go_type}")
