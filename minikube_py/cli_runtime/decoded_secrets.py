"""`--decode`: what Secrets hold, in plain text. Values that are no text stay as they are, in base64."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TextIO

from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]


class DecodedSecretsPrinter:
    """Prints through `delegate`. With `as_string_data` decoded values stand in stringData, so that the output can be applied
    again; else in data, where templates and paths look for them."""

    def __init__(self, delegate: Printer, *, as_string_data: bool) -> None:
        self._delegate, self._as_string_data = delegate, as_string_data

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print the object, or each item of the list."""
        if isinstance(obj.get("items"), list):
            obj = {**obj, "items": [self._decode(item) for item in obj["items"]]}
        self._delegate.print_obj(self._decode(obj), out)

    def _decode(self, obj: Object) -> Object:
        if obj.get("kind") != "Secret" or not obj.get("data"):
            return obj
        plain = {key: text for key, value in obj["data"].items() if (text := decode(value)) is not None}
        if not self._as_string_data:
            return {**obj, "data": {**obj["data"], **plain}}
        rest = {key: value for key, value in obj["data"].items() if key not in plain}
        kept = {key: value for key, value in obj.items() if key != "data"}
        return {**kept, **({"data": rest} if rest else {}), **({"stringData": plain} if plain else {})}


def decode(value: str) -> str | None:
    """Return the text behind base64, None where it is none."""
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
