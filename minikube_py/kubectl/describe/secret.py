"""Secrets."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.metadata import write_head

Object = dict[str, Any]

TOKEN_TYPE = "kubernetes.io/service-account-token"  # noqa: S105 - the name of a type


def describe(obj: Object, context: Context) -> None:
    """Write a secret: of each value the size; tokens of service accounts in full. Keys are sorted; kubectl's order is by chance."""
    writer = context.writer
    write_head(obj, writer)
    writer.write(0, f"\nType:\t{obj.get('type', '')}\n")
    writer.write(0, "\nData\n====\n")
    for key, encoded in sorted((obj.get("data") or {}).items()):
        data = b64decode(encoded or "")
        shown = data.decode(errors="replace") if key == "token" and obj.get("type") == TOKEN_TYPE else f"{len(data)} bytes"
        writer.field(0, key, shown)
